"""What an answer counts as, to the millisecond, and what stays of a place in line."""

from msgspec.structs import replace

from callcenter.acd import line
from callcenter.acd.events import ContactMoved, NurseRang, OfferResult, SiteLoaded, SurgeSet
from callcenter.acd.expected import Estimate
from callcenter.acd.ids import ContactId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.acd.world import AR, SO, SV, World, policy

RINGS = (Ring(level=Level.FLUENT), Ring(after=60_000, level=Level.WORKING))
ROUTING = Routing(lines=(Line(language=SO, rings=RINGS), Line(language=SV, rings=RINGS)))


def test_an_answer_is_early_late_or_within_what_was_said_and_each_is_counted() -> None:
    world = World({})
    world.queues("c1")
    said = Estimate(stated=0, low_at=1_000, high_at=2_000, ahead=0, nurses=1)
    contact = replace(world.contact("c1"), estimate=said, deadline=1_000)
    for answered in (998, 999, 1_000, 1_500, 2_000, 2_001, 2_002):
        line.count_answer(world.board, contact, 0, answered)
    tally = world.tally()
    assert (tally.estimated_early, tally.estimated_within, tally.estimated_late) == (2, 3, 2)
    assert (tally.answered, tally.answered_within) == (7, 3)
    assert world.board.calibration.every.noted == 7


def test_the_last_nurse_is_preferred_up_to_the_set_time_and_not_longer() -> None:
    world = World({"n1": "sv"}, follow_me=60_000, wrap_up=0)
    world.is_ready("n1")
    world.arrives("c1", caller="hash")
    world.queues("c1")
    world.is_served("c1", "n1")
    ended = world.now
    assert line.last_nurse(world.board, "hash", ended + 60_000) == "n1"
    assert line.last_nurse(world.board, "hash", ended + 60_001) is None


def test_in_a_line_without_rings_nothing_opens_later() -> None:
    world = World({}, routing=ROUTING)
    world.queues("c1", SO)
    world.after(60_000)
    assert world.contact("c1").ring == 1
    world.queues("c2", SO)
    for contact in ("c1", "c2"):
        world.tell(ContactMoved(contact=ContactId(contact), language=AR, actor="s", reason="asked"))
        assert (world.contact(contact).ring, world.contact(contact).ring_ends) == (0, None)


def test_a_surge_puts_off_the_next_ring_of_everybody_in_line_at_once() -> None:
    step = SurgeStep(level=SurgeLevel.HIGH, waiting=1_000, rings_percent=150)
    world = World({}, routing=ROUTING, surge=SurgeRules(steps=(step,)))
    world.queues("c1", SO)
    since = world.now
    assert world.contact("c1").ring_ends == since + 60_000
    world.tell(SurgeSet(level=SurgeLevel.HIGH, actor="s", reason="flu"))
    assert str(world.contact("c1").ring_ends) == str(since + 90_000)  # and whole


def test_whoever_is_given_back_waits_from_then_on_and_every_ringing_is_counted() -> None:
    world = World({"n1": "sv", "n2": "sv"}, rona_after=1)
    for nurse in ("n1", "n2"):
        world.is_ready(nurse)
    world.queues("c1")
    for _ in range(2):
        world.now += 400
        contact = world.contact("c1")
        assert contact.nurse is not None
        world.tell(NurseRang(offer=world.offer_of("c1"), contact=contact.id, nurse=contact.nurse))
        world.now += 20_000
        world.rings_out("c1")
    assert (world.tally().hand_overs, world.tally().hand_over_sum) == (2, 800)
    assert world.contact("c1").since == world.now


def test_a_nurse_of_the_new_line_is_wanted_although_the_one_before_was_not() -> None:
    world = World({"n1": "sv", "n2": "ar"})
    for nurse in ("n1", "n2"):
        world.is_ready(nurse)
    world.queues("c1", SV)
    world.tell(ContactMoved(contact=ContactId("c1"), language=AR, actor="s", reason="asked"))
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert world.offers() == [("c1", "n2")]
    assert world.withdrawals() == []
    assert not world.contact("c1").unwanted


def test_a_reload_with_fewer_rings_leaves_everybody_in_one_that_exists() -> None:
    last = Ring(after=90_000, level=None)
    for rings, ring in ((RINGS, 1), ((), 0)):
        before = Routing(lines=(Line(language=SO, rings=(*RINGS, last)),))
        world = World({}, routing=before)
        world.queues("c1", SO)
        world.after(30_000)
        world.queues("c2", SO)
        world.after(60_000)
        assert (world.contact("c1").ring, world.contact("c2").ring) == (2, 1)
        lines = (Line(language=SO, rings=rings),) if rings else ()
        world.tell(
            SiteLoaded(policy=policy({}, gateway_lost=100_000_000, routing=Routing(lines=lines)))
        )
        for contact in ("c1", "c2"):
            assert (world.contact(contact).ring, world.contact(contact).ring_ends) == (ring, None)


def test_who_chooses_another_language_after_the_fallback_stands_in_its_line() -> None:
    world = World({"n1": "ar"})
    world.queues("c1", SV)
    world.falls_back("c1")
    world.queues("c1", AR)
    assert world.contact("c1").language == AR
    world.is_ready("n1")
    assert world.offers() == [("c1", "n1")]
