"""Waits with callers who give up, against the plain sums; and whole thousandths."""

from math import sqrt

import pytest

from callcenter.acd.wait import Stage, competing, wait_range

MINUTE = 60_000


@pytest.mark.parametrize(("ahead", "patience"), [(20, 600_000), (99, 600_000), (400, 3_600_000)])
def test_those_ahead_who_give_up_make_room_as_in_the_sum_over_all_of_them(
    ahead: int, patience: int
) -> None:
    # With j still ahead the next step takes 1 / (nurses / handle + j / patience) on average.
    paces = [1 / MINUTE + j / patience for j in range(ahead + 1)]
    mean = sum(1 / pace for pace in paces)
    deviation = sqrt(sum(1 / pace**2 for pace in paces))
    stage = Stage(0, 10, 1000 * ahead, 10 * MINUTE)
    middle = wait_range((stage,), (0, 0), 1 / patience)
    around = wait_range((stage,), (-1_000, 1_000), 1 / patience)
    assert middle is not None
    assert around is not None
    assert middle[0] == middle[1]
    assert abs(middle[0] / mean - 1) < 0.06
    # A little wider than by chance alone: that the rates are not known exactly is counted in.
    assert 0.95 * deviation < (around[1] - around[0]) / 2 < deviation + 0.2 * mean


def test_whoever_is_next_gains_nothing_by_the_impatience_of_others() -> None:
    stage = Stage(0, 10, 0, 10 * MINUTE)
    assert wait_range((stage,), (-1_000, 1_000), 0.01) == wait_range((stage,), (-1_000, 1_000), 0)


def test_how_many_compete_is_a_whole_number_of_thousandths() -> None:
    found = [competing(0, 3, 5, 4, 2), competing(2, 7, 9, 8, 3), competing(0, 2, 7, 7, 2)]
    assert [type(count) for count in found] == [int, int, int]
    assert found[0] == 2_000  # our one nurse alone would serve us thrice as slowly


def test_the_deviation_is_that_of_the_ring_in_which_the_wait_ends() -> None:
    slow, quick = Stage(0, 1, 0, 10 * MINUTE), Stage(MINUTE, 100, 99_000, 100 * MINUTE)
    low, high = wait_range((slow, quick), (-1_000, 1_000), 0.0) or (0, 0)
    # Nine tenths of a hundred short steps remain: a tenth of the mean more or less, not all of it.
    assert 60 * MINUTE < low < high < 120 * MINUTE
