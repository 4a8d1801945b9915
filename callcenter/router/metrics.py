"""Metrics of a router, named by Prometheus's conventions; no caller, call or nurse is a label.

The state's figures are copied out of the fold once a second by the router's own thread,
so that a scrape never meets it in the middle of a decision.
"""

from collections.abc import Iterator, Sequence

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import REGISTRY, Collector, CollectorRegistry

from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState
from callcenter.acd.ids import Millis, entry_time
from callcenter.acd.nurse import NurseState
from callcenter.acd.stats import WAIT_BOUNDS
from callcenter.journal.entry import Entry
from callcenter.router.staffing import Staffing, signed_in, without_nurse
from callcenter.shard.shard import Outcome, Shard

_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
_COUNTS = {
    "queued": "Callers who stood in line",
    "left_ivr": "Callers who hung up before they chose a language",
    "answered": "Callers whom a nurse answered",
    "abandoned": "Callers who hung up in line",
    "cut_off": "Callers lost with an Asterisk, to be rung back",
    "offered": "Ringings of a nurse's phone decided",
    "missed": "Ringings that no nurse took, or took for a moment",
    "returned": "Conversations that were none, back in line",
}


class RouterMetrics(Collector):
    """One router's figures."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.quarantined = Counter(
            "callcenter_entries_quarantined_total",
            "Journal entries that could not be folded",
            registry=registry,
        )
        self.archive_errors = Counter(
            "callcenter_archive_errors_total", "Archive writes that failed", registry=registry
        )
        self.archive_behind = Gauge(
            "callcenter_archive_behind", "1 while the archive cannot be written", registry=registry
        )
        self.leads = Gauge(
            "callcenter_router_leads", "1 while this router decides", registry=registry
        )
        self._entries = Counter(
            "callcenter_journal_entries_total", "Journal entries published", registry=registry
        )
        self._delay = Histogram(
            "callcenter_publish_delay_seconds",
            "From an entry's stamp to the publication of its decisions",
            buckets=_FAST,
            registry=registry,
        )
        self._staffing = Staffing()
        self._families: list[Metric] = []
        registry.register(self)

    def published(self, entries: Sequence[Entry], outcomes: Sequence[Outcome], now: Millis) -> None:
        """Count what a leader's step has published."""
        self._entries.inc(len(entries))
        for outcome in outcomes:
            if outcome.commands:
                self._delay.observe(max(0, now - entry_time(outcome.entry)) / 1000)

    def refresh(self, shard: Shard, now: Millis) -> None:
        """Copy the figures out of the fold; only a leader shows them."""
        board = shard.board
        self._staffing.look(board)
        self._families = [*_state(board, now), *_staff(board), *_tallies(board), _late(shard)]

    def clear(self) -> None:
        """A standby shows none, so that figures of two routers are never added up."""
        self._staffing.forget()
        self._families = []

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


def _late(shard: Shard) -> Metric:
    family = CounterMetricFamily("callcenter_events_late", "Events that came late or doubled")
    family.add_metric([], shard.late)
    return family


def _staff(board: Board) -> list[Metric]:
    labels = ["language"]
    duty = GaugeMetricFamily(
        "callcenter_queue_nurses_signed_in", "Nurses signed in, by language", labels=labels
    )
    alone = GaugeMetricFamily(
        "callcenter_queue_calls_without_nurse",
        "Callers in line while nobody who speaks their language is signed in",
        labels=labels,
    )
    unserved = without_nurse(board)
    for language, count in signed_in(board).items():
        duty.add_metric([language], count)
        alone.add_metric([language], unserved.get(language, 0))
    return [duty, alone]


def _state(board: Board, now: Millis) -> list[Metric]:
    waiting = GaugeMetricFamily(
        "callcenter_queue_calls_waiting", "Callers in line", labels=["language"]
    )
    longest = GaugeMetricFamily(
        "callcenter_queue_longest_wait_seconds",
        "Age of the oldest caller in line",
        labels=["language"],
    )
    contacts = GaugeMetricFamily("callcenter_contacts", "Contacts by state", labels=["state"])
    nurses = GaugeMetricFamily("callcenter_nurses", "Nurses by state", labels=["state"])
    phones = GaugeMetricFamily("callcenter_nurse_phones_reachable", "Nurses' phones reachable")
    in_line: dict[str, list[Millis]] = {
        language: [] for language in (board.policy.languages if board.policy else ())
    }
    for contact in board.contacts.values():
        if contact.state in (ContactState.WAITING, ContactState.OFFERED) and contact.language:
            in_line.setdefault(contact.language, []).append(contact.arrived)
    for language, arrivals in in_line.items():
        waiting.add_metric([language], len(arrivals))
        oldest = max(0, now - min(arrivals)) / 1000 if arrivals else 0
        longest.add_metric([language], oldest)
    for contact_state in ContactState:
        count = sum(c.state is contact_state for c in board.contacts.values())
        contacts.add_metric([contact_state], count)
    for nurse_state in NurseState:
        count = sum(n.state is nurse_state for n in board.nurses.values())
        nurses.add_metric([nurse_state], count)
    phones.add_metric([], sum(n.reachable for n in board.nurses.values()))
    return [waiting, longest, contacts, nurses, phones]


def _tallies(board: Board) -> list[Metric]:
    labels = ["language", "class"]
    counters = {
        name: CounterMetricFamily(f"callcenter_calls_{name}", text, labels=labels)
        for name, text in _COUNTS.items()
    }
    answer = HistogramMetricFamily(
        "callcenter_speed_of_answer_seconds", "From standing in line to the answer", labels=labels
    )
    for tally in board.tallies:
        values = [tally.language or "none", tally.priority_class]
        for name, family in counters.items():
            family.add_metric(values, getattr(tally, name))
        buckets, total = [], 0
        for bound, count in zip(WAIT_BOUNDS, tally.wait_buckets, strict=False):
            total += count
            buckets.append((str(bound / 1000), total))
        buckets.append(("+Inf", total + tally.wait_buckets[-1]))
        answer.add_metric(values, buckets, tally.wait_sum / 1000)
    return [*counters.values(), answer]
