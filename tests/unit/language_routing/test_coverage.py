"""Whether the nurses of a site can serve every line and every entry point."""

from pathlib import Path

import pytest

from language_routing.coverage import check_coverage
from language_routing.languages import Language
from language_routing.skills import NOTHING, Level, Requirement, Skills
from language_routing.yaml_lines import Located, YamlError
from tests.unit.language_routing.routing_yaml import load

RINGS = """\
lines:
  so:
    rings:
      - {after_seconds: 0, level: fluent}
      - {after_seconds: 120, level: working}
      - {after_seconds: 240, interpreter: true, competences: false}
"""
CHILD = Requirement(competences=("child",))


def nurse(*competences: str, years: int = 0, **levels: Level) -> Skills:
    languages = tuple((Language(tag), level) for tag, level in levels.items())
    return Skills(languages=languages, competences=competences, years=years)


# Everybody but a speaker of Somali.
REST = nurse("child", years=9, sv=Level.NATIVE, fi=Level.NATIVE, ar=Level.NATIVE)
FLUENT, WORKING = nurse("child", so=Level.FLUENT), nurse("child", so=Level.WORKING)


def warnings(
    folder: Path, text: str, *nurses: Skills, asked: Requirement = NOTHING
) -> list[tuple[int, str]]:
    """Line in `text` and sentence of each; an entry point stands at line 100 of its file."""
    loaded = load(folder, text)
    entry = folder / "entry.yaml"
    entry.write_text("\n" * 100 + "x")
    found = check_coverage(loaded, nurses, {"public": (asked, Located.read(entry))})
    places = (each.split(":", 2) for each in found)
    return [(int(line) - 1, sentence.strip()) for _, line, sentence in places]


def refusal(folder: Path, text: str, *nurses: Skills, asked: Requirement = NOTHING) -> str:
    with pytest.raises(YamlError) as caught:
        warnings(folder, text, *nurses, asked=asked)
    return str(caught.value)


def test_a_site_that_can_serve_everybody_has_no_warnings(tmp_path: Path) -> None:
    assert warnings(tmp_path, RINGS, REST, FLUENT, WORKING) == []
    assert warnings(tmp_path, "", REST, WORKING) == []
    assert warnings(tmp_path, RINGS, REST, FLUENT, WORKING, asked=CHILD) == []


def test_a_language_that_nobody_speaks_is_refused_where_the_site_names_it(tmp_path: Path) -> None:
    found = refusal(tmp_path, "", REST)
    assert "site.yaml:1: nobody speaks Somali, and its line has no interpreter ring" in found


def test_a_line_whose_rings_ask_for_more_than_anybody_has_is_refused(tmp_path: Path) -> None:
    text = "lines: {so: {rings: [{after_seconds: 0, level: native}]}}"
    found = refusal(tmp_path, text, REST, FLUENT)
    assert "site.yaml:2: nobody speaks well enough for any of its rings: Somali" in found


def test_hours_with_a_rule_do_not_help_whoever_comes_while_it_is_open(tmp_path: Path) -> None:
    text = """\
lines:
  so: {hours: [{days: mon, from: "08:00", to: "09:00"}], closed: {language: sv}}
"""
    assert "nobody speaks Somali" in refusal(tmp_path, text, REST)


def test_an_interpreter_ring_rescues_it_and_the_wait_is_said(tmp_path: Path) -> None:
    assert warnings(tmp_path, RINGS, REST) == [
        (3, "nobody speaks Somali: every caller waits for the interpreter, from 240 s on")
    ]  # fmt: skip


def test_a_ring_that_nobody_fits_is_warned_of(tmp_path: Path) -> None:
    assert warnings(tmp_path, RINGS, REST, FLUENT) == [
        (5, "no nurse of this site fits this ring of the line so whom an earlier ring does "
            "not admit"),
    ]  # fmt: skip
    assert warnings(tmp_path, RINGS, REST, WORKING) == [
        (4, "no nurse of this site fits this ring of the line so"),
    ]  # fmt: skip


def test_a_ring_that_only_forgoes_training_counts_for_whoever_asks_for_it(tmp_path: Path) -> None:
    text = """\
lines:
  so:
    rings:
      - {after_seconds: 0, level: fluent}
      - {after_seconds: 60, level: fluent, competences: false}
"""
    plain = nurse(so=Level.FLUENT)
    assert [line for line, _ in warnings(tmp_path, text, REST, FLUENT, plain)] == [5]
    assert warnings(tmp_path, text, REST, FLUENT, plain, asked=CHILD) == []


def test_training_that_a_rings_nurses_lack_is_warned_of_at_the_entry_point(tmp_path: Path) -> None:
    untrained = nurse(so=Level.FLUENT)
    assert warnings(tmp_path, RINGS, REST, untrained, WORKING, asked=CHILD) == [
        (100, "entry point public asks for child, and no nurse at fluent level has it for the "
              "ring at 0 s of the line so"),
    ]  # fmt: skip


def test_the_ring_that_is_warned_of_is_named_by_its_time(tmp_path: Path) -> None:
    text = RINGS.replace("level: fluent", "level: native")
    native = nurse("child", so=Level.NATIVE)
    asked = Requirement(competences=("child",), years=5)
    found = warnings(tmp_path, text, REST, native, WORKING, asked=asked)
    assert [sentence.split(" for the ")[1] for _, sentence in found] == [
        "ring at 0 s of the line so", "ring at 120 s of the line so",
    ]  # fmt: skip


def test_an_entry_point_that_nobody_can_ever_serve_is_refused(tmp_path: Path) -> None:
    asked = Requirement(competences=("child",), years=5)
    found = refusal(tmp_path, "", REST, FLUENT, asked=asked)
    assert "entry.yaml:101: entry point public asks for child and 5 years" in found
    assert "the line so" in found
    assert (
        warnings(tmp_path, "", REST, nurse("child", years=5, so=Level.WORKING), asked=asked) == []
    )
