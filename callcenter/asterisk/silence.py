"""Silence: sounds of silence, in which a caller has time to press a key.

They stand behind a question in the same command: between two commands keys get lost.
A-law, as the carrier sends it, so that Asterisk has nothing to convert.
"""

import os
import threading
from pathlib import Path
from typing import Final

import structlog

_log = structlog.get_logger()

_A_LAW_ZERO: Final = b"\xd5"
_SAMPLES_PER_MS: Final = 8
_STEP_MS: Final = 100
_LONGEST_MS: Final = 60_000


class Silence:
    """Files in one folder, made when they are first needed; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[int, str] = {}
        self._lock = threading.Lock()

    def find(self, ms: int) -> str | None:
        """A silence of `ms`, rounded up to a tenth of a second, without the extension.

        `None`: it is longer than a minute, or cannot be written; wait in another way.
        """
        rounded = -(-ms // _STEP_MS) * _STEP_MS
        if not 0 < rounded <= _LONGEST_MS:
            return None
        with self._lock:
            path = self._made.get(rounded)
            if path is None:
                path = self._make(rounded)
                if path is not None:
                    self._made[rounded] = path
        return path

    def _make(self, ms: int) -> str | None:
        path = self._folder / str(ms)
        new = path.with_suffix(".new")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_bytes(_A_LAW_ZERO * (_SAMPLES_PER_MS * ms))
            os.replace(new, path.with_suffix(".alaw"))
        except OSError as error:
            _log.error("silence cannot be written", exc_info=error)
            return None
        return str(path)
