"""app_queue: the baseline, Asterisk's own queues under simulation.

The rules are those of apps/app_queue.c (Asterisk 20 to 22). Set as an administrator who knows
them would: `strategy=leastrecent`, `autofill=yes`, `ringinuse=no`, `shared_lastcall=yes` (without
it a wrap-up holds in one queue alone), `joinempty=yes`; the rest as it comes: `retry` 5 s (1 s
in `Layout.CAREFUL`), `autopause` off, no weights, no announcements.
`force_longest_waiting_caller` (of 2023) is off: we had no source at hand to read its rule in.

What follows from them:

- a nurse who gets free wakes nobody; whose turn it is finds out at the next look, at most a
  second later (`wait_our_turn`);
- after a try that reached nobody, or whose ringing nobody answered, the caller sleeps for
  `retry`, and stands in the way of those behind meanwhile (`queue_exec`, `wait_a_bit`);
- whoever missed a ringing is still the least recent, and is rung again;
- whose turn it is depends on how many members are available, whether or not the caller may be
  given to them (`num_available_members` does not look at penalties);
- a queue rule is applied when the caller looks, and counts whole seconds of the clock
  (`update_qe_rule`), so it acts up to a second early, or a sleep late;
- order across queues is not kept;
- times of calls are whole seconds, so a wrap-up is up to a second shorter (`update_queue`);
- a nurse who signs out is forgotten; when she is back she has no last call, and is rung
  first (`add_to_queue`).

A device's state, which in Asterisk follows some milliseconds later, is known at once here.
Our surge and refusals it does not have, our rings in `Layout.CAREFUL` alone; hours are the
dialplan's, and lead to where ours lead, those with an interpreter to the default language.
"""

import heapq
from typing import Final

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.baseline.layout import Layout, Plan, plan
from callcenter.simulate.baseline.line import RECHECK, Entry, Looked, Member, Queue
from callcenter.simulate.model import Caller, Kind, Move
from language_routing.languages import Language
from language_routing.lines import place

__all__ = ["AppQueue", "Layout"]

RETRY: Final[Millis] = 5_000
"""queues.conf's default."""
_NAMES: Final = {
    Layout.PENALTIES: "app_queue, one queue with penalties",
    Layout.QUEUES: "app_queue, a queue for each language",
    Layout.CAREFUL: "app_queue, carefully set up",
}
_RETRY: Final = {Layout.PENALTIES: RETRY, Layout.QUEUES: RETRY, Layout.CAREFUL: 1_000}


class AppQueue:
    """app_queue's rules (`model.Distribution`).

    What is due at an instant (`wake`) comes before what is told at it; of callers who look at
    the same instant the one who came first looks first.

    Args:
        retry: queues.conf's `retry`; Asterisk's default is used for 0 (`queue_set_param`).
            `None`: the layout's, 1 s for `CAREFUL` and Asterisk's default for the others.
    """

    def __init__(self, layout: Layout = Layout.PENALTIES, *, retry: Millis | None = None) -> None:
        self.name = _NAMES[layout]
        self.rung: list[tuple[int, NurseId]] = []
        self.sent_away: list[int] = []
        self.freed: list[NurseId] = []
        self.refusing = False
        self.events = 0
        if retry is None:
            retry = _RETRY[layout]
        self._layout, self._retry = layout, retry if retry > 0 else RETRY
        self._policy: Policy
        self._plan: Plan
        self._wrap_up = 0  # seconds
        self._queues: dict[str, Queue] = {}
        self._members: dict[NurseId, Member] = {}
        self._seats: dict[NurseId, list[tuple[Queue, int]]] = {}
        self._entries: dict[int, Entry] = {}
        self._entered = 0
        self._wrapping: list[tuple[Millis, int, Member]] = []  # a heap
        self._done = Looked(0)

    def opens(self, policy: Policy, now: Millis) -> None:
        """Begins with everybody signed out, and nobody in line.

        Raises:
            ValueError: The nurses' languages cannot be expressed in this layout.
        """
        self._policy, self._plan = policy, plan(policy, self._layout)
        self._wrap_up = policy.wrap_up // 1000
        self._queues = {name: Queue(self._retry) for name in self._plan.queues}
        self._members = {spec.id: Member(spec.id, n) for n, spec in enumerate(policy.nurses)}
        self._seats = {
            nurse: [(self._queues[seat.queue], seat.penalty) for seat in seats]
            for nurse, seats in self._plan.seats.items()
        }
        self._entries, self._wrapping = {}, []
        self._entered, self._done = 0, Looked(now)

    # -- told ---------------------------------------------------------------------------

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None:
        """AddQueueMember, PauseQueueMember and RemoveQueueMember, in all her queues.

        A call in hand goes on; whoever is no member cannot be paused.
        """
        self._tell(now)
        member = self._members[nurse]
        match move:
            case Move.READY:
                if not member.there:
                    member.last_call = member.wraps_until = None
                member.there, member.paused = True, False
            case Move.PAUSE:
                member.paused = member.there
            case Move.OFF:
                member.there = False
        self._update(member)

    def comes(self, caller: Caller, now: Millis) -> None:
        """A caller enters the queue of the language, or of the one that stands in for it."""
        self._tell(now)
        language = self._language(caller, now)
        if language is None:
            self.sent_away.append(caller.number)
            return
        door = self._plan.doors[language]
        priority = self._plan.priorities.get(caller.priority_class, 0)
        queue = self._queues[door.queue]
        self._entered += 1
        entry = Entry(caller.number, queue, self._entered, priority, door, since=now // 1000)
        self._entries[caller.number] = entry
        sleeps = RECHECK
        if queue.is_turn(entry):
            member = queue.best(entry, now // 1000)
            if member is not None:
                self._ring(entry, member)
                return
            sleeps = self._retry
        queue.stands(entry, now + sleeps, self._done)

    def refused(self, caller: Caller, now: Millis) -> None:
        """Never, since app_queue does not refuse."""

    def gives_up(self, caller: Caller, now: Millis) -> None:
        """A caller hangs up; so does one who was sent away, and stands nowhere."""
        self._tell(now)
        entry = self._entries.pop(caller.number, None)
        if entry is None:
            return
        if entry.member is None:
            entry.queue.leaves(entry, self._done)
        else:
            self._hangs_up(entry.member)

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """The caller leaves the queue; her phone stays in use."""
        self._tell(now)
        entry = self._entries.pop(caller.number)
        assert entry.member is self._members[nurse]  # her phone rang for this caller

    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """The try is over (`wait_for_answer`, `rna`), and nobody else is rung in it.

        The caller stands in the old place and sleeps; the nurse is available, and as little
        recent as before.
        """
        self._tell(now)
        entry = self._entries[caller.number]
        entry.member = None
        entry.queue.stands(entry, now + self._retry, self._done)
        self._hangs_up(self._members[nurse])

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:  # noqa: ARG002  the protocol's
        """The call's end counts in whole seconds (`update_queue`), if she is a member still."""
        self._tell(now)
        member = self._members[nurse]
        if member.there:
            member.last_call = now // 1000
            if self._wrap_up:
                member.wraps_until = (member.last_call + self._wrap_up) * 1000
                heapq.heappush(self._wrapping, (member.wraps_until, self.events, member))
        self._hangs_up(member)

    # -- asked --------------------------------------------------------------------------

    def reaches(self, kind: Kind, nurse: NurseId) -> Millis | None:
        """After what wait such a caller's range of penalties has her seat in it.

        Competences and years play no part; a queue rule counts whole seconds.
        """
        language = self._policy.default_language if kind.interpreter else kind.language
        door = self._plan.doors[language]
        for seat in self._plan.seats[nurse]:
            if seat.queue == door.queue:
                after = door.opens(seat.penalty)
                return None if after is None else after * 1000
        return None

    def is_free(self, nurse: NurseId) -> bool:
        """Whether she is available, her wrap-up over."""
        return self._members[nurse].available

    def is_on_duty(self, nurse: NurseId) -> bool:
        """Whether she is a member and not paused."""
        member = self._members[nurse]
        return member.there and not member.paused

    def next_time(self) -> Millis | None:
        """The next look that leads to a ringing, or the next end of a wrap-up."""
        wrapping = self._wrapping
        while wrapping and wrapping[0][2].wraps_until != wrapping[0][0]:
            heapq.heappop(wrapping)  # she has signed out since
        first = self._first()
        if first is None:
            return wrapping[0][0] if wrapping else None
        if wrapping and wrapping[0][0] < first.rings_at:
            return wrapping[0][0]
        return first.rings_at

    def wake(self, now: Millis) -> None:
        """Wrap-ups end, and callers look whose turn it is."""
        self._end_wrap_ups(now)
        while (entry := self._first()) is not None and entry.rings_at <= now:
            self.events += 1
            member = entry.queue.best(entry, now // 1000)
            assert member is not None  # or it would not be the first to look and to ring somebody
            self._done = max(self._done, Looked(now, entry.entered))
            entry.queue.leaves(entry, self._done)
            self._ring(entry, member)

    # -- within -------------------------------------------------------------------------

    def _tell(self, now: Millis) -> None:
        self.events += 1
        self._end_wrap_ups(now)
        self._done = Looked(now)

    def _language(self, caller: Caller, now: Millis) -> Language | None:
        """Of the queue; `None`: closed, and the caller is rung back."""
        placed = place(self._policy.routing, caller.language, now, reachable=True)
        if placed.callback_at is not None:
            return None
        return self._policy.default_language if placed.interpreter else placed.language

    def _first(self) -> Entry | None:
        """Who is the next to look and to ring somebody, of all queues."""
        first: Entry | None = None
        for queue in self._queues.values():
            entry = queue.first(self._done)
            if entry is not None and (
                first is None or (entry.rings_at, entry.entered) < (first.rings_at, first.entered)
            ):
                first = entry
        return first

    def _ring(self, entry: Entry, member: Member) -> None:
        entry.member, member.busy = member, True
        self._update(member)
        self.rung.append((entry.number, member.nurse))

    def _hangs_up(self, member: Member) -> None:
        """Her phone is not in use any more."""
        member.busy = False
        self._update(member)

    def _update(self, member: Member) -> None:
        """Her queues learn whether she is available."""
        available = member.available
        for queue, penalty in self._seats[member.nurse]:
            if available:
                queue.gets(member, penalty, self._done)
            else:
                queue.loses(member, self._done)

    def _end_wrap_ups(self, now: Millis) -> None:
        self._done = max(self._done, Looked(now - 1))
        wrapping = self._wrapping
        while wrapping and wrapping[0][0] <= now:
            ends, _, member = heapq.heappop(wrapping)
            if member.wraps_until == ends:
                member.wraps_until = None
                self._update(member)
                if member.available:
                    self.freed.append(member.nurse)
