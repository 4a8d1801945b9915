"""What must not be left behind when a contact or a nurse goes."""

from callcenter.acd.board import Board
from callcenter.acd.decisions import Dismiss
from callcenter.acd.events import ContactWithdrawn, SiteLoaded, SurgeSet
from callcenter.acd.ids import ContactId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from tests.unit.acd.world import World, policy


def test_a_caller_who_hangs_up_while_held_leaves_nothing_with_her_nurse() -> None:
    world = World({"n1": "sv"}, follow_me=3_600_000, follow_hold=60_000, wrap_up=30_000)
    world.is_ready("n1")
    world.arrives("c1", caller="hash")
    world.queues("c1")
    world.is_served("c1", "n1")
    world.arrives("c2", caller="hash")
    world.queues("c2")
    assert world.offers() == []
    world.hangs_up("c2")
    late = world.shard.late
    world.after(30_000)
    world.pauses("n1")
    assert world.shard.late == late
    assert world.board.waiting == 0
    assert world.board.contacts == {}


def test_who_hangs_up_before_she_could_be_dismissed_is_dismissed_no_more() -> None:
    world = World({"n1": "sv"})
    for contact in ("c1", "c2"):
        world.queues(contact)
    world.loses_the_switch()
    for contact in ("c1", "c2"):
        world.tell(ContactWithdrawn(contact=ContactId(contact), actor="s", reason="prank"))
    world.hangs_up("c1")
    world.see()
    assert not any(isinstance(decision, Dismiss) for decision in world.decided())
    assert world.board.dismiss_due == {}


def test_a_nurse_who_is_on_the_list_again_stays() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    for nurses in ({"n2": "sv"}, {"n1": "sv", "n2": "sv"}):
        world.tell(SiteLoaded(policy=policy(nurses, gateway_lost=100_000_000)))
    assert world.board.leaving == {}
    world.hangs_up("c1")
    world.after(60_000)
    assert sorted(world.board.nurses) == ["n1", "n2"]


def test_every_wrap_up_is_counted() -> None:
    world = World(wrap_up=10_000)
    world.is_ready("n1")
    for number in (1, 2):
        world.queues(f"c{number}")
        world.is_served(f"c{number}", "n1")
        world.after(10_000)
        assert (world.tally().wraps, world.tally().wrap_sum) == (number, number * 10_000)


def test_a_snapshot_has_what_was_learnt_and_how_surge_and_time_stand() -> None:
    step = SurgeStep(level=SurgeLevel.HIGH, longest=60_000)
    world = World({"n1": "sv"}, follow_me=3_600_000, surge=SurgeRules(steps=(step,)))
    world.is_ready("n1")
    world.arrives("c1", caller="hash")
    world.queues("c1")
    world.is_served("c1", "n1")
    world.after(30_000)
    world.tell(SurgeSet(level=SurgeLevel.HIGH, actor="s", reason="flu"))
    world.queues("c2")
    world.queues("c3")
    saved, again, fresh = world.board.save(), Board(), Board().save()
    again.restore(saved)
    for name in (
        "handle_times", "calibration", "demand", "last_nurse", "surge", "accounted",
        "assessed", "assess_at",
    ):  # fmt: skip
        kept = getattr(saved, name)
        assert kept == getattr(world.board, name) == getattr(again, name), name
        assert kept != getattr(fresh, name), name
