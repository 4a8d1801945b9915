"""The same keys through AGI and through TwiML lead to the same contact."""

from itertools import product
from pathlib import Path

import pytest

from tests.unit.twilio_voice.recorded_contacts import Effect
from tests.unit.twilio_voice.walks import ENTRIES, NUMBER, by_asterisk, by_twilio

LANGUAGES = {"1": "sv", "2": "fi", "3": "en", "4": "ar", "5": "so"}

# What callers press, question by question and visit by visit.
WALKS: dict[str, list[str]] = {
    "silence": [],
    "a language": ["4"],
    "another language": ["6"],
    "sign language": ["7"],
    "switchboard": ["9"],
    "three wrong keys": ["8", "8", "8"],
    "wrong, then right": ["0", "5"],
    "a key that is no digit": ["#", "2"],
    "the question again": ["*", "*", "3"],
    "red flag": ["1", "1"],
    "red flag, twice wrong": ["1", "2", "2"],
    "place kept": ["5", "", "1", "1"],
    "place kept at another number": ["2", "", "1", "2", "0812345678#", "1"],
    "a number that is none": ["2", "", "1", "2", "112", "12*3", "081234", "1", "1"],
    "the number asked for again": ["2", "", "1", "2", "*", "0812345678", "1"],
    "stays after all": ["3", "", "1", "3", "", ""],
    "six visits": ["1", "", "", "", "", "", "", "", "", "", ""],
    "again and again": ["4", "", "", "*", "", "*", ""],
    "keeps it while the music plays": ["4", "", "", "1", "1"],
}  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("keys", WALKS.values(), ids=WALKS)
def test_the_same_keys_lead_to_the_same_contact(
    entry: str, keys: list[str], tmp_path: Path
) -> None:
    call, contacts = by_twilio(entry, keys)
    assert (call.heard, contacts.effects) == by_asterisk(entry, keys, tmp_path)
    assert contacts.effects[0][0] in {"queued", "needs", "transferred"}


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("keys", WALKS.values(), ids=WALKS)
def test_so_do_those_of_a_caller_without_a_number(
    entry: str, keys: list[str], tmp_path: Path
) -> None:
    call, contacts = by_twilio(entry, keys, number="anonymous")
    assert (call.heard, contacts.effects) == by_asterisk(entry, keys, tmp_path, number="")


@pytest.mark.parametrize("key", LANGUAGES)
def test_a_chosen_language_is_the_language_of_the_line(key: str, tmp_path: Path) -> None:
    _, effects = by_asterisk("public", [key], tmp_path)
    assert ("queued", LANGUAGES[key]) in effects
    assert by_twilio("public", [key])[1].effects == effects


@pytest.mark.parametrize(("key", "other"), list(product(LANGUAGES, ("", "2"))))
def test_a_kept_place_has_the_number_that_was_confirmed(
    key: str, other: str, tmp_path: Path
) -> None:
    answers = [other, "0812345678#", "1"] if other else ["1"]
    keys = [key, "", "1", *answers]
    call, contacts = by_twilio("public", keys)
    kept: Effect = ("keep", "+46812345678" if other else NUMBER, True)
    assert contacts.effects[-1] == kept
    assert call.ended == "hung up"
    assert f"{LANGUAGES[key]}/keep-kept" in call.heard
    assert by_asterisk("public", keys, tmp_path) == (call.heard, contacts.effects)


@pytest.mark.parametrize(
    ("walk", "expected"),
    [
        ("silence", [("queued", "sv")]),
        ("another language", [("needs", "und"), ("queued", "sv")]),
        ("sign language", [("needs", "swl"), ("queued", "sv")]),
        ("wrong, then right", [("queued", "so")]),
        ("red flag", [("queued", "sv"), ("classed", "red_flag")]),
        ("stays after all", [("queued", "en")]),
        ("keeps it while the music plays", [("queued", "ar"), ("keep", NUMBER, True)]),
    ],
)
def test_public_callers_get_what_they_asked_for(
    walk: str, expected: list[Effect], tmp_path: Path
) -> None:
    _, effects = by_asterisk("public", WALKS[walk], tmp_path)
    assert [effect for effect in effects if effect[0] != "told"] == expected
    assert ("told", 4, 360_000, 540_000) in effects


def test_the_switchboard_of_an_emergency_department_is_dialled() -> None:
    call, contacts = by_twilio("emergency_north", WALKS["switchboard"])
    assert contacts.effects == [("transferred", "switchboard")]
    assert call.dialled == "+46846500480"
