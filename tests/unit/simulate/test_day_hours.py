"""Day hours: the days of both clock changes have the hours that the clock shows."""

from datetime import date

from callcenter.simulate.day_hours import HOUR, hours, instant, midnight

SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 1, 5)


def test_a_plain_day_has_its_24_hours() -> None:
    found = hours(PLAIN)
    assert [hour for hour, _ in found] == list(range(24))
    assert found[8][1] == instant(PLAIN, 8 * 60) == midnight(PLAIN) + 8 * HOUR


def test_midnight_is_that_of_stockholm() -> None:
    assert midnight(date(1970, 1, 2)) == 23 * HOUR


def test_the_spring_day_has_no_hour_two() -> None:
    found = hours(SPRING)
    assert [hour for hour, _ in found] == [0, 1, *range(3, 24)]
    assert found[-1][1] + HOUR == midnight(date(2026, 3, 30))


def test_the_autumn_day_has_hour_two_twice_an_hour_apart() -> None:
    found = hours(AUTUMN)
    assert [hour for hour, _ in found] == [0, 1, 2, 2, *range(3, 24)]
    assert found[3][1] - found[2][1] == HOUR


def test_a_minute_beyond_the_day_is_one_of_the_next() -> None:
    assert instant(PLAIN, 1440 + 7 * 60) == instant(date(2026, 1, 6), 7 * 60)


def test_a_time_that_the_spring_leaves_out_is_as_late_after_the_change() -> None:
    assert instant(SPRING, 2 * 60 + 30) == instant(SPRING, 3 * 60 + 30)


def test_of_a_time_that_the_autumn_repeats_the_first_is_meant() -> None:
    assert instant(AUTUMN, 2 * 60) == instant(AUTUMN, 60) + HOUR
    assert instant(AUTUMN, 3 * 60) == instant(AUTUMN, 2 * 60) + 2 * HOUR
