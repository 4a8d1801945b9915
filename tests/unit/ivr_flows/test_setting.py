"""What a flow is loaded for, and the conditions that a flow file can put on it."""

import pytest

from ivr_flows.languages import PUBLIC_LANGUAGES
from ivr_flows.setting import Setting


def test_the_default_language_is_the_entry_points_own_or_the_menus_first() -> None:
    assert Setting().default_language == "sv"
    assert Setting(choices=PUBLIC_LANGUAGES[1:]).default_language == "fi"
    assert Setting(language="so").default_language == "so"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("relay", True),
        ("transfer:switchboard", True),
        ("transfer:ward", False),
        ("class:red_flag", True),
        ("class:staff", False),
    ],
)
def test_a_condition_holds_where_the_site_has_the_thing(condition: str, holds: bool) -> None:
    setting = Setting(relay=True, transfers=("switchboard",), classes=("public", "red_flag"))

    assert setting.has(condition) is holds


def test_a_bare_setting_has_no_relay_and_any_class() -> None:
    assert not Setting().has("relay")
    assert Setting().has("class:anything")


@pytest.mark.parametrize("condition", ["", "relay:yes", "transfer", "class:", "moon:full"])
def test_another_condition_is_none(condition: str) -> None:
    with pytest.raises(ValueError, match="only can be"):
        Setting().has(condition)
