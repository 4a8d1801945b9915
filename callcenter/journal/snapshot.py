"""Snapshot: the fold's state at one position, so that a start need not read from the start."""

from typing import Any

from callcenter.acd.ids import EntryId
from callcenter.journal.functions import Functions
from callcenter.journal.keys import Keys
from callcenter.shard.shard import Shard


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
        """The fold as it was saved, or a new one where nothing fitting is saved."""
        shard = Shard()
        position, state = self._redis.hmget(self._keys.snapshot, "position", "state")
        if position is not None and state is not None:
            shard.restore(EntryId(position.decode()), state)
        return shard

    def position(self) -> EntryId | None:
        """Where the newest snapshot stands."""
        position = self._redis.hget(self._keys.snapshot, "position")
        return EntryId(position.decode()) if position is not None else None
