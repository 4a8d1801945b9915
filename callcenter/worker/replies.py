"""Replies: a patient cancels her callback by answering our text message."""

from typing import Any, Final

import structlog

from callbacks.callback import CallbackMove
from callbacks.texts import cancels
from callcenter.acd.board import Board
from callcenter.acd.callback_events import CallbackCancelled
from callcenter.seal import Seal, dialable
from callcenter.settings import Settings
from callcenter.worker import PREFIX
from callcenter.worker.carrier import Carrier, NotTaken, Refused, Reply, Unsure
from callcenter.worker.fold import folded
from callcenter.worker.job import run
from callcenter.worker.queue import milliseconds

log = structlog.get_logger()

_MOST: Final = 500
# What was sent before the last look may be shown after it.
_OVERLAP_MS: Final = 600_000
_FIRST_MS: Final = 3_600_000
_KEEP_S: Final = 7 * 86_400
# An answer to an older message cannot cancel what was booked after it; their clock and ours.
_CLOCKS_MS: Final = 120_000


def replies() -> int:
    """The job; how many callbacks were cancelled.

    Raises:
        JobFailed: The answers cannot be read.
    """
    return run(_replies)


def _replies(client: Any, settings: Settings) -> int:
    account = settings.twilio()
    if account is None or not account.answerable:
        return 0
    try:
        return read_replies(client, settings, Seal(settings.data / "keys"), Carrier(account))
    except (Refused, NotTaken, Unsure) as error:
        log.warning("answers to text messages not read", reason=str(error))
        return 0


def cancelled_by(board: Board, seal: Seal, reply: Reply) -> list[CallbackCancelled]:
    """What the answer cancels."""
    number = dialable(reply.number)
    if number is None or not cancels(reply.words):
        return []
    return [
        CallbackCancelled(callback=one.id, reason="reply", actor="patient")
        for one in board.ledger.of(seal.recognise(number))
        if one.can(CallbackMove.CANCEL) and one.booked <= reply.at + _CLOCKS_MS
    ]


def read_replies(client: Any, settings: Settings, seal: Seal, carrier: Carrier) -> int:
    """Every answer since the last look, once; how many callbacks were cancelled.

    Raises:
        Refused, NotTaken, Unsure: The carrier does not say.
        JournalLost, UnknownEvent: The journal cannot be followed.
        redis.exceptions.RedisError: Redis is unreachable.
    """
    place = f"{PREFIX}:cc:{settings.shard}"
    now = milliseconds(client)
    since = int(client.get(f"{place}:replies") or now - _FIRST_MS)
    found = carrier.replies(since - _OVERLAP_MS, _MOST)
    fresh = [one for one in found if not client.exists(f"{place}:reply:{one.reference}")]
    if fresh:
        follower = folded(client, settings, "replies")
        count = 0
        for reply in fresh:
            events = cancelled_by(follower.shard.board, seal, reply)
            if events:
                follower.journal.append(*events)
                log.info("callback cancelled by reply", count=len(events))
            # After the append: a crash between the two cancels what is cancelled.
            client.set(f"{place}:reply:{reply.reference}", "1", ex=_KEEP_S)
            count += len(events)
    else:
        count = 0
    client.set(f"{place}:replies", str(now))
    return count
