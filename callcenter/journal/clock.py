"""JournalClock: what the journal's time is by now, between two entries.

Deadlines are in the journal's time, which only Redis stamps. This estimate follows it by
the monotonic clock of the machine; nobody's wall clock is asked.
"""

import time
from collections.abc import Callable

from callcenter.acd.ids import Millis


class JournalClock:
    """Set by every stamp that is seen; read in between."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._offset: float | None = None

    def saw(self, stamp: Millis) -> None:
        """An entry with this stamp was just appended, or just read from the tail.

        A stamp is seen late, never early, so the largest offset is the true one; a
        smaller one by more than a second means that the two clocks have drifted.
        """
        offset = stamp - self._monotonic() * 1000
        if self._offset is None or offset > self._offset or self._offset - offset > 1000:
            self._offset = offset

    def now(self) -> Millis:
        """The journal's time, or 0 before any stamp was seen."""
        if self._offset is None:
            return 0
        return int(self._offset + self._monotonic() * 1000)
