"""The whole ACD: timers in their order, and events that nothing depends on."""

import pytest

from callcenter.acd.decisions import LookUp
from callcenter.acd.distributor import Acd
from callcenter.acd.events import (
    AnyEvent,
    ClockStepped,
    CommandDone,
    CommandStarted,
    CommandUnknown,
    GatewayAlive,
    SiteLoaded,
    SwitchLost,
    Tick,
)
from callcenter.acd.ids import NodeId
from callcenter.acd.nurse import NurseState
from tests.unit.acd.world import NODE, SV, World, policy


@pytest.mark.parametrize(
    "event",
    [
        CommandStarted(command="1-1-0"),
        CommandDone(command="1-1-0"),
        ClockStepped(by=-5_000),
        Tick(deadline=5),
    ],
)
def test_events_for_people_and_gateways_change_nothing(event: AnyEvent) -> None:
    world = World()
    world.queues("c1")
    before, late = world.shard.save(), world.shard.late
    world.tell(event)
    assert (world.shard.save(), world.shard.late) == (before, late)


def test_without_anything_running_there_is_no_deadline() -> None:
    assert Acd().next_deadline() is None


def test_timers_fire_in_the_order_of_their_deadlines_and_not_of_their_kinds() -> None:
    world = World({"n1": "sv", "n2": "sv"}, wrap_up=10_000)
    for nurse, contact, later in (("n2", "c1", 7), ("n1", "c2", 0)):
        world.is_ready(nurse)
        world.queues(contact)
        world.connects(contact, nurse)
        world.hangs_up(contact)
        world.now += later
    world.after(20_000)
    # n2 was first to end her wrap-up, so she has been idle longest.
    world.queues("c3")
    assert world.offers() == [("c3", "n2")]


def test_what_a_timer_brings_about_is_decided_with_the_entry_that_fired_it() -> None:
    world = World({"n1": "sv"}, wrap_up=10_000)
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.hangs_up("c1")
    world.queues("c2")
    world.now += 10_000
    world.tell(GatewayAlive(node=NODE))
    assert world.offers() == [("c2", "n1")]


def test_an_event_meets_the_board_as_the_timers_before_it_have_left_it() -> None:
    """Her wrap-up ends, and at the same instant she pauses: she was ready for a moment."""
    world = World({"n1": "sv"}, wrap_up=10_000)
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.hangs_up("c1")
    ended = world.now + 10_000
    world.now = ended + 5
    world.pauses("n1")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.idle_since) == (NurseState.NOT_READY, ended)


def test_a_gateway_that_falls_silent_is_absent_after_the_sites_time_and_not_before() -> None:
    world = World({"n1": "sv"}, gateway_lost=10_000)
    world.after(9_999)
    assert world.board.nodes[NODE].present
    world.tell(GatewayAlive(node=NODE))
    world.after(9_999)
    assert world.board.nodes[NODE].present
    assert world.shard.next_deadline() == world.now + 1
    world.after(1)
    assert not world.board.nodes[NODE].present
    assert world.shard.next_deadline() is None


def test_a_sign_of_life_does_not_forget_a_question_that_is_still_to_be_asked() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    for nurse, contact in (("n1", "c1"), ("n2", "c2")):
        world.is_ready(nurse)
        world.queues(contact)
    world.tell(CommandUnknown(command=world.offer_of("c1")))
    assert world.decided() == (LookUp(node=NODE),)
    world.now += 1_000
    world.tell(CommandUnknown(command=world.offer_of("c2")))
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == ()  # too soon to ask again
    world.now += 5_000
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == (LookUp(node=NODE),)


def test_a_new_patience_with_gateways_holds_from_the_load_of_the_site() -> None:
    world = World({"n1": "sv"}, gateway_lost=10_000)
    world.tell(SiteLoaded(policy=policy({"n1": "sv"}, gateway_lost=3_000)))
    assert world.shard.next_deadline() == world.now + 3_000
    world.after(3_000)
    assert not world.board.nodes[NODE].present


def test_a_switch_of_a_node_that_nobody_knows_can_be_lost() -> None:
    world = World()
    world.tell(SwitchLost(node=NodeId("node2")))
    assert not world.board.nodes[NodeId("node2")].present
    assert world.decided() == ()


def test_a_lost_switch_takes_its_callers_out_of_the_line_and_leaves_the_nurses() -> None:
    world = World()
    world.queues("c1", SV)
    world.loses_the_switch()
    assert world.line() == []
    world.is_ready("n1")
    assert (world.offers(), world.nurse("n1").state) == ([], NurseState.READY)
