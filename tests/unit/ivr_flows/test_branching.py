"""Branches: each value comes from the facts, the opening hours or the clock that was given."""

import msgspec
import pytest

from ivr_flows.branching import VALUES, Standing, opening, turns, value
from ivr_flows.facts import Facts, Wait
from language_routing.hours import Calendar, Hours, Span, Zone
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing

HOUR = 3_600_000
WEEKDAYS = tuple(Span(weekday=day, opens=8 * 60, closes=17 * 60) for day in range(5))


def line(tag: str, instead: Instead, hours: tuple[Span, ...] = WEEKDAYS) -> Line:
    closed = Closed(instead=instead, language=Language("sv"))
    return Line(language=Language(tag), hours=Hours(spans=hours), closed=closed)


ROUTING = Routing(
    lines=(
        line("fi", Instead.CALLBACK),
        line("ar", Instead.INTERPRETER),
        line("so", Instead.LANGUAGE),
        line("en", Instead.LANGUAGE, (Span(weekday=4, opens=9 * 60 + 30, closes=12 * 60),)),
        line("tr", Instead.LANGUAGE, ()),
    ),
    calendar=Calendar(zone=Zone(offset=60)),
)
# 2026-11-26 00:00 in a zone that is always UTC + 1.
THURSDAY = 20_783 * 24 * HOUR - HOUR


def standing(facts: Facts, language: str = "sv", hour: float = 12, relay: bool = False) -> Standing:
    now_ms = THURSDAY + round(hour * HOUR)
    return Standing(facts=facts, language=language, routing=ROUTING, now_ms=now_ms, relay=relay)


KNOWN = Facts(caller="known")
WAIT = Wait(place=1, low_ms=0, high_ms=60_000)
SOON = msgspec.structs.replace(WAIT, soon=True)


@pytest.mark.parametrize(
    ("language", "hour", "facts", "expected"),
    [
        ("sv", 3, KNOWN, "open"),
        ("fi", 12, KNOWN, "open"),
        ("fi", 3, KNOWN, "callback"),
        ("fi", 3, Facts(caller="anonymous"), "language"),
        ("ar", 7.99, KNOWN, "interpreter"),
        ("ar", 8, KNOWN, "open"),
        ("so", 16.99, KNOWN, "open"),
        ("so", 17, KNOWN, "language"),
    ],
)
def test_hours_say_what_the_caller_gets(
    language: str, hour: float, facts: Facts, expected: str
) -> None:
    assert value("hours", (), standing(facts, language, hour)) == expected


@pytest.mark.parametrize(
    ("on", "facts", "expected"),
    [
        ("language", Facts(), "sv"),
        ("surge", Facts(surge="crisis"), "crisis"),
        ("caller", KNOWN, "known"),
        ("class", Facts(priority_class="staff"), "staff"),
        ("message", Facts(messages={"sv": "m-1/sv"}), "yes"),
        ("message", Facts(messages={"fi": "m-1/fi"}), "no"),
        ("wait", Facts(), "unknown"),
        ("wait", Facts(wait=WAIT), "known"),
        ("wait", Facts(wait=SOON), "soon"),
        ("news", Facts(wait=WAIT), "yes"),
        ("news", Facts(wait=WAIT, told=WAIT), "no"),
        ("offer", Facts(offered=True), "yes"),
        ("offer", Facts(), "no"),
        ("visit", Facts(), "first"),
        ("visit", Facts(visit=1), "later"),
        ("key", Facts(), "none"),
        ("key", Facts(key="*"), "*"),
        ("told", Facts(told=WAIT), "yes"),
        ("told", Facts(), "no"),
        ("sampled", Facts(sampled=True), "yes"),
        ("sampled", Facts(), "no"),
    ],
)
def test_facts_are_branched_on(on: str, facts: Facts, expected: str) -> None:
    assert value(on, (), standing(facts)) == expected


def test_the_site_has_a_relay_number_or_not() -> None:
    assert value("relay", (), standing(Facts(), relay=True)) == "yes"
    assert value("relay", (), standing(Facts())) == "no"


def test_visits_go_round_as_many_turns_as_are_listed() -> None:
    listed = ("0", "2")

    assert turns(listed) == 3
    assert [value("turn", listed, standing(Facts(visit=visit))) for visit in range(5)] == [
        "0",
        "1",
        "2",
        "0",
        "1",
    ]


@pytest.mark.parametrize("on", VALUES)
def test_whatever_can_be_branched_on_has_one_of_its_values(on: str) -> None:
    found = value(on, ("0", "1"), standing(KNOWN))

    known = VALUES[on]
    assert known is None or found in known


def test_nothing_else_can_be_branched_on() -> None:
    with pytest.raises(KeyError):
        value("weather", (), standing(Facts()))


@pytest.mark.parametrize(
    ("language", "hour", "expected"),
    [
        ("sv", 3, {}),  # always open
        ("so", 12, {}),  # open now
        ("so", 3, {"weekday": 4, "hour": 8}),
        ("so", 18, {"weekday": 5, "hour": 8}),
        ("en", 3, {"weekday": 5}),  # at half past nine
        ("tr", 3, {}),  # never
    ],
)
def test_a_closed_line_tells_when_it_opens(
    language: str, hour: float, expected: dict[str, int]
) -> None:
    assert opening(standing(Facts(), language, hour)) == expected
