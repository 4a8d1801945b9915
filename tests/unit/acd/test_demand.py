"""Which languages are scarce: calls of the last half-hours per nurse who is there."""

from callcenter.acd.demand import Demand
from tests.unit.acd.world import AR, SO, SV

HALF_HOUR = 1_800_000


def test_a_language_is_worth_its_calls_per_nurse() -> None:
    demand = Demand()
    for _ in range(9):
        demand.asked(AR, 1_000)
    demand.asked(SV, 1_000)
    demand.weigh({SV: 4, AR: 1, SO: 0}, 2_000)
    assert demand.worth == {SV: 2 * 1000 // 5, AR: 10 * 1000 // 2, SO: 1000}


def test_without_calls_the_language_that_fewer_speak_is_worth_more() -> None:
    demand = Demand()
    demand.weigh({SV: 200, AR: 10}, 0)
    assert demand.worth[AR] > demand.worth[SV]


def test_the_half_hour_before_counts_and_older_ones_do_not() -> None:
    demand = Demand()
    demand.asked(AR, 0)
    demand.asked(SV, HALF_HOUR)
    assert (demand.before, demand.present) == ({AR: 1}, {SV: 1})
    demand.asked(SV, 2 * HALF_HOUR)
    assert demand.before == {SV: 1}
    demand.asked(SV, 9 * HALF_HOUR)
    assert demand.before == {}


def test_it_is_weighed_once_a_minute() -> None:
    demand = Demand()
    demand.weigh({SV: 1}, 100_000)
    assert not demand.is_due(159_999)
    assert demand.is_due(160_000)


def test_the_half_hour_before_is_in_the_worth_and_the_worth_is_whole() -> None:
    demand = Demand()
    for _ in range(3):
        demand.asked(AR, 0)
    demand.asked(AR, HALF_HOUR)
    demand.weigh({AR: 2, SO: 2}, HALF_HOUR)
    assert str(demand.worth) == str({AR: (1 + 1 + 3) * 1000 // 3, SO: 333})  # 333.3 is none
