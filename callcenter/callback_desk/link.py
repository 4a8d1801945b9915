"""Link: the desk's way into the journal, and the fold behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from redis.exceptions import RedisError

from callcenter.acd.board import Board
from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import Millis
from callcenter.callback_desk.records import NotConfirmed
from callcenter.journal.codec import UnknownEvent
from callcenter.journal.entry import Entry
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.router.follower import Follower, JournalLost

_NOTHING: Final = "nothing was asked for"
_LOOK_BACK: Final = 20_000


class Link:
    """One client's. It keeps what it has read, so it is for one thread at a time.

    `unsure` is what a person is told where nobody knows.
    """

    def __init__(self, client: Any, shard: str, within_s: float) -> None:
        self._journal = Journal(client, shard, "desk")
        self._follower = Follower(client, shard, self._journal)
        self._within_s = within_s
        self._begun = False

    @property
    def now(self) -> Millis:
        """The journal's time; looks at it where nothing was looked at yet.

        Raises:
            NotConfirmed: Redis cannot be reached.
        """
        if not self._follower.shard.now and not self._journal.clock.now():
            self.look()
        return max(self._follower.shard.now, self._journal.clock.now())

    @property
    def board(self) -> Board:
        """What was last looked at."""
        return self._follower.shard.board

    def look(self, unsure: str = _NOTHING) -> Board:
        """The fold as it is now.

        Raises:
            NotConfirmed: Redis is away, or of a newer version.
        """
        with unconfirmed(unsure):
            if self._begun:
                try:
                    self._follower.check()
                    self._follower.catch_up()
                    return self.board
                except JournalLost:
                    self._begun = False
            self._follower.rebuild()
            self._begun = True
        return self.board

    def tell(self, event: AnyEvent, unsure: str) -> Board:
        """The fold behind `event`, which the router has gone past.

        Raises:
            NotConfirmed: It has not, in time; or Redis is away.
        """
        with unconfirmed(unsure):
            if not publish(self._journal, event, self._within_s):
                raise NotConfirmed(f"the router has not taken it yet: {unsure}")
        return self.look(unsure)

    def note(self, event: AnyEvent, unsure: str) -> None:
        """Put `event` into the journal; nothing follows from it.

        Raises:
            NotConfirmed: Redis is away.
        """
        with unconfirmed(unsure):
            self._journal.append(event)

    def newest(self) -> list[Entry]:
        """The journal's last entries.

        Raises:
            NotConfirmed: Redis is away.
        """
        with unconfirmed(_NOTHING):
            return self._journal.newest(_LOOK_BACK)


@contextmanager
def unconfirmed(unsure: str) -> Iterator[None]:
    """Say of what cannot be known that it is not."""
    try:
        yield
    except RedisError:
        raise NotConfirmed(f"Redis cannot be reached: {unsure}") from None
    except JournalLost:
        raise NotConfirmed(f"the journal has just changed hands: {unsure}") from None
    except UnknownEvent:
        raise NotConfirmed(f"the journal is of a newer version: {unsure}") from None
