"""Whether and when a patient who was not reached is rung again."""

import pytest

from callbacks.attempts import counts, next_attempt
from callbacks.callback import Attempt, Callback, CallbackState, DialResult
from callbacks.policy import CallbackPolicy
from tests.unit.callbacks.test_callback import callback

MINUTE = 60_000
RULES = CallbackPolicy()
TRY = Attempt(at=1, ended=2, result=DialResult.BUSY)
AGAIN = [r for r in DialResult if r not in (DialResult.INVALID, DialResult.WRONG_PERSON)]


def tried(times: int, latest: int | None = 120 * MINUTE) -> Callback:
    return callback(CallbackState.DIALLING, attempts=(TRY,) * times, latest=latest)


@pytest.mark.parametrize("result", AGAIN)
def test_ten_minutes_later(result: DialResult) -> None:
    assert next_attempt(tried(1), result, RULES, 5 * MINUTE) == 15 * MINUTE


@pytest.mark.parametrize("result", [DialResult.INVALID, DialResult.WRONG_PERSON])
def test_never_again_when_the_number_is_not_hers(result: DialResult) -> None:
    assert next_attempt(tried(1), result, RULES, 5 * MINUTE) is None


def test_three_times_and_not_a_fourth() -> None:
    assert next_attempt(tried(2), DialResult.BUSY, RULES, MINUTE) is not None
    assert next_attempt(tried(3), DialResult.BUSY, RULES, MINUTE) is None


def test_the_last_one_is_still_before_the_promise_ends() -> None:
    now = 113 * MINUTE
    due = next_attempt(tried(1), DialResult.NO_ANSWER, RULES, now)
    assert due == 120 * MINUTE - 2 * (RULES.preview + RULES.ring)
    assert now + MINUTE <= due


def test_when_it_is_too_late_for_that_it_is_spaced_as_usual() -> None:
    now = 118 * MINUTE
    assert next_attempt(tried(1), DialResult.NO_ANSWER, RULES, now) == now + 10 * MINUTE
    assert next_attempt(tried(1), DialResult.NO_ANSWER, RULES, 121 * MINUTE) == 131 * MINUTE


def test_without_a_promise_it_is_spaced_as_usual() -> None:
    assert next_attempt(tried(1, None), DialResult.BUSY, RULES, 7) == 7 + 10 * MINUTE


def test_what_we_broke_off_ourselves_is_no_attempt_until_it_happens_without_end() -> None:
    assert [counts(DialResult.ABANDONED, broken) for broken in (0, 4, 5)] == [False, False, True]
    assert all(counts(result, 0) for result in DialResult if result is not DialResult.ABANDONED)
