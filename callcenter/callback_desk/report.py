"""Report: how well promises to ring were kept. Pure.

Kept rate = kept / (kept + late + unreached), of callbacks with a promised time that have ended.
Kept: a nurse had talked to the patient by the promised time, in our call or in one of hers.
Late: after it. Unreached: given up, however often she was tried in time. In neither part are
cancelled ones, and those settled without a nurse: people say so, or she hung up on us.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from callbacks.callback import Callback, Kind
from callbacks.ledger import Counts, Ledger, count_end
from callcenter.acd.ids import Millis
from language_routing.languages import Language

DEFINITION: Final = (
    "kept rate = kept / (kept + late + unreached), of callbacks with a promised time that have "
    "ended; neither part has cancelled ones, nor those settled without a nurse. Kept: a nurse had "
    "talked to the patient by the promised time, in our call or in one of hers. "
    "Late: after it. Unreached: given up by the policy."
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One language's callbacks of one kind.

    Attributes:
        without_promise: Over, where no time was promised (a kept place).
        settled: Over without a nurse, where a time was promised.
        tried_in_time: Of the unreached, rung at least once by the promised time.
        moved: Times that another time was promised; `None`: only known of all time.
        open, open_late: Now; late: the promised time is over.
        predicted: Patients rung before there was a nurse; `None`: only known of all time.
        error: Mean absolute error of the prediction of a free nurse, in milliseconds.
    """

    language: Language | None
    kind: Kind
    booked: int
    kept: int
    late: int
    unreached: int
    tried_in_time: int
    without_promise: int
    cancelled: int
    rang_in: int
    settled: int
    overbooked: int
    moved: int | None
    open: int
    open_late: int
    dials: int | None
    predicted: int | None
    error: Millis | None

    @property
    def kept_rate(self) -> float | None:
        """Kept / (kept + late + unreached); `None`: none with a promised time has ended."""
        ended = self.kept + self.late + self.unreached
        if self.kind is not Kind.MEDICAL or not ended:
            return None
        return self.kept / ended


def since_ever(ledger: Ledger, now: Millis) -> list[Row]:
    """Of everything that the journal knows, medical ones first."""
    return _ordered(_row(ledger, counts, now, of_all_time=True) for counts in ledger.rows)


def since(ledger: Ledger, start: Millis, now: Millis) -> list[Row]:
    """Of what was booked, or has ended, from `start` on; ended ones are kept for a while only."""
    found: dict[tuple[Language | None, Kind], Counts] = {}
    for one in ledger:
        key = one.wanted or one.language, one.kind
        if key not in found:
            found[key] = Counts(language=key[0], kind=key[1])
        _count(one, found[key], start)
    return _ordered(_row(ledger, counts, now, of_all_time=False) for counts in found.values())


def _count(one: Callback, counts: Counts, start: Millis) -> None:
    if one.booked >= start:
        counts.booked += 1
        counts.overbooked += one.overbooked
    if one.ended is not None and one.ended >= start:
        count_end(one, counts)


def _row(ledger: Ledger, counts: Counts, now: Millis, *, of_all_time: bool) -> Row:
    open_ = [
        one
        for one in ledger
        if one.open and one.kind is counts.kind and (one.wanted or one.language) == counts.language
    ]
    late = sum(one.latest is not None and one.latest < now and one.talked is None for one in open_)
    known = of_all_time and counts.predicted > 0
    return Row(
        language=counts.language,
        kind=counts.kind,
        booked=counts.booked,
        kept=counts.kept,
        late=counts.late,
        unreached=counts.unreached,
        tried_in_time=counts.tried_in_time,
        without_promise=counts.done_without_promise,
        cancelled=counts.cancelled,
        rang_in=counts.rang_in,
        settled=counts.settled,
        overbooked=counts.overbooked,
        moved=counts.moved if of_all_time else None,
        open=len(open_),
        open_late=late,
        dials=counts.dials if of_all_time else None,
        predicted=counts.predicted if of_all_time else None,
        error=counts.error_sum // counts.predicted if known else None,
    )


def _ordered(rows: Iterable[Row]) -> list[Row]:
    order = list(Kind)
    return sorted(rows, key=lambda row: (order.index(row.kind), row.language or ""))
