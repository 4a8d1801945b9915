"""Flow files: what is refused, and where the refusal points."""

from pathlib import Path

import pytest

from ivr_flows.languages import PUBLIC_LANGUAGES, Choice
from ivr_flows.load import PUBLIC, load_flow
from ivr_flows.steps import AskStep
from language_routing.yaml_lines import YamlError

GOOD = """\
start: hello
limit_ms: 30000
steps:
  hello:
    say: [{prompt: welcome, in: default}]
    keys: any
    next: menu
  menu:
    ask: [{prompt: menu-choice, in: each}]
    keys: {languages: line}
    timeout_ms: 4000
    wrong: {times: 2, say: [{prompt: wrong-key, in: sv}]}
    silence: {times: 2}
    otherwise: line
  line:
    enqueue: caller
    next: end
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "flow.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_flow_is_loaded(tmp_path: Path) -> None:
    flow = load_flow(write(tmp_path, GOOD))

    assert flow.name == "flow"
    assert flow.default_language == "sv"


def test_the_public_flow_is_loaded_with_a_key_for_each_language() -> None:
    menu = load_flow(PUBLIC).steps["menu"]

    assert isinstance(menu, AskStep)
    assert {key: target.language for key, target in menu.keys.items()} == {
        "1": "sv",
        "2": "fi",
        "3": "en",
        "4": "ar",
        "5": "so",
    }


def test_the_flow_follows_a_site_with_fewer_languages() -> None:
    menu = load_flow(PUBLIC, PUBLIC_LANGUAGES[:2]).steps["menu"]

    assert isinstance(menu, AskStep)
    assert [speech.language for speech in menu.speech] == ["sv", "fi"]
    assert set(menu.keys) == {"1", "2"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("prompt: welcome", "prompt: welcom", 5, "no prompt welcom in sv"),
        ("prompt: wrong-key, in: sv", "prompt: nurse-ready, in: fi", 12, "no prompt nurse-ready"),
        ("next: menu", "next: menue", 7, "no step menue"),
        ("start: hello", "start: hallo", 1, "no step hallo"),
        ("languages: line", "languages: lien", 10, "no step lien"),
        ("    timeout_ms: 4000\n", "", 9, "timeout_ms is missing"),
        ("timeout_ms: 4000", "timeout_ms: 0", 11, "not a whole number from 500"),
        ("timeout_ms: 4000", "timeout_ms: soon", 11, "not a whole number"),
        ("timeout_ms: 4000", "timeout_ms: ²", 11, "not a whole number"),
        ("in: default", "in: klingon", 5, "no language klingon"),
        ("next: end", "next: hello", 5, "never reaches the end"),
        ("otherwise: line", "otherwise: hello", 5, "never reaches the end"),
        ("otherwise: line", "otherwise: end", 5, "without a place in line"),
        ("start: hello", "start: menu", 5, "nobody ever gets to step hello"),
        ("start: hello", "start: end", 5, "ends before it starts"),
        ("{languages: line}", "{languages: line, '3': line}", 10, "key 3 is given twice"),
        ("{languages: line}", "{'12': line}", 10, "12 is not a key"),
        ("{languages: line}", "{}", 10, "at least one key"),
        ("keys: any", "keys: 1", 6, "can only be: any"),
        ("keys: any", "colour: red", 6, "colour is not known here"),
        ("enqueue: caller", "enqueue: sv", 16, "can only be: caller"),
        ("    enqueue: caller\n", "", 16, "exactly one of"),
        ("limit_ms: 30000", "limit_ms: 30000\nlimit_ms: 1", 3, "given twice"),
        ("  line:", "  end:", 16, "is the name of the end"),
        ("say: [{prompt: welcome, in: default}]", "say: []", 5, "a list is expected"),
        ("say: [{prompt: welcome, in: default}]", "say: [welcome]", 5, "names with values"),
        ("limit_ms: 30000", "limit_ms: [", 4, "not YAML"),
    ],
)
def test_a_mistake_is_refused_with_file_line_and_a_sentence(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))

    with pytest.raises(YamlError) as refusal:
        load_flow(path)

    assert words in str(refusal.value)
    assert str(refusal.value).startswith(f"{path}:{line}: ")


def test_a_second_place_in_line_is_refused(tmp_path: Path) -> None:
    twice = "next: again\n  again: {enqueue: caller, next: end}\n"

    with pytest.raises(YamlError, match="in line again after line"):
        load_flow(write(tmp_path, GOOD.replace("next: end\n", twice)))


@pytest.mark.parametrize("text", ["", "just a word", "- a\n- list\n"])
def test_something_else_than_a_flow_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(YamlError, match=r"flow\.yaml:1: "):
        load_flow(write(tmp_path, text))


def test_a_key_that_the_spoken_menu_does_not_speak_of_is_refused() -> None:
    site = [Choice(language="sv", key="1"), Choice(language="fi", key="7")]

    with pytest.raises(YamlError, match="in fi speaks of key 2, the site gives it key 7"):
        load_flow(PUBLIC, site)


def test_a_language_without_a_catalog_is_refused() -> None:
    site = [Choice(language="sv", key="1"), Choice(language="tlh", key="2")]

    with pytest.raises(YamlError, match="tlh has no catalog"):
        load_flow(PUBLIC, site)


@pytest.mark.parametrize(
    "site",
    [
        [],
        [Choice(language="sv", key="1"), Choice(language="sv", key="2")],
        [Choice(language="sv", key="1"), Choice(language="fi", key="1")],
        [Choice(language="sv", key="11")],
        [Choice(language="sv", key="#")],
    ],
)
def test_languages_that_make_no_menu_are_refused(site: list[Choice]) -> None:
    with pytest.raises(ValueError, match=r"language|key"):
        load_flow(PUBLIC, site)
