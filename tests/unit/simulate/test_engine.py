"""What the engine lets happen to callers and nurses, and what it counts of it."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import AnyChange, Caller, Move, Redials, Ringing
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End, Outcome
from language_routing.hours import Calendar, Hours, Span, Zone
from language_routing.lines import Closed, Instead, Line, Routing
from tests.unit.simulate.busy_days import BusyDays, rich_policy
from tests.unit.simulate.noted import at, call, change, count, ends, lived, on_duty
from tests.unit.simulate.pools import AR, MONDAY, SV, Course, policy

HALF_HOUR = 1_800
READY, PAUSE, OFF = Move.READY, Move.PAUSE, Move.OFF


def nurses(number: int, **rules: object) -> Policy:
    return policy({f"n{n}": (SV,) for n in range(1, number + 1)}, **rules)


class Days(Course):
    """Calls and changes by day."""

    def __init__(
        self,
        site: Policy,
        callers: dict[int, Sequence[Caller]],
        changes: dict[int, Sequence[AnyChange]],
        *,
        days: int = 1,
        warm_up: int = 0,
    ) -> None:
        super().__init__(site, (), (), length=1_000_000)
        self.days, self.warm_up = days, warm_up
        self._by_day, self._moves = callers, changes

    def callers(self, day: int) -> Sequence[Caller]:
        return self._by_day.get(day, ())

    def changes(self, day: int) -> Sequence[AnyChange]:
        return self._moves.get(day, ())


def simulated(course: Course, part: Part) -> Outcome:
    return Engine(course, Ours(), part).run()


# -- parts ------------------------------------------------------------------------------


def test_whose_shift_began_the_day_before_is_there_when_a_part_begins() -> None:
    evening = [
        change(-900, "n1", READY), change(-900, "n2", READY), change(-800, "n2", OFF),
        change(-700, "n3", READY), change(-10, "n3", PAUSE),
    ]  # fmt: skip
    day = [change(30, "n3", READY), change(50, "n1", OFF), change(90, "n3", OFF)]
    night = {-1: evening, 0: day}
    course = Days(nurses(3), {0: [call(1, 10, talk=40), call(2, 20, talk=10)]}, night)
    outcome = simulated(course, Part(0, 1, 0))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 10)]
    assert sum(outcome.on_duty) == (50 + 60) * 1000


def test_a_headcount_of_the_day_before_holds_when_a_part_begins() -> None:
    course = Days(nurses(3), {0: [call(1, 10)]}, {-1: [count(-100, 3), count(-50, 2)]})
    course.groups = {"all": tuple(NurseId(f"n{n}") for n in (1, 2, 3))}
    outcome = simulated(course, Part(0, 1, 0))
    assert ends(outcome) == [(End.ANSWERED, 0)]
    assert sum(outcome.on_duty) == 2 * 1_000_000


# -- patience ---------------------------------------------------------------------------


def test_a_caller_without_patience_is_served_at_once_or_leaves() -> None:
    callers = [call(1, 10, patience=0), call(2, 20, patience=0), call(3, 71, patience=0)]
    outcome, _ = lived(nurses(1), callers, on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ABANDONED, 0), (End.ANSWERED, 0)]


def test_a_caller_without_patience_stays_while_a_phone_rings_at_once() -> None:
    callers = [call(1, 10, patience=0, pick_up=5), call(2, 100, patience=0, miss=0)]
    course = Course(nurses(1, ring=20_000), callers, on_duty("n1"))
    course.ringing = Ringing(missed=0.5)
    assert ends(simulated(course, Part(0, 1, 0))) == [(End.ANSWERED, 5), (End.ABANDONED, 20)]


def test_a_caller_waits_for_exactly_as_long_as_the_patience_lasts() -> None:
    callers = [call(1, 0.5, talk=100), call(2, 1, patience=99.499), call(3, 2, patience=98.5)]
    outcome, _ = lived(nurses(2), callers, on_duty("n1"))
    assert ends(outcome)[1:] == [(End.ABANDONED, 99.499), (End.ANSWERED, 98.5)]


def test_whoever_gives_up_while_a_phone_rings_frees_the_nurse() -> None:
    callers = [call(1, 10, patience=5, pick_up=10), call(2, 12)]
    outcome, ours = lived(nurses(1), callers, on_duty("n1"))
    assert ends(outcome) == [(End.ABANDONED, 5), (End.ANSWERED, 3)]
    assert ours.noted("answers") == [(15, "2 n1")]
    assert outcome.offers == 2
    assert sum(outcome.busy) == 5_000 + 60_000


def test_patience_ends_no_conversation() -> None:
    outcome, _ = lived(nurses(1), [call(1, 10, talk=500, patience=20)], on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 0)]
    assert sum(outcome.busy) == 500_000


# -- at one instant ---------------------------------------------------------------------


def test_a_wrap_up_that_ends_when_a_caller_comes_has_ended() -> None:
    callers = [call(1, 0, talk=60), call(2, 90, patience=0)]
    outcome, _ = lived(nurses(1, wrap_up=30_000), callers, on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 0)]


def test_a_wrap_up_that_ends_a_millisecond_later_has_not() -> None:
    callers = [call(1, 0, talk=60), call(2, 89.999, patience=0)]
    outcome, _ = lived(nurses(1, wrap_up=30_000), callers, on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ABANDONED, 0)]


def test_who_is_free_when_a_callers_patience_ends_serves_that_caller() -> None:
    callers = [call(1, 0, talk=60), call(2, 50, patience=40)]
    outcome, _ = lived(nurses(1, wrap_up=30_000), callers, on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 40)]


def test_a_conversation_that_ends_when_a_caller_comes_has_ended() -> None:
    callers = [call(1, 0, talk=60), call(2, 60, patience=0)]
    outcome, _ = lived(nurses(1), callers, on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 0)]


def test_callers_of_one_instant_are_served_in_the_order_in_which_they_come() -> None:
    callers = [call(3, 10), call(1, 10), call(2, 10)]
    _, ours = lived(nurses(1), callers, on_duty("n1"))
    assert [who for _, who in ours.noted("answers")] == ["3 n1", "1 n1", "2 n1"]


# -- so many on duty --------------------------------------------------------------------


def test_when_fewer_are_wanted_the_free_go_first_and_others_after_their_calls() -> None:
    callers = [call(1, 10, talk=90), call(2, 20, talk=180), call(3, 150, talk=400)]
    changes = [count(0, 3), count(50, 1), count(300, 3)]
    _, ours = lived(nurses(3), callers, changes)
    assert ours.noted(READY)[:3] == [(0, "n1"), (0, "n2"), (0, "n3")]
    assert ours.noted("answers") == [(10, "1 n1"), (20, "2 n2"), (200, "3 n2")]
    assert ours.noted(OFF) == [(50, "n3"), (100, "n1")]
    assert ours.noted(READY)[3:] == [(300, "n1"), (300, "n3")]


def test_who_is_one_too_many_wraps_up_her_last_call() -> None:
    outcome, _ = lived(nurses(1, wrap_up=30_000), [call(1, 10)], [count(0, 1), count(20, 0)])
    assert sum(outcome.busy) == 90_000
    assert sum(outcome.on_duty) == 100_000


def test_who_wraps_up_when_fewer_are_wanted_goes_when_that_is_over() -> None:
    callers = [call(1, 10, talk=60)]
    _, ours = lived(nurses(1, wrap_up=30_000), callers, [count(0, 1), count(80, 0)])
    assert ours.noted(OFF) == [(100, "n1")]


def test_who_wraps_up_when_fewer_are_wanted_takes_the_next_in_line_and_then_goes() -> None:
    callers = [call(1, 10, talk=60), call(2, 85, talk=60), call(3, 86, patience=300)]
    outcome, ours = lived(nurses(1, wrap_up=30_000), callers, [count(0, 1), count(80, 0)])
    assert ours.noted("answers") == [(10, "1 n1"), (100, "2 n1")]
    assert ends(outcome)[-1] == (End.ABANDONED, 300)
    assert sum(outcome.on_duty) == 190_000


def test_who_wraps_up_her_last_call_is_the_last_to_be_called_back() -> None:
    callers = [call(1, 10, talk=60)]
    changes = [count(0, 1), count(20, 0), count(80, 1)]
    outcome, ours = lived(nurses(2, wrap_up=30_000), callers, changes)
    assert ours.noted(READY) == [(0, "n1"), (80, "n2")]
    assert sum(outcome.busy) == 90_000


def test_who_is_away_after_a_missed_call_is_the_first_to_go() -> None:
    callers = [call(1, 10, miss=0)]
    changes = [count(0, 2), count(60, 1)]
    _, ours = lived(nurses(2), callers, changes, ringing=Ringing(missed=0.1, back_after=100_000))
    assert ours.noted("misses") == [(30, "1 n1")]
    assert ours.noted(OFF) == [(60, "n1")]
    assert len(ours.noted(READY)) == 2


def test_who_is_one_too_many_does_not_come_back_after_a_missed_call() -> None:
    callers = [call(1, 10, miss=0), call(2, 11, talk=300)]
    changes = [count(0, 2), count(25, 1)]
    rule = Ringing(missed=0.1, back_after=100_000)
    _, ours = lived(nurses(2), callers, changes, ringing=rule)
    assert ours.noted(OFF, "answers") == [(11, "2 n2"), (130, "n1"), (311, "1 n2")]


def test_a_group_never_begins_more_calls_than_are_wanted() -> None:
    callers = [call(n, n * 7, talk=100) for n in range(1, 60)]
    wanted = [(0, 5), (100, 3), (130, 4), (200, 1), (420, 5), (600, 0)]
    outcome, ours = lived(nurses(8), callers, [count(when, number) for when, number in wanted])
    began = [when for when, _ in ours.noted("answers")]
    most = []
    for when in began:
        allowed = next(number for since, number in reversed(wanted) if since <= when)
        talking = sum(when - 100 < other <= when for other in began)
        assert talking <= allowed
        most.append(talking == allowed)
    assert most.count(True) > 10
    assert End.WAITING in outcome.calls.end
    assert sum(outcome.busy) == 100_000 * len(began)


# -- single nurses ----------------------------------------------------------------------


@pytest.mark.parametrize("move", [PAUSE, OFF])
def test_who_wants_to_go_during_a_call_goes_after_it(move: Move) -> None:
    callers = [call(1, 10, talk=100), call(2, 20)]
    changes = [*on_duty("n1"), change(50, "n1", move), change(500, "n1", READY)]
    outcome, _ = lived(nurses(1, wrap_up=30_000), callers, changes)
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 480)]
    assert sum(outcome.on_duty) == 140_000 + (86_400 - 500) * 1000
    assert sum(outcome.busy) == 130_000 + 90_000


def test_who_thinks_better_of_it_during_the_call_stays() -> None:
    callers = [call(1, 10, talk=100), call(2, 20)]
    changes = [*on_duty("n1"), change(50, "n1", PAUSE), change(60, "n1", READY)]
    outcome, _ = lived(nurses(1), callers, changes)
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 90)]


@pytest.mark.parametrize("move", [PAUSE, OFF])
def test_who_wants_to_go_while_her_phone_rings_goes_after_the_call(move: Move) -> None:
    callers = [call(1, 10, talk=100, pick_up=8), call(2, 20, patience=500)]
    changes = [*on_duty("n1"), change(15, "n1", move)]
    outcome, ours = lived(nurses(1), callers, changes)
    assert ends(outcome) == [(End.ANSWERED, 8), (End.ABANDONED, 500)]
    assert ours.noted(move) == [(18, "n1")]
    assert sum(outcome.on_duty) == 118_000


def test_who_wants_to_go_while_her_phone_rings_goes_when_nobody_answers_it() -> None:
    callers = [call(1, 10, miss=0, patience=500)]
    changes = [*on_duty("n1"), change(15, "n1", OFF)]
    outcome, ours = lived(nurses(1), callers, changes, ringing=Ringing(missed=0.1))
    assert ours.noted(READY, OFF, "misses") == [(0, "n1"), (30, "1 n1"), (30, "n1")]
    assert ends(outcome) == [(End.ABANDONED, 500)]


def test_who_wants_to_go_while_her_phone_rings_goes_when_the_caller_gives_up() -> None:
    callers = [call(1, 10, pick_up=10, patience=5), call(2, 16, patience=100)]
    changes = [*on_duty("n1"), change(12, "n1", OFF)]
    outcome, ours = lived(nurses(1), callers, changes)
    assert ours.noted(OFF) == [(15, "n1")]
    assert ends(outcome) == [(End.ABANDONED, 5), (End.ABANDONED, 100)]


def test_who_thinks_better_of_it_while_her_phone_rings_stays() -> None:
    callers = [call(1, 10, talk=10, pick_up=10), call(2, 40)]
    changes = [*on_duty("n1"), change(12, "n1", PAUSE), change(14, "n1", READY)]
    outcome, _ = lived(nurses(1), callers, changes)
    assert ends(outcome) == [(End.ANSWERED, 10), (End.ANSWERED, 0)]


# -- missed ringings --------------------------------------------------------------------

MISSED = Ringing(missed=0.5, back_after=300_000)


def test_a_caller_whom_nobody_answered_keeps_the_place_in_line() -> None:
    callers = [call(1, 10, miss=0.4), call(2, 11)]
    changes = [*on_duty("n1"), change(100, "n2", READY)]
    outcome, ours = lived(nurses(2), callers, changes, ringing=MISSED)
    assert ours.noted("misses", "answers") == [
        (30, "1 n1"), (100, "1 n2"), (160, "2 n2"),
    ]  # fmt: skip
    assert (outcome.offers, outcome.missed) == (3, 1)
    assert ends(outcome) == [(End.ANSWERED, 90), (End.ANSWERED, 149)]


def test_only_a_share_of_first_ringings_is_missed() -> None:
    callers = [call(n, n * 100, miss=n / 10) for n in range(10)]
    outcome, _ = lived(
        nurses(1), callers, on_duty("n1"), ringing=Ringing(missed=0.3, back_after=1_000)
    )
    assert outcome.missed == 3
    assert [wait for _, wait in ends(outcome)] == [21] * 3 + [0] * 7


def test_a_missed_call_takes_the_nurse_out_and_she_comes_back() -> None:
    callers = [call(1, 10, miss=0), call(2, 20)]
    outcome, ours = lived(nurses(1), callers, on_duty("n1"), ringing=MISSED)
    assert ours.noted(READY, "answers") == [
        (0, "n1"), (330, "n1"), (330, "1 n1"), (390, "2 n1"),
    ]  # fmt: skip
    assert sum(outcome.on_duty) == (86_400 - 300) * 1000
    assert sum(outcome.busy) == 20_000 + 2 * 60_000


@pytest.mark.parametrize("move", [PAUSE, OFF])
def test_she_does_not_come_back_after_her_shift(move: Move) -> None:
    callers = [call(1, 10, miss=0, patience=2_000)]
    changes = [*on_duty("n1"), change(100, "n1", move)]
    outcome, ours = lived(nurses(1), callers, changes, ringing=MISSED)
    assert ours.noted(READY) == [(0, "n1")]
    assert ends(outcome) == [(End.ABANDONED, 2_000)]


def test_who_misses_fewer_than_the_site_allows_stays_in_rotation() -> None:
    callers = [call(1, 10, miss=0)]
    outcome, ours = lived(nurses(1, rona_after=2), callers, on_duty("n1"), ringing=MISSED)
    assert ours.noted(READY) == [(0, "n1")]
    assert ends(outcome) == [(End.ANSWERED, 20)]


def test_a_phone_rings_no_longer_than_it_may() -> None:
    outcome, _ = lived(nurses(1, ring=20_000), [call(1, 10, pick_up=45)], on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 20)]
    assert outcome.ringing == 20_000


# -- who rings again, is refused, or is sent away ---------------------------------------


def test_whoever_gives_up_rings_again_as_often_as_the_scenario_says() -> None:
    caller = call(1, 10, patience=30, luck=0.0)
    outcome, ours = lived(nurses(1), [caller], [], redials=Redials(share=1.0, after=60_000, most=2))
    assert [came.tries for came in ours.came] == [0, 1, 2]
    assert len({came.number for came in ours.came}) == 3
    assert {came.person for came in ours.came} == {1}
    assert {came.patience for came in ours.came} == {30_000}
    assert [end for end, _ in ends(outcome)] == [End.ABANDONED] * 3
    assert outcome.redials == 2


def test_a_share_of_those_who_give_up_rings_again_after_a_while() -> None:
    callers = [call(n, n, patience=5, luck=n / 1000) for n in range(1000)]
    rule = Redials(share=0.25, after=100_000, most=1)
    outcome, ours = lived(nurses(1), callers, [], redials=rule)
    assert outcome.redials == 250
    again = [came for came in ours.came if came.tries]
    after = [came.at - callers[came.person].at - 5_000 for came in again]
    assert 80_000 < sum(after) / len(after) < 120_000
    assert 0.4 < sum(came.luck for came in again) / len(again) < 0.6


def test_who_rings_again_does_so_at_the_same_time_whatever_came_before() -> None:
    """The same person behaves alike under every distribution that is compared."""
    rule = Redials(share=1.0, after=60_000, most=3)
    one, other = call(1, 10, patience=30, luck=0), call(2, 5, patience=30, luck=0)
    _, alone = lived(nurses(1), [one], [], redials=rule)
    _, both = lived(nurses(1), [other, one], [], redials=rule)
    assert alone.came == [came for came in both.came if came.person == 1]
    _, another = lived(nurses(1), [one], [], redials=rule, seed=2)
    assert another.came != alone.came


def test_nobody_who_was_answered_rings_again() -> None:
    caller = call(1, 10, patience=0, luck=0)
    outcome, _ = lived(nurses(1), [caller], on_duty("n1"), redials=Redials(share=1.0))
    assert len(outcome.calls) == 1


def refusing(number: int) -> Policy:
    step = SurgeStep(level=SurgeLevel.CRISIS, waiting=2, refuse_waiting=2)
    return nurses(number, surge=SurgeRules(steps=(step,), rises_after=0, falls_after=1_000))


def test_newcomers_are_refused_and_ring_again() -> None:
    callers = [call(1, 10, patience=100), call(2, 11, patience=100), call(3, 20, luck=0)]
    rule = Redials(share=0.5, after=600_000, most=1)
    outcome, ours = lived(refusing(1), callers, [change(2_000, "n1", READY)], redials=rule)
    assert [end for end, _ in ends(outcome)] == [
        End.REFUSED, End.ABANDONED, End.ABANDONED, End.ANSWERED,
    ]  # fmt: skip
    assert outcome.calls.wait[0] == 0
    assert [(came.person, came.tries) for came in ours.came] == [(1, 0), (2, 0), (3, 1)]
    assert outcome.redials == 1


def test_some_classes_are_never_refused() -> None:
    callers = [call(1, 10, patience=100), call(2, 11, patience=100), call(3, 20, patience=100)]
    staff = replace(call(4, 21, patience=100), priority_class="staff")
    outcome, _ = lived(refusing(1), [*callers, staff], [], never_refused=("staff",))
    assert [end for end, _ in ends(outcome)] == [End.REFUSED, *[End.ABANDONED] * 3]


def test_a_caller_of_a_closed_line_is_sent_away_and_takes_no_nurses_time() -> None:
    hours = Hours(spans=tuple(Span(weekday=day, opens=480, closes=1020) for day in range(7)))
    closed = Closed(instead=Instead.CALLBACK, language=SV)
    line = Line(language=AR, hours=hours, closed=closed)
    routing = Routing(lines=(line,), calendar=Calendar(zone=Zone(offset=60)))
    site = policy({"n1": (SV, AR)}, routing=routing)
    callers = [call(1, 100, language=AR), call(2, 8 * 3_600, language=AR)]
    outcome, _ = lived(site, callers, on_duty("n1"))
    assert ends(outcome) == [(End.CALLED_BACK, 0), (End.ANSWERED, 0)]
    assert sum(outcome.busy) == 60_000
    assert outcome.offers == 1


# -- what is counted --------------------------------------------------------------------


def test_warm_up_days_are_not_counted() -> None:
    """A call of the warm-up that is answered later is not, nor the nurses' time before."""
    callers = {-1: [call(1, -900, talk=50), call(2, -10, talk=60)], 0: [call(3, 10)]}
    course = Days(nurses(1), callers, {-1: [change(-1_000, "n1", READY)]}, warm_up=1)
    outcome = simulated(course, Part(0, 1, 1))
    assert ends(outcome) == [(End.ANSWERED, 40)]
    assert outcome.offers == 1
    assert sum(outcome.on_duty) == 1_000_000
    assert sum(outcome.busy) == 50_000 + 60_000
    assert outcome.seconds == 1_000


def test_those_in_line_at_the_end_are_served_by_who_is_there() -> None:
    callers = {0: [call(1, 900, talk=200), call(2, 950, talk=70)]}
    course = Days(nurses(1), callers, {0: on_duty("n1")})
    outcome = simulated(course, Part(0, 1, 0))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 150)]
    assert sum(outcome.busy) == 100_000  # up to the end


def test_those_in_line_at_the_end_of_a_part_wait_among_the_next_days_callers() -> None:
    callers = {
        0: [call(1, 950, patience=80), call(2, 960)],
        1: [call(3, 1_010, talk=10), call(4, 1_015), call(5, 1_400)],
    }
    moves = {1: [change(1_050, "n1", READY), change(1_070, "n1", OFF)]}
    course = Days(nurses(1), callers, moves, days=2)
    assert ends(simulated(course, Part(0, 1, 0))) == [(End.ABANDONED, 80), (End.ANSWERED, 90)]
    both = simulated(course, Part(0, 2, 0))
    assert [end for end, _ in ends(both)] == [
        End.ABANDONED, End.ANSWERED, *[End.WAITING] * 3,
    ]  # fmt: skip


def test_what_nurses_do_after_the_end_is_not_counted() -> None:
    callers = {0: [call(1, 900, talk=200), call(2, 950, language=AR)]}
    site = policy({"n1": (SV,), "n2": (AR,)})
    course = Days(site, callers, {0: [*on_duty("n1"), change(1_150, "n2", READY)]})
    outcome = simulated(course, Part(0, 1, 0))
    assert ends(outcome) == [(End.ANSWERED, 0), (End.ANSWERED, 200)]
    assert sum(outcome.busy) == 100_000
    assert sum(outcome.on_duty) == 1_000_000


def test_the_days_after_the_end_last_only_while_somebody_waits() -> None:
    callers = {-1: [call(1, -100, language=AR)], 0: [call(2, 990, talk=100)], 1: [call(3, 1_200)]}
    course = Days(nurses(1), callers, {-1: [change(-900, "n1", READY)]}, days=2, warm_up=1)
    engine = Engine(course, Ours(), Part(0, 1, 1))
    assert ends(engine.run()) == [(End.ANSWERED, 0)]
    assert engine.now == course.midnight(1)


def test_whoever_still_waits_when_nobody_is_left_is_recorded_as_waiting() -> None:
    outcome, _ = lived(nurses(1), [call(1, 86_300)], [])
    assert ends(outcome) == [(End.WAITING, 100)]


def test_a_caller_whose_phone_still_rings_at_the_end_is_answered_in_the_tail() -> None:
    outcome, _ = lived(nurses(1), [call(1, 86_395, pick_up=9)], on_duty("n1"))
    assert ends(outcome) == [(End.ANSWERED, 9)]
    assert sum(outcome.busy) == 5_000


def test_nurse_time_lands_in_the_half_hours_in_which_it_was_spent() -> None:
    callers = [call(1, HALF_HOUR - 100, talk=2 * HALF_HOUR, pick_up=20)]
    changes = [change(900, "n1", READY), change(3 * HALF_HOUR + 60, "n1", OFF)]
    outcome, _ = lived(nurses(1, wrap_up=30_000), callers, changes)
    assert list(outcome.busy) == [100_000, 1_800_000, 1_750_000]
    assert list(outcome.on_duty) == [900_000, 1_800_000, 1_800_000, 60_000]
    assert outcome.staff_busy == {"all": 3_650_000}
    assert outcome.staff_on_duty == {"all": 4_560_000}


def test_breaks_are_in_no_nurse_time() -> None:
    changes = [*on_duty("n1"), change(100, "n1", PAUSE), change(400, "n1", READY),
               change(500, "n1", OFF)]  # fmt: skip
    outcome, _ = lived(nurses(1), [], changes)
    assert sum(outcome.on_duty) == 200_000
    assert sum(outcome.busy) == 0


def test_a_wait_is_within_the_target_of_its_class_up_to_the_last_millisecond() -> None:
    site = nurses(1, targets={"public": 20_000, "staff": 10_000})
    public = [call(1, 0, talk=20), call(2, 0, talk=0.001), call(3, 0)]
    others = [call(5, 5_000, talk=0.001), call(6, 5_000)]
    staff = [replace(caller, priority_class="staff") for caller in others]
    outcome, _ = lived(site, [*public, call(4, 5_000, talk=10), *staff], on_duty("n1"))
    waits = list(zip(outcome.calls.wait, outcome.calls.within, strict=True))
    assert waits == [(0, 1), (20_000, 1), (20_001, 0), (0, 1), (10_000, 1), (10_001, 0)]


def test_the_time_of_a_call_is_counted_from_the_first_counted_midnight() -> None:
    callers = {0: [], 1: [call(1, 1_234.5)]}
    outcome = simulated(Days(nurses(1), callers, {1: on_duty("n1")}, days=2), Part(1, 2, 0))
    assert list(outcome.calls.at) == [1_234]
    assert outcome.begins == MONDAY


class Unfair(Ours):
    """Says that everybody is free."""

    def is_free(self, nurse: NurseId) -> bool:
        return True


def test_idle_time_is_counted_from_the_first_midnight_to_the_last() -> None:
    """An interval in which nothing happens is cut there."""
    moves = {-1: [change(-900, "n1", PAUSE)], 0: [change(1_500, "n1", PAUSE)]}
    course = Days(nurses(1), {-1: [call(1, -500)], 0: [call(2, 990)]}, moves, warm_up=1)
    outcome = Engine(course, Unfair(), Part(0, 1, 1)).run()
    assert outcome.idle_while_eligible[SV] == 1_000_000


def test_who_waits_again_after_a_missed_ringing_is_seen_to_wait() -> None:
    changes = [*on_duty("n1"), change(100, "n2", READY)]
    course = Course(nurses(2), [call(1, 10, miss=0)], changes)
    course.ringing = MISSED
    outcome = Engine(course, Unfair(), Part(0, 1, 0)).run()
    assert outcome.idle_while_eligible[SV] == 70_000


def test_waits_that_were_stated_in_the_warm_up_are_not_counted() -> None:
    callers = {
        -1: [call(1, -900, talk=50), call(2, -890, talk=10), call(3, -880, talk=10)],
        0: [call(4, 10, talk=50), call(5, 20, talk=10)],
    }
    course = Days(nurses(1), callers, {-1: [change(-1_000, "n1", READY)]}, warm_up=1)
    ours = Ours()
    outcome = Engine(course, ours, Part(0, 1, 1)).run()
    assert outcome.estimates[SV].answers == 1
    assert ours.estimates()[SV].answers == 3


def test_the_same_course_twice_has_the_same_outcome() -> None:
    course = BusyDays(rich_policy())
    one, other = (Engine(course, Ours(), Part(0, 1, 0)).run() for _ in range(2))
    assert list(one.calls.wait) == list(other.calls.wait)
    assert list(one.calls.at) == list(other.calls.at)
    assert one.busy == other.busy
    assert one.events == other.events > 5 * len(one.calls)
    assert one.estimates == other.estimates


def test_each_day_is_told_of_once() -> None:
    told: list[Millis] = []
    course = Days(nurses(1), {}, {}, days=3, warm_up=2)
    engine = Engine(course, Ours(), Part(1, 3, 2), lambda: told.append(engine.now))
    engine.run()
    assert told == [course.midnight(day) for day in (0, 1, 2, 3)]
    assert at(0) == told[0]
