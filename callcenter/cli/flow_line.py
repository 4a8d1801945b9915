"""A pretend line: place and wait that shrink as the clock is pushed."""

from typing import Final

import msgspec

from ivr_flows.facts import Wait

_MINUTE_MS: Final = 60_000


class PretendLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line in which everybody ahead takes as long, and nobody gives up.

    Attributes:
        joined_ms: When the caller came into it, Unix milliseconds.
        ahead: How many stood there before her.
        low_ms, high_ms: The range of her wait as it was then.
    """

    joined_ms: int
    ahead: int = 6
    low_ms: int = 9 * _MINUTE_MS
    high_ms: int = 14 * _MINUTE_MS

    @property
    def answered_ms(self) -> int:
        """When a nurse answers: in the middle of the range."""
        return self.joined_ms + (self.low_ms + self.high_ms) // 2

    def wait(self, now_ms: int) -> Wait:
        """The wait as it is by now."""
        gone = now_ms - self.joined_ms
        each = (self.answered_ms - self.joined_ms) // (self.ahead + 1)
        return Wait(
            place=max(1, self.ahead + 1 - gone // each),
            low_ms=max(0, self.low_ms - gone),
            high_ms=max(0, self.high_ms - gone),
            soon=gone >= self.answered_ms - self.joined_ms,
        )
