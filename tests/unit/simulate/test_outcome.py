"""What is counted of a run, and that parts add up."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.simulate.outcome import End, Estimates, Outcome
from tests.unit.simulate.pools import AR, MONDAY, SV

HALF = 1_800_000


def empty() -> Outcome:
    return Outcome("ours", (SV, AR), MONDAY)


@pytest.mark.parametrize(
    ("since", "until", "spent"),
    [
        (0, 1, [1]),
        (0, HALF, [HALF]),
        (10, HALF + 5, [HALF - 10, 5]),
        (HALF, 2 * HALF, [0, HALF]),
        (HALF - 1, 3 * HALF + 1, [1, HALF, HALF, 1]),
        (5, 5, []),
        (5, 4, []),
    ],
)
def test_time_goes_to_the_half_hours_in_which_it_was_spent(
    since: int, until: int, spent: list[int]
) -> None:
    outcome = empty()
    outcome.spent(outcome.busy, MONDAY + since, MONDAY + until)
    assert list(outcome.busy) == spent


@given(st.lists(st.tuples(st.integers(0, 9 * HALF), st.integers(0, 9 * HALF)), max_size=20))
def test_no_time_is_lost_or_made(spans: list[tuple[int, int]]) -> None:
    outcome = empty()
    for since, length in spans:
        outcome.spent(outcome.on_duty, MONDAY + since, MONDAY + since + length)
    assert sum(outcome.on_duty) == sum(length for _, length in spans)
    assert not outcome.on_duty or outcome.on_duty[-1] > 0
    covered = [
        sum(max(0, min(s + n, (half + 1) * HALF) - max(s, half * HALF)) for s, n in spans)
        for half in range(len(outcome.on_duty))
    ]
    assert list(outcome.on_duty) == covered


def test_calls_are_kept_in_columns_in_the_order_in_which_they_ended() -> None:
    calls = empty().calls
    calls.add(100, 5_000, 1, End.ABANDONED, within=True)
    calls.add(50, 70_000, 0, End.ANSWERED, within=False)
    assert len(calls) == 2
    assert list(calls.at) == [100, 50]
    assert list(calls.wait) == [5_000, 70_000]
    assert list(calls.language) == [1, 0]
    assert list(calls.end) == [End.ABANDONED, End.ANSWERED]
    assert list(calls.within) == [1, 0]


def test_a_year_of_seconds_and_a_week_of_waiting_find_room() -> None:
    calls = empty().calls
    calls.add(366 * 86_400, 7 * 86_400_000, 0, End.WAITING, within=False)
    assert (calls.at[0], calls.wait[0]) == (31_622_400, 604_800_000)


def part(number: int) -> Outcome:
    """Something different in every field."""
    outcome = empty()
    outcome.seconds = 100 * number
    outcome.calls.add(number, 10 * number, number % 2, End.ANSWERED, within=bool(number % 2))
    outcome.busy, outcome.on_duty = array("q", [number] * number), array("q", [2] * (4 - number))
    outcome.staff_busy, outcome.staff_on_duty = {"all": number}, {f"g{number}": 3}
    outcome.inversions[SV], outcome.idle_while_eligible[AR] = number, 7 * number
    outcome.estimates[AR] = Estimates(within=number, early=2, late=3, asked=4, grown=5,
                                      unexplained=6)  # fmt: skip
    outcome.ringing, outcome.offers, outcome.missed = 11 * number, 12, 13
    outcome.redials, outcome.events, outcome.took = 14, 15 * number, 0.5
    return outcome


def test_two_parts_add_up_in_every_field() -> None:
    total = part(1)
    total.add(part(3))
    assert total.seconds == 400
    assert list(total.calls.at) == [1, 3]
    assert list(total.calls.wait) == [10, 30]
    assert list(total.calls.language) == list(total.calls.within) == [1, 1]
    assert list(total.calls.end) == [End.ANSWERED] * 2
    assert list(total.busy) == [4, 3, 3]
    assert list(total.on_duty) == [4, 2, 2]
    assert total.staff_busy == {"all": 4}
    assert total.staff_on_duty == {"g1": 3, "g3": 3}
    assert total.inversions == {SV: 4, AR: 0}
    assert total.idle_while_eligible == {SV: 0, AR: 28}
    assert total.estimates[AR] == Estimates(
        within=4, early=4, late=6, asked=8, grown=10, unexplained=12
    )
    assert total.estimates[SV] == Estimates()
    assert (total.ringing, total.offers, total.missed, total.redials) == (44, 24, 26, 28)
    assert (total.events, total.took) == (60, 1.0)


def test_adding_leaves_the_other_as_it_was() -> None:
    total, other = part(1), part(3)
    total.add(other)
    assert vars(other).keys() == vars(part(3)).keys()
    assert list(other.busy) == [3, 3, 3]
    assert other.estimates == part(3).estimates
    assert len(other.calls) == 1


def test_what_was_counted_before_can_be_taken_off_again() -> None:
    found = Estimates(within=5, early=1, late=2, asked=9)
    found.add(Estimates(within=2, asked=4), -1)
    assert found == Estimates(within=3, early=1, late=2, asked=5)
    assert found.answers == 6
