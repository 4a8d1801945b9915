"""Tables: the report for a terminal, at most 100 columns wide; the headline is above the first."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from callcenter.people_time import span
from callcenter.simulate.reports import grids
from callcenter.simulate.reports.findings import headline
from callcenter.simulate.reports.grids import Grid
from callcenter.simulate.reports.shown import NOTHING
from callcenter.simulate.summary import Summary

_PALE = {"0", "0.0", "0:00", "0:00:00", "0\u00a0%", NOTHING}
_STYLES = {"good": "green", "bad": "bold red"}


def tables(summaries: Sequence[Summary]) -> list[Table]:
    """How callers fared, fairness, and the calibration of our estimate.

    Args:
        summaries: Ours first; at least one.
    """
    by_language = _drawn(grids.by_language(summaries, _span))
    by_language.title = _text(headline(summaries), "bold")
    found = [by_language, _drawn(grids.fairness(summaries, _tenths))]
    calibration = grids.calibration(summaries[0])
    return [*found, _drawn(calibration)] if calibration else found


def _drawn(grid: Grid) -> Table:
    table = Table(
        title=_text(grid.title), title_justify="left", title_style="", header_style="bold",
        caption=_text(grid.note) if grid.note else None, caption_justify="left",
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    table.add_column(_text(grid.corner[-1]), max_width=26)  # the only one that may be broken
    for head in grid.heads:
        table.add_column(_text(head.narrow), justify="right", no_wrap=True)
    for group in grid.groups:
        if group.name:
            table.add_row(_text(group.name, "bold"))
        for row in group.rows:
            marks = row.marks or ("",) * len(row.cells)
            table.add_row(
                _text("  " * bool(group.name) + row.label),
                *(_cell(text, mark) for text, mark in zip(row.cells, marks, strict=True)),
            )
    return table


def _cell(text: str, mark: str) -> Text:
    """Zeros are pale, so that what happened stands out."""
    return _text(text, "dim" if text in _PALE else _STYLES.get(mark, ""))


def _text(text: str, style: str = "") -> Text:
    """Without what a terminal would obey instead of showing it, as escape sequences."""
    plain = text.replace("\u00a0", " ")
    return Text("".join(each for each in plain if each == "\n" or each.isprintable()), style=style)


def _span(seconds: float | None) -> str:
    """`6:10`."""
    return NOTHING if seconds is None else span(round(seconds) * 1000)


def _tenths(seconds: float | None) -> str:
    """`3.2 s` while tenths matter, then `6:10`."""
    if seconds is None or seconds >= 100:
        return _span(seconds)
    return f"{seconds:.1f} s" if seconds else "0"
