"""Sounds: which file a caller hears, and what is played instead of one that is not there.

A recording wins over the synthetic voice when sounds are made (see `render`). Here, at the
time of the call, a file that is missing all the same is replaced by the Swedish one of the
same name: better the wrong language than silence in the middle of an instruction.
"""

import re
import threading
from pathlib import Path
from typing import Final

import structlog
from prometheus_client import Counter

from callcenter.settings import Settings
from callcenter.speech.manifest import Entries, read_manifest
from ivr_flows.prompts import HOME_LANGUAGE

_log = structlog.get_logger()

# Where a length is not known, the longest that we expect of any sound, in seconds.
LONGEST_S: Final = 60.0
# An id, and a language as `language_routing.languages` has it.
_MESSAGE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}/[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")

FALLBACKS: Final = Counter(
    "callcenter_prompt_fallbacks",
    "Sounds whose file was not there when a caller should hear it: 'swedish' was played "
    "instead, or 'silence'",
    ["language", "why"],
)


class Sounds:
    """The rendered sounds of one installation; safe to use from several threads."""

    def __init__(self, settings: Settings, home_language: str = HOME_LANGUAGE) -> None:
        self._prompts = settings.prompts
        self._messages = messages(settings)
        self._home = home_language
        self._told: set[str] = set()  # sounds whose lack has been logged
        self._lock = threading.Lock()
        self._entries: Entries = {}
        self._read: tuple[int, int] | None = None  # which manifest `_entries` are

    def find(self, language: str, sound_id: str) -> Path | None:
        """The file to play, without its extension; `None` if there is none in any language."""
        wanted = self._prompts / language / sound_id
        if _is_there(wanted):
            return wanted
        instead = self._prompts / self._home / sound_id
        found = instead if language != self._home and _is_there(instead) else None
        self._count(language, sound_id, "silence" if found is None else "swedish")
        return found

    def seconds(self, language: str, sound_id: str) -> float:
        """How long what `find` finds plays; `LONGEST_S` where that is not known."""
        entries = self._manifest()
        for key in (f"{language}/{sound_id}", f"{self._home}/{sound_id}"):
            if key in entries and _is_there(self._prompts / key):
                return entries[key].seconds
        return LONGEST_S

    def message(self, sound: str) -> Path | None:
        """The file of a supervisor's message, without its extension; `None` if it is gone.

        Args:
            sound: As `MessageSet` has it: `<id>/<language>`.
        """
        if not _MESSAGE.fullmatch(sound):
            return None
        path = self._messages / sound
        if _is_there(path):
            return path
        self._count(sound.rpartition("/")[2], "message", "silence")
        return None

    def _manifest(self) -> Entries:
        """The manifest; read anew when prompts were rendered meanwhile."""
        try:
            status = (self._prompts / "manifest.json").stat()
        except OSError:
            return self._entries
        with self._lock:
            if self._read != (status.st_mtime_ns, status.st_ino):
                self._entries = read_manifest(self._prompts)
                self._read = (status.st_mtime_ns, status.st_ino)
            return self._entries

    def _count(self, language: str, sound_id: str, why: str) -> None:
        FALLBACKS.labels(language, why).inc()
        key = f"{language}/{sound_id}"
        with self._lock:
            if key in self._told:
                return
            self._told.add(key)
        # Without its values: to the log's mask, some of them look like a telephone number.
        prompt = sound_id.partition(".")[0]
        _log.error("sound is not there", file=prompt, language=language, outcome=why)


def messages(settings: Settings) -> Path:
    """Where supervisors' messages are: `<id>/<language>.wav` and `.sln16`."""
    return settings.home / "messages"


def _is_there(path: Path) -> bool:
    """Whether the 8 kHz file is; the 16 kHz one is put in place before it."""
    return path.with_name(path.name + ".wav").is_file()
