"""Hours as a site writes them: opening hours of a line, night, holidays."""

import re
from datetime import date
from typing import Final

from language_routing.calendars import YEARS, swedish
from language_routing.hours import DAY_MINUTES, Calendar, Hours, Span
from language_routing.words import DAY_NAMES, WEEKDAYS, clock
from language_routing.yaml_lines import Located

_CLOCK: Final = re.compile(r"([0-9]{2}):([0-9]{2})")


def load_minute(node: Located, *, latest: int = DAY_MINUTES) -> int:
    """A time of day, `"08:00"` to `"24:00"`, as its minute.

    Raises:
        YamlError: It is none.
    """
    found = _CLOCK.fullmatch(node.text())
    minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else latest + 1
    if minute > latest:
        raise node.error(f'here a time from "00:00" to "{clock(latest)}" is expected')
    return minute


def load_hours(node: Located, *, holidays: bool) -> Hours:
    """Opening hours: `[{days: mon-fri, from: "08:00", to: "17:00"}]`.

    Raises:
        YamlError: A day is unknown, a span closes before it opens, or two overlap.
    """
    found: list[Span] = []
    for item in node.sequence():
        parts = item.mapping(known=("days", "from", "to"), needed=("days", "from", "to"))
        opens, closes = load_minute(parts["from"]), load_minute(parts["to"])
        if closes <= opens:
            raise parts["to"].error(
                f"closes at {clock(closes)}, not after it opens ({clock(opens)}); "
                "hours over midnight are two entries, to 24:00 and from 00:00"
            )
        for weekday in _days(parts["days"]):
            for other in found:
                if other.weekday == weekday and opens < other.closes and other.opens < closes:
                    raise item.error(
                        f"overlaps the hours {clock(other.opens)}-{clock(other.closes)} "
                        f"on {DAY_NAMES[weekday]}"
                    )
            found.append(Span(weekday=weekday, opens=opens, closes=closes))
    found.sort(key=lambda span: (span.weekday, span.opens))
    return Hours(spans=tuple(found), holidays=holidays)


def _days(node: Located) -> list[int]:
    """`mon`, `mon-fri`, `daily`, or a list of these."""
    found: list[int] = []
    for item in node.sequence() if node.is_sequence else [node]:
        text = item.text()
        first, _, last = ("mon", "-", "sun") if text == "daily" else text.partition("-")
        for name in (first, last or first):
            if name not in WEEKDAYS:
                raise item.error(f"day {name} is unknown; known: {', '.join(WEEKDAYS)}, daily")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if end < begin:
            raise item.error(f"{text} runs over the end of the week; give a list of two")
        for weekday in range(begin, end + 1):
            if weekday in found:
                raise item.error(f"{DAY_NAMES[weekday]} is given twice")
            found.append(weekday)
    return found


def load_night(node: Located | None) -> tuple[int, int]:
    """`{from: "22:00", to: "07:00"}`; none if nothing is said.

    Raises:
        YamlError: The times are none, or equal.
    """
    if node is None:
        return (0, 0)
    parts = node.mapping(known=("from", "to"), needed=("from", "to"))
    begins, ends = (load_minute(parts[name], latest=DAY_MINUTES - 1) for name in ("from", "to"))
    if begins == ends:
        raise node.error("the night ends when it begins")
    return begins, ends


def load_calendar(node: Located | None, *, holidays: bool) -> Calendar:
    """`{country: SE, eves: true, also: ["2026-12-24"]}`; Sweden's holidays if nothing is said.

    Args:
        holidays: Whether any line asks for them.

    Raises:
        YamlError: The country is another, or a day is none.
    """
    if node is None:
        return swedish(holidays=holidays)
    parts = node.mapping(known=("country", "eves", "also"), needed=("country",))
    if parts["country"].text() != "SE":
        raise parts["country"].error("only the holidays of SE are known; add others to `also`")
    also: list[date] = []
    for item in parts["also"].sequence() if "also" in parts else ():
        day = _date(item)
        if day in also:
            raise item.error(f"{day} is given twice")
        also.append(day)
    eves = parts["eves"].truth() if "eves" in parts else False
    return swedish(holidays=holidays, eves=eves, also=also)


def _date(node: Located) -> date:
    text = node.text()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise node.error('here a date like "2026-12-24" is expected') from None
    if day.isoformat() != text or day.year not in YEARS:
        raise node.error(f'here a date like "2026-12-24", {YEARS[0]} to {YEARS[-1]}, is expected')
    return day
