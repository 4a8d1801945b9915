"""Leader: folds each new entry, decides, and publishes decisions, commands and position.

One round: read what is new, fold and decide entry by entry, publish all of it in one
atomic step, archive it. What decided nothing may wait a moment for company: each step is
synced to disk, and a hand-over should not stand behind steps that nobody waits for. Where
nothing happens, it appends a `Tick` when a deadline passes, and lets its heart beat. An
entry that the fold cannot take is quarantined.
"""

from typing import Any

import structlog

from callcenter.acd.decisions import Offer
from callcenter.acd.events import Tick
from callcenter.acd.ids import Millis, entry_time
from callcenter.journal.archive import Archive, fill
from callcenter.journal.codec import UnreadableEvent, decode_event
from callcenter.journal.entry import Entry
from callcenter.journal.lead import Lead
from callcenter.router.follower import Follower
from callcenter.router.metrics import RouterMetrics
from callcenter.shard.shard import Outcome

log = structlog.get_logger()

BEAT_EVERY: Millis = 300
_HOLD: Millis = 20  # how long entries without a decision wait for others
_BATCH = 128
_TICK_APART: Millis = 5  # a deadline that is estimated a little early must not spin


class Leader:
    """The router that holds the lead, from taking it to losing it."""

    def __init__(
        self, follower: Follower, lead: Lead, archive: Archive, metrics: RouterMetrics
    ) -> None:
        self._follower = follower
        self._journal = follower.journal
        self._lead = lead
        self._archive = archive
        self._metrics = metrics
        self._ticked_at: Millis = 0
        self._archive_behind = True  # an earlier leader may not have archived all
        self._archive_fails = False
        self._held: list[Entry] = []
        self._outcomes: list[Outcome] = []  # of each held entry
        self._held_since: Millis = 0
        self._published = follower.shard.position

    def turn(self) -> int:
        """One round; how many entries it folded. After a round of none, all are published.

        Raises:
            Fenced: Another router leads; forget everything and stand by.
            Diverged: Redis has not what was folded; forget everything and rebuild.
            UnknownEvent: A newer version writes events that this one cannot fold.
            redis.exceptions.RedisError: What was published is unknown; rebuild.
        """
        entries = self._journal.read(
            self._follower.shard.position, count=_BATCH, block=self._patience()
        )
        if not entries:
            if self._held:
                self.publish()
            else:
                self._nothing_happened()
            return 0
        self._fold(entries)
        return len(entries)

    def _patience(self) -> Millis:
        now = self._journal.clock.now()
        until = [now + BEAT_EVERY]
        if self._held:
            until.append(self._held_since + _HOLD)
        if (deadline := self._follower.shard.next_deadline()) is not None:
            until.append(deadline)
        return max(1, min(until) - now)

    def _nothing_happened(self) -> None:
        now = self._journal.clock.now()
        deadline = self._follower.shard.next_deadline()
        if deadline is not None and deadline <= now and now >= self._ticked_at + _TICK_APART:
            stamp = entry_time(self._journal.append(Tick(deadline=deadline)))
            # Our clock may be ahead: the journal's goes slower while it comes back to the wall's.
            self._ticked_at = now + max(0, deadline - stamp)
        else:
            self._lead.beat()

    def _fold(self, entries: list[Entry]) -> None:
        outcomes: list[Outcome] = []
        for index, entry in enumerate(entries):
            try:
                event = decode_event(entry.data)
            except UnreadableEvent as error:
                outcomes.append(self._quarantine(entry, error))
                continue
            try:
                outcomes.append(self._follower.shard.lead(entry.id, event))
            except Exception as error:  # a bug in the fold is one entry's misfortune, no outage
                self._hold(entries[:index], outcomes)
                self.publish()
                self._follower.rebuild()
                self._hold([entry], [self._quarantine(entry, error)])
                if entries[index + 1 :]:
                    self._fold(entries[index + 1 :])
                return
            self._metrics.folded(event, self._follower.shard)
        self._hold(entries, outcomes)

    def _hold(self, entries: list[Entry], outcomes: list[Outcome]) -> None:
        """Publish them with what is held already, unless they can wait."""
        now = self._journal.clock.now()
        if not self._held:
            self._held_since = now
        self._held += entries
        self._outcomes += outcomes
        decided = any(outcome.decisions for outcome in outcomes)
        if decided or now >= self._held_since + _HOLD or len(self._held) >= _BATCH:
            self.publish()

    def _quarantine(self, entry: Entry, error: Exception) -> Outcome:
        log.error("entry quarantined", entry=entry.id, exc_info=error)
        self._metrics.quarantined.inc()
        return self._follower.shard.quarantine(entry.id, type(error).__name__)

    def publish(self) -> None:
        """Publish and archive what is held. A snapshot is of what is published, so call it before.

        Raises:
            Fenced, Diverged, redis.exceptions.RedisError: As for `turn`.
        """
        entries, outcomes = self._held, self._outcomes
        self._held, self._outcomes = [], []
        if not outcomes:
            return
        assert self._lead.token is not None
        self._journal.step(self._lead.token, outcomes, after=self._published)
        self._published = outcomes[-1].entry
        for outcome in outcomes:
            for decision in outcome.decisions:
                if isinstance(decision, Offer):
                    log.info(
                        "offered", contact=decision.contact, nurse=decision.nurse,
                        offer=decision.offer,
                    )  # fmt: skip
        self._journal.clock.saw(entry_time(entries[-1].id))
        self._metrics.published(entries, outcomes, self._journal.clock.now())
        self._keep(entries, outcomes)

    def _keep(self, entries: list[Entry], outcomes: list[Outcome]) -> None:
        """Archive what was published; a full disk stops no call, and is caught up with later."""
        try:
            if self._archive_behind:
                self._archive.recover()
                fill(self._archive, self._journal, entries[-1].id)
                self._archive_behind = False
                self._archived()
                return
            self._archive.write(
                [
                    (entry.id, entry.data, outcome.decisions)
                    for entry, outcome in zip(entries, outcomes, strict=True)
                ]
            )
        except OSError as error:
            self._archive_behind = True
            self._metrics.archive_errors.inc()
            if not self._archive_fails:  # once, not at every step
                log.error("archive not written: the second copy is behind", exc_info=error)
                self._metrics.archive_behind.set(1)
            self._archive_fails = True

    def _archived(self) -> None:
        if self._archive_fails:
            log.warning("archive written again")
        self._archive_fails = False
        self._metrics.archive_behind.set(0)


def trim_before(
    follower: Follower, archive: Archive, keep: Millis, hard_limit: int
) -> tuple[Any, bool]:
    """Before which entry the journal may be cut, and whether only the hard limit says so.

    Nothing goes that the newest snapshot does not cover; the archive may delay it,
    up to `hard_limit` bytes.
    """
    snapshot = follower.snapshots.position()
    if snapshot is None:
        return None, False
    oldest = follower.shard.now - keep
    if follower.journal.size() > hard_limit:
        return snapshot, True
    times = (oldest, entry_time(snapshot), entry_time(archive.position))
    return f"{max(0, min(times))}-0", False
