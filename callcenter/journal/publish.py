"""Publish: append one event and know that the router has taken it."""

import time

from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import entry_key
from callcenter.journal.journal import Journal

_LOOK_EVERY_S = 0.01


def publish(journal: Journal, event: AnyEvent, within_s: float) -> bool:
    """Append `event` and wait until the router has gone past it; `False` if it has not in time.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable; the event may be in the journal.
    """
    entry = journal.append(event)
    deadline = time.monotonic() + within_s
    while entry_key(journal.position()) < entry_key(entry):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True
