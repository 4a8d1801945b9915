"""Engine: lets one part of a course happen to one distribution, and notes what came of it.

Time goes from one happening to the next. At one instant what the distribution has due comes
first, then what callers and nurses do, then who is new; so a nurse whose wrap-up ends just
when somebody comes is free for that caller.
"""

import heapq
import random
import time
from array import array
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from callcenter.acd.ids import Millis, NurseId
from callcenter.simulate.model import (
    NEVER,
    AnyChange,
    Caller,
    Change,
    Course,
    Distribution,
    Foretelling,
    Headcount,
    Move,
)
from callcenter.simulate.observer import Observer
from callcenter.simulate.outcome import End, Estimates, Outcome
from language_routing.languages import Language

_LONGEST_TAIL: Final[Millis] = 24 * 3_600_000  # after the last day, for those still in line
_LONGEST_QUIET: Final[Millis] = 3_600_000  # in it, without anybody coming or going
_REDIALS_FROM: Final = 10**13  # added for each try to the number of the first, which is smaller


class Part(NamedTuple):
    """The days `first` to `last` (not included) are counted, after `warm_up` others."""

    first: int
    last: int
    warm_up: int


class _InLine:
    """A call that has not ended; `target` is its class's."""

    __slots__ = ("caller", "nurse", "rang_at", "rings", "talking", "target")

    def __init__(self, caller: Caller, target: Millis) -> None:
        self.caller, self.target = caller, target
        self.nurse: NurseId | None = None
        self.rang_at: Millis = 0
        self.rings = 0
        self.talking = False


class Engine:
    """One part of a course under one distribution.

    Args:
        on_day: Told after each simulated day, for a progress bar.
    """

    def __init__(
        self,
        course: Course,
        distribution: Distribution,
        part: Part,
        on_day: Callable[[], None] = lambda: None,
    ) -> None:
        self._course, self._acd, self._part, self._on_day = course, distribution, part, on_day
        policy = course.policy
        self._begins, self._ends = course.midnight(part.first), course.midnight(part.last)
        self.outcome = Outcome(distribution.name, policy.languages, course.midnight(0))
        self.outcome.seconds = (self._ends - self._begins) // 1000
        self._observer = Observer(policy, self.outcome, distribution.reaches)
        self._foretelling = distribution if isinstance(distribution, Foretelling) else None
        self._languages = {tag: number for number, tag in enumerate(policy.languages)}
        self._group = {nurse: name for name, all_ in course.groups.items() for nurse in all_}
        self.now = course.midnight(part.first - part.warm_up)
        self._happenings: list[tuple[Millis, int, Callable[..., None], tuple[object, ...]]] = []
        self._number = 0
        self._calls: dict[int, _InLine] = {}
        self._standing = 0  # of the counted days' callers
        self._on_shift: set[NurseId] = set()
        self._excess: dict[str, int] = {}  # who must go as soon as they can, by group
        self._wishes: dict[NurseId, Move] = {}  # of those whose phones ring
        self._engaged: dict[NurseId, int] = {}
        self._busy_since: dict[NurseId, Millis] = {}
        self._duty_since: dict[NurseId, Millis] = {}
        self._before: dict[Language, Estimates] = {}

    def run(self) -> Outcome:
        """Lets it all happen."""
        began = time.process_time()
        self._acd.opens(self._course.policy, self.now)
        begins = self._part.first - self._part.warm_up
        self._are_there(begins)
        for day in range(begins, self._part.last):
            if day == self._part.first:
                self._start_counting()
            self._day(day)
            self._on_day()
        self._count_estimates()
        self._tail()
        self._settle()
        self.outcome.events = self._acd.events
        self.outcome.took = time.process_time() - began
        return self.outcome

    # -- time ---------------------------------------------------------------------

    def _day(self, day: int) -> None:
        """All of one day, up to the next midnight."""
        for change in self._course.changes(day):
            self._later(change.at, self._changes, change)
        for caller in self._course.callers(day):
            self._until(caller.at)
            self._go_to(caller.at)
            self._comes(caller)
        self._until(self._course.midnight(day + 1))
        self._go_to(self._course.midnight(day + 1))

    def _until(self, end: Millis) -> None:
        """Everything that is due at or before `end`, in its order."""
        acd, happenings = self._acd, self._happenings
        while True:
            due = acd.next_time()
            if happenings and (due is None or happenings[0][0] < due):
                if happenings[0][0] > end:
                    return
                when, _, what, arguments = heapq.heappop(happenings)
                self._go_to(when)
                what(*arguments)
            elif due is not None and due <= end:
                self._go_to(max(due, self.now))
                acd.wake(self.now)
                self._drain()
            else:
                return

    def _go_to(self, when: Millis) -> None:
        if when > self.now:
            self._observer.passes(self.now, when)
            self.now = when

    def _later(self, when: Millis, what: Callable[..., None], *arguments: object) -> None:
        self._number += 1
        heapq.heappush(self._happenings, (max(when, self.now), self._number, what, arguments))

    def _tail(self) -> None:
        """Whoever still stands in line after the last day is served, if somebody is there."""
        self._observer.counting = False
        end = self._ends + _LONGEST_TAIL
        day = self._part.last
        callers: Iterator[Caller] = iter(())
        if day < self._course.days:  # the next part's first day goes on
            for change in self._course.changes(day):
                self._later(change.at, self._changes, change)
            callers = iter(self._course.callers(day))
        for caller in callers:
            if not self._pending():
                return
            self._until(caller.at)
            self._go_to(caller.at)
            self._comes(caller)
        busy_until = self.now
        while self._pending() and self.now < end:
            if self._happenings:
                busy_until = self.now
            elif not self._duty_since or self.now > busy_until + _LONGEST_QUIET:
                return
            upcoming = [t for t in (self._acd.next_time(), self._next_happening()) if t is not None]
            if not upcoming or min(upcoming) > end:
                return
            self._until(min(upcoming))

    def _next_happening(self) -> Millis | None:
        return self._happenings[0][0] if self._happenings else None

    def _pending(self) -> bool:
        """Whether somebody of the counted days is still in line."""
        return self._standing > 0

    # -- counting -----------------------------------------------------------------

    def _start_counting(self) -> None:
        self._observer.counting = True
        if self._foretelling is not None:
            self._before = dict(self._foretelling.estimates())

    def _counts(self, caller: Caller) -> bool:
        return self._begins <= caller.at < self._ends

    def _settle(self) -> None:
        """The end: nurses' time up to it, and whoever is still in line."""
        for nurse in list(self._duty_since):
            self._spend(self._duty_since, nurse, self._ends, self.outcome.on_duty)
        for nurse in list(self._busy_since):
            self._spend(self._busy_since, nurse, self._ends, self.outcome.busy)
        for call in list(self._calls.values()):
            if not call.talking:
                self._record(call.caller, call.target, End.WAITING)

    def _count_estimates(self) -> None:
        """By when the answer came: what was answered in the counted days."""
        if self._foretelling is None:
            return
        for tag, found in self._foretelling.estimates().items():
            if tag in self.outcome.estimates:
                self.outcome.estimates[tag].add(found)
                if tag in self._before:
                    self.outcome.estimates[tag].add(self._before[tag], -1)

    def _record(self, caller: Caller, target: Millis, end: End) -> None:
        """How the time in line of `caller` ends."""
        if not self._counts(caller):
            return
        self._standing -= end is not End.REFUSED
        until = min(self.now, self._ends) if end is End.WAITING else self.now
        wait = 0 if end is End.REFUSED else until - caller.at
        self.outcome.calls.add(
            (caller.at - self.outcome.begins) // 1000,
            wait,
            self._languages[caller.language],
            end,
            within=wait <= target,
        )
        self.outcome.redials += caller.tries > 0

    def _note(self, nurse: NurseId) -> None:
        """What she does may have changed."""
        on_duty, free = self._acd.is_on_duty(nurse), self._acd.is_free(nurse)
        engaged = nurse in self._engaged
        self._observer.nurse(nurse, free=free)
        duty, busy = on_duty or engaged, engaged or (on_duty and not free)
        if duty != (nurse in self._duty_since):
            if duty:
                self._duty_since[nurse] = self.now
            else:
                self._spend(self._duty_since, nurse, self.now, self.outcome.on_duty)
        if busy != (nurse in self._busy_since):
            if busy:
                self._busy_since[nurse] = self.now
            else:
                self._spend(self._busy_since, nurse, self.now, self.outcome.busy)

    def _spend(
        self, since: dict[NurseId, Millis], nurse: NurseId, until: Millis, what: "array[int]"
    ) -> None:
        start, end = max(since.pop(nurse), self._begins), min(until, self._ends)
        if end <= start:
            return
        self.outcome.spent(what, start, end)
        sums = self.outcome.staff_on_duty
        if what is self.outcome.busy:
            sums = self.outcome.staff_busy
        group = self._group.get(nurse, "")
        sums[group] = sums.get(group, 0) + end - start

    # -- callers ------------------------------------------------------------------

    def _comes(self, caller: Caller) -> None:
        target = self._course.policy.target(caller.priority_class, caller.at)
        if self._acd.refusing and caller.priority_class not in self._course.never_refused:
            self._acd.refused(caller, self.now)
            self._record(caller, target, End.REFUSED)
            self._rings_again(caller)
            self._drain()
            return
        self._standing += self._counts(caller)
        self._calls[caller.number] = call = _InLine(caller, target)
        self._observer.waits(caller, caller.at + target)
        self._acd.comes(caller, self.now)
        self._drain()
        if caller.patience < NEVER and caller.number in self._calls and not call.talking:
            self._later(self.now + caller.patience, self._gives_up, caller.number)

    def _gives_up(self, number: int) -> None:
        call = self._calls.get(number)
        if call is None or call.talking:
            return
        if not call.caller.patience and call.nurse is not None:
            return  # a phone rings at once: that is worth a moment
        self._ends_waiting(call, End.ABANDONED)
        self._acd.gives_up(call.caller, self.now)
        self._leave(call)
        self._drain()
        self._rings_again(call.caller)
        self._does_as_wished(call.nurse)

    def _ends_waiting(self, call: _InLine, end: End) -> None:
        self._record(call.caller, call.target, end)
        self._observer.steps_out(call.caller)
        self._observer.forget(call.caller)

    def _leave(self, call: _InLine) -> None:
        del self._calls[call.caller.number]
        if call.nurse is not None:
            self._engaged.pop(call.nurse, None)
            self._note(call.nurse)

    def _rings_again(self, caller: Caller) -> None:
        rule = self._course.redials
        if caller.luck >= rule.share or caller.tries >= rule.most:
            return
        number = caller.number + _REDIALS_FROM
        chance = random.Random(f"{self._course.seed}/{number}")  # noqa: S311  no secret
        after = round(chance.expovariate(1) * rule.after)
        again = replace(
            caller,
            number=number,
            at=self.now + after,
            luck=chance.random(),
            miss=chance.random(),
            tries=caller.tries + 1,
        )
        self._later(again.at, self._comes, again)

    # -- ringing and talking --------------------------------------------------------

    def _drain(self) -> None:
        """What the distribution tells comes about."""
        acd = self._acd
        while acd.rung or acd.sent_away or acd.freed:
            if acd.freed:
                freed, acd.freed = acd.freed, []
                for nurse in freed:
                    self._note(nurse)
                    self._goes_if_too_many(nurse)
            if acd.sent_away:
                gone, acd.sent_away = acd.sent_away, []
                for number in gone:
                    self._is_sent_away(number)
            if acd.rung:
                rung, acd.rung = acd.rung, []
                for number, nurse in rung:
                    self._rings(number, nurse)
        if self._foretelling is not None:
            self._observer.percent = self._foretelling.rings_percent

    def _rings(self, number: int, nurse: NurseId) -> None:
        call = self._calls[number]
        caller = call.caller
        call.nurse, call.rang_at = nurse, self.now
        call.rings += 1
        self._engaged[nurse] = number
        self._observer.steps_out(caller)
        self._note(nurse)
        self._observer.rings(caller, nurse, self.now)
        if self._counts(caller):
            self.outcome.offers += 1
        ring = self._course.policy.ring
        if call.rings == 1 and caller.miss < self._course.ringing.missed:
            self._later(self.now + ring, self._misses, number, nurse, call.rings)
        elif caller.pick_up:
            answer = self.now + min(caller.pick_up, ring)  # a phone rings no longer
            self._later(answer, self._answers, number, nurse, call.rings)
        else:
            self._answers(number, nurse, call.rings)

    def _answers(self, number: int, nurse: NurseId, rings: int) -> None:
        call = self._calls.get(number)
        if call is None or call.nurse != nurse or call.rings != rings:
            return
        call.talking = True
        self._record(call.caller, call.target, End.ANSWERED)
        self._observer.forget(call.caller)
        if self._counts(call.caller):
            self.outcome.ringing += self.now - call.rang_at
        self._acd.answers(call.caller, nurse, self.now)
        self._later(self.now + call.caller.talk, self._parts, number, nurse)
        self._drain()
        self._does_as_wished(nurse)

    def _misses(self, number: int, nurse: NurseId, rings: int) -> None:
        call = self._calls.get(number)
        if call is None or call.nurse != nurse or call.rings != rings:
            return
        if self._counts(call.caller):
            self.outcome.missed += 1
        call.nurse = None
        self._engaged.pop(nurse, None)
        self._observer.waits(call.caller, call.caller.at + call.target)
        self._acd.misses(call.caller, nurse, self.now)
        self._note(nurse)
        if nurse in self._on_shift and not self._acd.is_on_duty(nurse):
            self._later(self.now + self._course.ringing.back_after, self._is_back, nurse)
        self._drain()
        self._does_as_wished(nurse)
        if not call.caller.patience:
            self._gives_up(number)

    def _parts(self, number: int, nurse: NurseId) -> None:
        call = self._calls[number]
        if self._takes_one_off(nurse):
            self._on_shift.discard(nurse)
            self._acd.changes(nurse, Move.OFF, self.now)
        self._acd.parts(call.caller, nurse, self.now)
        self._leave(call)
        self._drain()

    def _is_sent_away(self, number: int) -> None:
        """Told that we ring back; hangs up."""
        call = self._calls[number]
        self._ends_waiting(call, End.CALLED_BACK)
        self._acd.gives_up(call.caller, self.now)
        self._leave(call)

    # -- nurses -------------------------------------------------------------------

    def _are_there(self, first_day: int) -> None:
        """Those whose shifts began the day before the first."""
        state: dict[NurseId, Change] = {}
        counts: dict[str, Headcount] = {}
        for change in self._course.changes(first_day - 1):
            if isinstance(change, Change):
                state[change.nurse] = change
            else:
                counts[change.group] = change
        for last in state.values():
            if last.move is not Move.OFF:
                self._moves(last.nurse, last.move)
        for count in counts.values():
            self._headcount(count)
        self._drain()

    def _changes(self, change: AnyChange) -> None:
        if isinstance(change, Change):
            self._moves(change.nurse, change.move)
        else:
            self._headcount(change)
        self._drain()

    def _moves(self, nurse: NurseId, move: Move) -> None:
        if move is Move.READY:
            self._on_shift.add(nurse)
        else:
            self._on_shift.discard(nurse)
        self._wishes.pop(nurse, None)
        if self._is_rung(nurse):
            if move is not Move.READY:
                self._wishes[nurse] = move
            return
        self._acd.changes(nurse, move, self.now)
        self._note(nurse)

    def _is_rung(self, nurse: NurseId) -> bool:
        number = self._engaged.get(nurse)
        return number is not None and not self._calls[number].talking

    def _does_as_wished(self, nurse: NurseId | None) -> None:
        """Who wanted a break or to go while her phone rang does so now that it does not."""
        if nurse is None or nurse not in self._wishes or self._is_rung(nurse):
            return
        self._moves(nurse, self._wishes.pop(nurse))
        self._drain()

    def _is_back(self, nurse: NurseId) -> None:
        """She was taken out of rotation, and looks at her phone again."""
        if nurse not in self._on_shift or self._acd.is_on_duty(nurse):
            return
        if self._takes_one_off(nurse):
            self._moves(nurse, Move.OFF)
        else:
            self._moves(nurse, Move.READY)
        self._drain()

    def _headcount(self, change: Headcount) -> None:
        """Those who have no call go first; the others as they end their calls."""
        nurses = self._course.groups[change.group]
        there = [nurse for nurse in nurses if nurse in self._on_shift]
        surplus = len(there) - change.count
        for nurse in there:
            if surplus > 0 and (self._acd.is_free(nurse) or not self._acd.is_on_duty(nurse)):
                self._moves(nurse, Move.OFF)
                surplus -= 1
        self._excess[change.group] = max(0, surplus)
        if surplus < 0:
            away = [n for n in nurses if n not in self._on_shift and n not in self._engaged]
            # Last come those who still wrap up their last call: it would end here.
            for nurse in sorted(away, key=self._acd.is_on_duty)[:-surplus]:
                self._moves(nurse, Move.READY)

    def _goes_if_too_many(self, nurse: NurseId) -> None:
        """Her wrap-up is over, and nobody was given to her: the group may have one too many."""
        if self._acd.is_free(nurse) and self._takes_one_off(nurse):
            self._moves(nurse, Move.OFF)

    def _takes_one_off(self, nurse: NurseId) -> bool:
        """Whether she is to go, and then there is one less who is."""
        group = self._group.get(nurse, "")
        if self._excess.get(group, 0) <= 0 or nurse not in self._on_shift:
            return False
        self._excess[group] -= 1
        return True
