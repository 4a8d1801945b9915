"""Defects that a review found: each test failed before its mend."""

import json

from msgspec.structs import replace

from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import Surge
from callcenter.acd.events import (
    CallCutOff,
    CallQueued,
    CallReturned,
    CommandFailed,
    ContactClassed,
    GatewayAlive,
    OfferResult,
    Phase,
    ReturnReason,
    SiteLoaded,
    SurgeSet,
    Tick,
)
from callcenter.acd.ids import ContactId, EntryId, NurseId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.shard.shard import Shard
from language_routing.hours import Hours, Span
from language_routing.lines import Closed, Instead, Line, Routing
from tests.unit.acd.world import AR, NODE, SO, SV, World, seen

MONDAY_AT_TEN = Hours(spans=(Span(weekday=0, opens=600, closes=660),))


def closed(instead: Instead) -> Routing:
    return Routing(
        lines=(Line(language=SO, hours=MONDAY_AT_TEN, closed=Closed(instead=instead, language=SV)),)
    )


def free(world: World, *nurses: str) -> None:
    for nurse in nurses:
        world.is_ready(nurse)
        world.phone(nurse)


def surges(world: World) -> list[Surge]:
    return [d for d in world.decisions if isinstance(d, Surge)]


def crisis(**more: int) -> SurgeRules:
    return SurgeRules(
        steps=(SurgeStep(level=SurgeLevel.CRISIS, waiting=1, refuse_waiting=1),),
        rises_after=0,
        falls_after=1_000,
    )


def test_a_caller_led_on_to_another_nurse_at_once_is_counted_as_after_a_snapshot() -> None:
    world = World({"n1": "sv", "n2": "sv"}, short_talk=3_000)
    free(world, "n1", "n2")
    world.queues("c1")
    world.connects("c1", "n1")
    world.now += 1_000
    world.connects("c1", "n2")
    again = Shard()
    assert again.restore(world.shard.position, world.shard.save())
    world.after(60_000)
    again.lead(EntryId(world.shard.position), Tick(deadline=world.now))
    assert again.save() == world.shard.save()
    assert world.tally().answered == 1


def test_a_promise_to_ring_back_is_not_settled_by_another_call_of_that_number_before_it() -> None:
    world = World(routing=closed(Instead.CALLBACK))
    world.arrives("c1", caller="switchboard")
    world.queues("c1", SO)
    world.hangs_up("c1")
    world.now += 60_000
    world.arrives("c2", caller="switchboard")
    world.hangs_up("c2")
    assert [debt.contact for debt in world.board.owed] == ["c1"]


def test_a_caller_back_from_the_fallback_queue_does_not_stand_in_a_closed_line() -> None:
    world = World(routing=closed(Instead.LANGUAGE))
    free(world, "n1")
    world.see(seen("c1", Phase.FALLBACK, waited=1_000, language=SO))
    world.tell(CallQueued(contact=ContactId("c1"), language=SO))
    assert world.offers() == [("c1", "n1")]


def test_who_fell_back_out_of_the_menu_is_counted_in_the_line_that_she_comes_to() -> None:
    world = World()
    world.arrives("c1")
    world.falls_back("c1")
    free(world, "n1")
    world.queues("c1")
    assert (world.tally(None).queued, world.tally(None).moved) == (1, 1)
    assert (world.tally().queued, world.tally().moved) == (1, 0)


def test_a_dialplan_that_was_told_of_refusals_is_told_of_their_end_after_a_reload() -> None:
    for absent in (True, False):
        world = World(surge=crisis())
        world.queues("c1")
        world.after(2_000)
        world.after(2_000)
        assert world.board.surge.refusing
        if absent:
            world.loses_the_switch()  # Asterisk itself lives on, and refuses
        world.tell(SiteLoaded(policy=replace(world.policy, surge=SurgeRules(falls_after=1_000))))
        world.hangs_up("c1")
        told: list[Surge] = surges(world)
        for _ in range(4):
            world.after(2_000)
            told += surges(world)
        assert world.board.surge.level is SurgeLevel.NORMAL
        if absent:
            world.see()
        else:
            world.tell(CommandFailed(command=told[-1].command, reason="stale"))
            world.tell(GatewayAlive(node=NODE))
        assert [d.refusing for d in surges(world)] == [False]


def test_an_asterisk_that_has_started_anew_is_told_of_the_surge() -> None:
    world = World(surge=crisis())
    world.tell(SurgeSet(level=SurgeLevel.CRISIS, actor="test", reason="flood"))
    world.see(switch="another")
    assert [d.level for d in surges(world)] == [SurgeLevel.CRISIS]


def test_an_answer_that_is_counted_is_not_counted_again_by_a_conversation_nobody_saw() -> None:
    world = World({"n1": "sv", "n2": "sv"}, wrap_up=0)
    free(world, "n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    world.connects("c1", "n1")
    world.now += 60_000
    world.parts("c1", "n1")
    world.tell(
        CallReturned(
            offer=offer,
            contact=ContactId("c1"),
            nurse=NurseId("n1"),
            reason=ReturnReason.LINE_LOST,
        )
    )
    world.see(seen("c1", Phase.AFTER))
    assert world.tally().answered == 1


def test_no_idle_time_is_counted_from_before_a_snapshot_of_an_older_version() -> None:
    world = World()
    world.now = 1_700_000_000_000
    world.loses_the_switch()
    world.queues("c1")
    free(world, "n1")
    saved = json.loads(world.shard.save())
    saved["version"] = 2
    for name in ("figures", "accounted", "assessed", "demand", "calibration", "handle_times"):
        del saved["acd"][name]
    again = Shard()
    assert again.restore(world.shard.position, json.dumps(saved).encode())
    world.shard = again
    world.after(1_000)
    world.after(1_000)
    assert sum(idle.nurse_ms for idle in world.board.figures.idling()) <= 2_000


def test_short_talks_teach_nothing_of_handle_times() -> None:
    world = World(short_talk=3_000, rona_after=50)
    free(world, "n1")
    world.queues("c1")
    for _ in range(20):
        offer = world.offer_of("c1")
        world.connects("c1", "n1")
        world.now += 1_000
        world.parts("c1", "n1")
        world.tell(
            CallReturned(
                offer=offer,
                contact=ContactId("c1"),
                nurse=NurseId("n1"),
                reason=ReturnReason.SHORT_TALK,
            )
        )
    assert (world.tally().talks, world.tally().wraps) == (0, 0)
    assert world.board.handle_times.mean(SV, 360_000) == 360_000


def test_who_changes_line_by_a_reload_is_counted_there_anew() -> None:
    world = World()
    world.queues("c1", SO)
    world.tell(SiteLoaded(policy=replace(world.policy, languages=(SV, AR))))
    world.now += 10_000
    world.hangs_up("c1")
    assert (world.tally(SO).queued, world.tally(SO).moved) == (1, 1)
    assert (world.tally(SV).queued, world.tally(SV).abandoned) == (1, 1)


def test_a_nurse_whose_phone_went_while_it_rang_is_not_ready_after_a_while() -> None:
    world = World(rona_after=2, phone_gone=10_000)
    free(world, "n1")
    world.queues("c1")
    world.phone("n1", reachable=False)
    world.rings_out("c1", OfferResult.UNREACHABLE)
    world.after(10_000)
    assert world.nurse("n1").reason == "phone_lost"


def test_a_phone_that_came_back_during_a_call_leaves_nobody_not_ready() -> None:
    world = World(phone_gone=10_000)
    free(world, "n1")
    world.phone("n1", reachable=False)
    world.after(10_000)
    world.arrives("c1")
    world.connects("c1", "n1")
    world.phone("n1")
    world.hangs_up("c1")
    world.after(60_000)
    assert world.nurse("n1").available


def test_a_contact_of_another_class_is_not_ahead_of_itself() -> None:
    world = World()
    free(world, "n1")
    world.queues("c0")
    world.connects("c0", "n1")
    world.queues("c1", priority="staff")
    world.tell(
        ContactClassed(contact=ContactId("c1"), priority_class="public", actor="test", reason="r")
    )
    stated = world.contact("c1").estimate
    assert stated is not None
    assert stated.ahead == 0


def test_what_is_kept_for_the_longest_wait_does_not_grow_with_each_call() -> None:
    world = World(surge=SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, longest=10**9),)))
    world.queues("old", SO)
    for number in range(500):
        world.now += 1_000
        world.queues(f"c{number}")
        world.hangs_up(f"c{number}")
    assert len(world.board._arrivals) < 100


def test_one_who_was_cut_off_an_hour_ago_makes_no_surge_by_ringing_again() -> None:
    rules = SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, longest=1_200_000),))
    world = World(surge=rules)
    world.queues("c1")
    world.tell(CallCutOff(contact=ContactId("c1")))
    world.now += 3_600_000
    world.arrives("c2", caller="hash-c1")
    world.queues("c2")
    world.after(2_000)
    world.after(31_000)
    assert world.contact("c2").state is ContactState.WAITING
    assert world.board.surge.level is SurgeLevel.NORMAL
