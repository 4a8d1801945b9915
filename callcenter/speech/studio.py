"""Studio: espeak-ng and sox, from a text or a recording to a file that Asterisk plays.

    text      --speak--> raw.wav --.
    recording ---------------------+--finish--> <prompt>.wav (8 kHz) and .sln16 (16 kHz)
    notes     --sox----> raw.wav --'

Each sound is made in a folder of its own and moved into place when it is whole.
"""

import math
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from callcenter.provision.programs import Program, find
from callcenter.settings import Settings
from callcenter.speech.level import measure
from callcenter.speech.voices import Voice, spelled_for_espeak

# Part of every hash: raise it when the commands below change.
VERSION: Final = 3

# Active level of speech in dBFS; ITU-T G.100.1 has -26 as nominal, prompts sit a bit above.
SPEECH_DBFS: Final = -20.0
_TIMEOUT_S: Final = 60.0
_SHORTEST_S: Final = 0.3
# espeak-ng's own sampling rate; the tones are joined to its output.
_ESPEAK_HZ: Final = "22050"
# Telephone band of the 8 kHz file.
_BAND: Final = ("highpass", "200", "lowpass", "3400")
# Cut silence at both ends (below 0.1 % of full scale), then leave a short breath.
_TRIM: Final = ("silence", "1", "0.02", "0.1%", "reverse") * 2
_BREATH: Final = ("pad", "0.05", "0.15")
_FORM: Final = ("-b", "16", "-c", "1")
# So near to the level that is wanted nobody hears a difference.
_NEAR_DB: Final = 0.3
_PASSES: Final = 3


class SpeechError(Exception):
    """A sound could not be made. The text says which program failed and with what words."""


class Studio:
    """The two programs, ready to run; safe to use from several threads.

    Raises:
        MissingProgram: espeak-ng or sox is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self._espeak = find("espeak-ng", settings)
        self._sox = find("sox", settings)

    def speak(self, text: str, voice: Voice, to: Path) -> None:
        """Speak `text` into the WAV `to`.

        Raises:
            SpeechError: espeak-ng failed.
        """
        options = ["-v", voice.name, "-s", str(voice.words_per_minute)]
        # -b 1: the text is UTF-8, whatever the locale says. On stdin it is never an option.
        self._run(
            self._espeak, [*options, "-b", "1", "-w", str(to), "--stdin"], spelled_for_espeak(text)
        )

    def make_tones(self, to: Path) -> None:
        """Three short tones, for `mark_stand_in`.

        Raises:
            SpeechError: sox failed.
        """
        form = ["-n", "-r", _ESPEAK_HZ, "-c", "1", "-b", "16"]
        tone = ["synth", "0.1", "sine", "660", "vol", "0.2", "fade", "t", "0.01", "0.1", "0.01"]
        self.sox(*form, str(to), *tone, "pad", "0", "0.08", "repeat", "2")

    def mark_stand_in(self, tones: Path, spoken: Path, to: Path) -> None:
        """Put the tones before what is spoken.

        Raises:
            SpeechError: sox failed.
        """
        self.sox(str(tones), str(spoken), str(to))

    def finish(self, raw: Path, work: Path, target: Path, dbfs: float = SPEECH_DBFS) -> float:
        """Trim, filter and level `raw`; put `target` + `.wav` and `.sln16` in place.

        Args:
            work: A folder for what lies in between, on the file system of `target`.
            dbfs: The active level that is wanted.

        Returns:
            The length in seconds.

        Raises:
            SpeechError: sox failed, or there is nothing to hear in `raw`.
        """
        clean, narrow = work / "clean.wav", work / "narrow.wav"
        wav, sln16 = work / "done.wav", work / "done.sln16"
        self.sox(str(raw), "-r", "16000", *_FORM, str(clean), *_TRIM, *_BREATH)
        self.sox(str(clean), "-r", "8000", *_FORM, str(narrow), *_BAND)
        seconds, level = self._measured(narrow)
        if seconds < _SHORTEST_S or level == -math.inf:
            raise SpeechError(f"{target.name}: there is nothing to hear")
        gain = self._leveled(narrow, wav, dbfs, dbfs - level)
        raw_form = ("-t", "raw", "-e", "signed-integer", "-r", "16000", *_FORM)
        self.sox(str(clean), *raw_form, str(sln16), *_gain(gain))
        target.parent.mkdir(parents=True, exist_ok=True)
        for made in (sln16, wav):
            made.replace(target.with_name(target.name + made.suffix))
        return round(seconds, 2)

    def _leveled(self, narrow: Path, wav: Path, dbfs: float, change: float) -> float:
        """Make `wav` of `narrow` with that change in dB; the change that it took in the end.

        The limiter takes some of the level back from a short word with one loud vowel, so
        what came out is measured, and raised once more if it has to be.
        """
        for _ in range(_PASSES):
            self.sox(str(narrow), *_FORM, str(wav), *_gain(change))
            short = dbfs - self._measured(wav)[1] if change > 0 else 0.0
            if short <= _NEAR_DB:
                break
            change += short
        return change

    def sox(self, *arguments: str) -> None:
        """Run sox; its dither is repeatable (-R), so equal input gives equal files.

        Raises:
            SpeechError: sox failed.
        """
        self._run(self._sox, ["-R", "-V1", *arguments], "")

    def _measured(self, path: Path) -> tuple[float, float]:
        try:
            return measure(path)
        except ValueError as error:
            raise SpeechError(str(error)) from error

    def _run(self, program: Program, arguments: Sequence[str], text: str) -> None:
        command = program.command(*arguments)
        try:
            done = subprocess.run(
                command,
                env={**os.environ, **program.environment()},
                input=text.encode(),
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SpeechError(f"{command[0]}: {error}") from error
        if done.returncode != 0:
            words = done.stderr.decode(errors="replace").strip()[-300:]
            raise SpeechError(f"{command[0]} ended with {done.returncode}: {words}")


def _gain(change: float) -> list[str]:
    """The effect that changes the level by so many dB.

    sox's limiter (-l) is made for raising; with a negative gain it adds loudness.
    """
    return ["gain", *(["-l"] if change > 0 else []), f"{change:.2f}"]
