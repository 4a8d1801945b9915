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

    def may_be_due(self, now: Millis) -> bool:
        """Whether `due` has to look; a timer that no longer lives counts too."""
        heap = self._heap
        return bool(heap) and heap[0][0] <= now

    def set(self, when: Millis, name: Name) -> None:
        heapq.heappush(self._heap, (when, name))

    def next(self) -> tuple[Millis, Name] | None:
        """The earliest living timer, or `None`."""
        while self._heap and self._runs(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def due(self, now: Millis) -> tuple[Millis, Name] | None:
        """The earliest living timer if its time has come by `now`; cheap while none has."""
        heap = self._heap
        if not heap or heap[0][0] > now:
            return None
        while heap and heap[0][0] <= now:
            if self._runs(heap[0][1]) == heap[0][0]:
                return heap[0]
            heapq.heappop(heap)
        return None

    def pop(self) -> None:
        """Forget the timer that `next` or `due` gave."""
        heapq.heappop(self._heap)
