"""What nurses ask for, what their phones do, and how a call leaves them."""

import pytest
from msgspec.structs import replace

from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import AnyDecision, Mirror, Withdraw
from callcenter.acd.events import (
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferResult,
    PhoneChanged,
    SiteLoaded,
)
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import SIGN_OUT_NEXT, NurseState
from callcenter.acd.policy import NurseSpec
from tests.unit.acd.world import AR, SV, World

N1, N2 = NurseId("n1"), NurseId("n2")
TWO = {"n1": "sv", "n2": "sv"}
MISSES = {
    OfferResult.NO_ANSWER: "rona",
    OfferResult.BUSY: "busy",
    OfferResult.UNREACHABLE: "unreachable",
    OfferResult.FAILED: "failed",
}


def offered(**rules: int) -> World:
    """c1 rings at n1."""
    world = World(TWO, **rules)
    world.is_ready("n1")
    world.queues("c1")
    assert world.offers() == [("c1", "n1")]
    return world


def talking(**rules: int) -> World:
    world = offered(**rules)
    world.connects("c1", "n1")
    return world


def withdrawn(decisions: tuple[AnyDecision, ...]) -> list[str]:
    return [d.contact for d in decisions if isinstance(d, Withdraw)]


def without(world: World, nurse: str) -> SiteLoaded:
    """The same site, and she is no longer of it."""
    kept = tuple(spec for spec in world.policy.nurses if spec.id != nurse)
    return SiteLoaded(policy=replace(world.policy, nurses=kept))


# -- signing in, ready, pause, signing out ----------------------------------------


def test_a_nurse_who_signs_in_is_not_ready_until_she_says_so() -> None:
    world = World()
    world.queues("c1")
    world.signs_in("n1")
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (
        NurseState.NOT_READY,
        "signed_in",
    )
    assert world.offers() == []
    world.is_ready("n1")
    assert world.offers() == [("c1", "n1")]


def test_a_nurse_who_is_ready_is_signed_in_too() -> None:
    world = World()
    world.is_ready("n1")
    assert (world.nurse("n1").state, world.nurse("n1").idle_since) == (NurseState.READY, world.now)


def test_what_a_nurse_asks_for_twice_is_late() -> None:
    world = World()
    assert world.refuses(NurseSignedOut(nurse=N1, actor="t"))
    world.signs_in("n1")
    assert world.refuses(NurseSignedIn(nurse=N1, actor="t"))
    world.is_ready("n1")
    assert world.refuses(NurseReady(nurse=N1, actor="t"))
    assert world.refuses(NurseSignedIn(nurse=N1, actor="t"))


@pytest.mark.parametrize("state", ["ringing", "talking"])
def test_a_nurse_on_a_call_who_says_ready_or_signs_in_without_a_wish_is_late(state: str) -> None:
    world = offered() if state == "ringing" else talking()
    assert world.refuses(NurseReady(nurse=N1, actor="t"))
    assert world.refuses(NurseSignedIn(nurse=N1, actor="t"))


def test_a_stranger_can_ask_for_nothing() -> None:
    world, stranger = World(), NurseId("stranger")
    assert world.refuses(NurseSignedIn(nurse=stranger, actor="t"))
    assert world.refuses(NurseReady(nurse=stranger, actor="t"))
    assert world.refuses(NursePaused(nurse=stranger, reason="x", actor="t"))
    assert world.refuses(NurseSignedOut(nurse=stranger, actor="t"))
    assert world.refuses(PhoneChanged(nurse=stranger, reachable=True, busy=False))


def test_a_pause_takes_effect_at_once_and_its_reason_can_be_changed() -> None:
    world = World()
    world.is_ready("n1")
    world.pauses("n1", "lunch")
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (NurseState.NOT_READY, "lunch")
    world.pauses("n1", "training")
    assert world.nurse("n1").reason == "training"
    world.queues("c1")
    assert world.offers() == []


def test_a_nurse_back_from_a_pause_is_last_in_turn_and_her_misses_are_forgiven() -> None:
    world = offered(rona_after=2)
    world.is_ready("n2")
    world.now += 20_000
    world.rings_out("c1")
    assert world.nurse("n1").misses == 1
    world.pauses("n1")
    world.now += 1_000
    world.is_ready("n1")
    nurse = world.nurse("n1")
    assert (nurse.misses, nurse.idle_since, nurse.next) == (0, world.now, None)


def test_a_nurse_in_wrap_up_can_end_it_pause_or_sign_out_at_once() -> None:
    for wish, state in (
        ("is_ready", NurseState.READY),
        ("pauses", NurseState.NOT_READY),
        ("signs_out", NurseState.SIGNED_OUT),
    ):
        world = talking(wrap_up=10_000)
        world.hangs_up("c1")
        getattr(world, wish)("n1")
        assert world.nurse("n1").state is state
        world.after(10_000)
        assert world.nurse("n1").state is state


# -- a wish while a call is there -------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "state", "reason"),
    [("pauses", NurseState.NOT_READY, "lunch"), ("signs_out", NurseState.SIGNED_OUT, None)],
)
def test_a_wish_while_ringing_withdraws_the_call_and_is_no_rona(
    wish: str, state: NurseState, reason: str | None
) -> None:
    world = offered()
    getattr(world, wish)("n1")
    assert withdrawn(world.decisions) == ["c1"]
    assert world.nurse("n1").state is NurseState.RINGING
    assert world.contact("c1").withdrawing
    world.rings_out("c1", OfferResult.WITHDRAWN)
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason, nurse.next, nurse.misses) == (state, reason, None, 0)
    assert (world.tally().missed, world.line()) == (0, ["c1"])


def test_a_wish_that_is_taken_back_before_the_phone_is_silent_leaves_her_ready() -> None:
    world = offered()
    world.pauses("n1")
    world.is_ready("n1")
    assert (world.nurse("n1").state, world.nurse("n1").next) == (NurseState.RINGING, None)
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert world.offers() == [("c1", "n1")]


def test_a_nurse_who_wanted_to_stop_and_did_not_answer_gets_what_she_wanted() -> None:
    world = offered(rona_after=1)
    world.pauses("n1", "lunch")
    world.rings_out("c1", OfferResult.NO_ANSWER)
    assert (world.nurse("n1").reason, world.nurse("n1").misses) == ("lunch", 0)


def test_a_nurse_who_wanted_to_stop_and_answered_all_the_same_stops_afterwards() -> None:
    world = offered(wrap_up=10_000)
    world.pauses("n1")
    world.connects("c1", "n1")
    world.hangs_up("c1")
    assert world.nurse("n1").state is NurseState.WRAP_UP
    world.after(10_000)
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (NurseState.NOT_READY, "lunch")


@pytest.mark.parametrize(
    ("wish", "state", "reason"),
    [("pauses", NurseState.NOT_READY, "lunch"), ("signs_out", NurseState.SIGNED_OUT, None)],
)
def test_a_wish_while_talking_takes_effect_after_the_wrap_up(
    wish: str, state: NurseState, reason: str | None
) -> None:
    world = talking(wrap_up=10_000)
    getattr(world, wish)("n1")
    assert world.nurse("n1").state is NurseState.TALKING
    assert withdrawn(world.decisions) == []
    world.parts("c1", "n1")
    assert world.nurse("n1").state is NurseState.WRAP_UP
    world.after(9_999)
    assert world.nurse("n1").state is NurseState.WRAP_UP
    world.after(1)
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason, nurse.next) == (state, reason, None)


@pytest.mark.parametrize(
    ("wish", "state"),
    [("pauses", NurseState.NOT_READY), ("signs_out", NurseState.SIGNED_OUT)],
)
def test_a_wish_while_talking_takes_effect_at_once_without_a_wrap_up(
    wish: str, state: NurseState
) -> None:
    world = talking(wrap_up=0)
    world.queues("c2")
    getattr(world, wish)("n1")
    world.hangs_up("c1")
    assert world.nurse("n1").state is state
    assert world.offers() == []


def test_without_a_wrap_up_the_next_call_comes_at_once() -> None:
    world = talking(wrap_up=0)
    world.queues("c2")
    world.now += 30_000
    world.hangs_up("c1")
    assert world.offers() == [("c2", "n1")]
    assert world.nurse("n1").idle_since == world.now


@pytest.mark.parametrize("back", ["is_ready", "signs_in"])
def test_a_sign_out_while_talking_can_be_taken_back(back: str) -> None:
    world = talking(wrap_up=0)
    world.signs_out("n1")
    assert world.nurse("n1").next == SIGN_OUT_NEXT
    getattr(world, back)("n1")
    world.hangs_up("c1")
    assert world.nurse("n1").state is NurseState.READY


def test_signing_in_takes_back_a_sign_out_and_no_pause() -> None:
    world = talking()
    world.pauses("n1")
    assert world.refuses(NurseSignedIn(nurse=N1, actor="t"))


def test_the_last_of_two_wishes_holds() -> None:
    world = talking(wrap_up=0)
    world.signs_out("n1")
    world.pauses("n1", "lunch")
    world.hangs_up("c1")
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (NurseState.NOT_READY, "lunch")


def test_a_pause_in_wrap_up_replaces_the_wish_of_the_conversation() -> None:
    world = talking(wrap_up=10_000)
    world.signs_out("n1")
    world.hangs_up("c1")
    world.pauses("n1", "lunch")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason, nurse.next) == (NurseState.NOT_READY, "lunch", None)


def test_ready_in_wrap_up_takes_back_the_wish_of_the_conversation() -> None:
    world = talking(wrap_up=10_000)
    world.pauses("n1", "lunch")
    world.hangs_up("c1")
    world.is_ready("n1")
    assert (world.nurse("n1").state, world.nurse("n1").next) == (NurseState.READY, None)
    world.queues("c2")
    assert world.offers() == [("c2", "n1")]
    assert withdrawn(world.decisions) == []


def test_a_sign_out_in_wrap_up_replaces_the_wish_of_the_conversation() -> None:
    world = talking(wrap_up=10_000)
    world.pauses("n1", "lunch")
    world.hangs_up("c1")
    world.signs_out("n1")
    assert (world.nurse("n1").state, world.nurse("n1").next) == (NurseState.SIGNED_OUT, None)
    world.is_ready("n1")
    world.queues("c2")
    assert withdrawn(world.decisions) == []


# -- wrap-up ----------------------------------------------------------------------


def test_a_wrap_up_lasts_to_the_millisecond() -> None:
    world = talking(wrap_up=10_000)
    world.queues("c2")
    world.now += 123
    world.hangs_up("c1")
    assert world.shard.next_deadline() == world.now + 10_000
    world.after(9_999)
    assert (world.nurse("n1").state, world.offers()) == (NurseState.WRAP_UP, [])
    world.after(1)
    assert world.offers() == [("c2", "n1")]


def test_a_late_tick_ends_a_wrap_up_as_of_its_deadline() -> None:
    world = talking(wrap_up=10_000)
    world.hangs_up("c1")
    ended = world.now + 10_000
    world.after(60_000)
    assert (world.nurse("n1").since, world.nurse("n1").idle_since) == (ended, ended)


# -- misses -----------------------------------------------------------------------


@pytest.mark.parametrize(("result", "reason"), MISSES.items())
def test_one_miss_too_many_takes_her_out_and_says_why(result: OfferResult, reason: str) -> None:
    world = offered(rona_after=1)
    world.rings_out("c1", result)
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason, nurse.misses) == (NurseState.NOT_READY, reason, 1)
    assert world.tally().missed == 1
    assert world.offers() == []
    assert world.decided() == (Mirror(nurse=N1, member=True, paused=True, command=world.command()),)


@pytest.mark.parametrize("result", MISSES)
def test_before_that_she_goes_to_the_end_of_the_turn(result: OfferResult) -> None:
    world = offered(rona_after=3)
    world.now += 1_000
    world.is_ready("n2")
    world.now += 19_000
    world.rings_out("c1", result)
    assert (world.nurse("n1").misses, world.nurse("n1").idle_since) == (1, world.now)
    assert world.offers() == [("c1", "n2")]


def test_misses_in_a_row_count_and_an_answer_between_them_forgives() -> None:
    world = offered(rona_after=2, wrap_up=0)
    world.rings_out("c1")
    world.connects("c1", "n1")
    world.hangs_up("c1")
    world.queues("c2")
    world.rings_out("c2")
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.RINGING, 1)
    world.rings_out("c2")
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.NOT_READY, 2)


def test_a_withdrawn_ringing_is_no_miss_and_does_not_forgive_one() -> None:
    world = offered(rona_after=2)
    world.rings_out("c1")
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert world.nurse("n1").misses == 1
    assert world.tally().missed == 1


# -- phones -----------------------------------------------------------------------


def test_a_phone_that_is_lost_while_ringing_withdraws_the_call() -> None:
    world = offered()
    world.is_ready("n2")
    world.phone("n1", reachable=False)
    assert withdrawn(world.decisions) == ["c1"]
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert world.nurse("n1").state is NurseState.READY
    assert world.offers() == [("c1", "n2")]


def test_a_phone_that_is_busy_while_ringing_withdraws_nothing() -> None:
    world = offered()
    world.phone("n1", busy=True)
    assert world.decided() == ()


def test_a_phone_that_is_lost_in_conversation_changes_nothing_before_its_end() -> None:
    world = talking(wrap_up=0)
    world.queues("c2")
    world.phone("n1", reachable=False)
    assert world.nurse("n1").state is NurseState.TALKING
    world.hangs_up("c1")
    assert (world.nurse("n1").state, world.offers()) == (NurseState.READY, [])


# -- bridged by the fallback queue ------------------------------------------------


def test_a_signed_out_nurse_whom_a_call_finds_is_signed_out_again_afterwards() -> None:
    world = World(wrap_up=10_000)
    world.queues("c1")
    world.falls_back("c1")
    world.connects("c1", "n1")
    assert world.nurse("n1").next == SIGN_OUT_NEXT
    assert world.decided() == ()  # the fallback queue is not told anything new of her
    world.hangs_up("c1")
    world.after(10_000)
    assert (world.nurse("n1").state, world.nurse("n1").next) == (NurseState.SIGNED_OUT, None)


def test_a_pausing_nurse_whom_a_call_finds_pauses_on_for_the_same_reason() -> None:
    world = World(wrap_up=0)
    world.pauses("n1", "training")
    world.queues("c1")
    world.connects("c1", "n1")
    world.hangs_up("c1")
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (
        NurseState.NOT_READY,
        "training",
    )


# -- the roster -------------------------------------------------------------------


def test_a_new_nurse_is_signed_out_and_others_are_left_alone() -> None:
    world = offered()
    more = (*world.policy.nurses, NurseSpec(id=NurseId("n9"), languages=(AR,)))
    world.tell(SiteLoaded(policy=replace(world.policy, nurses=more)))
    assert (world.nurse("n9").state, world.nurse("n9").languages) == (NurseState.SIGNED_OUT, (AR,))
    assert world.nurse("n1").state is NurseState.RINGING


def test_a_nurse_who_learns_a_language_is_offered_its_callers() -> None:
    world = World()
    world.is_ready("n1")
    world.queues("c1", AR)
    assert world.offers() == []
    both = (NurseSpec(id=N1, languages=(SV, AR)),)
    world.tell(SiteLoaded(policy=replace(world.policy, nurses=both)))
    assert world.offers() == [("c1", "n1")]


@pytest.mark.parametrize("wish", ["is_ready", "pauses"])
def test_an_idle_nurse_who_leaves_the_site_leaves_the_fallback_queue_and_is_forgotten(
    wish: str,
) -> None:
    world = World(TWO)
    getattr(world, wish)("n1")
    world.tell(without(world, "n1"))
    assert world.decided() == (
        Mirror(nurse=N1, member=False, paused=False, command=world.command()),
    )
    assert N1 not in world.board.nurses
    world.queues("c1")
    assert world.offers() == []


def test_a_signed_out_nurse_who_leaves_the_site_is_forgotten_at_once() -> None:
    world = World(TWO)
    world.tell(without(world, "n1"))
    assert world.decided() == ()
    assert N1 not in world.board.nurses


def test_a_nurse_who_leaves_the_site_while_no_node_is_there_stays_until_one_is_told() -> None:
    world = World(TWO)
    world.is_ready("n1")
    world.loses_the_switch()
    world.tell(without(world, "n1"))
    assert world.nurse("n1").state is NurseState.SIGNED_OUT
    world.policy = replace(world.policy, nurses=world.policy.nurses[1:])
    world.see()
    assert [(m.nurse, m.member) for m in world.mirrors()] == [(N1, False), (N2, False)]
    assert N1 not in world.board.nurses


def test_a_nurse_who_leaves_the_site_in_wrap_up_is_forgotten_and_her_timer_with_her() -> None:
    world = talking(wrap_up=10_000)
    world.hangs_up("c1")
    world.tell(without(world, "n1"))
    assert N1 not in world.board.nurses
    world.after(10_000)
    assert N1 not in world.board.nurses


def test_a_nurse_who_leaves_the_site_while_talking_is_known_until_the_call_ends() -> None:
    world = talking(wrap_up=0)
    world.tell(without(world, "n1"))
    assert world.decided() == (
        Mirror(nurse=N1, member=False, paused=False, command=world.command()),
    )
    assert (world.nurse("n1").state, world.nurse("n1").next) == (
        NurseState.TALKING,
        SIGN_OUT_NEXT,
    )
    world.now += 60_000
    late = world.shard.late
    world.parts("c1", "n1")
    assert world.shard.late == late
    assert world.contact("c1").state is ContactState.AFTER
    assert (world.tally().talks, world.tally().talk_sum) == (1, 60_000)
    assert N1 not in world.board.nurses


def test_a_nurse_who_leaves_the_site_while_talking_and_wraps_up_is_forgotten_after_it() -> None:
    world = talking(wrap_up=10_000)
    world.tell(without(world, "n1"))
    world.hangs_up("c1")
    assert world.nurse("n1").state is NurseState.WRAP_UP
    world.after(10_000)
    assert N1 not in world.board.nurses
    assert world.tally().talks == 1


def test_a_nurse_who_leaves_the_site_while_ringing_gives_her_caller_back_at_once() -> None:
    world = offered()
    world.is_ready("n2")
    world.pauses("n2")
    ended = world.ended("c1", OfferResult.WITHDRAWN)
    world.tell(without(world, "n1"))
    assert withdrawn(world.decisions) == ["c1"]
    world.tell(ended)
    assert world.contact("c1").state is ContactState.WAITING
    assert world.line() == ["c1"]
    assert N1 not in world.board.nurses
    world.is_ready("n2")
    assert world.offers() == [("c1", "n2")]


def test_a_nurse_who_leaves_the_site_while_ringing_and_answers_all_the_same_is_talking() -> None:
    world = offered()
    world.tell(without(world, "n1"))
    world.connects("c1", "n1")
    assert world.contact("c1").state is ContactState.TALKING
    world.hangs_up("c1")
    assert world.tally().answered == 1


def test_a_nurse_who_left_the_site_and_is_led_to_another_caller_loses_nobody() -> None:
    world = talking(wrap_up=0)
    world.tell(without(world, "n1"))
    world.queues("c2")
    world.connects("c2", "n1")
    assert world.contact("c2").state is ContactState.TALKING
    assert world.contact("c1").state is ContactState.AFTER


def test_a_nurse_who_comes_back_to_the_site_before_her_sign_out_was_told_is_whole_again() -> None:
    world = World(TWO)
    world.is_ready("n1")
    world.loses_the_switch()
    world.tell(without(world, "n1"))
    world.tell(SiteLoaded(policy=world.policy))
    assert world.nurse("n1").languages == (SV,)
    world.is_ready("n1")
    world.see()
    world.queues("c1")
    assert world.offers() == [("c1", "n1")]
