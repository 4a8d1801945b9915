"""Flow files: what is refused, and where the refusal points."""

from pathlib import Path

import pytest

from ivr_flows.languages import PUBLIC_LANGUAGES, Choice
from ivr_flows.load import PUBLIC, load_flow
from ivr_flows.setting import Setting
from ivr_flows.spoken import Prompt
from ivr_flows.steps import GatherStep, SayStep
from language_routing.yaml_lines import YamlError
from tests.unit.ivr_flows.small_flows import CATALOG, SITE, entry, flow_of, walk

ENTRY = """\
start: hello
limit_ms: 30000
steps:
  hello:
    say: [{prompt: welcome, in: default}]
    keys: any
    next: menu
  menu:
    gather: [{prompt: menu-choice, in: each}]
    keys: {languages: line}
    timeout_ms: 4000
    wrong: {times: 2, say: [{prompt: wrong-key, in: sv}]}
    silence: {times: 2}
    otherwise: line
  line:
    enqueue: caller
    next: end
"""
WAITING = """\
for: line
start: key
limit_ms: 30000
steps:
  key:
    branch: key
    when: {1: type}
    otherwise: look
  look:
    look: wait
    next: tell
  tell:
    tell: wait
    next: later
  later:
    later: 60
    next: end
  type:
    number: [{prompt: keep-type, in: caller}]
    timeout_ms: 4000
    good: keep
    bad: {times: 2, say: [{prompt: keep-bad-number, in: caller}]}
    silence: {times: 2}
    otherwise: end
  keep:
    keep: typed
    kept: bye
    refused: end
  bye:
    hangup: {}
"""
AFTER = """\
for: after
start: agreed
limit_ms: 30000
steps:
  agreed:
    consent: survey
    given: yes
    next: helped
  helped:
    survey: survey-helped
    scale: 5
    timeout_ms: 4000
    wrong: {times: 1}
    silence: {times: 1}
    next: end
"""


def refusal_of(tmp_path: Path, text: str, setting: Setting = SITE) -> str:
    """What is said about a file, from its line number on."""
    with pytest.raises(YamlError) as refusal:
        flow_of(tmp_path, text, setting)
    place, _, sentence = str(refusal.value).partition("flow.yaml:")
    assert place == f"{tmp_path}/"
    return sentence


@pytest.mark.parametrize(("text", "phase"), [(ENTRY, "entry"), (WAITING, "line"), (AFTER, "after")])
def test_a_good_flow_is_loaded(tmp_path: Path, text: str, phase: str) -> None:
    flow = flow_of(tmp_path, text)

    assert (flow.name, flow.phase, flow.default_language) == ("flow", phase, "sv")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("prompt: welcome", "prompt: welcom", 5, "there is no prompt welcom in sv"),
        ("welcome, in: default", "nurse-ready, in: caller", 5, "no prompt nurse-ready in ar"),
        ("prompt: wrong-key, in: sv", "prompt: nurse-ready, in: fi", 12, "no prompt nurse-ready"),
        ("prompt: menu-choice", "prompt: nurse-ready", 9, "no prompt nurse-ready in fi"),
        ("prompt: welcome", "prompt: $greeting, or: place", 5, "stands in for none"),
        ("prompt: welcome", "prompt: digit", 5, "speaks of a digit, which no flow knows"),
        ("welcome, in", "welcome, or: emergency, in", 5, "only a prompt that the site names"),
        ("{prompt: welcome, in: default}", "{number: mine, in: sv}", 5, "caller, typed, relay"),
        ("{prompt: welcome, in: default}", "{number: typed, in: sv}", 5, "only in a flow for: lin"),
        ("{prompt: welcome, in: default}", "{message: sv}", 5, "is for the language: caller, def"),
        ("welcome, in: default", "welcome, in: sv, only: x", 5, "only can be: relay, transfer:"),
        ("next: menu", "next: menue", 7, "there is no step menue"),
        ("start: hello", "start: hallo", 1, "there is no step hallo"),
        ("languages: line", "languages: lien", 10, "there is no step lien"),
        ("    timeout_ms: 4000\n", "", 9, "timeout_ms is missing"),
        ("    silence: {times: 2}\n", "", 9, "silence is missing"),
        ("    otherwise: line\n", "", 9, "otherwise is missing"),
        (", say: [{prompt: wrong-key, in: sv}]", "", 12, "what a caller hears who may try again"),
        ("{times: 2}", "{times: 1, say: [{prompt: place-many, in: sv}]}", 13, "nobody hears this"),
        ("timeout_ms: 4000", "timeout_ms: 0", 11, "not a whole number from 500"),
        ("timeout_ms: 4000", "timeout_ms: soon", 11, "soon is not a whole number"),
        ("timeout_ms: 4000", "timeout_ms: ²", 11, "not a whole number"),
        ("in: default", "in: klingon", 5, "there is no language klingon"),
        ("{languages: line}", "{languages: line, '3': line}", 10, "key 3 is given twice"),
        ("{languages: line}", "{'12': line}", 10, "12 is not a key"),
        (
            "{prompt: menu-choice, in: each}]\n    keys: {languages: line}",
            "{prompt: welcome, in: sv}]\n    keys: {}",
            10,
            "a question needs at least one key",
        ),
        ("{languages: line}", "{1: line}", 9, "menu-choice in fi speaks of key 2, which this"),
        ("keys: any", "keys: 1", 6, "can only be: any"),
        ("keys: any", "colour: red", 6, "colour is not known here"),
        ("enqueue: caller", "enqueue: sv", 16, "can only be: caller, default"),
        ("    enqueue: caller\n", "", 16, "exactly one of say, play, gather"),
        ("enqueue: caller", "enqueue: caller\n    hangup: {}", 16, "exactly one of say, play"),
        ("limit_ms: 30000", "limit_ms: 30000\nlimit_ms: 1", 3, "limit_ms is given twice"),
        ("limit_ms: 30000", "limit_ms: 1", 2, "not a whole number from 1000"),
        ("  line:", "  end:", 16, "is the name of the end"),
        ("say: [{prompt: welcome, in: default}]", "say: []", 5, "a list is expected"),
        ("say: [{prompt: welcome, in: default}]", "say: [welcome]", 5, "names with values"),
        ("say: [{prompt: welcome, in: default}]", "play: {prompt: place}", 5, "prompt is not know"),
        ("say: [{prompt: welcome, in: default}]", "language: tlh", 6, "keys is not known here"),
        ("limit_ms: 30000", "limit_ms: [", 4, "this is not YAML"),
        ("start: hello", "for: fun\nstart: hello", 1, "can only be for: entry, line, after"),
        ("start: hello", "for: line\nstart: hello", 17, "enqueue has no place in a flow for: lin"),
        ("    enqueue: caller", "    set: {colour: red}", 16, "colour is not known here"),
        ("    enqueue: caller", "    set: {}", 16, "exactly one of class, interpreter"),
        ("    enqueue: caller", "    set: {interpreter: Any}", 16, "not a BCP 47 language tag"),
        ("    enqueue: caller\n    next: end", "    hangup: {now: x}", 16, "takes nothing"),
        ("    enqueue: caller\n    next: end", "    transfer: ward", 16, "no number to transfer"),
    ],
)
def test_a_mistake_before_the_line_is_refused(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in ENTRY

    sentence = refusal_of(tmp_path, ENTRY.replace(old, new))

    assert sentence.startswith(f"{line}: ")
    assert words in sentence


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("branch: key", "branch: mood", 6, "a branch is on: hours, language, surge"),
        ("branch: key", "branch: sampled", 6, "nothing is known of the sampled in a flow for: l"),
        ("{1: type}", "{12: type}", 7, "key is never 12; it can be: 0, 1, 2"),
        ("{1: type}", "{}", 7, "a branch needs at least one value"),
        ("{1: type}", "{1: tpye}", 7, "there is no step tpye"),
        ("    otherwise: look\n", "", 6, "otherwise is missing: not every value of key is listed"),
        ("branch: key\n    when: {1: type}", "branch: visit\n    when: {1: type}", 7, "never 1"),
        (
            "branch: key\n    when: {1: type}",
            "branch: told\n    when: {yes: type, no: look}",
            8,
            "every value of told is listed; nobody gets here",
        ),
        (
            "branch: key\n    when: {1: type}",
            "branch: turn\n    when: {0: type, 1: look}",
            8,
            "every value of turn is listed",
        ),
        (
            "branch: key\n    when: {1: type}\n    otherwise: look",
            "branch: turn\n    when: {0: type, 2: look}",
            6,
            "not every value of turn is listed",
        ),
        (
            "branch: key\n    when: {1: type}",
            "branch: language\n    when: {tlh: type}",
            7,
            "there is no language tlh",
        ),
        (
            "branch: key\n    when: {1: type}\n    otherwise: look",
            "branch: language\n    when: {sv: type, fi: look, en: look, ar: look, so: look}",
            6,
            "otherwise is missing",
        ),
        ("for: line\n", "for: after\n", 6, "nothing is known of the key in a flow for: after"),
        ("look: wait", "look: there", 10, "look can only be: wait"),
        ("tell: wait", "tell: tales", 13, "tell can only be: wait"),
        ("later: 60", "later: 0", 16, "not a whole number from 1 to 3600"),
        ("later: 60", "set: {interpreter: und}", 16, "before the line only"),
        ("    bad: {times: 2, say: [{prompt: keep-bad-number, in: caller}]}\n", "", 19, "bad is m"),
        ("keep: typed", "keep: relay", 26, "keep can only be: caller, typed"),
        ("    refused: end\n", "", 26, "refused is missing"),
        ("for: line\n", "", 5, "nothing is known of the key in a flow for: entry, only for: line"),
    ],
)
def test_a_mistake_in_line_is_refused(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in WAITING

    sentence = refusal_of(tmp_path, WAITING.replace(old, new))

    assert words in sentence
    assert sentence.startswith(f"{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("consent: survey", "consent: all", 6, "consent can only be about: survey, recording"),
        ("given: yes", "given: maybe", 7, "given can only be: yes, no"),
        ("survey: survey-helped", "survey: survey-hepled", 10, "no prompt survey-hepled in ar"),
        ("scale: 5", "scale: 10", 11, "not a whole number from 2 to 9"),
        ("    wrong: {times: 1}\n", "", 10, "wrong is missing"),
        ("for: after", "for: line", 10, "survey has no place in a flow for: line"),
    ],
)
def test_a_mistake_after_the_call_is_refused(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in AFTER

    sentence = refusal_of(tmp_path, AFTER.replace(old, new))

    assert sentence.startswith(f"{line}: ")
    assert words in sentence


def test_our_own_prompts_are_taken_when_no_others_are_given() -> None:
    assert load_flow(PUBLIC, SITE).languages == CATALOG.languages


def test_a_flow_for_another_phase_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(WAITING, "utf-8")

    assert load_flow(path, SITE, CATALOG, phase="line").phase == "line"
    with pytest.raises(YamlError, match="1: this flow is for: line; here one for: entry is need"):
        load_flow(path, SITE, CATALOG, phase="entry")


@pytest.mark.parametrize("text", ["", "just a word", "- a\n- list\n"])
def test_something_else_than_a_flow_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal_of(tmp_path, text).startswith("1: ")


def test_the_menu_follows_a_site_with_fewer_languages() -> None:
    setting = Setting(choices=PUBLIC_LANGUAGES[:2])

    menu = load_flow(PUBLIC, setting, CATALOG).steps["menu"]

    assert isinstance(menu, GatherStep)
    assert [item.language for item in menu.speech] == ["sv", "fi", "en", "sv"]
    assert set(menu.keys) == {"1", "2", "6", "7"}


def test_a_key_that_the_spoken_menu_does_not_speak_of_is_refused() -> None:
    site = (Choice(language="sv", key="1"), Choice(language="fi", key="8"))

    with pytest.raises(YamlError, match="in fi speaks of key 2, the site gives it key 8"):
        load_flow(PUBLIC, Setting(choices=site), CATALOG)


@pytest.mark.parametrize(
    "setting",
    [
        Setting(choices=(Choice(language="sv", key="1"), Choice(language="tlh", key="2"))),
        Setting(language="tlh"),
    ],
)
def test_a_language_without_a_catalog_is_refused(setting: Setting) -> None:
    with pytest.raises(YamlError, match="tlh has no catalog"):
        load_flow(PUBLIC, setting, CATALOG)


@pytest.mark.parametrize(
    "site",
    [
        (),
        (Choice(language="sv", key="1"), Choice(language="sv", key="2")),
        (Choice(language="sv", key="1"), Choice(language="fi", key="1")),
        (Choice(language="sv", key="11"),),
        (Choice(language="sv", key="#"),),
    ],
)
def test_languages_that_make_no_menu_are_refused(site: tuple[Choice, ...]) -> None:
    with pytest.raises(ValueError, match=r"language|key"):
        load_flow(PUBLIC, Setting(choices=site), CATALOG)


def test_a_greeting_that_is_in_no_language_is_refused(tmp_path: Path) -> None:
    text = ENTRY.replace("prompt: welcome", "prompt: $greeting")
    setting = Setting(named={"$greeting": "greeting-north"})

    sentence = refusal_of(tmp_path, text, setting)

    assert sentence == "5: there is no prompt greeting-north, which the site gives $greeting"


CLASS = """\
  a: {set: {class: red_flag}, ONLY next: b}
  b: {branch: class, when: {red_flag: line}, ONLY otherwise: line}"""


def test_a_class_that_the_site_has_not_is_refused(tmp_path: Path) -> None:
    text = entry(CLASS.replace("ONLY ", ""))

    flow_of(tmp_path, text, Setting(classes=("public", "red_flag")))
    assert "class red_flag is not among the classes of this site" in refusal_of(
        tmp_path, text, Setting(classes=("public",))
    )


def test_a_step_for_what_the_site_has_not_is_passed_over(tmp_path: Path) -> None:
    text = entry(CLASS.replace("ONLY", "only: class:red_flag,"))

    flow = flow_of(tmp_path, text, Setting(classes=("public",)))

    assert flow.start == "line"
    assert set(flow.steps) == {"line"}
    assert walk(flow)[0].over


SWITCHBOARD = """\
  a:
    gather: [{prompt: switchboard, in: sv, only: "transfer:switchboard"}]
    keys: {9: away, 1: line}
    timeout_ms: 4000
    wrong: {times: 1}
    silence: {times: 1}
    otherwise: line
  away: {transfer: switchboard, only: "transfer:switchboard"}"""


def test_a_key_to_what_the_entry_point_has_not_is_left_out_and_not_spoken_of(
    tmp_path: Path,
) -> None:
    without = flow_of(tmp_path, entry(SWITCHBOARD)).steps["a"]
    setting = Setting(transfers=("switchboard",))
    with_it = flow_of(tmp_path, entry(SWITCHBOARD), setting).steps["a"]

    assert isinstance(without, GatherStep)
    assert isinstance(with_it, GatherStep)
    assert (set(without.keys), without.speech) == ({"1"}, ())
    assert set(with_it.keys) == {"1", "9"}
    assert [item.prompt for item in with_it.speech if isinstance(item, Prompt)] == ["switchboard"]


def test_only_a_key_can_lead_to_a_transfer_that_may_not_be_there(tmp_path: Path) -> None:
    text = entry(SWITCHBOARD.replace("otherwise: line", "otherwise: away"))

    assert refusal_of(tmp_path, text).startswith(
        "10: step away is not there for every entry point; only a key leads to it"
    )


def test_a_question_that_is_left_without_a_key_is_refused(tmp_path: Path) -> None:
    text = entry(SWITCHBOARD.replace(", 1: line", ""))

    assert refusal_of(tmp_path, text) == "6: a question needs at least one key"


def test_speech_for_what_the_site_has_not_is_left_out(tmp_path: Path) -> None:
    items = "{number: relay, in: sv, only: relay}, {message: caller, only: relay}"
    text = entry(f"  a: {{say: [{items}], next: line}}")

    without, with_it = (
        flow_of(tmp_path, text, Setting(relay=relay)).steps["a"] for relay in (False, True)
    )

    assert isinstance(without, SayStep)
    assert isinstance(with_it, SayStep)
    assert (len(without.speech), len(with_it.speech)) == (0, 2)


def test_a_mistake_in_what_is_left_out_shows_at_every_site(tmp_path: Path) -> None:
    text = entry("  a: {say: [{prompt: welcom, in: sv}], only: relay, next: line}")

    assert refusal_of(tmp_path, text).startswith("4: there is no prompt welcom")
