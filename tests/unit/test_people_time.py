"""Times as people read them, on ordinary days and on the nights of the clock change."""

from datetime import UTC, datetime

import pytest

from callcenter.people_time import clock_time, span


def instant(text: str) -> int:
    """Milliseconds of an instant in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("utc", "read"),
    [
        ("2026-11-23T08:41:07", "09:41:07"),  # winter
        ("2026-07-23T07:41:07", "09:41:07"),  # summer
        ("2026-12-31T23:30:00", "00:30:00"),
    ],
)
def test_on_ordinary_days_it_is_stockholms_clock(utc: str, read: str) -> None:
    assert clock_time(instant(utc)) == read


@pytest.mark.parametrize(
    ("utc", "read"),
    [
        ("2026-10-24T23:59:59", "01:59:59"),
        ("2026-10-25T00:00:00", "02:00:00 CEST"),
        ("2026-10-25T00:30:00", "02:30:00 CEST"),
        ("2026-10-25T00:59:59", "02:59:59 CEST"),
        ("2026-10-25T01:00:00", "02:00:00 CET"),
        ("2026-10-25T01:30:00", "02:30:00 CET"),
        ("2026-10-25T01:59:59", "02:59:59 CET"),
        ("2026-10-25T02:00:00", "03:00:00"),
    ],
)
def test_in_the_hour_that_comes_twice_it_says_which(utc: str, read: str) -> None:
    assert clock_time(instant(utc)) == read


@pytest.mark.parametrize(
    ("utc", "read"),
    [
        ("2027-03-28T00:59:59", "01:59:59"),
        ("2027-03-28T01:00:00", "03:00:00"),
        ("2027-03-28T01:30:00", "03:30:00"),
    ],
)
def test_the_hour_that_is_left_out_in_spring_is_left_out(utc: str, read: str) -> None:
    assert clock_time(instant(utc)) == read


def test_milliseconds_are_cut_off_and_not_rounded() -> None:
    assert clock_time(instant("2026-11-23T08:41:07") + 999) == "09:41:07"


@pytest.mark.parametrize(
    ("length", "read"),
    [
        (-5_000, "0:00"),
        (0, "0:00"),
        (999, "0:00"),
        (1_000, "0:01"),
        (59_999, "0:59"),
        (187_000, "3:07"),
        (3_599_999, "59:59"),
        (3_600_000, "1:00:00"),
        (3_723_000, "1:02:03"),
        (36_000_000, "10:00:00"),
    ],
)
def test_a_span_is_minutes_and_seconds_and_hours_from_an_hour_on(length: int, read: str) -> None:
    assert span(length) == read
