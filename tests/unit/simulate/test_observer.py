"""The observer can see unfairness, and sees none where there is none."""

from collections.abc import Iterator

import pytest

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import AnyChange, Caller, Distribution, Kind, Move
from callcenter.simulate.observer import Observer
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import Outcome
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement
from tests.unit.simulate.busy_days import BusyDays, rich_policy
from tests.unit.simulate.noted import at, call, on_duty
from tests.unit.simulate.pools import AR, MONDAY, SV, Course, policy


class Simple:
    """Gives callers to free nurses of their language, by a rule of its own.

    Args:
        last_first: Who came last is served first.
        after: So long it does nothing though it could.
    """

    name = "simple"

    def __init__(self, *, last_first: bool = False, after: Millis = 0) -> None:
        self.rung: list[tuple[int, NurseId]] = []
        self.sent_away: list[int] = []
        self.freed: list[NurseId] = []
        self.refusing = False
        self.events = 0
        self._last_first, self._after = last_first, after
        self._line: list[Caller] = []
        self._free: list[NurseId] = []
        self._there: set[NurseId] = set()
        self._speaks: dict[NurseId, tuple[str, ...]] = {}
        self._due: Millis | None = None

    def opens(self, policy: Policy, now: Millis) -> None:
        self._speaks = {spec.id: spec.languages for spec in policy.nurses}

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None:
        assert move is Move.READY
        self._there.add(nurse)
        self._gets_free(nurse, now)

    def comes(self, caller: Caller, now: Millis) -> None:
        self._line.append(caller)
        self._look(now)

    def refused(self, caller: Caller, now: Millis) -> None:
        raise AssertionError("it refuses nobody")

    def gives_up(self, caller: Caller, now: Millis) -> None:
        self._line.remove(caller)

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        self.events += 1

    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        raise AssertionError("nobody misses a call here")

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        self._gets_free(nurse, now)

    def reaches(self, kind: Kind, nurse: NurseId) -> Millis | None:
        return 0 if kind.language in self._speaks[nurse] else None

    def is_free(self, nurse: NurseId) -> bool:
        return nurse in self._free

    def is_on_duty(self, nurse: NurseId) -> bool:
        return nurse in self._there

    def next_time(self) -> Millis | None:
        return self._due

    def wake(self, now: Millis) -> None:
        self._due = None
        for caller, nurse in self._pairs():
            self._line.remove(caller)
            self._free.remove(nurse)
            self.rung.append((caller.number, nurse))

    def _gets_free(self, nurse: NurseId, now: Millis) -> None:
        self._free.append(nurse)
        self._look(now)

    def _look(self, now: Millis) -> None:
        if self._due is None and next(self._pairs(), None) is not None:
            self._due = now + self._after

    def _pairs(self) -> Iterator[tuple[Caller, NurseId]]:
        taken: set[NurseId] = set()
        for caller in reversed(self._line) if self._last_first else list(self._line):
            for nurse in list(self._free):
                if nurse not in taken and caller.language in self._speaks[nurse]:
                    taken.add(nurse)
                    yield caller, nurse
                    break


def seen(site: Policy, callers: list[Caller], distribution: Distribution) -> Outcome:
    changes: list[AnyChange] = on_duty(*(spec.id for spec in site.nurses))
    course = Course(site, callers, changes)
    return Engine(course, distribution, Part(0, 1, 0)).run()


def rush(number: int) -> list[Caller]:
    return [call(n, n, talk=50 + n % 7) for n in range(1, number + 1)]


def test_who_serves_the_last_comer_first_makes_inversions() -> None:
    """Six wait behind one nurse; each is passed over, but the first and who came first."""
    site = policy({"n1": (SV,)})
    assert seen(site, rush(7), Simple(last_first=True)).inversions == {SV: 5, AR: 0}
    assert seen(site, rush(7), Simple()).inversions == {SV: 0, AR: 0}
    assert seen(site, rush(7), Ours()).inversions == {SV: 0, AR: 0}


def test_an_inversion_is_counted_in_the_language_of_who_was_passed_over() -> None:
    site = policy({"n1": (SV, AR)})
    callers = [call(1, 1), call(2, 2, language=AR), call(3, 3)]
    assert seen(site, callers, Simple(last_first=True)).inversions == {SV: 0, AR: 1}


def test_whom_the_nurse_cannot_serve_is_passed_over_by_nobody() -> None:
    site = policy({"n1": (SV,)})
    callers = [call(1, 1), call(2, 2, language=AR), call(3, 3)]
    outcome = seen(site, callers, Simple())
    assert sum(outcome.inversions.values()) == 0
    assert sum(outcome.idle_while_eligible.values()) == 0
    assert len(outcome.calls) == 3


def test_the_order_is_that_of_the_deadlines() -> None:
    """Staff came last and have to be answered first: to serve them last is an inversion."""
    site = policy({"n1": (SV,)}, targets={"public": 100_000, "staff": 10_000})
    callers = [call(1, 1), call(2, 2), call(3, 3, priority_class="staff")]
    assert seen(site, callers, Simple()).inversions[SV] == 1
    assert seen(site, callers, Simple(last_first=True)).inversions[SV] == 0
    assert seen(site, callers, Ours()).inversions[SV] == 0


def test_callers_of_one_instant_stand_in_the_order_in_which_they_came() -> None:
    site = policy({"n1": (SV,)})
    callers = [call(1, 1), call(9, 2), call(3, 2), call(5, 2)]
    assert seen(site, callers, Simple()).inversions[SV] == 0
    assert seen(site, callers, Ours()).inversions[SV] == 0
    assert seen(site, callers, Simple(last_first=True)).inversions[SV] == 2


def test_who_leaves_a_nurse_idle_is_seen_for_exactly_that_time() -> None:
    """Both calls wait 7 s beside a free nurse, the second also for the end of the first."""
    site = policy({"n1": (SV,)})
    outcome = seen(site, [call(1, 10), call(2, 20)], Simple(after=7_000))
    assert outcome.idle_while_eligible == {SV: 14_000, AR: 0}
    assert list(outcome.calls.wait) == [7_000, 64_000]


def test_each_free_nurse_counts_for_one_caller() -> None:
    one, two = policy({"n1": (SV,)}), policy({"n1": (SV,), "n2": (SV, AR), "n3": (AR,)})
    callers = [call(1, 10), call(2, 10), call(3, 10)]
    assert seen(one, callers, Simple(after=7_000)).idle_while_eligible[SV] == 21_000
    found = seen(two, callers, Simple(after=7_000)).idle_while_eligible
    assert found == {SV: 2 * 7_000 + 7_000, AR: 0}


def test_a_nurse_of_two_languages_counts_for_one_caller_of_either() -> None:
    site, callers = policy({"n1": (SV, AR)}), [call(1, 10), call(2, 10, language=AR)]
    found = seen(site, callers, Simple(after=7_000)).idle_while_eligible
    assert sum(found.values()) == 2 * 7_000


def test_a_busy_day_of_ours_has_neither() -> None:
    outcome = Engine(BusyDays(rich_policy()), Ours(), Part(0, 1, 0)).run()
    assert not any(outcome.inversions.values())
    assert not any(outcome.idle_while_eligible.values())


# -- rings ------------------------------------------------------------------------------


def ringed(**nurses: Level) -> Policy:
    """Arabic opens at a working level after 60 s, to any nurse after 100 s."""
    rings = (
        Ring(level=Level.FLUENT),
        Ring(after=60_000, level=Level.WORKING),
        Ring(after=100_000, level=None, competences=False),
    )
    specs = tuple(
        NurseSpec(id=NurseId(name), languages=(AR,), levels={AR: level}, competences=("child",))
        for name, level in nurses.items()
    )
    return Policy(
        languages=(SV, AR),
        default_language=SV,
        targets={"public": 20_000},
        nurses=(*specs, NurseSpec(id=NurseId("other"), languages=(SV,))),
        requirements={"child": Requirement(competences=("child",))},
        routing=Routing(lines=(Line(language=AR, rings=rings),)),
    )


class Seen:
    """An observer that counts, beside what it counts in."""

    def __init__(self, site: Policy) -> None:
        self.outcome = Outcome("nobody's", site.languages, MONDAY)
        rules = Ours()
        rules.opens(site, MONDAY)
        self.observer = Observer(site, self.outcome, rules.reaches)
        self.observer.counting = True

    def waits(self, caller: Caller) -> None:
        self.observer.waits(caller, caller.at + 20_000)

    @property
    def idle(self) -> float:
        return self.outcome.idle_while_eligible[AR] / 1000

    @property
    def inversions(self) -> int:
        return self.outcome.inversions[AR]


@pytest.mark.parametrize(
    ("nurse", "percent", "idle"),
    [
        ("fluent", 100, 500), ("working", 100, 440), ("other", 100, 400),
        ("working", 50, 470), ("other", 200, 300), ("fluent", 200, 500), ("other", 1_000, 0),
    ],
)  # fmt: skip
def test_a_nurse_is_eligible_from_when_her_ring_opens(
    nurse: str, percent: int, idle: float
) -> None:
    """Also when nothing else happens at that instant."""
    see = Seen(ringed(fluent=Level.FLUENT, working=Level.WORKING))
    see.observer.percent = percent
    see.waits(call(1, 0, language=AR))
    see.observer.nurse(NurseId(nurse), free=True)
    see.observer.passes(at(0), at(500))
    assert see.idle == idle


def test_each_caller_counts_from_when_the_ring_opens_for_that_caller() -> None:
    see = Seen(ringed(one=Level.WORKING, two=Level.WORKING, three=Level.WORKING))
    for number, comes in enumerate((0, 20, 50)):
        see.waits(call(number, comes, language=AR))
    for nurse in ("one", "two"):
        see.observer.nurse(NurseId(nurse), free=True)
    see.observer.passes(at(50), at(130))
    assert see.idle == (130 - 60) + (130 - 80)


def test_to_pass_over_a_caller_is_an_inversion_from_when_the_ring_opens() -> None:
    see = Seen(ringed(working=Level.WORKING))
    first, second = call(1, 0, language=AR), call(2, 30)
    see.waits(first)
    see.waits(second)
    see.observer.steps_out(second)
    see.observer.rings(second, NurseId("working"), at(59.999))
    assert see.inversions == 0
    see.observer.rings(second, NurseId("working"), at(60))
    assert see.inversions == 1


def test_a_competence_is_asked_for_until_the_ring_that_does_without() -> None:
    see = Seen(ringed(working=Level.WORKING))
    see.waits(call(1, 0, language=AR, entry_point="child"))
    see.waits(call(2, 0, language=SV, entry_point="child"))
    see.observer.nurse(NurseId("other"), free=True)
    see.observer.passes(at(0), at(130))
    assert see.idle == 30
    assert see.outcome.idle_while_eligible[SV] == 0


def test_nothing_counts_before_it_is_told_to_count() -> None:
    see = Seen(ringed(fluent=Level.FLUENT))
    see.observer.counting = False
    first, second = call(1, 0, language=AR), call(2, 0, language=AR)
    see.waits(first)
    see.waits(second)
    see.observer.nurse(NurseId("fluent"), free=True)
    see.observer.passes(at(0), at(100))
    see.observer.steps_out(second)
    see.observer.rings(second, NurseId("fluent"), at(100))
    assert (see.idle, see.inversions) == (0, 0)


def test_who_stands_in_line_again_has_the_old_place() -> None:
    see = Seen(policy({"n1": (SV,)}))
    first, second = call(1, 0), call(2, 10)
    for caller in (first, second):
        see.waits(caller)
    see.observer.steps_out(first)
    see.waits(first)
    see.observer.steps_out(second)
    see.observer.rings(second, NurseId("n1"), at(20))
    assert see.outcome.inversions[SV] == 1


def test_whoever_is_gone_is_forgotten() -> None:
    course = BusyDays(rich_policy(), days=2)
    engine = Engine(course, Ours(), Part(0, 2, 0))
    engine.run()
    assert not engine._observer._kind_of
    assert not engine._observer._places
    assert not engine._observer._lines
    assert not engine._calls
    assert not engine._engaged
