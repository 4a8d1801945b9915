"""Metrics of a router, named by Prometheus's conventions; no caller, call or nurse is a label.

The state's figures are copied out of the fold once a second by the router's own thread,
so that a scrape never meets it in the middle of a decision.
"""

from collections.abc import Iterator, Sequence

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import REGISTRY, Collector, CollectorRegistry

from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import Millis, entry_time
from callcenter.journal.entry import Entry
from callcenter.router.callback_metrics import ReleaseLag
from callcenter.router.count_metrics import Counted, count_metrics, counted
from callcenter.router.staffing import Staffing
from callcenter.router.state_metrics import state_metrics
from callcenter.shard.shard import Outcome, Shard

_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)


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
        self._release_lag = ReleaseLag(registry)
        # Swapped as one value: a scrape comes from another thread.
        self._shown: tuple[Sequence[Metric], Counted] = ((), Counted())
        registry.register(self)

    def folded(self, event: AnyEvent, shard: Shard) -> None:
        """A leader has folded this entry; `shard` stands behind it."""
        self._release_lag.saw(event, shard.board, shard.now)

    def published(self, entries: Sequence[Entry], outcomes: Sequence[Outcome], now: Millis) -> None:
        """Count what a leader's step has published."""
        self._entries.inc(len(entries))
        for outcome in outcomes:
            if outcome.commands:
                self._delay.observe(max(0, now - entry_time(outcome.entry)) / 1000)

    def refresh(self, shard: Shard, now: Millis) -> None:
        """Copy the figures out of the fold; only a leader shows them."""
        board = shard.board
        unserved = self._staffing.look(board)
        self._release_lag.look(board, now)
        counts = counted(board, shard.late, now, self._shown[1])
        self._shown = (state_metrics(board, unserved, now), counts)

    def clear(self) -> None:
        """A standby shows none, so that figures of two routers are never added up."""
        self._staffing.forget()
        self._release_lag.forget()
        self._shown = ((), Counted())

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        state, counts = self._shown
        yield from state
        if state:
            yield from count_metrics(counts)
