"""Entry: one line of the journal, as read."""

from dataclasses import dataclass

from callcenter.acd.ids import EntryId


@dataclass(frozen=True, slots=True)
class Entry:
    """An id, whose milliseconds are the time of the event, and the event as JSON."""

    id: EntryId
    data: bytes
