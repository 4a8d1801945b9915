"""Classes, pauses, follow-me and surge of a site: read as they stand, refused at their line."""

from pathlib import Path

import pytest

from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.site_rules import (
    Classes,
    Pauses,
    load_classes,
    load_follow_me,
    load_pauses,
    load_surge,
    load_survey,
)
from language_routing.yaml_lines import Located, YamlError

CLASSES = ("public", "staff")


def node(folder: Path, text: str) -> Located:
    """`text` from the second line of a file on."""
    path = folder / "site.yaml"
    path.write_text("x:\n" + text)
    return Located.read(path).mapping()["x"]


def refused(caught: pytest.ExceptionInfo[YamlError]) -> tuple[int, str]:
    _, line, sentence = str(caught.value).split(":", 2)
    return int(line), sentence.strip()


def test_classes_have_a_target_and_may_have_another_by_night(tmp_path: Path) -> None:
    text = "  a: {target_seconds: 60, night_target_seconds: 90}\n  b: {target_seconds: 0}\n"
    assert load_classes(node(tmp_path, text), night=True) == Classes(
        targets={"a": 60_000, "b": 0}, night_targets={"a": 90_000}
    )
    with pytest.raises(YamlError) as caught:
        load_classes(node(tmp_path, text), night=False)
    assert refused(caught) == (2, "the site does not say when `night` is")


def test_a_pause_may_have_a_planned_length(tmp_path: Path) -> None:
    found = load_pauses(node(tmp_path, "  1: break\n  2: {reason: lunch, minutes: 30}\n"))
    assert found == Pauses(reasons={"1": "break", "2": "lunch"}, minutes={"lunch": 30})
    assert load_pauses(None) == Pauses(reasons={"1": "break"}, minutes={})


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("0: rest", "its key is one digit, 1 to 9"),
        ("11: rest", "its key is one digit, 1 to 9"),
        ("2: break", "pause reason break is given twice"),
        ("2: {reason: break, minutes: 3}", "pause reason break is given twice"),
        ("2: {minutes: 30}", "reason is missing"),
        ("2: {reason: lunch, minutes: 0}", "not a whole number from 1 to 600"),
        ("2: {reason: lunch, hours: 1}", "hours is not known here"),
        ("2: rona", "a word of the service's own"),
        ("2: sign_out", "a word of the service's own"),
        ("2: {reason: phone_lost}", "a word of the service's own"),
        ("2: short_talk", "a word of the service's own"),
        ("2: line_lost", "a word of the service's own"),
        ("2: Anna Lind", "a reason of small letters"),
    ],
)
def test_a_pause_reason_that_is_none_is_refused(tmp_path: Path, item: str, words: str) -> None:
    with pytest.raises(YamlError) as caught:
        load_pauses(node(tmp_path, f"  1: break\n  {item}\n"))
    line, sentence = refused(caught)
    assert (line, words in sentence) == (3, True)


def test_follow_me_is_off_unless_the_site_has_it(tmp_path: Path) -> None:
    assert load_follow_me(None) == (0, 0)
    assert load_follow_me(node(tmp_path, "  {within_minutes: 120}")) == (7_200_000, 30_000)
    text = "  {within_minutes: 1, hold_seconds: 0}"
    assert load_follow_me(node(tmp_path, text)) == (60_000, 0)
    for wrong in ("{hold_seconds: 5}", "{within_minutes: 0}", "{within_minutes: 1441}"):
        with pytest.raises(YamlError, match=r"site\.yaml:2: "):
            load_follow_me(node(tmp_path, "  " + wrong))


SURGE = """\
  rises_after_seconds: 20
  falls_after_seconds: 200
  callback_after_seconds: 1800
  never_refused: [staff]
  high:
    waiting: 50
    longest_seconds: 600
    message: surge-high
    callback_after_seconds: 900
    rings_percent: 150
    wrap_up_seconds: 10
  crisis:
    waiting: 200
    longest_seconds: 1200
    refuse_waiting: 2000
"""


def test_surge_is_read_and_a_level_goes_on_with_the_effects_of_the_one_before(
    tmp_path: Path,
) -> None:
    high = SurgeStep(
        level=SurgeLevel.HIGH, waiting=50, longest=600_000, message="surge-high",
        callback_after=900_000, rings_percent=150, wrap_up=10_000,
    )  # fmt: skip
    crisis = SurgeStep(
        level=SurgeLevel.CRISIS, waiting=200, longest=1_200_000, message="surge-high",
        callback_after=900_000, rings_percent=150, wrap_up=10_000, refuse_waiting=2000,
    )  # fmt: skip
    rules = SurgeRules(
        steps=(high, crisis), callback_after=1_800_000, rises_after=20_000, falls_after=200_000
    )
    assert load_surge(node(tmp_path, SURGE), CLASSES) == (rules, ("staff",))


def test_without_rules_there_is_no_surge(tmp_path: Path) -> None:
    assert load_surge(None, CLASSES) == (SurgeRules(), ())
    only = node(tmp_path, "  crisis: {longest_seconds: 60}")
    (step,) = load_surge(only, CLASSES)[0].steps
    assert step == SurgeStep(level=SurgeLevel.CRISIS, longest=60_000)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("waiting: 200\n", "waiting: 50\n", 14, "crisis begins no later than high"),
        ("longest_seconds: 1200", "longest_seconds: 600", 15, "crisis begins no later than high"),
        ("refuse_waiting: 2000", "callback_after_seconds: 901", 16, "crisis offers a call"),
        ("refuse_waiting: 2000", "wrap_up_seconds: 11", 16, "crisis has a longer wrap-up"),
        ("refuse_waiting: 2000", "refuse_waiting: 199", 16, "before this level begins (200)"),
        ("message: surge-high", "refuse_waiting: 100", 9, "in a crisis only, as the last step"),
        ("callback_after_seconds: 900", "callback_after_seconds: 1801", 10, "high offers a c"),
        ("message: surge-high", "message: ../x", 9, "the name of a prompt"),
        ("message: surge-high", "message: surge-hihg", 9, "there is no prompt surge-hihg"),
        ("rings_percent: 150", "rings_percent: 9", 11, "not a whole number from 10 to 1000"),
        ("[staff]", "[nobody]", 5, "class nobody is not among the classes of this site"),
        ("[staff]", "[staff, staff]", 5, "class staff is given twice"),
        ("waiting: 50", "wating: 50", 7, "wating is not known here"),
        ("  crisis:", "  panic:", 2, "panic is not known here"),
        ("waiting: 50", "waiting: 0", 7, "not a whole number from 1 to"),
    ],
)  # fmt: skip
def test_surge_that_does_not_rise_is_refused(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert SURGE.count(old) == 1
    with pytest.raises(YamlError) as caught:
        load_surge(node(tmp_path, SURGE.replace(old, new)), CLASSES)
    found, sentence = refused(caught)
    assert words in sentence
    if "not known here" not in words:  # the name's own line is not always that of its mapping
        assert found == line


def test_some_of_a_hundred_callers_are_asked_how_it_was(tmp_path: Path) -> None:
    assert load_survey(node(tmp_path, "  percent: 100\n")) == 100
    assert 1 <= load_survey(None) <= 100


@pytest.mark.parametrize("text", ["percent: 0", "percent: 101", "percent: all", "share: 3"])
def test_a_share_of_callers_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(YamlError):
        load_survey(node(tmp_path, f"  {text}\n"))


def test_a_message_of_surge_speaks_of_no_numbers(tmp_path: Path) -> None:
    text = "  high: {waiting: 5, message: wait-range}\n"
    with pytest.raises(YamlError, match=r":2: prompt wait-range speaks of numbers"):
        load_surge(node(tmp_path, text), CLASSES)
