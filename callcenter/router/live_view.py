"""Live view: what the IVR of this node may know of the fold, kept up by a follower of its own.

It answers at once from what it holds. While Redis is away, or nobody leads, that is too old a
truth to tell a caller: then it knows nobody's wait, and the IVR says that it is unknown. The
level of surge and supervisors' messages change slowly; the last ones known go on.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import structlog
from prometheus_client import Gauge
from redis.exceptions import RedisError

from callcenter.acd import estimate
from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState, Dismissal
from callcenter.acd.ids import ContactId
from callcenter.acd.messages import Message, in_force
from callcenter.acd.surge import callback_after
from callcenter.journal.codec import UnknownEvent
from callcenter.journal.journal import Journal
from callcenter.journal.trouble import Trouble
from callcenter.router.follower import Follower, JournalLost
from ivr_flows.facts import Wait
from language_routing.languages import Language
from language_routing.lines import Routing

log = structlog.get_logger()

_LOOK_EVERY_S: Final = 0.03
_AGAIN_S: Final = 0.5
_CHECK_EVERY_S: Final = 1.0
# The gateways give signs of life every two seconds: a journal without news is nobody's.
_STALE_S: Final = 10.0
# A caller's next prompt does not wait for a long fold.
_PATIENCE_S: Final = 0.05

FRESH: Final = Gauge(
    "callcenter_live_view_fresh",
    "1 while this process knows callers' waits; 0 without news from the journal",
)
_IN_LINE: Final = (ContactState.WAITING, ContactState.OFFERED)


class InLine(msgspec.Struct, frozen=True, kw_only=True):
    """A caller who stands in line, as the IVR needs it (`callcenter.asterisk.view`)."""

    wait: Wait | None
    offered: bool
    ahead: int = 0
    nurses: int = 0
    priority_class: str = ""


class LiveView:
    """Next: `start`. Its questions may be asked by any thread; none raises or waits long."""

    def __init__(self, follower: Follower, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._follower = follower
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lost = True
        self._news_at = float("-inf")
        self._checked_at = float("-inf")
        # What changes slowly, as last heard; swapped as a whole, and read without the lock.
        self._level = "normal"
        self._routing: Routing | None = None
        self._languages: tuple[Language, ...] = ()
        self._messages: tuple[Message, ...] = ()
        self._stopping = threading.Event()
        self._trouble = Trouble()

    @classmethod
    def of(cls, client: Any, shard: str) -> "LiveView":
        """A view of `shard`; `client` is its own, for it blocks."""
        return cls(Follower(client, shard, Journal(client, shard, "ivr")))

    def start(self) -> None:
        """Follow in a thread of its own, until the process ends or `stop`."""
        threading.Thread(target=self.run, name="live-view", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Follow until `stop`. What cannot be followed is not known; nobody is hurt by it."""
        while not self._stopping.is_set():
            pause = _AGAIN_S
            try:
                self.turn()
                pause = _LOOK_EVERY_S
            except RedisError as error:
                self._trouble.note(error)
            except JournalLost as error:
                log.warning("not the journal that was followed, starting again", exc_info=error)
                self._lost = True
            except UnknownEvent as error:
                log.critical("the journal is of a newer version: no waits are told", exc_info=error)
                self._news_at = float("-inf")
                FRESH.set(0)
                return
            except Exception as error:
                log.error("the live view failed, starting again", exc_info=error)
                self._lost = True
            FRESH.set(self._is_fresh)
            self._stopping.wait(pause)

    def turn(self) -> None:
        """Follow as far as the leader has published.

        Raises:
            JournalLost: It is another journal; the next turn begins anew.
            RedisError: Redis is unreachable.
            UnknownEvent: A newer version is at work.
        """
        follower, now = self._follower, self._monotonic()
        if self._lost:
            with self._lock:
                follower.rebuild()
                self._note()
            self._lost = False
        elif now - self._checked_at >= _CHECK_EVERY_S:
            follower.check()
            self._checked_at = now
        if follower.journal.position() != follower.shard.position:
            with self._lock:
                news = follower.catch_up()
                self._note()
            if news:
                self._news_at = self._monotonic()
        self._trouble.over()

    # -- what the IVR asks ----------------------------------------------------------------

    def wait(self, contact: str) -> InLine | None:
        """How `contact` waits; `None`: she does not, or nothing is known at all."""
        with self._fresh() as board:
            found = None if board is None else board.contacts.get(ContactId(contact))
            if board is None or found is None:
                return None
            if found.state not in _IN_LINE or found.dismissed is not None:
                return None
            try:
                return self._in_line(board, found)
            except Exception as error:  # a caller whose wait is unknown is better off than one
                log.error("no wait can be told", exc_info=error)  # whose dialogue fails
                return None

    def lives(self) -> bool:
        """Whether there was news from the journal of late."""
        return self._is_fresh

    def kept(self, contact: str) -> bool:
        """Whether it is durable that she has kept her place."""
        with self._fresh() as board:
            found = None if board is None else board.contacts.get(ContactId(contact))
            return found is not None and found.dismissed is Dismissal.KEPT

    def promised(self, nurse: str) -> bool | None:
        """Whether we are to ring the patient with whom she talks, or talked last.

        `None`: nobody knows.
        """
        with self._fresh() as board:
            if board is None:
                return None
            return any(callback.talks_with == nurse for callback in board.ledger.held)

    def surge(self) -> str:
        """The level of surge by the last that was heard."""
        return self._level

    def routing(self) -> Routing | None:
        """The language lines and their hours, by the last policy that was heard of."""
        return self._routing

    def messages(self, entry_point: str) -> dict[str, str]:
        """Supervisors' messages in force there, by the last that was heard."""
        if not self._messages:
            return {}
        now = self._follower.journal.clock.now()
        found = in_force(self._messages, entry_point, self._languages, now)
        return {str(language): sound for language, sound in found.items()}

    def _note(self) -> None:
        """What goes on to be known while Redis is away, or hangs, or the fold is made anew."""
        board = self._follower.shard.board
        self._level = str(board.surge.level)
        self._languages = () if board.policy is None else tuple(board.policy.languages)
        self._messages = tuple(board.messages.values())
        if board.policy is not None:
            self._routing = board.policy.routing

    def _in_line(self, board: Board, contact: Contact) -> InLine:
        left = estimate.remaining(board, contact, self._follower.journal.clock.now())
        after = 0 if board.policy is None else callback_after(board.policy.surge, board.surge.level)
        # Whom we have rung back is not asked to be rung back.
        offered = contact.callback is None and after > 0 and (left is None or left.high >= after)
        if left is None:
            return InLine(wait=None, offered=offered, priority_class=contact.priority_class)
        said = left.said
        wait = Wait(
            place=said.ahead + 1,
            low_ms=left.low,
            high_ms=left.high,
            soon=said.at_once,
            cause=None if left.cause is None else str(left.cause),
        )
        return InLine(
            wait=wait,
            offered=offered,
            ahead=said.ahead,
            nurses=said.nurses,
            priority_class=contact.priority_class,
        )

    @property
    def _is_fresh(self) -> bool:
        return self._monotonic() - self._news_at <= _STALE_S

    @contextmanager
    def _fresh(self) -> Iterator[Board | None]:
        """The board, if it is not too old."""
        if not self._is_fresh:
            yield None
            return
        with self._held() as board:
            yield board

    @contextmanager
    def _held(self) -> Iterator[Board | None]:
        """The board, however old; `None` while it is being made."""
        if self._lost or not self._lock.acquire(timeout=_PATIENCE_S):
            yield None
            return
        try:
            yield None if self._lost else self._follower.shard.board
        finally:
            self._lock.release()
