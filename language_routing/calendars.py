"""Calendars: Sweden's clock and holidays as plain numbers, made once when a site is read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from language_routing.hours import Calendar, Zone

YEARS: Final = range(2020, 2051)
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_APART: Final = timedelta(days=30)  # a month never holds two changes of offset


def swedish(*, holidays: bool, eves: bool = False, also: Sequence[date] = ()) -> Calendar:
    """Stockholm's clock and Sweden's holidays for the `YEARS`.

    Args:
        holidays: Whether the public ones are wanted at all (plain Sundays are none).
        eves: Midsummer's Eve, Christmas Eve and New Year's Eve too, which the Annual Leave
            Act (SFS 1977:480, 7 §) puts on a level with them.
        also: The site's own days.
    """
    days = set(_days(eves)) if holidays else set()
    return Calendar(zone=stockholm(), holidays=tuple(sorted(days | {day_number(d) for d in also})))


def day_number(day: date) -> int:
    """A day as days since 1970-01-01."""
    return day.toordinal() - _EPOCH


@lru_cache
def stockholm() -> Zone:
    """The offsets of Europe/Stockholm in the `YEARS`."""
    at = datetime(YEARS.start, 1, 1, tzinfo=UTC)
    end = datetime(YEARS.stop, 1, 1, tzinfo=UTC)
    changes: list[tuple[int, int]] = []
    while at < end:
        following = at + _APART
        if _offset(at) != _offset(following):
            changed = _first_with_another_offset(at, following)
            changes.append((int(changed.timestamp()) * 1000, _offset(changed)))
        at = following
    return Zone(offset=_offset(datetime(YEARS.start, 1, 1, tzinfo=UTC)), changes=tuple(changes))


def _offset(at: datetime) -> int:
    shift = at.astimezone(_STOCKHOLM).utcoffset()
    assert shift is not None
    return int(shift.total_seconds()) // 60


def _first_with_another_offset(before: datetime, after: datetime) -> datetime:
    """The change between two instants, to the second, by halving."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle) == _offset(before):
            before = middle
        else:
            after = middle
    return after


@lru_cache
def _days(eves: bool) -> tuple[int, ...]:
    # Here and not above: the package brings every country, and most processes start without.
    from holidays.constants import DE_FACTO, PUBLIC  # noqa: PLC0415
    from holidays.countries.sweden import Sweden  # noqa: PLC0415

    categories = (PUBLIC, DE_FACTO) if eves else (PUBLIC,)
    return tuple(sorted(day_number(day) for day in Sweden(years=YEARS, categories=categories)))
