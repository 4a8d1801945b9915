"""What a terminal shows of a simulation."""

from io import StringIO

from rich.console import Console

from callcenter.simulate.reports.tables import tables
from callcenter.simulate.summary import Summary
from tests.unit.simulate.reports.summaries import (
    AR,
    SV,
    figures,
    nobody_called,
    ours,
    promise,
    summary,
    theirs,
)  # fmt: skip


def printed(*summaries: Summary) -> str:
    screen = StringIO()
    console = Console(file=screen, width=100, color_system=None)
    for table in tables(summaries):
        console.print(table)
    return screen.getvalue()


def test_the_headline_comes_first_then_waits_as_minutes_and_seconds() -> None:
    text = printed(ours(), theirs())
    assert text.startswith("Somali callers wait longest, 1 min 20 s at the 95th percentile")
    arabic = [" ".join(line.split()) for line in text[text.index("Arabic  ") :].splitlines()]
    assert arabic[1] == "this ACD 960 95.0 % 5.0 % 0:20 0:12 1:00 75.3 % 90.0 % 88.0 %"
    assert arabic[2] == "app_queue 960 95.0 % 5.0 % 2:13 1:20 6:40 75.3 % 90.0 % 88.0 %"


def test_nothing_is_cut_off_in_a_hundred_columns() -> None:
    busy = figures(1_234_567, 7_384.0, refused=0.5)
    told = {SV: promise(1_234_567, 0.912), AR: promise(99, 0.9)}
    mine = summary({SV: busy, AR: busy}, overall=busy, promises=told, inversions={SV: 123_456})
    text = printed(mine, theirs("app_queue, 3 queues"), theirs("first come, first served"))
    assert "…" not in text
    assert "50.0 %" in text
    assert "2:03:04" in text
    assert "too few to say" in text


def test_names_are_never_read_as_markup() -> None:
    assert "[bold]x" in printed(theirs("[bold]x"))


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    evil = "\x1b[2J\x1b]0;x\x07old\r\u202erules\x9b31m"
    text = printed(ours(), theirs(evil))
    assert "[2J]0;xoldrules31m" in text
    assert all(each.isprintable() for each in text.replace("\n", ""))


def test_what_must_be_known_to_read_a_table_stands_below_it() -> None:
    told = {SV: promise(500, 0.91)}
    text = printed(summary({SV: figures(500)}, promises=told), theirs("as recorded"))
    words = " ".join(text.split())
    assert "only while a caller was kept back" in words
    assert "Callers who gave up are in no share" in words


def test_what_is_missing_is_a_dash() -> None:
    text = printed(nobody_called(), ours())
    assert text.startswith("No calls came.")
    assert "–" in text
    assert "nan" not in text
    assert "None" not in text


def test_a_system_that_states_waits_has_a_table_of_their_calibration() -> None:
    promising = summary({SV: figures(500)}, promises={SV: promise(500, 0.91)})
    assert len(tables([ours()])) == 2
    assert len(tables([promising, ours()])) == 3
