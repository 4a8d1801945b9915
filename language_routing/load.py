"""Load: the language lines of a site from its YAML, refused with file and line.

What one line says is checked here; whether the site's nurses can serve it all: `coverage`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from language_routing.hours import DAY_MINUTES, Calendar, Hours, Span
from language_routing.languages import Language
from language_routing.lines import MOST_LINES, Closed, Instead, Line, Routing
from language_routing.load_hours import load_calendar, load_hours, load_night
from language_routing.load_skills import load_level, site_language
from language_routing.rings import ANY_LEVEL, Ring
from language_routing.skills import LEVELS
from language_routing.words import DAY_NAMES, clock, name_of
from language_routing.yaml_lines import Located

ROUTING_KEYS: Final = ("lines", "night", "holidays")
_LATEST_RING: Final = 4 * 3600  # seconds


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where one line stands in the file.

    Attributes:
        rings: One for each ring, if it has rings of its own.
    """

    line: Located
    rings: tuple[Located, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A routing, and where its lines stand.

    Attributes:
        places: Also for a language without a line of its own: where the site names it.
    """

    routing: Routing
    places: Mapping[Language, Places] = field(default_factory=dict)


def load_routing(parts: Mapping[str, Located], languages: Mapping[Language, Located]) -> Loaded:
    """The lines, the night and the holidays among the `parts` of a site.

    Args:
        languages: Every language of the menu, and where the site names it.

    Raises:
        YamlError: Something is wrong; the text is `file:line: sentence`.
    """
    places = {tag: Places(line=node) for tag, node in languages.items()}
    lines: list[Line] = []
    rules: dict[Language, Located] = {}
    named = parts["lines"].mapping() if "lines" in parts else {}
    for text, node in named.items():
        tag = site_language(node, tuple(languages), text)
        inner = node.mapping(known=("rings", "hours", "holidays", "closed"))
        line, ring_nodes = _line(tag, node, inner, tuple(languages))
        lines.append(line)
        places[tag] = Places(line=node, rings=ring_nodes)
        if "closed" in inner:
            rules[tag] = inner["closed"]
    asked = any(line.hours is not None and not line.hours.holidays for line in lines)
    routing = Routing(
        lines=tuple(lines),
        # A site that is always open, day and night alike, asks no calendar.
        calendar=load_calendar(parts.get("holidays"), holidays=asked)
        if "holidays" in parts or "night" in parts or any(line.hours for line in lines)
        else Calendar(),
        night=load_night(parts.get("night")),
    )
    for tag, node in rules.items():
        _check_chain(routing, tag, node)
    if len(lines) == len(languages):
        _check_never_all_closed(lines, parts["lines"])
    return Loaded(routing=routing, places=places)


def _line(
    tag: Language, node: Located, inner: Mapping[str, Located], languages: Sequence[Language]
) -> tuple[Line, tuple[Located, ...]]:
    ring_nodes = tuple(inner["rings"].sequence()) if "rings" in inner else ()
    hours: Hours | None = None
    if "hours" in inner:
        if "closed" not in inner:
            raise inner["hours"].error(
                f"the line {tag} has hours and no `closed`: what does a caller get outside them?"
            )
        holidays = inner["holidays"].truth() if "holidays" in inner else False
        hours = load_hours(inner["hours"], holidays=holidays)
    else:
        for name in ("closed", "holidays"):
            if name in inner:
                raise inner[name].error(f"the line {tag} has `{name}` and no `hours`")
    closed = _closed(tag, inner["closed"], languages) if "closed" in inner else None
    rings = _rings(ring_nodes) if ring_nodes else ANY_LEVEL
    if not inner:
        raise node.error(f"the line {tag} says nothing; leave it out: it is always open")
    return Line(language=tag, rings=rings, hours=hours, closed=closed), ring_nodes


def _closed(tag: Language, node: Located, languages: Sequence[Language]) -> Closed:
    kinds = tuple(kind.value for kind in Instead)
    parts = node.mapping(known=kinds)
    if len(parts) != 1:
        raise node.error(f"give exactly one of {', '.join(kinds)}, with a language")
    ((kind, value),) = parts.items()
    other = site_language(value, languages)
    if other == tag:
        raise value.error(f"the line {tag} leads to itself while it is closed")
    return Closed(instead=Instead(kind), language=other)


def _rings(nodes: Sequence[Located]) -> tuple[Ring, ...]:
    found: list[Ring] = []
    for node in nodes:
        ring = _ring(node)
        if not found and ring.after:
            raise node.error("the first ring opens at 0 seconds")
        if found and ring.after <= found[-1].after:
            raise node.error(
                f"this ring opens at {ring.after // 1000} s, "
                f"not later than the one before ({found[-1].after // 1000} s): it is never reached"
            )
        for earlier in found:
            if _no_wider(ring, earlier):
                raise node.error(
                    "this ring admits nobody whom the ring at "
                    f"{earlier.after // 1000} s does not admit already"
                )
        found.append(ring)
    return tuple(found)


def _ring(node: Located) -> Ring:
    parts = node.mapping(
        known=("after_seconds", "level", "interpreter", "competences", "years"),
        needed=("after_seconds",),
    )
    interpreter = parts["interpreter"].truth() if "interpreter" in parts else False
    if interpreter == ("level" in parts):
        raise node.error("a ring has either a level or `interpreter: true`")
    return Ring(
        after=parts["after_seconds"].integer(0, _LATEST_RING) * 1000,
        level=None if interpreter else load_level(parts["level"]),
        competences=parts["competences"].truth() if "competences" in parts else True,
        years=parts["years"].truth() if "years" in parts else True,
    )


def _no_wider(ring: Ring, earlier: Ring) -> bool:
    """Whether all whom `ring` admits fit `earlier` too, whoever they are."""
    least = LEVELS[ring.level] if ring.level else 0
    least_before = LEVELS[earlier.level] if earlier.level else 0
    return (
        least >= least_before
        and earlier.competences <= ring.competences
        and earlier.years <= ring.years
    )


def _check_chain(routing: Routing, tag: Language, node: Located) -> None:
    """Whether the rules of closed lines lead somewhere, and soon."""
    way = [tag]
    while True:
        rule = routing.line(way[-1]).closed
        if rule is None or rule.instead is Instead.INTERPRETER:
            break
        way.append(rule.language)
        if rule.language in way[:-1]:
            raise node.error(f"closed lines lead in a circle: {' -> '.join(way)}")
    if len(way) > MOST_LINES:
        raise node.error(
            f"closed lines lead on too far ({' -> '.join(way)}); at most {MOST_LINES} in a row"
        )


def _check_never_all_closed(lines: Sequence[Line], node: Located) -> None:
    """Some line is open whenever a caller may ring: else all would stand before nobody."""
    spans: list[Span] = []
    for line in lines:
        if line.hours is None:
            return
        spans += line.hours.spans
    minutes = sorted({0, *(span.closes for span in spans if span.closes < DAY_MINUTES)})
    for holiday in (False, True):
        for weekday, day in enumerate(DAY_NAMES):
            for minute in minutes:
                if not any(_is_open(line, weekday, minute, holiday) for line in lines):
                    when = f"{'a holiday, ' if holiday else ''}{day} {clock(minute)}"
                    raise node.error(
                        f"every line is closed on {when}: leave one open at all hours, such as "
                        f"{name_of(lines[0].language)}"
                    )


def _is_open(line: Line, weekday: int, minute: int, holiday: bool) -> bool:
    hours = line.hours
    assert hours is not None
    return (hours.holidays or not holiday) and any(
        span.weekday == weekday and span.opens <= minute < span.closes for span in hours.spans
    )
