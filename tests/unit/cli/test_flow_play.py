"""A walk: a clock that is pushed, keys that are typed, a line that shrinks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.cli.flow_line import PretendLine
from callcenter.cli.flow_play import Walk
from callcenter.cli.flow_site import load
from callcenter.cli.flow_speech import SpeechTexts
from callcenter.cli.flow_typist import typed_ahead
from callcenter.settings import ROOT
from callcenter.site import Site, load_site
from callcenter.site_flows import site_catalog
from ivr_flows.facts import Facts

SITE = load_site(ROOT / "deploy" / "site" / "stockholm.yaml")
CATALOG = site_catalog(SITE)
DEMO = load_site(ROOT / "deploy" / "site" / "demo.yaml")  # its surge has messages
LINE = PretendLine(joined_ms=0)
NOON = 1_764_154_800_000  # 26 November 2025, 12:00 in Stockholm


def walked(
    keys: str, entry: str = "public", phase: str = "entry", site: Site = SITE, **facts: str
) -> list[str]:
    """What a walk says."""
    said: list[str] = []
    walk = Walk(
        load(site, site.entry_points[entry], site_catalog(site)),
        Facts(caller="known", priority_class="public", **facts),
        SpeechTexts(CATALOG, {}),
        now_ms=NOON,
        say=said.append,
        typist=typed_ahead(keys.split(","), said.append),
    )
    walk.run(phase)
    return said


def happened(said: list[str]) -> list[str]:
    return [line.partition("->  ")[2] for line in said if "->  " in line]


def clocks(said: list[str]) -> Iterator[str]:
    return (line[:8] for line in said if line[2:3] == ":")


def second(line: str) -> int:
    """Of the day, as its clock says."""
    hours, minutes, seconds = map(int, line[:8].split(":"))
    return (hours * 60 + minutes) * 60 + seconds


def test_the_clock_never_goes_back_and_stands_beside_every_line() -> None:
    said = walked("4,,+30,,,")
    times = list(clocks(said))
    assert times == sorted(times)
    assert len(times) == len(said)


def test_a_pushed_clock_brings_the_nurse() -> None:
    said = walked("1,,+3600,x")
    assert happened(said)[-2:] == ["a nurse answers, and later hangs up", "the caller hangs up"]
    assert CATALOG.text("sv", "survey-ask") in said[-3]


def test_a_nurse_answers_in_the_middle_of_an_announcement() -> None:
    before = walked("4,,,x")
    joined = next(line for line in before if "a place in the line" in line)
    left_s = (LINE.answered_ms - LINE.joined_ms) // 1000 - (second(before[-1]) - second(joined))
    said = walked(f"4,,,+{left_s - 2},")
    answers = next(k for k, line in enumerate(said) if "a nurse answers" in line)
    assert "  ar  " in said[answers - 1]
    assert "  ar  " in said[answers + 1]  # the survey, in her language


def test_the_place_shrinks_while_time_goes_by() -> None:
    texts = [CATALOG.text("sv", "place", (place,)) for place in (7, 3)]
    said = " ".join(walked("1,,,+400,,"))
    assert said.index(texts[0]) < said.index(texts[1])


def test_less_than_the_pause_pushed_leaves_the_question_open() -> None:
    said = walked("+2,4")
    assert "the language is ar" in happened(said)
    said = walked("+7,x")  # longer than the menu waits: silence
    assert "the language is sv" in happened(said)


def test_what_is_no_key_is_asked_for_again() -> None:
    said = walked("hello,4")
    assert any("give a key" in line for line in said)
    assert "the language is ar" in happened(said)


def test_another_number_is_typed_and_never_shown_by_us() -> None:
    said = walked(",1,2,0812345678#,1", phase="line")
    kept = "the place is kept, to ring back the number that was typed"
    assert kept in happened(said)
    assert "812345678" not in " ".join(line for line in said if "  ?  " not in line)


def test_a_number_that_we_may_not_ring_is_asked_for_again() -> None:
    said = " ".join(walked(",1,2,112#,x", phase="line"))
    assert CATALOG.text("sv", "keep-bad-number") in said


@pytest.mark.parametrize("level", ["high", "crisis"])
def test_the_surge_is_the_one_that_was_asked_for(level: str) -> None:
    text = CATALOG.text("sv", f"surge-{level}")
    assert text in " ".join(walked("1,,,,,,,", site=DEMO, surge=level))
    assert text not in " ".join(walked("1,,,,,,,", site=DEMO))


def test_the_switchboard_ends_the_walk() -> None:
    assert happened(walked("9", "emergency_north")) == ["connected to switchboard"]


def test_where_nobody_is_asked_after_the_call_it_is_said_to_be_so() -> None:
    said = walked("+3600,+3600,+3600", "staff")
    assert happened(said)[-1] == "nothing is asked after the call"


def test_the_texts_of_a_walk_are_those_of_the_catalog(tmp_path: Path) -> None:
    said = walked("x")
    assert f"sv  {CATALOG.text('sv', 'welcome')}  (" in said[0]
