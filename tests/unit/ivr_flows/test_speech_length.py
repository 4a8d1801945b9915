"""How long a flow talks before the line, counted from the lengths of its sounds."""

import json
from pathlib import Path

import pytest

from callcenter.site import load_site
from callcenter.site_flows import flow_paths, setting_for, site_catalog
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.setting import Setting
from ivr_flows.speech_length import MOST_BEFORE_LINE_S, longest_speech_s
from tests.unit.ivr_flows.small_flows import CATALOG, after, entry, flow_of, in_line

ROOT = Path(__file__).parents[3]
MANIFEST = ROOT / "var/prompts/manifest.json"
SITES = sorted((ROOT / "deploy/site").glob("*.yaml"))

LENGTHS = {
    ("sv", "welcome"): 2.0,
    ("sv", "emergency"): 3.0,
    ("en", "emergency"): 4.0,
    ("so", "emergency"): 5.0,
    ("sv", "menu-choice"): 1.0,
    ("fi", "menu-choice"): 1.0,
    ("en", "menu-choice"): 1.0,
    ("ar", "menu-choice"): 1.0,
    ("so", "menu-choice"): 1.0,
    ("sv", "wrong-key"): 100.0,
    ("sv", "still-in-line"): 0.5,
    ("sv", "greeting-north"): 6.0,
}


def seconds(language: str, sound: str) -> float:
    if sound.startswith("digit."):
        return 0.5
    return LENGTHS[language, sound]


MENU = """\
  a: {say: [{prompt: welcome, in: sv}], keys: any, next: menu}
  menu:
    gather: [{prompt: menu-choice, in: each}]
    keys: {languages: then, 9: end-call}
    timeout_ms: 4000
    wrong: {times: 3, say: [{prompt: wrong-key, in: sv}]}
    silence: {times: TIMES}
    otherwise: line
  then: {say: [{prompt: emergency, in: caller}], next: line}
  end-call: {hangup: {}}"""


@pytest.fixture(autouse=True)
def _every_language_has_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("fi", "ar"):
        monkeypatch.setitem(LENGTHS, (language, "emergency"), 3.0)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("1", 2 + 5 + 5),  # to the end of the menu, then the longest language
        ("2", 2 + 5 + 5 + 5),  # one silence first
        ("3, say: [{prompt: still-in-line, in: sv}]", 2 + 5 + 0.5 + 0.5 + 5),
    ],
)
def test_the_longest_way_to_the_line_is_counted_without_wrong_keys(
    tmp_path: Path, times: str, expected: float
) -> None:
    flow = flow_of(tmp_path, entry(MENU.replace("TIMES", times)))

    assert longest_speech_s(flow, seconds) == expected


def test_what_is_said_in_line_does_not_count(tmp_path: Path) -> None:
    steps = (
        "  a: {say: [{prompt: welcome, in: sv}], next: b}\n"
        "  b: {enqueue: caller, next: c}\n  c: {say: [{prompt: emergency, in: sv}], next: end}"
    )

    flow = flow_of(tmp_path, entry(steps).replace("  line: {enqueue: caller, next: end}\n", ""))

    assert longest_speech_s(flow, seconds) == 2


def test_messages_numbers_and_the_callers_language_count(tmp_path: Path) -> None:
    steps = """\
  a: {language: so, next: b}
  b:
    say: [{message: caller}, {number: relay, in: sv}, {prompt: emergency, in: caller}]
    next: line"""

    assert longest_speech_s(flow_of(tmp_path, entry(steps)), seconds, 8.0) == 8 + 15 * 0.5 + 5


def test_a_greeting_counts_where_it_is_said(tmp_path: Path) -> None:
    catalog = CATALOG.with_texts({"sv": {"greeting-north": "Norra sjukhuset."}})
    text = entry("  a: {say: [{prompt: $greeting, or: welcome, in: default}], next: line}")
    named = {"$greeting": "greeting-north"}
    flow = flow_of(tmp_path, text, Setting(named=named), catalog)

    assert longest_speech_s(flow, seconds) == 6


@pytest.mark.parametrize(("stand_in", "expected"), [("", 3.0), ("or: emergency, ", 3.0 + 4.0)])
def test_a_greeting_of_some_languages_counts_as_what_is_said_in_its_place(
    tmp_path: Path, stand_in: str, expected: float
) -> None:
    catalog = CATALOG.with_texts({"sv": {"greeting-north": "Norra sjukhuset."}})
    items = f"{{prompt: $greeting, {stand_in}in: en}}, {{prompt: emergency, in: sv}}"
    text = entry(f"  a: {{say: [{items}], next: line}}")
    flow = flow_of(tmp_path, text, Setting(named={"$greeting": "greeting-north"}), catalog)

    assert longest_speech_s(flow, seconds) == expected


def test_a_prompt_with_values_counts_as_its_longest_sound(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, in_line("  a: {say: [{prompt: place, in: sv}], next: end}"))

    def by_place(language: str, sound: str) -> float:
        return float(sound.removeprefix("place."))

    assert longest_speech_s(flow, by_place) == 30


def test_a_way_that_goes_back_is_counted_once(tmp_path: Path) -> None:
    flow = flow_of(
        tmp_path,
        after(
            "  a: {gather: [{prompt: welcome, in: sv}], keys: {1: a}, timeout_ms: 4000,"
            " wrong: {times: 1}, silence: {times: 1}, otherwise: end}"
        ),
    )

    assert longest_speech_s(flow, seconds) == 2


@pytest.mark.integration  # the lengths of the real sounds
@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_no_entry_point_of_our_sites_talks_for_more_than_25_seconds_before_the_line(
    path: Path,
) -> None:
    # Of a text without a sound yet: espeak-ng needs hardly less than a second for 12 letters.
    made = json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.exists() else {}
    site = load_site(path)
    catalog = site_catalog(site)

    def known(language: str, sound: str) -> float:
        entry = made.get(f"{language}/{sound}")
        return entry["seconds"] if entry else len(catalog.text(language, sound)) / 12

    for entry_point in site.entry_points.values():
        flow = load_flow(flow_paths(entry_point).entry, setting_for(site, entry_point), catalog)
        assert 0 < longest_speech_s(flow, known) <= MOST_BEFORE_LINE_S, entry_point.name


def test_our_sites_use_each_of_our_entry_flows() -> None:
    sites = [load_site(path) for path in SITES]
    used = {entry_point.flow for site in sites for entry_point in site.entry_points.values()}
    ours = {path.stem for path in FLOWS.glob("*.yaml")}

    assert used >= {name for name in ours if not name.startswith(("waiting", "after"))}
