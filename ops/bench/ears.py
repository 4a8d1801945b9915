"""Ears: which prompts a caller was played, and from which sample on, by their sound alone.

    ears = Ears.of(settings.prompts, ["sv", "ar"])
    for heard in ears.hear(read(call.recording)):
        print(heard.start / RATE, heard.sound, "whole" if heard.whole else "cut short")

A prompt is found by its beginning (normalised cross-correlation, by FFT) and then followed
block by block for as long as the recording is the prompt. So a prompt that a key cut short is
found too, and of several that begin alike the one that fits the longest is taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.softphone.tone import read_wav

RATE: Final = 8000  # samples a second
PCMU, PCMA = 0, 8  # RTP payload types (RFC 3551, table 4)

Samples = NDArray[np.float32]

_HEAD: Final = int(0.4 * RATE)
# Over all prompts of 0.4.0, five languages: through G.711 a prompt's own beginning has 0.9998
# or more; one whose text begins otherwise has 0.97 or less, mostly below 0.7. A packet of 20 ms
# that is lost costs a fortieth. Beginnings with the same words are told apart by what follows.
_ALIKE: Final = 0.95
_BLOCK: Final = int(0.05 * RATE)
# A block still is the prompt if what differs has less than a tenth of the block's energy, or is
# below 60 of 32768: G.711 leaves a hundredth at the most, another sound as much as its own.
_DIFFERS: Final = 0.1
_HUSH: Final = 60.0
# A phone's jitter buffer loses and doubles packets of 20 ms. Who hears on knows the prompt again.
_PACKET: Final = 160
_SLIPS: Final = tuple(n * _PACKET for n in (0, 1, -1, 2, -2, 3, -3))
_LOST: Final = 6  # blocks in a row after which the prompt has ended
# How much of two prompts may lie over one another: the end of one that was cut short is known
# to a block, and the next one's file begins with silence.
_EDGE: Final = 2 * _BLOCK
_FFT: Final = 1 << 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One prompt, or the beginning of one.

    Attributes:
        sound: `<language>/<sound id>`.
        start: The sample of the recording that is the file's first; exact.
        length: How many samples of it were heard, to within 50 ms.
        whole: It was heard to its end.
        or_else: Other sounds that are the same for as long as this one was heard.
    """

    sound: str
    start: int
    length: int
    whole: bool
    or_else: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The first sample behind it."""
        return self.start + self.length


class _Head:
    """A stretch of a prompt by which it is found."""

    def __init__(self, samples: Samples, first: int, end: int) -> None:
        self.first = first
        self.samples = samples[first : min(first + _HEAD, end)]
        self.size = len(self.samples)
        self.end = first + self.size
        self.spectrum = np.conj(np.fft.rfft(self.samples / np.sqrt(np.sum(self.samples**2)), _FFT))


class _Prompt:
    """One sound file, ready to be looked for."""

    def __init__(self, sound: str, samples: Samples) -> None:
        self.sound = sound
        loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
        self.begins = int(loud[0])  # a file begins with a little silence, which tells nothing
        self.ends = int(loud[-1]) + 1
        self.samples = samples
        self.heads = [_Head(samples, self.begins, self.ends)]
        if self.ends >= self.begins + 2 * _HEAD:  # in case the first one was damaged
            self.heads.append(_Head(samples, self.begins + _HEAD, self.ends))

    def follow(self, recording: Samples, start: int, head: _Head) -> int:
        """How many samples from `start` on are this prompt, which was found by `head`."""
        found = recording[start + head.first : start + head.end]
        gain = float(found @ head.samples / (head.samples @ head.samples))
        length, slip, lost = self.begins, 0, 0
        for place in range(self.begins, self.ends, _BLOCK):
            block = gain * self.samples[place : min(place + _BLOCK, self.ends)]
            loud = float(np.sum(block**2)) > 4 * len(block) * _HUSH**2
            for more in _SLIPS if lost and loud else (0,):
                at = start + place + slip + more
                if at >= 0 and _same(recording[at : at + len(block)], block):
                    slip, lost = slip + more, 0
                    length = place + len(block) if loud else length
                    break
            else:
                lost += 1
                if lost == _LOST:
                    break
        return length

    def whole(self, length: int) -> bool:
        """Whether so much of it is all but a rest that is as good as silent."""
        return length > self.ends - _BLOCK


class Ears:
    """Knows some sounds, and finds them."""

    def __init__(self, sounds: dict[str, Samples]) -> None:
        """Know `sounds`: mono, 8 kHz, in units of 16-bit samples."""
        self._prompts = [_Prompt(name, samples) for name, samples in sounds.items()]

    @classmethod
    def of(cls, folder: Path, languages: Iterable[str], only: Iterable[str] = ()) -> "Ears":
        """Know the prompts of `folder` in these languages; with `only`, those prompts' sounds.

        Raises:
            OSError: A folder is not there.
            ValueError: A file is not a mono 16-bit WAV of 8 kHz.
        """
        wanted = set(only)
        return cls({
            f"{language}/{path.stem}": read(path)
            for language in languages
            for path in sorted((folder / language).iterdir())
            if path.suffix == ".wav" and (not wanted or path.stem.partition(".")[0] in wanted)
        })  # fmt: skip

    def hear(self, recording: Samples) -> list[Heard]:
        """Every prompt of which at least 0.4 s of sound were heard, in their order."""
        spectra = _Spectra(recording)
        found = [
            (prompt, start, length)
            for prompt in self._prompts
            for head in prompt.heads
            for start in spectra.beginnings(head)
            if (length := prompt.follow(recording, start, head)) > head.end - _BLOCK
        ]
        return sorted(_best(found), key=lambda heard: heard.start)


class _Spectra:
    """A recording, cut into pieces that overlap and transformed once for all prompts."""

    def __init__(self, recording: Samples) -> None:
        self._length = len(recording)
        self._hop = _FFT - _HEAD
        self._energy = np.concatenate([[0.0], np.cumsum(recording.astype(np.float64) ** 2)])
        self._norms: dict[int, Samples] = {}
        self._pieces = [
            np.fft.rfft(recording[place : place + _FFT], _FFT)
            for place in range(0, self._length, self._hop)
        ]

    def beginnings(self, head: _Head) -> Iterator[int]:
        """Where a prompt's file begins, if the recording holds its `head` behind that."""
        norm = self._norm(head.size)
        for number, piece in enumerate(self._pieces):
            first = number * self._hop
            part = norm[first : first + self._hop]
            alike = np.fft.irfft(piece * head.spectrum, _FFT)[: len(part)] * part
            places = np.flatnonzero(alike >= _ALIKE)
            while len(places):
                best = int(places[np.argmax(alike[places])])
                yield first + best - head.first
                places = places[np.abs(places - best) > head.size // 2]

    def _norm(self, size: int) -> Samples:
        """What makes a product with a head of that size, at each place, one between -1 and 1."""
        if size not in self._norms:
            energy = self._energy[size:] - self._energy[:-size]
            loud = np.sqrt(np.maximum(energy, size * _HUSH**2))
            self._norms[size] = (1 / loud).astype(np.float32)
        return self._norms[size]


def _same(sound: Samples, block: Samples) -> bool:
    """Whether `sound` is `block`, but for what G.711 does to it."""
    if len(sound) < len(block):
        return False
    allowed = max(_DIFFERS * float(np.sum(block**2)), len(block) * _HUSH**2)
    return float(np.sum((sound - block) ** 2)) <= allowed


def _best(found: list[tuple[_Prompt, int, int]]) -> Iterator[Heard]:
    """Of those that lie over one another, the one that fits the longest."""
    taken: list[tuple[int, int]] = []
    left = sorted(found, key=lambda each: each[2], reverse=True)
    for _, start, length in left:
        if any(min(end, start + length) - max(begin, start) > _EDGE for begin, end in taken):
            continue
        taken.append((start, start + length))
        alike = [
            (prompt, begin, long)
            for prompt, begin, long in left
            if abs(begin - start) <= _PACKET and length - long < _BLOCK
        ]
        whole = [each for each in alike if each[0].whole(each[2])]
        (prompt, begin, long), *others = whole or alike
        yield Heard(
            sound=prompt.sound, start=begin, length=long, whole=bool(whole),
            or_else=tuple(sorted({other.sound for other, _, _ in others} - {prompt.sound})),
        )  # fmt: skip


def read(path: Path) -> Samples:
    """The samples of a mono 16-bit WAV of 8 kHz, one that is still growing included.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is another kind of file.
    """
    samples, rate = read_wav(path)
    if rate != RATE:
        raise ValueError(f"{path.name}: not {RATE} samples a second")
    return np.asarray(samples, np.float32)


def _table(law: int) -> Samples:
    """What each of the 256 octets of G.711 stands for (ITU-T G.711, tables 1a to 2b)."""
    octets = np.arange(256) ^ (0xFF if law == PCMU else 0x55)
    segment, step = (octets >> 4) & 7, octets & 0x0F
    if law == PCMU:
        size = (((step << 3) + 0x84) << segment) - 0x84
        return np.where(octets & 0x80, -size, size).astype(np.float32)
    size = np.where(
        segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0)
    )
    return np.where(octets & 0x80, size, -size).astype(np.float32)


_TABLES: Final = {law: _table(law) for law in (PCMU, PCMA)}


def decode(payload: bytes, payload_type: int) -> Samples:
    """The samples of one RTP packet's payload.

    Raises:
        KeyError: It is neither PCMU nor PCMA.
    """
    return _TABLES[payload_type][np.frombuffer(payload, np.uint8)]
