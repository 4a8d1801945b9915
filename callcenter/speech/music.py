"""Music: what a waiting caller hears between announcements, made with sox.

Eight slow chords, each note entering a little after the one before, overlapping, about a
minute long and made to be repeated. Notes stay between 250 and 700 Hz, where a telephone
carries them; it is a little softer than speech.
"""

from pathlib import Path
from typing import Final

from callcenter.speech.studio import Studio

NAME: Final = "calm"
# Part of the hash: raise it when the music changes.
VERSION: Final = 1
_DBFS: Final = -22.0
_EVERY_S: Final = 7.5
_LASTS_S: Final = 9.5

_C4, _D4, _E4, _F4, _G4, _A4, _B4 = 261.63, 293.66, 329.63, 349.23, 392.00, 440.00, 493.88
_C5, _D5, _E5 = 523.25, 587.33, 659.25

_CHORDS: Final = (
    (_C4, _E4, _G4, _B4),
    (_A4, _C5, _E4, _G4),
    (_F4, _A4, _C5, _E5),
    (_G4, _B4, _D4, _E5),
    (_E4, _G4, _B4, _D5),
    (_A4, _C5, _E5, _G4),
    (_D4, _F4, _A4, _C5),
    (_G4, _B4, _D5, _E4),
)


def compose(studio: Studio, work: Path, folder: Path) -> float:
    """Make `calm.wav` (and `.sln16`) in `folder`; its length in seconds.

    Args:
        work: An empty folder on the same file system.

    Raises:
        SpeechError: sox failed.
    """
    parts: list[str] = []
    for number, chord in enumerate(_CHORDS):
        path = work / f"chord{number}.wav"
        voices = [word for note in chord for word in ("sine", f"{note:.2f}")]
        form = ("-n", "-r", "16000", "-b", "16", "-c", str(len(chord)))
        enter = ("delay", *(f"{0.6 * place:.1f}" for place in range(len(chord))))
        swell = ("fade", "t", "2", f"{_LASTS_S}", "3.5")
        start = ("pad", f"{number * _EVERY_S}")
        studio.sox(
            *form, str(path), "synth", f"{_LASTS_S}", *voices, "vol", "0.2",
            *enter, "trim", "0", f"{_LASTS_S}", "remix", "-", *swell, *start,
        )  # fmt: skip
        parts += ["-v", "1", str(path)]
    raw = work / "raw.wav"
    studio.sox("-m", *parts, str(raw), "tremolo", "0.3", "15")
    return studio.finish(raw, work, folder / NAME, _DBFS)
