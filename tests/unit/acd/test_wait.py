"""The arithmetic of waits: quantiles, competing lines, rings that open later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.wait import Stage, competing, wait_range

NORMAL = (-1645, 1645)
MINUTE = 60_000


def ends(*stages: Stage, spread: tuple[int, int] = NORMAL, impatience: float = 0.0) -> list[int]:
    found = wait_range(stages, spread, impatience)
    assert found is not None
    return list(found)


# 5 and 95 % of a Gamma distribution with so many steps of one minute, from tables.
@pytest.mark.parametrize(
    ("ahead", "low", "high"), [(0, 0.0513, 2.996), (4, 1.970, 9.154), (9, 5.425, 15.705)]
)
def test_the_ends_are_those_of_a_gamma_distribution(ahead: int, low: float, high: float) -> None:
    found = ends(Stage(0, 10, 1000 * ahead, 10 * MINUTE))
    # A little wider: that the rates are not known exactly is counted in.
    assert 0.5 * low < found[0] / MINUTE <= low
    assert 0.99 * high <= found[1] / MINUTE < 1.1 * high


def test_without_a_nurse_in_any_ring_there_is_no_range() -> None:
    assert wait_range([], NORMAL, 0.0) is None
    assert wait_range([Stage(0, 0, 0, 1), Stage(MINUTE, 0, 0, 1)], NORMAL, 0.0) is None


def test_while_no_ring_with_a_nurse_is_open_nobody_is_answered() -> None:
    low, high = ends(Stage(0, 0, 0, 1), Stage(4 * MINUTE, 10, 0, MINUTE))
    assert 4 * MINUTE <= low < high < 5 * MINUTE


def test_a_ring_that_opens_later_shortens_only_what_is_left_by_then() -> None:
    alone = ends(Stage(0, 2, 5_000, 6 * MINUTE))
    widened = ends(Stage(0, 2, 5_000, 6 * MINUTE), Stage(2 * MINUTE, 40, 5_000, 6 * MINUTE))
    assert 2 * MINUTE < widened[1] < 6 * MINUTE < alone[1]
    late = ends(Stage(0, 2, 5_000, 6 * MINUTE), Stage(90 * MINUTE, 40, 60_000, 6 * MINUTE))
    assert late == alone


def test_the_way_made_in_one_ring_counts_in_the_next() -> None:
    # Half the way in ten of twenty minutes, the other half at twice the pace.
    stages = Stage(0, 20, 99_000, 4 * MINUTE), Stage(10 * MINUTE, 40, 99_000, 4 * MINUTE)
    middle, _ = ends(*stages, spread=(0, 0))
    assert abs(middle - 15 * MINUTE) < MINUTE // 4


@given(
    nurses=st.integers(1, 300),
    ahead=st.integers(0, 2_000_000),
    handle=st.integers(1, 3 * 3_600_000),
    spread=st.tuples(st.integers(-8000, 4000), st.integers(-4000, 8000)),
    impatience=st.floats(0, 0.001),
)
def test_a_range_is_never_negative_and_never_upside_down(
    nurses: int, ahead: int, handle: int, spread: tuple[int, int], impatience: float
) -> None:
    low, high = ends(
        Stage(0, nurses, ahead, handle),
        spread=(min(spread), max(spread)),
        impatience=impatience,
    )
    assert 0 <= low <= high


@given(nurses=st.integers(1, 60), ahead=st.integers(0, 500_000), more=st.integers(1_000, 100_000))
def test_more_ahead_is_later_and_more_nurses_is_sooner(nurses: int, ahead: int, more: int) -> None:
    base = ends(Stage(0, nurses, ahead, 6 * MINUTE))[1]
    assert ends(Stage(0, nurses, ahead + more, 6 * MINUTE))[1] > base
    assert ends(Stage(0, nurses + 1, ahead, 6 * MINUTE))[1] < base


def test_those_who_ask_for_the_same_nurses_all_compete() -> None:
    assert competing(ahead=3, nurses=8, others=20, their_nurses=8, shared=8) == 20_000


def test_those_whose_own_nurses_are_enough_do_not_compete() -> None:
    assert competing(ahead=30, nurses=10, others=2, their_nurses=40, shared=5) == 0


def test_two_lines_of_shared_nurses_move_at_one_pace() -> None:
    # Nine ahead and we ourselves, and ten of the others, at ten nurses in all, five of them ours.
    # Both lines are done together when twenty are, and by then our five have served ten.
    assert competing(ahead=9, nurses=5, others=10, their_nurses=10, shared=5) == 0
    # Forty: our five have had to serve ten of the others too.
    assert competing(ahead=9, nurses=5, others=30, their_nurses=10, shared=5) == 10_000


def test_however_long_the_other_line_our_own_nurses_are_ours() -> None:
    # Half of ours can serve the others and do nothing else: we have the other half.
    assert competing(ahead=9, nurses=10, others=1_000, their_nurses=5, shared=5) == 10_000


@given(
    ahead=st.integers(0, 500),
    others=st.integers(0, 500),
    own=st.integers(0, 40),
    theirs=st.integers(0, 40),
    shared=st.integers(1, 40),
)
def test_no_more_compete_than_there_are(
    ahead: int, others: int, own: int, theirs: int, shared: int
) -> None:
    found = competing(ahead, own + shared, others, theirs + shared, shared)
    assert 0 <= found <= 1000 * others
    assert found <= competing(ahead, own + shared, others + 1, theirs + shared, shared)
