"""Hearing: what kind of sound a caller heard in each second of a recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callcenter.softphone.call import Call
from callcenter.softphone.tone import (
    CALLER_TONE_HZ,
    NURSE_TONE_HZ,
    RINGBACK_HZ,
    goertzel,
    loudness,
    read_wav,
)

_QUIET: Final = 0.003  # -50 dB; the noise of G.711 itself is lower
# A sine's amplitude is its loudness times the root of two; speech and music share theirs out.
_PURE: Final = 1.1
_TONES: Final = {
    NURSE_TONE_HZ: "a simulated nurse",
    CALLER_TONE_HZ: "its own echo",
    RINGBACK_HZ: "a ring tone",
}
_SOUND: Final = "speech or music"
_SILENCE: Final = "silence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """One second, the `second`th since sound began.

    Attributes:
        kind: "silence", "speech or music", "a simulated nurse", "its own echo", "a ring tone".
        level: Root mean square, between 0 and 1.
    """

    second: int
    kind: str
    level: float

    @property
    def nurse(self) -> bool:
        """Whether it is the tone that our simulated nurses say."""
        return self.kind == _TONES[NURSE_TONE_HZ]


def hear(call: Call, first: int = 0) -> list[Sound]:
    """Each whole second that was recorded so far, from the `first`th on.

    Empty if no sound ever came. A phone records silence too, so the seconds have no gaps.
    """
    if call.recording is None:
        return []
    try:
        samples, rate = read_wav(call.recording)
    except (OSError, ValueError):
        return []  # just opened, or just closed: there is nothing yet, or no longer
    heard: list[Sound] = []
    for place in range(first, len(samples) // rate):
        second = samples[place * rate : (place + 1) * rate]
        heard.append(Sound(second=place, kind=kind_of(second, rate), level=loudness(second)))
    return heard


def kind_of(samples: Sequence[int], rate: int) -> str:
    """What kind of sound `samples`, about a second of it, is."""
    level = loudness(samples)
    if level < _QUIET:
        return _SILENCE
    for hz, name in _TONES.items():
        if goertzel(samples, hz, rate) > _PURE * level:
            return name
    return _SOUND
