"""What callers have heard of their wait is what the next range counts down from."""

import pytest

from callcenter.acd import estimate
from callcenter.acd.contact import ContactState
from callcenter.acd.events import (
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    PlaceKept,
    WaitTold,
)
from callcenter.acd.expected import Estimate, GrowthCause
from callcenter.acd.ids import ContactId
from callcenter.shard.shard import Shard
from tests.unit.acd.world import AR, SV, World

MINUTE = 60_000
SPOKEN = 15_000


def told(contact: str, low: int, high: int, ahead: int = 1, nurses: int = 1) -> WaitTold:
    return WaitTold(
        contact=ContactId(contact), place=ahead + 1, low=low, high=high, ahead=ahead, nurses=nurses
    )


@pytest.fixture
def world() -> World:
    """One nurse at work with a call, two callers in line, another one in the menu."""
    world = World({"n1": "sv", "n2": "sv ar"})
    world.signs_in("n1")
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    for name in ("c2", "c3"):
        world.queues(name)
    world.arrives("menu")
    return world


def growths(world: World) -> dict[str, int]:
    tally = world.tally()
    return {
        "overtaken": tally.told_grew_overtaken,
        "fewer_nurses": tally.told_grew_fewer_nurses,
        "overrun": tally.told_grew_overrun,
        "unexplained": tally.told_grew_unexplained,
    }


def grown(**counts: int) -> dict[str, int]:
    return {"overtaken": 0, "fewer_nurses": 0, "overrun": 0, "unexplained": 0} | counts


def test_what_she_has_heard_is_kept_as_instants(world: World) -> None:
    world.tell(told("c3", 5 * MINUTE, 10 * MINUTE))
    assert world.contact("c3").told == Estimate(
        stated=world.now, low_at=world.now + 5 * MINUTE, high_at=world.now + 10 * MINUTE,
        ahead=1, nurses=1,
    )  # fmt: skip
    assert world.tally().told == 1
    again = Shard()
    assert again.restore(world.shard.position, world.shard.save())
    assert again.board.contacts[ContactId("c3")].told == world.contact("c3").told


def test_what_is_left_is_never_more_than_she_has_heard(world: World) -> None:
    contact = world.contact("c3")
    free = estimate.remaining(world.board, contact, world.now)
    assert free is not None
    world.tell(told("c3", 0, free.high // 2))
    world.after(10_000)
    found = estimate.remaining(world.board, world.contact("c3"), world.now)
    assert found is not None
    assert (found.high, found.cause) == (free.high // 2 - 10_000, None)
    assert estimate.now(world.board, world.contact("c3"), world.now) == (
        found.low, found.high, None,
    )  # fmt: skip


def test_a_nurse_less_is_a_cause_for_more_than_she_has_heard(world: World) -> None:
    world.signs_in("n2")
    world.is_ready("n2")
    world.queues("c4", AR)
    assert world.contact("c2").state is ContactState.OFFERED
    world.tell(told("c3", 0, MINUTE, ahead=0, nurses=2))
    world.signs_out("n2")
    found = estimate.remaining(world.board, world.contact("c3"), world.now)
    assert found is not None
    assert found.cause is GrowthCause.FEWER_NURSES
    assert found.high > MINUTE


def test_growth_is_counted_by_its_cause(world: World) -> None:
    world.tell(told("c3", 0, 10 * MINUTE, ahead=1, nurses=2))
    assert growths(world) == grown()
    world.tell(told("c3", 0, 11 * MINUTE, ahead=1, nurses=1))
    assert growths(world) == grown(fewer_nurses=1)
    world.tell(told("c3", 0, 12 * MINUTE, ahead=2, nurses=1))
    assert growths(world) == grown(fewer_nurses=1, overtaken=1)
    world.after(12 * MINUTE + 1)
    world.tell(told("c3", 0, 2 * MINUTE, ahead=2, nurses=1))
    assert growths(world) == grown(fewer_nurses=1, overtaken=1, overrun=1)
    world.tell(told("c3", 0, 2 * MINUTE + SPOKEN + 1, ahead=2, nurses=1))
    assert growths(world) == grown(fewer_nurses=1, overtaken=1, overrun=1, unexplained=1)
    assert world.tally().told == 5


def test_a_range_that_shrinks_is_no_growth_and_the_next_counts_from_it(world: World) -> None:
    world.tell(told("c3", 0, 10 * MINUTE))
    world.tell(told("c3", 0, 5 * MINUTE))
    world.tell(told("c3", 0, 6 * MINUTE))
    assert growths(world) == grown(unexplained=1)
    assert world.contact("c3").told is not None
    assert world.tally().told == 3


def test_the_time_that_it_takes_to_say_it_is_no_growth_and_does_not_add_up(world: World) -> None:
    world.tell(told("c3", 0, 10 * MINUTE))
    promised = world.now + 10 * MINUTE
    for _ in range(5):
        world.tell(told("c3", 0, promised - world.now + SPOKEN))
        heard = world.contact("c3").told
        assert heard is not None
        assert heard.high_at == promised
        world.after(1_000)
    assert growths(world) == grown()


def test_one_whose_phone_rings_by_now_has_heard_it_too(world: World) -> None:
    world.signs_in("n2")
    world.is_ready("n2")
    assert world.contact("c2").state is ContactState.OFFERED
    world.tell(told("c2", 0, 20_000, ahead=0))
    assert world.contact("c2").told is not None


def test_who_is_not_in_line_has_heard_nothing(world: World) -> None:
    world.falls_back("c3")
    world.tell(PlaceKept(contact=ContactId("c2")))
    for name in ("menu", "c1", "c2", "c3"):
        assert world.refuses(told(name, 0, MINUTE))
    world.hangs_up("c2")
    assert world.refuses(told("c2", 0, MINUTE))


def test_who_is_unheard_of_is_asked_about(world: World) -> None:
    world.tell(told("c9", 0, MINUTE))
    assert world.wanted()


def test_another_line_is_a_cause_for_whatever_is_said_next(world: World) -> None:
    world.signs_in("n2")
    world.is_ready("n2")
    world.connects("c2", "n2")
    world.tell(told("c3", 0, 1_000, ahead=7, nurses=1))
    world.tell(ContactMoved(contact=ContactId("c3"), language=AR, actor="anna", reason="r"))
    found = estimate.remaining(world.board, world.contact("c3"), world.now)
    assert found is not None
    assert found.cause is GrowthCause.OVERTAKEN
    assert (found.said.ahead, found.high > 1_000) == (0, True)
    world.tell(told("c3", found.low, found.high, ahead=0, nurses=1))
    assert world.tally(AR).told_grew_overtaken == 1
    assert growths(world) == grown()


def test_another_class_changes_nothing_of_what_she_has_heard(world: World) -> None:
    world.tell(told("c3", 0, 10 * MINUTE))
    heard = world.contact("c3").told
    world.tell(ContactClassed(
        contact=ContactId("c3"), priority_class="staff", actor="anna", reason="r"
    ))  # fmt: skip
    assert world.contact("c3").told == heard


def test_a_move_leaves_one_alone_who_has_heard_nothing(world: World) -> None:
    world.tell(ContactMoved(contact=ContactId("c3"), language=AR, actor="anna", reason="r"))
    assert world.contact("c3").told is None
    world.tell(ContactWithdrawn(contact=ContactId("c3"), actor="anna", reason="r"))
    assert world.refuses(told("c3", 0, MINUTE))
    assert world.tally(SV).told == 0
