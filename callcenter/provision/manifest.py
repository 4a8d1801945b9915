"""Manifest: what was installed, so that finding a program costs one small file.

It lies in the prefix itself and is written last: a prefix without one is not complete.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

Origin = Literal["host", "private"]

FORMAT: Final = 1
_NAME: Final = "manifest.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One program that was tried and ran.

    Attributes:
        path: Below the prefix for a private one (so that the home may be moved), else absolute.
        stamp: Of a host's program: its size and time of change, to notice an upgrade.
    """

    version: str
    origin: Origin
    path: str
    stamp: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Every program of one prefix, and the Debian packages that were asked for."""

    packages: tuple[str, ...] = ()
    entries: dict[str, Entry] = field(default_factory=dict)


def stamp(program: Path) -> str:
    """Changes when the file at `program` is replaced; "" if it is not there."""
    try:
        status = program.stat()
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def read(prefix: Path) -> Manifest | None:
    """The manifest of `prefix`; `None` if it has none, or one that we cannot read."""
    try:
        raw = json.loads((prefix / _NAME).read_text())
        if raw["format"] != FORMAT:
            return None
        return Manifest(
            packages=tuple(raw["packages"]),
            entries={name: Entry(**entry) for name, entry in raw["entries"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write(prefix: Path, manifest: Manifest) -> None:
    """Put `manifest` into `prefix`, whole or not at all.

    Raises:
        OSError: The disk is full, or the folder is not ours.
    """
    raw = {
        "format": FORMAT,
        "packages": list(manifest.packages),
        "entries": {
            name: {
                "version": entry.version,
                "origin": entry.origin,
                "path": entry.path,
                "stamp": entry.stamp,
            }
            for name, entry in manifest.entries.items()
        },
    }
    draft = prefix / f"{_NAME}.{os.getpid()}"
    with draft.open("w") as file:
        json.dump(raw, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(prefix / _NAME)
