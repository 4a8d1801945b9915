"""Fold: what is true now, for one job. From the snapshot and what was published since."""

from typing import Any

from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower
from callcenter.settings import Settings


def folded(client: Any, settings: Settings, producer: str) -> Follower:
    """A follower at what the leader has published; its journal appends as `producer`.

    Raises:
        JournalLost, UnknownEvent: There is nothing that this version can follow.
        redis.exceptions.RedisError: Redis is unreachable.
    """
    follower = Follower(client, settings.shard, Journal(client, settings.shard, producer))
    follower.rebuild()
    return follower
