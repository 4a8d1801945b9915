"""Trouble: the journal cannot be written or read. Said once, counted, and its end said too.

What an operator sees: one line "journal out of reach" with the reason, again every half
minute while it lasts, and one line when it is over; and two metrics.
"""

import re
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from prometheus_client import Counter, Gauge
from redis.exceptions import RedisError

from callcenter.journal.keys import Keys
from callcenter.store import reason

log = structlog.get_logger()

_AGAIN_S: Final = 30.0
_OWN_FAULT: Final = ("damaged_key", "refused")
_ENTRY: Final = re.compile(rb"\d{1,15}-\d{1,15}")

ERRORS: Final = Counter(
    "callcenter_journal_errors", "Calls of Redis that failed, by reason", ["reason"]
)
OUT_OF_REACH: Final = Gauge(
    "callcenter_journal_out_of_reach", "How many parts of this process wait for the journal"
)


def _nothing() -> list[str]:
    return []


class Trouble:
    """One part's trouble with the journal. Next: `note` each error, `over` each success."""

    def __init__(
        self,
        examine: Callable[[], list[str]] = _nothing,
        *,
        calm_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is wrong yet.

        Args:
            examine: Names the keys that are damaged, see `wrong_keys`.
            calm_s: How long nothing may fail before the trouble is over: where some calls
                succeed amid those that fail.
        """
        self._examine = examine
        self._calm_s = calm_s
        self._monotonic = monotonic
        self._since: float | None = None
        self._last = 0.0
        self._said = ("", 0.0)

    def note(self, error: RedisError) -> None:
        """A call has failed."""
        now, why = self._monotonic(), reason(error)
        ERRORS.labels(why).inc()
        if self._since is None:
            self._since = now
            OUT_OF_REACH.inc()
        self._last = now
        said, at = self._said
        if why == said and now - at < _AGAIN_S:
            return
        self._said = why, now
        keys = self._wrong() if why in _OWN_FAULT else []
        log.error("journal out of reach", reason=why, path=" ".join(keys) or None, exc_info=error)

    def over(self) -> None:
        """A call has succeeded, or nobody waits any more."""
        if self._since is None:
            return
        now = self._monotonic()
        if now - self._last < self._calm_s:
            return
        log.warning("journal in reach again", took_ms=int((now - self._since) * 1000))
        self._since, self._said = None, ("", 0.0)
        OUT_OF_REACH.dec()

    def lasts_s(self) -> float:
        """For how long by now, in seconds; 0 while nothing is wrong."""
        since = self._since
        return 0.0 if since is None else self._monotonic() - since

    def _wrong(self) -> list[str]:
        try:
            return self._examine()
        except RedisError:
            return []  # gone meanwhile; the next error will say so


def wrong_keys(client: Any, shard: str) -> list[str]:
    """A shard's keys that hold what we never write; each as `name (what is wrong)`.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    keys = Keys(shard)
    found = []
    for raw in client.scan_iter(match=f"{{{shard}}}:*", count=1_000):
        key = raw.decode(errors="replace")
        kind, wanted = client.type(raw).decode(), keys.kind(key)
        if wanted is None or kind == "none":
            continue
        if kind != wanted:
            found.append(f"{key} ({kind}, not {wanted})")
        elif not all(map(_ENTRY.fullmatch, _entries(client, keys, key))):
            found.append(f"{key} (no entry's id)")
    return sorted(found)


def _entries(client: Any, keys: Keys, key: str) -> list[bytes]:
    """What in `key` must be ids of entries."""
    if key == keys.position:
        return [client.get(key) or b"0-0"]
    if key.startswith(keys.progress("")):
        return list(client.hgetall(key).values())
    return []
