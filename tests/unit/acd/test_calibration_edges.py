"""What is learnt of each answer and of each caller who gave up, number by number."""

from callcenter.acd.calibration import Calibration, Spread
from callcenter.acd.expected import Estimate
from tests.unit.acd.world import AR, SV


def said(stated: int) -> Estimate:
    return Estimate(
        stated=stated, low_at=stated + 10_000, high_at=stated + 20_000, ahead=0, nurses=1
    )


def test_patience_is_the_share_that_gave_up_over_the_time_that_all_waited() -> None:
    learnt = Calibration()
    learnt.note(SV, 115_000, said(100_000))
    learnt.gave_up(said(100_000), 105_000)
    learnt.gave_up(said(100_000), 99_000)  # no wait is less than none
    learnt.gave_up(None, 999_000)
    assert (learnt.left, learnt.given_up, learnt.waited) == (3, 2, 20_000)
    assert learnt.impatience == 2 / 20_001


def test_at_two_thousand_callers_half_is_forgotten_and_all_stays_whole() -> None:
    learnt = Calibration(left=1_999, given_up=1_001, waited=3_001)
    learnt.gave_up(said(0), 0)
    assert str((learnt.left, learnt.given_up, learnt.waited)) == "(1000, 501, 1500)"


def test_a_language_begins_where_all_of_them_have_come_to() -> None:
    learnt = Calibration(every=Spread(low=-3_000, high=4_000, noted=10_000))
    learnt.note(AR, 15_000, said(0))
    assert (learnt.by_language[AR].low, learnt.by_language[AR].high) == (-2_984, 3_984)


def test_an_early_answer_moves_the_near_end_of_all_languages_too() -> None:
    learnt = Calibration(every=Spread(noted=10_000))
    learnt.note(AR, 9_999, said(0))
    assert (learnt.every.low, learnt.every.high) == (-1_645 - 38, 1_645 - 2)
    assert learnt.every.noted == 10_001


def test_the_ends_are_given_in_order() -> None:
    learnt = Calibration(by_language={AR: Spread(low=500, high=-500)})
    assert learnt.spread(AR) == (-500, 500)
