"""Dial: one real call to the service, told step by step; `make call` is this.

It tells what the caller's own phone can know: the signalling, and for each second what
kind of sound came. Which nurse answered, and why, is the journal's to tell.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callcenter.settings import Settings
from callcenter.softphone.account import Account
from callcenter.softphone.call import Call, CallState
from callcenter.softphone.hearing import Sound, hear
from callcenter.softphone.link import LinkLost, Refused
from callcenter.softphone.phone import Phone
from callcenter.softphone.tone import CALLER_TONE_HZ

CARRIER: Final = "127.0.0.2"
_RING_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.5
_TALK_SECONDS: Final = 5.0
_ENDS: Final = {"us": "the caller", "them": "the service", "phone": "the caller's phone, failing"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something happened, `at` seconds after the dial."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallReport:
    """One call; all times are seconds after the dial.

    Attributes:
        steps: What was told while it happened, in order of time.
        sounds: What came in each second after the answer.
        rang_at: When the service told that it rings; `None` if it never did.
        answered_at: When the IVR answered; `None` if it never did.
        key_at: When the language key was pressed; `None` if it was not.
        nurse_at: When a simulated nurse was first heard, to a second; `None` if none was.
        ended_at: When the call ended.
        ended_by: "us", "them" or "phone".
        sip_code: Why it was refused, as in 404; `None` if it was not.
    """

    steps: tuple[Step, ...]
    sounds: tuple[Sound, ...] = ()
    rang_at: float | None = None
    answered_at: float | None = None
    key_at: float | None = None
    nurse_at: float | None = None
    ended_at: float | None = None
    ended_by: str = ""
    sip_code: int | None = None


def place_call(
    settings: Settings,
    number: str,
    *,
    from_number: str | None,
    language_digit: str | None,
    carrier_ip: str = CARRIER,
    say: Callable[[str], None],
    key_after: float = 2.0,
    patience: float = 60.0,
    talk: float = _TALK_SECONDS,
    stop: threading.Event | None = None,
    recordings: Path | None = None,
) -> CallReport:
    """Call `number` and tell each step to `say` as it happens; returns when the call is over.

    Args:
        from_number: The caller's number; `None` hides it.
        language_digit: The key to press; `None` presses none.
        carrier_ip: The address that the Asterisk knows as the carrier's.
        key_after: Seconds from the answer to the key.
        patience: Seconds from the answer until the caller gives up unless a nurse is heard.
        talk: Seconds to talk once a simulated nurse is heard; then the caller hangs up.
        stop: Set by another thread, the caller hangs up at once.
        recordings: Where what was heard is kept; `None` keeps nothing.

    Raises:
        MissingProgram: There is no baresip on this machine.
        PhoneFailed: It did not start.
        ValueError: A number, or the key, will not do.
    """
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104  compared, not bound
    server = f"{host}:{settings.sip_port}"
    account = (
        Account.anonymous(server)
        if from_number is None
        else Account(user=from_number, server=server)
    )
    with Phone(
        account, address=carrier_ip, say=CALLER_TONE_HZ, folder=recordings, settings=settings
    ) as phone:
        caller = _Caller(phone, say, stop or threading.Event())
        return caller.run(number, language_digit, key_after, patience, talk)


class _Caller:
    """The call while it lasts."""

    def __init__(self, phone: Phone, say: Callable[[str], None], stop: threading.Event) -> None:
        self._phone, self._say, self._stop = phone, say, stop
        self._steps: list[Step] = []
        self._began = 0.0
        self._sounds: list[Sound] = []
        self._key_at: float | None = None
        self._nurse_at: float | None = None

    def run(
        self, number: str, digit: str | None, key_after: float, patience: float, talk: float
    ) -> CallReport:
        self._began = time.monotonic()
        call = self._phone.dial(number)
        self._tell("dialled", 0.0)
        try:
            self._until(lambda: call.state is not CallState.DIALLING, _RING_SECONDS)
            if call.state in (CallState.RINGING, CallState.EARLY):
                self._tell("it rings", self._since(call.times[call.state]))
            self._until(lambda: call.state in (CallState.UP, CallState.ENDED), _RING_SECONDS)
            if call.state is CallState.UP:
                self._tell(
                    "answered; the caller hears the service", self._since(call.times[call.state])
                )
                self._listen(call, digit, key_after, patience, talk)
            self._phone.hang_up()
        except LinkLost:
            self._tell("the caller's phone failed")
        return self._report(call)

    def _listen(
        self, call: Call, digit: str | None, key_after: float, patience: float, talk: float
    ) -> None:
        answered = time.monotonic()
        kind = ""
        while call.state is CallState.UP and not self._stop.is_set():
            now = time.monotonic()
            due = digit is not None and self._key_at is None and now - answered >= key_after
            if due and not self._press(digit or ""):
                return
            for sound in self._hear_more(call):
                if sound.kind != kind:
                    kind = sound.kind
                    self._tell(f"the caller hears {kind}", self._heard_at(call, sound))
                if sound.nurse and self._nurse_at is None:
                    self._nurse_at = self._heard_at(call, sound)
            if self._nurse_at is None and now - answered >= patience:
                self._tell("the caller gives up")
                return
            if self._nurse_at is not None and self._at() - self._nurse_at >= talk:
                self._tell("the caller says goodbye")
                return
            self._stop.wait(_LOOK_SECONDS)

    def _heard_at(self, call: Call, sound: Sound) -> float:
        """When that second began; the recording begins with the first sound."""
        first = call.times.get(CallState.EARLY, call.times.get(CallState.UP, self._began))
        return first + sound.second - self._began

    def _hear_more(self, call: Call) -> list[Sound]:
        more = hear(call, len(self._sounds))
        self._sounds += more
        return more

    def _press(self, digit: str) -> bool:
        try:
            self._phone.send_dtmf(digit)
        except Refused:  # the service was quicker and ended the call
            return False
        self._key_at = self._at()
        self._tell(f"key {digit} sent (RFC 4733)")
        return True

    def _until(self, happened: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not happened() and time.monotonic() < deadline and not self._stop.is_set():
            time.sleep(0.02)

    def _report(self, call: Call) -> CallReport:
        ended_at = self._since(call.times.get(CallState.ENDED))
        self._hear_more(call)
        code = f", SIP code {call.sip_code}" if call.sip_code else ""
        self._tell(f"ended by {_ENDS.get(call.ended_by, 'nobody yet')}{code}", ended_at)
        return CallReport(
            steps=tuple(sorted(self._steps, key=lambda step: step.at)),
            sounds=tuple(self._sounds),
            rang_at=self._since(call.times.get(CallState.RINGING)),
            answered_at=self._since(call.times.get(CallState.UP)),
            key_at=self._key_at,
            nurse_at=self._nurse_at,
            ended_at=ended_at,
            ended_by=call.ended_by,
            sip_code=call.sip_code,
        )

    def _at(self) -> float:
        return time.monotonic() - self._began

    def _since(self, moment: float | None) -> float | None:
        return None if moment is None else moment - self._began

    def _tell(self, text: str, at: float | None = None) -> None:
        step = Step(at=self._at() if at is None else at, text=text)
        self._steps.append(step)
        self._say(f"{step.at:7.2f} s  {step.text}")
