"""`callcenter flow`: what it prints, what it writes, and how it refuses."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from callcenter.cli.app import app
from callcenter.settings import ROOT
from ivr_flows.load import FLOWS

STOCKHOLM = ROOT / "deploy" / "site" / "stockholm.yaml"
NIGHT = "2026-12-24T03:00"


@pytest.fixture(autouse=True)
def _site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CALLCENTER_SITE", str(STOCKHOLM))
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))


def run(*arguments: str) -> int:
    """The exit code of one command."""
    with pytest.raises(SystemExit) as caught:
        app(["flow", *arguments])
    return caught.value.code if isinstance(caught.value.code, int) else 0


def test_every_shipped_flow_of_the_site_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--site") == 0
    shown = capsys.readouterr().out
    for path in FLOWS.glob("*.yaml"):
        assert f" {path.stem} " in shown
    assert "flows: in order." in shown


def test_a_broken_flow_is_refused_with_its_line_and_exit_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "public.yaml"
    text = (FLOWS / "public.yaml").read_text()
    path.write_text(text.replace("next: menu", "next: nowhere"))
    line = text[: text.index("next: menu")].count("\n") + 1
    assert run("check", str(path)) == 1
    shown = capsys.readouterr().out
    assert f"{path}:{line}: " in shown
    assert shown.count(f"{path}:") == 1  # said once, however many entry points there are


def test_a_file_and_the_whole_site_are_not_asked_for_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", str(tmp_path / "a.yaml"), "--site") == 1
    assert "give a file, or --site" in capsys.readouterr().err


def test_a_flow_is_drawn_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "wall.svg"
    assert run("draw", "emergency", "--entry", "emergency_south", "--out", str(out)) == 0
    assert str(out) in capsys.readouterr().out
    words = "".join(ElementTree.parse(out).getroot().itertext())
    assert "emergency, as callers of emergency_south hear it" in words
    assert "9" in words
    first = out.read_bytes()
    run("draw", "emergency", "--entry", "emergency_south", "--out", str(out))
    assert out.read_bytes() == first


def test_without_the_library_that_lays_out_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("callcenter.cli.flow_svg", "callcenter.cli.flow_layout"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "igraph", None)
    assert run("draw", "public") == 1
    assert "pip install -e .[draw]" in capsys.readouterr().err


def test_a_flow_that_is_not_there_is_refused_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("draw", "nothere") == 1
    assert "ours are after, direct, emergency, public" in capsys.readouterr().err


def test_a_call_is_walked_with_keys_from_the_dialled_number_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("play", "--number", "1177", "--at", NIGHT, "--keys", "4,,1,1") == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "public: class public, caller known, surge normal"
    assert shown[1].startswith("03:00:00  sv  ")
    happened = [line.partition("->  ")[2] for line in shown if "->  " in line]
    assert happened == [
        "the language is ar",
        "a place in the line for ar",
        "the place is kept, to ring back the caller's own number",
        "the call is ended",
    ]


def test_a_red_flag_is_walked_and_leads_to_no_kept_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("play", "--number", "1177", "--at", NIGHT, "--keys", "4,1,,,1,1") == 0
    shown = capsys.readouterr().out
    assert "the priority class is red_flag" in shown
    assert "the place is kept" not in shown


def test_a_walk_begins_where_its_flow_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("play", "after", "--entry", "somali", "--keys", "1,5,4") == 0
    shown = capsys.readouterr().out
    assert "->  survey-recommend: 5" in shown
    assert "->  survey-helped: 4" in shown
    assert run("play", "waiting", "--entry", "finnish", "--anonymous", "--keys", ",1,*,x") == 0
    shown = capsys.readouterr().out
    assert "a place in the line for fi" in shown
    assert "a number, then #: *" in shown  # nobody knows where to ring back


def test_a_file_of_ones_own_is_walked_and_not_the_shipped_one_of_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "direct.yaml"
    path.write_text("start: bye\nlimit_ms: 9000\nsteps:\n  bye: {hangup: {}}\n")
    assert run("play", str(path), "--entry", "somali", "--keys", "") == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 2
    assert shown[1].endswith("the call is ended")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["play"], "give a flow, or --number"),
        (["play", "public", "--number", "1177"], "give a flow, or --number"),
        (["play", "--number", "112"], "no entry point of this site has this number"),
        (["play", "public", "--language", "xx"], "--language: one of sv"),
        (["play", "public", "--at", "noon"], "--at: here a time"),
        (["play", "public", "--entry", "nobody"], "--entry: one of public"),
    ],
)
def test_what_cannot_be_played_is_refused_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, "--keys", "x") == 1
    assert sentence in capsys.readouterr().err


def test_the_picture_of_the_public_flow_shows_the_flow(tmp_path: Path) -> None:
    assert run("draw", "public", "--out", str(tmp_path / "public.svg")) == 0
    drawn = (tmp_path / "public.svg").read_text()
    shipped = (FLOWS / "public.svg").read_text()
    assert drawn == shipped, "run: callcenter flow draw public --out ivr_flows/flows/public.svg"
