"""Doors: ranges of penalties, and queue rules that widen them."""

from callcenter.simulate.baseline.door import Door, Step

DOOR = Door("ar", 1, 4, (Step(120, 9), Step(240, 14)))


def test_a_queue_rule_raises_the_highest_penalty_from_its_second_on() -> None:
    found = [DOOR.highest_after(seconds) for seconds in (0, 119, 120, 239, 240, 9_000)]
    assert found == [4, 4, 9, 9, 14, 14]


def test_members_of_a_penalty_can_be_rung_once_the_range_has_it() -> None:
    assert [DOOR.opens(p) for p in (0, 1, 4, 5, 9, 10, 14, 15)] == [
        None, 0, 0, 120, 120, 240, 240, None,
    ]  # fmt: skip


def test_without_a_queue_rule_the_range_stays_as_it_is() -> None:
    door = Door("ar", 0, 4)
    assert door.highest_after(9_000) == 4
    assert door.opens(5) is None
