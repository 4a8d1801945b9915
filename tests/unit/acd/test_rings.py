"""Rings, reserve and follow-me, as the fold lives them."""

from callcenter.acd.decisions import Offer
from callcenter.acd.events import (
    CallReturned,
    CommandFailed,
    Phase,
    ReturnReason,
    SiteLoaded,
    WrapUpExtended,
)
from callcenter.acd.floor import DOUBT, GATEWAY, HELD
from callcenter.acd.policy import Policy, SurgeLevel, SurgeRules, SurgeStep
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement
from tests.unit.acd.world import AR, SO, SV, World, policy, seen

RINGS = (
    Ring(level=Level.FLUENT),
    Ring(after=120_000, level=Level.WORKING),
    Ring(after=240_000, level=None, competences=False),
)
ROUTING = Routing(lines=(Line(language=SO, rings=RINGS), Line(language=SV, rings=RINGS)))


def world(**nurses: str) -> World:
    made = World(nurses, routing=ROUTING)
    for nurse in nurses:
        made.is_ready(nurse)
    return made


def test_a_fluent_nurse_is_offered_at_once() -> None:
    here = world(n1="so:working", n2="so:fluent")
    here.queues("c1", SO)
    assert here.offers() == [("c1", "n2")]


def test_a_working_level_is_offered_when_its_ring_opens_and_not_before() -> None:
    here = world(n1="so:working")
    here.queues("c1", SO)
    here.after(119_999)
    assert here.offers() == []
    here.after(1)
    assert here.offers() == [("c1", "n1")]


def test_the_fold_says_itself_when_the_next_ring_opens() -> None:
    here = world(n1="so:working")
    here.queues("c1", SO)
    assert here.shard.next_deadline() == here.now + 120_000


def test_the_last_ring_takes_any_nurse_and_says_that_an_interpreter_is_needed() -> None:
    here = world(n1="sv:native")
    here.queues("c1", SO)
    here.after(240_000)
    offer = next(d for d in here.decided() if isinstance(d, Offer))
    assert (offer.nurse, offer.ring, offer.interpreter) == ("n1", 2, True)
    assert here.commands[0].interpreter is True  # type: ignore[union-attr]


def test_of_several_free_nurses_the_one_of_the_innermost_ring_is_taken() -> None:
    here = World({"n1": "sv", "n2": "so:working"}, routing=ROUTING)
    here.queues("c1", SO)
    here.after(240_000)  # any nurse will do by now
    here.loses_the_switch()
    here.is_ready("n1")
    here.now += 1_000
    here.is_ready("n2")
    here.see(seen("c1", Phase.LINE, waited=241_000, language=SO))
    assert here.offers() == [("c1", "n2")]  # although n1 has been free for longer


def test_who_waits_in_an_inner_ring_stands_in_nobodys_way() -> None:
    here = world(n1="so:working sv")
    here.queues("c1", SO)  # no fluent nurse yet
    here.now += 1_000
    here.queues("c2", SV)
    assert here.offers() == [("c2", "n1")]


def test_a_missed_ringing_keeps_the_rings_open_and_the_time_of_ringing_counts() -> None:
    here = world(n1="so:fluent", n2="so:working")
    here.queues("c1", SO)
    here.now += 120_000
    here.rings_out("c1")
    assert here.offers() == [("c1", "n2")]


def test_after_a_conversation_that_was_none_the_next_ring_still_opens() -> None:
    here = world(n1="so:fluent", n2="so:working")
    here.queues("c1", SO)
    offer = here.offer_of("c1")
    here.connects("c1", "n1")
    here.pauses("n1")
    here.parts("c1", "n1")
    contact, nurse = here.contact("c1").id, here.nurse("n1").id
    here.tell(
        CallReturned(offer=offer, contact=contact, nurse=nurse, reason=ReturnReason.LINE_LOST)
    )
    assert here.line() == ["c1"]
    here.after(120_000)
    assert here.offers() == [("c1", "n2")]


def test_a_requirement_of_the_entry_point_is_asked_for() -> None:
    here = World(
        {"n1": "sv", "n2": "sv +child"},
        routing=ROUTING,
        requirements={"child_line": Requirement(competences=("child",))},
    )
    here.is_ready("n1")
    here.arrives("c1", entry_point="child_line")
    here.queues("c1")
    assert here.offers() == []
    here.is_ready("n2")
    assert here.offers() == [("c1", "n2")]


# -- reserve ------------------------------------------------------------------------------


def reserved(rules: Policy | None = None) -> World:
    here = World({"n1": "sv ar", "n2": "sv", "n3": "sv so", "n4": "ar so"}, reserve=True)
    for nurse in ("n1", "n3", "n2"):
        here.is_ready(nurse)
        here.now += 1_000
    return here


def test_a_nurse_who_speaks_nothing_else_is_taken_before_the_longest_idle() -> None:
    here = reserved()
    here.queues("c1", SV)
    assert here.offers() == [("c1", "n2")]


def test_then_the_one_whose_other_language_is_asked_for_least() -> None:
    here = reserved()
    here.pauses("n2")
    here.pauses("n1")
    here.pauses("n3")
    for number in range(20):
        here.queues(f"a{number}", AR)
    here.now += 60_000  # weighed once a minute
    here.queues("c0", SV)
    for number in range(20):
        here.hangs_up(f"a{number}")
    here.hangs_up("c0")
    here.is_ready("n1")
    here.now += 5_000
    here.is_ready("n3")
    here.queues("c1", SV)
    assert here.offers() == [("c1", "n3")]  # although n1 has been free for longer


def test_without_reserve_the_longest_idle_is_taken() -> None:
    here = World({"n1": "sv ar", "n2": "sv"})
    here.is_ready("n1")
    here.now += 1_000
    here.is_ready("n2")
    here.queues("c1", SV)
    assert here.offers() == [("c1", "n1")]


# -- follow-me ----------------------------------------------------------------------------


def followed(**rules: int) -> World:
    """A caller had n2, and both nurses are free again; n1 has been free for longer."""
    rules = {"follow_me": 600_000, "follow_hold": 30_000, "wrap_up": 10_000, **rules}
    here = World({"n1": "sv", "n2": "sv"}, **rules)
    here.is_ready("n2")
    here.arrives("c1", caller="hash")
    here.queues("c1")
    here.is_ready("n1")
    here.is_served("c1", "n2")
    return here


def again(here: World, name: str = "c2") -> list[tuple[str, str]]:
    here.arrives(name, caller="hash")
    here.queues(name)
    return here.offers()


def test_a_caller_who_rings_again_gets_the_nurse_she_had() -> None:
    here = followed()
    here.after(10_000)
    assert again(here) == [("c2", "n2")]


def test_others_get_the_longest_idle() -> None:
    here = followed()
    here.after(10_000)
    here.queues("c2")
    assert here.offers() == [("c2", "n1")]


def test_she_is_kept_for_her_nurse_in_wrap_up_and_offered_when_that_ends() -> None:
    here = followed()
    assert again(here) == []
    assert list(here.board.kept[HELD]) == ["c2"]
    here.after(10_000)
    assert here.offers() == [("c2", "n2")]


def test_she_is_not_kept_longer_than_the_site_says() -> None:
    here = followed(follow_hold=9_999)
    assert again(here) == [("c2", "n1")]


def test_an_extended_wrap_up_ends_the_holding() -> None:
    here = followed(wrap_up_most=300_000)
    again(here)
    here.tell(WrapUpExtended(nurse=here.nurse("n2").id, by=60_000, actor="phone:n2"))
    assert here.offers() == [("c2", "n1")]


def test_a_nurse_who_goes_on_a_break_is_not_waited_for() -> None:
    here = followed()
    again(here)
    here.pauses("n2")
    assert here.offers() == [("c2", "n1")]


def test_after_the_set_time_she_is_like_anybody() -> None:
    here = followed()
    here.after(600_001)
    assert again(here) == [("c2", "n1")]
    here.hangs_up("c2")


def test_a_held_caller_is_a_preference_and_jumps_no_line() -> None:
    here = followed()
    here.pauses("n1")
    here.queues("before")
    again(here)
    here.after(10_000)
    assert here.offers() == [("before", "n2")]


# -- kept back, and counted -----------------------------------------------------------------


def test_time_in_which_a_nurse_is_free_for_somebody_kept_back_is_counted_by_cause() -> None:
    here = followed()
    again(here)  # held for n2 while n1 is free
    here.after(5_000)
    idle = {(i.language, i.cause): i.nurse_ms for i in here.board.figures.idling()}
    assert idle == {(SV, HELD): 5_000}


def test_nothing_is_counted_while_nobody_is_free_for_her() -> None:
    here = World({"n1": "ar"})
    here.is_ready("n1")
    here.queues("c1", SV)
    here.loses_the_switch()
    here.after(5_000)
    assert here.board.figures.idling() == []


def test_an_absent_gateway_is_a_cause() -> None:
    here = World({"n1": "sv"})
    here.queues("c1")
    here.loses_the_switch()
    here.is_ready("n1")
    here.after(3_000)
    assert [(i.cause, i.nurse_ms) for i in here.board.figures.idling()] == [(GATEWAY, 3_000)]


def test_a_caller_in_doubt_is_a_cause() -> None:
    here = World({"n1": "sv"})
    here.queues("c1")
    here.is_ready("n1")
    here.tell(CommandFailed(command=here.offer_of("c1"), reason="gone"))
    assert list(here.board.kept[DOUBT]) == ["c1"]
    here.after(2_000)
    assert [(i.cause, i.nurse_ms) for i in here.board.figures.idling()] == [(DOUBT, 2_000)]


# -- surge ----------------------------------------------------------------------------------


def test_a_surge_stretches_the_rings_and_closes_none_that_is_open() -> None:
    rules = SurgeRules(
        steps=(SurgeStep(level=SurgeLevel.HIGH, waiting=2, rings_percent=200),), rises_after=0
    )
    here = World({"n1": "so:working"}, routing=ROUTING, surge=rules)
    here.queues("c1", SO)
    here.after(120_000)
    assert here.contact("c1").ring == 1
    here.queues("c2", SO)
    here.after(1_000)
    assert here.board.surge.level is SurgeLevel.HIGH
    assert (here.contact("c1").ring, here.contact("c2").ring) == (1, 0)
    here.after(120_000)
    assert here.contact("c2").ring == 0
    here.after(119_000)
    assert here.contact("c2").ring == 1


def test_a_reload_with_other_rings_counts_from_the_same_wait() -> None:
    here = world(n1="so:working")
    here.queues("c1", SO)
    here.after(60_000)
    sooner = (Ring(level=Level.FLUENT), Ring(after=50_000, level=Level.WORKING))
    loaded = policy(
        {"n1": "so:working"}, gateway_lost=100_000_000,
        routing=Routing(lines=(Line(language=SO, rings=sooner),)),
    )  # fmt: skip
    here.tell(SiteLoaded(policy=loaded))
    assert here.offers() == [("c1", "n1")]
