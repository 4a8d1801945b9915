"""A site in app_queue's words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.acd.ids import NurseId
from callcenter.simulate.baseline.door import Door, Seat
from callcenter.simulate.baseline.layout import Layout, in_one_order, plan
from language_routing.languages import Language
from tests.unit.simulate.baseline.threads import AR, SO, SV, policy

FI = Language("fi")


def spoken(*texts: str) -> list[frozenset[Language]]:
    return [frozenset(Language(tag) for tag in text.split()) for text in texts]


def test_in_one_queue_a_language_is_a_range_of_penalties() -> None:
    found = plan(policy(["sv ar", "sv", "ar", "sv ar"], 0), Layout.PENALTIES)
    one = found.queues[0]
    assert found.queues == (one,)
    assert found.doors[SV] == Door(one, 0, 1)
    assert found.doors[AR] == Door(one, 1, 2)
    assert found.seats == {
        NurseId("n0"): (Seat(one, 1),),
        NurseId("n1"): (Seat(one, 0),),
        NurseId("n2"): (Seat(one, 2),),
        NurseId("n3"): (Seat(one, 1),),
    }


def test_in_one_queue_a_language_that_nobody_speaks_has_a_penalty_that_nobody_has() -> None:
    found = plan(policy(["sv"], 0), Layout.PENALTIES)
    door = found.doors[SO]
    assert not [s for seats in found.seats.values() for s in seats if s.penalty >= door.lowest]


def test_languages_that_no_order_keeps_together_are_refused() -> None:
    site = policy(["sv", "sv ar", "sv so", "ar so"], 0)
    with pytest.raises(ValueError, match="a queue for each language can"):
        plan(site, Layout.PENALTIES)
    assert plan(site, Layout.QUEUES).queues == ("sv", "ar", "so")


def test_an_order_is_found_for_many_languages_if_each_nurse_speaks_one_besides_the_default() -> (
    None
):
    several = spoken("sv", *(f"sv {a}{b}" for a in "abcdef" for b in "xyz"))
    order = in_one_order(several, SV)
    assert order[0] == frozenset((SV,))
    assert sorted(map(sorted, order)) == sorted(map(sorted, several))


def test_the_search_for_an_order_comes_to_an_end() -> None:
    several = spoken("sv ar", "sv so", "sv fi", "ar so", *(f"sv x{a}" for a in "abcdefghijklmn"))
    with pytest.raises(ValueError, match="no order of their 18 combinations"):
        in_one_order(several, SV)


@given(
    st.sets(st.frozensets(st.sampled_from([SV, AR, SO, FI]), min_size=1), min_size=1, max_size=6)
)
def test_the_speakers_of_a_language_stand_side_by_side_or_no_order_does_it(
    found: set[frozenset[Language]],
) -> None:
    def together(order: tuple[frozenset[Language], ...]) -> bool:
        for tag in (SV, AR, SO, FI):
            places = [n for n, tags in enumerate(order) if tag in tags]
            if any(b - a != 1 for a, b in pairwise(places)):
                return False
        alone = frozenset((SV,))
        return alone not in order or order[0] == alone

    def all_orders(
        so_far: tuple[frozenset[Language], ...], rest: frozenset[frozenset[Language]]
    ) -> bool:
        if not rest:
            return together(so_far)
        return any(all_orders((*so_far, tags), rest - {tags}) for tags in rest)

    try:
        order = in_one_order(found, SV)
    except ValueError:
        assert not all_orders((), frozenset(found))
    else:
        assert set(order) == found
        assert together(order)


def test_with_a_queue_for_each_language_only_a_working_level_has_a_penalty() -> None:
    found = plan(policy(["sv:native ar", "sv ar:working so", ""], 0), Layout.QUEUES)
    assert found.queues == ("sv", "ar", "so")
    assert found.seats == {
        NurseId("n0"): (Seat("sv", 0), Seat("ar", 0)),
        NurseId("n1"): (Seat("sv", 0), Seat("ar", 1), Seat("so", 0)),
        NurseId("n2"): (),
    }
    assert found.doors[AR].lowest == 0
    assert found.doors[AR].highest >= 1


def test_who_speaks_no_language_of_the_menu_is_a_member_of_nothing() -> None:
    for layout in Layout:
        assert plan(policy(["sv", "fi"], 0), layout).seats[NurseId("n1")] == ()


def test_the_shorter_a_target_the_higher_the_priority_and_equal_targets_are_equal() -> None:
    targets = {"public": 300_000, "care": 60_000, "red": 10_000, "police": 60_000}
    found = plan(replace(policy(["sv"], 0), targets=targets), Layout.QUEUES)
    assert found.priorities == {"public": 0, "care": 1, "police": 1, "red": 2}
