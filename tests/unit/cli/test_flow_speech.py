"""Texts and lengths of what is said."""

import pytest

from callcenter.cli.flow_speech import SpeechTexts
from callcenter.speech.manifest import Entry
from ivr_flows.prompts import load_catalog

CATALOG = load_catalog()


def entry(seconds: float) -> Entry:
    return Entry(hash="", text_hash="", stand_in=False, recorded=False, seconds=seconds)


def test_a_rendered_sound_is_as_long_as_it_is() -> None:
    speech = SpeechTexts(CATALOG, {"sv/welcome": entry(2.5)})
    assert speech.seconds("sv", "welcome") == 2.5
    assert not speech.guessed


def test_one_that_is_not_rendered_is_guessed_by_its_text_and_that_is_known() -> None:
    speech = SpeechTexts(CATALOG, {})
    short, long = speech.seconds("sv", "digit.1"), speech.seconds("sv", "emergency")
    assert 0 < short < long < 10
    assert speech.guessed


def test_a_sound_id_is_the_prompt_with_its_values() -> None:
    speech = SpeechTexts(CATALOG, {})
    assert speech.text("sv", "wait-range.5-10") == CATALOG.text("sv", "wait-range", (5, 10))
    with pytest.raises(KeyError):
        speech.text("sv", "no-such-prompt")
