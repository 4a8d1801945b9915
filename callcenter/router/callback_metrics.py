"""Callback metrics: promises to ring somebody, how they are kept, and how late a nurse hears of it.

Levels are counted on the board once a second; counts are those of the ledger since the journal
began. The language is the patient's: the one that she is to be spoken to in.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import prometheus_client
from msgspec.structs import replace
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from callbacks.callback import ENDED, Callback, CallbackId, CallbackState, DialResult, Kind
from callbacks.ledger import Counts
from callcenter.acd.board import Board
from callcenter.acd.events import AnyEvent, NurseRang
from callcenter.acd.ids import Millis

_OPEN: Final = tuple(state for state in CallbackState if state not in ENDED)
_OUT_OF_LINE: Final = (CallbackState.SCHEDULED, CallbackState.DUE)
_LABELS: Final = ("language", "kind")
_NONE: Final = "none"
_COUNTS: Final = {
    "booked": "Callbacks promised",
    "kept": "A nurse talked to the patient by the promised time; the kept rate is this / "
    "(this + late + unreached)",
    "late": "As kept, after the promised time",
    "settled": "Over without a nurse, where a time was promised",
    "done_without_promise": "Over, where no time was promised",
    "unreached": "Given up: rung as often as the policy says, and not reached",
    "tried_in_time": "Of the unreached, rung at least once by the promised time",
    "cancelled": "Cancelled before a nurse's phone rang",
    "moved": "Moved to another time",
    "overbooked": "Promised by a supervisor beyond what staffing can keep",
    "rang_in": "Rang in themselves, and were served so",
    "dials": "Times that a patient's phone was rung",
    "overlooked": "Found overdue by the independent check; must stay 0",
}
# A due time is noted from so long before it comes: the board is looked at once a second.
_AHEAD: Final[Millis] = 3_000
_LAG_BOUNDS: Final = (0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 5, 10, 30, 60, 300, 1800)


def language_of(callback: Callback) -> str:
    """In which she is spoken to, as a label."""
    return callback.wanted or callback.language or _NONE


# -- levels -----------------------------------------------------------------------------


def callback_levels(board: Board, now: Millis) -> list[Metric]:
    """What is open now."""
    open_ = [callback for callback in board.ledger if callback.open]
    tasks = GaugeMetricFamily(
        "callcenter_callback_tasks_open", "Patients not reached, for a supervisor to see to"
    )
    tasks.add_metric([], len(board.ledger.tasks))
    return [
        _by_state(board, open_),
        _by_language(
            board,
            "callcenter_callbacks_late_open",
            "Callbacks whose promised time is over, and no nurse has talked to the patient",
            Counter(language_of(one) for one in open_ if _is_late(one, now)),
        ),
        _by_language(
            board,
            "callcenter_callback_most_overdue_seconds",
            "For how long the most overdue callback should have been in line; 0: none is",
            _most_overdue(open_, now),
        ),
        tasks,
        _kept_rate(board),
    ]


def _is_late(callback: Callback, now: Millis) -> bool:
    return callback.latest is not None and callback.latest < now and callback.talked is None


def _languages(board: Board) -> tuple[str, ...]:
    return tuple(board.policy.languages) if board.policy is not None else ()


def _by_state(board: Board, open_: list[Callback]) -> Metric:
    family = GaugeMetricFamily(
        "callcenter_callbacks", "Callbacks that are open, by state", labels=("language", "state")
    )
    found = Counter({(tag, str(state)): 0 for tag in _languages(board) for state in _OPEN})
    found.update((language_of(one), str(one.state)) for one in open_)
    for (language, state), count in found.items():
        family.add_metric([language, state], count)
    return family


def _by_language(board: Board, name: str, text: str, found: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=("language",))
    seconds = name.endswith("_seconds")
    for language, value in (dict.fromkeys(_languages(board), 0) | found).items():
        family.add_metric([language], value / 1000 if seconds else value)
    return family


def _most_overdue(open_: list[Callback], now: Millis) -> dict[str, Millis]:
    found: dict[str, Millis] = {}
    for one in open_:
        if one.state in _OUT_OF_LINE and one.due_at is not None and one.due_at < now:
            language = language_of(one)
            found[language] = max(found.get(language, 0), now - one.due_at)
    return found


def _kept_rate(board: Board) -> Metric:
    family = GaugeMetricFamily(
        "callcenter_callback_kept_rate",
        "Medical callbacks kept / (kept + late + unreached) since the journal began; "
        "not there before one has ended",
        labels=("language",),
    )
    for row in board.ledger.rows:
        ended = row.kept + row.late + row.unreached
        if row.kind is Kind.MEDICAL and ended:
            family.add_metric([row.language or _NONE], row.kept / ended)
    return family


# -- counts -----------------------------------------------------------------------------


def copied(rows: Iterable[Counts]) -> tuple[Counts, ...]:
    """The counts of this moment: the ledger goes on counting in its own."""
    return tuple(replace(row, failed=dict(row.failed)) for row in rows)


def callback_counts(rows: Sequence[Counts]) -> list[Metric]:
    """All families of the ledger's counts."""
    found: list[Metric] = []
    for name, text in _COUNTS.items():
        family = CounterMetricFamily(f"callcenter_callbacks_{name}", text, labels=_LABELS)
        for row in rows:
            family.add_metric(_of(row), getattr(row, name))
        found.append(family)
    return [*found, _failed(rows), *_predicted(rows)]


def _of(row: Counts) -> list[str]:
    return [row.language or _NONE, str(row.kind)]


def _failed(rows: Sequence[Counts]) -> Metric:
    family = CounterMetricFamily(
        "callcenter_callback_dials_failed",
        "Ringings of a patient's phone that led to no conversation, by their result",
        labels=(*_LABELS, "result"),
    )
    for row in rows:
        for result in DialResult:
            family.add_metric([*_of(row), str(result)], row.failed.get(result, 0))
    return family


def _predicted(rows: Sequence[Counts]) -> list[Metric]:
    error = SummaryMetricFamily(
        "callcenter_callback_prediction_error_seconds",
        "By how much a free nurse came sooner or later than predicted, of patients rung first",
        labels=_LABELS,
    )
    early = CounterMetricFamily(
        "callcenter_callback_prediction_early_seconds",
        "The part of that in which the nurse was free sooner",
        labels=_LABELS,
    )
    for row in rows:
        error.add_metric(_of(row), row.predicted, row.error_sum / 1000)
        early.add_metric(_of(row), row.early_sum / 1000)
    return [error, early]


# -- from due to the nurse's phone --------------------------------------------------------


class ReleaseLag:
    """How long after a callback came due the first nurse's phone rang for it, as a leader sees it.

    Next: `look`, about once a second, and `saw` for each entry. Of a callback whose due time was
    not seen (a router that has just taken the lead) the time counts from its place in line.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._lag = prometheus_client.Histogram(
            "callcenter_callback_release_lag_seconds",
            "From a callback's due time to the first ringing of a nurse's phone, where the nurse "
            "is rung first; waiting for a free nurse is in it",
            buckets=_LAG_BOUNDS,
            registry=registry,
        )
        self._due: dict[CallbackId, Millis] = {}
        self._rung: set[CallbackId] = set()

    def look(self, board: Board, now: Millis) -> None:
        """Note what comes due soon."""
        due: dict[CallbackId, Millis] = {}
        rung: set[CallbackId] = set()
        for one in board.ledger:
            if not one.open:
                continue
            if one.state in _OUT_OF_LINE:
                if one.due_at is not None and one.due_at <= now + _AHEAD:
                    due[one.id] = one.due_at
            elif one.id in self._rung:
                rung.add(one.id)
            elif one.id in self._due:
                due[one.id] = self._due[one.id]
        self._due, self._rung = due, rung

    def saw(self, event: AnyEvent, board: Board, now: Millis) -> None:
        """A folded entry; `now` is its stamp."""
        if not isinstance(event, NurseRang):
            return
        contact = board.contacts.get(event.contact)
        if contact is None or contact.callback is None or not contact.absent:
            return
        if contact.callback in self._rung:
            return  # another nurse is rung for the same
        self._rung.add(contact.callback)
        due = self._due.pop(contact.callback, contact.arrived)
        self._lag.observe(max(0, now - due) / 1000)

    def forget(self) -> None:
        """No longer the leader."""
        self._due, self._rung = {}, set()
