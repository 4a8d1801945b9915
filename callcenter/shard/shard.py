"""Shard: the fold over one journal. There is no second model of the state anywhere.

Told entry by entry. The leader calls `lead` and publishes what comes out; everybody
else calls `follow` with the decisions that the leader recorded.
"""

from collections.abc import Sequence

import msgspec

from callcenter.acd.board import Board
from callcenter.acd.commands import AnyCommand
from callcenter.acd.contact import IllegalMove
from callcenter.acd.decisions import AnyDecision, Quarantined
from callcenter.acd.distributor import Acd
from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import EntryId, Millis, entry_time
from callcenter.acd.saved import Saved

# A snapshot of a layout that is not readable is passed over: the fold starts from the journal.
# 2: what is owed, and conversations that are not yet sure to be some.
# 3: rings, holds, dismissals, surge, half-hours, handle times.
# 4: kept places, what callers were told, supervisors' messages, the survey's scores.
# 5: callbacks.
STATE_VERSION = 5
_READABLE = (1, 2, 3, 4, STATE_VERSION)


class State(msgspec.Struct, kw_only=True):
    """What a snapshot holds."""

    version: int
    acd: Saved
    late: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the leader must publish for one entry, in one atomic step."""

    entry: EntryId
    decisions: tuple[AnyDecision, ...]
    commands: tuple[AnyCommand, ...]


class Shard:
    """The state of one shard.

    Attributes:
        position: The last entry that was folded.
        late: How many events came late or doubled; they are weather, not bugs.
        unfit: How many decisions and timers did not fit the board; not part of the state.
    """

    def __init__(self) -> None:
        self._acd = Acd()
        self.position = EntryId("0-0")
        self.late = 0
        self.unfit = 0

    @classmethod
    def empty_at(cls, position: EntryId) -> "Shard":
        """A fold that knows nothing of what came before `position`."""
        shard = cls()
        shard.position = position
        return shard

    @property
    def board(self) -> Board:
        """The state, to read."""
        return self._acd.board

    @property
    def now(self) -> Millis:
        """The journal's time at `position`."""
        return entry_time(self.position)

    def lead(self, entry: EntryId, event: AnyEvent) -> Outcome:
        """Fold `entry` and decide.

        Raises:
            Exception: The fold has a bug that this entry meets. The state may be half
                changed: throw it away, rebuild, and call `quarantine` instead.
        """
        now = entry_time(entry)
        self._observe(entry, event, now)
        if not self._acd.undecided:
            return Outcome(entry=entry, decisions=(), commands=())
        decisions: list[AnyDecision] = []
        commands: list[AnyCommand] = []
        while True:
            command_id = f"{entry}-{len(decisions)}"
            decision = self._acd.next_decision(command_id, now)
            if decision is None:
                break
            self._acd.apply(decision, now)
            decisions.append(decision)
            commands += self._acd.commands(decision, command_id, now)
        return Outcome(entry=entry, decisions=tuple(decisions), commands=tuple(commands))

    def follow(
        self, entry: EntryId, event: AnyEvent | None, decisions: Sequence[AnyDecision]
    ) -> None:
        """Fold `entry` with what its leader decided.

        Args:
            event: `None` for an entry that nobody can read; the leader quarantined it.
        """
        now = entry_time(entry)
        if any(isinstance(decision, Quarantined) for decision in decisions) or event is None:
            self._skip(entry, now)
        else:
            self._observe(entry, event, now)
        for decision in decisions:
            try:
                self._acd.apply(decision, now)
            except (IllegalMove, KeyError):
                self.unfit += 1  # made on a fuller board than ours, which began in the middle

    def quarantine(self, entry: EntryId, error: str) -> Outcome:
        """Skip an entry that cannot be folded, for everybody alike."""
        self._skip(entry, entry_time(entry))
        return Outcome(entry=entry, decisions=(Quarantined(error=error),), commands=())

    def next_deadline(self) -> Millis | None:
        """When the leader must append a `Tick` if nothing else happens."""
        return self._acd.next_deadline()

    def save(self) -> bytes:
        """The state at `position`, for a snapshot."""
        state = State(version=STATE_VERSION, acd=self._acd.save(), late=self.late)
        return msgspec.json.encode(state)

    def restore(self, position: EntryId, saved: bytes) -> bool:
        """Become what was saved; `False` if it is of another version or damaged."""
        try:
            state = msgspec.json.decode(saved, type=State)
        except msgspec.MsgspecError:
            return False
        if state.version not in _READABLE:
            return False
        self._acd = Acd()
        self._acd.restore(state.acd)
        self.position, self.late = position, state.late
        return True

    def _observe(self, entry: EntryId, event: AnyEvent, now: Millis) -> None:
        self._acd.fire_timers(now)
        try:
            self._acd.observe(event, now)
        except IllegalMove:
            self.late += 1
        self.position = entry

    def _skip(self, entry: EntryId, now: Millis) -> None:
        """Pass over an entry, and over timers that break the fold; then doubt everything."""
        self.unfit += self._acd.fire_timers(now, disarm=True)
        self._acd.doubt_everything()
        self.position = entry
