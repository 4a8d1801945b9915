"""One queue of app_queue: its callers in their order, whose turn it is, and who is rung.

The rules were read in Asterisk's apps/app_queue.c, and are named here by its functions. In
Asterisk every caller's thread looks once a second whether it is its turn. Here only looks that
lead to a ringing are made, and the others are counted forward when somebody asks.

    line:   A  B  C  D  E  F        3 members available: it is A's, B's and C's turn,
            ------- turn            also if none of the three members may serve them;
                                    each tries, reaches nobody, sleeps for 5 s, tries ...
"""

from bisect import bisect_left
from typing import Final, NamedTuple

from callcenter.acd.ids import Millis, NurseId
from callcenter.simulate.baseline.door import Door

RECHECK: Final[Millis] = 1_000
"""Between two looks of a caller whose turn it is not (`wait_our_turn`)."""
_PENALTY: Final = 1_000_000  # `calc_metric`: what one penalty counts against a second of idleness


EVERYBODY: Final = 10**15
"""More than any caller's running number."""


class Looked(NamedTuple):
    """Up to where looks are over: before `at` all, at it those of callers up to `entered`."""

    at: Millis
    entered: int = EVERYBODY


class Member:
    """A nurse as app_queue knows her, in all queues alike (`shared_lastcall=yes`).

    Attributes:
        number: Among members of equal metric the lowest is rung. In Asterisk that is decided by
            a hash table of their names.
        there: She is a member.
        busy: Her phone rings or is in use (`ringinuse=no`).
        last_call: The second in which her last call ended; `None`: none since she was added.
        wraps_until: The first instant at which her wrap-up is over.
    """

    __slots__ = ("busy", "last_call", "number", "nurse", "paused", "there", "wraps_until")

    def __init__(self, nurse: NurseId, number: int) -> None:
        self.nurse, self.number = nurse, number
        self.there = self.paused = self.busy = False
        self.last_call: int | None = None
        self.wraps_until: Millis | None = None

    @property
    def available(self) -> bool:
        """As of the last thing that happened (`is_member_available`, `can_ring_entry`)."""
        return self.there and not self.paused and not self.busy and self.wraps_until is None

    def metric(self, penalty: int, second: int) -> int:
        """The lowest is rung: by penalty, then the least recent (`calc_metric`)."""
        recent = 0 if self.last_call is None else _PENALTY - (second - self.last_call)
        return recent + penalty * _PENALTY


class Entry:
    """A caller in a queue.

    Attributes:
        entered: A running number over all queues.
        place: What a queue is ordered by (`join_queue`): higher priorities first, then arrival.
        since: The second in which it entered (`qe.start`).
        door: With the penalties of members whom the caller may be given to.
        looks_at: When the caller's thread looks next.
        every: How long it sleeps when that look leads to nothing.
        rings_at: Of the first to ring: its look that rings somebody, if nothing happens before.
        member: Whose phone rings (`pending`).
    """

    __slots__ = (
        "door", "entered", "every", "looks_at", "member", "number", "place", "queue", "rings_at",
        "since",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        queue: "Queue",
        entered: int,
        priority: int,
        door: Door,
        *,
        since: int,
    ) -> None:
        self.number, self.queue, self.entered = number, queue, entered
        self.place = (-priority, entered)
        self.door, self.since = door, since
        self.looks_at: Millis = 0
        self.rings_at: Millis = 0
        self.every = RECHECK
        self.member: Member | None = None

    def counts_forward(self, done: Looked) -> None:
        """The looks up to `done` are over, and led to nothing."""
        last = done.at if self.entered <= done.entered else done.at - 1
        if self.looks_at <= last:
            self.looks_at += ((last - self.looks_at) // self.every + 1) * self.every

    def first_look_from(self, at: Millis) -> Millis:
        """The first look at an instant or after it, if those before lead to nothing."""
        return self.looks_at + max(0, -((self.looks_at - at) // self.every)) * self.every


class Queue:
    """One queue, `strategy=leastrecent`, `autofill=yes`, weight 0.

    Whatever changes who is available or who stands where is told together with `done`, up to
    where looks are over: with the change somebody's turn may come or go, and those
    whose turn it is sleep for `retry` between looks that lead to nothing, the others a second.

    Args:
        retry: How long a caller sleeps after a try that reached nobody (`wait_a_bit`).
    """

    def __init__(self, retry: Millis) -> None:
        self._retry = retry
        self._line: list[Entry] = []  # no phone rings for them
        self._places: list[tuple[int, int]] = []  # of the same
        self._free: dict[Member, int] = {}  # members available, and their penalties
        self._turns = 0  # so many at the front of the line have their turn
        self._first: Entry | None = None
        self._stale = False

    # -- who stands in line -------------------------------------------------------------

    def is_turn(self, entry: Entry) -> bool:
        """Whether fewer stand ahead than members are available (`is_our_turn`).

        All available members count, those too whom the caller must not be given to; and all
        callers ahead, but those for whom a phone rings.
        """
        return bisect_left(self._places, entry.place) < len(self._free)

    def stands(self, entry: Entry, looks_at: Millis, done: Looked) -> None:
        """A caller stands in line, for the first time or again, and looks next at an instant."""
        entry.looks_at = looks_at
        index = bisect_left(self._places, entry.place)
        self._places.insert(index, entry.place)
        self._line.insert(index, entry)
        entry.every = RECHECK
        if index < self._turns:
            entry.every = self._retry
            self._turns += 1
        self._pass_turns(done)

    def leaves(self, entry: Entry, done: Looked) -> None:
        """A caller is no longer in line: gone, or a phone rings."""
        index = bisect_left(self._places, entry.place)
        del self._places[index], self._line[index]
        if index < self._turns:
            self._turns -= 1
        self._pass_turns(done)

    # -- who can be rung ----------------------------------------------------------------

    def gets(self, member: Member, penalty: int, done: Looked) -> None:
        """A member is available."""
        self._free[member] = penalty
        self._pass_turns(done)

    def loses(self, member: Member, done: Looked) -> None:
        """A member is not available, or was not."""
        if self._free.pop(member, None) is not None:
            self._pass_turns(done)

    def best(self, entry: Entry, second: int) -> Member | None:
        """Whom a caller's try rings (`try_calling`, `ring_one`); `None`: it reaches nobody."""
        found, least = None, 0
        lowest, highest = entry.door.lowest, entry.door.highest_after(second - entry.since)
        for member, penalty in self._free.items():
            if lowest <= penalty <= highest:
                metric = member.metric(penalty, second)
                if (
                    found is None
                    or metric < least
                    or (metric == least and member.number < found.number)
                ):
                    found, least = member, metric
        return found

    # -- who looks next -----------------------------------------------------------------

    def first(self, done: Looked) -> Entry | None:
        """Who is the next to look and to ring somebody, if nothing else happens before."""
        if self._stale:
            self._stale = False
            self._first = self._find_first(done)
        return self._first

    def _find_first(self, done: Looked) -> Entry | None:
        if not self._turns:
            return None
        penalties = set(self._free.values())
        soonest: dict[Door, int | None] = {}
        first: Entry | None = None
        for entry in self._line[: self._turns]:
            door = entry.door
            if door not in soonest:
                opens = [after for p in penalties if (after := door.opens(p)) is not None]
                soonest[door] = min(opens, default=None)
            after = soonest[door]
            if after is None:
                continue
            entry.counts_forward(done)
            entry.rings_at = entry.first_look_from((entry.since + after) * 1000)
            if first is None or (entry.rings_at, entry.entered) < (first.rings_at, first.entered):
                first = entry
        return first

    def _pass_turns(self, done: Looked) -> None:
        self._stale = True
        turns, line = min(len(self._free), len(self._line)), self._line
        while self._turns < turns:
            entry = line[self._turns]
            entry.counts_forward(done)
            entry.every = self._retry
            self._turns += 1
        while self._turns > turns:
            self._turns -= 1
            entry = line[self._turns]
            entry.counts_forward(done)
            entry.every = RECHECK
