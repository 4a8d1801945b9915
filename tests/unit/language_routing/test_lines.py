"""Where a caller stands, whatever is closed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language_routing.calendars import swedish
from language_routing.hours import Calendar, Hours, Span, is_open
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Placement, Routing, is_night, place

SV, FI, AR, SO = (Language(tag) for tag in ("sv", "fi", "ar", "so"))
LANGUAGES = (SV, FI, AR, SO)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = Hours(spans=tuple(Span(weekday=day, opens=480, closes=1020) for day in range(5)))
MORNING = Hours(spans=tuple(Span(weekday=day, opens=480, closes=720) for day in range(5)))


def ms(*local_time: int) -> int:
    return int(datetime(*local_time, tzinfo=STOCKHOLM).timestamp() * 1000)


OPEN, AFTERNOON, CLOSED = ms(2026, 11, 24, 10), ms(2026, 11, 24, 14), ms(2026, 11, 24, 20)


def line(language: Language, instead: Instead, other: Language, hours: Hours = OFFICE) -> Line:
    return Line(language=language, hours=hours, closed=Closed(instead=instead, language=other))


def site(*lines: Line) -> Routing:
    return Routing(lines=lines, calendar=swedish(holidays=True))


@pytest.mark.parametrize("instead", Instead)
def test_an_open_line_is_stood_in(instead: Instead) -> None:
    routing = site(line(SO, instead, SV))
    assert place(routing, SO, OPEN, reachable=True) == Placement(language=SO)


def test_a_language_without_a_line_is_always_open() -> None:
    assert place(site(), SO, CLOSED, reachable=True) == Placement(language=SO)
    assert not place(site(), SO, CLOSED, reachable=True).interpreter
    assert place(site(Line(language=SO)), SO, CLOSED, reachable=True) == Placement(language=SO)


def test_a_closed_line_leads_to_another_language() -> None:
    routing = site(line(SO, Instead.LANGUAGE, SV))
    assert place(routing, SO, CLOSED, reachable=True) == Placement(language=SV)


def test_a_closed_line_gives_an_interpreter_and_the_language_stays() -> None:
    routing = site(line(SO, Instead.INTERPRETER, SV))
    expected = Placement(language=SO, interpreter=True)
    assert place(routing, SO, CLOSED, reachable=True) == expected


def test_a_closed_line_rings_back_when_it_opens() -> None:
    routing = site(line(SO, Instead.CALLBACK, SV))
    found = place(routing, SO, CLOSED, reachable=True)
    assert found == Placement(language=SO, callback_at=ms(2026, 11, 25, 8))


def test_nobody_is_rung_back_without_a_number() -> None:
    routing = site(line(SO, Instead.CALLBACK, SV))
    assert place(routing, SO, CLOSED, reachable=False) == Placement(language=SV)


def test_a_line_that_never_opens_does_not_promise_a_call() -> None:
    routing = site(line(SO, Instead.CALLBACK, SV, Hours(spans=())))
    assert place(routing, SO, CLOSED, reachable=True) == Placement(language=SV)


def test_a_closed_rule_leads_on_where_the_other_line_is_closed_as_well() -> None:
    routing = site(
        line(SO, Instead.LANGUAGE, AR), line(AR, Instead.LANGUAGE, FI, MORNING)
    )  # fmt: skip
    assert place(routing, SO, OPEN, reachable=True) == Placement(language=SO)
    assert place(routing, SO, CLOSED, reachable=True) == Placement(language=FI)
    assert place(routing, AR, AFTERNOON, reachable=True) == Placement(language=FI)


def test_after_a_third_closed_line_it_is_an_interpreter() -> None:
    routing = site(
        line(SO, Instead.LANGUAGE, AR), line(AR, Instead.LANGUAGE, FI),
        line(FI, Instead.LANGUAGE, SV),
    )  # fmt: skip
    expected = Placement(language=SO, interpreter=True)
    assert place(routing, SO, CLOSED, reachable=True) == expected


def test_the_other_lines_rule_counts_where_it_leads_to_no_line() -> None:
    routing = site(line(SO, Instead.LANGUAGE, AR), line(AR, Instead.CALLBACK, SV))
    found = place(routing, SO, CLOSED, reachable=True)
    assert found == Placement(language=AR, callback_at=ms(2026, 11, 25, 8))
    assert place(routing, SO, CLOSED, reachable=False) == Placement(language=SV)
    routing = site(line(SO, Instead.LANGUAGE, AR), line(AR, Instead.INTERPRETER, SV))
    expected = Placement(language=SO, interpreter=True)
    assert place(routing, SO, CLOSED, reachable=True) == expected


def test_hours_without_a_rule_lose_nobody() -> None:
    """The loader refuses that; an old journal may have it."""
    routing = site(Line(language=SO, hours=OFFICE))
    expected = Placement(language=SO, interpreter=True)
    assert place(routing, SO, CLOSED, reachable=True) == expected


LINES = st.builds(
    lambda language, rule, hours: Line(language=language, hours=hours, closed=rule),
    st.sampled_from(LANGUAGES),
    st.none() | st.builds(
        lambda instead, other: Closed(instead=instead, language=other),
        st.sampled_from(Instead), st.sampled_from(LANGUAGES),
    ),
    st.sampled_from([None, OFFICE, MORNING, Hours(spans=())]),
)  # fmt: skip


@given(
    st.lists(LINES, max_size=4, unique_by=lambda each: each.language),
    st.sampled_from(LANGUAGES), st.sampled_from([OPEN, AFTERNOON, CLOSED]), st.booleans(),
)  # fmt: skip
def test_whatever_the_rules_nobody_is_lost(
    lines: list[Line], language: Language, at: int, reachable: bool
) -> None:
    """Circles too, which the loader refuses."""
    routing = Routing(lines=tuple(lines), calendar=swedish(holidays=True))
    found = place(routing, language, at, reachable=reachable)
    if found.callback_at is not None:
        assert reachable
        assert found.callback_at > at
        assert not found.interpreter
    elif not found.interpreter:
        hours = routing.line(found.language).hours
        assert hours is None or is_open(hours, routing.calendar, at)


@pytest.mark.parametrize(
    ("night", "times"),
    [
        ((1320, 420), {(21, 59): False, (22, 0): True, (0, 0): True, (6, 59): True, (7, 0): False}),
        ((60, 360), {(0, 59): False, (1, 0): True, (5, 59): True, (6, 0): False, (22, 0): False}),
        ((0, 0), {(0, 0): False, (12, 0): False}),
        ((1320, 1320), {(22, 0): False, (23, 0): False}),
    ],
)
def test_night_is_by_the_local_clock(
    night: tuple[int, int], times: dict[tuple[int, int], bool]
) -> None:
    routing = Routing(night=night, calendar=swedish(holidays=False))
    for (hour, minute), expected in times.items():
        for month in (1, 7):
            assert is_night(routing, ms(2026, month, 14, hour, minute)) is expected
    assert not is_night(Routing(), 0)
    assert Calendar() == Routing().calendar
