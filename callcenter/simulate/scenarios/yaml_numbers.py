"""Numbers, shares and dates as a scenario writes them; refused with file and line."""

import re
from datetime import date
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.simulate.scenarios.demand import Dates
from language_routing.calendars import YEARS
from language_routing.load_hours import load_minute
from language_routing.words import WEEKDAYS
from language_routing.yaml_lines import Located

_DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


def decimal(node: Located, low: float, high: float) -> float:
    """A number, whole or not.

    Raises:
        YamlError: It is none, or not from `low` to `high`.
    """
    text = node.text()
    if not _DECIMAL.fullmatch(text) or not low <= float(text) <= high:
        raise node.error(f"{text[:40]} is not a number from {low:g} to {high:g}")
    return float(text)


def share(node: Located) -> float:
    """A share or a probability, 0 to 1.

    Raises:
        YamlError: It is none.
    """
    return decimal(node, 0, 1)


def seconds(node: Located, low: float, high: float) -> Millis:
    """Seconds, whole or not, as milliseconds.

    Raises:
        YamlError: It is no number from `low` to `high`.
    """
    return round(decimal(node, low, high) * 1000)


def decimals(node: Located, count: int, what: str, high: float) -> tuple[float, ...]:
    """A list of exactly `count` numbers from 0 on, not all of them 0.

    Raises:
        YamlError: It is of another length, or one is no such number.
    """
    items = node.sequence()
    if len(items) != count:
        raise node.error(f"{what} has {len(items)} numbers instead of {count}")
    found = tuple(decimal(item, 0, high) for item in items)
    if not any(found):
        raise node.error(f"{what} is 0 throughout: nobody would come")
    return found


def whole_hour(node: Located) -> int:
    """A time of day like `"08:00"`, as its hour.

    Raises:
        YamlError: It is none, or within an hour.
    """
    hour, minute = divmod(load_minute(node, latest=23 * 60 + 59), 60)
    if minute:
        raise node.error('here a whole hour like "08:00" is expected')
    return hour


def day_of(node: Located) -> date:
    """A date like `2026-12-24`.

    Raises:
        YamlError: It is none, or in a year whose clock changes are not known.
    """
    return _day(node, node.text())


def dates_of(node: Located, text: str | None = None) -> Dates:
    """One date, or `2026-12-24/2026-12-26`: the first and the last.

    Args:
        text: What is read instead of what stands at `node`.

    Raises:
        YamlError: One is none, or the last comes before the first.
    """
    first, _, last = (node.text() if text is None else text).partition("/")
    found = Dates(first=_day(node, first), last=_day(node, last or first))
    if found.last < found.first:
        raise node.error(f"{found.last} comes before {found.first}")
    return found


def weekdays_of(node: Located) -> tuple[int, ...]:
    """`mon`, `mon-fri`, `daily`, or a list of these; 0 is Monday.

    Raises:
        YamlError: A day is unknown or there twice.
    """
    found: list[int] = []
    for item in node.sequence() if node.is_sequence else [node]:
        text = item.text()
        first, _, last = ("mon", "-", "sun") if text == "daily" else text.partition("-")
        last = last or first
        for name in (first, last):
            if name not in WEEKDAYS:
                raise item.error(f"day {name} is unknown; known: {', '.join(WEEKDAYS)}, daily")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
        if end < begin:
            raise item.error(f"{text} runs over the end of the week; give a list of two")
        for weekday in range(begin, end + 1):
            if weekday in found:
                raise item.error(f"{WEEKDAYS[weekday]} is given twice")
            found.append(weekday)
    return tuple(found)


def _day(node: Located, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise node.error("here a date like 2026-12-24 is expected") from None
    if day.isoformat() != text or day.year not in YEARS:
        raise node.error(f"here a date like 2026-12-24, {YEARS[0]} to {YEARS[-1]}, is expected")
    return day
