"""Logbook: the calls, the events and the registration that one phone has seen."""

import contextlib
import threading
import time
from pathlib import Path
from typing import Final

from callcenter.softphone.account import HEARD
from callcenter.softphone.call import Call, CallState
from callcenter.softphone.event import Event

_KEPT: Final = 50  # recordings; a minute is a megabyte, and a demo's nurse talks all day


class Logbook:
    """Written by the link's reader thread, read and awaited by any other.

    Attributes:
        changed: Notified after every change; held while looking.
        calls: Every call so far, the oldest first.
        events: Every event so far: (seconds of the monotonic clock, type, everything).
        registered: The registrar's last word; `None` if it has not spoken.
        refusal: Why it refused, as in "401 Unauthorized".
        lost: True once the process is gone.
        sound_since: When the present call's sound began; `None` without sound.
    """

    def __init__(self, folder: Path) -> None:
        self.changed = threading.Condition()
        self.calls: list[Call] = []
        self.events: list[tuple[float, str, dict[str, object]]] = []
        self.registered: bool | None = None
        self.refusal = ""
        self.lost = False
        self.sound_since: float | None = None
        self._folder = folder
        self._dialled_at = 0.0
        self._awaited = 0

    @property
    def present(self) -> Call | None:
        """The call that is not over; a phone has one at most."""
        with self.changed:
            return next((c for c in self.calls if c.state is not CallState.ENDED), None)

    @property
    def ringing(self) -> Call | None:
        """The incoming call that rings; the one before it may not be over yet for this phone."""
        with self.changed:
            incoming = [c for c in self.calls if c.incoming and c.state is CallState.RINGING]
        return incoming[0] if incoming else None

    def states(self) -> str:
        """What has become of each call, for an error's text: "ended: rejected, up"."""
        with self.changed:
            return ", ".join(f"{c.state}: {c.reason}" if c.reason else c.state for c in self.calls)

    def next_incoming(self, timeout: float) -> Call:
        """The first incoming call that was not yet returned from here.

        Raises:
            TimeoutError: None came within `timeout` seconds.
        """

        def next_call() -> Call | None:
            incoming = [call for call in self.calls if call.incoming]
            return incoming[self._awaited] if len(incoming) > self._awaited else None

        with self.changed:
            call = self.changed.wait_for(next_call, timeout)
            if call is None:
                raise TimeoutError("no call came")
            self._awaited += 1
            return call

    def dialling(self) -> None:
        """The next outgoing call begins now."""
        self._dialled_at = time.monotonic()

    def outgoing(self, call_id: str) -> Call:
        """The outgoing call with this id; its events may have been quicker than the dial."""
        with self.changed:
            return self._call(call_id, self._dialled_at, incoming=False)

    def take(self, event: Event) -> None:
        """Write down `event`."""
        with self.changed:
            self.events.append((event.at, event.type, dict(event.params)))
            if event.type in ("REGISTER_OK", "REGISTER_FAIL"):
                self.registered = event.type == "REGISTER_OK"
                self.refusal = event.param
            elif event.call_id and event.type.startswith("CALL_"):
                began = event.at if event.incoming else self._dialled_at
                self._move(self._call(event.call_id, began, incoming=event.incoming), event)
            self.changed.notify_all()

    def lose(self) -> None:
        """The process is gone, and every call with it."""
        with self.changed:
            self.lost = True
            self.registered = None
            self.sound_since = None
            for call in self.calls:
                call.move(CallState.ENDED, time.monotonic(), "the phone's process ended")
            self.changed.notify_all()

    def _call(self, call_id: str, began: float, *, incoming: bool) -> Call:
        call = next((call for call in self.calls if call.id == call_id), None)
        if call is None:
            call = Call(call_id, changed=self.changed, began=began, incoming=incoming)
            self.calls.append(call)
        return call

    def _move(self, call: Call, event: Event) -> None:
        if event.type in ("CALL_PROGRESS", "CALL_ESTABLISHED") and call.recording is None:
            call.recording = self._folder / HEARD
            self.sound_since = event.at
        if event.type == "CALL_RTPESTAB":
            call.sounding = True
        if event.type == "CALL_CLOSED":
            self.sound_since = None
            self._keep(call)
        call.take(event)

    def _keep(self, call: Call) -> None:
        """Give the recording a name of its own, before the next call writes over it.

        The oldest one beyond the last `_KEPT` is removed, and its call then has none.
        """
        if call.recording is not None and call.state is not CallState.ENDED:
            kept = self._folder / f"heard-{self.calls.index(call) + 1}.wav"
            with contextlib.suppress(FileNotFoundError):
                call.recording = call.recording.rename(kept)
            recorded = [call for call in self.calls if call.recording is not None]
            for old in recorded[:-_KEPT]:
                if old.recording is not None:
                    old.recording.unlink(missing_ok=True)
                old.recording = None
