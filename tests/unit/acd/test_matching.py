"""Who is offered to whom, and what is decided before offers and after them."""

from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.acd import matching
from callcenter.acd.commands import LookUpChannels, MirrorNurse, ReturnToLine, RingNurse
from callcenter.acd.contact import ContactState, IllegalMove
from callcenter.acd.decisions import LookUp, Mirror, Offer, Quarantined, Withdraw
from callcenter.acd.events import (
    ChannelsSeen,
    GatewayAlive,
    OfferResult,
    Phase,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.node import Node
from callcenter.acd.nurse import NurseState
from callcenter.shard.shard import Shard
from tests.unit.acd.world import AR, NODE, SO, SV, World, seen

MANY = {f"n{number}": "sv" for number in range(1, 4)}


# -- which caller -----------------------------------------------------------------


def test_the_caller_with_the_earliest_deadline_is_offered_first() -> None:
    world = World()
    world.queues("c1")
    world.now += 1_000
    world.queues("c2")
    world.is_ready("n1")
    assert world.offers() == [("c1", "n1")]


def test_callers_of_one_deadline_are_offered_in_the_order_they_came() -> None:
    world = World(MANY)
    for contact in ("c9", "c3", "c5"):
        world.queues(contact)
    for nurse, contact in (("n3", "c9"), ("n1", "c3"), ("n2", "c5")):
        world.is_ready(nurse)
        assert world.offers() == [(contact, nurse)]


def test_the_place_in_line_counts_from_the_arrival_and_not_from_the_choice() -> None:
    world = World()
    world.arrives("c1")
    world.now += 1_000
    world.queues("c2")
    world.queues("c1")
    assert world.line() == ["c1", "c2"]


def test_health_care_staff_go_before_an_earlier_caller_whose_deadline_is_later() -> None:
    world = World()
    world.queues("public")
    world.now += 119_000
    world.queues("staff", priority="staff")
    assert world.line() == ["staff", "public"]
    world.is_ready("n1")
    assert world.offers() == [("staff", "n1")]


def test_a_caller_who_has_waited_long_goes_before_health_care_staff() -> None:
    world = World()
    world.queues("public")
    world.now += 121_000
    world.queues("staff", priority="staff")
    assert world.line() == ["public", "staff"]


def test_an_unknown_class_has_the_longest_target() -> None:
    world = World()
    world.queues("odd", priority="odd")
    world.queues("public")
    assert world.contact("odd").deadline == world.contact("public").deadline


def test_a_caller_nobody_can_serve_blocks_nobody_behind() -> None:
    world = World({"n1": "sv"})
    world.queues("somali", SO)
    world.queues("swedish", SV)
    world.is_ready("n1")
    assert world.offers() == [("swedish", "n1")]
    assert world.line() == ["somali"]


def test_a_nurse_takes_the_earliest_deadline_among_all_her_languages() -> None:
    world = World({"n1": "sv ar so"})
    world.queues("arabic", AR)
    world.now += 1
    world.queues("swedish", SV)
    world.now += 1
    world.queues("somali", SO)
    world.is_ready("n1")
    assert world.offers() == [("arabic", "n1")]
    world.hangs_up("arabic")
    assert world.offers() == [("swedish", "n1")]
    world.hangs_up("swedish")
    assert world.offers() == [("somali", "n1")]


# -- which nurse ------------------------------------------------------------------


def test_the_nurse_who_has_been_idle_longest_is_offered() -> None:
    world = World(MANY)
    for nurse in ("n2", "n3", "n1"):
        world.is_ready(nurse)
        world.now += 1_000
    for contact, nurse in (("c1", "n2"), ("c2", "n3"), ("c3", "n1")):
        world.queues(contact)
        assert world.offers() == [(contact, nurse)]


def test_a_nurse_whom_the_first_caller_cannot_use_is_given_to_the_next() -> None:
    world = World({"swedish": "sv", "arabic": "ar"})
    world.is_ready("swedish")
    world.now += 1_000
    world.is_ready("arabic")
    world.queues("c1", AR)
    assert world.offers() == [("c1", "arabic")]
    world.queues("c2", AR)
    assert world.offers() == []
    world.queues("c3", SV)
    assert world.offers() == [("c3", "swedish")]


def test_one_entry_makes_as_many_offers_as_there_are_pairs_in_order_of_deadline() -> None:
    world = World({"n1": "sv", "n2": "sv", "n3": "ar"})
    for contact, language in (("c1", AR), ("c2", SV), ("c3", SV), ("c4", SV)):
        world.queues(contact, language)
    world.loses_the_switch()
    for nurse in ("n3", "n2", "n1"):
        world.is_ready(nurse)
        world.now += 10
        assert world.offers() == []
    world.see(*(seen(c, Phase.LINE) for c in ("c1", "c2", "c3", "c4")))
    assert world.offers() == [("c1", "n3"), ("c2", "n2"), ("c3", "n1")]
    assert world.line() == ["c4"]


@pytest.mark.parametrize(("reachable", "busy"), [(False, False), (True, True), (False, True)])
def test_a_nurse_whose_phone_is_gone_or_busy_is_never_offered(reachable: bool, busy: bool) -> None:
    world = World()
    world.is_ready("n1")
    world.phone("n1", reachable=reachable, busy=busy)
    world.queues("c1")
    assert world.offers() == []
    world.phone("n1", reachable=True, busy=False)
    assert world.offers() == [("c1", "n1")]


def test_a_nurse_keeps_her_turn_while_her_phone_is_gone() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.now += 1_000
    world.is_ready("n2")
    world.phone("n1", reachable=False)
    world.phone("n1")
    world.queues("c1")
    assert world.offers() == [("c1", "n1")]


# -- the offer itself -------------------------------------------------------------


def test_an_offer_moves_both_records_and_tells_the_callers_node() -> None:
    world = World()
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    contact, nurse = world.contact("c1"), world.nurse("n1")
    assert (contact.state, contact.nurse) == (ContactState.OFFERED, "n1")
    assert (nurse.state, nurse.contact, nurse.offer) == (NurseState.RINGING, "c1", offer)
    assert contact.backstop == world.now + world.policy.backstop
    assert world.tally().offered == 1
    assert world.commands == (
        RingNurse(
            id=offer, node=NODE, valid_until=world.now + 5_000, contact=ContactId("c1"),
            channel="PJSIP/trunk-c1", nurse=NurseId("n1"), language=SV, priority_class="public",
        ),
    )  # fmt: skip


def test_an_offer_is_named_after_its_entry_and_its_place_in_it() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    for contact in ("c1", "c2"):
        world.queues(contact)
    world.loses_the_switch()
    world.is_ready("n1")
    world.is_ready("n2")
    world.see(seen("c1", Phase.LINE), seen("c2", Phase.LINE))
    entry = world.shard.position
    assert [d.offer for d in world.decisions if isinstance(d, Offer)] == [
        f"{entry}-0",
        f"{entry}-1",
    ]
    assert [c.id for c in world.commands][:2] == [f"{entry}-0", f"{entry}-1"]


def test_before_a_site_is_loaded_nothing_is_decided() -> None:
    shard = Shard()
    shard.lead("1-1", ChannelsSeen(node=NODE, switch="a", contacts=(), phones=()))
    assert shard.lead("20000-1", GatewayAlive(node=NodeId("other"))).decisions == ()


@pytest.mark.parametrize(
    "decision",
    [
        Offer(offer=OfferId("1-1-0"), contact=ContactId("c1"), nurse=NurseId("n1")),
        Offer(offer=OfferId("1-1-0"), contact=ContactId("gone"), nurse=NurseId("n1")),
        Offer(offer=OfferId("1-1-0"), contact=ContactId("c1"), nurse=NurseId("gone")),
        Withdraw(offer=OfferId("1-1-0"), contact=ContactId("gone"), command="1-1-0"),
        Mirror(nurse=NurseId("gone"), member=True, paused=False, command="1-1-0"),
    ],
)
def test_a_decision_that_was_not_made_on_this_board_is_refused_and_changes_nothing(
    decision: Any,
) -> None:
    world = World()
    world.queues("c1")  # and n1 is signed out
    before = world.shard.save()
    with pytest.raises(IllegalMove):
        matching.apply(world.board, decision, world.now)
    assert world.shard.save() == before


# -- withdrawals, the fallback queue, questions -----------------------------------


def test_a_withdrawal_is_decided_once_and_before_any_offer() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    world.pauses("n1")
    assert world.decisions[0] == Withdraw(
        offer=offer, contact=ContactId("c1"), command=world.command()
    )
    assert world.commands[0].id == world.command()
    assert isinstance(world.commands[0], ReturnToLine)
    assert (world.commands[0].offer, world.commands[0].channel) == (offer, "PJSIP/trunk-c1")
    world.phone("n1", reachable=False)
    assert not [d for d in world.decisions if isinstance(d, Withdraw)]


def test_withdrawals_come_in_the_order_of_their_callers() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    for nurse, contact in (("n1", "c2"), ("n2", "c1")):
        world.is_ready(nurse)
        world.queues(contact)
    world.tell(SiteLoaded(policy=replace(world.policy, nurses=())))
    withdrawn = [d.contact for d in world.decisions if isinstance(d, Withdraw)]
    assert withdrawn == ["c1", "c2"]


@pytest.mark.parametrize(
    ("wish", "member", "paused"),
    [("is_ready", True, False), ("pauses", True, True), ("signs_in", True, True)],
)
def test_what_a_nurse_wants_is_mirrored_to_every_node_that_is_there(
    wish: str, member: bool, paused: bool
) -> None:
    world = World()
    other = NodeId("node2")
    world.tell(ChannelsSeen(node=other, switch="b", contacts=(), phones=()))
    world.tell(GatewayAlive(node=NodeId("silent")))
    getattr(world, wish)("n1")
    assert world.decided() == (
        Mirror(nurse=NurseId("n1"), member=member, paused=paused, command=world.command()),
    )
    told = [c for c in world.commands if isinstance(c, MirrorNurse)]
    assert [(c.node, c.nurse, c.member, c.paused) for c in told] == [
        (NODE, "n1", member, paused),
        (other, "n1", member, paused),
    ]


def test_a_sign_out_takes_her_out_of_the_fallback_queue() -> None:
    world = World()
    world.is_ready("n1")
    world.signs_out("n1")
    assert world.decided() == (
        Mirror(nurse=NurseId("n1"), member=False, paused=False, command=world.command()),
    )


def test_nothing_is_mirrored_while_no_node_is_there() -> None:
    world = World()
    world.loses_the_switch()
    world.is_ready("n1")
    assert world.decided() == ()


def test_a_gateway_that_was_away_is_asked_for_the_truth_and_not_every_time() -> None:
    world = World()
    world.loses_the_switch()
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == (LookUp(node=NODE),)
    assert [type(c) for c in world.commands] == [LookUpChannels]
    assert world.commands[0].node == NODE
    world.now += 5_999
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == ()
    world.now += 1
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == (LookUp(node=NODE),)


@pytest.mark.parametrize("alive", [9_999, 10_000])
def test_only_a_gateway_that_was_alive_lately_is_asked(alive: int) -> None:
    world = World(gateway_lost=10_000)
    world.loses_the_switch()
    world.tell(GatewayAlive(node=NODE))
    assert world.wanted()
    world.after(alive)
    assert world.wanted() is (alive < 10_000)
    assert world.board.nodes[NODE].look_up  # the question itself is not forgotten
    world.tell(GatewayAlive(node=NODE))
    assert world.wanted() is (alive >= 10_000)


def test_a_question_stays_open_until_the_truth_comes() -> None:
    world = World()
    world.loses_the_switch()
    world.tell(GatewayAlive(node=NODE))
    asked = world.now
    for _ in range(3):
        assert world.wanted()
        node = world.board.nodes[NODE]
        assert (node.look_up, node.asked) == (True, world.now)
        world.after(5_999)
        assert not world.wanted()
        world.after(1)
    assert world.now == asked + 18_000
    world.see()
    assert not world.board.nodes[NODE].look_up
    world.after(6_000)
    assert not world.wanted()


def test_a_withdrawal_is_remembered_by_its_command_and_counted() -> None:
    world = World()
    world.is_ready("n1")
    world.queues("c1")
    world.pauses("n1")
    contact = world.contact("c1")
    assert (contact.withdraw, contact.withdrawals) == (world.command(), 1)
    world.rings_out("c1", OfferResult.WITHDRAWN)
    contact = world.contact("c1")
    assert (contact.withdraw, contact.withdrawals, contact.withdrawing) == (None, 0, False)


def test_a_mirroring_is_remembered_by_its_command() -> None:
    world = World()
    world.is_ready("n1")
    assert (world.nurse("n1").mirrored, world.nurse("n1").mirroring) == ("ready", world.command())
    assert [c.id for c in world.commands] == [world.command()]


def test_an_offer_goes_before_a_mirror_and_a_mirror_before_a_question() -> None:
    world = World()
    world.queues("c1")
    other = NodeId("node2")
    world.board.put_node(Node(id=other, look_up=True))
    world.is_ready("n1")
    assert [type(d) for d in world.decisions] == [Offer, Mirror, LookUp]


def test_a_quarantined_entry_asks_nothing_of_the_board() -> None:
    world = World()
    before = world.shard.save()
    matching.apply(world.board, Quarantined(error="ZeroDivisionError"), world.now)
    assert world.shard.save() == before
    assert matching.commands(world.board, Quarantined(error="x"), "1-1-0", world.now) == []


# -- ten thousand -----------------------------------------------------------------


class CountedKey(tuple):  # type: ignore[type-arg]
    """A place in line that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: Any) -> bool:
        CountedKey.compared += 1
        return tuple.__lt__(self, other)


def test_a_decision_compares_no_more_places_with_ten_thousand_in_line() -> None:
    """Heads are compared, one for each need, and never the line."""
    world = World({"n1": "sv"}, wrap_up=0)
    for number in range(10_000):
        world.now += 1
        world.queues(f"c{number}", (SV, AR, SO)[number % 3])
    for members in world.board.line.groups.values():
        members[:] = [CountedKey(entry) for entry in members]
    world.is_ready("n1")
    for number in range(0, 150, 3):
        CountedKey.compared = 0
        world.hangs_up(f"c{number}")  # and she is offered the next one
        assert world.offers() == [(f"c{number + 3}", "n1")]
        # Taken out of the line by a binary search; log2(10,000 / 3) < 12.
        assert 0 < CountedKey.compared <= 12 + 3 * 2
