"""What happens to a caller, from arrival to end, and what is counted."""

import pytest
from msgspec.structs import replace

from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import LookUp, Offer
from callcenter.acd.events import (
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallTransferred,
    ChannelsSeen,
    CommandFailed,
    CommandUnknown,
    Connected,
    ContactClassed,
    Disconnected,
    GatewayAlive,
    NurseRang,
    OfferEnded,
    OfferResult,
    Phase,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId, OfferId
from callcenter.acd.nurse import NurseState
from callcenter.acd.stats import Tally
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from tests.unit.acd.world import AR, NODE, SV, World, arrival, seen

TWO = {"n1": "sv", "n2": "sv"}


def offered(**rules: int) -> World:
    """c1 rings at n1, whose wrap-up is ten seconds."""
    world = World(TWO, **({"wrap_up": 10_000} | rules))
    world.is_ready("n1")
    world.queues("c1")
    return world


def talking(**rules: int) -> World:
    world = offered(**rules)
    world.now += 4_000
    world.connects("c1", "n1")
    return world


def ends(tally: Tally) -> dict[str, int]:
    """The outcomes that were counted."""
    names = ("left_ivr", "answered", "abandoned", "cut_off")
    return {name: count for name in names if (count := getattr(tally, name))}


# -- arrival and line -------------------------------------------------------------


def test_a_caller_arrives_in_the_menu_with_her_deadline() -> None:
    world = World()
    world.arrives("c1", "staff")
    contact = world.contact("c1")
    assert contact.state is ContactState.IVR
    assert (contact.arrived, contact.deadline) == (world.now, world.now + 60_000)
    assert (contact.caller, contact.sealed) == ("hash-c1", "sealed-c1")
    assert (contact.queued, contact.language, world.line()) == (None, None, [])


def test_an_arrival_that_comes_twice_or_after_the_end_is_late() -> None:
    world = World()
    world.arrives("c1")
    assert world.refuses(arrival("c1"))
    world.hangs_up("c1")
    assert world.refuses(arrival("c1"))
    assert world.tally(None).left_ivr == 1


@pytest.mark.parametrize(("waited", "since"), [(0, 0), (90_000, 90_000), (-5_000, 0)])
def test_a_caller_whose_arrival_is_told_late_has_waited_since_then(waited: int, since: int) -> None:
    world = World()
    world.queues("before")
    world.now += 60_000
    world.tell(replace(arrival("c1"), waited=waited))
    contact = world.contact("c1")
    assert (contact.arrived, contact.since) == (world.now - since, world.now)
    assert contact.deadline == world.now - since + 180_000
    world.queues("c1")
    assert world.line() == (["c1", "before"] if since > 60_000 else ["before", "c1"])


def test_before_any_site_is_known_a_caller_is_due_at_once() -> None:
    shard = Shard()
    shard.lead("5000-1", arrival("c1"))
    assert shard.board.contacts[ContactId("c1")].deadline == 5000


def test_a_choice_puts_the_caller_in_line_once() -> None:
    world = World()
    world.queues("c1", AR)
    assert world.contact("c1").state is ContactState.WAITING
    assert (world.contact("c1").language, world.contact("c1").queued) == (AR, world.now)
    assert world.refuses(CallQueued(contact=ContactId("c1"), language=SV))
    assert (world.tally(AR).queued, world.tally(SV).queued) == (1, 0)


def test_a_language_the_site_does_not_have_becomes_the_default_one() -> None:
    world = World()
    world.queues("c1", Language("fi"))
    assert world.contact("c1").language == SV
    assert list(world.board.line) == ["c1"]


@pytest.mark.parametrize(
    "event",
    [
        CallHungUp(contact=ContactId("x")),
        Disconnected(contact=ContactId("x"), nurse=NurseId("n1")),
        NurseRang(offer=OfferId("1-1-0"), contact=ContactId("x"), nurse=NurseId("n1")),
        OfferEnded(
            offer=OfferId("1-1-0"), contact=ContactId("x"), nurse=NurseId("n1"),
            result=OfferResult.NO_ANSWER,
        ),
        CommandFailed(command="1-1-0", reason="gone"),
        CommandUnknown(command="1-1-0"),
    ],
)  # fmt: skip
def test_what_concerns_nobody_we_know_is_late(event: CallHungUp) -> None:
    world = offered()
    assert world.refuses(event)


STRANGER: list[CallQueued | CallFellBack | Connected] = [
    CallQueued(contact=ContactId("x"), language=SV),
    CallFellBack(contact=ContactId("x")),
    Connected(contact=ContactId("x"), nurse=NurseId("n1")),
]


@pytest.mark.parametrize("event", STRANGER)
def test_a_caller_of_whom_nobody_ever_heard_makes_every_node_be_asked(
    event: CallQueued | CallFellBack | Connected,
) -> None:
    world = offered()
    other = NodeId("node2")
    world.tell(ChannelsSeen(node=other, switch="b", contacts=(), phones=()))
    late = world.shard.late
    world.tell(event)
    assert world.shard.late == late
    assert world.decided() == (LookUp(node=NODE), LookUp(node=other))
    assert list(world.board.contacts) == ["c1"]
    assert world.nurse("n1").contact == "c1"
    world.see(
        seen("c1", Phase.OFFER, offer=world.offer_of("c1"), nurse=NurseId("n1")),
        seen("x", Phase.LINE, language=SV),
    )
    assert world.line() == ["x"]


@pytest.mark.parametrize("event", STRANGER)
def test_an_echo_of_a_caller_who_has_ended_is_late_and_nobody_is_asked(
    event: CallQueued | CallFellBack | Connected,
) -> None:
    world = offered()
    world.queues("x")
    world.hangs_up("x")
    assert world.refuses(event)
    assert not world.wanted()


def test_a_stranger_before_any_node_is_known_asks_nobody() -> None:
    shard = Shard()
    outcome = shard.lead(EntryId("5000-1"), STRANGER[0])
    assert (outcome.decisions, shard.late, shard.board.contacts) == ((), 0, {})


def test_a_bridge_with_a_stranger_is_late() -> None:
    world = offered()
    assert world.refuses(Connected(contact=ContactId("c1"), nurse=NurseId("stranger")))
    assert world.refuses(Disconnected(contact=ContactId("c1"), nurse=NurseId("stranger")))


# -- the caller hangs up ----------------------------------------------------------


def test_who_hangs_up_in_the_menu_has_left_it() -> None:
    world = World()
    world.arrives("c1")
    world.hangs_up("c1")
    assert ends(world.tally(None)) == {"left_ivr": 1}
    assert not world.board.contacts


def test_who_hangs_up_in_line_has_abandoned_and_stands_there_no_more() -> None:
    world = World()
    world.queues("c1")
    world.hangs_up("c1")
    assert ends(world.tally()) == {"abandoned": 1}
    assert world.line() == []
    world.is_ready("n1")
    assert world.offers() == []


def test_who_hangs_up_while_a_phone_rings_has_abandoned_and_the_nurse_keeps_her_turn() -> None:
    world = offered()
    idle_since = world.nurse("n1").idle_since
    world.now += 3_000
    world.hangs_up("c1")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.idle_since) == (NurseState.READY, idle_since)
    assert (nurse.contact, nurse.offer, nurse.misses) == (None, None, 0)
    assert ends(world.tally()) == {"abandoned": 1}
    assert (world.tally().missed, world.tally().talks) == (0, 0)
    assert not world.board.offers


def test_who_hangs_up_in_conversation_was_answered_and_the_nurse_wraps_up() -> None:
    world = talking()
    world.now += 60_000
    world.hangs_up("c1")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.wrap_up_ends) == (NurseState.WRAP_UP, world.now + 10_000)
    tally = world.tally()
    assert ends(tally) == {"answered": 1}
    assert (tally.talks, tally.talk_sum) == (1, 60_000)


def test_who_hangs_up_in_the_fallback_queue_has_abandoned() -> None:
    world = World()
    world.queues("c1")
    world.falls_back("c1")
    world.hangs_up("c1")
    assert ends(world.tally()) == {"abandoned": 1}


def test_who_falls_back_from_the_menu_and_hangs_up_has_abandoned() -> None:
    world = World()
    world.arrives("c1")
    world.falls_back("c1")
    world.hangs_up("c1")
    assert ends(world.tally(None)) == {"abandoned": 1}
    assert world.tally(None).queued == 1


def test_who_hangs_up_after_the_nurse_has_left_was_answered_and_talked_once() -> None:
    world = talking()
    world.now += 60_000
    world.parts("c1", "n1")
    assert world.contact("c1").state is ContactState.AFTER
    world.now += 5_000
    world.hangs_up("c1")
    tally = world.tally()
    assert ends(tally) == {"answered": 1}
    assert (tally.talks, tally.talk_sum) == (1, 60_000)
    assert world.nurse("n1").wrap_up_ends == world.now + 5_000


def test_a_hang_up_that_comes_twice_is_late() -> None:
    world = talking()
    world.hangs_up("c1")
    assert world.refuses(CallHungUp(contact=ContactId("c1")))


def test_the_wait_counts_from_standing_in_line_to_the_answer() -> None:
    world = World()
    world.arrives("c1")
    world.now += 30_000
    world.queues("c1")
    world.now += 7_000
    world.is_ready("n1")
    world.now += 4_000
    world.connects("c1", "n1")
    tally = world.tally()
    assert (tally.answered, tally.wait_sum) == (1, 11_000)
    assert tally.wait_buckets[2] == 1  # within 20 s
    assert world.contact("c1").answered == world.now


# -- the offer comes to nothing ---------------------------------------------------


def test_a_caller_whom_no_nurse_took_keeps_her_place() -> None:
    world = offered()
    world.queues("c2")
    world.rings_out("c1")
    assert world.line() == ["c1", "c2"]
    assert world.contact("c1").queued == world.contact("c1").arrived
    assert (world.tally().missed, world.tally().queued) == (1, 2)
    world.is_ready("n2")
    assert world.offers() == [("c1", "n2")]


def test_two_nurses_who_ring_out_on_one_tick_swap_no_callers() -> None:
    world = World({"n1": "sv", "n2": "sv", "n3": "sv"})
    for nurse in ("n1", "n2"):
        world.is_ready(nurse)
    world.queues("c1")
    world.queues("c2")
    world.queues("c3")
    world.now += 20_000
    second, first = (world.ended(c, OfferResult.NO_ANSWER) for c in ("c2", "c1"))
    world.tell(second)
    world.tell(first)
    assert world.line() == ["c1", "c2", "c3"]
    world.is_ready("n3")
    assert world.offers() == [("c1", "n3")]


def test_an_end_of_an_earlier_offer_is_late() -> None:
    world = offered(rona_after=9)
    first = world.ended("c1", OfferResult.NO_ANSWER)
    world.tell(first)
    assert world.offers() == [("c1", "n1")]
    assert world.refuses(first)
    assert world.refuses(replace(first, nurse=NurseId("n2")))
    assert world.contact("c1").state is ContactState.OFFERED


def test_the_end_of_an_offer_after_the_conversation_is_no_news_and_not_late_either() -> None:
    world = offered()
    answered = world.ended("c1", OfferResult.ANSWERED)
    world.connects("c1", "n1")
    world.parts("c1", "n1")
    before, late = world.shard.save(), world.shard.late
    world.tell(answered)
    assert (world.shard.save(), world.shard.late) == (before, late)


def test_the_end_of_an_offer_after_its_caller_hung_up_is_late() -> None:
    world = offered()
    event = world.ended("c1", OfferResult.NO_ANSWER)
    world.hangs_up("c1")
    assert world.refuses(event)


def test_an_offer_that_ended_at_another_nurse_than_ours_frees_the_caller_alone() -> None:
    world = offered()
    world.tell(replace(world.ended("c1", OfferResult.NO_ANSWER), nurse=NurseId("n2")))
    assert world.contact("c1").state is ContactState.WAITING
    assert world.nurse("n1").state is NurseState.RINGING
    assert world.tally().missed == 0


def test_an_offer_that_ended_answered_is_no_miss_though_nobody_saw_the_bridge() -> None:
    world = offered()
    world.rings_out("c1", OfferResult.ANSWERED)
    nurse = world.nurse("n1")
    assert (nurse.state is NurseState.NOT_READY, nurse.misses) == (False, 0)
    assert world.tally().missed == 0
    assert world.offers() == []  # the caller is on the way out of the dialplan
    world.hangs_up("c1")
    assert world.tally().abandoned == 0


def test_a_phone_that_rings_dispels_a_doubt() -> None:
    world = offered()
    rang = NurseRang(offer=world.offer_of("c1"), contact=ContactId("c1"), nurse=NurseId("n1"))
    world.tell(CommandUnknown(command=world.offer_of("c1")))
    assert world.contact("c1").doubt
    world.tell(rang)
    assert not world.contact("c1").doubt
    assert world.refuses(replace(rang, offer=OfferId("1-1-0")))
    world.connects("c1", "n1")
    assert world.refuses(rang)


# -- fallback ---------------------------------------------------------------------


def test_a_caller_who_falls_back_leaves_the_line_and_is_counted_once() -> None:
    world = World()
    world.queues("c1")
    world.falls_back("c1")
    assert world.contact("c1").state is ContactState.FALLBACK
    assert (world.line(), world.tally().queued) == ([], 1)
    assert world.refuses(CallFellBack(contact=ContactId("c1")))
    world.is_ready("n1")
    assert world.offers() == []


def test_a_caller_who_falls_back_while_a_phone_rings_frees_the_nurse_without_a_miss() -> None:
    world = offered()
    world.falls_back("c1")
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.misses, world.tally().missed) == (NurseState.READY, 0, 0)
    assert world.contact("c1").offer is None


def test_a_caller_who_comes_back_from_the_fallback_queue_keeps_her_place_and_her_wait() -> None:
    world = World()
    world.queues("c1")
    since = world.now
    world.falls_back("c1")
    world.now += 20_000
    world.queues("c2")
    world.tell(CallQueued(contact=ContactId("c1"), language=SV))
    assert world.line() == ["c1", "c2"]
    assert (world.contact("c1").queued, world.tally().queued) == (since, 2)


def test_a_caller_in_conversation_cannot_fall_back() -> None:
    assert talking().refuses(CallFellBack(contact=ContactId("c1")))


# -- bridges ----------------------------------------------------------------------


def test_an_answer_ends_the_ringing_and_the_misses() -> None:
    world = offered(rona_after=3)
    world.rings_out("c1")
    assert world.nurse("n1").misses == 1
    world.connects("c1", "n1")
    contact, nurse = world.contact("c1"), world.nurse("n1")
    assert (contact.state, contact.nurse) == (ContactState.TALKING, "n1")
    assert (nurse.state, nurse.contact, nurse.misses) == (NurseState.TALKING, "c1", 0)
    assert contact.offer is None
    assert contact.backstop is None
    assert world.refuses(Connected(contact=ContactId("c1"), nurse=NurseId("n1")))


@pytest.mark.parametrize("state", ["ivr", "waiting", "fallback"])
def test_a_bridge_that_nobody_offered_is_adopted(state: str) -> None:
    world = World(wrap_up=10_000)
    world.arrives("c1")
    if state != "ivr":
        world.queues("c1")
    if state == "fallback":
        world.falls_back("c1")
    assert world.contact("c1").state == state
    world.now += 9_000
    world.connects("c1", "n1")
    assert world.contact("c1").state is ContactState.TALKING
    assert world.nurse("n1").state is NurseState.TALKING
    tally = world.tally(world.contact("c1").language)
    assert (tally.answered, tally.wait_sum) == (1, 0 if state == "ivr" else 9_000)
    world.hangs_up("c1")
    assert ends(tally) == {"answered": 1}


def test_a_bridge_with_another_nurse_than_the_offered_one_frees_the_offered_one() -> None:
    world = offered()
    idle_since = world.nurse("n1").idle_since
    world.now += 1_000
    world.connects("c1", "n2")
    assert world.contact("c1").nurse == "n2"
    n1, n2 = world.nurse("n1"), world.nurse("n2")
    assert (n1.state, n1.idle_since, n1.misses) == (NurseState.READY, idle_since, 0)
    assert (n2.state, n2.contact) == (NurseState.TALKING, "c1")


def test_a_nurse_who_is_led_to_another_caller_leaves_the_first_one() -> None:
    world = talking()
    world.queues("c2")
    world.now += 30_000
    world.connects("c2", "n1")
    first, second = world.contact("c1"), world.contact("c2")
    assert (first.state, first.nurse) == (ContactState.AFTER, None)
    assert (second.state, second.nurse) == (ContactState.TALKING, "n1")
    assert (world.tally().talks, world.tally().talk_sum) == (1, 30_000)
    assert (world.nurse("n1").state, world.nurse("n1").contact) == (NurseState.TALKING, "c2")


def test_a_caller_who_is_led_to_another_nurse_is_answered_once() -> None:
    world = talking()
    answered = world.now
    world.now += 30_000
    world.connects("c1", "n2")
    assert world.contact("c1").answered == answered
    assert world.nurse("n1").state is NurseState.WRAP_UP
    assert (world.nurse("n2").state, world.contact("c1").nurse) == (NurseState.TALKING, "n2")
    assert (world.tally().answered, world.tally().talks) == (1, 1)
    world.now += 5_000
    world.hangs_up("c1")
    assert (world.tally().talks, world.tally().talk_sum) == (2, 35_000)


def test_two_conversations_that_swap_nurses_leave_one_nurse_in_wrap_up() -> None:
    world = talking()
    world.queues("c2")
    world.connects("c2", "n2")
    world.connects("c1", "n2")
    assert world.contact("c1").nurse == "n2"
    assert world.contact("c2").state is ContactState.AFTER
    assert world.nurse("n1").state is NurseState.WRAP_UP
    assert world.nurse("n2").contact == "c1"


def test_a_nurse_who_rings_for_one_caller_and_is_bridged_to_another_is_freed_of_the_first() -> None:
    world = offered()
    first = world.ended("c1", OfferResult.WITHDRAWN)
    world.queues("c2")
    world.connects("c2", "n1")
    assert world.nurse("n1").contact == "c2"
    world.tell(first)
    assert world.contact("c1").state is ContactState.WAITING
    assert (world.nurse("n1").state, world.nurse("n1").contact) == (NurseState.TALKING, "c2")


def test_a_caller_whose_nurse_was_bridged_to_another_leaves_that_conversation_alone() -> None:
    world = offered()
    world.queues("c2")
    world.connects("c2", "n1")
    world.hangs_up("c1")
    assert (world.nurse("n1").state, world.nurse("n1").contact) == (NurseState.TALKING, "c2")
    assert world.tally().talks == 0


def test_a_parting_before_the_answer_is_late() -> None:
    assert offered().refuses(Disconnected(contact=ContactId("c1"), nurse=NurseId("n1")))


def test_a_parting_of_two_who_did_not_talk_is_late() -> None:
    world = talking()
    assert world.refuses(Disconnected(contact=ContactId("c1"), nurse=NurseId("n2")))
    world.queues("c2")
    assert world.refuses(Disconnected(contact=ContactId("c2"), nurse=NurseId("n1")))
    world.parts("c1", "n1")
    assert world.refuses(Disconnected(contact=ContactId("c1"), nurse=NurseId("n1")))


def test_a_caller_whom_her_nurse_left_can_be_bridged_again_and_counts_as_one_answer() -> None:
    world = talking()
    world.parts("c1", "n1")
    world.connects("c1", "n2")
    assert world.contact("c1").state is ContactState.TALKING
    assert (world.tally().answered, world.tally().talks) == (1, 1)


# -- commands that went wrong, and the backstop -----------------------------------


def test_an_offer_that_was_not_carried_out_is_nobodys_miss_and_is_looked_up() -> None:
    world = offered()
    world.tell(CommandFailed(command=world.offer_of("c1"), reason="no_channel"))
    contact, nurse = world.contact("c1"), world.nurse("n1")
    assert (contact.state, contact.doubt) == (ContactState.WAITING, True)
    assert (nurse.state, nurse.misses, world.tally().missed) == (NurseState.READY, 0, 0)
    assert world.line() == []  # held back, so that a broken channel is not offered for ever
    assert [d for d in world.decisions if isinstance(d, Offer | LookUp)] == [LookUp(node=NODE)]
    world.see(seen("c1", Phase.LINE))
    assert world.offers() == [("c1", "n1")]


def test_after_an_offer_nobody_can_answer_for_nothing_moves_until_it_is_looked_up() -> None:
    world = offered()
    world.tell(CommandUnknown(command=world.offer_of("c1")))
    assert world.contact("c1").state is ContactState.OFFERED
    assert world.nurse("n1").state is NurseState.RINGING
    assert world.contact("c1").doubt
    assert world.decided() == (LookUp(node=NODE),)
    world.see(seen("c1", Phase.LINE))
    assert world.offers() == [("c1", "n1")]  # her turn again, and without a miss
    assert world.nurse("n1").misses == 0


def test_a_failure_of_another_command_moves_nobody() -> None:
    world = offered()
    assert world.refuses(CommandFailed(command="7-7-7", reason="x"))
    assert world.refuses(CommandUnknown(command="7-7-7"))
    offer = world.offer_of("c1")
    world.connects("c1", "n1")
    assert world.refuses(CommandFailed(command=offer, reason="x"))
    assert world.refuses(CommandUnknown(command=offer))


def failed(command: str) -> CommandFailed | CommandUnknown:
    return CommandFailed(command=command, reason="not_ringing")


def unknown(command: str) -> CommandFailed | CommandUnknown:
    return CommandUnknown(command=command)


GONE_WRONG = {"failed": failed, "unknown": unknown}


@pytest.mark.parametrize("how", GONE_WRONG)
def test_a_withdrawal_that_went_wrong_is_tried_again_under_another_name(how: str) -> None:
    world = offered()
    world.pauses("n1")
    first = world.contact("c1").withdraw
    assert first is not None
    world.tell(GONE_WRONG[how](first))
    (again,) = world.withdrawals()
    assert (again.offer, again.command) == (world.offer_of("c1"), world.command())
    contact = world.contact("c1")
    assert (contact.withdraw, contact.withdrawals, contact.withdrawing) == (again.command, 2, True)
    assert contact.state is ContactState.OFFERED
    assert world.refuses(GONE_WRONG[how](first))  # of a try that is over


def test_a_withdrawal_is_not_tried_again_when_its_ringing_is_over() -> None:
    world = offered()
    world.pauses("n1")
    command = world.contact("c1").withdraw
    assert command is not None
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert world.refuses(CommandFailed(command=command, reason="not_ringing"))
    assert world.withdrawals() == []


def test_a_withdrawal_is_not_tried_again_when_she_wants_the_call_after_all() -> None:
    world = offered()
    world.pauses("n1")
    command = world.contact("c1").withdraw
    assert command is not None
    world.is_ready("n1")
    world.tell(CommandFailed(command=command, reason="not_ringing"))
    assert world.withdrawals() == []
    assert not world.contact("c1").withdrawing


def test_after_five_vain_withdrawals_the_node_is_asked() -> None:
    world = offered()
    world.pauses("n1")
    for number in range(1, 6):
        assert (len(world.withdrawals()), world.wanted()) == (1, False)
        command = world.contact("c1").withdraw
        assert (command, world.contact("c1").withdrawals) == (world.command(), number)
        world.tell(CommandFailed(command=world.command(), reason="not_ringing"))
    assert (world.withdrawals(), world.wanted()) == ([], True)
    assert world.contact("c1").state is ContactState.OFFERED
    world.phone("n1", reachable=False)
    assert world.withdrawals() == []


@pytest.mark.parametrize("how", GONE_WRONG)
def test_a_mirroring_that_went_wrong_is_tried_again_under_another_name(how: str) -> None:
    world = World()
    world.is_ready("n1")
    first = world.command()
    world.tell(GONE_WRONG[how](first))
    assert world.mirrors() == []  # not at once: it would go wrong a thousand times
    world.tell(GatewayAlive(node=NODE))
    (again,) = world.mirrors()
    assert (again.nurse, again.member, again.paused) == ("n1", True, False)
    assert (again.command, world.nurse("n1").mirroring) == (world.command(), world.command())
    assert world.nurse("n1").state is NurseState.READY
    assert world.refuses(GONE_WRONG[how](first))


def test_a_mirroring_that_went_wrong_while_no_node_is_there_is_told_when_one_is() -> None:
    world = World()
    world.is_ready("n1")
    command = world.command()
    world.loses_the_switch()
    world.tell(CommandFailed(command=command, reason="no_switch"))
    assert (world.mirrors(), world.nurse("n1").mirrored) == ([], "untold")
    world.see()
    assert [m.nurse for m in world.mirrors()] == ["n1"]


def test_a_question_that_could_not_be_asked_is_late_and_asked_again_in_time() -> None:
    world = World()
    world.loses_the_switch()
    world.tell(GatewayAlive(node=NODE))
    assert world.wanted()
    assert world.refuses(CommandFailed(command=world.command(), reason="no_switch"))
    world.after(6_000)
    assert world.wanted()


def test_the_backstop_asks_and_decides_nothing() -> None:
    world = offered(backstop=30_000)
    world.after(29_999)
    assert world.decided() == ()
    assert world.shard.next_deadline() == world.now + 1
    world.after(1)
    assert world.decided() == (LookUp(node=NODE),)
    assert world.contact("c1").state is ContactState.OFFERED
    assert world.nurse("n1").state is NurseState.RINGING
    assert (world.nurse("n1").misses, world.tally().missed) == (0, 0)


def test_a_question_without_an_answer_is_asked_again() -> None:
    world = offered(backstop=30_000)
    world.after(30_000)
    assert world.decided() == (LookUp(node=NODE),)
    world.after(5_999)
    assert world.decided() == ()
    world.after(1)
    assert world.decided() == (LookUp(node=NODE),)
    world.see(seen("c1", Phase.OFFER, offer=world.offer_of("c1"), nurse=NurseId("n1")))
    world.after(6_000)
    assert world.decided() == ()


def test_an_answer_within_the_backstop_leaves_no_question() -> None:
    world = talking(backstop=30_000)
    world.after(60_000)
    assert world.decided() == ()


def test_the_backstop_stands_still_while_its_node_is_absent() -> None:
    world = offered(backstop=30_000)
    world.loses_the_switch()
    world.after(60_000)
    assert not world.contact("c1").doubt
    assert world.shard.next_deadline() is None


# -- a site that is loaded again --------------------------------------------------


def test_who_waits_in_a_language_that_is_gone_waits_in_the_default_one() -> None:
    world = World()
    world.queues("c1", AR)
    world.tell(SiteLoaded(policy=replace(world.policy, languages=(SV,))))
    assert world.contact("c1").language == SV
    world.is_ready("n1")
    assert world.offers() == [("c1", "n1")]


# -- transfers ----------------------------------------------------------------------


def transfer(contact: str) -> CallTransferred:
    return CallTransferred(contact=ContactId(contact), target="switchboard")


def test_a_transferred_caller_is_no_loss() -> None:
    world = World()
    world.arrives("c1")
    world.tell(transfer("c1"))
    assert world.contact("c1").state is ContactState.TRANSFERRED
    world.hangs_up("c1")
    tally = world.tally(None)
    assert (tally.transferred, tally.left_ivr, tally.queued) == (1, 0, 0)
    assert len(world.board.owed) == 0


def test_a_transfer_that_failed_ends_in_line_with_the_old_arrival() -> None:
    world = World()
    world.arrives("c1")
    deadline = world.contact("c1").deadline
    world.tell(transfer("c1"))
    world.after(30_000)
    world.queues("c1", AR)
    found = world.contact("c1")
    assert (found.state, found.language) == (ContactState.WAITING, AR)
    assert found.deadline == deadline
    world.hangs_up("c1")
    assert (world.tally(AR).abandoned, world.tally(AR).transferred) == (1, 0)


def test_only_who_is_in_the_menu_is_transferred() -> None:
    world = talking()
    assert world.refuses(transfer("c1"))
    world.queues("c2")
    assert world.refuses(transfer("c2"))
    world.hangs_up("c2")
    assert world.refuses(transfer("c2"))
    world.tell(transfer("c9"))
    assert world.wanted()


def test_a_transferred_caller_who_is_lost_with_the_asterisk_is_owed_a_call() -> None:
    world = World()
    world.arrives("c1")
    world.tell(transfer("c1"))
    world.tell(CallCutOff(contact=ContactId("c1")))
    assert [(d.contact, d.kind) for d in world.board.owed] == [("c1", "cut_off")]


@pytest.mark.parametrize("phase", [Phase.LINE, Phase.FALLBACK])
def test_a_failed_transfer_that_was_not_heard_of_shows_in_the_truth(phase: Phase) -> None:
    world = World()
    world.arrives("c1")
    world.tell(transfer("c1"))
    world.see(seen("c1", Phase.IVR))
    assert world.contact("c1").state is ContactState.TRANSFERRED
    world.see(seen("c1", phase, language=SV))
    expected = ContactState.WAITING if phase is Phase.LINE else ContactState.FALLBACK
    assert world.contact("c1").state is expected


def test_her_own_key_changes_her_class_in_the_menu_and_in_line() -> None:
    world = World()
    world.arrives("c1")
    red = ContactClassed(
        contact=ContactId("c1"), priority_class="staff", actor="caller", reason="own_key"
    )
    world.tell(red)
    assert world.contact("c1").deadline == world.now + 60_000
    world.queues("c2")
    world.tell(replace(red, contact=ContactId("c2")))
    assert world.contact("c2").priority_class == "staff"
    assert world.refuses(red)
