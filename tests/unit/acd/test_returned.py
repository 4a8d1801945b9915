"""A conversation that was none: the caller keeps her place, the answer is no answer."""

import pytest
from msgspec.structs import replace

from callcenter.acd import calls
from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import Quarantined
from callcenter.acd.events import CallReturned, OfferResult, Phase, ReturnReason, Tick
from callcenter.acd.ids import ContactId, EntryId, NurseId, OfferId
from callcenter.acd.nurse import NurseState
from callcenter.shard.shard import Shard
from tests.unit.acd.world import SV, World, seen

TWO = {"n1": "sv", "n2": "sv"}


def answered(**rules: int) -> tuple[World, CallReturned]:
    """n1 has answered c1, and the event that says that she left at once."""
    world = World(TWO, **({"wrap_up": 10_000, "short_talk": 3_000} | rules))
    world.is_ready("n1")
    world.queues("c1")
    event = CallReturned(
        offer=world.offer_of("c1"), contact=ContactId("c1"), nurse=NurseId("n1"),
        reason=ReturnReason.SHORT_TALK,
    )  # fmt: skip
    world.connects("c1", "n1")
    return world, event


def test_the_caller_is_first_in_line_again_and_the_nurse_is_not_ready() -> None:
    world, event = answered()
    key = world.contact("c1").key
    world.queues("c2")
    world.now += 1_000
    world.parts("c1", "n1")
    world.tell(event)
    assert world.contact("c1").key == key
    assert world.line() == ["c1", "c2"]
    nurse = world.nurse("n1")
    assert (nurse.state, nurse.reason, nurse.misses) == (NurseState.NOT_READY, "short_talk", 1)
    assert (world.tally().answered, world.tally().returned, world.tally().missed) == (0, 1, 1)
    world.is_ready("n2")
    assert world.offers() == [("c1", "n2")]


def test_the_speed_of_answer_is_that_of_the_first_real_one() -> None:
    world, event = answered()
    world.parts("c1", "n1")
    world.tell(event)
    world.now += 20_000
    world.is_ready("n2")
    world.connects("c1", "n2")
    assert world.tally().answered == 0
    world.after(3_000)
    assert (world.tally().answered, world.tally().wait_sum) == (1, 20_000)
    world.hangs_up("c1")
    assert (world.tally().answered, world.tally().abandoned) == (1, 0)


def test_who_hangs_up_in_line_after_a_conversation_that_was_none_has_abandoned() -> None:
    world, event = answered()
    world.parts("c1", "n1")
    world.tell(event)
    world.hangs_up("c1")
    assert (world.tally().answered, world.tally().abandoned) == (0, 1)


def test_who_hangs_up_herself_at_once_was_answered_and_it_is_no_miss() -> None:
    for bridge_first in (False, True):
        world, event = answered()
        if bridge_first:
            world.parts("c1", "n1")
        world.hangs_up("c1")
        assert (world.tally().answered, world.tally().missed) == (1, 0)
        assert world.refuses(event)


def test_several_misses_in_a_row_are_counted_over_short_talks() -> None:
    world, event = answered(rona_after=2)
    world.parts("c1", "n1")
    world.tell(event)
    assert world.nurse("n1").misses == 1
    assert world.offers() == [("c1", "n1")]  # ready at once: nothing to wrap up
    world.connects("c1", "n1")
    world.parts("c1", "n1")
    world.tell(
        CallReturned(
            offer=OfferId("9-9-9"), contact=ContactId("c1"), nurse=NurseId("n1"),
            reason=ReturnReason.SHORT_TALK,
        )
    )  # fmt: skip
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.NOT_READY, 2)


def test_a_conversation_that_lasts_forgives_the_misses_before_it() -> None:
    world, event = answered(rona_after=2)
    world.parts("c1", "n1")
    world.tell(event)
    world.connects("c1", "n1")
    assert world.nurse("n1").misses == 1
    world.after(3_000)
    assert world.nurse("n1").misses == 0


def test_a_nurse_whose_phone_died_has_missed_nothing_and_the_answer_stands() -> None:
    world, event = answered()
    world.after(60_000)
    world.phone("n1", reachable=False)
    world.parts("c1", "n1")
    lost = CallReturned(
        offer=event.offer, contact=event.contact, nurse=event.nurse, reason=ReturnReason.LINE_LOST
    )
    world.tell(lost)
    assert world.line() == ["c1"]
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.WRAP_UP, 0)
    assert (world.tally().answered, world.tally().missed) == (1, 0)
    world.hangs_up("c1")
    assert (world.tally().answered, world.tally().abandoned) == (1, 0)


def test_a_return_whose_bridge_nobody_saw_is_a_return_all_the_same() -> None:
    world = World(TWO, short_talk=3_000)
    world.is_ready("n1")
    world.queues("c1")
    world.tell(
        CallReturned(
            offer=world.offer_of("c1"), contact=ContactId("c1"), nurse=NurseId("n1"),
            reason=ReturnReason.SHORT_TALK,
        )
    )  # fmt: skip
    assert world.line() == ["c1"]
    assert world.nurse("n1").reason == "short_talk"


def test_a_nurse_without_wrap_up_who_was_offered_the_next_call_is_spared_it() -> None:
    world, event = answered(wrap_up=0)
    world.queues("c2")
    world.parts("c1", "n1")
    assert world.offers() == [("c2", "n1")]
    world.tell(event)
    assert world.nurse("n1").next == "short_talk"
    assert [withdrawal.contact for withdrawal in world.withdrawals()] == ["c2"]
    world.rings_out("c2", OfferResult.WITHDRAWN)
    assert world.nurse("n1").reason == "short_talk"
    assert world.line() == ["c1", "c2"]


@pytest.mark.parametrize("asked", ["lunch", "sign_out"])
def test_what_she_asked_for_meanwhile_comes_first(asked: str) -> None:
    world, event = answered()
    if asked == "lunch":
        world.pauses("n1")
    else:
        world.signs_out("n1")
    world.parts("c1", "n1")
    world.tell(event)
    state = NurseState.NOT_READY if asked == "lunch" else NurseState.SIGNED_OUT
    assert world.nurse("n1").state is state
    assert world.nurse("n1").reason == ("lunch" if asked == "lunch" else None)


def test_a_return_that_comes_twice_or_for_nobody_changes_nothing() -> None:
    world, event = answered()
    world.parts("c1", "n1")
    world.tell(event)
    assert world.refuses(event)
    world.hangs_up("c1")
    assert world.refuses(event)


def test_a_caller_who_is_seen_in_line_after_her_conversation_is_in_line() -> None:
    world, _ = answered()
    world.parts("c1", "n1")
    world.see(seen("c1", Phase.LINE, language=SV))
    assert (world.contact("c1").state, world.tally().returned) == (ContactState.WAITING, 1)


def test_an_answer_of_which_it_is_not_yet_sure_survives_a_snapshot() -> None:
    world, _ = answered()
    assert world.shard.restore(world.shard.position, world.shard.save())
    world.after(3_000)
    assert world.tally().answered == 1


def test_a_proof_that_breaks_stops_nobody_once_it_is_quarantined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, _ = answered()
    rebuilt = Shard()
    assert rebuilt.restore(world.shard.position, world.shard.save())
    monkeypatch.setattr(calls, "_prove", lambda *_: 1 // 0)
    world.now += 5_000
    with pytest.raises(ZeroDivisionError):
        world.tell(Tick(deadline=world.now))
    world.shard = rebuilt
    outcome = world.shard.quarantine(EntryId(f"{world.now}-99"), "ZeroDivisionError")
    assert outcome.decisions == (Quarantined(error="ZeroDivisionError"),)
    assert not world.contact("c1").unproven


def test_a_restored_fold_counts_an_answer_when_the_living_one_does() -> None:
    """Also when the conversation began in the same millisecond as the last one ended."""
    world, _ = answered()
    world.is_ready("n2")
    world.parts("c1", "n1")
    world.connects("c1", "n2")
    twin = Shard()
    assert twin.restore(world.shard.position, world.shard.save())
    late = EntryId(f"{world.now + 5_000}-1")
    for shard in (world.shard, twin):
        shard.lead(late, Tick(deadline=0))
        assert [tally.answered for tally in shard.board.tallies] == [1]
    assert twin.save() == world.shard.save()


def test_a_later_conversation_of_a_caller_ends_a_nurses_row_of_misses() -> None:
    world, _ = answered(rona_after=3)
    world.now += 5_000
    world.parts("c1", "n1")
    world.tell(
        CallReturned(
            offer=OfferId("0-0-0"), contact=ContactId("c1"), nurse=NurseId("n1"),
            reason=ReturnReason.LINE_LOST,
        )
    )  # fmt: skip
    world.board.put_nurse(replace(world.nurse("n2"), misses=2))
    world.is_ready("n2")
    world.connects("c1", "n2")
    assert world.nurse("n2").misses == 0


def test_a_phone_that_loses_two_conversations_in_a_row_takes_its_nurse_out() -> None:
    """It would swallow one caller after the other."""
    world, _ = answered(wrap_up=0)
    lost = CallReturned(
        offer=OfferId("0-0-0"), contact=ContactId("c1"), nurse=NurseId("n1"),
        reason=ReturnReason.LINE_LOST,
    )  # fmt: skip
    world.now += 30_000
    world.parts("c1", "n1")
    world.tell(lost)
    assert (world.nurse("n1").state, world.nurse("n1").misses) == (NurseState.RINGING, 0)
    world.connects("c1", "n1")
    world.now += 30_000
    world.parts("c1", "n1")
    world.tell(lost)
    assert world.nurse("n1").state is NurseState.NOT_READY
    assert world.nurse("n1").reason == "line_lost"
    assert world.line() == ["c1"]
