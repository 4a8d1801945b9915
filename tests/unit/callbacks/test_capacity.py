"""The forecast's whole numbers: against known values of Erlang C, and what must always hold."""

from dataclasses import replace
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.capacity import (
    SLOTS,
    Staffing,
    answered_share,
    needed,
    places,
    slots,
    spread,
    waiting_share,
)
from callbacks.ledger import SLOT

STAFFING = Staffing(handle=360_000, callback=600_000)
LOADS = st.floats(0, 200, allow_nan=False)
HOURS = [1] * 24


def textbook(nurses: int, load: float) -> float:
    """Erlang C as it is printed: for few nurses only, as its terms grow without bound."""
    last = load**nurses / factorial(nurses) * nurses / (nurses - load)
    return last / (sum(load**each / factorial(each) for each in range(nurses)) + last)


@pytest.mark.parametrize(
    ("nurses", "load", "share"),
    [
        (1, 0.5, 0.5),  # one nurse: the load itself
        (2, 1.0, 1 / 3),  # by hand: (1/2 * 2) / (1 + 1 + 1)
        (3, 2.0, 4 / 9),
        (10, 8.0, 0.4092),  # printed Erlang C tables
        (14, 10.0, 0.1741),
        (60, 50.0, textbook(60, 50.0)),
    ],
)
def test_known_values_of_erlang_c(nurses: int, load: float, share: float) -> None:
    assert waiting_share(nurses, load) == pytest.approx(share, abs=5e-5)
    assert waiting_share(nurses, load) == pytest.approx(textbook(nurses, load), rel=1e-9)


def test_more_load_than_nurses_makes_everybody_wait() -> None:
    assert waiting_share(3, 3.0) == 1.0
    assert answered_share(3, 4.0, STAFFING) == 0.0
    assert waiting_share(3, 0.0) == 0.0
    assert waiting_share(2000, 1900.0) < 1  # neither over- nor underflows


def test_how_many_are_answered_in_time_is_as_printed() -> None:
    quick = replace(STAFFING, handle=180_000, within=20_000)
    assert answered_share(14, 10.0, quick) == pytest.approx(1 - 0.1741 * exp(-4 / 9), abs=5e-5)
    # The usual example of the handbooks: 100 calls of 3 minutes in half an hour, 80 % in 20 s.
    assert needed(10.0, quick, 100) == 14


def test_what_is_left_of_a_half_hour_becomes_whole_callbacks() -> None:
    # 20 calls of 6 minutes in half an hour are 4 erlangs.
    least = needed(4.0, STAFFING, 100)
    assert least == 6
    assert [places(20, least + more, STAFFING) for more in range(4)] == [0, 2, 5, 8]
    assert places(20, 3, STAFFING) == 0
    assert places(0, 2, replace(STAFFING, free=0)) == 6
    assert places(0, 0, STAFFING) == 0


def test_a_days_calls_come_when_somebody_answers() -> None:
    nurses = [0] * 16 + [2] * 8 + [0] * 24
    found = spread(80, HOURS, nurses)
    assert found == (0.0,) * 16 + (10.0,) * 8 + (0.0,) * 24
    assert spread(80, HOURS, [0] * SLOTS) == (0.0,) * SLOTS
    assert sum(slots(80, HOURS, nurses, STAFFING)[:16]) == 0
    assert len(slots(80, HOURS, nurses, STAFFING)) == SLOTS


@given(LOADS, st.integers(1, 99))
def test_the_nurses_needed_are_enough_and_one_fewer_is_not(load: float, answered: int) -> None:
    staffing = replace(STAFFING, answered=answered)
    least = needed(load, staffing, 1000)
    assert least is not None
    if least:
        assert answered_share(least, load, staffing) * 100 >= answered - 1e-9
        assert least - 1 <= load or answered_share(least - 1, load, staffing) * 100 < answered
    else:
        assert load == 0


@given(st.floats(0, 900), st.integers(0, 300), st.integers(0, 99), st.integers(60_000, 3_600_000))
def test_room_is_never_below_zero_and_never_more_than_time_allows(
    calls: float, nurses: int, free: int, callback: int
) -> None:
    staffing = replace(STAFFING, free=free, callback=callback)
    found = places(calls, nurses, staffing)
    assert found >= 0
    assert found * callback <= nurses * SLOT


@given(st.floats(0, 400), st.floats(0, 50), st.integers(0, 150), st.integers(0, 20))
def test_more_calls_make_no_more_room_and_more_nurses_no_less(
    calls: float, more: float, nurses: int, others: int
) -> None:
    found = places(calls, nurses, STAFFING)
    assert places(calls + more, nurses, STAFFING) <= found
    assert places(calls, nurses + others, STAFFING) >= found
    assert places(calls, nurses, replace(STAFFING, answered=95)) <= found
    assert places(calls, nurses, replace(STAFFING, within=20_000)) <= found
    assert places(calls, nurses, replace(STAFFING, callback=900_000)) <= found
    assert places(calls, nurses, replace(STAFFING, free=30)) <= found
