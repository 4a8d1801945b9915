"""One tally: its buckets, and that it can be added up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.tally import COUNTS, WAIT_BOUNDS, Tally


def tally() -> Tally:
    return Tally(language=None, priority_class="public")


@pytest.mark.parametrize(
    ("wait", "bucket"),
    [(0, 0), (5_000, 0), (5_001, 1), (180_000, 6), (2_400_000, 11), (2_400_001, 12)],
)
def test_a_wait_falls_into_the_bucket_whose_bound_it_does_not_exceed(
    wait: int, bucket: int
) -> None:
    counted = tally()
    counted.answered_after(wait)
    assert counted.wait_buckets[bucket] == 1
    assert sum(counted.wait_buckets) == 1


@given(st.lists(st.integers(0, 5_000_000)))
def test_answers_buckets_and_sum_agree(waits: list[int]) -> None:
    counted = tally()
    for wait in waits:
        counted.answered_after(wait)
    assert counted.answered == sum(counted.wait_buckets) == len(waits)
    assert counted.wait_sum == sum(waits)
    assert sum(counted.wait_buckets[:7]) == sum(wait <= WAIT_BOUNDS[6] for wait in waits)


def test_two_tallies_do_not_share_their_buckets() -> None:
    one, other = tally(), tally()
    one.answered_after(0)
    assert sum(other.wait_buckets) == 0
    copy = one.copy()
    one.answered_after(0)
    assert sum(copy.wait_buckets) == 1


def test_adding_counts_everything_and_subtracting_takes_it_back() -> None:
    one, other = tally(), tally()
    for place, name in enumerate(COUNTS, 1):
        setattr(one, name, 100 * place)
        setattr(other, name, place)
    other.wait_buckets = list(range(len(WAIT_BOUNDS) + 1))
    before = one.copy()
    one.add(other)
    assert [getattr(one, name) for name in COUNTS] == [101 * n for n in range(1, len(COUNTS) + 1)]
    assert one.wait_buckets == other.wait_buckets
    one.add(other, -1)
    assert one == before
