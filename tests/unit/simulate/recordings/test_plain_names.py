"""A site from somebody's file has names that can be shown, or it is none."""

from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.acd.policy import Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.simulate.recordings.plain_names import is_plain
from language_routing.hours import Hours
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.skills import Level, Requirement
from tests.unit.acd.world import AR, SO, SV, policy, spec

ODD = "\x1b[31mso"
HOURS = Hours(spans=())


def line(language: str, instead: str) -> Routing:
    closed = Closed(instead=Instead.LANGUAGE, language=Language(instead))
    return Routing(lines=(Line(language=Language(language), hours=HOURS, closed=closed),))


def surge(message: str) -> SurgeRules:
    return SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, waiting=9, message=message),))


def site() -> Policy:
    return replace(
        policy({"n1": "sv ar:native +child", "n2": "so"}, routing=line("so", "sv")),
        night_targets={"public": 300_000},
        requirements={"care": Requirement(competences=("child",), years=5)},
        surge=surge("surge-high"),
    )


def test_a_site_in_order_is_plain() -> None:
    assert is_plain(site())
    assert is_plain(replace(site(), surge=surge("")))


@pytest.mark.parametrize(
    "odd",
    [
        {"languages": (SV, AR, SO, Language(ODD))},
        {"languages": (SV, AR, SO, Language("Swedish"))},
        {"default_language": Language("fi")},
        {"nurses": (spec(ODD, "sv"),)},
        {"nurses": (spec("n1", f"sv {ODD}"),)},
        {"nurses": (replace(spec("n1", "sv"), levels={Language(ODD): Level.NATIVE}),)},
        {"nurses": (spec("n1", f"sv +{ODD}"),)},
        {"nurses": (spec("+46700000000", "sv"),)},
        {"targets": {"public": 1, ODD: 2}},
        {"targets": {"public": 1, "a" * 42: 2}},
        {"targets": {"public": 1, "": 2}},
        {"night_targets": {ODD: 2}},
        {"requirements": {ODD: Requirement()}},
        {"requirements": {"care": Requirement(competences=(ODD,))}},
        {"routing": line(ODD, "sv")},
        {"routing": line("so", ODD)},
        {"surge": surge(ODD)},
        {"targets": {"public\n": 1}},
    ],
)
def test_a_name_that_no_site_can_have_is_found_wherever_it_stands(odd: dict[str, Any]) -> None:
    assert not is_plain(replace(site(), **odd))
