"""`callcenter simulate`: scenarios and journals, what it prints, and how it refuses."""

import json
from datetime import date
from pathlib import Path

import pytest

from callcenter.cli.app import app
from callcenter.cli.simulate_run import notes, ordinary_day
from callcenter.settings import ROOT
from callcenter.simulate.scenarios.load_scenario import load_scenario

JOURNAL = ROOT / "tests" / "data" / "journals" / "0.3.0.jsonl"
SCENARIO = """\
title: Two quiet days
starts: 2026-01-05
days: 2
seed: 7
rules: {languages: [sv, ar], target_seconds: 20, wrap_up_seconds: 0}
demand:
  - {language: sv, opens: "08:00", per_hour: [60, 30]}
  - {language: ar, opens: "08:00", per_hour: [20, 20]}
talk: {mean_seconds: 100, shape: exponential}
patience: {mean_seconds: 300}
staff:
  - {name: both, languages: [sv, ar], from: "08:00", by_hour: [3, 3]}
"""
KEYS = ("mean_wait_s", "served_within_20s", "abandoned", "occupancy", "events", "events_per_s")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "quiet.yaml"
    path.write_text(SCENARIO)
    return path


def run(*arguments: str | Path) -> int:
    """The exit code of one command."""
    with pytest.raises(SystemExit) as caught:
        app(["simulate", *map(str, arguments)])
    return caught.value.code if isinstance(caught.value.code, int) else 0


def test_the_figures_of_a_scenario_are_written_for_programs(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(scenario, "--json", "--at-once", "1") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found)[2:9] == ["calls", *KEYS]
    assert 200 < found["calls"] < 330
    assert found["calls"] == found["overall"]["calls"]
    assert 0 < found["occupancy"] < 1
    assert found["by_language"]["sv"]["calls"] > found["by_language"]["ar"]["calls"] > 0
    assert found["against"] == []


def test_the_same_scenario_gives_the_same_figures_again_and_in_processes_of_its_own(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.write_text(SCENARIO + "parts: 2\n")
    shown = []
    for at_once in ("1", "2"):
        assert run(scenario, "--json", "--at-once", at_once) == 0
        found = json.loads(capsys.readouterr().out)
        shown.append({name: value for name, value in found.items() if name != "events_per_s"})
    assert shown[0] == shown[1]


def test_fewer_days_are_simulated_where_so_many_are_asked_for(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(scenario, "--json", "--days", "1", "--at-once", "1")
    assert json.loads(capsys.readouterr().out)["days"] == 1


def test_both_layouts_of_app_queue_get_the_same_calls(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(scenario, "--against", "both", "--json", "--at-once", "1") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["system"].split(",")[0] for each in found["against"]] == ["app_queue"] * 2
    assert {each["overall"]["calls"] for each in found["against"]} == {found["calls"]}
    assert sum(found["inversions"].values()) == 0


def test_a_report_is_a_page_with_its_charts_and_with_advice(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "report"
    assert run(scenario, "--report", folder, "--at-once", "1") == 0
    page = (folder / "report.html").read_text()
    assert "Two quiet days" in page
    assert "app_queue" in page
    assert "Staffing advice is for Tuesday 06 January 2026." in page
    assert len(list(folder.glob("*.png"))) >= 4
    shown = capsys.readouterr()
    assert str(folder / "report.html") in shown.err
    assert max(map(len, shown.out.splitlines())) <= 110


def test_a_recorded_journal_stands_beside_what_it_would_have_been_with_more_nurses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(JOURNAL, "--add", "1 so:native", "--json", "--at-once", "1") == 0
    found = json.loads(capsys.readouterr().out)
    systems = [found["system"], *(each["system"] for each in found["against"])]
    assert systems == ["this ACD", "this ACD, unchanged", "as recorded"]
    assert {each["overall"]["calls"] for each in found["against"]} == {found["calls"]} == {5}


def test_a_recorded_journal_is_tried_without_a_nurse_and_against_app_queue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--without", "n001", "--against", "queues", "--json", "--at-once", "1"]
    assert run(JOURNAL, *arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["system"].split(",")[0] for each in found["against"]] == [
        "this ACD", "as recorded", "app_queue",
    ]  # fmt: skip


def test_a_recorded_journal_is_tried_under_the_rules_of_another_site(
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = ROOT / "deploy" / "site" / "demo.yaml"
    assert run(JOURNAL, "--site", site, "--day", "2026-11-24", "--json", "--at-once", "1") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["system"] for each in found["against"]] == ["this ACD, unchanged", "as recorded"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--add", "1 ar:native"], "--add is for a recorded journal"),
        (["--day", "2026-01-05"], "--day is for a recorded journal"),
        (["--site", "x.yaml"], "--site is for a recorded journal"),
        (["--without", "n001"], "--without is for a recorded journal"),
    ],
)
def test_what_is_for_journals_is_refused_for_a_scenario(
    scenario: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(scenario, *arguments) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--day", "yesterday"], "--day: a date is expected"),
        (["--day", "2020-01-01"], "no call stood in line in these days"),
        (["--add", "three Arabic"], "extra nurses"),
        (["--add", "1 xx:native"], "no caller of this site can choose it"),
        (["--without", "n999"], "no nurse of this recording"),
        (["--add", "1 so:native", "--against", "queues", "--report", "x"], "leave --against away"),
        (["--against", "both", "--report", "x"], "compare with one alone"),
    ],
)
def test_what_cannot_be_asked_of_a_journal_is_refused_in_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(JOURNAL, *arguments) == 1
    assert said in capsys.readouterr().err


def test_a_bad_scenario_is_refused_with_its_line(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.write_text(SCENARIO.replace("days: 2", "days: 0"))
    assert run(scenario) == 1
    assert f"{scenario}:3: 0 is not a whole number" in capsys.readouterr().err


def test_advice_is_for_the_day_whose_calls_are_the_median(tmp_path: Path) -> None:
    path = tmp_path / "week.yaml"
    weights = "by_weekday: [1, 2, 3, 4, 5, 6, 7], per_hour: [60, 30]"
    text = SCENARIO.replace("per_hour: [60, 30]", weights).replace("days: 2", "days: 7")
    path.write_text(text)
    course = load_scenario(path)
    assert course.date(ordinary_day(course)) == date(2026, 1, 8)  # Thursday


def test_a_run_in_parts_says_so(scenario: Path) -> None:
    scenario.write_text(SCENARIO + "parts: 2\nwarm_up_days: 1\n")
    assert (
        "2 parts, each by itself after 1 that is not counted" in notes(load_scenario(scenario))[1]
    )
