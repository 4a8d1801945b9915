"""Sweden's clock and holidays."""

from datetime import UTC, date, datetime

from language_routing.calendars import YEARS, day_number, stockholm, swedish


def day(year: int, month: int, number: int) -> int:
    return day_number(date(year, month, number))


def test_the_clock_changes_twice_a_year_at_one_in_the_morning_of_utc() -> None:
    zone = stockholm()
    assert zone.offset == 60
    assert len(zone.changes) == 2 * len(YEARS)
    moments = [datetime.fromtimestamp(at / 1000, UTC) for at, _ in zone.changes]
    assert all((m.weekday(), m.hour, m.minute, m.second) == (6, 1, 0, 0) for m in moments)
    assert [offset for _, offset in zone.changes] == [120, 60] * len(YEARS)
    assert moments == sorted(moments)


def test_the_public_holidays_are_those_of_the_act_and_no_plain_sunday() -> None:
    found = swedish(holidays=True)
    days = [
        (1, 1), (1, 6), (4, 3), (4, 5), (4, 6), (5, 1), (5, 14), (5, 24), (6, 6), (6, 20),
        (10, 31), (12, 25), (12, 26),
    ]  # fmt: skip
    in_2026 = [d for d in found.holidays if day(2026, 1, 1) <= d <= day(2026, 12, 31)]
    assert in_2026 == [day(2026, *each) for each in days]
    assert found.is_holiday(day(2050, 12, 25))
    assert found.is_holiday(day(2020, 1, 1))
    assert not found.is_holiday(day(2026, 11, 22))


def test_eves_and_days_of_the_sites_own_are_added_once_and_in_order() -> None:
    plain = swedish(holidays=True)
    more = swedish(holidays=True, eves=True, also=[date(2026, 6, 5), date(2026, 12, 25)])
    new = sorted(set(more.holidays) - set(plain.holidays))
    in_2026 = [d for d in new if day(2026, 1, 1) <= d <= day(2026, 12, 31)]
    assert in_2026 == [
        day(2026, *each) for each in ((6, 5), (6, 19), (12, 24), (12, 31))
    ]  # fmt: skip
    assert list(more.holidays) == sorted(set(more.holidays))


def test_without_lines_that_close_there_are_none_but_the_sites_own() -> None:
    assert swedish(holidays=False).holidays == ()
    assert swedish(holidays=False, also=[date(2026, 6, 5)]).holidays == (day(2026, 6, 5),)
    assert swedish(holidays=False).zone == stockholm()
