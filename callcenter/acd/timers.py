"""Timers: which of many deadlines is due next. Pure; the caller says what time it is."""

import heapq
from collections.abc import Callable
from typing import Generic, TypeVar

from callcenter.acd.ids import Millis

Name = TypeVar("Name", bound=tuple[str, str])


class Timers(Generic[Name]):
    """A heap of (when, name). A timer is alive while `runs(name)` still says `when`."""

    def __init__(self, runs: Callable[[Name], Millis | None]) -> None:
        self._runs = runs
        self._heap: list[tuple[Millis, Name]] = []

    def set(self, when: Millis, name: Name) -> None:
        heapq.heappush(self._heap, (when, name))

    def next(self) -> tuple[Millis, Name] | None:
        """The earliest living timer, or `None`."""
        while self._heap and self._runs(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def pop(self) -> None:
        """Forget the timer that `next` gave."""
        heapq.heappop(self._heap)
