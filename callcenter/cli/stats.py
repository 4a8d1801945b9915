"""`callcenter stats`: how well callers were served, and how the nurses' time was spent."""

import json
import sys
from typing import Annotated, Final

import typer
from rich import box
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callcenter.acd import figures
from callcenter.acd.ids import Millis
from callcenter.cli.stats_rows import By, Row, first_half_hour, record, rows
from callcenter.journal.journal import Journal
from callcenter.people_time import clock_time, span
from callcenter.router.follower import Follower
from callcenter.settings import Settings
from callcenter.store import connect

_MOST_HOURS: Final = 24
_NOTHING: Final = "-"
_LEGEND: Final = (
    "level 1: answered in time of those answered; level 2: in time of those answered or given up. "
    "A call counts in the half-hour in which the caller first stood in line. "
    "A nurse of two languages counts in both."
)


def register(app: typer.Typer) -> None:
    """Add this command."""

    @app.command("stats")
    def _stats(
        by: Annotated[By, typer.Option(help="What makes a row.")] = By.HALF_HOUR,
        hours: Annotated[int, typer.Option(help="How far to look back.")] = 8,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Service levels, waits, handle times, occupancy; ops/glossary.md says what each is."""
        if not 1 <= hours <= _MOST_HOURS:
            raise ValueError(f"--hours: from 1 to {_MOST_HOURS}; older half-hours are not kept")
        settings = Settings.from_environment()
        client = connect(settings)
        follower = Follower(client, settings.shard, Journal(client, settings.shard, "stats"))
        follower.rebuild()
        now = max(follower.shard.now, follower.journal.clock.now())
        found = rows(follower.shard.board, by, first_half_hour(now, hours), now)
        if as_json:
            print(json.dumps([record(row) for row in found], indent=2))
            return
        console = Console(width=None if sys.stdout.isatty() else 160)
        console.print(f"1177  the last {hours} h, until {clock_time(now)}", highlight=False)
        console.print(Columns(tables(found, by)))
        console.print(Text(_LEGEND, style="dim"))


def tables(found: list[Row], by: By) -> list[Table]:
    """Narrow ones, so that a wide terminal has them side by side and any other can read them."""
    made = (_answers, _losses, _menu, _nurses, _offers)
    return [table(found, by) for table in made]


def _answers(found: list[Row], by: By) -> Table:
    table = _table(
        "Answers", by, "in\nline", "answered", "level\n1", "level\n2", "mean\nwait", "90 %\nby",
        "estimate\nkept",
    )  # fmt: skip
    for row in found:
        tally = row.tally
        slow = tally.answered > 0 and figures.answered_by(tally, 90) is None
        _add(
            table, row, figures.stood_in_line(tally), tally.answered,
            _percent(figures.service_level(tally)), _percent(figures.service_level_of_all(tally)),
            _span(figures.speed_of_answer(tally)),
            "later" if slow else _span(figures.answered_by(tally, 90)),
            _percent(figures.within_estimate(tally)),
        )  # fmt: skip
    return table


def _losses(found: list[Row], by: By) -> Table:
    table = _table(
        "Losses", by, "gave\nup", "rate", "at\nonce", "left\nmenu", "withdrawn", "refused",
        "cut\noff", "returned",
    )  # fmt: skip
    for row in found:
        tally = row.tally
        _add(
            table, row, tally.abandoned, _percent(figures.abandonment(tally)),
            tally.abandoned_short, tally.left_ivr, tally.withdrawn, tally.refused, tally.cut_off,
            tally.returned,
        )  # fmt: skip
    return table


def _menu(found: list[Row], by: By) -> Table:
    """What callers did by a key, and what they heard of their wait."""
    table = _table(
        "By key, and waits told", by, "place\nkept", "transferred", "waits\ntold", "grew",
        "for no\nreason",
    )  # fmt: skip
    for row in found:
        tally = row.tally
        _add(
            table, row, tally.kept, tally.transferred, tally.told, figures.grown(tally),
            tally.told_grew_unexplained,
        )  # fmt: skip
    return table


def _nurses(found: list[Row], by: By) -> Table:
    table = _table(
        "Nurses", by, "talks", "handle\ntime", "occupancy", "on\ncalls", "ready", "paused"
    )
    for row in found:
        tally, staffed = row.tally, row.staffed
        spent = (0, 0, 0) if staffed is None else (
            figures.busy_time(staffed), staffed.ready, staffed.not_ready
        )  # fmt: skip
        _add(
            table, row, tally.talks, _span(figures.handle_time(tally)),
            _percent(figures.occupancy(staffed) if staffed is not None else None),
            *(_span(part or None) for part in spent),
        )  # fmt: skip
    return table


def _offers(found: list[Row], by: By) -> Table:
    """Whether callers and nurses met as they should: idle nurses' time by what kept them."""
    causes = sorted({cause for row in found for cause in row.idle})
    idle = [f"idle:\n{cause.replace('_', '-')}" for cause in causes]
    table = _table("Offers", by, "rung", "missed", "out of\norder", *idle)
    for row in found:
        tally = row.tally
        _add(
            table, row, tally.offered, tally.missed, tally.inversions,
            *(_exact(row.idle.get(cause, 0)) for cause in causes),
        )  # fmt: skip
    return table


def _table(title: str, by: By, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", header_style="bold",
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    table.add_column(by, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _add(table: Table, row: Row, *values: int | str) -> None:
    """Zeros are pale, so that what happened stands out."""
    last = row.keys.get("all") is not None
    cells = [Text(str(value), style="dim" if value in (0, _NOTHING) else "") for value in values]
    if last:
        table.add_section()
    table.add_row(Text(row.label), *cells, style="bold" if last else "")


def _percent(share: float | None) -> str:
    """Cut, never rounded up: 100 % means all."""
    return _NOTHING if share is None else f"{int(share * 100 + 1e-9)} %"


def _span(length: Millis | None) -> str:
    return _NOTHING if length is None else span(length)


def _exact(length: Millis) -> str:
    """`40 ms`, `12.3 s` while tenths matter, then `3:07`."""
    if length >= 100_000:
        return span(length)
    if length >= 1_000:
        return f"{length / 1000:.1f} s"
    return f"{length} ms" if length else _NOTHING
