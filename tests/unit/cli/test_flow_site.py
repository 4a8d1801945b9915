"""Which flows an entry point has, and who uses a flow."""

from pathlib import Path

import pytest

from callcenter.cli.flow_site import entry_of, load, path_of, users_of
from callcenter.settings import ROOT
from callcenter.site import load_site
from callcenter.site_flows import site_catalog
from ivr_flows.load import FLOWS

SITE = load_site(ROOT / "deploy" / "site" / "stockholm.yaml")


def test_an_entry_point_has_its_own_flows() -> None:
    catalog = site_catalog(SITE)
    staff = load(SITE, SITE.entry_points["staff"], catalog)
    assert (staff.entry.name, staff.waiting.name, staff.after) == ("staff", "waiting_staff", None)
    public = load(SITE, SITE.entry_points["public"], catalog)
    assert public.after is not None


def test_the_users_of_a_flow_are_all_whose_callers_hear_it() -> None:
    names = [entry.name for entry in users_of(SITE, FLOWS / "emergency.yaml")]
    assert names == ["emergency_north", "emergency_south"]


def test_a_file_that_nobody_uses_is_for_the_first_entry_point(tmp_path: Path) -> None:
    assert [entry.name for entry in users_of(SITE, tmp_path / "new.yaml")] == ["public"]


def test_a_flow_is_named_or_a_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("start: end\n")
    assert path_of("public") == FLOWS / "public.yaml"
    assert path_of(str(own)) == own
    for missing in ("nothere", "../flows/public", ""):
        with pytest.raises(ValueError, match="there is no flow"):
            path_of(missing)


def test_an_entry_point_that_is_not_there_is_refused() -> None:
    assert entry_of(SITE, "staff").name == "staff"
    with pytest.raises(ValueError, match="--entry: one of public"):
        entry_of(SITE, "nobody")
