"""Reconciler: compares what is owed with what RQ has, and enqueues what is missing.

RQ is a trigger, never the truth. What stands in the ledger as owed is done in the end, whatever
RQ has lost; a job that runs twice finds that nothing is owed any more.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError

from callbacks.callback import Callback, Text
from callcenter.acd.callback_events import TextSent
from callcenter.journal.codec import UnknownEvent
from callcenter.journal.journal import Journal
from callcenter.journal.trouble import Trouble
from callcenter.router.follower import Follower, JournalLost
from callcenter.settings import Settings, TwilioAccount
from callcenter.store import connect
from callcenter.worker import metrics
from callcenter.worker.note import Notes
from callcenter.worker.places import Place, clear, place
from callcenter.worker.queue import (
    CHECK,
    KEEP_S,
    REPLIES,
    milliseconds,
    once,
    queue,
    rq_connection,
    text_call,
    text_job,
)

log = structlog.get_logger()

_LOOK_EVERY_S: Final = 0.5
_AGAIN_S: Final = 1.0
_CHECK_EVERY_S: Final = 1.0
_REFRESH_EVERY_S: Final = 5.0
# So long after its last sight a job is missed. A worker that has taken one begins within a moment;
# the journal says within another that a text was sent.
PATIENCE_S: Final = {
    Place.TAKEN: 30.0,
    Place.ENDED: 5.0,
    Place.NOWHERE: 5.0,
    Place.OVERDUE: 0.0,
}
# A job that fails again and again is run again less and less often, at last each so long; RQ
# must still know that it ended.
_FAILING_S: Final = KEEP_S - 15.0
_TEXT_EVERY_S: Final = 3.0
_OFF_AGAIN_S: Final = 30.0


@dataclass(kw_only=True)
class _Seen:
    """A text that is owed, as last seen by the monotonic clock.

    Attributes:
        enqueued: Whether it had a job, so that a missing one is lost.
        missed: Since when its job is not where it should be.
        failed: How often a job of it has ended, and nothing came of it.
        look: When to look again.
    """

    enqueued: bool = False
    missed: float | None = None
    failed: int = 0
    look: float = 0.0


class Reconciler:
    """One shard's. Next: `run`."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._monotonic = monotonic
        client = connect(settings)
        self._follower = Follower(
            client, settings.shard, Journal(client, settings.shard, "reconciler")
        )
        self._jobs: Any = queue(settings, rq_connection(settings))
        self._notes = Notes(client, settings.shard)
        self._seen: dict[str, _Seen] = {}
        self._lost = True
        self._minute = -1
        self._checked_at = self._refreshed_at = float("-inf")
        self._said_broken = False
        self._stopping = threading.Event()
        self._trouble = Trouble()

    def stop(self) -> None:
        """Ask `run` to return; from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Compare until `stop`.

        Raises:
            UnknownEvent: The journal holds events of a newer version.
        """
        while not self._stopping.is_set():
            pause = _AGAIN_S
            try:
                self.turn()
                pause = _LOOK_EVERY_S
            except RedisError as error:
                self._trouble.note(error)
            except JournalLost as error:
                log.warning("not the journal that was followed, starting again", exc_info=error)
                self._lost = True
            except UnknownEvent as error:
                log.critical("the journal is of a newer version: upgrade", exc_info=error)
                raise
            except Exception as error:
                log.error("the reconciler failed, starting again", exc_info=error)
                self._lost = True
            self._stopping.wait(pause)

    def turn(self) -> None:
        """Compare once.

        Raises:
            JournalLost: It is another journal; the next turn begins anew.
            UnknownEvent: The journal holds events of a newer version.
            redis.exceptions.RedisError: Redis is unreachable.
        """
        self._follow()
        now = milliseconds(self._jobs.connection)
        broken, account = self._account()
        self._texts(now, account, broken)
        self._every_minute(now // 60_000, account)
        if self._monotonic() - self._refreshed_at >= _REFRESH_EVERY_S:
            self._refreshed_at = self._monotonic()
            metrics.refresh(self._jobs, self._settings, now)
        self._trouble.over()

    def _follow(self) -> None:
        if self._lost:
            self._follower.rebuild()
            self._lost = False
            return
        if self._monotonic() - self._checked_at >= _CHECK_EVERY_S:
            self._checked_at = self._monotonic()
            self._follower.check()
        self._follower.catch_up()

    def _account(self) -> tuple[bool, TwilioAccount | None]:
        """Whether the account is broken, and the account."""
        try:
            account = self._settings.twilio()
        except ValueError as error:
            if not self._said_broken:
                log.error("text messages wait: see `callcenter doctor`", exc_info=error)
            self._said_broken = True
            metrics.ON.set(-1)
            return True, None
        self._said_broken = False
        metrics.ON.set(account is not None)
        return False, account

    # -- texts ----------------------------------------------------------------------------

    def _texts(self, now: int, account: TwilioAccount | None, broken: bool) -> None:
        board = self._follower.shard.board
        owed = {
            self._notes.key(callback.id, text.kind, text.owed): (callback, text)
            for callback in board.ledger
            for text in callback.texts
            if not text.outcome
        }
        metrics.OWED.set(len(owed))
        oldest = min((text.owed for _, text in owed.values()), default=None)
        age = 0 if oldest is None else max(0, self._follower.shard.now - oldest)
        metrics.OLDEST.set(age / 1000)
        self._seen = {key: self._seen.get(key) or _Seen() for key in owed}
        if broken:
            return
        for key, (callback, text) in owed.items():
            seen = self._seen[key]
            if seen.look > self._monotonic():
                continue
            if account is None:
                off = TextSent(callback=callback.id, kind=text.kind, outcome="off", owed=text.owed)
                self._follower.journal.append(off)
                seen.look = self._monotonic() + _OFF_AGAIN_S
            else:
                seen.look = self._monotonic() + _TEXT_EVERY_S
                self._see_to(key, callback, text, seen, now)

    def _see_to(self, key: str, callback: Callback, text: Text, seen: _Seen, now: int) -> None:
        """See that a job will send it."""
        note = self._notes.read(key)
        if note.until > now:  # it is being sent just now
            seen.missed = None
            return
        job = text_job(self._settings.shard, callback.id, text.kind, text.owed, note.tries)
        where = place(self._jobs, job, now)
        if where in (Place.QUEUED, Place.SCHEDULED):
            seen.enqueued, seen.missed = True, None
            return
        if note.next > now:
            seen.missed = None
            return
        if seen.enqueued or where is not Place.NOWHERE:
            if seen.missed is None:
                seen.missed = self._monotonic()
            if self._monotonic() - seen.missed < _patience(where, seen.failed):
                return
            if where is Place.ENDED:
                seen.failed += 1
                metrics.FAILED.inc()
            else:
                metrics.LOST.labels(where).inc()
            log.warning("job enqueued again", where=str(where), count=note.tries)
        clear(self._jobs, job)
        call = text_call(callback.id, text.kind, text.owed, job)
        with suppress(DuplicateJobError):  # another reconciler was quicker
            self._jobs.enqueue_call(**call, unique=True)
            metrics.ENQUEUED.inc()
        seen.enqueued, seen.missed = True, None

    # -- every minute ---------------------------------------------------------------------

    def _every_minute(self, minute: int, account: TwilioAccount | None) -> None:
        if minute == self._minute:
            return
        shard = self._settings.shard
        once(self._jobs, CHECK, f"{shard}-check-{minute}")
        if account is not None and account.answerable:
            once(self._jobs, REPLIES, f"{shard}-replies-{minute}")
        self._minute = minute


def _patience(where: Place, failed: int) -> float:
    """How long a job is missed before it is enqueued again, in seconds."""
    if where is Place.ENDED:
        return min(PATIENCE_S[where] * 2.0 ** min(failed, 10), _FAILING_S)
    return PATIENCE_S[where]
