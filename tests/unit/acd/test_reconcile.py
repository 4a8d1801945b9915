"""What is believed against what a node shows: the truth wins, and nobody is lost."""

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.debts import Owed
from callcenter.acd.decisions import LookUp, Mirror
from callcenter.acd.events import (
    ChannelsSeen,
    CommandFailed,
    CommandUnknown,
    ContactClassed,
    GatewayAlive,
    NurseReady,
    OfferResult,
    Phase,
    SeenPhone,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId, OfferId
from callcenter.acd.nurse import SIGN_OUT_NEXT, NurseState
from callcenter.shard.shard import Shard
from tests.unit.acd.world import AR, NODE, SO, SV, World, policy, seen

TWO = {"n1": "sv", "n2": "sv"}
N1 = NurseId("n1")
OFFER = OfferId("77-1-0")


def offered(**rules: int) -> World:
    world = World(TWO, **rules)
    world.is_ready("n1")
    world.queues("c1")
    return world


def mirrored(world: World) -> list[str]:
    return [d.nurse for d in world.decisions if isinstance(d, Mirror)]


# -- what is gone -----------------------------------------------------------------


def test_a_missed_hang_up_is_made_up_for_in_every_state() -> None:
    world = World({"n1": "sv", "n2": "ar"}, wrap_up=10_000)
    world.is_ready("n1")
    world.queues("ringing")
    world.arrives("menu")
    world.queues("waiting")
    world.queues("talking", AR)
    world.connects("talking", "n2")
    world.see()
    assert not world.board.contacts
    assert world.nurse("n1").state is NurseState.READY
    assert world.nurse("n2").state is NurseState.WRAP_UP
    assert world.tally(None).left_ivr == 1
    assert (world.tally().abandoned, world.tally(AR).abandoned) == (2, 0)
    assert not world.board.owed


def test_callers_of_another_node_are_left_alone() -> None:
    world = World()
    world.arrives("c1", node="node2")
    world.see()
    assert "c1" in world.board.contacts


def test_a_caller_of_an_absent_node_is_not_in_line() -> None:
    world = World()
    world.arrives("c1", node="node2")
    world.queues("c1")
    assert world.line() == []
    world.tell(
        ChannelsSeen(
            node=NodeId("node2"), switch="b", contacts=(seen("c1", Phase.LINE),), phones=()
        )
    )
    assert world.line() == ["c1"]


# -- a switch that was restarted --------------------------------------------------


def test_whoever_was_lost_with_the_switch_is_owed_a_call_with_the_sealed_number() -> None:
    world = World(wrap_up=10_000)
    arrived = world.now
    world.queues("c1", AR)
    world.now += 40_000
    world.see(switch="another")
    (owed,) = world.board.owed
    assert owed == Owed(
        contact=ContactId("c1"), arrived=arrived, language=AR, caller="hash-c1",
        sealed="sealed-c1", priority_class="public", since=world.now, state="waiting",
        state_since=arrived, entry_point="1177",
    )  # fmt: skip
    assert (owed.waited, owed.talked) == (40_000, 0)
    assert (world.tally(AR).cut_off, world.tally(AR).abandoned) == (1, 0)


def test_in_a_restart_everybody_is_owed_a_call_but_those_whose_conversation_had_ended() -> None:
    world = World(TWO, wrap_up=10_000)
    world.queues("served")
    world.connects("served", "n2")
    world.parts("served", "n2")
    world.arrives("menu")
    world.queues("talking")
    world.connects("talking", "n1")
    world.queues("fallen")
    world.falls_back("fallen")
    world.see(switch="another")
    assert sorted(owed.contact for owed in world.board.owed) == ["fallen", "menu", "talking"]
    assert world.nurse("n1").state is NurseState.WRAP_UP
    assert (world.tally(None).cut_off, world.tally().cut_off) == (1, 2)


def test_who_was_cut_off_in_conversation_waited_until_the_nurse_and_talked_since() -> None:
    world = World()
    world.queues("c1")
    world.now += 20_000
    world.connects("c1", "n1")
    world.now += 60_000
    world.see(switch="another")
    (owed,) = world.board.owed
    assert (owed.waited, owed.talked, owed.state) == (20_000, 60_000, "talking")
    assert (world.tally().answered, world.tally().cut_off) == (1, 1)


def test_the_first_sight_of_a_switch_is_no_restart() -> None:
    world = World()
    world.arrives("c1", node="node2")
    world.tell(ChannelsSeen(node=NodeId("node2"), switch="b", contacts=(), phones=()))
    assert not world.board.owed
    assert world.tally(None).left_ivr == 1


def test_after_a_restart_the_fallback_queue_is_told_of_every_nurse_again() -> None:
    world = World(TWO)
    world.is_ready("n1")
    world.see()
    assert mirrored(world) == []
    world.see(switch="another")
    assert mirrored(world) == ["n1", "n2"]
    world.see(switch="another")
    assert mirrored(world) == []


def test_after_an_absence_the_fallback_queue_is_told_of_every_nurse_again() -> None:
    world = World(TWO)
    world.loses_the_switch()
    assert mirrored(world) == []
    world.see()
    assert mirrored(world) == ["n1", "n2"]


def away(world: World, how: str) -> str:
    """The gateway or its Asterisk is away; which run of Asterisk comes back."""
    if how == "absence":
        world.loses_the_switch()
        return "a"
    return "another"


AWAY = pytest.mark.parametrize("how", ["absence", "restart"])


@AWAY
@pytest.mark.parametrize(
    ("fallback", "state", "reason"),
    [
        ("ready", NurseState.READY, None),
        ("paused", NurseState.NOT_READY, "backup"),
        ("out", NurseState.SIGNED_OUT, None),
    ],
)
@pytest.mark.parametrize("before", ["is_ready", "pauses", "signs_out"])
def test_what_she_dialled_while_we_were_away_is_what_she_wants(
    how: str, fallback: str, state: NurseState, reason: str | None, before: str
) -> None:
    world = World()
    world.is_ready("n1")
    if before != "is_ready":
        getattr(world, before)("n1")
    world.told("n1")
    told = {"is_ready": "ready", "pauses": "paused", "signs_out": "out"}[before]
    assert world.nurse("n1").mirrored == told
    switch = away(world, how)
    world.now += 60_000
    world.see(switch=switch, n1=fallback)
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.mirrored) == (state, fallback)
    if told == "paused" == fallback:
        assert nurse.reason == "lunch"  # nothing has changed, so nothing is adopted
    else:
        assert nurse.reason == reason
    assert (nurse.since == world.now) is (told != fallback)
    assert world.mirrors() == []


@AWAY
def test_who_came_back_ready_by_the_dialplan_alone_is_offered_the_first_caller(how: str) -> None:
    world = World()
    world.pauses("n1")
    world.told("n1")
    world.queues("c1")
    switch = away(world, how)
    world.see(seen("c1", Phase.LINE, language=SV), switch=switch, n1="ready")
    assert world.offers() == [("c1", "n1")]


def test_without_an_absence_a_difference_is_a_command_on_its_way_and_adopts_nothing() -> None:
    world = World()
    world.is_ready("n1")
    world.see(n1="out")
    assert (world.nurse("n1").state, world.nurse("n1").mirrored) == (NurseState.READY, "ready")


@AWAY
@pytest.mark.parametrize("state", ["ringing", "talking"])
@pytest.mark.parametrize("fallback", ["out", "paused"])
def test_a_nurse_with_a_call_is_not_moved_and_the_fallback_queue_is_told_anew(
    how: str, state: str, fallback: str
) -> None:
    world = World(wrap_up=0)
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    if state == "talking":
        world.connects("c1", "n1")
    switch = away(world, how)
    phase = Phase.OFFER if state == "ringing" else Phase.TALKING
    world.see(seen("c1", phase, offer=offer, nurse=N1), switch=switch, n1=fallback)
    assert world.nurse("n1").state == state
    assert world.nurse("n1").next is None
    assert [(m.nurse, m.member, m.paused) for m in world.mirrors()] == [("n1", True, False)]


@AWAY
def test_a_change_to_what_she_wants_anyway_is_no_change_of_hers(how: str) -> None:
    """Her wish did not reach the fallback queue before, and she dialled it there herself."""
    world = World()
    world.pauses("n1", "lunch")
    world.told("n1")
    switch = away(world, how)
    world.is_ready("n1")
    if how == "absence":
        assert world.nurse("n1").mirrored == "paused"
    world.now += 1_000
    world.see(switch=switch, n1="ready")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.since, nurse.mirrored) == (
        NurseState.READY,
        world.now - 1_000,
        "ready",
    )
    assert world.mirrors() == []


@AWAY
def test_a_fallback_queue_that_was_not_asked_for_is_told_anew(how: str) -> None:
    world = World()
    world.is_ready("n1")
    switch = away(world, how)
    world.see(switch=switch)
    assert world.nurse("n1").state is NurseState.READY
    assert [(m.nurse, m.member, m.paused) for m in world.mirrors()] == [("n1", True, False)]


@AWAY
def test_a_fallback_queue_that_holds_what_it_was_told_is_left_alone(how: str) -> None:
    world = World()
    world.is_ready("n1")
    world.told("n1")
    since = world.nurse("n1").since
    switch = away(world, how)
    world.now += 1_000
    world.see(switch=switch, n1="ready")
    assert (world.nurse("n1").since, world.mirrors()) == (since, [])


def test_a_nurse_who_is_new_is_unknown_to_the_fallback_queue_until_it_was_asked() -> None:
    shard = Shard()
    shard.lead(EntryId("1000000-1"), SiteLoaded(policy=policy({"n1": "sv"})))
    assert shard.board.nurses[N1].mirrored == "unknown"
    phones = (SeenPhone(nurse=N1, reachable=True, busy=False, fallback="ready"),)
    truth = ChannelsSeen(node=NODE, switch="a", contacts=(), phones=phones)
    outcome = shard.lead(EntryId("1000000-2"), truth)
    assert (shard.board.nurses[N1].state, outcome.decisions) == (NurseState.READY, ())


def test_a_wish_that_never_reached_the_fallback_queue_outlives_an_absence() -> None:
    """The command was decided, the gateway had died: the queue holds what it held before."""
    world = World()
    world.see(n1="out")
    world.is_ready("n1")
    assert world.nurse("n1").mirroring is not None  # and nobody ever said that it was done
    world.loses_the_switch()
    world.see(n1="out")
    assert world.nurse("n1").state is NurseState.READY
    assert [(m.nurse, m.member, m.paused) for m in world.mirrors()] == [("n1", True, False)]


def test_a_wish_whose_mirroring_failed_outlives_an_absence() -> None:
    world = World()
    world.is_ready("n1")
    command = world.command()
    world.loses_the_switch()
    world.tell(CommandFailed(command=command, reason="no_switch"))
    world.see(n1="out")
    assert world.nurse("n1").state is NurseState.READY
    assert [(m.nurse, m.member, m.paused) for m in world.mirrors()] == [("n1", True, False)]


def test_a_nurse_who_came_back_by_the_dialplan_alone_is_forgiven_her_misses() -> None:
    world = offered(rona_after=2)
    for _ in range(2):
        world.rings_out("c1")
    assert (world.nurse("n1").reason, world.nurse("n1").misses) == ("rona", 2)
    world.told("n1")
    world.loses_the_switch()
    world.see(seen("c1", Phase.FALLBACK, language=SV), n1="ready", n2="out")
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.READY, 0)


# -- what is new ------------------------------------------------------------------


def test_a_caller_whom_our_memory_lost_keeps_her_arrival_and_her_class() -> None:
    world = World()
    world.see(
        seen(
            "c1", Phase.LINE, waited=90_000, language=AR, priority="staff",
            caller="hash", sealed="sealed", channel="PJSIP/x",
        )
    )  # fmt: skip
    contact = world.contact("c1")
    assert (contact.state, contact.language) == (ContactState.WAITING, AR)
    assert contact.arrived == world.now - 90_000
    assert contact.deadline == world.now - 30_000
    assert (contact.caller, contact.sealed) == ("hash", "sealed")
    assert (contact.channel, contact.priority_class, contact.entry_point) == (
        "PJSIP/x",
        "staff",
        "1177",
    )
    assert world.tally(AR, "staff").queued == 1


def test_a_class_by_her_own_key_that_nobody_heard_of_is_made_up_for() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.now += 1_000
    world.queues("c2")
    world.see(seen("c1", Phase.LINE), seen("c2", Phase.LINE, priority="staff"))

    assert world.contact("c2").priority_class == "staff"
    assert world.line() == ["c2", "c1"]
    world.tell(
        ContactClassed(contact=ContactId("c2"), priority_class="public", actor="anna", reason="no")
    )
    world.see(seen("c1", Phase.LINE), seen("c2", Phase.LINE, priority="staff"))
    assert world.contact("c2").priority_class == "public"  # a supervisor's word stays


def test_recreated_callers_stand_in_the_order_in_which_they_came() -> None:
    world = World()
    world.see(
        seen("b", Phase.LINE, waited=5_000, language=SV),
        seen("a", Phase.LINE, waited=5_000, language=SV),
        seen("z", Phase.LINE, waited=60_000, language=SV),
        seen("c", Phase.LINE, waited=6_000, language=SV),
    )
    assert world.line() == ["z", "c", "a", "b"]
    assert [world.contact(c).order for c in world.line()] == [1, 2, 3, 4]


def test_a_wait_from_the_future_is_no_wait() -> None:
    world = World()
    world.see(seen("c1", Phase.LINE, waited=-5_000, language=SV))
    assert world.contact("c1").arrived == world.now


def test_a_caller_seen_without_a_language_waits_in_the_default_one() -> None:
    world = World()
    world.see(seen("c1", Phase.LINE))
    assert (world.contact("c1").language, world.line()) == (SV, ["c1"])


def test_a_caller_who_is_seen_in_the_menu_stays_there() -> None:
    world = World()
    world.see(seen("c1", Phase.IVR))
    assert world.contact("c1").state is ContactState.IVR


def test_a_caller_who_has_ended_is_not_recreated_by_an_older_sight() -> None:
    world = World()
    world.queues("c1")
    world.hangs_up("c1")
    world.see(seen("c1", Phase.LINE, language=SV))
    assert not world.board.contacts


def test_a_channel_that_has_a_new_name_is_known_by_it() -> None:
    world = World()
    world.queues("c1")
    world.see(seen("c1", Phase.LINE, language=SV, channel="PJSIP/renamed"))
    world.is_ready("n1")
    assert getattr(world.commands[0], "channel", None) == "PJSIP/renamed"


def test_a_recreated_caller_after_her_conversation_ends_as_answered() -> None:
    world = World()
    world.see(seen("c1", Phase.AFTER, language=SV))
    assert world.contact("c1").state is ContactState.AFTER
    world.hangs_up("c1")
    assert (world.tally().abandoned, world.tally(None).left_ivr) == (0, 0)


# -- in line ----------------------------------------------------------------------


def test_a_missed_choice_is_made_up_for() -> None:
    world = World()
    world.arrives("c1")
    world.see(seen("c1", Phase.LINE, language=AR))
    assert (world.contact("c1").state, world.contact("c1").language) == (ContactState.WAITING, AR)


def test_a_caller_who_came_back_from_the_fallback_queue_keeps_her_language() -> None:
    world = World()
    world.queues("c1", AR)
    world.falls_back("c1")
    world.see(seen("c1", Phase.LINE))
    assert (world.contact("c1").state, world.contact("c1").language) == (ContactState.WAITING, AR)


def test_an_offer_that_does_not_show_yet_is_left_alone() -> None:
    world = offered()
    offer = world.offer_of("c1")
    world.see(seen("c1", Phase.LINE, language=SV))
    assert (world.contact("c1").state, world.offer_of("c1")) == (ContactState.OFFERED, offer)
    assert world.nurse("n1").state is NurseState.RINGING


def test_an_offer_in_doubt_that_does_not_show_never_was() -> None:
    world = offered()
    world.tell(CommandUnknown(command=world.offer_of("c1")))
    idle_since = world.nurse("n1").idle_since
    world.pauses("n1")  # so that she is not offered again at once
    world.see(seen("c1", Phase.LINE, language=SV))
    assert (world.contact("c1").state, world.line()) == (ContactState.WAITING, ["c1"])
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason, nurse.misses) == (NurseState.NOT_READY, "lunch", 0)
    assert nurse.idle_since == idle_since
    assert world.tally().missed == 0


def test_an_offer_in_doubt_frees_only_the_nurse_who_rings_for_it() -> None:
    world = offered(backstop=30_000)
    world.queues("c2")
    world.connects("c2", "n1")  # she rang for c1
    world.after(30_000)
    assert world.contact("c1").doubt
    world.see(
        seen("c1", Phase.LINE, language=SV),
        seen("c2", Phase.TALKING, language=SV, nurse=N1),
    )
    assert world.contact("c1").state is ContactState.WAITING
    assert (world.nurse("n1").state, world.nurse("n1").contact) == (NurseState.TALKING, "c2")


def test_a_caller_in_conversation_who_is_seen_without_her_nurse_has_parted_from_her() -> None:
    states = {
        Phase.LINE: ContactState.WAITING,  # her conversation was none
        Phase.FALLBACK: ContactState.FALLBACK,  # the same, with us dead
        Phase.AFTER: ContactState.AFTER,
    }
    for phase, state in states.items():
        world = offered(wrap_up=10_000)
        world.connects("c1", "n1")
        world.now += 5_000
        world.see(seen("c1", phase, language=SV))
        assert world.contact("c1").state is state
        assert world.nurse("n1").state is NurseState.WRAP_UP
        assert (world.tally().talks, world.tally().talk_sum) == (1, 5_000)


# -- ringing ----------------------------------------------------------------------


def test_a_ringing_that_shows_is_believed_and_its_backstop_begins_again() -> None:
    world = offered(backstop=30_000)
    offer = world.offer_of("c1")
    world.tell(CommandUnknown(command=offer))
    world.now += 10_000
    world.see(seen("c1", Phase.OFFER, language=SV, offer=offer, nurse=N1))
    assert not world.contact("c1").doubt
    assert world.contact("c1").backstop == world.now + 30_000
    world.after(29_999)
    assert world.decided() == ()
    world.after(1)
    assert world.decided() == (LookUp(node=NODE),)


@pytest.mark.parametrize("known", [True, False])
def test_a_ringing_that_nobody_remembers_is_adopted(known: bool) -> None:
    world = World(TWO, backstop=30_000)
    if known:
        world.queues("c1", AR)
    world.is_ready("n1")
    world.see(seen("c1", Phase.OFFER, language=AR, offer=OFFER, nurse=N1))
    contact, nurse = world.contact("c1"), world.nurse("n1")
    assert (contact.state, contact.offer, contact.nurse) == (ContactState.OFFERED, OFFER, "n1")
    assert contact.backstop == world.now + 30_000
    assert (nurse.state, nurse.offer, nurse.contact) == (NurseState.RINGING, OFFER, "c1")
    assert (world.decisions, world.tally(AR).queued) == ((), 1)
    world.rings_out("c1")
    assert (world.nurse("n1").reason, world.tally(AR).missed) == ("rona", 1)
    assert world.contact("c1").state is ContactState.WAITING


def test_a_ringing_at_a_nurse_who_takes_no_calls_is_adopted_and_withdrawn() -> None:
    world = World(TWO)
    world.pauses("n1", "lunch")
    world.see(seen("c1", Phase.OFFER, language=SV, offer=OFFER, nurse=N1))
    assert [(w.offer, w.contact) for w in world.withdrawals()] == [(OFFER, "c1")]
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert (world.nurse("n1").state, world.nurse("n1").reason) == (NurseState.NOT_READY, "lunch")


@pytest.mark.parametrize("nurse", [None, NurseId("stranger"), NurseId("n2")])
def test_a_ringing_at_nobody_or_at_a_nurse_who_is_engaged_puts_the_caller_in_line(
    nurse: NurseId | None,
) -> None:
    world = World(TWO)
    world.queues("other")
    world.connects("other", "n2")
    world.see(
        seen("other", Phase.TALKING, language=SV, nurse=NurseId("n2")),
        seen("c1", Phase.OFFER, language=SV, offer=OFFER, nurse=nurse),
    )
    assert world.contact("c1").state is ContactState.WAITING
    assert world.nurse("n2").contact == "other"
    assert world.shard.late == 0  # and whatever else was seen has been taken


def test_a_ringing_in_doubt_that_was_returned_meanwhile_is_adopted_without_doubt() -> None:
    world = offered()
    offer = world.offer_of("c1")
    world.tell(CommandFailed(command=offer, reason="time_out"))
    assert world.contact("c1").state is ContactState.WAITING
    world.see(seen("c1", Phase.OFFER, language=SV, offer=offer, nurse=N1))
    assert (world.contact("c1").state, world.contact("c1").doubt) == (ContactState.OFFERED, False)
    assert world.nurse("n1").state is NurseState.RINGING


def test_a_ringing_of_another_offer_does_not_dispel_the_doubt_about_ours() -> None:
    world = offered()
    offer = world.offer_of("c1")
    world.tell(CommandUnknown(command=offer))
    backstop = world.contact("c1").backstop
    world.now += 1_000
    world.see(seen("c1", Phase.OFFER, language=SV, offer=OFFER, nurse=NurseId("n2")))
    contact = world.contact("c1")
    assert (contact.offer, contact.doubt, contact.backstop) == (offer, True, backstop)


# -- talking, fallen back, alone --------------------------------------------------


def test_a_missed_answer_is_made_up_for() -> None:
    world = offered()
    world.see(seen("c1", Phase.TALKING, language=SV, nurse=N1))
    assert world.contact("c1").state is ContactState.TALKING
    assert world.nurse("n1").state is NurseState.TALKING
    late = world.shard.late
    world.see(seen("c1", Phase.TALKING, language=SV, nurse=N1))
    assert (world.tally().answered, world.shard.late) == (1, late)


def test_a_conversation_that_nobody_remembers_is_adopted_in_its_language() -> None:
    world = World()
    world.see(seen("c1", Phase.TALKING, language=SO, nurse=N1, waited=50_000))
    assert (world.contact("c1").state, world.contact("c1").language) == (ContactState.TALKING, SO)
    assert world.nurse("n1").next == SIGN_OUT_NEXT
    assert world.tally(SO).answered == 1


def test_a_conversation_of_a_known_caller_without_a_language_gets_one() -> None:
    world = World()
    world.arrives("c1")
    world.see(seen("c1", Phase.TALKING, language=SO, nurse=N1))
    assert world.contact("c1").language == SO


@pytest.mark.parametrize("nurse", [None, NurseId("stranger")])
def test_a_conversation_with_nobody_of_ours_changes_nobody(nurse: NurseId | None) -> None:
    world = World()
    world.queues("c1")
    world.see(seen("c1", Phase.TALKING, language=SV, nurse=nurse))
    assert world.contact("c1").state is ContactState.WAITING
    assert world.nurse("n1").state is NurseState.SIGNED_OUT


@pytest.mark.parametrize("before", ["ivr", "waiting", "offered", "fallback", "unknown"])
def test_a_missed_falling_back_is_made_up_for(before: str) -> None:
    world = World(TWO)
    if before == "offered":
        world.is_ready("n1")
    if before != "unknown":
        world.arrives("c1")
    if before in ("waiting", "offered", "fallback"):
        world.queues("c1")
    if before == "fallback":
        world.falls_back("c1")
    world.see(seen("c1", Phase.FALLBACK, language=SV))
    assert world.contact("c1").state is ContactState.FALLBACK
    assert world.nurse("n1").state is (
        NurseState.READY if before == "offered" else NurseState.SIGNED_OUT
    )
    assert sum(tally.queued for tally in world.board.tallies) == 1


def test_a_caller_who_talks_by_the_fallback_queue_is_not_taken_from_her_nurse() -> None:
    world = World()
    world.queues("c1")
    world.falls_back("c1")
    world.connects("c1", "n1")
    world.see(seen("c1", Phase.TALKING, language=SV, nurse=N1))
    assert world.contact("c1").state is ContactState.TALKING


def test_a_caller_who_is_back_in_the_fallback_queue_has_left_her_nurse_and_keeps_her_place() -> (
    None
):
    world = World()
    world.queues("c1")
    deadline = world.contact("c1").deadline
    world.connects("c1", "n1")
    world.parts("c1", "n1")
    world.see(seen("c1", Phase.FALLBACK, language=SV))
    assert world.contact("c1").state is ContactState.FALLBACK
    assert world.contact("c1").deadline == deadline
    assert world.nurse("n1").contact is None


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_a_caller_who_is_seen_after_a_conversation_we_missed_frees_the_nurse(state: str) -> None:
    """The answer and its end both fell into an absence."""
    world = World(TWO)
    if state == "offered":
        world.is_ready("n1")
    world.queues("c1")
    world.see(seen("c1", Phase.AFTER, language=SV))
    assert (world.line(), world.nurse("n1").state is NurseState.RINGING) == ([], False)
    world.hangs_up("c1")
    assert world.tally().abandoned == 0


# -- phones and nodes -------------------------------------------------------------


def test_phones_are_as_they_are_seen_and_strangers_phones_are_none_of_ours() -> None:
    world = World(TWO)
    world.tell(
        ChannelsSeen(
            node=NODE, switch="a", contacts=(),
            phones=(
                SeenPhone(nurse=NurseId("stranger"), reachable=True, busy=False),
                SeenPhone(nurse=N1, reachable=False, busy=False),
                SeenPhone(nurse=NurseId("n2"), reachable=True, busy=True),
            ),
        )
    )  # fmt: skip
    assert (world.nurse("n1").reachable, world.nurse("n2").busy) == (False, True)
    assert set(world.board.nurses) == set(TWO)
    assert world.shard.late == 0


def test_an_absent_node_suspends_offers_and_its_truth_resumes_them() -> None:
    world = World(gateway_lost=10_000)
    world.queues("c1")
    world.after(10_000)
    assert not world.board.nodes[NODE].present
    world.is_ready("n1")
    assert (world.offers(), world.line()) == ([], [])
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == (LookUp(node=NODE),)
    assert not world.board.nodes[NODE].present  # a sign of life alone is no truth
    world.see(seen("c1", Phase.LINE, language=SV))
    assert world.offers() == [("c1", "n1")]


def test_a_backstop_that_ran_out_during_an_absence_asks_afterwards() -> None:
    world = offered(backstop=30_000)
    world.loses_the_switch()
    world.after(60_000)
    assert not world.contact("c1").doubt
    world.see(seen("c1", Phase.LINE, language=SV))
    assert world.contact("c1").state is ContactState.OFFERED
    world.after(0)
    assert world.contact("c1").doubt
    assert world.decided() == (LookUp(node=NODE),)


def test_the_truth_answers_a_question_that_was_still_to_be_asked() -> None:
    world = World()
    world.loses_the_switch()
    world.tell(GatewayAlive(node=NODE))
    world.now += 1_000
    world.tell(GatewayAlive(node=NODE))
    assert world.board.nodes[NODE].look_up  # too soon to ask again
    world.see()
    assert LookUp(node=NODE) not in world.decided()
    world.now += 6_000
    world.tell(GatewayAlive(node=NODE))
    assert world.decided() == ()


def test_the_truth_answers_the_question_and_the_next_one_may_be_asked_at_once() -> None:
    world = offered()
    world.tell(CommandUnknown(command=world.offer_of("c1")))
    assert world.decided() == (LookUp(node=NODE),)
    world.now += 1
    world.see(seen("c1", Phase.LINE, language=SV))
    assert not world.board.nodes[NODE].look_up
    world.tell(CommandUnknown(command=world.offer_of("c1")))
    assert LookUp(node=NODE) in world.decisions


# -- before any site is known -----------------------------------------------------


def gateway_first() -> tuple[Shard, list[object]]:
    """Redis was lost: the gateway tells the truth before the router loads its site."""
    shard = Shard()
    rules = policy({"n1": "sv"})
    phones = (SeenPhone(nurse=N1, reachable=True, busy=False),)
    truth = ChannelsSeen(node=NODE, switch="a", contacts=(seen("c1", Phase.LINE),), phones=phones)
    shard.lead(EntryId("1000000-1"), truth)
    decided = [*shard.lead(EntryId("1000000-2"), SiteLoaded(policy=rules)).decisions]
    if LookUp(node=NODE) in decided:
        decided += shard.lead(EntryId("1000100-1"), truth).decisions
    decided += shard.lead(EntryId("1000200-1"), NurseReady(nurse=N1, actor="test")).decisions
    return shard, list(decided)


def test_phones_that_were_seen_before_the_site_was_known_are_known_afterwards() -> None:
    shard, _ = gateway_first()
    assert shard.board.nurses[N1].reachable


def test_who_waited_before_the_site_was_known_waits_in_a_language_of_it_afterwards() -> None:
    shard, _ = gateway_first()
    assert shard.board.contacts[ContactId("c1")].language == SV
