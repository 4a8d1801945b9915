"""Lines: one language line each, and what its caller gets while it is closed."""

from enum import StrEnum
from typing import Final

import msgspec

from language_routing.hours import Calendar, Hours, is_open, local, opens_next
from language_routing.languages import Language
from language_routing.rings import ANY_LEVEL, Ring


class Instead(StrEnum):
    """What a caller gets while the line is closed."""

    LANGUAGE = "language"  # another language's line
    INTERPRETER = "interpreter"  # any nurse, with an interpreter, at once
    CALLBACK = "callback"  # is rung back when it opens; without a number: the other language


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """The rule for callers outside the hours.

    Attributes:
        language: For `LANGUAGE`, and for a `CALLBACK` to nobody: which line.
            For `INTERPRETER`: what the interpreter speaks with the nurse.
    """

    instead: Instead
    language: Language


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One language line.

    Attributes:
        hours: `None`: always open.
        closed: Given if there are hours.
    """

    language: Language
    rings: tuple[Ring, ...] = ANY_LEVEL
    hours: Hours | None = None
    closed: Closed | None = None


class Routing(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of a site. A language without one is always open to whoever speaks it.

    Attributes:
        night: The local minutes of the day at which night begins and ends; night has targets
            of its own. Equal: no night.
    """

    lines: tuple[Line, ...] = ()
    calendar: Calendar = Calendar()
    night: tuple[int, int] = (0, 0)

    def line(self, language: Language) -> Line:
        """The line of `language`."""
        for line in self.lines:
            if line.language == language:
                return line
        return Line(language=language)


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a caller who asked for a language is put.

    Attributes:
        language: The line to stand in.
        interpreter: Any nurse at once, with an interpreter.
        callback_at: Not in line: to be rung back from this instant on.
    """

    language: Language
    interpreter: bool = False
    callback_at: int | None = None


# The line that was asked for, the other one, and once more; the loader refuses longer chains.
MOST_LINES: Final = 3


def place(routing: Routing, language: Language, at: int, *, reachable: bool) -> Placement:
    """Where a caller who asks for `language` at an instant stands. Nobody is sent away.

    Args:
        reachable: Whether we have a number to ring back.
    """
    standing = language
    for _ in range(MOST_LINES):
        line = routing.line(standing)
        if line.hours is None or is_open(line.hours, routing.calendar, at):
            return Placement(language=standing)
        rule = line.closed
        if rule is None or rule.instead is Instead.INTERPRETER:
            break
        if rule.instead is Instead.CALLBACK and reachable:
            opens = opens_next(line.hours, routing.calendar, at)
            if opens is not None:
                return Placement(language=standing, callback_at=opens)
        standing = rule.language
    return Placement(language=language, interpreter=True)


def is_night(routing: Routing, at: int) -> bool:
    """Whether an instant is in the night of the site."""
    begins, ends = routing.night
    if begins == ends:
        return False
    minute = local(routing.calendar.zone, at)[1]
    if begins < ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends
