"""What stands in the tables."""

from callcenter.simulate.reports import grids
from callcenter.simulate.reports.grids import Grid
from tests.unit.simulate.reports.summaries import (
    AR,
    NOBODY,
    SO,
    SV,
    figures,
    nobody_called,
    ours,
    promise,
    summary,
    theirs,
)  # fmt: skip


def cells(grid: Grid) -> dict[tuple[str, str], dict[str, str]]:
    """By group and row, and by the column's title; a later title of the same name is `... 2`."""
    heads: list[str] = []
    for head in grid.heads:
        heads.append(plain(head.text) + " 2" * (plain(head.text) in heads))
    return {
        (group.name, row.label): dict(zip(heads, map(plain, row.cells), strict=True))
        for group in grid.groups
        for row in group.rows
    }


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_every_language_has_a_row_for_each_system_and_all_together_come_last() -> None:
    found = cells(grids.by_language([ours(), theirs()]))
    assert list(found) == [
        (language, system)
        for language in ("Swedish", "Arabic", "Somali", "All languages")
        for system in ("this ACD", "app_queue")
    ]
    assert found["Arabic", "app_queue"] == {
        "calls": "960", "answered": "95.0 %", "abandoned": "5.0 %", "mean wait": "2 min 13 s",
        "median wait": "1 min 20 s", "95th percentile": "6 min 40 s",
        "served within 20 s": "75.3 %", "service level, form 1": "90.0 %",
        "service level, form 2": "88.0 %",
    }  # fmt: skip


def test_refusals_have_a_column_only_where_there_were_any() -> None:
    refused = figures(500, refused=0.125)
    found = cells(grids.by_language([summary({SV: refused}, overall=refused)]))
    assert found["Swedish", "this ACD"]["refused"] == "12.5 %"
    assert "called back" not in found["Swedish", "this ACD"]


def test_a_language_that_a_system_did_not_have_is_dashes_there() -> None:
    found = cells(grids.by_language([ours(), summary({SV: figures(5)}, system="old")]))
    assert set(found["Somali", "old"].values()) == {"–"}


def test_a_language_without_calls_in_one_system_has_dashes_for_its_shares() -> None:
    found = cells(grids.by_language([ours(), summary({SO: NOBODY}, system="old")]))
    row = found["Somali", "old"]
    assert row.pop("calls") == "0"
    assert set(row.values()) == {"–"}


def test_one_language_is_not_repeated_as_all_languages() -> None:
    assert list(cells(grids.by_language([summary({SV: figures(5)})]))) == [("Swedish", "this ACD")]


def test_fairness_counts_the_whole_run_and_by_thousand_calls() -> None:
    found = cells(grids.fairness([ours(), theirs()]))
    assert found["", "app_queue"] == {
        "order inversions": "1,234", "per 1,000 calls": "111.8",
        "idle-while-eligible, h:mm:ss": "1:02:03", "per 1,000 calls 2": "5 min 37 s",
        "mean hand-over": "6.2 s", "offers": "11,040", "missed": "220", "share missed": "1.9 %",
        "occupancy": "70.0 %",
    }  # fmt: skip
    assert found["", "this ACD"]["idle-while-eligible, h:mm:ss"] == "0:00:00"


def test_fairness_of_a_run_without_calls_has_no_shares() -> None:
    row = cells(grids.fairness([nobody_called()]))["", "this ACD"]
    assert row["order inversions"] == "0"
    assert row["per 1,000 calls"] == row["mean hand-over"] == row["share missed"] == "–"


def test_fairness_by_language_is_per_thousand_calls_of_that_language() -> None:
    found = cells(grids.fairness_by_language([ours(), theirs()]))
    assert found["Arabic", "app_queue"] == {
        "order inversions": "1,234", "per 1,000 calls": "1,285.4",
        "idle-while-eligible, h:mm:ss": "1:02:03", "per 1,000 calls 2": "1 h 5 min",
    }  # fmt: skip
    assert found["Somali", "app_queue"]["order inversions"] == "0"


def test_calibration_says_on_which_side_of_the_band_a_language_lies() -> None:
    promises = {
        SV: promise(500, 0.91), AR: promise(500, 0.849), SO: promise(100, 0.951, unexplained=2),
    }  # fmt: skip
    grid = grids.calibration(summary({SV: figures(9)}, promises=promises))
    assert grid is not None
    verdicts = {
        row.label: (row.cells[2], row.marks[2], row.marks[7]) for row in grid.groups[0].rows
    }
    assert verdicts == {
        "Swedish": ("inside", "good", ""),
        "Arabic": ("below", "bad", ""),
        "Somali": ("above", "bad", "bad"),
    }


def test_calibration_of_few_answers_is_not_judged() -> None:
    promises = {SV: promise(99, 0.2), AR: promise(0, None), SO: promise(50, None)}
    grid = grids.calibration(summary({SV: figures(9)}, promises=promises))
    assert grid is not None
    assert {row.label: row.cells[2] for row in grid.groups[0].rows} == {
        "Swedish": "too few to say", "Somali": "–",
    }  # fmt: skip


def test_calibration_says_that_callers_who_gave_up_are_in_no_share() -> None:
    grid = grids.calibration(summary({SV: figures(9)}, promises={SV: promise(500, 0.91)}))
    assert grid is not None
    assert grid.note.startswith("Callers who gave up are in no share")


def test_fairness_beside_a_recording_says_how_its_idle_time_was_counted() -> None:
    assert grids.fairness([ours(), theirs()]).note == ""
    assert "kept back" in grids.fairness([ours(), theirs("as recorded")]).note


def test_a_system_that_states_no_waits_has_no_calibration() -> None:
    assert grids.calibration(theirs()) is None
    assert grids.calibration(summary({SV: figures(9)}, promises={SV: promise(0, None)})) is None


def test_occupancy_by_group_has_a_column_for_each_system() -> None:
    mine = summary({SV: figures(9)}, by_group={"night": 0.5, "day": None})
    other = summary({SV: figures(9)}, by_group={"night": 0.25}, system="old")
    grid = grids.occupancy([mine, other])
    assert grid is not None
    assert cells(grid) == {
        ("", "day"): {"this ACD": "–", "old": "–"},
        ("", "night"): {"this ACD": "50.0 %", "old": "25.0 %"},
    }
    assert grids.occupancy([ours()]) is None
