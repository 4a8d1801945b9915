"""Observer: order inversions and idle-while-eligible time, seen from outside the ACD.

Each distribution is judged by its own rules: a nurse could serve a caller if these let her
have such a caller after such a wait (`Distribution.reaches`). The order is that of the
clinical deadlines. Rings that a surge stretches count from their later opening, even for
callers for whom they were open before: then it sees a little too little.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from operator import attrgetter
from typing import Final, NamedTuple

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.model import Caller, Kind
from callcenter.simulate.outcome import Outcome
from language_routing.languages import Language
from language_routing.lines import place
from language_routing.skills import Skills

_came_at: Final = attrgetter("at")


class _Waiting(NamedTuple):
    """A place in line; `order` is that in which callers came."""

    deadline: Millis
    order: int
    at: Millis


class Observer:
    """Who waits and who is free, by kind.

    Within a kind callers stand as they came, but where the targets change at night.

    Args:
        policy: With the nurses' skills; those with the same can stand in for one another.
        outcome: What it counts in.
        reaches: `Distribution.reaches`.
    """

    def __init__(
        self,
        policy: Policy,
        outcome: Outcome,
        reaches: Callable[[Kind, NurseId], Millis | None],
    ) -> None:
        self._policy, self._outcome, self._reaches = policy, outcome, reaches
        self._has_hours = {line.language for line in policy.routing.lines if line.hours is not None}
        self._lines: dict[Kind, list[_Waiting]] = {}
        self._kind_of: dict[int, Kind] = {}
        self._places: dict[int, _Waiting] = {}
        self._came = 0
        self._free: dict[int, int] = {}  # nurses who are free, by profile
        self._is_free: set[NurseId] = set()
        self._profiles: list[Skills] = []
        self._profile: dict[NurseId, int] = {}
        self._of_profile: list[NurseId] = []  # one nurse of each
        self._opens: dict[tuple[Kind, int], Millis | None] = {}
        self.counting = False
        self.percent = 100
        for spec in policy.nurses:
            skills = spec.skills
            if skills not in self._profiles:
                self._profiles.append(skills)
                self._of_profile.append(spec.id)
            self._profile[spec.id] = self._profiles.index(skills)

    def waits(self, caller: Caller, deadline: Millis) -> None:
        """A caller stands in line, for the first time or again."""
        kind = self._kind_of.get(caller.number)
        if kind is None:
            kind = self._kind_of[caller.number] = self._kind(caller)
            self._came += 1
            self._places[caller.number] = _Waiting(deadline, self._came, caller.at)
        insort(self._lines.setdefault(kind, []), self._places[caller.number])

    def steps_out(self, caller: Caller) -> None:
        """A caller no longer waits: rung for, gone, or sent away."""
        kind = self._kind_of[caller.number]
        line, place_ = self._lines.get(kind, []), self._places[caller.number]
        index = bisect_left(line, place_)
        if index < len(line) and line[index] == place_:
            del line[index]
            if not line:
                del self._lines[kind]

    def forget(self, caller: Caller) -> None:
        """The call has ended."""
        self._kind_of.pop(caller.number, None)
        self._places.pop(caller.number, None)

    def nurse(self, nurse: NurseId, *, free: bool) -> None:
        """Whether a call could be given to her, from now on."""
        if free == (nurse in self._is_free):
            return
        profile = self._profile[nurse]
        if free:
            self._is_free.add(nurse)
            self._free[profile] = self._free.get(profile, 0) + 1
        else:
            self._is_free.discard(nurse)
            self._free[profile] -= 1
            if not self._free[profile]:
                del self._free[profile]

    def rings(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        """A nurse's phone rings for a caller, who has just stepped out: is somebody passed over?"""
        if not self.counting or not self._lines:
            return
        first, profile = self._places[caller.number], self._profile[nurse]
        passed: Kind | None = None
        for kind, line in self._lines.items():
            if line[0] < first:
                opens = self._opens_for(kind, profile)
                if opens is not None and now - line[0].at >= opens * self.percent // 100:
                    first, passed = line[0], kind
        if passed is not None:
            self._outcome.inversions[passed.language] += 1

    def passes(self, since: Millis, now: Millis) -> None:
        """Time passes, in which nothing happens but that rings open."""
        if not self._free or not self._lines or not self.counting:
            return
        while since < now:
            since = self._passes(since, now)

    def _passes(self, since: Millis, now: Millis) -> Millis:
        """Counts up to `now` or to when a ring opens next, and says up to when."""
        left = dict(self._free)  # each free nurse counts for one caller
        found: dict[Language, int] = {}
        for kind, line in self._lines.items():
            pairs = 0
            for profile, free in left.items():
                opens = self._opens_for(kind, profile)
                if opens is None or not free:
                    continue
                opens = opens * self.percent // 100
                able = len(line)
                if line[-1].at > since - opens:
                    able = bisect_right(line, since - opens, key=_came_at)
                    if able < len(line) and since < line[able].at + opens < now:
                        now = line[able].at + opens
                taken = max(0, min(free, able - pairs))
                left[profile] = free - taken
                pairs += taken
            if pairs:
                found[kind.language] = found.get(kind.language, 0) + pairs
        for language, pairs in found.items():
            self._outcome.idle_while_eligible[language] += pairs * (now - since)
        return now

    def _kind(self, caller: Caller) -> Kind:
        language, interpreter = caller.language, False
        if language in self._has_hours:
            placed = place(self._policy.routing, language, caller.at, reachable=True)
            language, interpreter = placed.language, placed.interpreter
        return Kind(language, caller.entry_point, caller.priority_class, interpreter)

    def _opens_for(self, kind: Kind, profile: int) -> Millis | None:
        """After which wait such a caller can be given to such a nurse; `None`: never."""
        key = (kind, profile)
        if key not in self._opens:
            self._opens[key] = self._reaches(kind, self._of_profile[profile])
        return self._opens[key]
