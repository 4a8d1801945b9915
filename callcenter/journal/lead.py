"""Lead: who is the one router that decides.

No clock of anybody's is compared: the leader's heart beat is a counter, a standby
watches it by its own monotonic clock, and takes over by compare-and-set on the token
and the beat that it saw last. Every write of a leader carries its token; one that was
paused and wakes up is refused (`Fenced`).
"""

import time
from collections.abc import Callable
from typing import Any

from callcenter.journal.functions import Functions
from callcenter.journal.keys import Keys


class Lead:
    """One router's view of the lead.

    Attributes:
        token: The fencing token while this router leads, else `None`.
    """

    def __init__(
        self,
        client: Any,
        shard: str,
        owner: str,
        *,
        patience_s: float = 1.2,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token: str | None = None
        self._redis = client
        self._functions = Functions(client)
        self._key = Keys(shard).lead
        self._owner = owner
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._seen: tuple[str, str] | None = None
        self._seen_at = 0.0

    def watch(self) -> bool:
        """Look at the beat once; `True` if it has stood still for `patience_s`.

        Call it a few times a second. A lead that nobody ever had is free at once.
        """
        token, beat = self._redis.hmget(self._key, "token", "beat")
        seen = ((token or b"0").decode(), (beat or b"0").decode())
        if seen != self._seen:
            self._seen, self._seen_at = seen, self._monotonic()
        return token is None or self._monotonic() - self._seen_at >= self._patience_s

    def take(self) -> bool:
        """Take the lead if nothing has moved since `watch`; `False` if somebody was faster."""
        if self._seen is None:
            return False
        taken = self._functions.call("cc_take_lead", [self._key], [*self._seen, self._owner])
        self.token = taken.decode() if taken else None
        return self.token is not None

    def beat(self) -> None:
        """Say that the leader lives though it has nothing to publish.

        Raises:
            Fenced: Another router leads.
        """
        assert self.token is not None
        self._functions.call("cc_beat", [self._key], [self.token])
