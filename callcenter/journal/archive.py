"""Archive: every entry with its decisions once more, in a file of its day.

The second copy of the journal until the SQL history exists: JSON lines, appended and
flushed to disk by the leader after the step that published them. Numbers in it are
sealed; destroying a day's key is the erasure.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from callcenter.acd.decisions import AnyDecision
from callcenter.acd.ids import EntryId, entry_key, entry_time
from callcenter.journal.codec import encode
from callcenter.journal.journal import Journal

_TAIL = 65_536


class Archive:
    """Appends to `<folder>/journal-<day>.jsonl`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._file: BinaryIO | None = None
        self._name = ""
        self.position = self._last()

    def write(self, lines: Sequence[tuple[EntryId, bytes, Sequence[AnyDecision]]]) -> None:
        """Append entries that are newer than `position`, and wait for the disk.

        Raises:
            OSError: The disk is full or gone; nothing counts as archived.
        """
        for entry, event, decisions in lines:
            if entry_key(entry) <= entry_key(self.position):
                continue
            file = self._open(entry)
            file.write(b'{"id":"%s","event":%s' % (entry.encode(), _one_line(event)))
            if decisions:
                file.write(b',"decisions":%s' % encode(decisions))
            file.write(b"}\n")
        if self._file is not None:
            self._file.flush()
            os.fdatasync(self._file.fileno())
        if lines:
            self.position = max(self.position, lines[-1][0], key=entry_key)

    def recover(self) -> None:
        """After an error: see what is really on the disk.

        Raises:
            OSError: The disk is full or gone still.
        """
        self.close()
        self.position = self._last()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, entry: EntryId) -> BinaryIO:
        day = datetime.fromtimestamp(entry_time(entry) / 1000, UTC).date()
        name = f"journal-{day.isoformat()}.jsonl"
        if self._file is None or name != self._name:
            self.close()
            path = self._folder / name
            path.touch(mode=0o600)
            _mend(path)
            self._file = path.open("ab")
            self._name = name
        return self._file

    def _last(self) -> EntryId:
        """The newest whole entry in the newest file."""
        for path in sorted(self._folder.glob("journal-*.jsonl"), reverse=True):
            lines = _tail(path).split(b"\n")[:-1]  # behind the last line's end is no whole line
            for line in reversed(lines):
                if line.startswith(b'{"id":"'):
                    return EntryId(line[7:].partition(b'"')[0].decode())
        return EntryId("0-0")


def _one_line(event: bytes) -> bytes:
    """An event as JSON on one line; rubbish becomes `null`, as everybody skips it."""
    try:
        return msgspec.json.encode(msgspec.json.decode(event))
    except (msgspec.MsgspecError, RecursionError):
        return b"null"


def _tail(path: Path) -> bytes:
    """The end of a file, from the start of its last whole line or earlier."""
    size = path.stat().st_size
    with path.open("rb") as file:
        window = _TAIL
        while True:
            file.seek(max(0, size - window))
            data = file.read()
            if window >= size or data.count(b"\n") >= 2:
                return data
            window *= 4


def fill(archive: Archive, journal: Journal, upto: EntryId) -> None:
    """Archive what an earlier leader published and did not live to archive.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
        OSError: The disk is full or gone.
    """
    while entry_key(archive.position) < entry_key(upto):
        batch = [
            entry
            for entry in journal.read(archive.position)
            if entry_key(entry.id) <= entry_key(upto)
        ]
        if not batch:
            return
        decisions = journal.decisions(archive.position, batch[-1].id)
        archive.write([(entry.id, entry.data, decisions.get(entry.id, ())) for entry in batch])


def _mend(path: Path) -> None:
    """Cut off a line that a crash left half written."""
    tail = _tail(path)
    if tail and not tail.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - len(tail.rpartition(b"\n")[2]))
