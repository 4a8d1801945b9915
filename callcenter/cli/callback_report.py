"""`callcenter callback report`: how well promises to ring were kept."""

from collections.abc import Sequence

from rich import box
from rich.table import Table

from callbacks.callback import Kind
from callcenter.callback_desk.report import Row
from callcenter.people_time import span


def tables(rows: Sequence[Row]) -> list[Table]:
    """Those with a promised time; then what we owed otherwise."""
    medical = [row for row in rows if row.kind is Kind.MEDICAL]
    others = [row for row in rows if row.kind is not Kind.MEDICAL]
    made = [_medical(medical)] if medical else []
    return [*made, _others(others)] if others else made


def _medical(rows: Sequence[Row]) -> Table:
    made = _table(
        "Booked callbacks", "language", "booked", "kept", "late", "not\nreached", "tried\nin time",
        "cancelled", "rang\nin", "else\nsettled", "over-\nbooked", "open", "open,\nlate",
        "kept\nrate",
    )  # fmt: skip
    for row in rows:
        rate = row.kept_rate
        made.add_row(
            row.language or "none", *_numbers(
                row.booked, row.kept, row.late, row.unreached, row.tried_in_time, row.cancelled,
                row.rang_in, row.settled, row.overbooked, row.open, row.open_late,
            ),
            # Cut, never rounded up: 100 % means all.
            "-" if rate is None else f"{int(rate * 1000 + 1e-9) / 10} %",
        )  # fmt: skip
    return made


def _others(rows: Sequence[Row]) -> Table:
    made = _table(
        "Places kept, and other calls owed", "why", "language", "booked", "over", "not\nreached",
        "cancelled", "rang\nin", "open", "rung\nfirst", "prediction\nwrong by",
    )  # fmt: skip
    for row in rows:
        made.add_row(
            row.kind.replace("_", " "), row.language or "none", *_numbers(
                row.booked, row.without_promise, row.unreached, row.cancelled, row.rang_in,
                row.open,
            ),
            "-" if row.predicted is None else str(row.predicted),
            "-" if row.error is None else span(row.error),
        )  # fmt: skip
    return made


def _numbers(*counts: int) -> list[str]:
    return [str(count) for count in counts]


def _table(title: str, *columns: str) -> Table:
    made = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False,
        padding=(0, 1, 0, 0),
    )  # fmt: skip
    for column in columns:
        words = column in ("language", "why")
        made.add_column(column, justify="left" if words else "right", no_wrap=True)
    return made


def record(row: Row) -> dict[str, object]:
    """One row for a program: counts, the share from 0 to 1, the error in seconds."""
    return {
        "language": row.language,
        "kind": str(row.kind),
        "booked": row.booked,
        "kept": row.kept,
        "late": row.late,
        "unreached": row.unreached,
        "unreached_tried_in_time": row.tried_in_time,
        "done_without_promise": row.without_promise,
        "cancelled": row.cancelled,
        "rang_in": row.rang_in,
        "settled_without_a_nurse": row.settled,
        "overbooked": row.overbooked,
        "open": row.open,
        "open_late": row.open_late,
        "kept_rate": row.kept_rate,
        "dials": row.dials,
        "predicted": row.predicted,
        "prediction_error_seconds": None if row.error is None else row.error / 1000,
    }
