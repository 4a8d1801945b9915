"""Prompts: the catalog as programs see it, and refused when it is not complete."""

import re
import shutil
from pathlib import Path

import pytest

from ivr_flows.domains import DOMAINS
from ivr_flows.languages import PUBLIC_LANGUAGES
from ivr_flows.prompts import CATALOG, CatalogError, Review, Sound, load_catalog, sound_id

TEXTS = load_catalog()
PARAMETERS = {
    "place": ("place",),
    "wait-range": ("low", "high"),
    "wait-up-to": ("high",),
    "digit": ("digit",),
    "opens-weekday": ("weekday",),
    "opens-hour": ("hour",),
}


def test_every_language_has_every_prompt_and_only_swedish_those_for_nurses() -> None:
    everywhere = {prompt for prompt in TEXTS.prompts("sv") if not prompt.startswith("nurse-")}

    assert TEXTS.languages == ("ar", "en", "fi", "so", "sv")
    for language in ("ar", "en", "fi", "so"):
        assert set(TEXTS.prompts(language)) == everywhere
    assert set(TEXTS.prompts("sv")) > everywhere


def test_building_blocks_are_no_prompts() -> None:
    for language in TEXTS.languages:
        assert not any(prompt.startswith("part-") for prompt in TEXTS.prompts(language))
    assert not TEXTS.has("sv", "part-place")
    assert TEXTS.has("sv", "place")
    assert not TEXTS.has("tlh", "place")


def test_just_these_prompts_have_parameters() -> None:
    found = {p: TEXTS.parameters(p) for p in TEXTS.prompts("sv") if TEXTS.parameters(p)}

    assert found == PARAMETERS
    with pytest.raises(KeyError):
        TEXTS.parameters("nothing")


def test_a_sound_is_named_by_its_prompt_and_its_values() -> None:
    assert sound_id("welcome") == "welcome"
    assert sound_id("place", (7,)) == "place.7"
    assert sound_id("wait-range", (5, 10)) == "wait-range.5-10"


@pytest.mark.parametrize("language", TEXTS.languages)
def test_every_value_of_every_prompt_is_a_sound_with_a_name_of_its_own(language: str) -> None:
    sounds = TEXTS.sounds(language)

    assert len({sound.id for sound in sounds}) == len(sounds)
    assert {sound.prompt for sound in sounds} == set(TEXTS.prompts(language))
    for prompt, parameters in PARAMETERS.items():
        values = tuple(sound.arguments for sound in sounds if sound.prompt == prompt)
        assert values == DOMAINS[parameters]
    assert Sound(id="wait-range.5-10", prompt="wait-range", arguments=(5, 10)) in sounds
    assert all(re.fullmatch(r"[a-z0-9.-]+", sound.id) for sound in sounds)


def test_values_outside_the_domain_are_refused() -> None:
    for prompt, arguments in (
        ("place", ()),
        ("place", (0,)),
        ("place", (31,)),
        ("wait-range", (10, 5)),
        ("wait-range", (5,)),
        ("welcome", (1,)),
    ):
        with pytest.raises(ValueError, match=f"{prompt} is not spoken with"):
            TEXTS.text("sv", prompt, arguments)
        with pytest.raises(ValueError, match=f"{prompt} is not spoken with"):
            TEXTS.stand_in("so", prompt, arguments)


def test_each_menu_line_speaks_of_its_key() -> None:
    for choice in PUBLIC_LANGUAGES:
        assert TEXTS.spoken_key(choice.language, "menu-choice") == choice.key
    for language in TEXTS.languages:
        assert TEXTS.spoken_key(language, "other-language") == "6"
        assert TEXTS.spoken_key(language, "sign-or-text") == "7"
        assert TEXTS.spoken_key(language, "switchboard") == "9"
    assert TEXTS.spoken_key("sv", "welcome") is None
    assert TEXTS.spoken_key("sv", "place") is None


def test_english_stands_in_and_somali_has_its_own_where_english_says_something_else() -> None:
    assert TEXTS.stand_in("so", "menu-choice") == "For Somali, press five."
    assert "in Somali" in TEXTS.stand_in("so", "closed-callback")
    assert TEXTS.stand_in("so", "emergency") == TEXTS.text("en", "emergency")
    assert TEXTS.stand_in("so", "place", (7,)) == "You are number seven in the queue."


def test_a_stand_in_can_have_parameters(tmp_path: Path) -> None:
    somali = changed(tmp_path, "so", "opens-hour = { part-hour }.",
                     "opens-hour = { part-hour }.\n    .stand-in = Hour { $hour }.")  # fmt: skip

    assert load_catalog(somali).stand_in("so", "opens-hour", (9,)) == "Hour 9."


def test_every_language_tells_honestly_that_it_is_a_draft() -> None:
    assert {language: TEXTS.review(language) for language in TEXTS.languages} == dict.fromkeys(
        TEXTS.languages, Review.DRAFT
    )
    for path in CATALOG.glob("*.ftl"):
        assert "not reviewed by a native" in path.read_text("utf-8")[:200]
    with pytest.raises(KeyError):
        TEXTS.review("tlh")


def test_an_unknown_language_or_prompt_is_refused() -> None:
    for ask in (TEXTS.text, TEXTS.stand_in, TEXTS.spoken_key):
        with pytest.raises(KeyError):
            ask("sv", "nothing")
        with pytest.raises(KeyError):
            ask("tlh", "welcome")
        with pytest.raises(KeyError):
            ask("fi", "nurse-ready")
        with pytest.raises(KeyError):
            ask("sv", "part-place")


def test_a_site_adds_prompts_of_its_own_in_some_languages() -> None:
    ours = {
        "sv": {"greeting-solna": "Välkommen till\n  akuten."},
        "so": {"greeting-b": "Soo dhowow."},
    }
    texts = TEXTS.with_texts(ours)

    assert texts.text("sv", "greeting-solna") == "Välkommen till akuten."
    assert texts.prompts("sv") == (*TEXTS.prompts("sv"), "greeting-solna")
    assert texts.has("sv", "greeting-solna")
    assert not texts.has("fi", "greeting-solna")
    assert texts.parameters("greeting-solna") == ()
    assert texts.spoken_key("sv", "greeting-solna") is None
    assert Sound(id="greeting-solna", prompt="greeting-solna") in texts.sounds("sv")
    # Nothing else could be said in its place.
    assert texts.stand_in("so", "greeting-b") == "Soo dhowow."
    assert not TEXTS.has("sv", "greeting-solna")
    with pytest.raises(KeyError):
        texts.text("fi", "greeting-solna")
    with pytest.raises(ValueError, match="not spoken with"):
        texts.text("sv", "greeting-solna", (1,))


def test_english_stands_in_for_a_prompt_of_the_site_too() -> None:
    texts = TEXTS.with_texts({"en": {"greeting-a": "Hello."}}).with_texts(
        {"so": {"greeting-a": "Soo dhowow."}}
    )

    assert texts.stand_in("so", "greeting-a") == "Hello."
    assert texts.text("en", "greeting-a") == "Hello."


def test_a_text_of_a_site_is_taken_as_it_is_and_not_as_a_program() -> None:
    text = '{ -service } { $place } { "x" } .key = 1'

    assert TEXTS.with_texts({"sv": {"greeting-a": text}}).text("sv", "greeting-a") == text


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"tlh": {"greeting-a": "Hello."}}, "no language tlh"),
        ({"sv": {"welcome": "Hello."}}, "welcome cannot be the name"),
        ({"fi": {"nurse-ready": "Hello."}}, "nurse-ready cannot be the name"),
        ({"sv": {"part-a": "Hello."}}, "part-a cannot be the name"),
        ({"sv": {"../welcome": "Hello."}}, "cannot be the name"),
        ({"sv": {"place.7": "Hello."}}, "cannot be the name"),
        ({"sv": {"greeting-a": " \n"}}, "greeting-a has no text in sv"),
    ],
)
def test_a_prompt_of_a_site_that_cannot_be_one_is_refused(
    texts: dict[str, dict[str, str]], words: str
) -> None:
    with pytest.raises(CatalogError, match=words):
        TEXTS.with_texts(texts)


def changed(folder: Path, language: str, old: str, new: str) -> Path:
    """A copy of the catalog with one change."""
    shutil.copytree(CATALOG, folder, dirs_exist_ok=True)
    path = folder / f"{language}.ftl"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong-key = ", "-wrong-key = ", "en.ftl: wrong-key is missing"),
        ("wrong-key = ", "extra = More.\nwrong-key = ", "en.ftl: extra is not a prompt"),
        ("wrong-key = ", "nurse-ready = Ready.\nwrong-key = ", "nurse-ready is not a prompt"),
        ("wrong-key = ", "welcome = Hello.\nwrong-key = ", "en.ftl: welcome is there twice"),
        ("{ -service }", "{ -servise }", "en.ftl: welcome: Unknown term: -servise"),
        ("wrong-key = ", "nonsense\nwrong-key = ", "en.ftl: cannot read: nonsense"),
        ("menu-choice = For English, press three.", "menu-choice =", "menu-choice has no text"),
        ("{ part-place } in", "seven in", "en.ftl: place sounds the same with"),
        ("wait-soon = It", "wait-soon = { $place } It", "wait-soon has other parameters than in"),
        ("[180] three hours", "[180] { part-nothing }", "Unknown message: part-nothing"),
        # A value that was forgotten falls to the default, which was written for another.
        ("    [29] twenty-nine\n", "", r"place sounds the same with \(29,\) and \(30,\)"),
        ("review: draft", "review: fine", "en.ftl: needs one line"),
    ],
)
def test_a_faulty_catalog_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(CatalogError, match=words):
        load_catalog(changed(tmp_path, "en", old, new))


def test_a_stand_in_that_cannot_be_said_is_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path, "so", ".stand-in = For Somali", ".stand-in = { -tongue } For")

    with pytest.raises(CatalogError, match=r"so\.ftl: menu-choice: Unknown term"):
        load_catalog(folder)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_folder_without_a_language_that_others_lean_on_is_refused(
    tmp_path: Path, language: str
) -> None:
    shutil.copytree(CATALOG, tmp_path, dirs_exist_ok=True)
    (tmp_path / f"{language}.ftl").unlink()

    with pytest.raises(CatalogError, match=rf"no {language}\.ftl"):
        load_catalog(tmp_path)
