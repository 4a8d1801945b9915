"""The whole ACD: timers in their order, and events that nothing depends on."""

from typing import get_args

import pytest

from callcenter.acd import matching
from callcenter.acd.commands import TellSurge
from callcenter.acd.decisions import LookUp, Offer
from callcenter.acd.distributor import HANDLERS, Acd
from callcenter.acd.events import (
    AnyEvent,
    CallRefused,
    ClockStepped,
    CommandDone,
    CommandFailed,
    CommandStarted,
    CommandUnknown,
    GatewayAlive,
    SiteLoaded,
    SurgeSet,
    SwitchLost,
    Tick,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.nurse import NurseMove, NurseState
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from tests.unit.acd.world import AR, NODE, SV, World, policy


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


def test_no_event_is_without_a_handler() -> None:
    assert set(HANDLERS) == set(get_args(AnyEvent))


def test_an_offer_that_passes_somebody_by_is_counted_as_an_order_inversion() -> None:
    """Ours never does; a decision that was recorded by another version may have."""
    world = World({"n1": "sv"})
    world.queues("first")
    world.now += 1_000
    world.queues("second")
    matching.apply(
        world.board,
        Offer(offer=OfferId("1-1-0"), contact=ContactId("second"), nurse=_on_duty(world)),
        world.now,
    )
    assert world.tally().inversions == 1


def test_an_offer_past_somebody_whom_she_cannot_serve_is_none() -> None:
    world = World({"n1": "sv"})
    world.queues("first", AR)
    world.now += 1_000
    world.queues("second", SV)
    world.is_ready("n1")
    assert world.offers() == [("second", "n1")]
    assert world.tally().inversions == 0


def _on_duty(world: World) -> NurseId:
    """Ready on the board, without the decision that follows from it."""
    nurse = world.nurse("n1")
    world.board.put_nurse(nurse.move(NurseMove.READY, world.now))
    return nurse.id


def test_a_refused_call_is_counted_by_its_class() -> None:
    world = World()
    world.tell(
        CallRefused(
            node=NODE, entry_point="public", priority_class="public", reason="surge"
        )
    )  # fmt: skip
    assert world.tally(None).refused == 1


def test_every_node_is_told_of_a_surge_once_and_again_when_it_comes_back() -> None:
    rules = SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, waiting=1_000),))
    world = World(surge=rules)
    assert [c.level for c in world.commands if isinstance(c, TellSurge)] == [SurgeLevel.NORMAL]
    world.tell(SurgeSet(level=SurgeLevel.HIGH, actor="s", reason="flu"))
    told = [c for c in world.commands if isinstance(c, TellSurge)]
    assert [(c.node, c.level, c.refusing) for c in told] == [(NODE, SurgeLevel.HIGH, False)]
    world.after(1_000)
    assert world.commands == ()
    world.tell(CommandFailed(command=told[0].id, reason="no_switch"))
    assert world.commands == ()
    world.tell(GatewayAlive(node=NODE))
    assert [type(c) for c in world.commands] == [TellSurge]
    world.loses_the_switch()
    world.see()
    assert TellSurge in [type(c) for c in world.commands]


def test_the_rules_of_surge_are_followed_by_the_fold_s_own_time() -> None:
    step = SurgeStep(level=SurgeLevel.HIGH, longest=60_000)
    world = World(surge=SurgeRules(steps=(step,), rises_after=10_000, falls_after=20_000))
    world.queues("c1")
    assert world.shard.next_deadline() is not None
    while world.board.surge.level is SurgeLevel.NORMAL:
        deadline = world.shard.next_deadline()
        assert deadline is not None
        assert deadline <= world.contact("c1").arrived + 70_000
        world.now = deadline
        world.after(0)
    assert world.now == world.contact("c1").arrived + 70_000
    world.hangs_up("c1")
    world.after(1_000)
    world.after(20_000)
    assert world.board.surge.level is SurgeLevel.NORMAL
