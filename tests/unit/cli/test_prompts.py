"""`callcenter prompts`: what a person reads, and what a script can rely on."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from callcenter.cli.prompts import register, sentences, table
from callcenter.settings import ROOT
from callcenter.speech.sheet import BOM
from callcenter.speech.stock import Stock

GOOD = Stock(
    language="sv", review="draft", sounds=12, recorded=2, synthetic=10, stand_ins=0,
    missing=(), changed=(), unknown=(), uneven=(), longest=("emergency", 5.1),
)  # fmt: skip
BAD = Stock(
    language="so", review="draft", sounds=9, recorded=1, synthetic=0, stand_ins=1,
    missing=tuple(f"place.{n}" for n in range(1, 8)), changed=("welcome",),
    unknown=("wellcome",), uneven=("welcome",), longest=None,
)  # fmt: skip


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    monkeypatch.setenv("CALLCENTER_SITE", str(ROOT / "deploy" / "site" / "demo.yaml"))
    made = typer.Typer()
    register(made)
    return made


def test_each_language_is_a_line() -> None:
    cells = [[str(cell) for cell in column.cells] for column in table([GOOD, BAD]).columns]
    rows = list(zip(*cells, strict=True))
    assert rows == [
        ("sv", "draft", "12", "2", "10", "0", "0", "0", "0", "0", "emergency 5.1 s"),
        ("so", "draft", "9", "1", "0", "1", "7", "1", "1", "1", ""),
    ]


def test_what_is_to_be_done_is_said_with_names_the_first_five() -> None:
    assert sentences([GOOD]) == ["Every sound is there."]
    missing, changed, unknown, uneven = sentences([GOOD, BAD])
    assert missing.startswith("so: place.1, place.2, place.3, place.4, place.5 and 2 more: no file")
    assert changed.startswith("so: welcome: recorded before")
    assert unknown.startswith("so: wellcome: a recording, and no sound")
    assert uneven.startswith("so: welcome: louder or softer")


def test_a_check_of_what_was_never_rendered_fails(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["prompts", "check"])
    assert result.exit_code == 1
    assert "no file: `callcenter prompts build` makes it" in result.output


def test_the_sheet_of_one_language_goes_to_the_screen(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["prompts", "export", "--language", "so"])
    lines = result.stdout.removeprefix(BOM).splitlines()
    assert lines[0] == "file,language,text,where,notes,seconds,recorded"
    assert all(line.startswith("so/") for line in lines[1:])
    assert len(lines) > 100


def test_the_name_of_the_file_says_which_kind(app: typer.Typer, tmp_path: Path) -> None:
    for name, begins in (("sheet.csv", BOM.encode()), ("sheet.html", b"<!doctype html>")):
        out = tmp_path / name
        result = CliRunner().invoke(app, ["prompts", "export", "--out", str(out)])
        assert result.exit_code == 0
        assert out.read_bytes().startswith(begins)
    assert b"\r\r\n" not in (tmp_path / "sheet.csv").read_bytes()


def test_a_sheet_of_another_kind_or_language_is_refused(app: typer.Typer, tmp_path: Path) -> None:
    for arguments, why in (
        (["--out", str(tmp_path / "sheet.pdf")], ".csv or .html"),
        (["--language", "tlh"], "there are ar, en"),
    ):
        result = CliRunner().invoke(app, ["prompts", "export", *arguments])
        assert isinstance(result.exception, ValueError)
        assert why in str(result.exception)
