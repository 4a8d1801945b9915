"""app_queue's rules, one by one."""

import pickle
from typing import Final

import pytest
from msgspec.structs import replace

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.baseline.app_queue import AppQueue
from callcenter.simulate.baseline.layout import Layout
from callcenter.simulate.model import NEVER, Caller, Kind, Move
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement
from tests.unit.simulate.baseline.threads import AR, SO, START, SV, policy

N0, N1, N2 = NurseId("n0"), NurseId("n1"), NurseId("n2")
SECOND: Final = 1_000
FLUENT_THEN_ANY: Final = (
    Ring(level=Level.FLUENT),
    Ring(after=120_000),
    Ring(after=240_000, level=None, competences=False),
)
NEVER_OPEN: Final = Hours(spans=())


def caller(
    number: int, at: Millis = START, language: Language = SV, priority_class: str = "public"
) -> Caller:
    return Caller(
        number=number,
        at=at,
        language=language,
        person=number,
        patience=NEVER,
        talk=60_000,
        priority_class=priority_class,
    )


def opened(
    site: Policy, layout: Layout = Layout.PENALTIES, ready: tuple[NurseId, ...] = ()
) -> AppQueue:
    """With `ready` nurses, at `START`."""
    acd = AppQueue(layout)
    acd.opens(site, START)
    for nurse in ready:
        acd.changes(nurse, Move.READY, START)
    return acd


def comes(acd: AppQueue, someone: Caller) -> None:
    acd.comes(someone, someone.at)


def rung(acd: AppQueue) -> list[tuple[int, NurseId]]:
    found, acd.rung = acd.rung, []
    return found


def serve(acd: AppQueue, someone: Caller, nurse: NurseId, since: Millis, until: Millis) -> None:
    """Her phone has rung for `someone`: they talk."""
    assert rung(acd) == [(someone.number, nurse)]
    acd.answers(someone, nurse, since)
    acd.parts(someone, nurse, until)


def rings_next(acd: AppQueue) -> tuple[Millis, list[tuple[int, NurseId]]]:
    """When a phone rings next, if nothing else happens, and for whom."""
    while True:
        due = acd.next_time()
        assert due is not None
        acd.wake(due)
        if acd.rung:
            return due, rung(acd)


def test_a_caller_who_comes_while_a_nurse_is_free_is_given_to_her_at_once() -> None:
    acd = opened(policy(["sv"], 0), ready=(N0,))
    comes(acd, caller(1))
    assert rung(acd) == [(1, N0)]
    assert not acd.is_free(N0)
    assert acd.is_on_duty(N0)


def test_a_nurse_who_gets_free_wakes_nobody_and_the_caller_looks_within_the_second() -> None:
    acd = opened(policy(["sv"], 0), ready=(N0,))
    first, second = caller(1), caller(2, START + 300)
    comes(acd, first)
    comes(acd, second)
    serve(acd, first, N0, START, START + 42_700)
    assert not acd.rung
    assert rings_next(acd) == (START + 43_300, [(2, N0)])


def test_the_way_from_a_freed_nurse_to_the_next_ringing_takes_half_a_second_on_average() -> None:
    delays = []
    for part in range(0, 1_000, 7):
        acd = opened(policy(["sv"], 0), ready=(N0,))
        first, second = caller(1), caller(2, START + 300)
        comes(acd, first)
        comes(acd, second)
        serve(acd, first, N0, START, START + 10_000 + part)
        delays.append(rings_next(acd)[0] - (START + 10_000 + part))
    assert max(delays) <= SECOND
    assert min(delays) > 0
    assert sum(delays) / len(delays) == pytest.approx(500, abs=10)


def test_a_caller_whose_ringing_nobody_answered_sleeps_for_five_seconds() -> None:
    acd = opened(policy(["sv"], 0), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    rung(acd)
    acd.misses(someone, N0, START + 15_000)
    assert acd.is_free(N0)
    assert acd.is_on_duty(N0)
    assert rings_next(acd) == (START + 20_000, [(1, N0)])


def test_who_missed_a_ringing_is_still_the_least_recent_and_is_rung_again() -> None:
    acd = opened(policy(["sv", "sv"], 0), ready=(N0, N1))
    first, second = caller(1), caller(2, START + 1)
    comes(acd, first)
    serve(acd, first, N0, START, START)
    comes(acd, second)
    assert rung(acd) == [(2, N1)]
    acd.misses(second, N1, START + 15_001)
    assert rings_next(acd) == (START + 20_001, [(2, N1)])


def test_a_caller_who_sleeps_after_a_try_stands_in_the_way_of_the_next() -> None:
    acd = opened(policy(["sv"], 0), ready=(N0,))
    first, second = caller(1), caller(2, START + 100)
    comes(acd, first)
    comes(acd, second)
    rung(acd)
    acd.misses(first, N0, START + 15_000)
    assert rings_next(acd) == (START + 20_000, [(1, N0)])
    acd.gives_up(first, START + 21_000)
    assert rings_next(acd) == (START + 21_100, [(2, N0)])


def test_the_sleep_after_a_try_is_configured_and_the_default_stands_for_none() -> None:
    for configured, slept in ((2_000, 2_000), (0, 5_000)):
        acd = AppQueue(retry=configured)
        acd.opens(policy(["sv"], 0), START)
        acd.changes(N0, Move.READY, START)
        comes(acd, caller(1))
        rung(acd)
        acd.misses(caller(1), N0, START)
        assert acd.next_time() == START + slept


def test_a_waiting_arabic_caller_keeps_a_swedish_one_from_a_free_swedish_nurse() -> None:
    acd = opened(policy(["sv", "sv ar"], 0), ready=(N0,))
    arabic = caller(1, language=AR)
    comes(acd, arabic)
    comes(acd, caller(2, START + 100))
    assert acd.is_free(N0)
    assert acd.next_time() is None  # nothing that happens by itself changes it
    acd.gives_up(arabic, START + 200_000)
    assert rings_next(acd) == (START + 200_100, [(2, N0)])


def test_a_queue_for_each_language_keeps_no_swedish_caller_waiting_for_an_arabic_one() -> None:
    acd = opened(policy(["sv", "sv ar"], 0), Layout.QUEUES, ready=(N0,))
    comes(acd, caller(1, language=AR))
    comes(acd, caller(2, START + 100))
    assert rung(acd) == [(2, N0)]


def test_one_whose_tries_reach_nobody_meets_the_nurse_up_to_five_seconds_late() -> None:
    acd = opened(policy(["sv", "sv ar"], 0), ready=(N0,))
    comes(acd, caller(1, language=AR))
    acd.changes(N1, Move.READY, START + 11_000)
    assert rings_next(acd) == (START + 15_000, [(1, N1)])


def test_one_whose_turn_it_is_not_meets_the_nurse_within_a_second() -> None:
    acd = opened(policy(["sv", "sv ar"], 0))
    comes(acd, caller(1, language=AR))
    acd.changes(N1, Move.READY, START + 11_100)
    assert rings_next(acd) == (START + 12_000, [(1, N1)])


def test_the_second_caller_is_tried_while_the_first_ones_phone_rings() -> None:
    acd = opened(policy(["sv", "sv"], 0))
    comes(acd, caller(1, START))
    comes(acd, caller(2, START + 500))
    acd.changes(N0, Move.READY, START + 2_100)
    acd.changes(N1, Move.READY, START + 2_100)
    assert rings_next(acd) == (START + 2_500, [(2, N0)])  # the first to look, not to come
    assert rings_next(acd) == (START + 3_000, [(1, N1)])


def test_with_one_nurse_free_only_the_first_caller_is_tried() -> None:
    acd = opened(policy(["sv", "sv"], 0))
    comes(acd, caller(1, START))
    comes(acd, caller(2, START + 500))
    acd.changes(N0, Move.READY, START + 2_100)
    assert rings_next(acd) == (START + 3_000, [(1, N0)])


def test_who_is_told_of_at_an_instant_comes_after_the_looks_of_that_instant() -> None:
    acd = opened(policy(["sv"], 0))
    comes(acd, caller(1))
    acd.wake(START + 2_000)
    acd.changes(N0, Move.READY, START + 2_000)
    acd.wake(START + 2_000)
    assert not acd.rung
    assert rings_next(acd) == (START + 3_000, [(1, N0)])


def test_order_across_queues_is_not_kept() -> None:
    acd = opened(policy(["sv ar"], 0), Layout.QUEUES)
    comes(acd, caller(1, START, AR))
    comes(acd, caller(2, START + 60_500))
    acd.changes(N0, Move.READY, START + 70_200)
    assert rings_next(acd) == (START + 70_500, [(2, N0)])


def test_a_shorter_target_goes_first_however_long_others_have_waited() -> None:
    acd = opened(policy(["sv"], 0))
    comes(acd, caller(1, START))
    comes(acd, caller(2, START + 250_000, priority_class="care"))
    comes(acd, caller(3, START + 250_100, priority_class="unheard of"))
    acd.changes(N0, Move.READY, START + 299_000)
    assert rings_next(acd) == (START + 299_000 + SECOND, [(2, N0)])


def test_nurses_of_the_default_language_alone_are_rung_first() -> None:
    acd = opened(policy(["sv ar", "sv"], 0), ready=(N0, N1))
    comes(acd, caller(1))
    comes(acd, caller(2, language=AR))
    assert rung(acd) == [(1, N1), (2, N0)]


def test_the_least_recent_is_rung_and_who_has_had_no_call_before_all() -> None:
    acd = opened(policy(["sv", "sv", "sv"], 0), ready=(N0, N1))
    for number, nurse in ((1, N0), (2, N1)):
        someone = caller(number, START + number * 10_000)
        comes(acd, someone)
        serve(acd, someone, nurse, someone.at, someone.at + 2_000)
    acd.changes(N2, Move.READY, START + 50_000)
    for number, nurse in ((3, N2), (4, N0), (5, N1)):
        comes(acd, caller(number, START + 60_000))
        assert rung(acd) == [(number, nurse)]


def test_calls_that_ended_in_the_same_second_are_equally_recent() -> None:
    acd = opened(policy(["sv", "sv"], 0), ready=(N0, N1))
    one, two = caller(1), caller(2)
    comes(acd, one)
    comes(acd, two)
    assert rung(acd) == [(1, N0), (2, N1)]
    acd.answers(one, N0, START)
    acd.answers(two, N1, START)
    acd.parts(two, N1, START + 9_001)
    acd.parts(one, N0, START + 9_999)
    comes(acd, caller(3, START + 20_000))
    assert rung(acd) == [(3, N0)]


def test_wrap_up_counts_whole_seconds_and_is_up_to_one_shorter() -> None:
    acd = opened(policy(["sv"], 30_000), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    serve(acd, someone, N0, START, START + 100_900)
    assert not acd.is_free(N0)
    assert acd.is_on_duty(N0)
    assert acd.next_time() == START + 130_000
    assert not acd.freed
    acd.wake(START + 130_000)
    assert acd.freed == [N0]
    assert acd.is_free(N0)
    assert acd.next_time() is None


def test_a_caller_who_comes_at_the_instant_at_which_a_wrap_up_ends_is_given_to_her() -> None:
    acd = opened(policy(["sv"], 30_000), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    serve(acd, someone, N0, START, START + 100_000)
    comes(acd, caller(2, START + 130_000))
    assert rung(acd) == [(2, N0)]


def test_wrap_up_holds_in_all_her_queues() -> None:
    acd = opened(policy(["sv ar"], 30_000), Layout.QUEUES, ready=(N0,))
    someone = caller(1, language=AR)
    comes(acd, someone)
    serve(acd, someone, N0, START, START + 60_000)
    comes(acd, caller(2, START + 70_000))
    assert not acd.rung
    assert rings_next(acd) == (START + 90_000, [(2, N0)])


def test_a_break_that_begins_during_a_call_leaves_the_call_alone() -> None:
    acd = opened(policy(["sv"], 0), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    acd.changes(N0, Move.PAUSE, START + 2_000)
    assert not acd.is_on_duty(N0)
    serve(acd, someone, N0, START + 4_000, START + 60_000)
    comes(acd, caller(2, START + 61_000))
    assert acd.next_time() is None
    acd.changes(N0, Move.READY, START + 90_400)
    assert rings_next(acd) == (START + 91_000, [(2, N0)])


def test_a_wrap_up_that_ends_during_a_break_frees_nobody() -> None:
    acd = opened(policy(["sv"], 30_000), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    acd.changes(N0, Move.PAUSE, START)
    serve(acd, someone, N0, START, START + 60_000)
    acd.wake(START + 90_000)
    assert not acd.freed
    assert not acd.is_free(N0)


def test_the_end_of_a_break_does_not_end_a_wrap_up() -> None:
    acd = opened(policy(["sv"], 30_000), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    serve(acd, someone, N0, START, START + 60_000)
    acd.changes(N0, Move.PAUSE, START + 61_000)
    acd.changes(N0, Move.READY, START + 62_000)
    assert not acd.is_free(N0)
    assert acd.next_time() == START + 90_000


def test_who_signs_out_in_a_wrap_up_and_in_again_has_no_wrap_up_and_no_last_call() -> None:
    acd = opened(policy(["sv", "sv"], 30_000), ready=(N0, N1))
    for number, nurse in ((1, N0), (2, N1)):
        someone = caller(number, START + number)
        comes(acd, someone)
        serve(acd, someone, nurse, someone.at, START + 59_000 + number * 1_000)
    acd.changes(N1, Move.OFF, START + 62_000)
    assert not acd.is_on_duty(N1)
    acd.changes(N1, Move.READY, START + 63_000)
    assert acd.is_free(N1)
    acd.wake(START + 90_000)
    assert acd.freed == [N0]
    assert acd.next_time() is None
    comes(acd, caller(3, START + 100_000))
    assert rung(acd) == [(3, N1)]


def test_who_signs_out_during_a_call_finishes_it_and_has_no_wrap_up() -> None:
    acd = opened(policy(["sv"], 30_000), ready=(N0,))
    someone = caller(1)
    comes(acd, someone)
    acd.changes(N0, Move.OFF, START + 1_000)
    serve(acd, someone, N0, START + 4_000, START + 60_000)
    assert acd.next_time() is None
    assert not acd.is_free(N0)
    assert not acd.is_on_duty(N0)


def test_who_is_no_member_cannot_be_paused() -> None:
    acd = opened(policy(["sv"], 0))
    acd.changes(N0, Move.PAUSE, START)
    assert not acd.is_on_duty(N0)
    acd.changes(N0, Move.READY, START)
    assert acd.is_free(N0)


def test_a_caller_who_hangs_up_while_the_phone_rings_leaves_the_nurse_free_and_as_recent() -> None:
    acd = opened(policy(["sv", "sv"], 30_000), ready=(N0, N1))
    someone = caller(1)
    comes(acd, someone)
    assert rung(acd) == [(1, N0)]
    acd.gives_up(someone, START + 3_000)
    assert acd.is_free(N0)
    comes(acd, caller(2, START + 3_000))
    assert rung(acd) == [(2, N0)]


def test_a_caller_of_a_closed_line_is_told_that_we_ring_back_and_stands_nowhere() -> None:
    mondays = Hours(spans=(Span(weekday=0, opens=480, closes=960),))
    line = replace(_closed(AR, Instead.CALLBACK), hours=mondays)
    site = replace(policy(["sv", "sv ar"], 0), routing=Routing(lines=(line,)))
    acd = opened(site, ready=(N0, N1))
    someone = caller(1, language=AR)
    comes(acd, someone)
    assert acd.sent_away == [1]
    assert not acd.rung
    acd.gives_up(someone, START)  # hangs up
    comes(acd, caller(2))
    assert rung(acd) == [(2, N0)]


def test_a_caller_of_a_closed_line_stands_in_the_other_languages_queue() -> None:
    for instead in (Instead.LANGUAGE, Instead.INTERPRETER):
        routing = Routing(lines=(_closed(AR, instead),))
        for layout in Layout:
            site = replace(policy(["sv", "ar"], 0), routing=routing)
            acd = opened(site, layout, ready=(N0, N1))
            comes(acd, caller(1, language=AR))
            assert rung(acd) == [(1, N0)]
            assert not acd.sent_away


def test_a_language_that_nobody_speaks_has_a_queue_in_which_nobody_is_rung() -> None:
    for layout in Layout:
        acd = opened(policy(["sv"], 0), layout, ready=(N0,))
        comes(acd, caller(1, language=SO))
        assert not acd.rung
        assert acd.next_time() is None


def test_nobody_is_refused_and_a_day_begins_with_nobody() -> None:
    acd = opened(policy(["sv"], 0), ready=(N0,))
    comes(acd, caller(1))
    comes(acd, caller(2))
    assert not acd.refusing
    acd.opens(policy(["sv"], 0), START + 100_000)
    assert not acd.is_on_duty(N0)
    assert acd.next_time() is None
    acd.changes(N0, Move.READY, START + 100_000)
    assert acd.next_time() is None


def test_things_told_and_looks_that_ring_somebody_are_counted() -> None:
    acd = opened(policy(["sv"], 0))
    comes(acd, caller(1))
    acd.changes(N0, Move.READY, START + 500)
    assert acd.events == 2
    rings_next(acd)
    assert acd.events == 3


def test_it_goes_to_another_process() -> None:
    for layout in Layout:
        assert pickle.loads(pickle.dumps(AppQueue(layout))).name == AppQueue(layout).name


def _closed(language: Language, instead: Instead) -> Line:
    return Line(language=language, hours=NEVER_OPEN, closed=Closed(instead=instead, language=SV))


def kind(language: Language, *, interpreter: bool = False) -> Kind:
    return Kind(language, "public", "public", interpreter)


def test_without_queue_rules_a_nurse_is_reached_at_once_or_never() -> None:
    site = policy(["sv", "sv ar", "ar:working", ""], 0, {AR: FLUENT_THEN_ANY})
    for layout in (Layout.PENALTIES, Layout.QUEUES):
        acd = opened(site, layout)
        assert [acd.reaches(kind(SV), spec.id) for spec in site.nurses] == [0, 0, None, None]
        assert [acd.reaches(kind(AR), spec.id) for spec in site.nurses] == [None, 0, 0, None]


def test_a_caller_who_needs_an_interpreter_reaches_those_of_the_default_language() -> None:
    site = policy(["sv", "ar"], 0)
    for layout in Layout:
        acd = opened(site, layout)
        assert acd.reaches(kind(AR, interpreter=True), N0) == 0
        assert acd.reaches(kind(AR, interpreter=True), N1) is None


def test_with_queue_rules_a_nurse_is_reached_when_her_ring_opens() -> None:
    site = policy(["sv", "sv ar", "ar:working", ""], 0, {AR: FLUENT_THEN_ANY})
    acd = opened(site, Layout.CAREFUL)
    assert [acd.reaches(kind(AR), spec.id) for spec in site.nurses] == [
        240_000,
        0,
        120_000,
        240_000,
    ]
    assert [acd.reaches(kind(SV), spec.id) for spec in site.nurses] == [0, 0, None, None]


def test_what_a_nurse_is_trained_in_is_unknown_and_reaches_are_the_same_at_every_entry() -> None:
    site = policy(["sv"], 0)
    site = replace(site, requirements={"child": Requirement(competences=("child",), years=5)})
    acd = opened(site, Layout.CAREFUL)
    assert acd.reaches(Kind(SV, "child", "care", interpreter=False), N0) == 0


def test_a_queue_rule_rings_a_nurse_of_a_later_ring_at_a_look_after_it_opens() -> None:
    site = policy(["sv", "ar:working"], 0, {AR: FLUENT_THEN_ANY})
    acd = opened(site, Layout.CAREFUL, ready=(N0,))
    comes(acd, caller(1, START + 300, AR))
    assert rings_next(acd) == (START + 240_300, [(1, N0)])
    comes(acd, caller(2, START + 250_300, AR))
    acd.changes(N1, Move.READY, START + 251_000)
    assert rings_next(acd) == (START + 370_300, [(2, N1)])


def test_a_queue_rule_counts_whole_seconds_and_may_act_almost_a_second_early() -> None:
    site = policy(["sv"], 0, {AR: FLUENT_THEN_ANY})
    acd = opened(site, Layout.CAREFUL)
    comes(acd, caller(1, START + 900, AR))
    comes(acd, caller(2, START + 100_000))
    acd.changes(N0, Move.READY, START + 239_950)
    assert rings_next(acd)[1] == [(2, N0)]
    acd.gives_up(caller(2), START + 240_001)
    assert rings_next(acd) == (START + 240_900, [(1, N0)])
    assert START % SECOND == 0


def test_one_who_waits_for_a_later_ring_takes_the_turn_of_one_who_could_be_served() -> None:
    site = policy(["sv", "ar"], 0, {AR: FLUENT_THEN_ANY})
    acd = opened(site, Layout.CAREFUL, ready=(N0,))
    comes(acd, caller(1, language=AR))
    comes(acd, caller(2, START + 60_000, AR))
    acd.changes(N1, Move.READY, START + 60_500)
    assert rings_next(acd) == (START + 61_000, [(1, N1)])
    assert rings_next(acd) == (START + 300_000, [(2, N0)])


def test_a_nurse_who_speaks_more_languages_is_kept_for_them() -> None:
    acd = opened(policy(["sv ar so", "sv ar", "sv"], 0), Layout.CAREFUL, ready=(N0, N1, N2))
    for number, (language, nurse) in enumerate(((SV, N2), (AR, N1), (SV, N0))):
        comes(acd, caller(number, language=language))
        assert rung(acd) == [(number, nurse)]


def test_a_nurse_who_is_kept_is_rung_rather_than_nobody() -> None:
    acd = opened(policy(["sv ar so"], 0), Layout.CAREFUL, ready=(N0,))
    comes(acd, caller(1))
    assert rung(acd) == [(1, N0)]


def test_who_sets_it_up_with_care_shortens_the_sleep_after_a_try_to_a_second() -> None:
    for layout, configured, slept in (
        (Layout.CAREFUL, None, 1_000),
        (Layout.CAREFUL, 2_000, 2_000),
        (Layout.QUEUES, None, 5_000),
        (Layout.PENALTIES, None, 5_000),
    ):
        acd = AppQueue(layout, retry=configured)
        acd.opens(policy(["sv"], 0), START)
        acd.changes(N0, Move.READY, START)
        comes(acd, caller(1))
        rung(acd)
        acd.misses(caller(1), N0, START)
        assert acd.next_time() == START + slept
