"""The desk's view of the fold: kept up, made anew with another journal, honest without one."""

from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from callcenter.acd.events import CallQueued, SiteLoaded, Tick
from callcenter.acd.ids import ContactId
from callcenter.callback_desk.link import Link
from callcenter.callback_desk.records import NotConfirmed
from tests.unit.acd.world import SV, arrival, policy
from tests.unit.router.stored import KEYS, Stored


class Away:
    """A Redis that nobody reaches."""

    def __getattr__(self, name: str) -> Any:
        def fails(*_: object, **__: object) -> None:
            raise RedisConnectionError("no such socket")

        return fails


@pytest.fixture
def stored() -> Stored:
    made = Stored()
    made.tell(SiteLoaded(policy=policy({"n1": "sv"})), arrival("c1"))
    return made


def test_each_look_is_at_the_fold_as_it_is_now(stored: Stored) -> None:
    link = Link(stored, "test", 1.0)
    assert link.look().contacts[ContactId("c1")].language is None
    stored.tell(CallQueued(contact=ContactId("c1"), language=SV))
    assert link.board.contacts[ContactId("c1")].language is None
    assert link.look().contacts[ContactId("c1")].language == SV
    assert link.now >= stored.shard.now


def test_another_journal_is_followed_from_its_start(stored: Stored) -> None:
    link = Link(stored, "test", 1.0)
    link.look()
    other = Stored("g2")
    other.tell(SiteLoaded(policy=policy({"n2": "sv"})))
    stored.texts, stored.streams = other.texts, other.streams
    board = link.look()
    assert set(board.nurses) == {"n2"}
    assert KEYS.generation in stored.texts


def test_what_nobody_knows_is_said_in_the_words_of_whoever_asks() -> None:
    link = Link(Away(), "test", 1.0)
    with pytest.raises(NotConfirmed, match="Redis cannot be reached: nothing was asked for"):
        link.look()
    with pytest.raises(NotConfirmed, match="Redis cannot be reached: ask again"):
        link.tell(Tick(deadline=1), "ask again")
    with pytest.raises(NotConfirmed, match="Redis cannot be reached: not noted"):
        link.note(Tick(deadline=1), "not noted")
    with pytest.raises(NotConfirmed, match="Redis cannot be reached"):
        link.newest()
