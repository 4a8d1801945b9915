"""A range counts down; its far end moves away only for a cause that is true."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.acd.expected import Estimate, GrowthCause, restate

SAID = Estimate(stated=0, low_at=100, high_at=200, ahead=5, nurses=3)
LATER = replace(SAID, stated=50, low_at=150, high_at=300)


def test_good_news_needs_no_cause() -> None:
    fresh = replace(SAID, stated=50, low_at=80, high_at=150, ahead=9, nurses=1)
    assert restate(SAID, fresh, 50) == (fresh, None)


def test_a_slow_line_alone_does_not_move_the_far_end_away() -> None:
    found, cause = restate(SAID, LATER, 50)
    assert cause is None
    assert (found.low_at, found.high_at) == (150, 200)


def test_the_near_end_never_passes_the_far_one() -> None:
    found, _ = restate(SAID, replace(LATER, low_at=250), 50)
    assert found.low_at == found.high_at == 200


def test_whoever_is_overtaken_is_told_so() -> None:
    fresh = replace(LATER, ahead=6)
    assert restate(SAID, fresh, 50) == (fresh, GrowthCause.OVERTAKEN)


def test_fewer_nurses_are_a_cause() -> None:
    fresh = replace(LATER, nurses=2)
    assert restate(SAID, fresh, 50) == (fresh, GrowthCause.FEWER_NURSES)


def test_a_range_that_has_passed_is_a_cause() -> None:
    assert restate(SAID, LATER, 200)[1] is None
    assert restate(SAID, LATER, 201) == (LATER, GrowthCause.OVERRUN)


def test_nurses_who_came_and_left_again_are_a_cause() -> None:
    more, _ = restate(SAID, replace(LATER, nurses=9), 50)
    assert restate(more, replace(LATER, nurses=8), 60)[1] is GrowthCause.FEWER_NURSES


def test_whoever_had_come_forward_and_is_overtaken_is_told_so() -> None:
    forward, _ = restate(SAID, replace(LATER, ahead=2), 50)
    assert restate(forward, replace(LATER, ahead=3), 60)[1] is GrowthCause.OVERTAKEN


FRESH = st.builds(
    lambda low, width, ahead, nurses: (low, width, ahead, nurses),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(0, 4),
    st.integers(1, 4),
)


@given(st.lists(st.tuples(FRESH, st.integers(0, 100)), min_size=2, max_size=30))
def test_through_any_looks_the_far_end_never_grows_without_a_true_cause(
    looks: list[tuple[tuple[int, int, int, int], int]],
) -> None:
    now, said, basis = 0, None, (0, 0)
    for (low, width, ahead, nurses), span in looks:
        now += span
        fresh = Estimate(
            stated=now, low_at=now + low, high_at=now + low + width, ahead=ahead, nurses=nurses
        )
        if said is None:
            said, basis = fresh, (ahead, nurses)
            continue
        found, cause = restate(said, fresh, now)
        assert found.low_at <= found.high_at
        match cause:
            case None:
                assert found.high_at <= said.high_at
            case GrowthCause.OVERTAKEN:
                assert ahead > basis[0]
            case GrowthCause.FEWER_NURSES:
                assert nurses < basis[1]
            case GrowthCause.OVERRUN:
                assert now > said.high_at
        if cause is not None:
            assert found == fresh
            assert found.high_at > said.high_at
        # What the last word rested on: the best of what was seen since it was a new word.
        new = cause is not None or found == fresh
        basis = (ahead, nurses) if new else (min(basis[0], ahead), max(basis[1], nurses))
        said = found
