"""Messages: what a supervisor wants callers to hear, as a sound in `messages/<id>/<language>`.

    typed text --speak--.
    by phone ---record--+--finish--> what callers will hear --keep--> messages/<id>/

A draft becomes a message by one rename, after its files have reached the disk. The event that
switches it on comes after that: no caller is ever sent to a file that is not there.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.settings import Settings
from callcenter.speech.sounds import messages
from callcenter.speech.studio import Studio
from callcenter.speech.voices import VOICES

# No message plays longer than this after it was set.
LONGEST: Final[Millis] = 7 * 24 * 3_600_000
LONGEST_TEXT: Final = 600
# Its files stay a day longer: nobody hears them any more, whatever the clocks say.
_KEPT_S: Final = LONGEST / 1000 + 24 * 3600
_DRAFT: Final = ".draft-"
_MESSAGE: Final = "m-"
# espeak-ng takes text in double brackets for phonemes; the others nobody can speak.
_NOT_SPOKEN: Final = frozenset("{}<>[]\\|")


def check_text(text: str) -> str:
    """`text` as it will be spoken.

    Raises:
        ValueError: It cannot be; what is said does not quote it, it may name somebody.
    """
    if not text.isprintable():
        raise ValueError("the text is one line of printable characters")
    found = " ".join(text.split())
    if len(found) > LONGEST_TEXT:
        raise ValueError(f"the text has {len(found)} characters; {LONGEST_TEXT} are the most")
    if not any(character.isalnum() for character in found):
        raise ValueError("the text has nothing that can be spoken")
    if _NOT_SPOKEN & set(found):
        raise ValueError("the text has brackets or bars, which cannot be spoken")
    return found


def check_voice(language: str) -> None:
    """See that a text in `language` can be spoken.

    Raises:
        ValueError: No voice speaks it.
    """
    if language not in VOICES:
        raise ValueError(
            f"no synthetic voice speaks {language}: record the message by phone instead (*60)"
        )


class Draft:
    """A message in the making; used in a `with`, after which nothing is left unless kept.

    Next: `speak`, or record into `raw`; then `finish`, and `keep` if it is good.
    """

    def __init__(self, settings: Settings, language: str) -> None:
        """Make room for it.

        Raises:
            MissingProgram: espeak-ng or sox is not installed.
            OSError: The disk is full or the folder cannot be written.
        """
        self._studio = Studio(settings)
        self._all = messages(settings)
        self._language = language
        self._all.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_old(self._all)
        self._folder = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self._all))
        self._work = self._folder / "work"
        self._work.mkdir()

    def __enter__(self) -> "Draft":
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def raw(self) -> Path:
        """Where a recording goes, as a WAV."""
        return self._work / "raw.wav"

    def tone(self) -> Path:
        """A tone that asks somebody to speak: its file without the extension.

        Raises:
            SpeechError: It could not be made.
        """
        self._studio.make_tones(self._work / "tones.wav")
        self._studio.finish(self._work / "tones.wav", self._work, self._work / "tone")
        return self._work / "tone"

    def speak(self, text: str) -> None:
        """Speak a checked text with the language's voice.

        Raises:
            ValueError: No voice speaks the language.
            SpeechError: espeak-ng failed.
        """
        check_voice(self._language)
        self._studio.speak(text, VOICES[self._language], self.raw)

    def finish(self) -> tuple[Path, float]:
        """Level what was spoken or recorded, as every prompt is.

        Returns:
            The file that callers will hear, without its extension, and its length in seconds.

        Raises:
            SpeechError: There is nothing to hear in it.
        """
        target = self._folder / self._language
        return target, self._studio.finish(self.raw, self._work, target)

    def keep(self, now: Millis) -> tuple[str, str]:
        """Make it a message; once only, after `finish`.

        Args:
            now: The journal's time; the id is made of it.

        Returns:
            The message's id and its sound, for `MessageSet`.

        Raises:
            OSError: The disk is full.
        """
        shutil.rmtree(self._work)
        for file in self._folder.iterdir():
            _to_disk(file)
        _to_disk(self._folder)
        stamp = now // 1000
        while True:
            name = f"{_MESSAGE}{stamp:x}"
            try:
                self._folder.rename(self._all / name)
            except OSError:
                if not (self._all / name).exists():
                    raise
                stamp += 1  # two in one second
            else:
                break
        _to_disk(self._all)
        return name, f"{name}/{self._language}"


def _forget_old(folder: Path) -> None:
    """Remove messages that cannot be in force any more, and drafts that somebody left.

    What is none of ours stays, and what cannot be removed hinders no new message.
    """
    old = time.time() - _KEPT_S
    for found in folder.iterdir():
        if not found.name.startswith((_DRAFT, _MESSAGE)):
            continue
        try:
            if found.lstat().st_mtime < old:
                shutil.rmtree(found, ignore_errors=True)
        except FileNotFoundError:
            continue  # another has


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
