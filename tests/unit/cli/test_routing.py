"""`callcenter routing`: what it prints, and how it refuses."""

from pathlib import Path

import pytest

from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.cli.app import app
from callcenter.cli.routing import hindrance, hours_text, instant
from callcenter.settings import ROOT
from language_routing.hours import Hours, Span

STOCKHOLM = ROOT / "deploy" / "site" / "stockholm.yaml"


@pytest.fixture(autouse=True)
def _site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CALLCENTER_SITE", str(STOCKHOLM))
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")


def run(*arguments: str) -> int:
    """The exit code of one command."""
    with pytest.raises(SystemExit) as caught:
        app(["routing", *arguments])
    return caught.value.code if isinstance(caught.value.code, int) else 0


def test_check_shows_every_line_within_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    for words in ("so Somali", "Mon-Fri 08:00-17:00", "Mon-Sun 08:00-22:00", "240 s interpreter *",
                  "stockholm: 30 nurses; 0 warnings."):  # fmt: skip
        assert words in shown


def test_check_says_warnings_and_refuses_with_exit_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "site.yaml"
    text = STOCKHOLM.read_text()
    old, new = "60, level: working}", "60, level: fluent, competences: false}"
    assert old in text
    path.write_text(text.replace(old, new))
    assert run("check", str(path)) == 0
    shown = capsys.readouterr().out
    assert f"WARNING: {path}:" in shown.replace("\n", "")
    assert "1 warnings" in shown

    path.write_text(text.replace('from: "08:00", to: "17:00"', 'from: "18:00", to: "17:00"'))
    assert run("check", str(path)) == 1
    assert "closes at 17:00, not after it opens (18:00)" in capsys.readouterr().err


def test_explain_says_why_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--nurse", "n025", "--language", "so", "--waited", "30"]
    assert run("explain", *arguments, "--at", "2026-11-24T10:00") == 0
    shown = capsys.readouterr().out
    assert "In 1 min 30 s, when the ring for working level opens." in shown
    assert "speaks Somali at working" in shown
    assert run("explain", *arguments, "--at", "2026-12-24T10:00") == 0
    # Closed on Christmas Eve: an interpreter for anybody, and none for whoever speaks Somali.
    assert "Now: the ring for working level is open." in capsys.readouterr().out


def test_explain_takes_the_entry_points_needs_and_a_caller_without_a_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = ["--at", "2026-11-24T20:00"]
    assert run("explain", "--nurse", "n018", "--language", "sv", "--entry", "staff", *at) == 0
    assert "1 year of experience (3 asked for)" in capsys.readouterr().out
    finnish = ["--nurse", "n018", "--language", "fi", *at]
    assert run("explain", *finnish) == 0
    assert "Not before Wednesday 08:00" in capsys.readouterr().out
    assert run("explain", *finnish, "--unknown-number") == 0
    assert "The caller stands in the Swedish line." in capsys.readouterr().out


def test_explain_works_while_the_service_does_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "--nurse", "n001", "--language", "sv") == 0
    assert "Now: the ring for working level is open." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--nurse", "n999", "--language", "sv"], "no such nurse"),
        (["--nurse", "n001", "--language", "xx"], "--language: one of sv, fi"),
        (["--nurse", "n001", "--language", "sv", "--entry", "x"], "--entry: one of public"),
        (["--nurse", "n001", "--language", "sv", "--at", "noon"], "--at: here a time like"),
    ],
)
def test_what_the_site_does_not_have_is_refused_in_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("explain", *arguments) == 1
    shown = capsys.readouterr().err
    assert words in shown
    assert shown.count("\n") == 1


def test_days_with_the_same_hours_are_one_line() -> None:
    def hours(*spans: tuple[int, int, int], holidays: bool = False) -> str:
        found = tuple(Span(weekday=day, opens=opens, closes=closes) for day, opens, closes in spans)
        return hours_text(Hours(spans=found, holidays=holidays))

    assert hours_text(None) == "always"
    assert hours((0, 480, 720), (0, 780, 1020), (1, 480, 1020), (2, 480, 1020)) == (
        "Mon 08:00-12:00 13:00-17:00\nTue-Wed 08:00-17:00\nnot on holidays"
    )
    assert hours((6, 0, 1440), holidays=True) == "Sun 00:00-24:00\nand holidays"


def test_a_local_time_is_stockholms_and_an_offset_counts() -> None:
    assert instant("2026-07-01T10:00") == instant("2026-07-01T08:00+00:00")
    assert instant("2026-12-24T10:00") == instant("2026-12-24T09:00+00:00")


@pytest.mark.parametrize(
    ("state", "reason", "reachable", "words"),
    [
        (NurseState.READY, "", True, ""),
        (NurseState.READY, "", False, "has no registered phone"),
        (NurseState.TALKING, "", True, "is talking"),
        (NurseState.NOT_READY, "lunch", True, "is not ready (lunch)"),
        (NurseState.WRAP_UP, "", True, "is in wrap-up"),
        (NurseState.SIGNED_OUT, "", True, "is signed out"),
    ],
)
def test_what_keeps_her_from_a_call_is_said(
    state: NurseState, reason: str, reachable: bool, words: str
) -> None:
    nurse = Nurse(
        id=NurseId("n001"), languages=(), state=state, since=0, reason=reason, reachable=reachable
    )
    assert hindrance(nurse) == words


def test_every_state_of_a_nurse_has_its_words() -> None:
    for state in NurseState:
        nurse = Nurse(
            id=NurseId("n001"), languages=(), state=state, since=0, reachable=True, busy=True
        )
        assert hindrance(nurse)
