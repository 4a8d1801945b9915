"""Why a nurse and a caller match or not, and when: held against the rings themselves."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language_routing.calendars import swedish
from language_routing.explain import Explanation, explain, when, whom
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import Ring, innermost, open_ring
from language_routing.skills import NOTHING, Level, Requirement, Skills

SV, SO = Language("sv"), Language("so")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = Hours(spans=tuple(Span(weekday=day, opens=480, closes=1020) for day in range(5)))
RINGS = (
    Ring(level=Level.FLUENT),
    Ring(after=120_000, level=Level.WORKING),
    Ring(after=240_000, level=None, competences=False),
)


def ms(*local_time: int) -> int:
    return int(datetime(*local_time, tzinfo=STOCKHOLM).timestamp() * 1000)


TUESDAY = ms(2026, 11, 24, 10)
CHRISTMAS = ms(2026, 12, 25, 10)  # a Friday


def site(instead: Instead = Instead.CALLBACK, rings: tuple[Ring, ...] = RINGS) -> Routing:
    closed = Closed(instead=instead, language=SV)
    line = Line(language=SO, rings=rings, hours=OFFICE, closed=closed)
    return Routing(lines=(line,), calendar=swedish(holidays=True))


def nurse(level: Level | None, *competences: str, years: int = 0) -> Skills:
    languages = ((SV, Level.NATIVE), *(((SO, level),) if level else ()))
    return Skills(languages=languages, competences=competences, years=years)


def asks(skills: Skills, *, at: int = TUESDAY, routing: Routing | None = None,
         **more: object) -> Explanation:  # fmt: skip
    return explain(routing or site(), skills, SO, at=at, **more)


def test_she_matches_now_by_an_open_ring() -> None:
    found = asks(nurse(Level.NATIVE))
    assert (found.verdict, found.matches_in) == ("now: the ring for fluent level is open", 0)
    assert found.line == "The Somali line was open (Tuesday 10:00, when the caller came)."


def test_she_matches_later_when_a_wider_ring_opens() -> None:
    found = asks(nurse(Level.WORKING), waited=30_000)
    assert found.verdict == "in 1 min 30 s, when the ring for working level opens"
    assert found.matches_in == 90_000
    assert found.rings[0].missing == ("speaks Somali at working level, below fluent level",)
    found = asks(nurse(None), waited=110_000)
    assert found.verdict == "in 2 min 10 s, when the interpreter ring opens"
    assert [ring.opens_in for ring in found.rings] == [0, 10_000, 130_000]


def test_a_surge_makes_it_later() -> None:
    assert asks(nurse(Level.WORKING), percent=150).matches_in == 180_000


def test_she_never_matches_without_the_language_or_an_interpreter_ring() -> None:
    found = asks(nurse(None), routing=site(rings=RINGS[:2]))
    assert found.matches_in is None
    assert found.verdict == (
        "never: she does not speak Somali, and the Somali line has no interpreter ring"
    )
    found = asks(nurse(Level.WORKING), routing=site(rings=RINGS[:1]))
    assert found.verdict.startswith("never: she speaks Somali at working level, below fluent")


def test_what_else_she_lacks_is_said() -> None:
    asked = Requirement(competences=("child", "pregnancy"), years=5)
    found = asks(nurse(Level.NATIVE, "child", years=1), asked=asked, routing=site(rings=RINGS[:2]))
    assert found.verdict == (
        "never: she is not trained in pregnancy and has 1 year of experience (5 asked for)"
    )
    found = asks(nurse(None, years=9), asked=asked)
    assert found.verdict == "in 4 min, when the interpreter ring opens"
    assert found.rings[0].missing == (
        "does not speak Somali", "is not trained in child, pregnancy",
    )  # fmt: skip


def test_a_closed_line_that_rings_back_says_when() -> None:
    found = asks(nurse(Level.NATIVE), at=CHRISTMAS)
    assert found.line == (
        "The Somali line was closed (Friday 10:00, when the caller came); "
        "it opens Monday 08:00. The caller is rung back then."
    )
    assert found.verdict == (
        "not before Monday 08:00, when the line opens and the caller is rung back"
    )
    assert found.matches_in == ms(2026, 12, 28, 8) - CHRISTMAS
    never = asks(nurse(None), at=CHRISTMAS, routing=site(rings=RINGS[:2]))
    assert never.matches_in is None


def test_a_caller_without_a_number_stands_in_the_other_line() -> None:
    found = asks(nurse(None), at=CHRISTMAS, reachable=False)
    assert found.line.endswith("The caller stands in the Swedish line.")
    assert found.verdict == "now: the ring for working level is open"


def test_a_closed_line_with_an_interpreter_takes_any_nurse() -> None:
    found = asks(nurse(None), at=CHRISTMAS, routing=site(Instead.INTERPRETER))
    assert found.line.endswith("The caller is given to any nurse at once, with an interpreter.")
    assert found.verdict == "now: the interpreter ring is open"
    asked = Requirement(competences=("child",))
    found = asks(nurse(None), at=CHRISTMAS, routing=site(Instead.INTERPRETER), asked=asked)
    assert found.verdict == "never: she is not trained in child"


def test_the_hours_count_from_when_the_caller_came() -> None:
    closing = ms(2026, 11, 24, 17)
    assert asks(nurse(Level.NATIVE), at=closing + 5_000, waited=10_000).matches_in == 0
    assert asks(nurse(Level.NATIVE), at=closing + 5_000, waited=5_000).matches_in != 0


def test_what_she_is_doing_is_said_beside_it() -> None:
    found = asks(nurse(Level.NATIVE), hindrance="is talking")
    assert found.verdict == "now: the ring for fluent level is open; but at present she is talking"


def test_a_line_without_hours_is_always_open() -> None:
    assert asks(nurse(None), routing=Routing()).line == "The Somali line is always open."


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        (Ring(level=Level.NATIVE), "native level"),
        (Ring(level=None), "any nurse, with an interpreter"),
        (Ring(years=False), "working level, whatever her years"),
        (Ring(competences=False, years=False), "working level, whatever her competences and years"),
    ],
)
def test_a_ring_has_a_name(ring: Ring, words: str) -> None:
    assert whom(ring) == words


def test_a_day_far_away_has_its_date() -> None:
    calendar = swedish(holidays=False)
    assert when(calendar, ms(2026, 11, 30, 8), TUESDAY) == "Monday 08:00"
    assert when(calendar, ms(2026, 12, 1, 8), TUESDAY) == "Tuesday 2026-12-01 08:00"


LEVELS = st.none() | st.sampled_from(Level)
SKILLS = st.builds(
    lambda level, competences, years: nurse(level, *competences, years=years),
    LEVELS, st.lists(st.sampled_from(["child", "adult"]), unique=True), st.integers(0, 3),
)  # fmt: skip
ASKED = st.builds(
    lambda competences, years: Requirement(competences=tuple(competences), years=years),
    st.lists(st.sampled_from(["child", "adult"]), unique=True), st.integers(0, 3),
)  # fmt: skip
SOME_RINGS = st.lists(
    st.builds(Ring, level=LEVELS, competences=st.booleans(), years=st.booleans()),
    min_size=1, max_size=4,
).map(lambda rings: tuple(
    Ring(after=number * 60_000, level=each.level, competences=each.competences, years=each.years)
    for number, each in enumerate(rings)
))  # fmt: skip


@given(SKILLS, ASKED | st.just(NOTHING), SOME_RINGS, st.integers(0, 300_000), st.integers(50, 200))
def test_it_says_what_matching_does(
    skills: Skills, asked: Requirement, rings: tuple[Ring, ...], waited: int, percent: int
) -> None:
    found = asks(skills, routing=site(rings=rings), waited=waited, asked=asked, percent=percent)

    def fits(wait: int) -> bool:
        opened = open_ring(rings, wait, percent)
        return innermost(rings, opened, SO, asked, skills) is not None

    if found.matches_in is None:
        assert not fits(10**9)
        assert found.verdict.startswith("never: she ")
        return
    assert fits(waited + found.matches_in)
    if found.matches_in:
        assert not fits(waited + found.matches_in - 1)
        assert found.verdict.startswith("in ")
    else:
        assert found.verdict.startswith("now: ")
