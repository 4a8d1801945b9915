"""Language lines from YAML: read as they stand, refused with file, line and a sentence."""

from pathlib import Path

import pytest

from language_routing.hours import Calendar
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import ANY_LEVEL, Ring
from language_routing.skills import Level
from tests.unit.language_routing.routing_yaml import load, refusal

SO = """\
lines:
  so:
    rings:
      - {after_seconds: 0, level: fluent}
      - {after_seconds: 120, level: working, years: false}
      - {after_seconds: 240, interpreter: true, competences: false}
    hours:
      - {days: mon-fri, from: "08:00", to: "17:00"}
    holidays: true
    closed: {interpreter: sv}
"""


def test_a_line_is_read_as_it_stands(tmp_path: Path) -> None:
    loaded = load(tmp_path, SO)
    (line,) = loaded.routing.lines
    assert line.language == "so"
    assert line.rings == (
        Ring(after=0, level=Level.FLUENT),
        Ring(after=120_000, level=Level.WORKING, years=False),
        Ring(after=240_000, level=None, competences=False),
    )
    assert line.closed == Closed(instead=Instead.INTERPRETER, language=Language("sv"))
    assert line.hours is not None
    assert line.hours.holidays
    assert [(s.weekday, s.opens, s.closes) for s in line.hours.spans] == [
        (day, 480, 1020) for day in range(5)
    ]


def test_without_lines_every_language_is_always_open_at_any_level(tmp_path: Path) -> None:
    routing = load(tmp_path, "").routing
    assert routing.lines == ()
    assert routing.night == (0, 0)
    assert routing.calendar == Calendar()  # nothing asks for one
    assert routing.line(Language("so")) == Line(language=Language("so"), rings=ANY_LEVEL)


def test_every_language_has_its_place_in_the_file(tmp_path: Path) -> None:
    places = load(tmp_path, SO).places
    assert list(places) == ["sv", "fi", "ar", "so"]
    assert str(places[Language("so")].line.error("x")).endswith(":4: x")
    assert str(places[Language("fi")].line.error("x")).endswith(":1: x")
    rings = [str(node.error("x")).split(":")[1] for node in places[Language("so")].rings]
    assert rings == ["5", "6", "7"]


def test_holidays_are_looked_up_only_for_a_line_that_closes_on_them(tmp_path: Path) -> None:
    assert load(tmp_path, SO).routing.calendar.holidays == ()
    closes = SO.replace("    holidays: true\n", "")
    assert len(load(tmp_path, closes).routing.calendar.holidays) > 400
    assert not load(tmp_path, closes).routing.lines[0].hours.holidays  # type: ignore[union-attr]


def test_a_line_may_have_hours_alone_or_rings_alone(tmp_path: Path) -> None:
    hours = (
        'lines: {so: {hours: [{days: mon, from: "08:00", to: "09:00"}], closed: {callback: sv}}}'
    )
    (line,) = load(tmp_path, hours).routing.lines
    assert line.rings == ANY_LEVEL
    (line,) = load(
        tmp_path, "lines: {so: {rings: [{after_seconds: 0, level: native}]}}"
    ).routing.lines
    assert (line.hours, line.closed) == (None, None)


WRONG = {
    "a ring that is not later": (
        "after_seconds: 120", "after_seconds: 0", 5, "opens at 0 s, not later than the one before",
    ),
    "a ring that is earlier": (
        "after_seconds: 240", "after_seconds: 60", 6, "opens at 60 s, not later than",
    ),
    "a first ring that lets the caller wait for nothing": (
        "after_seconds: 0", "after_seconds: 5", 4, "the first ring opens at 0 seconds",
    ),
    "a ring that is no wider": (
        "level: fluent", "level: working, years: false", 5, "admits nobody whom the ring at 0 s",
    ),
    "a ring that is narrower": (
        "level: working, years: false", "level: native", 5, "admits nobody whom the ring at 0 s",
    ),
    "a ring no wider than one long before": (
        "interpreter: true, competences: false", "level: fluent", 6, "whom the ring at 0 s",
    ),
    "a ring with both": ("level: fluent", "level: fluent, interpreter: true", 4, "either a level"),
    "a ring with neither": ("level: fluent", "interpreter: false", 4, "either a level"),
    "an unknown level": ("level: fluent", "level: good", 4, "level good is unknown"),
    "a ring of a word": ("{after_seconds: 0, level: fluent}", "fluent", 4, "names with values"),
    "a ring without its time": ("after_seconds: 0, ", "", 4, "after_seconds is missing"),
    "neither true nor false": ("interpreter: true", "interpreter: yes", 6, "neither true nor"),
    "a ring in four hours": ("after_seconds: 240", "after_seconds: 14401", 6, "not a whole number"),
    "a line of another language": ("  so:", "  sw:", 3, "language sw is not one of this site's"),
    "hours without a rule": ("    closed: {interpreter: sv}\n", "", 8, "what does a caller get"),
    "a rule that leads to itself": ("interpreter: sv", "language: so", 10, "leads to itself"),
    "a rule of two kinds": ("{interpreter: sv}", "{interpreter: sv, callback: sv}", 10, "one of"),
    "a rule of no kind": ("{interpreter: sv}", "{}", 10, "exactly one of language, interpreter"),
    "a rule to nowhere": ("interpreter: sv", "language: de", 10, "language de is not one of"),
    "an unknown rule": ("interpreter: sv", "voicemail: sv", 10, "voicemail is not known here"),
    "holidays that are a word": ("holidays: true", "holidays: some", 9, "neither true nor false"),
    "a line twice": ("lines:\n", "lines:\n  so: {}\n", 3, "so is given twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_line_is_refused_at_its_place(tmp_path: Path, what: str) -> None:
    old, new, line, words = WRONG[what]
    assert SO.count(old) >= 1
    found, sentence = refusal(tmp_path, SO.replace(old, new, 1))
    assert words in sentence
    assert found == line


@pytest.mark.parametrize("extra", ["closed: {language: sv}", "holidays: true"])
def test_a_rule_without_hours_is_refused(tmp_path: Path, extra: str) -> None:
    rings = "rings: [{after_seconds: 0, level: native}]"
    found, sentence = refusal(tmp_path, f"lines:\n  so:\n    {rings}\n    {extra}\n")
    assert (found, "and no `hours`" in sentence) == (4, True)


def test_an_interpreter_is_wider_than_any_level(tmp_path: Path) -> None:
    rings = "[{after_seconds: 0, level: working}, {after_seconds: 60, interpreter: true}]"
    (line,) = load(tmp_path, f"lines: {{so: {{rings: {rings}}}}}").routing.lines
    assert [ring.interpreter for ring in line.rings] == [False, True]


def test_an_empty_line_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "lines:\n  so: {}\n") == (
        2, "the line so says nothing; leave it out: it is always open",
    )  # fmt: skip


def closed(**rules: str) -> str:
    hours = 'hours: [{days: mon-fri, from: "08:00", to: "17:00"}]'
    return "lines:\n" + "".join(
        f"  {tag}: {{{hours}, closed: {{{rule}}}}}\n" for tag, rule in rules.items()
    )


@pytest.mark.parametrize("kind", ["language", "callback"])
def test_closed_lines_that_lead_in_a_circle_are_refused(tmp_path: Path, kind: str) -> None:
    found, sentence = refusal(
        tmp_path, closed(so=f"{kind}: ar", ar="callback: fi", fi="language: so")
    )
    assert (found, sentence) == (2, "closed lines lead in a circle: so -> ar -> fi -> so")


def test_a_chain_that_is_too_long_to_be_followed_is_refused(tmp_path: Path) -> None:
    good = closed(so="language: ar", ar="callback: sv")
    assert len(load(tmp_path, good).routing.lines) == 2
    found, sentence = refusal(
        tmp_path, closed(so="language: ar", ar="callback: fi", fi="language: sv")
    )
    assert (found, "so -> ar -> fi -> sv" in sentence) == (2, True)


def test_an_interpreter_ends_a_circle(tmp_path: Path) -> None:
    text = closed(so="language: ar", ar="interpreter: so")
    assert len(load(tmp_path, text).routing.lines) == 2


DAYS = "hours: [{days: daily, from: '06:00', to: '24:00'}]"
NIGHTS = "hours: [{days: daily, from: '00:00', to: '06:00'}]"


def all_lines(sv: str, rest: str) -> str:
    lines = f"lines:\n  sv: {{{sv}, closed: {{interpreter: fi}}}}\n"
    for tag in ("fi", "ar", "so"):
        lines += f"  {tag}: {{{rest}, closed: {{interpreter: sv}}}}\n"
    return lines


def test_a_site_in_which_every_line_closes_at_once_is_refused(tmp_path: Path) -> None:
    found, sentence = refusal(tmp_path, all_lines(DAYS, DAYS))
    assert (found, sentence.split(":")[0]) == (2, "every line is closed on Monday 00")
    found, sentence = refusal(tmp_path, all_lines(DAYS, NIGHTS))
    assert "every line is closed on a holiday, Monday 00:00" in sentence
    gap = NIGHTS.replace("06:00", "05:59")
    found, sentence = refusal(tmp_path, all_lines(DAYS, gap))
    assert "every line is closed on Monday 05:59" in sentence


def test_lines_that_take_turns_around_the_clock_are_taken(tmp_path: Path) -> None:
    on_holidays = ", holidays: true"
    text = all_lines(DAYS + on_holidays, NIGHTS + on_holidays)
    assert len(load(tmp_path, text).routing.lines) == 4


def test_one_line_that_is_always_open_is_enough(tmp_path: Path) -> None:
    text = all_lines(DAYS, DAYS).splitlines()
    text[1] = "  sv: {rings: [{after_seconds: 0, level: working}]}"
    assert isinstance(load(tmp_path, "\n".join(text)).routing, Routing)
