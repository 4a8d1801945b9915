"""The dialogues of a site: every entry point's flows are there, for what they are used for."""

from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.settings import ROOT
from callcenter.site import Site, load_site
from callcenter.site_flows import (
    check_flows,
    flow_paths,
    greeting_prompt,
    load_flows,
    setting_for,
    site_catalog,
)
from callcenter.site_front import EntryPoint
from ivr_flows.languages import Choice
from language_routing.yaml_lines import YamlError

DEMO = ROOT / "deploy" / "site" / "demo.yaml"


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(DEMO)


def with_entry(site: Site, **changes: object) -> Site:
    """The site with another `emergency_south`."""
    entry = replace(site.entry_points["emergency_south"], **changes)
    return replace(site, entry_points={**site.entry_points, "emergency_south": entry})


@pytest.mark.parametrize("name", ["demo.yaml", "stockholm.yaml"])
def test_every_entry_point_of_the_examples_has_its_dialogues(name: str) -> None:
    site = load_site(ROOT / "deploy" / "site" / name)
    flows = load_flows(site)
    assert list(flows) == list(site.entry_points)
    for entry in site.entry_points.values():
        found = flows[entry.name]
        assert (found.entry.name, found.waiting.name) == (entry.flow, entry.waiting)
        assert (found.after is not None) == entry.survey


def test_the_flows_of_an_entry_point_are_files(site: Site) -> None:
    staff, public = (flow_paths(site.entry_points[name]) for name in ("staff", "public"))
    assert (staff.entry.name, staff.waiting.name, staff.after) == (
        "staff.yaml", "waiting_staff.yaml", None,
    )  # fmt: skip
    assert public.waiting.name == "waiting.yaml"
    assert public.after is not None
    assert public.after.name == "after.yaml"
    assert all(path.is_file() for path in (staff.entry, staff.waiting, public.after))


def test_a_setting_is_what_the_site_says_of_the_entry_point(site: Site) -> None:
    setting = setting_for(site, site.entry_points["emergency_south"])
    assert setting.choices == site.choices
    assert setting.transfers == ("switchboard",)
    assert setting.classes == ("public", "staff", "emergency", "red_flag")
    assert setting.routing == site.routing
    assert setting.relay
    assert setting.default_language == "sv"
    assert setting.named == {
        "$greeting": "greeting-emergency-south",
        "$surge-high": "surge-high",
        "$surge-crisis": "surge-crisis",
    }
    assert setting_for(site, site.entry_points["arabic"]).default_language == "ar"
    assert "$greeting" not in setting_for(site, site.entry_points["arabic"]).named
    assert not setting_for(replace(site, relay_number=None), site.entry_points["arabic"]).relay


def test_the_catalog_of_a_site_has_its_greetings_in_the_languages_that_it_gives(
    site: Site,
) -> None:
    catalog = site_catalog(site)
    entry = site.entry_points["emergency_south"]
    prompt = greeting_prompt(entry)
    for language, text in entry.greeting.items():
        assert catalog.text(language, prompt) == text
    assert not catalog.has("ar", prompt)
    assert {prompt, greeting_prompt(site.entry_points["emergency"])} <= {
        sound.id for sound in catalog.sounds("sv")
    }


def test_no_two_entry_points_have_one_greeting() -> None:
    names = ("a", "a_b", "ab", "a1_b")
    entries = [EntryPoint(name=name, flow="public", priority_class="public") for name in names]
    assert len({greeting_prompt(entry) for entry in entries}) == len(names)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flow": "waiting"}, r"waiting.yaml:1: this flow is for line; .* uses it for entry"),
        ({"waiting": "after"}, r"after.yaml:1: this flow is for after; .* uses it for line"),
        ({"waiting": "public"}, r"public.yaml:1: this flow is for entry; .* uses it for line"),
    ],
)
def test_a_flow_is_used_for_what_it_is_for(
    site: Site, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(YamlError, match=words):
        load_flows(with_entry(site, **changes))


def test_a_site_whose_dialogues_cannot_be_had_is_refused(site: Site, tmp_path: Path) -> None:
    check_flows(site, tmp_path)
    spoken_nowhere = replace(site, choices=(*site.choices, Choice(language="de", key="8")))
    with pytest.raises(YamlError, match="the site's language de has no catalog"):
        check_flows(spoken_nowhere, tmp_path)
    greets = with_entry(site, greeting={"sv": "Hej.", "de": "Hallo."})
    with pytest.raises(YamlError, match=r":1: its dialogues cannot be had: .*de"):
        check_flows(greets, tmp_path)
    gone = with_entry(site, flow="nowhere")
    with pytest.raises(YamlError, match="its dialogues cannot be had"):
        check_flows(gone, tmp_path)
