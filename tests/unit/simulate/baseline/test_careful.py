"""A queue as a careful administrator writes it."""

from typing import Final

from callcenter.acd.ids import NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.baseline.careful import careful_queue
from callcenter.simulate.baseline.door import Door, Seat, Step
from callcenter.simulate.baseline.layout import Layout, plan
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.simulate.baseline.threads import AR, SO, SV, policy

RINGS: Final = (
    Ring(level=Level.FLUENT),
    Ring(after=120_000, level=Level.WORKING),
    Ring(after=240_000, level=None),
)


def arabic(site: Policy) -> tuple[Door, dict[NurseId, int]]:
    """The door of the Arabic queue, and the penalties in it."""
    door, seats = careful_queue(site.routing.line(AR), site.nurses, site.languages)
    assert all(seat.queue == "ar" for seat in seats.values())
    return door, {nurse: seat.penalty for nurse, seat in seats.items()}


def test_each_ring_has_a_block_of_penalties_and_the_rule_opens_it_with_the_ring() -> None:
    site = policy(["ar:native", "ar", "ar:working", "sv", ""], 0, {AR: RINGS})
    door, penalties = arabic(site)
    assert door == Door("ar", 0, 2, (Step(120, 5), Step(240, 8)))
    assert list(penalties.values()) == [0, 0, 3, 7, 6]


def test_within_a_block_the_penalty_is_the_number_of_other_languages_of_the_menu() -> None:
    site = policy(["ar", "sv ar", "sv ar so", "ar fi", "so:working ar:working"], 0, {AR: RINGS})
    assert list(arabic(site)[1].values()) == [0, 1, 2, 0, 4]


def test_a_line_without_rings_prefers_a_fluent_nurse_and_has_no_rule() -> None:
    door, penalties = arabic(policy(["ar:working", "sv so ar", "sv"], 0))
    assert door == Door("ar", 0, 5)
    assert penalties == {NurseId("n0"): 3, NurseId("n1"): 2}


def test_whom_no_ring_admits_is_no_member() -> None:
    door, penalties = arabic(policy(["ar:working", "sv"], 0, {AR: RINGS[:1]}))
    assert penalties == {}
    assert door == Door("ar", 0, 2)


def test_before_the_first_ring_opens_no_penalty_is_in_range() -> None:
    door, penalties = arabic(policy(["ar:working"], 0, {AR: RINGS[:2]}))
    assert door.opens(penalties[NurseId("n0")]) == 120
    assert door.highest < penalties[NurseId("n0")]


def test_part_of_a_second_before_a_ring_opens_is_a_whole_one_for_the_rule() -> None:
    for after, seconds in ((1, 1), (1_000, 1), (1_001, 2)):
        door, _ = arabic(policy(["ar"], 0, {AR: (Ring(after=after),)}))
        assert door.rule == (Step(seconds, 5),)


def test_rings_are_in_the_order_of_time_however_they_are_written() -> None:
    site = policy(["ar", "ar:working", "sv"], 0, {AR: (RINGS[2], RINGS[1], RINGS[0])})
    assert arabic(site) == arabic(policy(["ar", "ar:working", "sv"], 0, {AR: RINGS}))


def test_a_site_has_one_careful_queue_for_each_language() -> None:
    found = plan(policy(["sv ar", "sv"], 0, {AR: RINGS}), Layout.CAREFUL)
    assert found.queues == ("sv", "ar", "so")
    assert found.seats == {
        NurseId("n0"): (Seat("sv", 1), Seat("ar", 1)),
        NurseId("n1"): (Seat("sv", 0), Seat("ar", 4)),
    }
    assert found.doors[SV] == Door("sv", 0, 2)
    assert found.doors[SO].rule == ()
