"""Hours: when a language line is open, in local time, without asking any clock or zone file.

The zone's changes of offset and the holidays come with the policy, so that an old journal
is replayed by the rules that held when it was written.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

import msgspec

DAY_MINUTES: Final = 1440
_MINUTE: Final = 60_000
_DAY: Final = DAY_MINUTES * _MINUTE
_THURSDAY: Final = 3  # 1970-01-01
_FARTHEST: Final = 1100  # days; a line that does not open for three years is not waited for
_instant: Final = itemgetter(0)


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """Offsets from UTC.

    Attributes:
        offset: Minutes east of UTC before the first change.
        changes: Instants (UTC milliseconds) from which another offset, in minutes, holds.
            In their order.
    """

    offset: int = 0
    changes: tuple[tuple[int, int], ...] = ()


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Open on one weekday (0 is Monday) from a minute of the local day up to another.

    1440 is the end of the day. A span never crosses midnight; two do.
    """

    weekday: int
    opens: int
    closes: int


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Opening hours of a line.

    Attributes:
        spans: In the order of the week, none overlapping.
        holidays: Whether it is open on holidays too.
    """

    spans: tuple[Span, ...]
    holidays: bool = False


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What turns an instant into a local day.

    Attributes:
        holidays: Days since 1970-01-01, in their order.
    """

    zone: Zone = Zone()
    holidays: tuple[int, ...] = ()

    def is_holiday(self, day: int) -> bool:
        """Whether a day since 1970-01-01 is one."""
        found = bisect_left(self.holidays, day)
        return found < len(self.holidays) and self.holidays[found] == day


def local(zone: Zone, at: int) -> tuple[int, int, int]:
    """Day since 1970-01-01, minute of that day, weekday (0 is Monday) at an instant."""
    number = bisect_right(zone.changes, at, key=_instant)
    offset = zone.changes[number - 1][1] if number else zone.offset
    day, rest = divmod(at + offset * _MINUTE, _DAY)
    return day, rest // _MINUTE, (day + _THURSDAY) % 7


def is_open(hours: Hours, calendar: Calendar, at: int) -> bool:
    """Whether a line with these hours is open at an instant.

    An hour that the autumn's clock change repeats counts both times.
    """
    day, minute, weekday = local(calendar.zone, at)
    if not hours.holidays and calendar.is_holiday(day):
        return False
    return any(
        span.weekday == weekday and span.opens <= minute < span.closes for span in hours.spans
    )


def opens_next(hours: Hours, calendar: Calendar, at: int) -> int | None:
    """The first instant from `at` on at which it is open; `None` if it never is.

    An opening time that the spring's clock change leaves out is the first instant after it;
    of one that the autumn's repeats, the first.
    """
    if not hours.spans:
        return None
    today = local(calendar.zone, at)[0]
    for day in range(today, today + _FARTHEST):
        if not hours.holidays and calendar.is_holiday(day):
            continue
        found = [
            max(opens, at)
            for opens, closes in _open_on(hours, calendar.zone, day)
            if max(opens, at) < closes
        ]
        if found:
            return min(found)
    return None


def closes_next(hours: Hours, calendar: Calendar, at: int) -> int:
    """When the span ends in which it is open at an instant; that instant itself if it is closed.

    Another span may begin there.
    """
    today = local(calendar.zone, at)[0]
    if not is_open(hours, calendar, at):
        return at
    return next(
        closes for opens, closes in _open_on(hours, calendar.zone, today) if opens <= at < closes
    )


def _open_on(hours: Hours, zone: Zone, day: int) -> Iterator[tuple[int, int]]:
    """When it opens and closes on a local day, by instants, holidays apart."""
    weekday, midnight = (day + _THURSDAY) % 7, day * _DAY
    spans = [span for span in hours.spans if span.weekday == weekday]
    # No zone is a whole day from UTC, so what holds a day around the day is all there is.
    for begins, ends, offset in _stretches(zone, midnight - _DAY, midnight + 2 * _DAY):
        for span in spans:
            opens = max(begins, midnight + (span.opens - offset) * _MINUTE)
            closes = min(ends, midnight + (span.closes - offset) * _MINUTE)
            if opens < closes:
                yield opens, closes


def _stretches(zone: Zone, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Parts of the time from `start` to `end` in which one offset holds."""
    number = bisect_right(zone.changes, start, key=_instant)
    offset = zone.changes[number - 1][1] if number else zone.offset
    for instant, following in zone.changes[number:]:
        if instant >= end:
            break
        yield start, instant, offset
        start, offset = instant, following
    yield start, end, offset
