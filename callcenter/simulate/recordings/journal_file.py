"""Journal file: a recorded journal, as the archive writes it or as Redis still holds it.

Read-only, and no sealed number is opened.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec

from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import AnyEvent, SiteLoaded
from callcenter.acd.ids import EntryId, Millis, entry_key, entry_time
from callcenter.acd.policy import Policy
from callcenter.journal.codec import (
    UnknownEvent,
    UnreadableEvent,
    decode_decisions,
    decode_event,
)
from callcenter.journal.journal import START, Journal
from callcenter.journal.snapshot import Snapshots
from callcenter.simulate.local_clock import MOST_DAYS
from callcenter.simulate.recordings.plain_names import is_plain
from language_routing.calendars import YEARS

AnyEntry: TypeAlias = tuple[EntryId, AnyEvent | None, tuple[AnyDecision, ...]]
"""One entry with what its leader decided; no event where nobody could read it."""

_BATCH: Final = 500
_ID: Final = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")
_UNKNOWN_YEARS: Final[Millis] = int(datetime(YEARS.stop, 1, 1, tzinfo=UTC).timestamp()) * 1000
_LONGEST: Final[Millis] = MOST_DAYS * 86_400_000
_NULL: Final = b"null"


class JournalFault(ValueError):
    """What was given is no journal; the text is `file:line: sentence`, and quotes nothing."""


class _Line(msgspec.Struct):
    id: str
    event: msgspec.Raw
    decisions: msgspec.Raw = msgspec.Raw(b"[]")


_lines = msgspec.json.Decoder(_Line)


def read_file(path: Path) -> Iterator[AnyEntry]:
    """The entries of a file, or of all `journal-<day>.jsonl` in an archive's folder.

    The last line of a file counts only if it is whole: a leader may be writing it.

    Raises:
        JournalFault: A line is no entry of a journal, or not later than the one before it; it
            is of a year whose clock changes are not known, or too long after the first; it
            holds a site with names that are none.
    """
    files = [path]
    if path.is_dir():
        files = sorted(path.glob("journal-*.jsonl"))
        if not files:
            raise JournalFault(f"{path}:1: no journal-<day>.jsonl is in this folder")
    before = (0, -1)
    first: Millis | None = None
    for file in files:
        for number, line in _whole_lines(file):
            try:
                entry, event, decisions = _entry(line)
            except (msgspec.MsgspecError, UnreadableEvent):
                raise JournalFault(f"{file}:{number}: this is no entry of a journal") from None
            except UnknownEvent:
                raise JournalFault(
                    f"{file}:{number}: a newer version wrote this entry; upgrade first"
                ) from None
            if entry_key(entry) <= before:
                raise JournalFault(f"{file}:{number}: not later than the entry before it")
            before, now = entry_key(entry), entry_time(entry)
            first = now if first is None else first
            if now >= _UNKNOWN_YEARS:
                raise JournalFault(f"{file}:{number}: this entry is of a year after {YEARS[-1]}")
            if now - first > _LONGEST:
                raise JournalFault(
                    f"{file}:{number}: more than {MOST_DAYS} days after the first entry"
                )
            if isinstance(event, SiteLoaded) and not is_plain(event.policy):
                raise JournalFault(f"{file}:{number}: this site has names that no site can have")
            yield entry, event, decisions


def _whole_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n") and not _is_json(line):
                    return
                yield number, line
    except OSError as error:
        raise JournalFault(f"{file}:1: the file cannot be read: {error.strerror}") from None


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True


def _entry(line: bytes) -> AnyEntry:
    found = _lines.decode(line)
    if not _ID.fullmatch(found.id):
        raise UnreadableEvent("not an entry's id")
    decisions = decode_decisions(bytes(found.decisions))
    event = bytes(found.event)
    return EntryId(found.id), None if event == _NULL else decode_event(event), decisions


def read_live(client: Any, shard: str) -> Iterator[AnyEntry]:
    """What Redis still has of the journal of a shard, up to what its leader has published.

    Raises:
        UnknownEvent: A newer version is at work: upgrade first.
        redis.exceptions.RedisError: Redis is unreachable.
    """
    journal = Journal(client, shard, "simulate")
    position, published = START, journal.position()
    while entry_key(position) < entry_key(published):
        batch = [
            entry
            for entry in journal.read(position, count=_BATCH)
            if entry_key(entry.id) <= entry_key(published)
        ]
        if not batch:
            return
        decisions = journal.decisions(position, batch[-1].id)
        for entry in batch:
            try:
                event = decode_event(entry.data)
            except UnreadableEvent:
                event = None
            yield entry.id, event, decisions.get(entry.id, ())
        position = batch[-1].id


def live_policy(client: Any, shard: str) -> Policy | None:
    """The rules in the newest snapshot: for a journal whose start is trimmed away.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    return Snapshots(client, shard).read().board.policy
