"""What is said about a journal out of reach: little, and the end of it too."""

from collections.abc import Iterator
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError
from structlog.testing import capture_logs

from callcenter.journal.trouble import ERRORS, OUT_OF_REACH, Trouble
from callcenter.store import Damaged

OUT, IN = "journal out of reach", "journal in reach again"
AWAY = RedisConnectionError("no such socket")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with capture_logs() as lines:
        yield lines


def test_it_is_said_at_once_again_each_half_minute_and_when_it_is_over(
    clock: Clock, said: list[Any]
) -> None:
    trouble = Trouble(monotonic=clock)
    counted, others = ERRORS.labels("unreachable")._value.get(), OUT_OF_REACH._value.get()
    for _ in range(100):
        trouble.note(AWAY)
        clock.now += 0.5
    assert [line["event"] for line in said] == [OUT, OUT]
    assert said[0]["reason"] == "unreachable"
    assert trouble.lasts_s() == 50
    assert OUT_OF_REACH._value.get() == others + 1
    trouble.over()
    assert [line["event"] for line in said] == [OUT, OUT, IN]
    assert said[-1]["took_ms"] == 50_000
    assert ERRORS.labels("unreachable")._value.get() == counted + 100
    assert (OUT_OF_REACH._value.get(), trouble.lasts_s()) == (others, 0)


def test_what_was_never_wrong_is_not_over(clock: Clock, said: list[Any]) -> None:
    others = OUT_OF_REACH._value.get()
    Trouble(monotonic=clock).over()
    assert said == []
    assert OUT_OF_REACH._value.get() == others


def test_another_reason_is_said_at_once(clock: Clock, said: list[Any]) -> None:
    trouble = Trouble(monotonic=clock)
    trouble.note(AWAY)
    trouble.note(OutOfMemoryError("OOM"))
    assert [line["reason"] for line in said] == ["unreachable", "out_of_memory"]
    trouble.over()


def test_a_success_amid_failures_is_not_the_end(clock: Clock, said: list[Any]) -> None:
    trouble = Trouble(calm_s=3, monotonic=clock)
    for _ in range(10):
        trouble.note(AWAY)
        clock.now += 1
        trouble.over()
    assert [line["event"] for line in said] == [OUT]
    clock.now += 2
    trouble.over()
    assert [line["event"] for line in said] == [OUT, IN]


@pytest.mark.parametrize("error", [Damaged(), ResponseError("WRONGTYPE Operation against ...")])
def test_damaged_keys_are_named(clock: Clock, said: list[Any], error: RedisError) -> None:
    trouble = Trouble(lambda: ["{x}:clock (string, not hash)"], monotonic=clock)
    trouble.note(error)
    assert (said[0]["reason"], said[0]["path"]) == ("damaged_key", "{x}:clock (string, not hash)")
    trouble.over()


def test_a_redis_that_cannot_be_examined_is_no_further_trouble(
    clock: Clock, said: list[Any]
) -> None:
    def examine() -> list[str]:
        raise AWAY

    trouble = Trouble(examine, monotonic=clock)
    trouble.note(Damaged())
    assert [line["path"] for line in said] == [None]
    trouble.over()
