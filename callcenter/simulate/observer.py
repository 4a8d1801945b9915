"""Observer: order inversions and idle-while-eligible time, seen from outside the ACD.

It measures every distribution alike, by the language rings of the policy: a nurse could
serve a caller if a ring that is open after the caller's wait admits her. The order is that
of the clinical deadlines. It asks the distribution nothing but who is free.
"""

from bisect import bisect_left, bisect_right, insort
from operator import attrgetter
from typing import Final, NamedTuple

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.model import Caller
from callcenter.simulate.outcome import Outcome
from language_routing.languages import Language
from language_routing.lines import place
from language_routing.rings import ANY_LEVEL, INTERPRETER_NOW, Ring, admits
from language_routing.skills import NOTHING, Skills

_came_at: Final = attrgetter("at")


class Kind(NamedTuple):
    """Callers of one kind can be served by the same nurses after the same wait.

    And they stand in the order in which they came, but where the targets change at night.
    """

    language: Language
    entry_point: str
    priority_class: str
    interpreter: bool


class _Waiting(NamedTuple):
    """A place in line; `order` is that in which callers came."""

    deadline: Millis
    order: int
    at: Millis


class Observer:
    """Who waits and who is free, by kind.

    Args:
        policy: With the nurses' skills.
        outcome: What it counts in.
    """

    def __init__(self, policy: Policy, outcome: Outcome) -> None:
        self._policy, self._outcome = policy, outcome
        self._lines: dict[Kind, list[_Waiting]] = {}
        self._kind_of: dict[int, Kind] = {}
        self._places: dict[int, _Waiting] = {}
        self._came = 0
        self._free: dict[int, int] = {}  # nurses who are free, by profile
        self._is_free: set[NurseId] = set()
        self._profiles: list[Skills] = []
        self._profile: dict[NurseId, int] = {}
        self._opens: dict[tuple[Kind, int], int | None] = {}
        self.counting = False
        self.percent = 100
        for spec in policy.nurses:
            skills = spec.skills
            if skills not in self._profiles:
                self._profiles.append(skills)
            self._profile[spec.id] = self._profiles.index(skills)

    def waits(self, caller: Caller) -> None:
        """A caller stands in line, for the first time or again."""
        kind = self._kind_of.get(caller.number)
        if kind is None:
            placed = place(self._policy.routing, caller.language, caller.at, reachable=True)
            kind = Kind(
                placed.language, caller.entry_point, caller.priority_class, placed.interpreter
            )
            self._kind_of[caller.number] = kind
            deadline = caller.at + self._policy.target(caller.priority_class, caller.at)
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
        mine, profile = self._places[caller.number], self._profile[nurse]
        for kind, line in self._lines.items():
            if line[0] < mine:
                opens = self._opens_for(kind, profile)
                if opens is not None and now - line[0].at >= opens * self.percent // 100:
                    self._outcome.inversions[kind.language] += 1
                    return

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

    def _opens_for(self, kind: Kind, profile: int) -> int | None:
        """After which wait such a caller can be given to such a nurse; `None`: never."""
        key = (kind, profile)
        if key not in self._opens:
            self._opens[key] = self._first_open(kind, self._profiles[profile])
        return self._opens[key]

    def _first_open(self, kind: Kind, skills: Skills) -> int | None:
        asked = self._policy.requirements.get(kind.entry_point, NOTHING)
        rings: tuple[Ring, ...] = ANY_LEVEL
        if kind.interpreter:
            rings = INTERPRETER_NOW
        else:
            rings = self._policy.routing.line(kind.language).rings
        fits = [ring.after for ring in rings if admits(ring, kind.language, asked, skills)]
        return min(fits, default=None)
