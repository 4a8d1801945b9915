"""The wait of a contact, from what the board shows."""

from itertools import pairwise

from msgspec.structs import replace

from callcenter.acd import estimate
from callcenter.acd.events import NurseSignedIn, SiteLoaded, SurgeSet
from callcenter.acd.expected import Estimate, GrowthCause
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.acd.world import AR, SO, SV, World, policy

MINUTE = 60_000
LATER_RING = Routing(lines=(Line(language=AR, rings=(Ring(), Ring(after=4 * MINUTE, level=None))),))


def busy(nurses: dict[str, str], **rules: object) -> World:
    """Everybody of the site talks, and nobody waits."""
    world = World(nurses, **rules)
    for name, spoken in nurses.items():
        world.signs_in(name)
        world.is_ready(name)
        world.queues(f"talks-{name}", policy({"n": spoken}).nurses[0].languages[-1])
        ((contact, nurse),) = world.offers()
        world.connects(contact, nurse)
    return world


def told(world: World, contact: str) -> Estimate:
    found = world.contact(contact).estimate
    assert found is not None
    return found


def left(world: World, contact: str) -> tuple[Millis, Millis, GrowthCause | None]:
    found = estimate.now(world.board, world.contact(contact), world.now)
    assert found is not None
    return found


def test_a_free_nurse_is_there_within_one_ringing() -> None:
    world = World({"n1": "sv"})
    world.signs_in("n1")
    world.is_ready("n1")
    world.queues("c1")
    found = told(world, "c1")
    assert found.at_once
    assert (found.low_at, found.high_at) == (world.now, world.now + world.policy.ring)
    assert left(world, "c1") == (0, world.policy.ring, None)


def test_while_nobody_who_can_serve_is_there_no_wait_is_made_up() -> None:
    world = busy({"n1": "sv"})
    world.queues("c1", SO)
    assert world.contact("c1").estimate is None
    assert estimate.now(world.board, world.contact("c1"), world.now) is None


def test_whoever_does_not_stand_in_line_has_no_wait() -> None:
    world = busy({"n1": "sv"})
    talking = world.contact("talks-n1")
    assert estimate.now(world.board, talking, world.now) is None
    world.arrives("c1")
    assert estimate.now(world.board, world.contact("c1"), world.now) is None


def test_each_who_stands_ahead_makes_the_wait_longer() -> None:
    world = busy({"n1": "sv", "n2": "sv"})
    for number in range(5):
        world.queues(f"c{number}")
    ranges = [told(world, f"c{number}") for number in range(5)]
    assert [one.ahead for one in ranges] == [0, 1, 2, 3, 4]
    assert all(one.nurses == 2 for one in ranges)
    assert all(one.high_at < other.high_at for one, other in pairwise(ranges))
    assert all(one.low_at < other.low_at for one, other in pairwise(ranges))


def test_those_who_ask_for_other_nurses_are_not_ahead() -> None:
    world = busy({"n1": "sv", "n2": "so"})
    for number in range(9):
        world.queues(f"other{number}", SO)
    world.queues("c1", SV)
    assert told(world, "c1").ahead == 0


def test_those_of_another_language_who_take_the_same_nurses_are_ahead() -> None:
    alone = busy({"n1": "sv ar", "n2": "sv ar"})
    alone.queues("c1", AR)
    world = busy({"n1": "sv ar", "n2": "sv ar"})
    for number in range(9):
        world.queues(f"other{number}", SV)
    world.queues("c1", AR)
    assert told(world, "c1").ahead == 9
    assert told(world, "c1").low_at > told(alone, "c1").high_at


def test_a_more_urgent_caller_stands_ahead_of_those_who_came_before() -> None:
    world = busy({"n1": "sv"})
    for number in range(5):
        world.queues(f"c{number}")
    world.queues("staff", priority="staff")
    assert told(world, "staff").ahead == 0


def test_a_ring_that_opens_later_brings_the_far_end_nearer() -> None:
    nurses = {"n1": "ar", **{f"n{number}": "sv" for number in range(2, 12)}}
    narrow, wide = busy(nurses), busy(nurses, routing=LATER_RING)
    for world in (narrow, wide):
        world.queues("ahead", AR)
        world.queues("c1", AR)
    assert wide.now + 4 * MINUTE < told(wide, "c1").high_at < told(narrow, "c1").high_at
    assert told(wide, "c1").nurses == 11
    assert told(narrow, "c1").nurses == 1


def test_before_the_first_ring_with_a_nurse_in_it_nobody_answers() -> None:
    world = busy({"n1": "sv", "n2": "sv"}, routing=LATER_RING)
    world.queues("c1", AR)
    assert told(world, "c1").low_at >= world.now + 4 * MINUTE


def test_in_a_long_line_the_way_to_the_first_ring_with_a_nurse_comes_on_top() -> None:
    later, at_once = (
        busy({"n1": "sv", "n2": "sv"}, routing=LATER_RING),
        busy({"n1": "sv ar", "n2": "sv ar"}),
    )
    for world in (later, at_once):
        for number in range(400):
            world.queues(f"ahead{number}", AR)
        world.queues("c1", AR)
    assert told(later, "c1").ahead == told(at_once, "c1").ahead == 400
    assert told(later, "c1").low_at == told(at_once, "c1").low_at + 4 * MINUTE
    assert told(later, "c1").high_at == told(at_once, "c1").high_at + 4 * MINUTE


def test_the_ring_opens_sooner_for_whoever_has_waited_and_later_in_a_surge() -> None:
    world = busy({"n1": "sv", "n2": "sv"}, routing=LATER_RING)
    world.queues("c1", AR)
    first = told(world, "c1")
    world.after(3 * MINUTE)
    fresh = estimate.stated(world.board, world.contact("c1"), world.now)
    assert fresh is not None
    assert (fresh.low_at, fresh.high_at) == (first.low_at, first.high_at)
    step = SurgeStep(level=SurgeLevel.HIGH, waiting=1_000, rings_percent=200)
    surge = busy({"n1": "sv", "n2": "sv"}, routing=LATER_RING, surge=SurgeRules(steps=(step,)))
    surge.tell(SurgeSet(level=SurgeLevel.HIGH, actor="test", reason="storm"))
    surge.queues("c1", AR)
    assert told(surge, "c1").low_at - surge.now == first.low_at - first.stated + 4 * MINUTE


def test_while_the_gateway_is_away_a_free_nurse_is_no_answer() -> None:
    world = World({"n1": "sv"})
    world.signs_in("n1")
    world.is_ready("n1")
    world.arrives("c1")
    world.loses_the_switch()
    world.queues("c1")
    assert not told(world, "c1").at_once


def test_while_a_contact_is_looked_up_a_free_nurse_is_no_answer() -> None:
    world = World({"n1": "sv"})
    world.signs_in("n1")
    world.is_ready("n1")
    world.arrives("c1")
    found = replace(world.contact("c1"), language=SV, doubt=True)
    fresh = estimate.stated(world.board, found, world.now)
    assert fresh is not None
    assert not fresh.at_once


def test_while_she_waits_the_range_counts_down() -> None:
    world = busy({"n1": "sv", "n2": "sv"})
    world.queues("c1")
    _, high, _ = left(world, "c1")
    world.after(MINUTE)
    low, later, cause = left(world, "c1")
    assert (later, cause) == (high - MINUTE, None)
    assert 0 <= low <= later


def test_a_nurse_who_leaves_is_named_as_the_cause() -> None:
    world = busy({"n1": "sv", "n2": "sv"})
    world.queues("c1")
    world.pauses("n2")
    assert left(world, "c1")[2] is GrowthCause.FEWER_NURSES


def test_being_overtaken_is_named_as_the_cause() -> None:
    world = busy({"n1": "sv", "n2": "sv"})
    world.queues("c1")
    world.queues("staff", priority="staff")
    assert left(world, "c1")[2] is GrowthCause.OVERTAKEN


def test_a_range_that_has_passed_is_named_as_the_cause() -> None:
    world = busy({"n1": "sv", "n2": "sv"})
    world.queues("c1")
    world.now = told(world, "c1").high_at
    assert left(world, "c1")[1:] == (0, None)
    world.now += 1
    _, high, cause = left(world, "c1")
    assert cause is GrowthCause.OVERRUN
    assert high > 0


def test_the_longer_a_language_s_calls_the_longer_its_wait() -> None:
    short, long = busy({"n1": "sv"}, wrap_up=0), busy({"n1": "sv"}, wrap_up=0)
    for world, minutes in ((short, 1), (long, 40)):
        world.now += minutes * MINUTE
        world.parts("talks-n1", "n1")  # a conversation that is learnt from
        world.hangs_up("talks-n1")
        world.queues("next")
        world.connects("next", "n1")
        world.queues("c1")
    waits = [told(world, "c1").high_at - world.now for world in (short, long)]
    assert waits[0] < waits[1]


def test_those_of_other_languages_take_as_long_as_all_languages_do() -> None:
    world, other = busy({"n1": "sv ar"}), busy({"n1": "sv ar"})
    for site, swedish in ((world, 5), (other, 30)):
        for _ in range(300):
            site.board.handle_times.add(SV, swedish * MINUTE)
        for _ in range(300):
            site.board.handle_times.add(AR, 5 * MINUTE)
        for number in range(9):
            site.queues(f"ahead{number}", SV)
        site.queues("c1", AR)
    assert told(other, "c1").low_at > 1.5 * (told(world, "c1").low_at - world.now) + other.now


def test_a_nurse_who_signs_in_with_one_language_serves_no_other() -> None:
    world = World({"n1": "sv ar"})
    world.tell(NurseSignedIn(nurse=NurseId("n1"), languages=(SV,), actor="test"))
    world.is_ready("n1")
    world.queues("c1", AR)
    assert world.contact("c1").estimate is None


def test_without_a_policy_nothing_is_stated() -> None:
    world = busy({"n1": "sv"})
    world.queues("c1")
    world.board.policy = None
    assert estimate.stated(world.board, world.contact("c1"), world.now) is None


def test_another_policy_is_estimated_by_at_once() -> None:
    world = busy({"n1": "sv", "n2": "sv"})
    world.queues("c1", AR)
    assert world.contact("c1").estimate is None
    world.policy = policy({"n1": "sv ar", "n2": "sv"})
    world.tell(SiteLoaded(policy=world.policy))
    assert estimate.now(world.board, world.contact("c1"), world.now) is not None


def test_levels_decide_who_counts() -> None:
    rings = Routing(lines=(Line(language=AR, rings=(Ring(level=Level.NATIVE),)),))
    world = busy({"n1": "ar"})
    world.policy = policy({"n1": "ar"}, routing=rings)
    world.tell(SiteLoaded(policy=world.policy))
    world.queues("c1", AR)
    assert world.contact("c1").estimate is None
