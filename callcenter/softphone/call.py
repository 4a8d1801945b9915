"""Call: one call as one softphone sees it.

    DIALLING --> RINGING --> EARLY --> UP --> ENDED
       (each may be left out, none comes twice, ENDED is the end)

A call that comes in begins with RINGING; EARLY is sound before the answer (183).
"""

import re
import threading
from enum import StrEnum
from pathlib import Path
from typing import Final

from callcenter.softphone.event import Event
from callcenter.softphone.tone import tone_level

_CODE: Final = re.compile(r"([3-6]\d\d)\b")
_HEARD: Final = 0.05  # five times what a neighbouring tone leaves, a fifth of what we send


class CallState(StrEnum):
    DIALLING = "dialling"  # the INVITE is out
    RINGING = "ringing"  # it rings, here or there
    EARLY = "early"  # sound before the answer
    UP = "up"  # answered; sound both ways
    ENDED = "ended"


_ORDER: Final = list(CallState)
_STATES: Final = {
    "CALL_INCOMING": CallState.RINGING,
    "CALL_RINGING": CallState.RINGING,
    "CALL_PROGRESS": CallState.EARLY,
    "CALL_ESTABLISHED": CallState.UP,
    "CALL_CLOSED": CallState.ENDED,
}


class CallOver(Exception):
    """The call ended before it came to what was waited for; the text tells how."""


class Call:
    """One call. The phone's reader thread moves it; any thread may look and wait.

    Attributes:
        id: SIP's Call-ID on this leg.
        incoming: True if the call came to this phone.
        peer_number: The other end's number as SIP told it; for a call to a nurse, the caller's.
        peer_name: The other end's display name; what a nurse reads on her phone.
        times: When each state was entered, in seconds of the monotonic clock.
        reason: How it ended, in baresip's or the other end's words; empty while it lasts.
        given_up: This phone was told to hang it up before it had ended.
        sounding: The other end has been heard: in an IVR's call, somebody there takes keys.
        recording: What the other end said, once there was sound; still growing while UP.
    """

    def __init__(
        self, call_id: str, *, changed: threading.Condition, began: float, incoming: bool = False
    ) -> None:
        self.id = call_id
        self.incoming = incoming
        self.peer_number = ""
        self.peer_name = ""
        self.reason = ""
        self.given_up = False
        self.sounding = False
        self.recording: Path | None = None
        self.state = CallState.RINGING if incoming else CallState.DIALLING
        self.times: dict[CallState, float] = {self.state: began}
        self._changed = changed

    @property
    def sip_code(self) -> int | None:
        """The code with which the call was refused, as in 486; `None` if it was not."""
        found = _CODE.match(self.reason)
        return int(found[1]) if found else None

    @property
    def ended_by(self) -> str:
        """Who ended it: "us", "them", "phone" (ours failed), or "" while it lasts."""
        if self.state is not CallState.ENDED:
            return ""
        # Whoever hangs up while it rings gets some final code for it (487 by RFC 3261, 9.1).
        if self.given_up or self.reason == "Connection reset by user":
            return "us"
        if self.reason == "Connection reset by peer" or self.sip_code is not None:
            return "them"
        return "phone"

    def wait(self, state: CallState, timeout: float = 10.0) -> "Call":
        """Wait until the call has come to `state` (or past it); returns the call itself.

        Raises:
            CallOver: It ended first.
            TimeoutError: `timeout` seconds went by.
        """
        with self._changed:
            self._changed.wait_for(lambda: _ORDER.index(self.state) >= _ORDER.index(state), timeout)
            if _ORDER.index(self.state) < _ORDER.index(state):
                raise TimeoutError(f"the call is still {self.state}, not {state}")
            if self.state is CallState.ENDED and state not in self.times:
                raise CallOver(self.reason)
        return self

    def wait_for_sound(self, timeout: float = 10.0) -> "Call":
        """Wait until the other end is heard; returns the call itself.

        Raises:
            CallOver: It ended first.
            TimeoutError: `timeout` seconds went by.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.sounding or self.state is CallState.ENDED, timeout)
            if not self.sounding:
                if self.state is CallState.ENDED:
                    raise CallOver(self.reason)
                raise TimeoutError("nothing is heard")
        return self

    def heard_tone(self, hz: float) -> bool:
        """Whether the other end's sound holds a tone of `hz` for half a second or more.

        Raises:
            OSError: The recording was removed.
        """
        return self.tone_level(hz) >= _HEARD

    def tone_level(self, hz: float) -> float:
        """How loud `hz` was at its loudest, between 0 and 1; see `tone.tone_level`.

        Raises:
            OSError: The recording was removed.
        """
        recording = self.recording
        if recording is None or not recording.exists():
            return 0.0
        try:
            return tone_level(recording, hz)
        except ValueError:
            return 0.0  # just opened: the header is not on the disk yet

    def take(self, event: Event) -> None:
        """Move on with `event`; a late or doubled one changes nothing.

        Called by the phone, with the condition held.
        """
        self.incoming = event.incoming
        self.peer_number = event.peer_number or self.peer_number
        self.peer_name = event.peer_name or self.peer_name
        self.move(_STATES.get(event.type, self.state), event.at, event.param)

    def move(self, state: CallState, now: float, reason: str = "") -> None:
        """Enter `state`, if it lies ahead. Called by the phone, with the condition held."""
        if _ORDER.index(state) <= _ORDER.index(self.state):
            return
        self.state = state
        self.times[state] = now
        if state is CallState.ENDED:
            self.reason = reason or "ended"
        self._changed.notify_all()
