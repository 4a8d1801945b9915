"""Language tags, and who can serve whom."""

import pytest

from language_routing.languages import language


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
