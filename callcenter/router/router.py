"""Router: stands by until the lead is free, then leads until it is fenced or stopped."""

import os
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from redis.exceptions import RedisError

from callcenter.acd.events import SiteLoaded
from callcenter.acd.ids import EntryId, Millis
from callcenter.acd.policy import Policy
from callcenter.journal.archive import Archive
from callcenter.journal.codec import UnknownEvent
from callcenter.journal.functions import Diverged, Fenced
from callcenter.journal.journal import Journal
from callcenter.journal.lead import Lead
from callcenter.journal.trouble import Trouble, wrong_keys
from callcenter.router.follower import Follower, JournalLost
from callcenter.router.leader import Leader, trim_before
from callcenter.router.metrics import RouterMetrics
from callcenter.settings import Settings
from callcenter.store import connect

log = structlog.get_logger()

_WATCH_S = 0.1
_AGAIN_S = 0.5
_SNAPSHOT_EVERY_S = 30.0
_TRIM_EVERY_S = 600.0
_BRING_AGAIN_S = 30.0
_KEEP: Millis = 24 * 3600 * 1000
_HARD_LIMIT = 1 << 30
_STANDBY_TTL_MS = 5_000


class Router:
    """One router process.

    `run` returns after `stop`; a failed Redis or a lost lead only sends it back to
    standing by. `UnknownEvent` ends it: this version must not decide any more.
    """

    def __init__(
        self, settings: Settings, policy: Callable[[], Policy], metrics: RouterMetrics
    ) -> None:
        """Prepare.

        Args:
            policy: The policy in force by now; a leader asks about once a second.
        """
        self._settings = settings
        self._policy = policy
        self._agreed: tuple[Policy | None, Policy] | None = None
        self._brought: Policy | None = None
        self._brought_at = 0.0
        self._metrics = metrics
        self._client: Any = connect(settings)
        self._owner = f"{socket.gethostname()}.{os.getpid()}"
        self._stopping = threading.Event()
        # Reading and beating may go well where publishing fails.
        self._trouble = Trouble(partial(wrong_keys, self._client, settings.shard), calm_s=3.0)
        self._snapshot_at = time.monotonic()
        self._trim_at = time.monotonic()
        self._refreshed_at = 0.0

    def stop(self) -> None:
        """Ask `run` to return; from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Stand by, lead, stand by again, until stopped.

        Raises:
            UnknownEvent: The journal holds events of a newer version.
        """
        while not self._stopping.is_set():
            try:
                self._term()
            except Fenced:
                log.warning("fenced: another router leads")
            except RedisError as error:
                self._trouble.note(error)
                self._stopping.wait(_AGAIN_S)
            except (JournalLost, Diverged) as error:
                log.warning("not the journal that was followed, starting again", exc_info=error)
                self._stopping.wait(_AGAIN_S)
            except UnknownEvent as error:
                log.critical(
                    "the journal is of a newer version: this one decides nothing, upgrade it",
                    exc_info=error,
                )
                raise
            finally:
                self._metrics.leads.set(0)
                self._metrics.clear()

    def _term(self) -> None:
        """From standing by to the loss of the lead."""
        journal = Journal(self._client, self._settings.shard, "router")
        journal.load()
        follower = Follower(self._client, self._settings.shard, journal)
        follower.rebuild()
        lead = Lead(self._client, self._settings.shard, self._owner)
        self._stand_by(follower, lead)
        if lead.token is None:
            return
        follower.check()
        follower.catch_up()
        log.info("leading", token=int(lead.token), entry=follower.shard.position)
        self._metrics.leads.set(1)
        archive = Archive(self._settings.data / "archive")
        leader = Leader(follower, lead, archive, self._metrics)
        self._brought = None
        self._bring_policy(follower)
        try:
            while not self._stopping.is_set():
                leader.turn()
                self._trouble.over()
                self._housekeeping(follower, leader, archive)
        finally:
            archive.close()

    def _stand_by(self, follower: Follower, lead: Lead) -> None:
        key = follower.journal.keys.standby
        while not self._stopping.is_set():
            if lead.watch() and lead.take():
                self._client.delete(key)
                return
            self._client.set(key, self._owner, px=_STANDBY_TTL_MS)
            self._trouble.over()
            follower.check()
            follower.catch_up()
            if time.monotonic() - self._snapshot_at >= _SNAPSHOT_EVERY_S:
                self._snapshot(follower)
            self._stopping.wait(_WATCH_S)

    def _housekeeping(self, follower: Follower, leader: Leader, archive: Archive) -> None:
        now = time.monotonic()
        if now - self._refreshed_at >= 1.0:
            self._refreshed_at = now
            self._metrics.refresh(follower.shard, follower.journal.clock.now())
            self._bring_policy(follower)
        if now - self._snapshot_at >= _SNAPSHOT_EVERY_S:
            if self._client.exists(follower.journal.keys.standby):
                self._snapshot_at = now
            else:
                leader.publish()
                self._snapshot(follower)
        if now - self._trim_at >= _TRIM_EVERY_S:
            self._trim_at = now
            before, forced = trim_before(follower, archive, _KEEP, _HARD_LIMIT)
            if forced:
                log.error("journal over its hard limit: trimming to the snapshot")
            if before is not None:
                count = follower.journal.trim(EntryId(before))
                log.info("journal trimmed", count=count)

    def _bring_policy(self, follower: Follower) -> None:
        """Let the journal say what the accepted site says, if it does not yet.

        One that was just brought may not have been folded yet, and one that the fold cannot
        take would come back each second.
        """
        policy, now = self._policy(), time.monotonic()
        known = follower.shard.board.policy
        if self._agreed is not None and known is self._agreed[0] and policy is self._agreed[1]:
            return  # to compare two large ones takes milliseconds
        if known == policy:
            self._agreed = (known, policy)
            return
        if policy is self._brought and now - self._brought_at < _BRING_AGAIN_S:
            return
        self._brought, self._brought_at = policy, now
        log.info("bringing the accepted site")
        follower.journal.append(SiteLoaded(policy=policy))

    def _snapshot(self, follower: Follower) -> None:
        self._snapshot_at = time.monotonic()
        follower.snapshots.write(follower.shard)
