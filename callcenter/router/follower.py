"""Follower: the fold, kept at what the leader has published. Read-only.

Standbys, `callcenter watch` and whoever else needs the live state use it.
"""

from typing import Any

import structlog

from callcenter.acd.ids import entry_key, entry_time
from callcenter.journal.codec import UnreadableEvent, decode_event
from callcenter.journal.entry import Entry
from callcenter.journal.journal import START, Journal
from callcenter.journal.snapshot import Snapshots
from callcenter.shard.shard import Shard

log = structlog.get_logger()

_BATCH = 500


class JournalLost(Exception):
    """The journal is not the one that was followed: Redis lost it, or failed over."""


class Follower:
    """One shard's state up to the published position.

    Attributes:
        shard: The fold; do not change it.
    """

    def __init__(self, client: Any, shard: str, journal: Journal) -> None:
        self.journal = journal
        self.snapshots = Snapshots(client, shard)
        self.shard = Shard()
        self.generation: str | None = None

    def rebuild(self) -> None:
        """Start again from the newest snapshot, or from the start of the journal.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        self.generation = self.journal.generation()
        self.shard = self.snapshots.read()
        if not self.journal.holds(self.shard.position):
            log.warning("snapshot without its entry: folding the whole journal instead")
            self.shard = Shard()
        if self.shard.position == START and self.journal.trimmed():
            # No snapshot that this version can read, and the start is gone: begin with
            # nothing, and let the gateways tell the truth.
            log.error("journal trimmed and no readable snapshot: beginning empty")
            self.shard = Shard.empty_at(self.journal.position())
        self.catch_up()

    def check(self) -> None:
        """After a reconnect: is it still the journal that was followed?

        Raises:
            JournalLost: It is not; `rebuild`, and let the gateways tell the truth again.
        """
        if self.journal.generation() != self.generation:
            if self.generation is None and self.shard.position == "0-0":
                self.generation = self.journal.generation()
                return
            raise JournalLost("another generation")
        if not self.journal.holds(self.shard.position):
            raise JournalLost("my last entry is gone")

    def catch_up(self) -> list[Entry]:
        """Fold what has been published since; the entries that were folded.

        Raises:
            UnknownEvent: A newer version is at work: this process must be upgraded.
            redis.exceptions.RedisError: Redis is unreachable.
        """
        published = self.journal.position()
        folded: list[Entry] = []
        while entry_key(self.shard.position) < entry_key(published):
            batch = [
                entry
                for entry in self.journal.read(self.shard.position, count=_BATCH)
                if entry_key(entry.id) <= entry_key(published)
            ]
            if not batch:
                raise JournalLost("published entries are gone")
            decisions = self.journal.decisions(self.shard.position, batch[-1].id)
            for entry in batch:
                try:
                    event = decode_event(entry.data)
                except UnreadableEvent:
                    event = None
                self.shard.follow(entry.id, event, decisions.get(entry.id, ()))
            folded += batch
        if folded:
            self.journal.clock.saw(entry_time(folded[-1].id))
        return folded
