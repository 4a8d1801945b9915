"""Inbox: what the reader thread has for the dispatch thread, in order and bounded."""

import threading
from collections import deque
from dataclasses import dataclass

from callcenter.asterisk.ami.connection import Connection
from callcenter.asterisk.ami.messages import Event


@dataclass(frozen=True, slots=True)
class Up:
    """The connection is logged in and Asterisk has booted; its events follow."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class Down:
    """The connection has ended; no event of its epoch follows."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive events of one connection."""

    epoch: int
    events: list[Event]


Item = Up | Down | Batch


class Inbox:
    """A queue bounded by its number of events; the marks between them always fit."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._events = 0
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, batch: Batch) -> bool:
        """Append `batch`; `False` if it does not fit, and it is not kept."""
        with self._changed:
            if self._events + len(batch.events) > self._capacity and self._events:
                return False
            self._events += len(batch.events)
            self._items.append(batch)
            self._changed.notify()
            return True

    def mark(self, mark: Up | Down) -> None:
        with self._changed:
            self._items.append(mark)
            self._changed.notify()

    def drop(self, epoch: int) -> None:
        """Forget the waiting events of `epoch`."""
        with self._changed:
            kept = [x for x in self._items if not (isinstance(x, Batch) and x.epoch == epoch)]
            self._items = deque(kept)
            self._events = sum(len(x.events) for x in kept if isinstance(x, Batch))

    def close(self) -> None:
        """Forget everything; `take` returns `None` from now on."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()

    def take(self, most: int) -> Item | None:
        """Wait for the next item; neighbouring events come together, up to `most` of them.

        `None` means that the inbox was closed.
        """
        with self._changed:
            while not self._items and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            item = self._items.popleft()
            if not isinstance(item, Batch):
                return item
            events, rest = item.events[:most], item.events[most:]
            while not rest and self._items and len(events) < most:
                follower = self._items[0]
                if not isinstance(follower, Batch) or follower.epoch != item.epoch:
                    break
                self._items.popleft()
                room = most - len(events)
                events += follower.events[:room]
                rest = follower.events[room:]
            if rest:
                self._items.appendleft(Batch(item.epoch, rest))
            self._events -= len(events)
            return Batch(item.epoch, events)
