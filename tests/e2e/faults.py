"""Faults: what is done to one process of a running service."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.e2e.center import Center


@dataclass(frozen=True, kw_only=True)
class Fault:
    """kill -9, or SIGSTOP and later SIGCONT, of one process.

    Attributes:
        victim: supervisord's name of it, or "leader" for the router that leads just then.
        stopped_s: How long it stands still; `None` is kill -9.
    """

    victim: str
    stopped_s: float | None = None

    def __str__(self) -> str:
        if self.stopped_s is None:
            return f"kill -9 of {self.victim}"
        return f"SIGSTOP of {self.victim} for {self.stopped_s:g} s"

    @contextmanager
    def strike(self, center: Center) -> Iterator[str]:
        """The fault begins, at whom is told; leaving the context waits out the rest of its time."""
        victim = center.leader() if self.victim == "leader" else self.victim
        if self.stopped_s is None:
            center.kill(victim)
            yield victim
            return
        pid = center.living(victim)
        began = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield victim
            # The fault itself lasts; nothing here waits for the system.
            time.sleep(max(0.0, began + self.stopped_s - time.monotonic()))
        finally:
            os.kill(pid, signal.SIGCONT)
            center.mark()
