"""Patience: retries with growing pauses, until it is written or we are stopped."""

import threading

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from callcenter.journal.patience import Patience, Stopped


class Pauses(threading.Event):
    """Counts the pauses that are asked for and makes none; set after `enough` of them."""

    def __init__(self, enough: int = 1_000) -> None:
        super().__init__()
        self.asked: list[float | None] = []
        self._enough = enough

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        if len(self.asked) >= self._enough:
            self.set()
        return self.is_set()


class Attempt:
    """Fails so many times, then gives its number."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.calls = 0
        self._failures, self._error = failures, error

    def __call__(self) -> int:
        self.calls += 1
        if self.calls <= self._failures:
            raise self._error
        return self.calls


def test_what_succeeds_at_once_makes_no_pause() -> None:
    pauses = Pauses()
    assert Patience(pauses).retry(Attempt(0, RedisTimeoutError())) == 1
    assert pauses.asked == []


def test_pauses_grow_and_stay_at_a_second() -> None:
    pauses = Pauses()
    assert Patience(pauses).retry(Attempt(8, RedisConnectionError())) == 9
    assert pauses.asked == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]


def test_the_next_trouble_begins_with_a_short_pause_again() -> None:
    pauses = Pauses()
    patience = Patience(pauses)
    patience.retry(Attempt(3, RedisConnectionError()))
    patience.retry(Attempt(1, RedisConnectionError()))
    assert pauses.asked == [0.05, 0.1, 0.2, 0.05]


def test_a_stop_ends_the_waiting() -> None:
    pauses = Pauses(enough=3)
    attempt = Attempt(100, RedisConnectionError())
    with pytest.raises(Stopped):
        Patience(pauses).retry(attempt)
    assert attempt.calls == 3


def test_what_was_asked_before_a_stop_is_still_tried_once() -> None:
    stopping = threading.Event()
    stopping.set()
    assert Patience(stopping).retry(Attempt(0, RedisConnectionError())) == 1
    with pytest.raises(Stopped):
        Patience(stopping).retry(Attempt(1, RedisConnectionError()))


def test_another_error_is_no_matter_of_patience() -> None:
    pauses = Pauses()
    with pytest.raises(ZeroDivisionError):
        Patience(pauses).retry(Attempt(1, ZeroDivisionError()))
    assert pauses.asked == []


def test_it_tells_for_how_long_somebody_waits_and_no_longer() -> None:
    patience = Patience(Pauses())
    waited: list[float] = []

    def attempt() -> None:
        waited.append(patience.waits_s())
        if len(waited) < 3:
            raise RedisConnectionError

    patience.retry(attempt)
    assert waited[0] == 0
    assert 0 < waited[1] < waited[2]
    assert patience.waits_s() == 0
    with pytest.raises(Stopped):
        Patience(Pauses(enough=1)).retry(Attempt(9, RedisConnectionError()))
    assert patience.waits_s() == 0
