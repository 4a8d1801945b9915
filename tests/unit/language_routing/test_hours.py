"""Opening hours, held against zoneinfo: the same answers without a zone file."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from language_routing.calendars import day_number, swedish
from language_routing.hours import Calendar, Hours, Span, Zone, is_open, local, opens_next

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CALENDAR = swedish(holidays=True)
MINUTE = 60_000


def ms(*local_time: int, fold: int = 0) -> int:
    """An instant of Stockholm's clock."""
    return int(datetime(*local_time, tzinfo=STOCKHOLM, fold=fold).timestamp() * 1000)


def weekdays(opens: int, closes: int, days: range = range(5)) -> Hours:
    return Hours(spans=tuple(Span(weekday=day, opens=opens, closes=closes) for day in days))


CHANGES = [
    int(datetime(*day, 1, tzinfo=UTC).timestamp() * 1000)
    for day in ((2026, 3, 29), (2026, 10, 25), (2050, 10, 30), (2020, 3, 29))
]
INSTANTS = st.one_of(
    st.integers(ms(2020, 1, 1), ms(2050, 12, 31)),
    st.builds(lambda change, away: change + away, st.sampled_from(CHANGES),
              st.integers(-7_200_000, 7_200_000)),
)  # fmt: skip


@given(INSTANTS)
@example(CHANGES[0])
@example(CHANGES[0] - 1)
@example(CHANGES[1])
@example(CHANGES[1] - 1)
def test_local_time_is_what_zoneinfo_says(at: int) -> None:
    there = datetime.fromtimestamp(at / 1000, UTC).astimezone(STOCKHOLM)
    expected = (day_number(there.date()), there.hour * 60 + there.minute, there.weekday())
    assert local(CALENDAR.zone, at) == expected


def spans() -> st.SearchStrategy[Hours]:
    def one_day(weekday: int, marks: list[int]) -> list[Span]:
        marks = sorted(marks)
        pairs = zip(marks[::2], marks[1::2], strict=False)
        return [Span(weekday=weekday, opens=a, closes=b) for a, b in pairs]

    times = st.lists(st.integers(0, 96).map(lambda q: q * 15), max_size=4, unique=True)
    # Sunday is where the clock changes, and where it is hardest to be right.
    return st.builds(
        lambda week, sunday, holidays: Hours(
            spans=tuple(
                span
                for day, marks in enumerate([*week, sunday])
                for span in one_day(day, marks)
            ),
            holidays=holidays,
        ),
        st.lists(times, min_size=6, max_size=6),
        st.lists(st.integers(0, 20).map(lambda q: q * 15), max_size=4, unique=True),
        st.booleans(),
    )  # fmt: skip


def open_by_zoneinfo(hours: Hours, at: int) -> bool:
    there = datetime.fromtimestamp(at / 1000, UTC).astimezone(STOCKHOLM)
    if not hours.holidays and day_number(there.date()) in CALENDAR.holidays:
        return False
    minute = there.hour * 60 + there.minute
    return any(s.weekday == there.weekday() and s.opens <= minute < s.closes for s in hours.spans)


@given(spans(), INSTANTS)
def test_a_line_is_open_when_the_clock_on_the_wall_says_so(hours: Hours, at: int) -> None:
    assert is_open(hours, CALENDAR, at) == open_by_zoneinfo(hours, at)


@given(spans(), INSTANTS)
def test_the_next_opening_is_the_first_open_instant(hours: Hours, at: int) -> None:
    found = opens_next(hours, CALENDAR, at)
    if found is None:
        assert not hours.spans
        return
    assert found >= at
    assert is_open(hours, CALENDAR, found)
    # Every span begins on a quarter, and so does every change of the clock.
    assert found == at or found % (15 * MINUTE) == 0
    quarter = at
    while quarter < min(found, at + 4 * 86_400_000):
        assert not is_open(hours, CALENDAR, quarter)
        quarter = (quarter // (15 * MINUTE) + 1) * 15 * MINUTE


def test_an_opening_time_in_the_gap_of_spring_is_the_first_instant_after_it() -> None:
    hours = Hours(spans=(Span(weekday=6, opens=150, closes=300),))  # Sunday 02:30 to 05:00
    before = ms(2026, 3, 29, 1, 59)
    assert opens_next(hours, CALENDAR, before) == ms(2026, 3, 29, 3, 0) == CHANGES[0]


def test_hours_that_lie_in_the_gap_alone_do_not_open_that_day() -> None:
    hours = Hours(spans=(Span(weekday=6, opens=130, closes=170),))
    assert opens_next(hours, CALENDAR, ms(2026, 3, 29, 0, 0)) == ms(
        2026, 4, 12, 2, 10
    )  # not Easter


def test_a_repeated_hour_is_open_both_times_and_opens_at_its_first() -> None:
    hours = Hours(spans=(Span(weekday=6, opens=150, closes=165),))  # Sunday 02:30 to 02:45
    first, second = ms(2026, 10, 25, 2, 30), ms(2026, 10, 25, 2, 30, fold=1)
    assert second - first == 3_600_000
    assert opens_next(hours, CALENDAR, first - 1) == first
    assert opens_next(hours, CALENDAR, first + 20 * MINUTE) == second
    for begins in (first, second):
        assert is_open(hours, CALENDAR, begins)
        assert not is_open(hours, CALENDAR, begins + 15 * MINUTE)
    assert not is_open(hours, CALENDAR, second - 1)


def test_it_opens_at_its_first_and_closes_at_its_last_instant() -> None:
    hours = weekdays(480, 1020)
    assert not is_open(hours, CALENDAR, ms(2026, 11, 24, 8) - 1)
    assert is_open(hours, CALENDAR, ms(2026, 11, 24, 8))
    assert is_open(hours, CALENDAR, ms(2026, 11, 24, 17) - 1)
    assert not is_open(hours, CALENDAR, ms(2026, 11, 24, 17))
    assert opens_next(hours, CALENDAR, ms(2026, 11, 24, 17) - 1) == ms(2026, 11, 24, 17) - 1
    assert opens_next(hours, CALENDAR, ms(2026, 11, 24, 17)) == ms(2026, 11, 25, 8)
    assert opens_next(hours, CALENDAR, ms(2026, 11, 27, 18)) == ms(2026, 11, 30, 8)


def test_midnight_belongs_to_the_new_day() -> None:
    hours = Hours(spans=(Span(weekday=1, opens=0, closes=1440),))
    assert is_open(hours, CALENDAR, ms(2026, 11, 24, 0))
    assert is_open(hours, CALENDAR, ms(2026, 11, 24, 23, 59))
    assert not is_open(hours, CALENDAR, ms(2026, 11, 25, 0))


@pytest.mark.parametrize(
    "day", [(2026, 12, 25), (2027, 1, 1), (2027, 1, 6), (2027, 5, 6), (2050, 12, 26)]
)
def test_a_holiday_is_closed_unless_the_line_says_otherwise(day: tuple[int, int, int]) -> None:
    hours = weekdays(480, 1020, range(7))
    noon = ms(*day, 12)
    assert not is_open(hours, CALENDAR, noon)
    assert is_open(Hours(spans=hours.spans, holidays=True), CALENDAR, noon)
    following = opens_next(hours, CALENDAR, noon)
    assert following is not None
    assert datetime.fromtimestamp(following / 1000, STOCKHOLM).date() > date(*day)


def test_a_line_without_hours_left_never_opens() -> None:
    assert opens_next(Hours(spans=()), CALENDAR, 0) is None
    always = Calendar(holidays=tuple(range(2000)))
    assert opens_next(weekdays(0, 1440, range(7)), always, 0) is None


def test_an_old_policy_without_a_zone_is_in_utc() -> None:
    at = int(datetime(2026, 7, 1, 12, 34, tzinfo=UTC).timestamp() * 1000)
    assert local(Zone(), at)[1] == 12 * 60 + 34
    assert local(Zone(offset=-60), at)[1] == 11 * 60 + 34


def test_the_first_day_of_all_was_a_thursday() -> None:
    assert local(Zone(), 0) == (0, 0, 3)
    assert local(Zone(), -1) == (-1, 1439, 2)
    assert timedelta(days=day_number(date(2026, 11, 24))) == date(2026, 11, 24) - date(1970, 1, 1)
