"""A Redis of lists and texts in memory: as much of it as a follower reads."""

from typing import Any

from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import EntryId, entry_key
from callcenter.journal.codec import encode
from callcenter.journal.keys import Keys
from callcenter.shard.shard import Shard

KEYS = Keys("test")


class Stored:
    """What the router's keys hold; `tell` appends and publishes as a leader would."""

    def __init__(self, generation: str = "g1") -> None:
        self.texts: dict[str, bytes] = {KEYS.generation: generation.encode()}
        self.hashes: dict[str, dict[str, bytes]] = {}
        self.streams: dict[str, list[tuple[bytes, dict[bytes, bytes]]]] = {
            KEYS.journal: [],
            KEYS.decisions: [],
        }
        self.shard = Shard()
        self.bytes = 1_000
        self._now = 1_000_000

    # -- as a leader writes -------------------------------------------------------

    def tell(self, *events: AnyEvent) -> EntryId:
        for event in events:
            entry = self.append(encode(event))
            outcome = self.shard.lead(entry, event)
            self._publish(entry, encode(outcome.decisions) if outcome.decisions else None)
        return self.shard.position

    def rubbish(self, data: bytes) -> EntryId:
        """An entry nobody can read, quarantined."""
        entry = self.append(data)
        outcome = self.shard.quarantine(entry, "UnreadableEvent")
        self._publish(entry, encode(outcome.decisions))
        return entry

    def append(self, data: bytes) -> EntryId:
        """An entry that no leader has published yet."""
        self._now += 100
        entry = EntryId(f"{self._now}-0")
        self.streams[KEYS.journal].append((entry.encode(), {b"e": data}))
        return entry

    def publish(self, entry: EntryId) -> None:
        self.texts[KEYS.position] = entry.encode()

    def _publish(self, entry: EntryId, decisions: bytes | None) -> None:
        if decisions is not None:
            self.streams[KEYS.decisions].append((entry.encode(), {b"d": decisions}))
        self.publish(entry)

    def snapshot(self) -> None:
        self.hashes[KEYS.snapshot] = {
            "position": self.shard.position.encode(),
            "state": self.shard.save(),
        }

    # -- as a client reads --------------------------------------------------------

    def get(self, key: str) -> bytes | None:
        return self.texts.get(key)

    def exists(self, key: str) -> int:
        return int(key in self.texts)

    def hget(self, key: str, field: str) -> bytes | None:
        return self.hashes.get(key, {}).get(field)

    def hmget(self, key: str, *fields: str) -> list[bytes | None]:
        return [self.hget(key, field) for field in fields]

    def xread(self, streams: dict[str, str], count: int, block: int | None) -> list[Any]:
        ((key, after),) = streams.items()
        found = [
            (entry, fields)
            for entry, fields in self.streams[key]
            if entry_key(EntryId(entry.decode())) > entry_key(EntryId(after))
        ]
        return [(key.encode(), found[:count])] if found else []

    def xrange(self, key: str, low: str, high: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
        bound = entry_key(EntryId(low.lstrip("(")))
        return [
            (entry, fields)
            for entry, fields in self.streams[key]
            if bound <= entry_key(EntryId(entry.decode())) <= entry_key(EntryId(high))
            and not (low.startswith("(") and entry_key(EntryId(entry.decode())) == bound)
        ]

    def memory_usage(self, key: str) -> int:
        return self.bytes
