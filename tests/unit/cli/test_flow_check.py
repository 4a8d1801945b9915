"""What is checked of a flow, and how it is said."""

import io
from pathlib import Path

from rich.console import Console

from callcenter.cli.flow_check import Checked, check_file, check_site, table
from callcenter.cli.flow_speech import SpeechTexts
from callcenter.settings import ROOT
from callcenter.site import load_site
from callcenter.site_flows import site_catalog
from callcenter.speech.manifest import Entry
from ivr_flows.load import FLOWS

SITE = load_site(ROOT / "deploy" / "site" / "stockholm.yaml")
CATALOG = site_catalog(SITE)


def speech(seconds: float | None = None) -> SpeechTexts:
    """Every Swedish sound plays so long; `None`: nothing is rendered."""
    if seconds is None:
        return SpeechTexts(CATALOG, {})
    entry = Entry(hash="", text_hash="", stand_in=False, recorded=False, seconds=seconds)
    return SpeechTexts(CATALOG, {f"sv/{sound.id}": entry for sound in CATALOG.sounds("sv")})


def test_every_flow_of_every_entry_point_can_be_used() -> None:
    found = list(check_site(SITE, CATALOG, speech()))
    assert {each.entry for each in found} >= set(SITE.entry_points)
    assert {each.flow for each in found} == {path.stem for path in FLOWS.glob("*.yaml")}
    assert [each.error for each in found if each.error] == []
    assert all((each.longest_s is None) == (each.flow[:5] in {"waiti", "after"}) for each in found)


def test_a_flow_that_talks_too_long_before_the_line_is_an_error() -> None:
    found = {(each.entry, each.flow): each for each in check_site(SITE, CATALOG, speech(20.0))}
    public = found["public", "public"]
    assert public.longest_s is not None
    assert public.longest_s > 25
    assert f"{FLOWS / 'public.yaml'}:1: a caller is talked to for" in public.error
    assert found["public", "waiting"].error == ""  # in line nobody is kept from it by talk


def test_a_file_is_checked_for_each_entry_point_that_has_it(tmp_path: Path) -> None:
    found = list(check_file(FLOWS / "emergency.yaml", SITE, CATALOG, speech()))
    assert [each.entry for each in found] == ["emergency_north", "emergency_south"]
    broken = tmp_path / "own.yaml"
    broken.write_text("start: line\nlimit_ms: 9000\nsteps:\n  line: {hangup: 1, say: []}\n")
    (only,) = check_file(broken, SITE, CATALOG, speech())
    assert only.error.startswith(f"{broken}:4: ")
    absent = tmp_path / "gone.yaml"
    (gone,) = check_file(absent, SITE, CATALOG, speech())
    assert gone.error == f"{absent}:1: the file cannot be read: No such file or directory"


def test_the_table_has_a_row_for_each() -> None:
    console = Console(width=100, record=True, file=io.StringIO())
    found = [
        Checked(entry="public", flow="public", steps=12, longest_s=23.25),
        Checked(entry="staff", flow="staff", error="staff.yaml:1: no"),
    ]
    console.print(table(found))
    shown = console.export_text()
    assert "23.2 s" in shown
    assert "ok" in shown
    assert "refused" in shown
