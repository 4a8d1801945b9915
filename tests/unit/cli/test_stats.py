"""What a supervisor sees of `callcenter stats`."""

import pytest
from rich.columns import Columns
from rich.console import Console
from rich.table import Table

from callcenter.acd.board import Board
from callcenter.acd.policy import Policy
from callcenter.acd.tally import HALF_HOUR
from callcenter.cli.app import app
from callcenter.cli.stats import tables
from callcenter.cli.stats_rows import By, rows
from language_routing.languages import Language

SV = Language("sv")
START = 986_112 * HALF_HOUR
NOW = START + HALF_HOUR - 1


def shown(title: str, table: Table) -> dict[str, dict[str, str]]:
    """The cells by row and column, as they are printed."""
    assert table.title == title
    heads = [str(column.header).replace("\n", " ") for column in table.columns]
    columns = [[str(cell) for cell in column.cells] for column in table.columns]
    return {
        row[0]: dict(zip(heads[1:], row[1:], strict=True)) for row in zip(*columns, strict=True)
    }


def board() -> Board:
    made = Board()
    made.policy = Policy(
        languages=(SV,), default_language=SV, targets={"public": 180_000}, nurses=()
    )
    tally = made.figures.tally(SV, "public", START)
    tally.queued, tally.answered_within, tally.abandoned, tally.abandoned_short = 130, 99, 10, 3
    for _ in range(100):
        tally.answered_after(15_000)
    tally.talks, tally.talk_sum, tally.wraps, tally.wrap_sum = 100, 20_000_000, 90, 2_000_000
    tally.estimated_within, tally.estimated_late, tally.refused = 29, 71, 1
    tally.hand_overs, tally.hand_over_sum, tally.offered, tally.missed = 100, 2_300, 104, 4
    tally.inversions, tally.moved = 7, 2
    tally.kept, tally.transferred, tally.told, tally.told_grew_unexplained = 5, 6, 40, 1
    tally.told_grew_overtaken, tally.told_grew_fewer_nurses, tally.told_grew_overrun = 1, 2, 3
    made.figures.staffed((SV,), "talking", START, START + 900_000)
    made.figures.staffed((SV,), "ready", START, START + 100_000)
    made.figures.staffed((SV,), "not_ready", START, START + 125_000)
    return made


def test_answers_and_losses_are_shown_by_half_hour() -> None:
    early = board()
    early.figures.tally(SV, "public", START - HALF_HOUR)
    found = rows(early, By.HALF_HOUR, START - HALF_HOUR, NOW)
    answers, losses, menu, _, _ = tables(found, By.HALF_HOUR)
    table = shown("Answers", answers)
    assert list(table) == ["Wed 01:30", "Wed 02:00", "all"]
    assert set(table["Wed 01:30"].values()) == {"-", "0"}
    assert table["Wed 02:00"] == table["all"] == {
        "in line": "128", "answered": "100", "level 1": "99 %", "level 2": "90 %",
        "mean wait": "0:15", "90 % by": "0:20", "estimate kept": "29 %",
    }  # fmt: skip
    assert shown("Losses", losses)["Wed 02:00"] == {
        "gave up": "10", "rate": "9 %", "at once": "3", "left menu": "0", "withdrawn": "0",
        "refused": "1", "cut off": "0", "returned": "0",
    }  # fmt: skip
    assert shown("By key, and waits told", menu)["Wed 02:00"] == {
        "place kept": "5", "transferred": "6", "waits told": "40", "grew": "7",
        "for no reason": "1",
    }  # fmt: skip


def test_nurses_time_is_shown_with_what_kept_them_from_callers() -> None:
    _, _, _, nurses, offers = tables(rows(board(), By.LANGUAGE, START, NOW), By.LANGUAGE)
    assert shown("Nurses", nurses)["sv"] == {
        "talks": "100", "handle time": "3:40", "occupancy": "90 %", "on calls": "15:00",
        "ready": "1:40", "paused": "2:05",
    }  # fmt: skip
    assert shown("Offers", offers)["sv"] == {
        "rung": "104", "missed": "4", "out of order": "7",
        "idle: hand-over": "2.3 s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("idle", "words"),
    [(0, "-"), (40, "40 ms"), (999, "999 ms"), (1_000, "1.0 s"), (99_900, "99.9 s"),
     (100_000, "1:40")],
)  # fmt: skip
def test_idle_time_is_shown_as_exactly_as_it_matters(idle: int, words: str) -> None:
    kept = board()
    kept.figures.idle(SV, "held", idle, START)
    *_, offers = tables(rows(kept, By.LANGUAGE, START, NOW), By.LANGUAGE)
    assert shown("Offers", offers)["sv"]["idle: held"] == words


def test_a_hundred_percent_means_all() -> None:
    nearly = board()
    tally = nearly.figures.tally(SV, "public", START)
    tally.answered, tally.answered_within = 1_000, 999
    answers, *_ = tables(rows(nearly, By.CLASS, START, NOW), By.CLASS)
    assert shown("Answers", answers)["public"]["level 1"] == "99 %"
    tally.answered_within = 1_000
    answers, *_ = tables(rows(nearly, By.CLASS, START, NOW), By.CLASS)
    assert shown("Answers", answers)["public"]["level 1"] == "100 %"


def test_a_class_has_no_nurses_time() -> None:
    _, _, _, nurses, _ = tables(rows(board(), By.CLASS, START, NOW), By.CLASS)
    table = shown("Nurses", nurses)
    assert (table["public"]["occupancy"], table["public"]["ready"]) == ("-", "-")
    assert (table["all"]["occupancy"], table["all"]["ready"]) == ("90 %", "1:40")


def test_ninety_percent_beyond_the_longest_bound_says_so() -> None:
    slow = board()
    for _ in range(100):
        slow.figures.tally(SV, "public", START).answered_after(9_000_000)
    answers, *_ = tables(rows(slow, By.CLASS, START, NOW), By.CLASS)
    assert shown("Answers", answers)["public"]["90 % by"] == "later"


@pytest.mark.parametrize("by", list(By))
def test_every_table_can_be_read_in_a_terminal_of_eighty_columns(by: By) -> None:
    busy = board()
    for cause in ("gateway", "doubt", "held"):
        busy.figures.idle(SV, cause, 99_999_999, START)
    busy.figures.staffed((SV,), "wrap_up", START, START + 1_000_000)
    console = Console(width=80, no_color=True)
    with console.capture() as capture:
        console.print(Columns(tables(rows(busy, by, START, NOW), by)))
    assert "27:46:39" in capture.get()
    assert "128" in capture.get()
    assert "…" not in capture.get()


@pytest.mark.parametrize("hours", ["0", "25"])
def test_half_hours_that_are_not_kept_cannot_be_asked_for(
    hours: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        app(["stats", "--hours", hours])
    assert left.value.code == 1
    assert "--hours: from 1 to 24" in capsys.readouterr().err
