"""Patience: what must be written is tried until it is written, or until we are stopped."""

import threading
from collections.abc import Callable
from typing import TypeVar

from redis.exceptions import RedisError

from callcenter.journal.trouble import Trouble

T = TypeVar("T")

_FIRST_S, _LAST_S = 0.05, 1.0


class Stopped(Exception):
    """The process was asked to stop while it waited for Redis."""


class Patience:
    """Retries for one process, from any of its threads; `stopping` ends them all."""

    def __init__(self, stopping: threading.Event, examine: Callable[[], list[str]] = list) -> None:
        """Prepare.

        Args:
            examine: Names damaged keys, see `callcenter.journal.trouble`.
        """
        self.stopping = stopping
        self._examine = examine
        self._waiting: dict[int, Trouble] = {}

    def retry(self, attempt: Callable[[], T]) -> T:
        """Try until it succeeds, with growing pauses up to a second.

        Raises:
            Stopped: The process is asked to stop meanwhile.
        """
        try:
            return attempt()
        except RedisError as error:
            trouble = Trouble(self._examine)
            trouble.note(error)
        me = threading.get_ident()
        self._waiting[me] = trouble
        try:
            return self._insist(attempt, trouble)
        finally:
            del self._waiting[me]
            trouble.over()

    def waits_s(self) -> float:
        """For how long the most patient thread waits by now, in seconds; 0 if none does."""
        return max((trouble.lasts_s() for trouble in list(self._waiting.values())), default=0.0)

    def _insist(self, attempt: Callable[[], T], trouble: Trouble) -> T:
        delay = _FIRST_S
        while True:
            if self.stopping.wait(delay):
                raise Stopped
            delay = min(_LAST_S, delay * 2)
            try:
                return attempt()
            except RedisError as error:
                trouble.note(error)
