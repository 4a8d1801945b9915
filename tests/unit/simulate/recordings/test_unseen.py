"""What a journal cannot show is drawn: from what it shows of others, always the same."""

from itertools import pairwise

import pytest

from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.simulate.model import NEVER, Caller
from callcenter.simulate.outcome import End
from callcenter.simulate.recordings.extract import Extract
from callcenter.simulate.recordings.stood import Stood
from callcenter.simulate.recordings.unseen import Unseen
from language_routing.languages import Language
from tests.unit.acd.world import AR, SO, SV, policy
from tests.unit.simulate.recordings.recorded import HOUR, at

MORNING, EVENING, MIDNIGHT = at(8), at(20), at(0, day=1)
RULES = policy({"n1": "sv"}, ring=20_000, wrap_up=30_000, handle_time=360_000)


def stood(number: int, end: End = End.ANSWERED, wait: Millis = 60_000, **known: object) -> Stood:
    fields: dict[str, object] = {
        "at": MORNING + number * 10_000, "language": SV, "entry_point": "1177",
        "priority_class": "public", "person": number, "tries": 0, "end": end, "wait": wait,
        "withdrawn": False,
        "gave_up": end is End.ABANDONED, "talk": 200_000 if end is End.ANSWERED else 0,
        "cut": False, "pick_up": 4_000 if end is End.ANSWERED else None, "rang": 0,
        "offers": 1, "missed": 0,
    }  # fmt: skip
    return Stood(**(fields | known))


def extract_of(*calls: Stood, ends: Millis = MIDNIGHT) -> Extract:
    return Extract(
        begins=MORNING, ends=ends, calls=calls, changes=(), policies=((MORNING, RULES),),
        chosen={}, staffed={}, counts=(), refused=(), wrap_ups=0, wrapped=0, assumed=(), skipped=0,
    )  # fmt: skip


def callers(
    *calls: Stood, rules: Policy = RULES, seed: int = 1, ends: Millis = MIDNIGHT
) -> list[Caller]:
    return Unseen(extract_of(*calls, ends=ends), rules, seed).callers(MIDNIGHT)


def test_what_was_seen_is_taken_as_it_was() -> None:
    gave_up = stood(0, End.ABANDONED, 95_000, language=AR, priority_class="staff", tries=2)
    answered = stood(1, talk=123_456, pick_up=4_321)
    first, second = callers(gave_up, answered)
    assert (first.at, first.language, first.person) == (gave_up.at, AR, 0)
    assert (first.entry_point, first.priority_class, first.tries) == ("1177", "staff", 2)
    assert first.patience == 95_000
    assert (second.talk, second.pick_up, second.number) == (123_456, 4_321, 1)


def test_whoever_was_answered_would_have_stayed_for_longer() -> None:
    gave_up = [stood(n, End.ABANDONED, 10_000 * n) for n in range(1, 11)]
    answered = [stood(n, wait=50_000) for n in range(11, 211)]
    made = callers(*gave_up, *answered)[10:]
    assert min(caller.patience for caller in made) > 50_000
    assert len({caller.patience for caller in made}) > 3


def test_where_nobody_gave_up_nobody_does() -> None:
    assert {caller.patience for caller in callers(stood(0), stood(1))} == {NEVER}


def test_patience_is_learnt_in_the_same_language_if_enough_gave_up_there() -> None:
    impatient = [stood(n, End.ABANDONED, 1_000, language=AR) for n in range(20)]
    patient = [stood(n, End.ABANDONED, 900_000, language=SV) for n in range(20, 60)]
    known = callers(*impatient, *patient, stood(60, wait=0, language=AR))[-1]
    assert known.patience == 1_000
    unknown = [stood(n, wait=500_000, language=SO) for n in range(60, 70)]
    assert {c.patience for c in callers(*impatient, *patient, *unknown)[60:]} == {900_000}


def test_the_talk_of_one_who_never_had_any_is_one_that_was_recorded() -> None:
    answered = [stood(n, talk=100_000 + n, language=AR) for n in range(20)]
    others = [stood(n, talk=700_000 + n, language=SV) for n in range(20, 60)]
    gave_up = [stood(n, End.ABANDONED, language=AR) for n in range(60, 100)]
    drawn = {caller.talk for caller in callers(*answered, *others, *gave_up)[60:]}
    assert drawn <= {call.talk for call in answered}
    assert len(drawn) > 8
    few = [stood(n, End.ABANDONED, language=SO) for n in range(100, 160)]
    drawn = {caller.talk for caller in callers(*answered, *others, *few)[60:]}
    assert max(drawn) >= 700_000 > min(drawn)


def test_a_talk_that_was_cut_off_goes_on_as_one_that_was_longer() -> None:
    talks = [stood(n, talk=100_000 * (n + 1)) for n in range(3)]
    cut = [stood(n, talk=200_000, cut=True) for n in range(3, 30)]
    assert {caller.talk for caller in callers(*talks, *cut)[3:]} == {300_000}
    longest = stood(30, talk=900_000, cut=True)
    assert callers(*talks, longest)[-1].talk == 900_000


def test_where_nobody_talked_they_talk_for_as_long_as_the_site_expects() -> None:
    assert callers(stood(0, End.ABANDONED))[0].talk == 330_000


def test_a_phone_that_rang_when_the_caller_left_would_have_rung_on() -> None:
    answered = [stood(n, pick_up=1_000 * (n + 1)) for n in range(10)]
    left = [stood(n, End.ABANDONED, rang=7_500) for n in range(10, 60)]
    drawn = {caller.pick_up for caller in callers(*answered, *left)[10:]}
    assert drawn == {8_000, 9_000, 10_000}
    longest = stood(60, End.ABANDONED, rang=15_000)
    assert callers(*answered, longest)[-1].pick_up > 15_000


def test_no_phone_rings_for_longer_than_the_rules_let_it() -> None:
    assert callers(stood(0, pick_up=27_000))[0].pick_up == RULES.ring


def test_where_no_phone_was_answered_she_answers_at_once() -> None:
    assert callers(stood(0, End.ABANDONED))[0].pick_up == 0


def test_whoever_would_stay_beyond_the_recordings_end_does_not_give_up() -> None:
    left = [stood(n, End.ABANDONED, 100_000) for n in range(30)]
    late = stood(30, End.WAITING, 40_000, at=EVENING - 40_000)
    assert callers(*left, late, ends=EVENING)[-1].patience == NEVER
    assert callers(*left, late)[-1].patience == 100_000
    at_the_end = stood(30, End.ABANDONED, 40_000, at=EVENING - 40_000)
    assert callers(*left, at_the_end, ends=EVENING)[-1].patience == 40_000


def test_whoever_left_in_the_same_millisecond_stays_for_no_phone_that_rings() -> None:
    assert callers(stood(0, End.ABANDONED, 0))[0].patience == 1


@pytest.mark.parametrize("asked", [None, Language("fi")])
def test_a_language_that_is_none_of_these_rules_becomes_the_default_one(
    asked: Language | None,
) -> None:
    assert callers(stood(0, language=asked))[0].language == SV


def test_the_draws_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    calls = [stood(n, End.ABANDONED, 1_000 * n) for n in range(1, 40)] + [
        stood(n, wait=500) for n in range(40, 80)
    ]
    assert callers(*calls) == callers(*calls)
    assert callers(*calls) != callers(*calls, seed=2)


def test_the_draws_of_a_call_do_not_depend_on_the_rules() -> None:
    calls = [stood(n, End.ABANDONED, 1_000 * n) for n in range(1, 40)] + [
        stood(n, wait=500) for n in range(40, 80)
    ]
    other = policy({"n1": "sv", "n2": "ar"}, wrap_up=0, ring=60_000)
    assert callers(*calls) == callers(*calls, rules=other)


def test_a_promise_to_ring_back_says_nothing_of_patience() -> None:
    gave_up = [stood(n, End.ABANDONED, 60_000) for n in range(30)]
    sent_away = [stood(n, End.CALLED_BACK, 0) for n in range(30, 900)]
    assert {caller.patience for caller in callers(*gave_up, *sent_away)[30:]} == {60_000}


def test_callers_come_in_their_order() -> None:
    made = callers(*(stood(n) for n in range(10)))
    assert all(a.at < b.at for a, b in pairwise(made))
    assert made[-1].at < MORNING + HOUR
