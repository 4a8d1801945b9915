"""The catalogs: complete, speakable, and refused when they are not."""

import shutil
from pathlib import Path

import pytest

from ivr_flows.languages import PUBLIC_LANGUAGES
from ivr_flows.prompts import CATALOG, CatalogError, load_catalog

TEXTS = load_catalog()
EVERYWHERE = {
    "welcome",
    "emergency",
    "menu-choice",
    "wrong-key",
    "in-line",
    "dismissed",
    "closed-callback",
    "surge-high",
    "surge-crisis",
    "fallback-wait",
    "closed-technical",
}
FOR_NURSES = {
    "nurse-signed-in",
    "nurse-signed-in-some",
    "nurse-extended",
    "nurse-backup-noted",
    "nurse-ready",
    "nurse-paused",
    "nurse-signed-out",
    "nurse-refused",
    "nurse-backup",
}
SPOKEN = [(lang, prompt) for lang in TEXTS.languages for prompt in TEXTS.prompts(lang)]


def test_every_language_has_every_prompt_and_only_swedish_those_for_nurses() -> None:
    assert TEXTS.languages == ("ar", "en", "fi", "so", "sv")
    assert set(TEXTS.prompts("sv")) == EVERYWHERE | FOR_NURSES
    for language in ("ar", "en", "fi", "so"):
        assert set(TEXTS.prompts(language)) == EVERYWHERE


@pytest.mark.parametrize(("language", "prompt"), SPOKEN)
def test_numbers_are_written_as_spoken_and_nothing_is_left_unresolved(
    language: str, prompt: str
) -> None:
    text = TEXTS.text(language, prompt)

    assert text.endswith(".")
    assert not any(character.isdigit() for character in text)
    assert not set(text) & set("{}<>\n")


@pytest.mark.parametrize(("language", "number"), [("sv", "ett ett två"), ("so", "kow, kow, laba")])
@pytest.mark.parametrize("prompt", ["emergency", "fallback-wait", "closed-technical"])
def test_the_emergency_number_is_in_every_prompt_that_may_stand_alone(
    language: str, number: str, prompt: str
) -> None:
    assert number in TEXTS.text(language, prompt)


def test_arabic_is_vowelled() -> None:
    for prompt in TEXTS.prompts("ar"):
        text = TEXTS.text("ar", prompt)
        letters = sum("ء" <= c <= "ي" for c in text)
        marks = sum("\u064b" <= c <= "\u0652" for c in text)
        assert marks > 0.6 * letters


def test_each_menu_line_speaks_of_the_key_of_the_public_menu() -> None:
    for choice in PUBLIC_LANGUAGES:
        assert TEXTS.spoken_key(choice.language, "menu-choice") == choice.key
    assert TEXTS.spoken_key("sv", "welcome") is None


def test_the_somali_menu_line_stands_in_with_its_own_key_not_with_the_english_one() -> None:
    assert TEXTS.stand_in("so", "menu-choice") == "For Somali, press five."
    assert TEXTS.stand_in("so", "emergency") == TEXTS.text("en", "emergency")


def test_each_catalog_tells_its_review_state_at_the_top() -> None:
    for path in CATALOG.glob("*.ftl"):
        assert "not reviewed by a native" in path.read_text("utf-8")[:200]


def test_an_unknown_language_or_prompt_is_refused() -> None:
    with pytest.raises(KeyError):
        TEXTS.text("sv", "nothing")
    with pytest.raises(KeyError):
        TEXTS.text("tlh", "welcome")
    with pytest.raises(KeyError):
        TEXTS.text("fi", "nurse-ready")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong-key = ", "-wrong-key = ", "en.ftl: wrong-key is missing"),
        ("wrong-key = ", "extra = More.\nwrong-key = ", "en.ftl: extra is not a prompt"),
        ("wrong-key = ", "welcome = Hello.\nwrong-key = ", "en.ftl: welcome is there twice"),
        ("{ -service }", "{ -servise }", "en.ftl: welcome: Unknown term: -servise"),
        ("wrong-key = ", "nonsense\nwrong-key = ", "en.ftl: cannot read: nonsense"),
        ("menu-choice = For English, press three.", "menu-choice =", "menu-choice has no text"),
    ],
)
def test_a_faulty_catalog_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    shutil.copytree(CATALOG, tmp_path, dirs_exist_ok=True)
    english = tmp_path / "en.ftl"
    english.write_text(english.read_text("utf-8").replace(old, new), "utf-8")

    with pytest.raises(CatalogError, match=words):
        load_catalog(tmp_path)


def test_a_folder_without_catalogs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"no sv\.ftl"):
        load_catalog(tmp_path)
