"""Patience: what must be written is tried until it is written, or until we are stopped."""

import threading
from collections.abc import Callable
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()
T = TypeVar("T")

_FIRST_S, _LAST_S = 0.05, 1.0


class Stopped(Exception):
    """The process was asked to stop while it waited for Redis."""


class Patience:
    """Retries for one process; `stopping` ends them all."""

    def __init__(self, stopping: threading.Event) -> None:
        self.stopping = stopping

    def retry(self, attempt: Callable[[], T]) -> T:
        """Try until it succeeds, with growing pauses up to a second.

        Raises:
            Stopped: The process is asked to stop meanwhile.
        """
        delay = _FIRST_S
        while True:
            try:
                return attempt()
            except RedisError as error:
                log.warning("journal out of reach", delay_s=delay, exc_info=error)
            if self.stopping.wait(delay):
                raise Stopped
            delay = min(_LAST_S, delay * 2)
