"""A nurse's day: today's languages, planned pauses, longer wrap-ups, a phone that is gone."""

from callcenter.acd.events import (
    AnyEvent,
    NursePaused,
    NurseSignedIn,
    OfferResult,
    SiteLoaded,
    SurgeSet,
    WrapUpExtended,
)
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import PHONE_LOST, NurseState
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from language_routing.languages import Language
from tests.unit.acd.world import AR, SO, SV, World, policy


def signs_in(*languages: Language) -> NurseSignedIn:
    return NurseSignedIn(nurse=NurseId("n1"), actor="phone:n1", languages=languages)


def pause(planned: int | None) -> NursePaused:
    return NursePaused(nurse=NurseId("n1"), reason="lunch", actor="phone:n1", planned=planned)


def extended(by: int) -> AnyEvent:
    return WrapUpExtended(nurse=NurseId("n1"), by=by, actor="phone:n1")


# -- today's languages ----------------------------------------------------------------------


def test_a_nurse_takes_calls_in_the_languages_she_signed_in_with_alone() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signs_in(AR))
    world.is_ready("n1")
    world.queues("c1", SV)
    assert world.offers() == []
    world.queues("c2", AR)
    assert world.offers() == [("c2", "n1")]


def test_without_any_she_takes_all_of_hers() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signs_in())
    assert world.nurse("n1").skills.spoken == (SV, AR)


def test_a_language_that_is_none_of_hers_is_passed_over() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signs_in(AR, SO))
    assert world.nurse("n1").skills.spoken == (AR,)


def test_a_second_sign_in_changes_the_languages_and_nothing_else() -> None:
    world = World({"n1": "sv ar"})
    world.is_ready("n1")
    since = world.nurse("n1").signed_in
    world.after(60_000)
    world.queues("c1", SV)  # rings
    world.tell(signs_in(AR))
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.contact, nurse.signed_in) == (NurseState.RINGING, "c1", since)
    assert nurse.skills.spoken == (AR,)


def test_the_same_sign_in_twice_is_late() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signs_in(AR))
    assert world.refuses(signs_in(AR))


def test_after_signing_out_tomorrow_begins_with_all_languages() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signs_in(AR))
    world.signs_out("n1")
    assert (world.nurse("n1").chosen, world.nurse("n1").signed_in) == ((), None)
    world.is_ready("n1")
    assert world.nurse("n1").skills.spoken == (SV, AR)


def test_a_reload_keeps_today_s_choice_as_far_as_it_is_still_hers() -> None:
    world = World({"n1": "sv ar"})
    world.tell(signs_in(AR))
    world.tell(SiteLoaded(policy=policy({"n1": "sv ar:working +child"})))
    assert world.nurse("n1").skills.spoken == (AR,)
    assert world.nurse("n1").skills.competences == ("child",)
    world.tell(SiteLoaded(policy=policy({"n1": "sv so"})))
    assert world.nurse("n1").skills.spoken == (SV, SO)


# -- pauses ---------------------------------------------------------------------------------


def test_a_pause_has_a_planned_end_and_nothing_happens_when_it_is_over() -> None:
    world = World()
    world.is_ready("n1")
    world.tell(pause(1_800_000))
    assert world.nurse("n1").pause_ends == world.now + 1_800_000
    world.after(2_000_000)
    assert world.nurse("n1").state is NurseState.NOT_READY


def test_a_break_asked_for_while_talking_begins_after_the_call_with_its_planned_length() -> None:
    world = World(wrap_up=10_000)
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.tell(pause(600_000))
    assert world.nurse("n1").state is NurseState.TALKING
    world.now += 60_000
    world.hangs_up("c1")
    world.after(10_000)
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason) == (NurseState.NOT_READY, "lunch")
    assert nurse.pause_ends == world.now + 600_000
    assert nurse.planned is None


def test_back_from_a_pause_no_planned_end_is_left() -> None:
    world = World()
    world.is_ready("n1")
    world.tell(pause(600_000))
    world.is_ready("n1")
    assert world.nurse("n1").pause_ends is None


# -- wrap-up --------------------------------------------------------------------------------


def wrapping(**rules: int) -> World:
    world = World(**{"wrap_up": 30_000, "wrap_up_most": 120_000, **rules})
    world.is_ready("n1")
    world.queues("c1")
    world.is_served("c1", "n1")
    return world


def test_a_wrap_up_can_be_extended() -> None:
    world = wrapping()
    world.tell(extended(60_000))
    world.after(89_999)
    assert world.nurse("n1").state is NurseState.WRAP_UP
    world.after(1)
    assert world.nurse("n1").state is NurseState.READY


def test_it_is_extended_up_to_the_most_that_the_site_allows() -> None:
    world = wrapping()
    world.tell(extended(600_000))
    assert world.nurse("n1").wrap_up_ends == world.now + 120_000
    assert world.refuses(extended(1_000))


def test_only_a_wrap_up_can_be_extended_and_only_to_be_longer() -> None:
    world = wrapping()
    assert world.refuses(extended(0))
    assert world.refuses(extended(-5_000))
    world.is_ready("n1")
    assert world.refuses(extended(60_000))


def test_a_surge_shortens_the_wrap_up() -> None:
    rules = SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, wrap_up=5_000),))
    world = World(wrap_up=30_000, surge=rules)
    world.tell(SurgeSet(level=SurgeLevel.HIGH, actor="s", reason="flu"))
    world.is_ready("n1")
    world.queues("c1")
    world.is_served("c1", "n1")
    assert world.nurse("n1").wrap_up_ends == world.now + 5_000


def test_wrap_up_and_handle_time_are_counted_where_the_caller_was() -> None:
    world = wrapping()
    world.tell(extended(10_000))
    world.after(40_000)
    tally = world.tally()
    assert (tally.talks, tally.talk_sum, tally.wraps, tally.wrap_sum) == (1, 60_000, 1, 40_000)
    assert world.board.handle_times.all.mean == 100_000_000  # microseconds


# -- RONA, the phone ------------------------------------------------------------------------


def test_rona_after_n_misses_with_the_reason_shown() -> None:
    world = World({"n1": "sv"}, rona_after=2)
    world.is_ready("n1")
    world.queues("c1")
    world.rings_out("c1")
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.RINGING, 1)
    world.rings_out("c1", OfferResult.NO_ANSWER)
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (NurseState.NOT_READY, "rona")


def test_a_ready_nurse_whose_phone_is_gone_for_a_while_is_not_ready_with_the_reason() -> None:
    world = World(phone_gone=60_000)
    world.is_ready("n1")
    world.phone("n1", reachable=False)
    world.after(59_999)
    assert world.nurse("n1").state is NurseState.READY
    world.after(1)
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (
        NurseState.NOT_READY,
        PHONE_LOST,
    )


def test_when_it_is_back_she_takes_calls_again_by_herself() -> None:
    world = World(phone_gone=60_000)
    world.is_ready("n1")
    world.phone("n1", reachable=False)
    world.after(60_000)
    world.queues("c1")
    world.phone("n1", reachable=True)
    assert world.offers() == [("c1", "n1")]


def test_a_short_absence_changes_nothing() -> None:
    world = World(phone_gone=60_000)
    world.is_ready("n1")
    world.phone("n1", reachable=False)
    world.after(30_000)
    world.phone("n1", reachable=True)
    world.after(60_000)
    assert world.nurse("n1").state is NurseState.READY


def test_a_pause_is_not_undone_by_a_phone_that_returns() -> None:
    world = World(phone_gone=60_000)
    world.is_ready("n1")
    world.phone("n1", reachable=False)
    world.after(60_000)
    world.pauses("n1")
    world.phone("n1", reachable=True)
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (NurseState.NOT_READY, "lunch")


def test_who_gets_ready_without_a_phone_is_watched_too() -> None:
    world = World(phone_gone=60_000)
    world.phone("n1", reachable=False)
    world.is_ready("n1")
    world.after(60_000)
    assert world.nurse("n1").reason == PHONE_LOST


def test_the_end_of_a_shift_asked_for_while_talking_comes_after_the_wrap_up() -> None:
    world = World(wrap_up=10_000)
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.signs_out("n1")
    world.now += 60_000
    world.hangs_up("c1")
    assert world.nurse("n1").state is NurseState.WRAP_UP
    world.after(10_000)
    assert world.nurse("n1").state is NurseState.SIGNED_OUT
