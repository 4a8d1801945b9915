"""What a journal says of its callers and nurses, seen on the board of the fold itself."""

from datetime import date
from pathlib import Path

import pytest

from callcenter.acd.events import (
    CallCutOff,
    CallRefused,
    CallReturned,
    CallStays,
    CallTransferred,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    NurseSignedIn,
    OfferResult,
    Phase,
    PlaceKept,
    ReturnReason,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, EntryId, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.model import Change, Move
from callcenter.simulate.outcome import End
from callcenter.simulate.recordings.extract import Counts, Extract, extract, local_day
from callcenter.simulate.recordings.journal_file import read_file
from callcenter.simulate.recordings.stood import Stood
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from tests.unit.acd.world import AR, NODE, SO, START, SV, policy, seen
from tests.unit.simulate.recordings.recorded import (
    HOUR,
    MINUTE,
    Days,
    Journalled,
    at,
    callers,
    shifts,
    simulate,
    write,
)

RECORDED = Path(__file__).parents[3] / "data" / "journals" / "0.3.0.jsonl"


def only(world: Journalled) -> Stood:
    (call,) = world.extract().calls
    return call


def changes(found: Extract, nurse: str) -> list[tuple[int, Move]]:
    return [(c.at - START, c.move) for c in found.changes if c.nurse == nurse]


# -- callers ----------------------------------------------------------------------


def test_a_caller_who_was_answered_has_waited_and_talked_and_her_patience_is_longer() -> None:
    world = Journalled()
    world.arrives("c1")
    world.now += 8_000  # in the menu
    world.queues("c1")
    world.now += 30_000
    world.is_ready("n1")
    world.now += 4_000
    world.is_served("c1", "n1", talk=61_000)
    assert only(world) == Stood(
        at=START + 8_000,
        language=SV,
        entry_point="1177",
        priority_class="public",
        person=1,
        tries=0,
        end=End.ANSWERED,
        wait=34_000,
        withdrawn=False,
        gave_up=False,
        talk=61_000,
        cut=False,
        pick_up=4_000,
        rang=0,
        offers=1,
        missed=0,
    )


def test_a_caller_who_hung_up_in_line_has_shown_her_patience() -> None:
    world = Journalled()
    world.queues("c1", AR)
    world.now += 95_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.wait, call.gave_up, call.talk) == (End.ABANDONED, 95_000, True, 0)
    assert (call.language, call.pick_up, call.rang) == (AR, None, 0)


def test_a_caller_who_hung_up_while_a_phone_rang_shows_that_it_would_have_rung_on() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.now += 3_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.wait, call.gave_up, call.rang) == (End.ABANDONED, 3_000, True, 3_000)


def test_a_caller_who_left_the_menu_never_stood_in_line() -> None:
    world = Journalled()
    world.arrives("c1")
    world.hangs_up("c1")
    assert world.extract().calls == ()


def test_a_missed_ringing_is_counted_and_the_next_one_is_the_pick_up() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.now += 20_000
    world.rings_out("c1")
    world.now += 5_000
    world.is_ready("n2")
    world.now += 2_500
    world.is_served("c1", "n2")
    call = only(world)
    assert (call.offers, call.missed, call.wait, call.pick_up) == (2, 1, 27_500, 2_500)


def test_a_conversation_that_was_none_is_talk_but_no_answer() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"}, short_talk=3_000)
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    world.now += 4_000
    world.connects("c1", "n1")
    world.now += 1_000
    world.parts("c1", "n1")
    world.tell(
        CallReturned(
            offer=offer, contact=ContactId("c1"), nurse=NurseId("n1"),
            reason=ReturnReason.SHORT_TALK,
        )
    )  # fmt: skip
    world.now += 15_000
    world.is_ready("n2")
    world.now += 2_000
    world.is_served("c1", "n2", talk=60_000)
    call = only(world)
    assert (call.end, call.wait, call.talk, call.pick_up) == (End.ANSWERED, 22_000, 61_000, 2_000)


def test_a_caller_given_back_who_then_hangs_up_was_not_answered() -> None:
    world = Journalled(short_talk=3_000)
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    world.connects("c1", "n1")
    world.now += 1_000
    world.tell(
        CallReturned(
            offer=offer, contact=ContactId("c1"), nurse=NurseId("n1"),
            reason=ReturnReason.SHORT_TALK,
        )
    )  # fmt: skip
    world.now += 9_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.wait, call.gave_up, call.pick_up) == (End.ABANDONED, 10_000, True, None)


def test_an_answer_that_nobody_offered_has_no_pick_up_though_an_earlier_one_had() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"}, short_talk=3_000)
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    world.now += 4_000
    world.connects("c1", "n1")
    world.tell(
        CallReturned(
            offer=offer, contact=ContactId("c1"), nurse=NurseId("n1"),
            reason=ReturnReason.SHORT_TALK,
        )
    )  # fmt: skip
    world.now += 9_000
    world.is_served("c1", "n2")
    call = only(world)
    assert (call.end, call.wait, call.pick_up) == (End.ANSWERED, 13_000, None)


def test_a_caller_whom_a_nodes_truth_brings_to_light_is_in_line_since_then() -> None:
    world = Journalled()
    world.now += 1_000
    world.see(seen("c9", Phase.LINE, waited=60_000, language=AR))
    world.now += 5_000
    world.hangs_up("c9")
    call = only(world)
    assert (call.at, call.language, call.end) == (START + 1_000, AR, End.ABANDONED)
    world.see(seen("c10", Phase.LINE, waited=60_000, language=AR))
    world.now += 5_000
    assert [call.wait for call in world.extract().calls] == [5_000, 0]


def test_a_nurse_led_from_one_caller_to_another_ends_the_first_conversation() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.queues("c2")
    world.now += 50_000
    world.connects("c2", "n1")
    world.now += 5_000
    world.hangs_up("c1")
    world.now += 5_000
    world.hangs_up("c2")
    assert [call.talk for call in world.extract().calls] == [50_000, 10_000]


def test_conversations_with_several_nurses_are_added_up() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.now += 4_000
    world.connects("c1", "n1")
    world.now += 20_000
    world.parts("c1", "n1")
    world.now += 5_000
    world.connects("c1", "n2")
    world.now += 30_000
    world.parts("c1", "n2")
    world.now += 1_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.wait, call.talk, call.pick_up, call.cut) == (4_000, 50_000, 4_000, False)


def test_a_caller_in_the_fallback_queue_stands_in_line_and_asks_for_a_language_later() -> None:
    world = Journalled()
    world.arrives("c1")
    world.falls_back("c1")
    world.now += 20_000
    world.queues("c1", AR)
    world.now += 10_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.at, call.language, call.wait) == (START, AR, 30_000)


def test_a_caller_answered_in_the_fallback_queue_was_answered_though_nobody_offered_her() -> None:
    world = Journalled()
    world.queues("c1")
    world.falls_back("c1")
    world.now += 20_000
    world.is_served("c1", "n1", talk=60_000)
    call = only(world)
    assert (call.end, call.wait, call.talk) == (End.ANSWERED, 20_000, 60_000)
    assert (call.pick_up, call.offers) == (None, 0)


def test_the_language_is_the_one_that_was_asked_for_though_a_supervisor_moved_the_call() -> None:
    world = Journalled()
    world.queues("c1", AR)
    contact = ContactId("c1")
    world.tell(ContactMoved(contact=contact, language=SO, actor="test", reason="test"))
    world.tell(ContactClassed(contact=contact, priority_class="staff", actor="test", reason="x"))
    world.hangs_up("c1")
    call = only(world)
    assert (call.language, call.priority_class) == (AR, "public")


def test_the_language_is_the_one_that_was_asked_for_though_its_line_was_closed() -> None:
    closed = Closed(instead=Instead.LANGUAGE, language=SV)
    routing = Routing(lines=(Line(language=SO, hours=Hours(spans=()), closed=closed),))
    world = Journalled(routing=routing)
    world.queues("c1", SO)
    assert world.contact("c1").language == SV
    world.hangs_up("c1")
    assert only(world).language == SO


def test_a_caller_taken_out_of_the_line_has_not_given_up() -> None:
    world = Journalled()
    world.queues("c1")
    world.now += 30_000
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="test", reason="test"))
    world.now += 5_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.gave_up, call.withdrawn) == (End.CALLED_BACK, False, True)
    assert call.wait == 30_000


def test_a_caller_who_kept_her_place_would_have_stayed_for_longer_than_until_then() -> None:
    world = Journalled()
    world.queues("c1")
    world.now += 30_000
    world.tell(PlaceKept(contact=ContactId("c1")))
    world.now += 9_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.gave_up) == (End.CALLED_BACK, False)
    assert (call.kept, call.withdrawn, call.wait) == (True, False, 30_000)


def test_a_caller_who_stayed_after_all_and_gave_up_has_given_up() -> None:
    world = Journalled()
    world.queues("c1")
    world.tell(PlaceKept(contact=ContactId("c1")))
    world.now += 3_000
    world.tell(CallStays(contact=ContactId("c1")))
    world.now += 30_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.gave_up, call.kept) == (End.ABANDONED, True, False)
    assert call.wait == 33_000


def test_a_transferred_caller_never_stood_in_line() -> None:
    world = Journalled()
    world.arrives("c1")
    world.tell(CallTransferred(contact=ContactId("c1"), target="switchboard"))
    world.hangs_up("c1")
    world.queues("c2")
    world.hangs_up("c2")
    assert only(world).end is End.ABANDONED


def test_a_caller_of_a_closed_line_is_told_at_once_and_by_no_supervisor() -> None:
    closed = Closed(instead=Instead.CALLBACK, language=SV)
    routing = Routing(
        lines=(
            Line(
                language=SO,
                hours=Hours(spans=(Span(weekday=0, opens=600, closes=660),)),
                closed=closed,
            ),
        )
    )
    world = Journalled(routing=routing)
    world.queues("c1", SO)
    assert world.contact("c1").dismissed is not None
    world.now += 9_000
    world.hangs_up("c1")
    call = only(world)
    assert (call.end, call.withdrawn, call.wait) == (End.CALLED_BACK, False, 0)


def test_a_caller_cut_off_in_line_has_not_given_up() -> None:
    world = Journalled()
    world.queues("c1")
    world.now += 30_000
    world.tell(CallCutOff(contact=ContactId("c1")))
    call = only(world)
    assert (call.end, call.wait, call.gave_up) == (End.WAITING, 30_000, False)


def test_a_call_that_a_nodes_truth_lacks_has_ended_nobody_knows_how() -> None:
    world = Journalled()
    world.queues("c1")
    world.queues("c2")
    world.now += 30_000
    world.see(seen("c2", Phase.LINE, waited=30_000, language=SV))
    world.now += 5_000
    world.hangs_up("c2")
    first, second = world.extract().calls
    assert (first.end, first.wait, first.gave_up) == (End.WAITING, 30_000, False)
    assert (second.end, second.wait, second.gave_up) == (End.ABANDONED, 35_000, True)


def test_a_conversation_cut_off_would_have_gone_on() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.now += 30_000
    world.tell(CallCutOff(contact=ContactId("c1")))
    call = only(world)
    assert (call.end, call.talk, call.cut) == (End.ANSWERED, 30_000, True)


def test_at_the_end_of_the_recording_nobodys_call_is_over() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.queues("c2")
    world.after(40_000)
    talking, waiting = world.extract().calls
    assert (talking.end, talking.talk, talking.cut) == (End.ANSWERED, 40_000, True)
    assert (waiting.end, waiting.wait, waiting.gave_up) == (End.WAITING, 40_000, False)


def test_a_caller_keeps_her_number_and_how_often_she_gave_up_in_a_row() -> None:
    world = Journalled()
    for contact in ("c1", "c2"):
        world.arrives(contact, caller="hash")
        world.queues(contact)
        world.after(1_000)
        world.hangs_up(contact)
    world.arrives("c3", caller="hash")
    world.queues("c3")
    world.is_ready("n1")
    world.is_served("c3", "n1")
    world.arrives("c4", caller="hash")
    world.queues("c4")
    found = world.extract().calls
    assert {call.person for call in found} == {1}
    assert [call.tries for call in found] == [0, 1, 2, 0]


def test_callers_without_a_number_are_different_people() -> None:
    world = Journalled()
    for contact in ("c1", "c2"):
        world.arrives(contact, caller=None)
        world.queues(contact)
    first, second = world.extract().calls
    assert first.person != second.person


def test_callers_who_were_turned_away_are_told_of_apart() -> None:
    world = Journalled()
    world.now += 1_000
    refused = CallRefused(node=NODE, entry_point="1177", priority_class="public", reason="surge")
    world.tell(refused)
    assert world.extract().refused == (START + 1_000,)


# -- nurses -----------------------------------------------------------------------


def test_a_nurse_comes_has_a_break_and_goes() -> None:
    world = Journalled()
    world.now += 1_000
    world.signs_in("n1")
    world.now += 1_000
    world.is_ready("n1")
    world.now += 1_000
    world.pauses("n1")
    world.now += 1_000
    world.is_ready("n1")
    world.now += 1_000
    world.signs_out("n1")
    assert changes(world.extract(), "n1") == [
        (1_000, Move.PAUSE), (2_000, Move.READY), (3_000, Move.PAUSE), (4_000, Move.READY),
        (5_000, Move.OFF),
    ]  # fmt: skip


def test_a_break_asked_for_in_a_conversation_is_noted_when_it_is_asked_for() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.now += 10_000
    world.pauses("n1")
    world.now += 50_000
    world.hangs_up("c1")
    world.after(HOUR)
    assert changes(world.extract(), "n1") == [(0, Move.READY), (10_000, Move.PAUSE)]


def test_a_missed_ringing_is_a_pause_from_its_first_ring_until_she_is_back() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.now += 10_000
    world.queues("c1")
    world.now += 20_000
    world.rings_out("c1")
    world.now += 60_000
    world.is_ready("n1")
    assert changes(world.extract(), "n1") == [
        (0, Move.READY), (10_000, Move.PAUSE), (90_000, Move.READY),
    ]  # fmt: skip


def test_a_break_asked_for_while_her_phone_rings_is_noted_when_it_is_asked_for() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.now += 5_000
    world.pauses("n1")
    world.now += 15_000
    world.rings_out("c1")
    assert changes(world.extract(), "n1") == [(0, Move.READY), (5_000, Move.PAUSE)]


def test_one_missed_ringing_of_those_that_are_allowed_is_no_pause() -> None:
    world = Journalled(rona_after=2)
    world.is_ready("n1")
    world.queues("c1")
    world.now += 20_000
    world.rings_out("c1")
    world.after(1_000)
    assert changes(world.extract(), "n1") == [(0, Move.READY)]


def test_a_phone_that_is_gone_or_in_use_for_something_else_is_a_pause() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.now += 1_000
    world.phone("n1", reachable=False)
    world.now += 1_000
    world.phone("n1")
    world.now += 1_000
    world.phone("n1", busy=True)
    world.now += 1_000
    world.phone("n1")
    assert changes(world.extract(), "n1") == [
        (0, Move.READY), (1_000, Move.PAUSE), (2_000, Move.READY), (3_000, Move.PAUSE),
        (4_000, Move.READY),
    ]  # fmt: skip


def test_a_phone_that_is_gone_when_her_wrap_up_ends_is_a_pause_from_then_on() -> None:
    world = Journalled(wrap_up=60_000)
    world.is_ready("n1")
    world.queues("c1")
    world.is_served("c1", "n1", talk=1_000)
    world.phone("n1", reachable=False)
    world.after(100_000)
    assert changes(world.extract(), "n1") == [(0, Move.READY), (61_000, Move.PAUSE)]


def test_between_a_wrap_up_and_the_next_ringing_she_is_ready() -> None:
    world = Journalled(wrap_up=60_000)
    world.is_ready("n1")
    world.queues("c1")
    world.arrives("c2")
    world.is_served("c1", "n1", talk=1_000)
    world.now += 300_000  # and no entry says that her wrap-up is over
    world.queues("c2")
    (spent,) = world.extract().staffed.values()
    assert (spent.busy, spent.on_duty) == (61_000, 301_000)


def test_a_withdrawn_or_answered_ringing_changes_nothing_of_her_shift() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.now += 1_000
    world.rings_out("c1", OfferResult.WITHDRAWN)
    world.now += 1_000
    world.is_served("c1", "n1")
    world.after(HOUR)
    assert changes(world.extract(), "n1") == [(0, Move.READY)]


def test_a_nurse_whom_the_site_no_longer_lists_is_gone() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.told("n1")
    world.is_ready("n2")
    world.told("n2")
    world.now += 5_000
    world.tell(SiteLoaded(policy=policy({"n2": "sv"})))
    assert changes(world.extract(), "n1") == [(0, Move.READY), (5_000, Move.OFF)]
    assert changes(world.extract(), "n2") == [(0, Move.READY)]


def test_the_languages_she_takes_calls_in_are_known() -> None:
    world = Journalled({"n1": "sv ar", "n2": "sv"})
    world.tell(NurseSignedIn(nurse=NurseId("n1"), actor="test", languages=(AR,)))
    world.is_ready("n1")
    world.is_ready("n2")
    assert world.extract().chosen == {"n1": ((AR,),), "n2": ((),)}


def test_her_time_is_told_by_half_hour() -> None:
    world = Journalled(wrap_up=60_000)
    world.is_ready("n1")
    world.now += 10 * MINUTE
    world.queues("c1")
    world.now += 5_000
    world.is_served("c1", "n1", talk=5 * MINUTE)
    world.after(HOUR)
    world.pauses("n1")
    world.after(HOUR)
    found = world.extract()
    spent = {start: (s.busy, s.on_duty) for (_, start), s in found.staffed.items()}
    half = HOUR // 2
    to_half = half - START  # the first half-hour has begun; she came then
    assert spent == {
        0: (to_half - 10 * MINUTE, to_half),
        half: (10 * MINUTE + 5_000 + 5 * MINUTE + 60_000 - to_half, half),
        2 * half: (0, half),
        3 * half: (0, START + 75 * MINUTE + 5_000 - 3 * half),
    }
    assert (found.wrap_ups, found.wrapped) == (1, 60_000)


# -- the recording ----------------------------------------------------------------


def test_a_journal_from_the_middle_has_the_rules_it_is_given_and_the_nurses_it_names() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.now += MINUTE
    middle = len(world.entries)
    world.queues("c1")
    world.now += 3_000
    world.is_served("c1", "n1", talk=60_000)
    world.now += MINUTE
    world.is_ready("n2")
    found = extract(world.entries[middle:], policy({"n1": "sv", "n2": "sv"}))
    assert found.assumed == ("n1",)
    assert found.changes == (
        Change(at=START + MINUTE, nurse=NurseId("n1"), move=Move.READY),
        Change(at=world.now, nurse=NurseId("n2"), move=Move.READY),
    )
    (call,) = found.calls
    assert (call.end, call.wait, call.talk, call.pick_up) == (End.ANSWERED, 3_000, 60_000, 3_000)


def test_a_nurse_who_is_offered_a_call_as_she_comes_was_not_there_before() -> None:
    world = Journalled()
    world.queues("c1")
    middle = len(world.entries)
    world.queues("c2")
    world.now += 5_000
    world.is_ready("n1")
    found = extract(world.entries[middle:], world.policy)
    assert found.assumed == ()
    assert changes(found, "n1") == [(5_000, Move.READY)]


def test_a_nurse_who_came_by_the_fallback_queue_came_then() -> None:
    world = Journalled()
    world.told("n1")
    world.queues("c1")
    world.loses_the_switch()
    world.now += 5_000
    world.see(seen("c1", Phase.LINE, waited=5_000, language=SV), n1="ready")
    assert world.offers() == [("c1", "n1")]
    found = world.extract()
    assert found.assumed == ()
    assert changes(found, "n1") == [(5_000, Move.READY)]


def test_a_journal_that_says_its_rules_is_believed() -> None:
    world = Journalled()
    found = extract(world.entries, policy({"n9": "ar"}))
    assert found.policies == ((START, world.policy),)


def test_a_journal_without_a_site_is_refused() -> None:
    world = Journalled()
    world.queues("c1")
    with pytest.raises(ValueError, match="does not say the site's rules"):
        extract(world.entries[1:])


def test_an_empty_journal_is_refused() -> None:
    with pytest.raises(ValueError, match="the recording is empty"):
        extract([])


def test_an_entry_that_nobody_could_read_is_passed_over_and_counted() -> None:
    world = Journalled()
    world.queues("c1")
    world.entries.append((EntryId(f"{world.now + 1}-0"), None, ()))
    world.now += 1_000
    world.hangs_up("c1")
    found = world.extract()
    assert found.skipped == 1
    assert [call.end for call in found.calls] == [End.ABANDONED]


def test_the_rules_are_told_with_their_times() -> None:
    world = Journalled()
    other: Policy = policy({"n1": "sv"}, wrap_up=0)
    world.now += 5_000
    world.tell(SiteLoaded(policy=other))
    assert world.extract().policies == ((START, world.policy), (START + 5_000, other))


def test_what_the_service_counted_is_told_at_each_local_midnight() -> None:
    days = (*callers(150, patient=True), *callers(150, patient=True, seed=2, day=1))
    _, shard = simulate(Days(days, [*shifts(), *shifts(day=1)], days=2))
    found = extract(shard.journal)
    (first, upto), (last, total) = found.counts
    assert first == at(0, day=1)
    assert last == found.ends
    told = {tag: c.within + c.early + c.late for tag, c in upto.items()}
    in_all = {tag: c.within + c.early + c.late for tag, c in total.items()}
    assert 0 < told[AR] < in_all[AR]
    assert set(in_all) <= {SV, AR, SO}
    assert isinstance(total[AR], Counts)


def test_a_recorded_journal_of_the_service_is_understood() -> None:
    found = extract(read_file(RECORDED))
    assert [(call.language, call.end) for call in found.calls] == [
        ("sv", End.ANSWERED), ("sv", End.ANSWERED), ("so", End.ANSWERED), ("sv", End.ABANDONED),
        ("fi", End.CALLED_BACK),
    ]  # fmt: skip
    assert [call.talk for call in found.calls] == [1_099, 1_078, 1_070, 0, 0]
    assert found.calls[3].person == found.calls[0].person
    assert found.calls[1].missed == 1
    assert found.assumed == ()
    assert found.skipped == 0
    assert Language("fi") in found.policies[0][1].languages


def test_a_simulated_day_gives_back_what_was_put_into_it(tmp_path: Path) -> None:
    course = Days(callers(300, patient=False), shifts())
    _, shard = simulate(course)
    found = extract(read_file(write(shard, tmp_path / "day.jsonl")))
    assert list(found.changes) == course.changes(0)
    gave_up = answered = 0
    for put_in, call in zip(course.callers(0), found.calls, strict=True):
        assert (call.at, call.language) == (put_in.at, put_in.language)
        assert (call.entry_point, call.priority_class) == ("public", put_in.priority_class)
        if call.end is End.ABANDONED:
            gave_up += 1
            assert (call.wait, call.gave_up) == (put_in.patience, True)
        else:
            answered += 1
            assert (call.talk, call.pick_up) == (put_in.talk, put_in.pick_up)
            assert (call.wait <= put_in.patience, call.gave_up) == (True, False)
    assert min(gave_up, answered) > 50


def test_a_day_is_stockholms() -> None:
    assert local_day(at(0)) == date(2026, 11, 23)
    assert local_day(at(0) - 1) == date(2026, 11, 22)
