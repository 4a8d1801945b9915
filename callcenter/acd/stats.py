"""Stats: what the fold counts, one definition each (ops/glossary.md says them in words)."""

from typing import Final

import msgspec

from callcenter.acd.ids import Millis
from language_routing.languages import Language

WAIT_BOUNDS: Final[tuple[Millis, ...]] = tuple(
    seconds * 1000 for seconds in (5, 10, 20, 30, 60, 120, 180, 240, 300, 600, 1200, 2400)
)


class Tally(msgspec.Struct, kw_only=True):
    """Counts since the journal began, for one language and priority class.

    Attributes:
        queued: Callers who stood in line.
        answered: Those whom a nurse served, counted once, when it is sure that the conversation
            is one; `abandoned` hung up in line instead.
        offered: Ringings decided; `missed` are those that no nurse took, or took for a moment.
        returned: Conversations that were none: the caller went back to the place in line.
        cut_off: Callers lost with an Asterisk, in conversation too; we owe them a call.
        wait_buckets: Speed of answer: how many were answered within each of `WAIT_BOUNDS`,
            not cumulated; the last counts all longer waits.
    """

    language: Language | None
    priority_class: str
    queued: int = 0
    left_ivr: int = 0
    answered: int = 0
    abandoned: int = 0
    cut_off: int = 0
    offered: int = 0
    missed: int = 0
    returned: int = 0
    wait_sum: Millis = 0
    wait_buckets: list[int] = msgspec.field(default_factory=lambda: [0] * (len(WAIT_BOUNDS) + 1))
    talk_sum: Millis = 0
    talks: int = 0

    def answered_after(self, wait: Millis) -> None:
        """Count one answer after `wait` in line."""
        self.answered += 1
        self.wait_sum += wait
        for index, bound in enumerate(WAIT_BOUNDS):
            if wait <= bound:
                self.wait_buckets[index] += 1
                return
        self.wait_buckets[-1] += 1
