"""Door and seat: how callers enter a queue of app_queue, and how nurses sit in it."""

from typing import NamedTuple


class Step(NamedTuple):
    """A `penaltychange` of queuerules.conf: after so many seconds the highest penalty rises."""

    after: int
    highest: int


class Door(NamedTuple):
    """Where callers of one language go in, with QUEUE_MIN_PENALTY and QUEUE_MAX_PENALTY.

    Attributes:
        rule: Changes of QUEUE_MAX_PENALTY during the wait, in the order of time.
    """

    queue: str
    lowest: int
    highest: int
    rule: tuple[Step, ...] = ()

    def highest_after(self, seconds: int) -> int:
        """QUEUE_MAX_PENALTY at a try (`update_qe_rule`), by the clock's whole seconds."""
        highest = self.highest
        for step in self.rule:
            if seconds >= step.after:
                highest = step.highest
        return highest

    def opens(self, penalty: int) -> int | None:
        """After so many seconds members of this penalty can be rung; `None`: never."""
        if penalty < self.lowest:
            return None
        if penalty <= self.highest:
            return 0
        return next((step.after for step in self.rule if penalty <= step.highest), None)


class Seat(NamedTuple):
    """A nurse's membership in one queue, and her penalty in it."""

    queue: str
    penalty: int
