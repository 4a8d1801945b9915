"""Trees: programs that are two lines of shell, for tests without a network."""

from pathlib import Path

from callcenter.provision import manifest
from callcenter.provision.manifest import Entry, Manifest

ASTERISK = "usr/sbin/asterisk"


def script(file: Path, says: str) -> Path:
    """An executable at `file` that prints `says`, whatever it is asked."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{says}'\n")
    file.chmod(0o755)
    return file


def complete(place: Path, version: str = "22.10.1") -> None:
    """A finished tree at `place` that holds an Asterisk of that version."""
    script(place / ASTERISK, f"Asterisk {version}")
    entry = Entry(version=version, origin="private", path=ASTERISK)
    manifest.write(place, Manifest(packages=("asterisk",), entries={"asterisk": entry}))


def half(place: Path) -> None:
    """A tree whose unpacking was broken off."""
    script(place / "usr/bin/sox", "SoX")
