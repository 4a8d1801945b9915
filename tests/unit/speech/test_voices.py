"""Voices: every language has one but Somali, and Arabic is spelled for it."""

import unicodedata

from callcenter.speech.voices import VOICES, spelled_for_espeak
from ivr_flows.prompts import load_catalog


def test_every_language_but_somali_has_a_voice() -> None:
    assert set(load_catalog().languages) - set(VOICES) == {"so"}


def test_the_shadda_comes_before_its_vowel_in_every_unicode_form() -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert spelled_for_espeak(unicodedata.normalize(form, "مُمَر\u0651\u0650ض")) == (
            "مُمَر\u0651\u0650ض"
        )


def test_other_languages_are_left_alone() -> None:
    assert spelled_for_espeak("Vid livsfara, ring ett ett två.") == (
        "Vid livsfara, ring ett ett två."
    )


def test_a_final_ta_marbuta_is_spoken_as_at_a_pause_and_before_a_vowel_as_it_is() -> None:
    assert spelled_for_espeak("أَرْبَعَة") == "أَرْبَعَه"
    assert spelled_for_espeak("حَيَاةٌ") == "حَيَاةٌ"
    assert spelled_for_espeak("سَبْعَة.") == "سَبْعَه."
