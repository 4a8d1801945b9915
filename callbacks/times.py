"""Times: what people say and read of a time of day, from and to the journal's milliseconds. Pure.

`14:30`, `tomorrow 08:15`, `2026-11-26 14:30`, `in 45 minutes`, `1 h 30 min`. Once a year an hour
is left out, and nobody can be rung in it; once an hour is there twice, and whoever means it says
`summer`, `winter` or an offset.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from language_routing.calendars import YEARS, day_number
from language_routing.hours import Zone, local

_MINUTE: Final = 60_000
_DAY_MINUTES: Final = 1440
_DAY: Final = _DAY_MINUTES * _MINUTE
_EPOCH: Final = date(1970, 1, 1).toordinal()
_LONGEST: Final = 60  # characters


class TimeFault(StrEnum):
    """Why a time cannot be promised."""

    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no_such_day"
    PAST = "past"
    MISSING_HOUR = "missing_hour"
    WHICH_HOUR = "which_hour"
    NOT_THEN = "not_then"
    BEYOND = "beyond"


TIME_SENTENCES: Final = {
    TimeFault.UNREADABLE: 'Say it as "14:30", "tomorrow 08:15", "2026-11-26 14:30" or '
    '"in 45 minutes".',
    TimeFault.NO_SUCH_DAY: "There is no such day, or it is too far away.",
    TimeFault.PAST: "That time is over.",
    TimeFault.MISSING_HOUR: "There is no such time that day: the clock is put forward over it.",
    TimeFault.WHICH_HOUR: "That time is there twice that day; say which one by adding summer "
    "(the first) or winter (the second).",
    TimeFault.NOT_THEN: "That is not the offset from UTC that holds then.",
    TimeFault.BEYOND: "That is later than any callback may be booked.",
}

_IN: Final = re.compile(
    r"(?:in )?(?:([0-9]{1,4}) ?(?:h|hours?))? ?(?:(?:and )?([0-9]{1,5}) ?(?:m|min|minutes?))?"
)
_AT: Final = re.compile(
    r"(?:(today|tomorrow|[0-9]{4}-[0-9]{2}-[0-9]{2})(?: at)?[ t])?"
    r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])"
    r"(?: ?(summer|winter)(?: time)?| ?([+-])([0-9]{2}):?([0-9]{2})|(z))?"
)
_SUMMER: Final = 120  # minutes east of UTC, in Sweden


def read_time(text: str, zone: Zone, now: int, *, most: int) -> int | TimeFault:
    """The instant that somebody means, in local time. Never raises.

    A time without a day is today's, and not tomorrow's if it is over.

    Args:
        most: How far from now it may be, in milliseconds.
    """
    plain = " ".join(text.lower().split())
    if len(text) > _LONGEST or not plain.isascii():
        return TimeFault.UNREADABLE
    span = _IN.fullmatch(plain)
    if span is not None and (span[1] or span[2]):
        found: int | TimeFault = now + (int(span[1] or 0) * 60 + int(span[2] or 0)) * _MINUTE
    else:
        said = _AT.fullmatch(plain)
        found = _clock_time(said, zone, now) if said is not None else TimeFault.UNREADABLE
    if isinstance(found, TimeFault):
        return found
    if found < now - now % _MINUTE:  # the minute that it is
        return TimeFault.PAST
    return TimeFault.BEYOND if found > now + most else max(found, now)


def show_time(at: int, zone: Zone, now: int) -> str:
    """An instant for people: `14:30`; with its day where that is not today.

    In the hour that is there twice, with which of them.
    """
    day, minute, _ = local(zone, at)
    today = local(zone, now)[0]
    text = f"{minute // 60:02}:{minute % 60:02}"
    if len(_instants(zone, day, minute)) > 1:
        text += f" {'summer' if _offset(zone, at) == _SUMMER else 'winter'} time"
    if day == today:
        return text
    return f"tomorrow {text}" if day == today + 1 else f"{_iso(day)} {text}"


def _clock_time(said: re.Match[str], zone: Zone, now: int) -> int | TimeFault:
    word, hour, minute, season, sign, hours, minutes, utc = said.groups()
    day = _day(word, local(zone, now)[0])
    if day is None:
        return TimeFault.NO_SUCH_DAY
    of_day = int(hour) * 60 + int(minute)
    offset: int | None = None
    if season is not None:
        offset = _SUMMER if season == "summer" else _SUMMER - 60
    elif utc is not None:
        offset = 0
    elif sign is not None:
        offset = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
    instants = _instants(zone, day, of_day)
    if not instants:
        return TimeFault.MISSING_HOUR
    if offset is None:
        return instants[0] if len(instants) == 1 else TimeFault.WHICH_HOUR
    meant = day * _DAY + (of_day - offset) * _MINUTE
    return meant if meant in instants else TimeFault.NOT_THEN


def _day(word: str | None, today: int) -> int | None:
    """A day since 1970-01-01; `None`: there is none."""
    if word is None or word == "today":
        return today
    if word == "tomorrow":
        return today + 1
    try:
        found = date.fromisoformat(word)
    except ValueError:
        return None
    return day_number(found) if found.year in YEARS else None


def _instants(zone: Zone, day: int, minute: int) -> list[int]:
    """When the local clock shows that: once, never or twice."""
    offsets = {zone.offset, *(offset for _, offset in zone.changes)}
    shown = day * _DAY + minute * _MINUTE
    found = {shown - offset * _MINUTE for offset in offsets}
    return sorted(at for at in found if local(zone, at)[:2] == (day, minute))


def _offset(zone: Zone, at: int) -> int:
    day, minute, _ = local(zone, at)
    return (day * _DAY_MINUTES + minute) - at // _MINUTE


def _iso(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()
