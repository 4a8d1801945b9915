"""Manifest: what was rendered from what, so that nothing is rendered twice.

`prompts/manifest.json` is `{"so/welcome": {"hash": ..., "stand_in": true, ...}, ...}`.
An entry is written after its files are in place, so an interrupted run repeats only what
it did not finish, and at most the last second of what it did.
"""

import os
from pathlib import Path

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One rendered sound.

    Attributes:
        hash: Of everything that the sound was made from: text, voice, recording, options.
        text_hash: Of the catalog's text when this was made; of a recording, when that very
            recording was first taken. Tells a recording that its text has changed since.
        stand_in: It is not the real thing: its language has no voice and no recording.
        recorded: It comes from a person's recording.
        recording: Hash of the recording; empty if it is synthetic.
        seconds: Its length.
    """

    hash: str
    text_hash: str
    stand_in: bool
    recorded: bool
    seconds: float
    recording: str = ""


Entries = dict[str, Entry]


def read_manifest(folder: Path) -> Entries:
    """The entries of `folder`; none when there is no manifest or it cannot be read."""
    try:
        return msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Entries)
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def write_manifest(folder: Path, entries: Entries) -> None:
    """Replace the manifest of `folder` in one step.

    Raises:
        OSError: The disk is full or the folder cannot be written.
    """
    new = folder / ".manifest.json.new"
    with new.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(dict(sorted(entries.items())))))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / "manifest.json")
