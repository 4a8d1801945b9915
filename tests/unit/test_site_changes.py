"""What a running service can take of another site, and what it cannot."""

from dataclasses import fields, replace
from pathlib import Path

import msgspec
import pytest

from callcenter import site_changes
from callcenter.acd.policy import SurgeRules
from callcenter.settings import ROOT
from callcenter.site import Site, load_site
from callcenter.site_changes import changes, needs_restart
from language_routing.languages import Language
from language_routing.lines import Line
from language_routing.rings import Ring
from language_routing.skills import Level

DEMO = (ROOT / "deploy" / "site" / "demo.yaml").read_text()


def site(folder: Path, old: str = "", new: str = "") -> Site:
    assert old in DEMO
    path = folder / "site.yaml"
    path.write_text(DEMO.replace(old, new, 1))
    return load_site(path)


def test_a_site_that_is_the_same_changes_nothing(tmp_path: Path) -> None:
    assert needs_restart(site(tmp_path), site(tmp_path)) == []
    assert changes(site(tmp_path), site(tmp_path)) == []


RESTARTS = {
    "numbers": ('"1177": public', '"1178": public', "numbers"),
    "a language of the menu": ("{tag: so, key: 5}", "{tag: so, key: 6}", "languages of the menu"),
    "the trunk": ("[127.0.0.2]", "[127.0.0.3]", "trunk addresses"),
    "the ring time": ("ring_seconds: 20", "ring_seconds: 25", "ring_seconds"),
    "a short talk": ("short_talk_seconds: 3", "short_talk_seconds: 4", "short_talk_seconds"),
    "wrap-up, which the fallback queue has too": (
        "wrap_up_seconds: 15", "wrap_up_seconds: 16", "wrap_up_seconds",
    ),
    "a nurse who is new": (
        "nurses:\n", "nurses:\n  - {id: n099, name: Eva, languages: [sv]}\n", "nurses added (n099)",
    ),
    "a nurse who is gone": ("{id: n012,", "{id: n112,", "nurses removed (n012)"),
    "a flow": ("{flow: public,", "{flow: direct,", "entry point public"),
    "a greeting": ("Norra sjukhuset", "Östra sjukhuset", "entry point emergency"),
    "a line's own language": ("language: fi", "language: ar", "entry point finnish"),
    "a number to transfer to": ("+46846500480", "+46846500482", "entry point emergency"),
    "what is said in line": (
        "class: staff, waiting: waiting_staff", "class: staff", "entry point staff",
    ),
    "a survey": ("class: public, survey: true", "class: public", "entry point public"),
    "how many are asked": ("percent: 10", "percent: 20", "percent of the survey"),
    "a SIP address": ("texttelefoni: relay_text", "texttelefon: relay_text", "SIP addresses"),
    "the number for text telephones": ("+46846500490", "+46846500491", "relay_number"),
    "where the carrier takes our calls": (
        "127.0.0.2:5060", "127.0.0.2:5070", "outbound address of the trunk",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", RESTARTS)
def test_what_is_read_at_a_start_needs_one_and_is_named(tmp_path: Path, what: str) -> None:
    old, new, words = RESTARTS[what]
    found = needs_restart(site(tmp_path), site(tmp_path, old, new))
    assert words in found


def test_a_field_that_nobody_has_thought_of_needs_a_restart(tmp_path: Path) -> None:
    """By default: a site in force by half is worse than the old one."""
    before = site(tmp_path)
    for field in fields(Site):
        if not field.compare or field.name in (*site_changes.LIVE, *site_changes.PIECES):
            continue
        # No value of the site's own: other than whatever is there.
        assert len(needs_restart(before, replace(before, **{field.name: object()}))) == 1


def test_of_every_field_somebody_has_said_whether_a_running_service_can_take_it() -> None:
    known = {*site_changes.RESTART, *site_changes.LIVE, *site_changes.PIECES}
    assert {field.name for field in fields(Site) if field.compare} == known


def test_what_an_entry_points_callers_need_is_taken_without_a_restart(tmp_path: Path) -> None:
    before = site(tmp_path)
    after = site(tmp_path, "competences: [child], survey", "competences: [adult], survey")
    assert needs_restart(before, after) == []
    assert changes(before, after) == ["requirements of entry point child"]


def test_what_a_running_service_takes_is_all_in_the_policy(tmp_path: Path) -> None:
    policy = site(tmp_path).policy
    assert [name for name in site_changes.LIVE if not hasattr(policy, name)] == []


def test_lines_and_surge_are_taken_and_named(tmp_path: Path) -> None:
    before = site(tmp_path)
    lines = (Line(language=Language("so"), rings=(Ring(after=0, level=Level.NATIVE),)),)
    routing = msgspec.structs.replace(before.routing, lines=lines, night=(1, 2))
    surge = msgspec.structs.replace(before.surge, rises_after=1)
    after = replace(before, routing=routing, surge=surge, follow_me=7)
    assert needs_restart(before, after) == []
    found = changes(before, after)
    assert {"line so", "night", "surge rules", "follow-me"} <= set(found)


def test_what_the_dialplan_says_in_a_surge_is_read_at_its_start(tmp_path: Path) -> None:
    before = site(tmp_path)
    assert needs_restart(before, replace(before, surge=SurgeRules())) == ["messages of surge"]


def test_rules_of_callbacks_are_taken_but_not_that_there_are_any(tmp_path: Path) -> None:
    before = site(tmp_path)
    after = site(tmp_path, "  attempts: 3", "  attempts: 4")
    assert needs_restart(before, after) == []
    assert changes(before, after) == ["callbacks and their forecast"]
    assert needs_restart(before, replace(before, callbacks=None)) == ["callbacks, on or off"]


def test_targets_and_skills_are_taken_and_named(tmp_path: Path) -> None:
    before = site(tmp_path)
    after = site(tmp_path, "public: {target_seconds: 180", "public: {target_seconds: 60")
    assert needs_restart(before, after) == []
    assert changes(before, after) == ["target of class public"]
    nurses = (replace(before.nurses[0], languages=(*before.nurses[0].languages, "fi")),)
    after = replace(before, nurses=(*nurses, *before.nurses[1:]))
    assert needs_restart(before, after) == []
    assert changes(before, after) == ["nurse n001: languages"]


def test_a_nurses_name_is_taken(tmp_path: Path) -> None:
    before, after = site(tmp_path), site(tmp_path, "Anna Lind", "Anna Ek")
    assert needs_restart(before, after) == []
    assert changes(before, after) == ["nurse n001: name"]
