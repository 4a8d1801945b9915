"""Rings: who fits which, and which are open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language_routing.languages import Language
from language_routing.rings import (
    ANY_LEVEL,
    INTERPRETER_NOW,
    Ring,
    admits,
    innermost,
    open_ring,
)
from language_routing.skills import NOTHING, Level, Requirement, Skills

SO, SV = Language("so"), Language("sv")
RINGS = (
    Ring(level=Level.FLUENT),
    Ring(after=120_000, level=Level.WORKING),
    Ring(after=240_000, level=None, competences=False, years=False),
)
CHILD = Requirement(competences=("child",), years=5)


def nurse(level: Level | None, *competences: str, years: int = 0) -> Skills:
    languages = ((SV, Level.NATIVE), *(((SO, level),) if level else ()))
    return Skills(languages=languages, competences=competences, years=years)


@pytest.mark.parametrize(
    ("level", "least", "expected"),
    [
        (Level.NATIVE, Level.FLUENT, True),
        (Level.FLUENT, Level.FLUENT, True),
        (Level.WORKING, Level.FLUENT, False),
        (Level.FLUENT, Level.NATIVE, False),
        (Level.WORKING, Level.WORKING, True),
        (None, Level.WORKING, False),
        (None, None, True),
    ],
)
def test_a_ring_asks_for_a_level_or_for_none(
    level: Level | None, least: Level | None, expected: bool
) -> None:
    assert admits(Ring(level=least), SO, NOTHING, nurse(level)) is expected


@pytest.mark.parametrize(
    ("skills", "expected"),
    [
        (nurse(Level.NATIVE, "child", years=5), True),
        (nurse(Level.NATIVE, "adult", "child", years=9), True),
        (nurse(Level.NATIVE, "child", years=4), False),
        (nurse(Level.NATIVE, "adult", years=5), False),
    ],
)
def test_competences_and_years_are_asked_for_unless_the_ring_forgoes_them(
    skills: Skills, expected: bool
) -> None:
    assert admits(RINGS[0], SO, CHILD, skills) is expected
    assert admits(RINGS[2], SO, CHILD, skills)


def test_a_ring_may_forgo_one_of_the_two() -> None:
    no_years = Ring(level=Level.WORKING, years=False)
    no_training = Ring(level=Level.WORKING, competences=False)
    assert admits(no_years, SO, CHILD, nurse(Level.NATIVE, "child"))
    assert not admits(no_years, SO, CHILD, nurse(Level.NATIVE, years=9))
    assert admits(no_training, SO, CHILD, nurse(Level.NATIVE, years=9))
    assert not admits(no_training, SO, CHILD, nurse(Level.NATIVE, "child"))


def test_how_well_she_fits_is_the_innermost_open_ring() -> None:
    assert innermost(RINGS, 2, SO, NOTHING, nurse(Level.NATIVE)) == 0
    assert innermost(RINGS, 2, SO, NOTHING, nurse(Level.WORKING)) == 1
    assert innermost(RINGS, 0, SO, NOTHING, nurse(Level.WORKING)) is None
    assert innermost(RINGS, 2, SO, NOTHING, nurse(None)) == 2
    assert innermost(RINGS, 1, SO, NOTHING, nurse(None)) is None
    assert innermost(RINGS, 2, SO, CHILD, nurse(Level.NATIVE)) == 2


@pytest.mark.parametrize(
    ("waited", "percent", "expected"),
    [
        (0, 100, 0),
        (119_999, 100, 0),
        (120_000, 100, 1),
        (240_000, 100, 2),
        (1 << 40, 100, 2),
        (120_000, 200, 0),
        (240_000, 200, 1),
        (60_000, 50, 1),
        (0, 0, 2),
    ],
)
def test_rings_open_with_the_wait_and_a_surge_stretches_them(
    waited: int, percent: int, expected: int
) -> None:
    assert open_ring(RINGS, waited, percent) == expected


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(10, 1000))
def test_a_longer_wait_never_closes_a_ring(waited: int, more: int, percent: int) -> None:
    assert open_ring(RINGS, waited, percent) <= open_ring(RINGS, waited + more, percent)


def test_the_two_lines_without_rings_of_their_own() -> None:
    assert innermost(ANY_LEVEL, 0, SO, NOTHING, nurse(Level.WORKING)) == 0
    assert innermost(ANY_LEVEL, 0, SO, NOTHING, nurse(None)) is None
    assert innermost(INTERPRETER_NOW, 1, SO, NOTHING, nurse(None)) == 1
    assert innermost(INTERPRETER_NOW, 1, SO, NOTHING, nurse(Level.WORKING)) == 0
    assert [ring.interpreter for ring in INTERPRETER_NOW] == [False, True]
    assert {ring.after for ring in (*ANY_LEVEL, *INTERPRETER_NOW)} == {0}


def test_levels_are_in_their_order() -> None:
    speaks = {
        level: [least for least in Level if nurse(level).speaks(SO, least)] for level in Level
    }
    assert speaks == {
        Level.NATIVE: [Level.NATIVE, Level.FLUENT, Level.WORKING],
        Level.FLUENT: [Level.FLUENT, Level.WORKING],
        Level.WORKING: [Level.WORKING],
    }
    assert nurse(None).spoken == (SV,)
    assert nurse(None).level(SO) is None
    assert nurse(Level.WORKING).level(SO) is Level.WORKING


def test_what_is_not_said_asks_for_nothing_and_opens_at_once() -> None:
    assert (Ring().after, Ring().level) == (0, Level.WORKING)
    assert (Skills().years, Requirement().years) == (0, 0)
    assert open_ring(RINGS, 120_000) == 1
    assert open_ring(RINGS, 119_999) == 0
    assert len({RINGS[0], Ring(level=Level.FLUENT), nurse(None), nurse(None), NOTHING}) == 3
