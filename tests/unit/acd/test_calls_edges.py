"""What a real conversation forgives, what each event counts, and the hour that sets a target."""

import pytest
from msgspec.structs import replace

from callcenter.acd.events import (
    CallReturned,
    CommandFailed,
    ContactWithdrawn,
    OfferResult,
    ReturnReason,
)
from language_routing.lines import Routing
from tests.unit.acd.world import World


def offered(**rules: object) -> World:
    world = World({"n1": "sv"}, **rules)
    world.is_ready("n1")
    world.queues("c1")
    return world


@pytest.mark.parametrize("short_talk", [0, 3_000])
def test_a_conversation_that_the_caller_ends_forgives_misses_and_a_lost_line(
    short_talk: int,
) -> None:
    world = offered(short_talk=short_talk)
    world.connects("c1", "n1")
    world.board.put_nurse(replace(world.nurse("n1"), misses=1, lost=1))
    world.now += 1_000
    world.hangs_up("c1")
    assert world.nurse("n1").lost == 0
    if short_talk:
        assert world.nurse("n1").misses == 0


def test_a_conversation_that_nobody_saw_forgives_them_too() -> None:
    world = offered(short_talk=3_000, wrap_up=10_000)
    world.board.put_nurse(replace(world.nurse("n1"), misses=1, lost=1))
    world.tell(world.ended("c1", OfferResult.ANSWERED))
    assert (world.nurse("n1").misses, world.nurse("n1").lost) == (0, 0)
    assert world.tally().answered == 1


def test_the_target_is_that_of_the_hour_in_which_the_caller_came() -> None:
    # The world begins at 00:16 of its zone.
    world = World({}, routing=Routing(night=(0, 2 * 60)), night_targets={"public": 600_000})
    world.arrives("night")
    world.now += 2 * 3_600_000
    world.arrives("day")
    targets = [world.contact(c).deadline - world.contact(c).arrived for c in ("night", "day")]
    assert targets == [600_000, 180_000]


def test_each_miss_and_each_return_is_counted() -> None:
    world = offered(rona_after=9, short_talk=3_000, wrap_up=0)
    for _ in range(2):
        world.rings_out("c1")
    assert world.tally().missed == 2
    for number in (1, 2):
        contact, nurse, offer = world.contact("c1").id, world.nurse("n1").id, world.offer_of("c1")
        world.connects("c1", "n1")
        world.now += 1_000
        world.parts("c1", "n1")
        world.now += 500
        world.tell(
            CallReturned(offer=offer, contact=contact, nurse=nurse, reason=ReturnReason.SHORT_TALK)
        )
        assert (world.tally().returned, world.tally().missed) == (number, 2 + number)
        assert world.contact("c1").since == world.now


def test_each_caller_who_falls_back_out_of_the_menu_is_counted_in_line() -> None:
    world = World({})
    for contact in ("c1", "c2"):
        world.arrives(contact)
        world.falls_back(contact)
    assert world.tally(None).queued == 2


def test_who_is_connected_and_was_never_seen_in_line_counts_as_having_stood_there() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    for number, nurse in ((1, "n1"), (2, "n2")):
        world.is_ready(nurse)
        world.arrives(f"c{number}")
        world.connects(f"c{number}", nurse)
        assert world.tally(None).queued == number
        assert world.contact(f"c{number}").queued == world.now
    world.hangs_up("c1")
    world.is_ready("n1")
    world.queues("c3")
    world.connects("c3", "n1")
    assert world.tally().queued == 1  # once, where she was seen


def test_a_second_nurse_of_a_conversation_that_is_one_has_missed_nothing() -> None:
    world = World({"n1": "sv", "n2": "sv"}, short_talk=3_000)
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.after(3_000)
    world.parts("c1", "n1")
    assert world.contact("c1").since == world.now
    world.board.put_nurse(replace(world.nurse("n2"), misses=1))
    world.connects("c1", "n2")
    assert world.nurse("n2").misses == 0


def test_a_conversation_counts_in_the_half_hour_in_which_the_caller_stood_in_line() -> None:
    world = World()
    world.is_ready("n1")
    world.arrives("c1")
    world.now += 1_800_000
    world.queues("c1")
    since = world.now - world.now % 1_800_000
    world.connects("c1", "n1")
    world.now += 1_800_000
    world.hangs_up("c1")
    talks = [(tally.since, tally.talks) for tally in world.board.figures.half_hours()]
    assert (since, 1) in talks
    assert sum(count for _, count in talks) == 1


def test_an_answer_ends_the_dismissal_and_what_becomes_of_its_command() -> None:
    world = World()
    world.queues("c1")
    world.tell(ContactWithdrawn(contact=world.contact("c1").id, actor="s", reason="prank"))
    command = world.contact("c1").dismiss
    assert command is not None
    world.connects("c1", "n1")
    assert world.contact("c1").dismiss is None
    assert world.refuses(CommandFailed(command=command, reason="no_channel"))
