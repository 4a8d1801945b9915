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
            text = event if event.startswith(b"{") else b"null"
            file.write(b'{"id":"%s","event":%s' % (entry.encode(), text))
            if decisions:
                file.write(b',"decisions":%s' % encode(decisions))
            file.write(b"}\n")
        if self._file is not None:
            self._file.flush()
            os.fdatasync(self._file.fileno())
        if lines:
            self.position = max(self.position, lines[-1][0], key=entry_key)

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
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - _TAIL))
                whole = file.read().rpartition(b"\n")[0]
            for line in reversed(whole.split(b"\n")):
                if line.startswith(b'{"id":"'):
                    return EntryId(line[7:].partition(b'"')[0].decode())
        return EntryId("0-0")


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
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        if tail and not tail.endswith(b"\n"):
            file.truncate(size - len(tail.rpartition(b"\n")[2]))
