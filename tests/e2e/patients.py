"""Patients: people with telephones at the carrier, who are rung by us over real SIP.

    with Carrier(port) as carrier:
        anna = carrier.patient("+46701740701", BUSY, ANSWERS)
        ...
        until(lambda: anna.talks, 30, "she is not reached")
        assert [rung.caller for rung in anna.rung] == ["+46771117700"] * 2

What a patient hears is known by the RTP that reached her, never from our software. See
`tests.e2e.carrier`, who rings their phones.
"""

import itertools
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from callcenter.softphone.tone import RATE, goertzel, tone
from ops.bench.ears import PCMA, decode
from ops.bench.ivr.audio import Audio
from ops.bench.ivr.timeline import Timeline
from tests.e2e.center import CARRIER, PATIENCE_S, until
from tests.e2e.speaker import header

T1_S: Final = 0.5  # RFC 3261, 17.1.1.1
_SAMPLES: Final = 160
_HEARD: Final = 0.05  # as `softphone.call`
# Each sample's octet: the one of 256 that stands for the nearest.
_LEVELS: Final = decode(bytes(range(256)), PCMA)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """What a patient's phone does when it is rung.

    Attributes:
        code: Its final answer; 200: she answers. `None`: it rings for ever.
        after_s: So long it rings before that.
        presses: Keys that she presses by herself once she has answered.
    """

    code: int | None = 200
    after_s: float = 0.3
    presses: str = ""


ANSWERS: Final = Manner()
BUSY: Final = Manner(code=486)
UNKNOWN: Final = Manner(code=404, after_s=0.0)
UNAVAILABLE: Final = Manner(code=503, after_s=0.0)
RINGS_FOR_EVER: Final = Manner(code=None)


def pressing(keys: str, after_s: float = 0.3) -> Manner:
    """She answers, and presses these."""
    return Manner(presses=keys, after_s=after_s)


class Voice(Audio):
    """A patient's RTP, who says one tone."""

    def __init__(self, hz: int) -> None:
        super().__init__(CARRIER)
        said = np.asarray(tone(hz, 1.0), np.float32)
        octets = np.abs(_LEVELS[None, :] - said[:, None]).argmin(axis=1).astype(np.uint8)
        self._says = octets.tobytes()
        self._place = 0

    def tick(self) -> None:
        if self.target is None or self._presses:
            super().tick()
            return
        sound = self._says[self._place : self._place + _SAMPLES]
        self._place = (self._place + _SAMPLES) % len(self._says)
        self.socket.sendto(self._packet(PCMA, self._clock, sound), self.target)
        self._clock += _SAMPLES


@dataclass
class Rung:
    """One time that her phone was rung.

    Attributes:
        invite: As it came.
        at: When (`time.time`); `answered_at`, `ended_at`: 0 while it has not come to that.
        ended_by: "us" (the center), "patient", "refused" or "cancelled".
    """

    invite: bytes
    manner: Manner
    voice: Voice
    source: tuple[str, int]
    at: float = field(default_factory=time.time)
    answered_at: float = 0.0
    ended_at: float = 0.0
    ended_by: str = ""
    tag: bytes = field(default_factory=lambda: secrets.token_hex(6).encode())
    last: bytes = b""
    acknowledged: bool = False
    again_at: float = 0.0
    pause: float = T1_S
    timeline: Timeline = field(default_factory=Timeline)
    taken: int = 0

    @property
    def caller(self) -> str:
        """The number that her phone shows."""
        found = re.search(rb"<sip:([^@>;]+)@", header(self.invite, b"From"))
        return found[1].decode() if found else ""

    @property
    def up(self) -> bool:
        return bool(self.answered_at) and not self.ended_at


class Patient:
    """Somebody with a number.

    Attributes:
        rung: Every time that her phone was rung, the first first.
    """

    def __init__(
        self, number: str, manners: tuple[Manner, ...], hz: int, bye: Callable[[Rung], None]
    ) -> None:
        self.number, self.hz, self.rung = number, hz, list[Rung]()
        self._manners, self._bye = list(manners), bye

    @property
    def talks(self) -> bool:
        """Whether she has answered, and neither end has hung up."""
        return bool(self.rung) and self.rung[-1].up

    @property
    def answers(self) -> int:
        """How often she has answered."""
        return sum(bool(rung.answered_at) for rung in self.rung)

    def is_like(self, *manners: Manner) -> None:
        """From now on her phone does so, the last of them again and again."""
        self._manners = list(manners)

    def until_rung(self, times: int = 1, seconds: float = PATIENCE_S) -> Rung:
        """Wait until her phone rings for the so-manieth time."""
        until(lambda: len(self.rung) >= times, seconds, f"not rung for the {times}. time")
        return self.rung[times - 1]

    def until_answered(self, times: int = 1, seconds: float = PATIENCE_S) -> Rung:
        """Wait until she has answered her phone's so-manieth ringing."""
        rung = self.until_rung(times, seconds)
        until(lambda: rung.answered_at, seconds, lambda: f"not answered: {rung.ended_by}")
        return rung

    def until_over(self, seconds: float = PATIENCE_S) -> None:
        """Wait until nothing of hers is up or rings."""
        until(lambda: all(r.ended_at for r in self.rung), seconds, "her call lasts still")

    def presses(self, keys: str) -> None:
        """Press them one after the other."""
        for press in [self.rung[-1].voice.press(key) for key in keys]:
            assert press.sent.wait(PATIENCE_S), "a key was not sent"

    def hears(self, hz: float) -> bool:
        """Whether half a second of what reached her last call's end is that tone."""
        timeline = self.timeline()
        window = RATE // 4
        levels = [
            goertzel([int(s) for s in timeline.samples[place : place + window]], hz)
            for place in range(0, len(timeline.samples) - window, window)
        ]
        return any(a >= _HEARD and b >= _HEARD for a, b in itertools.pairwise(levels))

    def timeline(self, times: int = 0) -> Timeline:
        """What reached her ear in her last call, or the so-manieth."""
        rung = self.rung[times - 1]
        came = rung.voice.came[rung.taken :]
        rung.timeline.take(came)
        rung.taken += len(came)
        return rung.timeline

    def hangs_up(self) -> None:
        """End the call that is up."""
        self._bye(self.rung[-1])

    def manner(self) -> Manner:
        """What she does with the next one."""
        return self._manners.pop(0) if len(self._manners) > 1 else self._manners[0]
