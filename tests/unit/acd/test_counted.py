"""What events add to the figures: each count at the moment and in the half-hour it belongs to."""

from callcenter.acd import figures
from callcenter.acd.events import (
    CallRefused,
    ContactWithdrawn,
    GatewayAlive,
    NurseRang,
    SwitchLost,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId
from callcenter.acd.tally import HALF_HOUR, Staffed
from language_routing.languages import Language
from tests.unit.acd.world import AR, NODE, SV, World


def worked(world: World, language: Language | None = SV) -> Staffed:
    """Nurses' time up to now."""
    nurses = world.board.nurses.values()
    found = figures.staffed_until(world.board.figures, nurses, world.now)
    return figures.worked(row for row in found if row.language == language)


def test_an_answer_at_the_deadline_is_within_the_target_and_one_later_is_not() -> None:
    world = World(wrap_up=0)
    for contact, wait in (("c1", 180_000), ("c2", 180_001)):
        world.queues(contact)
        world.now += wait
        world.connects(contact, "n1")
        world.hangs_up(contact)
    tally = world.tally()
    assert (tally.answered, tally.answered_within) == (2, 1)
    assert figures.service_level(tally) == 0.5
    assert figures.service_level_of_all(tally) == 0.5


def test_who_gives_up_at_once_is_in_no_share_and_who_gives_up_in_time_is_in_the_second() -> None:
    world = World(short_abandon=5_000)
    for contact, wait in (("c1", 4_999), ("c2", 5_000), ("c3", 180_001)):
        world.queues(contact)
        world.now += wait
        world.hangs_up(contact)
    tally = world.tally()
    assert (tally.abandoned_short, tally.abandoned, tally.abandoned_within) == (1, 2, 1)
    assert figures.abandonment(tally) == 1
    assert figures.service_level_of_all(tally) == 0.5


def test_a_call_counts_in_the_half_hour_in_which_its_caller_first_stood_in_line() -> None:
    world = World(wrap_up=20_000)
    world.now = 100 * HALF_HOUR - 10_000
    world.queues("c1")
    world.now += 20_000
    world.connects("c1", "n1")
    world.now += 60_000
    world.hangs_up("c1")
    world.after(20_000)
    (tally,) = [t for t in world.board.figures.half_hours() if t.queued]
    assert tally.since == 99 * HALF_HOUR
    assert (tally.answered, tally.wait_sum) == (1, 20_000)
    assert (tally.talks, tally.talk_sum, tally.wraps, tally.wrap_sum) == (1, 60_000, 1, 20_000)
    assert figures.handle_time(tally) == 80_000


def test_nurses_time_is_spent_in_each_state_and_language_and_occupancy_follows() -> None:
    world = World({"n1": "sv ar"}, wrap_up=20_000)
    world.is_ready("n1")
    world.now += 100_000
    world.queues("c1")
    assert world.offers() == [("c1", "n1")]
    world.now += 10_000
    world.connects("c1", "n1")
    world.now += 70_000
    world.hangs_up("c1")
    world.after(20_000)
    world.pauses("n1")
    world.now += 500_000
    for language in (SV, AR, None):
        spent = worked(world, language)
        assert (spent.ready, spent.ringing, spent.talking) == (100_000, 10_000, 70_000)
        assert (spent.wrap_up, spent.not_ready) == (20_000, 500_000)
        assert figures.occupancy(spent) == 0.5


def test_a_hand_over_lasts_from_the_decision_until_her_phone_is_tried_once() -> None:
    world = World()
    world.is_ready("n1")
    world.queues("c1")
    rang = NurseRang(contact=ContactId("c1"), nurse=NurseId("n1"), offer=world.offer_of("c1"))
    for _ in range(2):
        world.now += 40
        world.tell(rang)
    assert (world.tally().hand_overs, world.tally().hand_over_sum) == (1, 40)


def test_a_free_nurse_is_idle_while_the_gateway_of_a_caller_for_her_is_absent() -> None:
    world = World({"n1": "sv", "n2": "ar"})
    world.queues("c1", AR)
    world.queues("c2", SV)
    world.tell(SwitchLost(node=NODE))
    world.is_ready("n1")
    assert world.offers() == []
    world.now += 7_000
    world.tell(GatewayAlive(node=NODE))
    found = {(i.language, i.cause): i.nurse_ms for i in world.board.figures.idling()}
    assert found == {(SV, "gateway"): 7_000}


def test_nobody_is_idle_while_eligible_when_nobody_is_kept_back() -> None:
    world = World({"n1": "sv", "n2": "ar"})
    world.is_ready("n1")
    world.queues("c1", AR)
    world.after(60_000)
    assert world.board.figures.idling() == []


def test_refusals_and_withdrawals_are_counted() -> None:
    world = World()
    world.tell(
        CallRefused(node=NodeId(NODE), entry_point="1177", priority_class="public", reason="surge")
    )
    world.queues("c1")
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="test", reason="duplicate"))
    world.hangs_up("c1")
    assert sum(tally.refused for tally in world.board.tallies) == 1
    assert (world.tally().withdrawn, world.tally().abandoned) == (1, 0)


def test_half_hours_of_the_day_before_become_one_by_the_mere_passing_of_time() -> None:
    world = World()
    world.now = 100 * HALF_HOUR
    world.queues("c1")
    world.hangs_up("c1")
    world.after(26 * 2 * HALF_HOUR)
    assert world.board.figures.half_hours() == []
    assert world.tally().abandoned == 1


def test_a_shard_made_again_from_a_snapshot_has_the_same_figures() -> None:
    world = World({"n1": "sv ar"}, wrap_up=5_000)
    for number in range(6):
        world.is_ready("n1")
        world.queues(f"c{number}", (SV, AR)[number % 2])
        world.now += 400_000
        world.connects(f"c{number}", "n1")
        world.hangs_up(f"c{number}")
        world.after(5_000)
    shard = world.shard
    before, half_hours = world.board.tallies, world.board.figures.half_hours()
    staffing = world.board.figures.staffing()
    assert shard.restore(shard.position, shard.save())
    assert shard.board.tallies == before
    assert shard.board.figures.half_hours() == half_hours
    assert shard.board.figures.staffing() == staffing
