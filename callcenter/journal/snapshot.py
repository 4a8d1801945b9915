"""Snapshot: the fold's state at one position, so that a start need not read from the start."""

from typing import Any

import structlog
from redis.exceptions import ResponseError

from callcenter.acd.ids import EntryId, entry_key
from callcenter.journal.functions import Functions
from callcenter.journal.keys import Keys
from callcenter.shard.shard import Shard
from callcenter.store import reason

log = structlog.get_logger()


class Snapshots:
    """One shard's newest snapshot."""

    def __init__(self, client: Any, shard: str) -> None:
        self._redis = client
        self._functions = Functions(client)
        self._keys = Keys(shard)

    def write(self, shard: Shard) -> bool:
        """Keep `shard`'s state, unless a newer one is there already."""
        written = self._functions.call(
            "cc_save",
            [self._keys.snapshot, self._keys.position],
            [shard.position, shard.save()],
        )
        return bool(written)

    def read(self) -> Shard:
        """The fold as it was saved, or a new one where nothing fitting is saved.

        What is no snapshot at all is moved aside: the journal is the truth, and it must not
        stand in the way of the next one. One of another version stays.
        """
        shard = Shard()
        position, state = self._saved("position", "state")
        if position is None or state is None:
            return shard
        entry = self._entry(position)
        if entry is None:
            return shard
        try:
            if shard.restore(entry, state):
                return shard
        except Exception as error:  # records that do not fit each other: whatever they break
            self._put_aside(error)
            return Shard()
        log.error("snapshot of another version or damaged: folding the journal instead")
        return Shard()

    def position(self) -> EntryId | None:
        """Where the newest snapshot stands."""
        (position,) = self._saved("position")
        return self._entry(position) if position is not None else None

    def _saved(self, *fields: str) -> list[bytes | None]:
        try:
            found: list[bytes | None] = self._redis.hmget(self._keys.snapshot, *fields)
        except ResponseError as error:
            if reason(error) != "damaged_key":
                raise
            self._put_aside(error)
            return [None] * len(fields)
        return found

    def _entry(self, position: bytes) -> EntryId | None:
        try:
            entry = EntryId(position.decode())
            entry_key(entry)
        except ValueError as error:
            self._put_aside(error)
            return None
        return entry

    def _put_aside(self, error: Exception) -> None:
        aside = f"{self._keys.snapshot}:damaged"
        log.error("snapshot damaged: put aside", path=aside, exc_info=error)
        self._redis.rename(self._keys.snapshot, aside)
