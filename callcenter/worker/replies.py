"""Replies: a patient cancels her callback by answering our text message.

Where more answers came than one look reads, the next looks go on towards the older ones:

    since ........ [until <- read] ... now      `since` moves only when all between was read
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog

from callbacks.callback import Callback, CallbackMove
from callbacks.texts import cancellable, cancels
from callcenter.acd.board import Board
from callcenter.acd.callback_events import CallbackCancelled
from callcenter.router.follower import Follower
from callcenter.seal import Seal, dialable
from callcenter.settings import Settings
from callcenter.worker import PREFIX
from callcenter.worker.carrier import Carrier, NotTaken, Refused, Reply, Unsure
from callcenter.worker.fold import folded
from callcenter.worker.job import run
from callcenter.worker.queue import milliseconds

log = structlog.get_logger()

MOST: Final = 500
# Looks in one job: each takes at most 10 s, and the job 45 s.
_LOOKS: Final = 3
# What was sent before the last look may be shown after it.
_OVERLAP_MS: Final = 600_000
_FIRST_MS: Final = 3_600_000
_KEEP_S: Final = 7 * 86_400
# An answer to an older message cannot cancel what was booked after it; their clock and ours.
_CLOCKS_MS: Final = 120_000
# So long an answer may be ahead of our knowing that the text was sent; less than the overlap.
_AHEAD_MS: Final = 480_000


class Became(StrEnum):
    """What became of an answer."""

    CANCELLED = "cancelled"  # it cancelled something
    UNMATCHED = "unmatched"  # it asks to cancel, and there is nothing that it may cancel
    UNREAD = "unread"  # it says something else, and nobody reads it


def replies() -> int:
    """The job; how many answers cancelled something.

    Raises:
        JobFailed: The answers cannot be read.
    """
    return run(_replies)


def _replies(client: Any, settings: Settings) -> int:
    account = settings.twilio()
    if account is None or not account.answerable:
        return 0
    reading = Reading(
        client=client,
        settings=settings,
        seal=Seal(settings.data / "keys"),
        carrier=Carrier(account),
    )
    try:
        return reading.read()
    except (Refused, NotTaken, Unsure) as error:
        log.warning("answers to text messages not read", reason=str(error))
        return 0


def replies_key(settings: Settings) -> str:
    """Where is kept how far they were read, and what became of how many."""
    return f"{PREFIX}:cc:{settings.shard}:answers"


def cancelled_by(board: Board, seal: Seal, reply: Reply) -> list[CallbackCancelled]:
    """What the answer cancels: of what she was sent a message about before she answered."""
    return [
        CallbackCancelled(callback=one.id, reason="reply", actor="patient")
        for one in _hers(board, seal, reply)
        if any(text.outcome == "sent" and text.owed <= reply.at + _CLOCKS_MS for text in one.texts)
    ]


def ahead(board: Board, seal: Seal, reply: Reply, now: int) -> bool:
    """Whether it may answer a message of which we do not know yet that it was sent."""
    if reply.at < now - _AHEAD_MS:
        return False
    return any(not text.outcome for one in _hers(board, seal, reply) for text in one.texts)


def _hers(board: Board, seal: Seal, reply: Reply) -> list[Callback]:
    """What she may cancel so."""
    number = dialable(reply.number)
    if number is None or not cancels(reply.words):
        return []
    return [
        one
        for one in board.ledger.of(seal.recognise(number))
        if one.can(CallbackMove.CANCEL) and cancellable(one) and one.booked <= reply.at + _CLOCKS_MS
    ]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Who reads the answers. Next: `read`, once a minute."""

    client: Any
    settings: Settings
    seal: Seal
    carrier: Carrier
    most: int = MOST

    def read(self) -> int:
        """Every answer since the last look, once; how many of them cancelled something.

        Raises:
            Refused, NotTaken, Unsure: The carrier does not say.
            JournalLost, UnknownEvent: The journal cannot be followed.
            redis.exceptions.RedisError: Redis is unreachable.
        """
        key = replies_key(self.settings)
        now = milliseconds(self.client)
        kept = self.client.hmget(key, "since", "until", "then")
        since, until, then = (int(value or 0) for value in kept)
        since, then = since or now - _FIRST_MS, then or now
        follower: Follower | None = None
        counts: Counter[Became] = Counter()
        for _ in range(_LOOKS):
            found, older = self.carrier.replies(since - _OVERLAP_MS, until or None, self.most)
            fresh = [one for one in found if not self.client.exists(self._mark(one))]
            if fresh and follower is None:
                follower = folded(self.client, self.settings, "replies")
            for reply in fresh:
                assert follower is not None
                self._take(follower, reply, now, counts)
            if not older:
                self.client.hset(key, mapping={"since": then, "until": 0, "then": 0})
                break
            # Its own second again: Twilio's times have whole ones.
            oldest = min((one.at for one in found), default=until or now) + 1000
            until = oldest if not until or oldest < until else until - 1000
            self.client.hset(key, mapping={"since": since, "until": until, "then": then})
        else:
            log.warning("more answers to text messages than can be read at once")
        for became, count in counts.items():
            told = log.info if became is Became.CANCELLED else log.warning
            told("answers to text messages", outcome=str(became), count=count)
        return counts[Became.CANCELLED]

    def _take(self, follower: Follower, reply: Reply, now: int, counts: Counter[Became]) -> None:
        board = follower.shard.board
        if not cancels(reply.words):
            became = Became.UNREAD
        elif events := cancelled_by(board, self.seal, reply):
            follower.journal.append(*events)
            became = Became.CANCELLED
        elif ahead(board, self.seal, reply, now):
            return  # the next looks find it again
        else:
            became = Became.UNMATCHED
        self._done(reply, became)
        counts[became] += 1

    def _done(self, reply: Reply, became: Became) -> None:
        # After the append: a crash between the two cancels what is cancelled.
        with self.client.pipeline(transaction=True) as pipeline:
            pipeline.set(self._mark(reply), "1", ex=_KEEP_S)
            pipeline.hincrby(replies_key(self.settings), str(became), 1)
            pipeline.execute()

    def _mark(self, reply: Reply) -> str:
        return f"{PREFIX}:cc:{self.settings.shard}:reply:{reply.reference}"
