"""Domains: closed, small, and in a fixed order."""

from itertools import pairwise

import pytest

from ivr_flows.domains import DOMAINS, LADDER, LAST_PLACE, WIDEST, in_order


def test_the_ladder_climbs_and_each_rung_is_within_reach_of_the_next() -> None:
    assert list(LADDER) == sorted(set(LADDER))
    for low, high in pairwise(LADDER):
        # So that a range which lies between two rungs can always be said.
        assert high <= WIDEST * low


def test_every_value_has_one_number_for_each_parameter_and_is_there_once() -> None:
    for parameters, values in DOMAINS.items():
        assert values
        assert len(set(values)) == len(values)
        assert {len(value) for value in values} == {len(parameters)}


def test_a_range_goes_up_and_is_never_wider_than_is_worth_saying() -> None:
    ranges = DOMAINS["low", "high"]

    assert len(ranges) == 40
    assert all(low < high <= 4 * low for low, high in ranges)
    assert {(5, 10), (60, 90), (120, 180), (1, 3)} <= set(ranges)
    assert {(1, 5), (10, 45), (10, 10)}.isdisjoint(ranges)


def test_the_other_domains_are_whole() -> None:
    assert DOMAINS["place",][-1] == (LAST_PLACE,) == (30,)
    assert [value for (value,) in DOMAINS["high",]] == list(LADDER)
    assert DOMAINS["digit",][0] == (0,)
    assert DOMAINS["weekday",] == ((1,), (2,), (3,), (4,), (5,), (6,), (7,))
    assert (DOMAINS["hour",][0], DOMAINS["hour",][-1]) == ((0,), (23,))


def test_parameters_have_one_order_whatever_order_they_are_found_in() -> None:
    assert in_order({"high", "low"}) == ("low", "high")
    assert in_order(set()) == ()
    with pytest.raises(KeyError, match="high, place"):
        in_order({"place", "high"})
