"""What is kept of a nurse from one state to the next, and what is forgotten."""

import pytest
from msgspec.structs import replace

from callcenter.acd import shifts
from callcenter.acd.contact import IllegalMove
from callcenter.acd.events import NursePaused, NurseReady, NurseSignedIn, SiteLoaded, WrapUpExtended
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import LINE_LOST, NurseMove, NurseState
from tests.unit.acd.world import AR, SV, World, policy

N1 = NurseId("n1")


def signed_in(actor: str, *languages: str) -> NurseSignedIn:
    return NurseSignedIn(nurse=N1, actor=actor, languages=languages)


def talking(**rules: object) -> World:
    world = World({"n1": "sv ar"}, **rules)
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    return world


def test_who_signed_her_in_is_known_until_she_is_out() -> None:
    world = World()
    world.tell(signed_in("phone"))
    since = world.now
    world.now += 1_000
    world.tell(NurseReady(nurse=N1, actor="cli:eva"))
    world.now += 1_000
    world.pauses("n1")
    assert (world.nurse("n1").actor, world.nurse("n1").signed_in) == ("phone", since)
    world.signs_out("n1")
    assert (world.nurse("n1").actor, world.nurse("n1").signed_in) == ("", None)
    world.tell(NurseReady(nurse=N1, actor="cli:eva"))  # in and ready by one word
    assert (world.nurse("n1").actor, world.nurse("n1").signed_in) == ("cli:eva", world.now)


def test_another_choice_of_languages_during_a_call_leaves_the_break_after_it() -> None:
    world = talking()
    world.tell(NursePaused(nurse=N1, reason="lunch", actor="n1", planned=600_000))
    world.tell(signed_in("n1", SV))
    assert (world.nurse("n1").next, world.nurse("n1").chosen) == ("lunch", (SV,))
    world.tell(NurseReady(nurse=N1, actor="n1"))  # no lunch after all
    assert (world.nurse("n1").next, world.nurse("n1").planned) == (None, None)


def test_the_languages_chosen_for_the_day_outlast_its_breaks_and_not_the_day() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signed_in("n1", AR))
    world.is_ready("n1")
    world.pauses("n1")
    assert world.nurse("n1").chosen == (AR,)
    world.signs_out("n1")
    assert world.nurse("n1").chosen == ()


def test_a_break_that_was_planned_during_a_call_is_forgotten_with_the_end_of_the_shift() -> None:
    world = talking(wrap_up=0)
    world.tell(NursePaused(nurse=N1, reason="lunch", actor="n1", planned=600_000))
    world.signs_out("n1")
    world.hangs_up("c1")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.planned, nurse.actor) == (NurseState.SIGNED_OUT, None, "")


def test_a_wrap_up_can_be_a_millisecond_longer() -> None:
    world = talking(wrap_up=30_000, wrap_up_most=60_000)
    world.hangs_up("c1")
    world.tell(WrapUpExtended(nurse=N1, by=1, actor="n1"))
    assert world.nurse("n1").wrap_up_ends == world.now + 30_001


def test_after_a_wrap_up_nothing_is_left_of_the_call() -> None:
    world = talking(wrap_up=30_000)
    world.hangs_up("c1")
    assert world.nurse("n1").served is not None
    world.after(30_000)
    assert world.nurse("n1").served is None


def test_a_phone_that_is_gone_takes_nobody_out_where_the_site_says_so() -> None:
    for phone_gone in (0, 1):
        world = World(phone_gone=phone_gone)
        world.is_ready("n1")
        world.phone("n1", reachable=False)
        gone_at = world.now + 1 if phone_gone else None
        assert world.nurse("n1").gone_at == gone_at


def test_a_phone_that_went_during_the_call_is_watched_from_its_end() -> None:
    world = talking(wrap_up=1_000, phone_gone=60_000)
    world.phone("n1", reachable=False)
    world.hangs_up("c1")
    assert world.nurse("n1").gone_at is None
    world.after(1_000)
    assert world.nurse("n1").gone_at == world.now + 60_000
    world.pauses("n1")
    assert world.nurse("n1").gone_at is None


def test_to_be_ready_again_forgives_a_line_that_was_lost() -> None:
    world = World()
    world.is_ready("n1")
    world.pauses("n1")
    world.board.put_nurse(replace(world.nurse("n1"), lost=1))
    world.is_ready("n1")
    assert world.nurse("n1").lost == 0


def test_a_second_line_lost_while_she_has_the_next_call_takes_her_out_after_it() -> None:
    for wish, after in ((None, LINE_LOST), ("lunch", "lunch")):
        world = talking()
        shifts.line_lost(world.board, replace(world.nurse("n1"), lost=1, next=wish), world.now)
        assert world.nurse("n1").state is NurseState.TALKING
        assert world.nurse("n1").next == after


def test_once_she_is_out_for_lost_lines_they_are_forgotten() -> None:
    world = talking()
    world.hangs_up("c1")
    shifts.line_lost(world.board, replace(world.nurse("n1"), lost=1), world.now)
    assert (world.nurse("n1").reason, world.nurse("n1").lost) == (LINE_LOST, 0)


def test_a_nurse_who_leaves_the_list_is_gone_wherever_she_stood_in_it() -> None:
    world = World({"n1": "sv", "n2": "sv", "n3": "sv"})
    for nurse in ("n2", "n3"):
        world.is_ready(nurse)
        world.told(nurse)
    world.tell(SiteLoaded(policy=policy({"n1": "sv", "n3": "sv"}, gateway_lost=100_000_000)))
    assert list(world.board.nurses) == ["n1", "n3"]
    assert world.nurse("n3").available


def test_only_a_nurse_with_a_call_can_be_freed() -> None:
    world = talking()
    shifts.freed(world.board, world.nurse("n1"), world.now)
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.served) == (NurseState.WRAP_UP, None)
    assert nurse.wrap_up_ends == world.now + world.policy.wrap_up
    with pytest.raises(IllegalMove):
        shifts.freed(world.board, nurse, world.now)


def test_a_nurse_who_is_found_ringing_takes_her_turn_from_then_and_a_ready_one_keeps_hers() -> None:
    ready = talking().nurse("n1")
    since = ready.idle_since
    free = replace(ready, state=NurseState.READY)
    resting = replace(ready, state=NurseState.NOT_READY)
    assert free.move(NurseMove.ADOPT, since + 5).idle_since == since
    assert resting.move(NurseMove.ADOPT, since + 5).idle_since == since + 5
