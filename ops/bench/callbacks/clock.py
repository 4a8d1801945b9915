"""Clock: simulated time, in which the production fold is told things and wakes by its timers."""

import heapq
from collections.abc import Callable

from callcenter.acd.commands import AnyCommand
from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import AnyEvent, Tick
from callcenter.acd.ids import EntryId, Millis
from callcenter.shard.shard import Shard


class Clock:
    """Time goes from one happening to the next; at one instant the fold's timers come first.

    Attributes:
        on_decision, on_command: Told of what the fold decides and wants done, at once.
        late: Events that the fold did not take.
    """

    def __init__(self, now: Millis) -> None:
        self.shard = Shard()
        self.now = now
        self.events = 0
        self.on_decision: Callable[[AnyDecision], None] = lambda _: None
        self.on_command: Callable[[AnyCommand], None] = lambda _: None
        self._happenings: list[tuple[Millis, int, Callable[..., None], tuple[object, ...]]] = []
        self._number = 0

    def later(self, when: Millis, what: Callable[..., None], *arguments: object) -> None:
        """Let `what` happen then."""
        self._number += 1
        heapq.heappush(self._happenings, (max(when, self.now), self._number, what, arguments))

    def tell(self, event: AnyEvent) -> None:
        """Lead the fold with one event."""
        self.events += 1
        outcome = self.shard.lead(EntryId(f"{self.now}-{self.events}"), event)
        for decision in outcome.decisions:
            self.on_decision(decision)
        for command in outcome.commands:
            self.on_command(command)

    def run(self, until: Millis) -> None:
        """Everything that is due up to then, in its order."""
        while True:
            due = self.shard.next_deadline()
            next_ = self._happenings[0][0] if self._happenings else None
            if due is not None and (next_ is None or due <= next_) and due <= until:
                self.now = max(due, self.now)
                self.tell(Tick(deadline=due))
            elif next_ is not None and next_ <= until:
                when, _, what, arguments = heapq.heappop(self._happenings)
                self.now = when
                what(*arguments)
            else:
                self.now = until
                return
