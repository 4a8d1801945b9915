"""Journal: append events, read them, publish what the leader decided.

One object per process and producer. Every append goes through one Redis Function,
which stamps it; nobody else's clock enters. A producer numbers its calls, so that one
whose answer was lost can be repeated without doubling an event.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import EntryId, Millis, entry_time
from callcenter.journal.clock import JournalClock
from callcenter.journal.codec import decode_decisions, encode
from callcenter.journal.entry import Entry
from callcenter.journal.functions import Functions
from callcenter.journal.keys import Keys
from callcenter.shard.shard import Outcome
from callcenter.store import Damaged

START = EntryId("0-0")
_STEP_LIMIT: Millis = 60_000  # a wall clock that moves on by more in one go has stepped
_COMMANDS_KEPT = 10_000
_CALL = re.compile(rb"(\S+) (\d{1,15}) \S+")  # functions.lua, append
_ENTRY = re.compile(rb"\d{1,15}-\d{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a node's gateway has come with its commands."""

    node: str
    field: Literal["done", "started"]
    stream_id: str


class Journal:
    """One shard's journal, for one producer."""

    def __init__(
        self, client: Any, shard: str, producer: str, clock: JournalClock | None = None
    ) -> None:
        self.keys = Keys(shard)
        self.clock = clock or JournalClock()
        self._redis = client
        self._functions = Functions(client)
        self._producer = producer
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._confirmed = 0
        self._unanswered: tuple[int, list[bytes]] | None = None

    def load(self) -> None:
        """Install this version's functions; call once after connecting.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable, or older than 7.
        """
        self._functions.load()

    def append(self, *events: AnyEvent, mark: Mark | None = None) -> EntryId:
        """Append `events` in their order, in one atomic step; the id of the last one.

        After an error the same call may be repeated: it appends once. `mark` notes a
        gateway's progress in the same step.

        Raises:
            redis.exceptions.RedisError: It may or may not have been appended.
            ValueError: There are no events.
        """
        if not events:
            raise ValueError("nothing to append")
        payload = [encode(event) for event in events]
        if self._unanswered is None or self._unanswered[1] != payload:
            self._number += 1
        self._unanswered = (self._number, payload)
        reply = self._functions.call(
            "cc_append",
            [
                self.keys.journal,
                self.keys.clock,
                self.keys.producers,
                self.keys.generation,
                *([self.keys.progress(mark.node)] if mark else []),
            ],
            [
                self._producer,
                self._epoch,
                str(self._number),
                str(_STEP_LIMIT),
                secrets.token_hex(8),
                mark.field if mark else "",
                mark.stream_id if mark else "",
                *payload,
            ],
        )
        self._unanswered = None
        self._confirmed = self._number
        entry = EntryId(_text(reply))
        self.clock.saw(entry_time(entry))
        return entry

    def lost(self) -> bool:
        """Whether the journal no longer has what it confirmed to this producer; told once.

        So it is when a Redis takes over that had not yet been sent the last moments of the
        one before it: its generation is the same.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        confirmed = self._confirmed
        if not confirmed:
            return False
        known = _CALL.fullmatch(self._redis.hget(self.keys.producers, self._producer) or b"")
        if known is not None and known[1].decode() == self._epoch and int(known[2]) >= confirmed:
            return False
        self._confirmed = 0
        return True

    def read(self, after: EntryId, count: int = 256, block: Millis | None = None) -> list[Entry]:
        """The entries behind `after`; waits up to `block` ms for the first one.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        answer = self._redis.xread({self.keys.journal: after}, count=count, block=block)
        return [
            Entry(id=EntryId(_text(entry)), data=fields.get(b"e", b""))
            for _, found in answer
            for entry, fields in found
        ]

    def newest(self, count: int) -> list[Entry]:
        """The last entries, the oldest of them first; published or not."""
        answer = self._redis.xrevrange(self.keys.journal, count=count)
        return [
            Entry(id=EntryId(_text(entry)), data=fields.get(b"e", b""))
            for entry, fields in reversed(answer)
        ]

    def decisions(self, after: EntryId, upto: EntryId) -> dict[EntryId, tuple[AnyDecision, ...]]:
        """What was decided at the entries behind `after`, to `upto` inclusive.

        Raises:
            UnknownEvent: A newer version decided something this one does not know.
        """
        found = self._redis.xrange(self.keys.decisions, f"({after}", upto)
        return {EntryId(_text(entry)): decode_decisions(fields[b"d"]) for entry, fields in found}

    def position(self) -> EntryId:
        """The last entry whose decisions are published."""
        value = self._redis.get(self.keys.position)
        return EntryId(_entry(value)) if value is not None else START

    def generation(self) -> str | None:
        """The journal's name; `None` while it is empty and new."""
        value = self._redis.get(self.keys.generation)
        return _text(value) if value is not None else None

    def holds(self, entry: EntryId) -> bool:
        """Whether `entry` is still there (or was never needed: the start)."""
        return entry == START or bool(self._redis.xrange(self.keys.journal, entry, entry))

    def step(self, token: str, outcomes: Sequence[Outcome], after: EntryId | None = None) -> None:
        """Publish what the leader made of some entries, all of it or nothing.

        Args:
            after: What was published last, for all that this leader knows.

        Raises:
            Fenced: `token` is not the present leader's.
            Diverged: Something else was published last, or the entries are not there.
            redis.exceptions.RedisError: It may or may not have been published.
        """
        streams: dict[str, int] = {}
        recorded: list[str | bytes] = []
        sent: list[str | bytes] = []
        for outcome in outcomes:
            if outcome.decisions:
                recorded += [outcome.entry, encode(outcome.decisions)]
            for command in outcome.commands:
                stream = self.keys.commands(command.node)
                index = streams.setdefault(stream, len(streams) + 1)
                sent += [str(index), command.id, encode(command)]
        keys = [self.keys.lead, self.keys.position, self.keys.decisions, *streams]
        args = [
            token,
            outcomes[-1].entry,
            str(_COMMANDS_KEPT),
            str(len(recorded) // 2),
            *recorded,
            *sent,
        ]
        if after is None:
            self._functions.call("cc_step", keys, args)
        else:
            self._functions.call("cc_publish", [self.keys.journal, *keys], [after, *args])

    def commands(
        self, node: str, after: str, block: Millis, count: int = 64
    ) -> list[tuple[str, bytes]]:
        """Commands for one node behind stream id `after`: pairs of stream id and JSON.

        Raises:
            redis.exceptions.RedisError: Redis is unreachable.
        """
        answer = self._redis.xread({self.keys.commands(node): after}, count=count, block=block)
        return [(_text(entry), fields[b"c"]) for _, found in answer for entry, fields in found]

    def progress(self, node: str) -> tuple[str, str]:
        """Stream ids of the last command that `node` has finished with, and has started."""
        done, started = self._redis.hmget(self.keys.progress(node), "done", "started")
        finished = _entry(done) if done is not None else "0-0"
        return finished, _entry(started) if started is not None else finished

    def trim(self, before: EntryId) -> int:
        """Drop entries and decisions older than `before`; how many entries went.

        Redis drops whole nodes of a hundred entries alone, so it may be none.
        """
        keys = [self.keys.journal, self.keys.decisions, self.keys.trimmed]
        return int(self._functions.call("cc_trim", keys, [before]))

    def trimmed(self) -> bool:
        """Whether the journal's start may be gone."""
        return bool(self._redis.exists(self.keys.trimmed))

    def size(self) -> int:
        """Bytes that the journal takes in Redis."""
        return int(self._redis.memory_usage(self.keys.journal) or 0)


def _entry(value: bytes) -> str:
    """The id in a key of ours.

    Raises:
        Damaged: It is none.
    """
    if not _ENTRY.fullmatch(value):
        raise Damaged("not an entry's id")
    return value.decode()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
