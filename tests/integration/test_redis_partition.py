"""Redis in two halves (fault 22): an old master that still takes writes, and its replica that
was promoted. Everything here is real: two servers, replication, and an address that moves.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis.exceptions import ReadOnlyError

from callcenter.acd.commands import RingNurse
from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import Offer
from callcenter.acd.events import (
    AnyEvent,
    CallQueued,
    ChannelsSeen,
    NurseReady,
    SeenPhone,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.journal.archive import Archive
from callcenter.journal.codec import decode_command
from callcenter.journal.functions import Diverged, Fenced
from callcenter.journal.journal import START, Journal
from callcenter.journal.lead import Lead
from callcenter.router.follower import Follower, JournalLost
from callcenter.router.leader import Leader
from callcenter.router.metrics import RouterMetrics
from tests.integration.test_router import NODE, SV, arrival
from tests.redis_pair import Address, Server, until

pytestmark = pytest.mark.integration

NURSES = tuple(NurseId(f"n{number}") for number in (1, 2))
POLICY = Policy(
    languages=(SV,), default_language=SV, targets={"public": 180_000},
    nurses=tuple(NurseSpec(id=nurse, languages=(SV,)) for nurse in NURSES),
)  # fmt: skip
SEEN = ChannelsSeen(
    node=NODE, switch="a", contacts=(),
    phones=tuple(SeenPhone(nurse=nurse, reachable=True, busy=False) for nurse in NURSES),
)  # fmt: skip
CALLER = ContactId("c1")


class Side:
    """A router that leads, by one client."""

    def __init__(self, client: Any, folder: Path) -> None:
        self.client = client
        self.journal = Journal(client, "test", "router")
        self.journal.load()
        self.follower = Follower(client, "test", self.journal)
        self.follower.rebuild()
        self.lead = Lead(client, "test", "me", patience_s=0)
        self.lead.watch()
        until(self.lead.watch, "the lead is not free")
        assert self.lead.take()
        self.follower.catch_up()
        metrics = RouterMetrics(CollectorRegistry())
        self.leader = Leader(self.follower, self.lead, Archive(folder), metrics)

    def tell(self, *events: AnyEvent) -> None:
        last = self.journal.append(*events)
        until(lambda: self.leader.turn() >= 0 and self.journal.position() == last, "no position")

    def go_on(self) -> None:
        """Lead on, for a while."""
        for _ in range(100):
            self.leader.turn()
            self.leader.publish()

    def rings(self) -> list[RingNurse]:
        found = [decode_command(data) for _, data in self.journal.commands(NODE, "0-0", 1)]
        return [command for command in found if isinstance(command, RingNurse)]

    @property
    def caller(self) -> ContactState | None:
        found = self.follower.shard.board.contacts.get(CALLER)
        return None if found is None else found.state


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """A master and its replica."""
    master = Server(tmp_path / "a")
    replica = Server(tmp_path / "b")
    replica.follow(master)
    yield master, replica
    master.end()
    replica.end()


@pytest.fixture
def address(servers: tuple[Server, Server]) -> Iterator[Address]:
    made = Address(servers[0])
    yield made
    made.close()


def in_service(side: Side) -> None:
    """One caller in line, nobody ready."""
    side.tell(SiteLoaded(policy=POLICY), SEEN, arrival(CALLER))
    side.tell(CallQueued(contact=CALLER, language=SV))
    assert side.caller is ContactState.WAITING


def ready(nurse: NurseId) -> NurseReady:
    return NurseReady(nurse=nurse, actor="test")


def test_the_old_leader_writes_to_the_old_master_alone_and_no_caller_is_given_to_two_nurses(
    servers: tuple[Server, Server], address: Address, tmp_path: Path
) -> None:
    """Each half offers the same caller to another nurse; one half's gateway obeys one of them."""
    master, replica = servers
    old = Side(address.client, tmp_path / "old")
    in_service(old)
    until(lambda: replica.has_all_of(master), "the replica is behind")
    replica.follow(None)
    new = Side(replica.client, tmp_path / "new")
    assert int(new.lead.token or 0) > int(old.lead.token or 0)

    old.tell(ready(NURSES[0]))  # still taken by the old master
    new.tell(ready(NURSES[1]))
    assert [ring.nurse for ring in old.rings()] == [NURSES[0]]
    assert [ring.nurse for ring in new.rings()] == [NURSES[1]]

    # The gateway reads one stream at a time. The partition ends: the address is the new master's.
    address.move_unseen(replica)
    old.journal.append(ready(NURSES[0]))
    with pytest.raises(Fenced):
        old.go_on()
    new.tell(ready(NURSES[0]))  # a doubled word; nothing more is offered
    assert [ring.nurse for ring in new.rings()] == [NURSES[1]]
    assert [ring.nurse for ring in old.rings()] == [NURSES[1]]  # by the address: the same stream

    # What comes back has forgotten its own history, and holds the new one.
    old.follower.rebuild()
    new.follower.catch_up()
    assert old.follower.shard.save() == new.follower.shard.save()
    offers = [
        decision
        for decided in new.journal.decisions(START, new.journal.position()).values()
        for decision in decided
        if isinstance(decision, Offer)
    ]
    assert [(offer.contact, offer.nurse) for offer in offers] == [(CALLER, NURSES[1])]


def test_an_old_master_that_comes_back_as_a_replica_takes_no_word_of_the_old_leader(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    master, replica = servers
    old = Side(master.client, tmp_path / "old")
    in_service(old)
    until(lambda: replica.has_all_of(master), "the replica is behind")
    replica.follow(None)
    new = Side(replica.client, tmp_path / "new")
    old.tell(ready(NURSES[0]))
    new.tell(ready(NURSES[1]))
    place = old.journal.position()

    master.follow(replica)
    until(lambda: master.has_all_of(replica), "the old master is behind")

    assert not old.journal.holds(place)
    with pytest.raises(JournalLost):
        old.follower.check()
    with pytest.raises((Fenced, ReadOnlyError)):
        old.lead.beat()
    assert [ring.nurse for ring in old.rings()] == [NURSES[1]]


def test_a_leader_whose_redis_was_replaced_by_one_that_lacks_its_last_moments_publishes_nothing(
    servers: tuple[Server, Server], address: Address, tmp_path: Path
) -> None:
    """Nobody else has taken the lead, so the token fits: what was folded does not."""
    master, replica = servers
    side = Side(address.client, tmp_path / "archive")
    in_service(side)
    until(lambda: replica.has_all_of(master), "the replica is behind")
    replica.follow(None)
    side.tell(ready(NURSES[0]))  # confirmed, and never sent to the replica
    assert side.caller is ContactState.OFFERED

    address.move_unseen(replica)
    assert side.journal.holds(START)
    side.journal.append(ready(NURSES[1]))
    before = replica.client.get("{test}:position")
    with pytest.raises(Diverged):
        side.go_on()
    assert replica.client.get("{test}:position") == before
    assert side.rings() == []

    # It begins again, by what is there.
    side.follower.rebuild()
    assert side.caller is ContactState.WAITING
    again = Side(address.client, tmp_path / "again")
    until(lambda: again.leader.turn() >= 0 and again.rings(), "nobody is rung")
    assert [ring.nurse for ring in again.rings()] == [NURSES[1]]


def test_a_producer_is_told_once_that_what_was_confirmed_to_it_is_lost(
    servers: tuple[Server, Server], address: Address
) -> None:
    master, replica = servers
    here = Journal(address.client, "test", "gateway-node1-events")
    here.load()
    assert not here.lost()
    here.append(arrival("c1"))
    until(lambda: replica.has_all_of(master), "the replica is behind")
    assert not here.lost()
    replica.follow(None)
    here.append(arrival("c2"))
    assert not here.lost()

    address.move_unseen(replica)
    assert here.generation() == Journal(master.client, "test", "t").generation()
    assert here.lost()
    assert not here.lost()
    here.append(arrival("c3"))
    assert not here.lost()


def test_a_position_that_somebody_has_damaged_is_mended_by_the_next_step(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    side = Side(servers[0].client, tmp_path / "archive")
    in_service(side)
    for damage in (b"", b"nonsense", None):
        if damage is None:
            side.client.delete("{test}:position")
        else:
            side.client.set("{test}:position", damage)
        last = side.journal.append(ready(NURSES[0]))
        until(
            lambda: side.leader.turn() >= 0 and side.client.get("{test}:position") == last.encode(),  # noqa: B023
            "the position is not mended",
        )
