"""Skills from YAML: a nurse's languages and training, and what a caller needs."""

from pathlib import Path

import pytest

from language_routing.languages import Language
from language_routing.load_skills import load_competences, load_languages, load_requirement
from language_routing.skills import NOTHING, Level, Requirement
from language_routing.yaml_lines import Located, YamlError

SITE = (Language("sv"), Language("ar"))


def node(folder: Path, text: str) -> Located:
    path = folder / "site.yaml"
    path.write_text(f"\nx: {text}\n")
    return Located.read(path).mapping()["x"]


def test_a_list_of_languages_says_nothing_of_levels(tmp_path: Path) -> None:
    assert load_languages(node(tmp_path, "[ar, sv]"), SITE) == (("ar", "sv"), {})


def test_a_mapping_gives_each_language_its_level_in_its_order(tmp_path: Path) -> None:
    spoken, levels = load_languages(node(tmp_path, "{sv: working, ar: native}"), SITE)
    assert spoken == ("sv", "ar")
    assert levels == {"sv": Level.WORKING, "ar": Level.NATIVE}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sv, fi]", "language fi is not one of this site's: sv, ar"),
        ("{fi: native}", "language fi is not one of this site's: sv, ar"),
        ("[sv, sv]", "language sv is given twice"),
        ("{sv: native, sv: native}", "sv is given twice"),
        ("{sv: good}", "level good is unknown; known: native, fluent, working"),
        ("{}", "at least one language is expected"),
        ("[]", "a list is expected"),
        ("sv", "a list is expected"),
    ],
)
def test_languages_that_are_none_are_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(YamlError) as caught:
        load_languages(node(tmp_path, text), SITE)
    assert f":2: {words}" in str(caught.value).replace("here a", "a").replace("here at", "at")


def test_competences_are_words_of_the_sites_own(tmp_path: Path) -> None:
    assert load_competences(node(tmp_path, "[child, adult]")) == ("child", "adult")
    assert load_competences(None) == ()
    for wrong in ("[child, child]", "[Child]", "['child, adult']", "child", "[]"):
        with pytest.raises(YamlError, match=":2: "):
            load_competences(node(tmp_path, wrong))


def test_what_is_asked_for_is_competences_and_years(tmp_path: Path) -> None:
    known = ("child", "adult")

    def asked(text: str) -> Requirement:
        return load_requirement(node(tmp_path, text).mapping(), known)

    assert asked("{competences: [adult, child], years: 3}") == Requirement(
        competences=("adult", "child"), years=3
    )
    assert asked("{years: 3}") == Requirement(years=3)
    assert asked("{years: 0}") is NOTHING
    assert asked("{flow: public}") is NOTHING


@pytest.mark.parametrize(
    ("text", "known", "words"),
    [
        ("{competences: [surgery]}", ("child",), "surgery is not one of this site's: child"),
        ("{competences: [child]}", (), "none (the site has no `competences`)"),
        ("{competences: [child, child]}", ("child",), "competence child is given twice"),
        ("{competences: child}", ("child",), "a list is expected"),
        ("{years: 61}", (), "not a whole number from 0 to 60"),
        ("{years: some}", (), "not a whole number from 0 to 60"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(
    tmp_path: Path, text: str, known: tuple[str, ...], words: str
) -> None:
    with pytest.raises(YamlError) as caught:
        load_requirement(node(tmp_path, text).mapping(), known)
    assert words in str(caught.value)
    assert "site.yaml:2: " in str(caught.value)
