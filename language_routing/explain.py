"""Explain: why a nurse and a caller do or do not match, ring by ring, and when they will."""

from datetime import date
from typing import Final

import msgspec

from language_routing.hours import Calendar, is_open, local, opens_next
from language_routing.languages import Language
from language_routing.lines import Placement, Routing, place
from language_routing.rings import INTERPRETER_NOW, Ring
from language_routing.skills import LEVELS, NOTHING, Requirement, Skills
from language_routing.words import DAY_NAMES, LEVEL_NAMES, clock, name_of, span

_EPOCH: Final = date(1970, 1, 1).toordinal()
_A_WEEK: Final = 7


class RingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One ring, as it stands for this nurse and this caller.

    Attributes:
        ring: Whom it is for; `interpreter`: with one in the call.
        opens_in: Milliseconds until it opens; 0: it is open.
        missing: Why she does not fit it; none: she fits.
    """

    ring: str
    interpreter: bool
    opens_in: int
    missing: tuple[str, ...] = ()


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer.

    Attributes:
        line: Where the caller stands, and why there.
        rings: The rings of that line.
        verdict: Whether she can be given this caller, when, or why never.
        matches_in: Milliseconds until she can, as far as the policy goes; `None`: never.
    """

    line: str
    rings: tuple[RingAnswer, ...]
    verdict: str
    matches_in: int | None


def explain(
    routing: Routing,
    skills: Skills,
    language: Language,
    *,
    at: int,
    waited: int = 0,
    asked: Requirement = NOTHING,
    reachable: bool = True,
    percent: int = 100,
    hindrance: str = "",
) -> Explanation:
    """Why, and when.

    Args:
        at: Now, in milliseconds.
        waited: How long the caller has stood in line by now.
        asked: What callers of the entry point need besides the language.
        reachable: Whether the caller's number is known.
        percent: How far the present surge stretches the rings.
        hindrance: What keeps her from any call at present, as words after "she": "is talking".
    """
    came = at - waited
    placed = place(routing, language, came, reachable=reachable)
    rings = INTERPRETER_NOW if placed.interpreter else routing.line(placed.language).rings
    back = placed.callback_at
    answers = tuple(
        RingAnswer(
            ring=whom(ring),
            interpreter=ring.interpreter,
            opens_in=max(0, ring.after * percent // 100 - (waited if back is None else 0)),
            missing=_missing(ring, placed.language, asked, skills),
        )
        for ring in rings
    )
    found = next((answer for answer in answers if not answer.missing), None)
    matches_in = None
    if found is not None:
        matches_in = found.opens_in if back is None else max(0, back - at) + found.opens_in
    return Explanation(
        line=_line(routing, language, placed, came),
        rings=answers,
        verdict=_never(placed, answers)
        if found is None
        else _match(routing.calendar, found, back, at=at, hindrance=hindrance),
        matches_in=matches_in,
    )


def whom(ring: Ring) -> str:
    """Whom a ring is for, in words."""
    found = "any nurse, with an interpreter" if ring.level is None else LEVEL_NAMES[ring.level]
    free = [
        name
        for name, counts in (("competences", ring.competences), ("years", ring.years))
        if not counts
    ]
    return found + (f", whatever her {' and '.join(free)}" if free else "")


def when(calendar: Calendar, instant: int, now: int) -> str:
    """`Monday 08:00`; with its date if it is a week away or more."""
    day, minute, weekday = local(calendar.zone, instant)
    far = abs(day - local(calendar.zone, now)[0]) >= _A_WEEK
    dated = f" {date.fromordinal(day + _EPOCH)}" if far else ""
    return f"{DAY_NAMES[weekday]}{dated} {clock(minute)}"


def _missing(ring: Ring, language: Language, asked: Requirement, skills: Skills) -> tuple[str, ...]:
    found: list[str] = []
    level = skills.level(language)
    if ring.level is not None and level is None:
        found.append(f"does not speak {name_of(language)}")
    elif ring.level is not None and level is not None and LEVELS[level] < LEVELS[ring.level]:
        found.append(
            f"speaks {name_of(language)} at {LEVEL_NAMES[level]}, below {LEVEL_NAMES[ring.level]}"
        )
    lacks = [word for word in asked.competences if word not in skills.competences]
    if ring.competences and lacks:
        found.append(f"is not trained in {', '.join(lacks)}")
    if ring.years and skills.years < asked.years:
        years = f"{skills.years} year" + "s" * (skills.years != 1)
        found.append(f"has {years} of experience ({asked.years} asked for)")
    return tuple(found)


def _line(routing: Routing, language: Language, placed: Placement, at: int) -> str:
    name, line = name_of(language), routing.line(language)
    if line.hours is None:
        return f"The {name} line is always open."
    now = f"{when(routing.calendar, at, at)}, when the caller came"
    if is_open(line.hours, routing.calendar, at):
        return f"The {name} line was open ({now})."
    opens = opens_next(line.hours, routing.calendar, at)
    closed = f"The {name} line was closed ({now})"
    if opens is not None:
        closed += f"; it opens {when(routing.calendar, opens, at)}"
    other = name_of(placed.language)
    if placed.interpreter:
        return f"{closed}. The caller is given to any nurse at once, with an interpreter."
    if placed.callback_at is None:
        return f"{closed}. The caller stands in the {other} line."
    if placed.language == language:
        return f"{closed}. The caller is rung back then."
    back = when(routing.calendar, placed.callback_at, at)
    return f"{closed}. The caller is rung back when the {other} line opens, {back}."


def _match(
    calendar: Calendar, found: RingAnswer, back: int | None, *, at: int, hindrance: str
) -> str:
    but = f"; but at present she {hindrance}" if hindrance else ""
    if back is not None and back > at:
        opens = when(calendar, back, at)
        return f"not before {opens}, when the line opens and the caller is rung back"
    ring = "the interpreter ring" if found.interpreter else f"the ring for {found.ring}"
    if found.opens_in:
        return f"in {span(found.opens_in)}, when {ring} opens{but}"
    return f"now: {ring} is open{but}"


def _never(placed: Placement, answers: tuple[RingAnswer, ...]) -> str:
    """Why not even the ring admits her that comes nearest to it, the outermost of these."""
    nearest = min(reversed(answers), key=lambda answer: len(answer.missing))
    why = f"never: she {' and '.join(nearest.missing)}"
    spoken = any(text.startswith(("does not speak", "speaks")) for text in nearest.missing)
    if spoken and not placed.interpreter:
        why += f", and the {name_of(placed.language)} line has no interpreter ring"
    return why
