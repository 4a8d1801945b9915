"""`callcenter callback report`: how well promises to ring were kept."""

from collections.abc import Sequence

from rich import box
from rich.table import Table

from callbacks.callback import Kind
from callcenter.callback_desk.report import Row
from callcenter.people_time import span


def tables(rows: Sequence[Row]) -> list[Table]:
    """Those with a promised time, and what became of them; then what we owed otherwise.

    Each fits a terminal of 80 columns.
    """
    medical = [row for row in rows if row.kind is Kind.MEDICAL]
    others = [row for row in rows if row.kind is not Kind.MEDICAL]
    made = [_medical(medical), _ends(medical)] if medical else []
    return [*made, _others(others)] if others else made


def _medical(rows: Sequence[Row]) -> Table:
    made = _table(
        "Booked callbacks", "language", "booked", "over-\nbooked", "moved", "open",
        "open,\nlate", "kept", "late", "not\nreached", "kept\nrate",
    )  # fmt: skip
    for row in rows:
        rate = row.kept_rate
        made.add_row(
            row.language or "none", *_numbers(
                row.booked, row.overbooked, row.moved, row.open, row.open_late, row.kept,
                row.late, row.unreached,
            ),
            # Cut, never rounded up: 100 % means all.
            "-" if rate is None else f"{int(rate * 1000 + 1e-9) / 10} %",
        )  # fmt: skip
    return made


def _ends(rows: Sequence[Row]) -> Table:
    made = _table(
        "How they ended", "language", "not reached,\ntried in time", "rang in\nherself",
        "settled without\na nurse", "cancelled",
    )  # fmt: skip
    for row in rows:
        made.add_row(
            row.language or "none",
            *_numbers(row.tried_in_time, row.rang_in, row.settled, row.cancelled),
        )
    return made


def _others(rows: Sequence[Row]) -> Table:
    made = _table(
        "Places kept, and other calls owed", "why", "language", "booked", "over",
        "not\nreached", "can-\ncelled", "rang\nin", "open", "rung\nfirst", "wrong\nby",
    )  # fmt: skip
    for row in rows:
        made.add_row(
            row.kind.replace("_", " "), row.language or "none", *_numbers(
                row.booked, row.without_promise, row.unreached, row.cancelled, row.rang_in,
                row.open, row.predicted,
            ),
            "-" if row.error is None else span(row.error),
        )  # fmt: skip
    return made


def _numbers(*counts: int | None) -> list[str]:
    return ["-" if count is None else str(count) for count in counts]


def _table(title: str, *columns: str) -> Table:
    made = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=0,
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
        "moved": row.moved,
        "open": row.open,
        "open_late": row.open_late,
        "kept_rate": row.kept_rate,
        "dials": row.dials,
        "predicted": row.predicted,
        "prediction_error_seconds": None if row.error is None else row.error / 1000,
    }
