"""Tone: wav files with a tone in them, and finding a tone in a recording.

Two phones that play different tones prove by what they recorded that sound went both
ways. All files are mono, 16 bit; times are in seconds, levels are amplitudes between 0
and 1 of full scale.
"""

from __future__ import annotations  # array[int] is a type for mypy only before Python 3.12

import itertools
import math
import struct
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Final

RATE: Final = 8000  # samples a second, as G.711 has
CALLER_TONE_HZ: Final = 440  # what our simulated callers say
NURSE_TONE_HZ: Final = 660  # what our simulated nurses say
RINGBACK_HZ: Final = 425  # the Swedish network's ring and busy tone (ITU-T E.180)

_WINDOW_SECONDS: Final = 0.25
_PEAK: Final = 32768
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


def wav_bytes(samples: Sequence[int], rate: int = RATE) -> bytes:
    """A whole wav file with these 16-bit samples."""
    body = array("h", samples)
    if sys.byteorder == "big":
        body.byteswap()
    size = len(body) * 2
    header = _HEADER.pack(
        *(b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", size)
    )
    return header + body.tobytes()


def tone(hz: int, seconds: float, level: float = 0.25, rate: int = RATE) -> array[int]:
    """Samples of a sine of `hz` (whole hertz); 0 Hz is silence."""
    count = int(seconds * rate)
    if hz == 0:
        return array("h", bytes(2 * count))
    peak = level * (_PEAK - 1)
    second = array("h", (int(peak * math.sin(math.tau * hz * i / rate)) for i in range(rate)))
    return (second * (count // rate + 1))[:count]


def write_tone(path: Path, hz: int, seconds: float, level: float = 0.25) -> Path:
    """Write a wav with a sine of `hz`, or with silence if `hz` is 0; returns `path`.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_bytes(wav_bytes(tone(hz, seconds, level)))
    return path


def read_wav(path: Path) -> tuple[array[int], int]:
    """The samples and the rate of a mono 16-bit wav, one that is still growing included.

    A recorder writes the lengths into the header only when it closes the file, so a length
    of zero, or one past the end, means "up to the end of what is there".

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a mono, 16-bit PCM wav.
    """
    data = path.read_bytes()
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"{path.name}: not a wav file")
    place, rate = 12, 0
    while place + 8 <= len(data):
        kind, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8
        if kind == b"fmt ":
            form, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, place)
            if (form, channels, bits) != (1, 1, 16):
                raise ValueError(f"{path.name}: not mono 16-bit PCM")
        elif kind == b"data" and rate:
            rest = len(data) - place
            length = min(size, rest) if size else rest
            samples = array("h", data[place : place + length // 2 * 2])
            if sys.byteorder == "big":
                samples.byteswap()
            return samples, rate
        place += size + size % 2
    raise ValueError(f"{path.name}: no samples")


def goertzel(samples: Sequence[int], hz: float, rate: int = RATE) -> float:
    """The amplitude of the sine of `hz` in `samples`, by Goertzel's algorithm.

    G. Goertzel, "An Algorithm for the Evaluation of Finite Trigonometric Series" (1958).
    """
    if not samples:
        return 0.0
    twice_cosine = 2 * math.cos(math.tau * hz / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + twice_cosine * last - before
    power = last * last + before * before - twice_cosine * last * before
    return 2 * math.sqrt(max(power, 0.0)) / len(samples) / _PEAK


def tone_level(path: Path, hz: float) -> float:
    """How loud the tone of `hz` was for at least half a second of the recording.

    0.0 if there is no such half second. A tone that our phones send reads about 0.25;
    other sound at that frequency, or the edges of another tone, below 0.02.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a mono, 16-bit PCM wav.
    """
    samples, rate = read_wav(path)
    size = int(rate * _WINDOW_SECONDS)
    levels = [
        goertzel(samples[start : start + size], hz, rate)
        for start in range(0, len(samples) - size + 1, size)
    ]
    return max((min(pair) for pair in itertools.pairwise(levels)), default=0.0)


def loudness(samples: Sequence[int]) -> float:
    """The root mean square of `samples`; a full-scale sine has 0.71, a quiet line below 0.002."""
    if not samples:
        return 0.0
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / _PEAK
