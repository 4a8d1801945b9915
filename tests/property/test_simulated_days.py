"""Whatever callers and nurses do on a simulated day, nobody is lost, doubled or passed over."""

from collections import Counter

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import (
    NEVER,
    AnyChange,
    Caller,
    Change,
    Headcount,
    Move,
    Redials,
    Ringing,
)
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.simulate.pools import AR, MONDAY, SV, Course

LENGTH: Millis = 400_000
SECONDS = st.integers(0, 120).map(lambda seconds: seconds * 1000)  # so that much falls together
SINGLE, GROUP = ("s1", "s2", "s3"), ("g1", "g2", "g3", "g4")


class Watched(Ours):
    """Ours; it sees to it that no nurse and no caller has two calls at once."""

    def __init__(self) -> None:
        super().__init__(looked_at=1)
        self.came: dict[int, Millis] = {}
        self.twice = False
        self.turned_away = 0
        self._talks: dict[NurseId, int] = {}
        self._answered: set[int] = set()

    def comes(self, caller: Caller, now: Millis) -> None:
        self.twice |= caller.number in self.came
        self.came[caller.number] = now
        super().comes(caller, now)
        self._check()

    def refused(self, caller: Caller, now: Millis) -> None:
        self.turned_away += 1
        super().refused(caller, now)

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        assert nurse not in self._talks
        assert caller.number not in self._answered
        self._answered.add(caller.number)
        self._talks[nurse] = caller.number
        super().answers(caller, nurse, now)
        self._check()

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        assert self._talks.pop(nurse) == caller.number
        super().parts(caller, nurse, now)
        self._check()

    def wake(self, now: Millis) -> None:
        super().wake(now)
        self._check()

    def _check(self) -> None:
        for number, nurse in self.rung:
            assert nurse not in self._talks
            assert number not in self._answered
        assert len({nurse for _, nurse in self.rung}) == len(self.rung)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    known = st.sampled_from([(SV,), (AR,), (SV, AR)])
    rings = (
        Ring(level=Level.FLUENT),
        Ring(after=20_000, level=Level.WORKING),
        Ring(after=45_000, level=None),
    )
    steps = (
        SurgeStep(level=SurgeLevel.HIGH, waiting=1, rings_percent=50, wrap_up=2_000),
        SurgeStep(level=SurgeLevel.CRISIS, waiting=2, rings_percent=200, refuse_waiting=3),
    )
    surge = SurgeRules(steps=steps, rises_after=1_000, falls_after=10_000)
    return Policy(
        languages=(SV, AR),
        default_language=SV,
        targets={"public": 20_000, "staff": 10_000},
        nurses=tuple(
            NurseSpec(
                id=NurseId(name),
                languages=draw(known),
                levels={AR: draw(st.sampled_from([Level.FLUENT, Level.WORKING]))},
            )
            for name in (*SINGLE, *GROUP)
        ),
        ring=10_000,
        wrap_up=draw(st.sampled_from([0, 1_000, 7_000])),
        rona_after=draw(st.integers(1, 2)),
        reserve=draw(st.booleans()),
        routing=Routing(lines=(Line(language=AR, rings=rings),) if draw(st.booleans()) else ()),
        surge=surge if draw(st.booleans()) else SurgeRules(),
    )


@st.composite
def callers(draw: st.DrawFn) -> list[Caller]:
    times = sorted(draw(st.lists(SECONDS, min_size=4, max_size=25)))
    return [
        Caller(
            number=number,
            at=MONDAY + at,
            person=number,
            language=draw(st.sampled_from([SV, AR])),
            priority_class=draw(st.sampled_from(["public", "public", "staff"])),
            patience=draw(st.sampled_from([0, 3_000, 15_000, 60_000, NEVER])),
            talk=draw(st.sampled_from([1, 5_000, 20_000, 60_000])),
            pick_up=draw(st.sampled_from([0, 0, 2_000, 15_000])),
            miss=draw(st.sampled_from([0.0, 1.0, 1.0])),
            luck=draw(st.sampled_from([0.0, 1.0])),
        )
        for number, at in enumerate(times)
    ]


@st.composite
def changes(draw: st.DrawFn) -> list[AnyChange]:
    found: list[AnyChange] = []
    for nurse in SINGLE:
        away = True
        for at in sorted(draw(st.lists(SECONDS, max_size=6))):
            move = Move.READY if away else draw(st.sampled_from([Move.PAUSE, Move.OFF]))
            away = not away
            found.append(Change(at=MONDAY + at, nurse=NurseId(nurse), move=move))
    for at in draw(st.lists(SECONDS, max_size=5)):
        count = draw(st.integers(0, len(GROUP)))
        found.append(Headcount(at=MONDAY + at, group="group", count=count))
    return sorted(found, key=lambda change: change.at)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(site=policies(), calls=callers(), moves=changes())
def test_every_caller_ends_once_and_nobody_is_passed_over(
    site: Policy, calls: list[Caller], moves: list[AnyChange]
) -> None:
    group = tuple(NurseId(name) for name in GROUP)
    course = Course(site, calls, moves, LENGTH, {"group": group})
    course.redials = Redials(share=0.5, after=20_000, most=2)
    course.ringing = Ringing(missed=0.5, back_after=5_000)
    ours = Watched()
    engine = Engine(course, ours, Part(0, 1, 0))
    outcome = engine.run()

    ends = Counter(End(end) for end in outcome.calls.end)
    counted = [at for at in ours.came.values() if MONDAY <= at < MONDAY + LENGTH]
    assert ends.total() == len(outcome.calls) >= len(calls)
    assert not ours.twice
    assert ends.total() == len(counted) + ends[End.REFUSED]
    assert ends[End.REFUSED] <= ours.turned_away
    assert all(wait >= 0 for wait in outcome.calls.wait)
    assert not any(outcome.inversions.values())
    assert not any(outcome.idle_while_eligible.values())
    assert ours.shard.late == 0
    for busy, duty in zip(outcome.busy, outcome.on_duty, strict=False):
        assert 0 <= busy <= duty <= len(site.nurses) * 1_800_000
    assert len(outcome.busy) <= len(outcome.on_duty)
    for end in ends:
        event(end.name)
