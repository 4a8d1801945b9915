"""Calibration: both ends come to rest where one answer of twenty lies beyond them."""

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.calibration import Calibration
from callcenter.acd.expected import Estimate
from language_routing.languages import Language

SV, SO = Language("sv"), Language("so")
MINUTE = 60_000


def within(low: int, high: int, *, at_once: bool = False) -> Estimate:
    return Estimate(stated=0, low_at=low, high_at=high, ahead=0, nurses=1, at_once=at_once)


def note(calibration: Calibration, answered: int, times: int = 1) -> None:
    for _ in range(times):
        calibration.note(SV, answered, within(10, 20))


def test_an_answer_after_the_range_moves_its_far_end_out_and_the_near_one_in() -> None:
    found = Calibration()
    before = found.spread(SV)
    note(found, 21)
    after = found.spread(SV)
    assert after[1] > before[1]
    assert before[0] < after[0]


def test_an_answer_on_an_end_is_within() -> None:
    on_end, inside = Calibration(), Calibration()
    note(on_end, 10)
    note(on_end, 20)
    note(inside, 15, times=2)
    assert on_end.spread(SV) == inside.spread(SV)


def test_nineteen_answers_within_undo_one_after() -> None:
    found = Calibration()
    note(found, 15, times=200)
    before = found.spread(SV)[1]
    note(found, 21)
    note(found, 15, times=19)
    assert found.spread(SV)[1] == before


def test_the_first_answers_teach_more() -> None:
    found = Calibration()
    before = found.spread(SV)[1]
    note(found, 21)
    first = found.spread(SV)[1] - before
    note(found, 15, times=200)
    before = found.spread(SV)[1]
    note(found, 21)
    assert first == 8 * (found.spread(SV)[1] - before)


def test_waits_twice_as_spread_as_believed_are_held_all_the_same() -> None:
    chance = random.Random(1)
    found = Calibration()
    early = late = 0
    for number in range(20_000):
        low, high = (10_000_000 + 1000 * end for end in found.spread(SV))
        wait = round(10_000_000 + 2_000_000 * chance.gauss(0, 1))
        found.note(SV, wait, within(low, high))
        if number >= 2_000:
            early += wait < low
            late += wait > high
    assert abs(early / 18_000 - 0.05) < 0.005
    assert abs(late / 18_000 - 0.05) < 0.005
    low, high = found.spread(SV)
    assert -3_800 < low < -2_800
    assert 2_800 < high < 3_800


def test_a_language_never_noted_begins_where_all_the_others_are() -> None:
    found = Calibration()
    note(found, 21, times=30)
    assert found.spread(SO) == found.spread(SV) != Calibration().spread(SO)
    found.note(SO, 15, within(10, 20))
    assert found.spread(SO) != found.spread(SV)


def test_a_call_that_rang_at_once_teaches_nothing_of_waits() -> None:
    found = Calibration()
    found.note(SV, 99, within(0, 20, at_once=True))
    assert found.spread(SV) == Calibration().spread(SV)


@given(st.lists(st.sampled_from([5, 15, 25]), max_size=400))
def test_the_ends_are_bounded_in_order_and_survive_a_snapshot(answers: list[int]) -> None:
    found = Calibration()
    for answered in answers:
        note(found, answered, times=20)
        low, high = found.spread(SV)
        assert -8000 <= low <= high <= 8000
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Calibration)
    assert again == found


def test_patience_is_learnt_from_those_who_stayed_too() -> None:
    chance = random.Random(2)
    found = Calibration()
    for _ in range(6_000):
        patience, service = (round(chance.expovariate(1 / (m * MINUTE))) for m in (5, 2))
        stated = within(0, MINUTE)
        if patience < service:
            found.gave_up(stated, patience)
        else:
            found.note(SV, service, stated)
    assert 4.5 * MINUTE < 1 / found.impatience < 5.5 * MINUTE


def test_whoever_was_told_no_range_teaches_nothing() -> None:
    found = Calibration()
    found.gave_up(None, 99)
    assert found == Calibration()
    assert found.impatience == 0
