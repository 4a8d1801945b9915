"""Times as people say and read them, also on the days of the two clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.times import TIME_SENTENCES, TimeFault, read_time, show_time
from language_routing.calendars import stockholm

ZONE = stockholm()
HOUR = 3_600_000
DAY = 24 * HOUR
LONG = 400 * DAY


def at(text: str) -> int:
    """An instant, of a local time with its offset."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


NOW = at("2026-11-26 13:05:20+01:00")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("14:30", "2026-11-26 14:30+01:00"),
        ("14.30", "2026-11-26 14:30+01:00"),
        ("today at 14:30", "2026-11-26 14:30+01:00"),
        ("tomorrow 08:15", "2026-11-27 08:15+01:00"),
        ("Tomorrow at 8:15", "2026-11-27 08:15+01:00"),
        ("2026-11-26 14:30", "2026-11-26 14:30+01:00"),
        ("2026-11-28T09:00", "2026-11-28 09:00+01:00"),
        ("2026-11-28 09:00Z", "2026-11-28 10:00+01:00"),
        ("in 45 minutes", "2026-11-26 13:50:20+01:00"),
        ("45m", "2026-11-26 13:50:20+01:00"),
        ("45 min", "2026-11-26 13:50:20+01:00"),
        ("in 1 h 30 min", "2026-11-26 14:35:20+01:00"),
        ("1h", "2026-11-26 14:05:20+01:00"),
        ("13:05", "2026-11-26 13:05:20+01:00"),  # this very minute: now
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_say_it(text: str, instant: str) -> None:
    found = read_time(text, ZONE, NOW, most=LONG)
    if text.endswith("Z"):
        assert found is TimeFault.NOT_THEN  # winter's offset is another
    else:
        assert found == at(instant)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("13:04", TimeFault.PAST),
        ("2026-11-25 14:30", TimeFault.PAST),
        ("2026-11-26 00:00", TimeFault.PAST),
        ("2037-11-26 14:30", TimeFault.BEYOND),
        ("in 9999 h", TimeFault.BEYOND),
        ("2026-02-30 10:00", TimeFault.NO_SUCH_DAY),
        ("9999-01-01 10:00", TimeFault.NO_SUCH_DAY),
        ("2027-03-28 02:30", TimeFault.MISSING_HOUR),
        ("2027-03-28 02:30 summer", TimeFault.MISSING_HOUR),
        ("", TimeFault.UNREADABLE),
        ("soon", TimeFault.UNREADABLE),
        ("in", TimeFault.UNREADABLE),
        ("24:00", TimeFault.UNREADABLE),
        ("14:60", TimeFault.UNREADABLE),
        ("14", TimeFault.UNREADABLE),
        ("-5m", TimeFault.UNREADABLE),
        ("١٤:٣٠", TimeFault.UNREADABLE),
        ("14:30\x00", TimeFault.UNREADABLE),
        ("9" * 5000, TimeFault.UNREADABLE),
    ],
)
def test_what_is_no_time_for_us_is_refused(text: str, fault: TimeFault) -> None:
    assert read_time(text, ZONE, NOW, most=LONG) is fault
    assert TIME_SENTENCES[fault]


def test_beyond_the_limit_is_a_span_from_now() -> None:
    assert read_time("in 120 m", ZONE, NOW, most=2 * HOUR) == NOW + 2 * HOUR
    assert read_time("in 121 m", ZONE, NOW, most=2 * HOUR) is TimeFault.BEYOND


def test_the_hour_that_is_there_twice_is_asked_about() -> None:
    now = at("2026-10-24 22:00+02:00")
    assert read_time("2026-10-25 02:30", ZONE, now, most=LONG) is TimeFault.WHICH_HOUR
    first, second = at("2026-10-25 02:30+02:00"), at("2026-10-25 02:30+01:00")
    for text, instant in (
        ("2026-10-25 02:30 summer", first),
        ("2026-10-25 02:30 winter time", second),
        ("2026-10-25 02:30+02:00", first),
        ("2026-10-25 02:30 +0100", second),
        ("tomorrow 02:30 winter", second),
    ):
        assert read_time(text, ZONE, now, most=LONG) == instant, text
    assert read_time("2026-10-25 02:30+05:00", ZONE, now, most=LONG) is TimeFault.NOT_THEN
    assert read_time("2026-10-25 03:30 summer", ZONE, now, most=LONG) is TimeFault.NOT_THEN
    # Half an hour is half an hour, whatever the clock shows.
    assert read_time("in 60 min", ZONE, first, most=LONG) == second


def test_the_first_of_two_hours_is_over_in_the_second() -> None:
    now = at("2026-10-25 02:10+01:00")
    assert read_time("02:30 summer", ZONE, now, most=LONG) is TimeFault.PAST
    assert read_time("02:30 winter", ZONE, now, most=LONG) == at("2026-10-25 02:30+01:00")


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-11-26 14:30+01:00", "14:30"),
        ("2026-11-27 08:15+01:00", "tomorrow 08:15"),
        ("2026-11-29 08:15+01:00", "2026-11-29 08:15"),
        ("2026-11-25 08:15+01:00", "2026-11-25 08:15"),
        ("2026-10-25 02:30+02:00", "2026-10-25 02:30 summer time"),
        ("2026-10-25 02:30+01:00", "2026-10-25 02:30 winter time"),
        ("2026-10-25 03:00+01:00", "2026-10-25 03:00"),
    ],
)
def test_a_time_is_shown_with_its_day_where_that_is_not_today(instant: str, text: str) -> None:
    assert show_time(at(instant), ZONE, NOW) == text


@given(st.integers(at("2026-01-01 00:00+01:00") // 60_000, at("2028-01-01 00:00+01:00") // 60_000))
def test_what_is_shown_is_read_as_the_same_instant(minute: int) -> None:
    instant = minute * 60_000
    for now in (instant, instant - HOUR, instant - DAY, instant - 40 * DAY):
        assert read_time(show_time(instant, ZONE, now), ZONE, now, most=LONG) == instant
    local = datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo("Europe/Stockholm"))
    assert show_time(instant, ZONE, instant).startswith(f"{local:%H:%M}")


@given(st.text(max_size=70))
def test_whatever_is_typed_nothing_raises(text: str) -> None:
    found = read_time(text, ZONE, NOW, most=LONG)
    assert isinstance(found, TimeFault) or NOW <= found <= NOW + LONG
