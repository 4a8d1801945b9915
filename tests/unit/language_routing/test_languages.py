"""Language tags, and who can serve whom."""

import pytest

from language_routing.languages import Language, can_serve, language


@pytest.mark.parametrize("tag", ["sv", "ar", "swl", "zh-Hant", "sr-Latn-RS", "pt-BR"])
def test_a_language_tag_is_taken(tag: str) -> None:
    assert language(tag) == tag


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "s",
        "SV",
        "svenska",
        "sv_SE",
        "sv-se",
        "zh-hant",
        "sv-",
        "sv-SE-x",
        "../sv",
        "sv\n",
        "så",
    ],
)
def test_what_is_no_language_tag_is_refused_without_being_quoted(tag: str) -> None:
    with pytest.raises(ValueError, match="not a BCP 47 language tag") as caught:
        language(tag)
    assert len(tag) < 4 or tag not in str(caught.value)


def test_a_nurse_serves_the_languages_she_speaks_and_no_other() -> None:
    spoken = (Language("sv"), Language("ar"))
    assert can_serve(spoken, Language("ar"))
    assert not can_serve(spoken, Language("so"))
    assert not can_serve((), Language("sv"))


def test_a_language_is_a_whole_tag_and_not_the_start_of_one() -> None:
    assert not can_serve((Language("swl"),), Language("sw"))
    assert not can_serve((Language("zh-Hant"),), Language("zh"))


def test_spoken_languages_may_come_one_by_one() -> None:
    assert can_serve((tag for tag in (Language("fi"), Language("sv"))), Language("sv"))
