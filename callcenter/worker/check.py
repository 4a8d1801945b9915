"""Check: does anything stand that should have been rung? Independent of the leader's memory.

It folds the journal itself, and asks of every open callback whether something will bring it
forward. The router's timers should; `CallbackOverlooked` says that they have not.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import structlog

from callbacks.callback import IN_LINE, Callback, CallbackState
from callcenter.acd import ringing_in
from callcenter.acd.board import Board
from callcenter.acd.callback_events import CallbackOverlooked
from callcenter.acd.ids import Millis
from callcenter.settings import Settings
from callcenter.worker import PREFIX
from callcenter.worker.fold import folded
from callcenter.worker.job import run
from callcenter.worker.queue import milliseconds

log = structlog.get_logger()

OVERDUE: Final[Millis] = 60_000
_TASK_OLD: Final[Millis] = 900_000
_STANDS: Final = (CallbackState.SCHEDULED, CallbackState.DUE)
_IN_NO_TALK: Final = (*_STANDS, CallbackState.WAITING)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the check has found.

    Attributes:
        overlooked: Their ids; must be none.
        late: How many wait longer than was promised.
        tasks: How many patients whom we did not reach nobody has seen to for a quarter of an hour.
    """

    overlooked: tuple[Callback, ...]
    late: int
    tasks: int


def overlooked(board: Board, now: Millis) -> Iterator[Callback]:
    """The callbacks that nothing brings forward. `now` is the time that the fold has come to."""
    if board.policy is None or board.policy.callbacks is None:
        return  # the site rings nobody
    for callback in board.ledger:
        if callback.state in IN_LINE:
            if callback.now not in board.contacts:
                yield callback
        elif callback.state in _STANDS and callback.held != "off":
            held = ringing_in.holds(board, callback, now)
            late = callback.due_at is None or callback.due_at < now - OVERDUE
            if late and not held:
                yield callback


def examine(board: Board, now: Millis) -> Found:
    """All that the check asks."""
    late = sum(
        1
        for one in board.ledger
        if one.state in _IN_NO_TALK and one.latest is not None and one.latest < now
    )
    tasks = sum(1 for one in board.ledger.tasks if (one.task or now) < now - _TASK_OLD)
    return Found(overlooked=tuple(overlooked(board, now)), late=late, tasks=tasks)


def check() -> int:
    """The job; how many were overlooked.

    Raises:
        JobFailed: It could not be made.
    """
    return run(check_once)


def check_once(client: Any, settings: Settings) -> int:
    """One check, and what follows from it.

    Raises:
        JournalLost, UnknownEvent: The journal cannot be followed.
        redis.exceptions.RedisError: Redis is unreachable.
    """
    follower = folded(client, settings, "check")
    # The fold's own time: if no router lives it stands still, and nothing is overlooked by it.
    found = examine(follower.shard.board, follower.shard.now)
    for callback in found.overlooked:
        follower.journal.append(CallbackOverlooked(callback=callback.id))
    if found.overlooked:
        log.error("callbacks overlooked", count=len(found.overlooked))
    if found.late:
        log.warning("callbacks wait longer than was promised", count=found.late)
    if found.tasks:
        log.warning("unreached patients nobody has seen to", count=found.tasks)
    told = {"at": milliseconds(client), "overlooked": len(found.overlooked)}
    client.hset(check_key(settings), mapping={**told, "late": found.late, "tasks": found.tasks})
    return len(found.overlooked)


def check_key(settings: Settings) -> str:
    """Where the last check's figures are, for the reconciler's metrics."""
    return f"{PREFIX}:cc:{settings.shard}:check"
