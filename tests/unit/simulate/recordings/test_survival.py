"""Patience is learnt from waits that an answer has cut short, too."""

import pytest

from callcenter.simulate.model import NEVER
from callcenter.simulate.recordings.survival import Survival

# Of ten in line two gave up at 1000, two were answered at 2000, three of six gave up at 3000,
# one was answered at 4000, one of two gave up at 5000, and one was answered at 6000.
WAITS = [
    *[(1000, True)] * 2, *[(2000, False)] * 2, *[(3000, True)] * 3,
    (4000, False), (5000, True), (6000, False),
]  # fmt: skip
HAZARD = 6 / 30_000


@pytest.mark.parametrize(
    ("wait", "share"),
    [
        (0, 1.0), (999, 1.0), (1000, 0.8), (2500, 0.8), (3000, 0.4), (4999, 0.4), (5000, 0.2),
    ],
)  # fmt: skip
def test_the_share_who_stay_is_the_product_of_those_who_stayed_at_each_wait(
    wait: int, share: float
) -> None:
    assert Survival(WAITS).stays(wait) == pytest.approx(share)


def test_an_answer_at_the_same_moment_counts_as_still_in_line() -> None:
    assert Survival([(1000, False), (1000, True)]).stays(1000) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("longer_than", "chance", "patience"),
    [
        (0, 1.0, 1000), (0, 0.81, 1000), (0, 0.79, 3000), (0, 0.41, 3000), (0, 0.39, 5000),
        (1000, 1.0, 3000), (2000, 0.51, 3000), (2000, 0.49, 5000), (2000, 0.26, 5000),
    ],
)  # fmt: skip
def test_a_drawn_patience_is_a_wait_at_which_somebody_gave_up(
    longer_than: int, chance: float, patience: int
) -> None:
    assert Survival(WAITS).patience(longer_than, chance) == patience


@pytest.mark.parametrize("longer_than", [0, 1000, 4500, 5000, 6000, 60_000])
@pytest.mark.parametrize("chance", [1.0, 0.7, 0.3, 1e-9])
def test_nobody_leaves_sooner_than_she_is_known_to_have_stayed(
    longer_than: int, chance: float
) -> None:
    assert Survival(WAITS).patience(longer_than, chance) > longer_than


def test_beyond_what_was_seen_callers_give_up_as_often_as_all_did() -> None:
    survival = Survival(WAITS)
    draws = [survival.patience(6000, (n + 0.5) / 10_000) - 6000 for n in range(10_000)]
    assert sum(draws) / len(draws) == pytest.approx(1 / HAZARD, rel=0.01)
    assert survival.stays(5000 + 5000) == pytest.approx(0.2 * 0.36788, rel=0.001)


def test_draws_that_are_even_come_back_as_the_share_who_stay() -> None:
    survival = Survival(WAITS)
    draws = [survival.patience(0, (n + 0.5) / 1000) for n in range(1000)]
    for wait in (1000, 3000, 5000, 9000):
        stayed = sum(draw > wait for draw in draws) / 1000
        assert stayed == pytest.approx(survival.stays(wait), abs=0.002)


def test_where_nobody_gave_up_nobody_does() -> None:
    assert Survival([(1000, False), (2000, False)]).patience(500, 0.5) == NEVER
    assert Survival([]).patience(0, 0.5) == NEVER


def test_a_caller_who_stayed_longer_than_anybody_seen_has_a_patience_all_the_same() -> None:
    everybody_left = Survival([(1000, True), (2000, True)])
    assert everybody_left.stays(2000) == 0
    assert everybody_left.patience(2500, 0.5) > 2500


def test_how_many_gave_up_is_known() -> None:
    assert Survival(WAITS).gave_up == 6
