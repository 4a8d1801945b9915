"""Chance: drawn lengths have the mean and the spread that were asked for."""

from statistics import fmean, pstdev

import pytest

from callcenter.simulate.model import NEVER
from callcenter.simulate.scenarios.chance import Length, Patience, Shape, dice

MANY = 20_000


def test_the_same_seed_day_and_stream_draw_the_same() -> None:
    assert dice(1, 2, "sv").random() == dice(1, 2, "sv").random()


@pytest.mark.parametrize("other", [(2, 2, "sv"), (1, 3, "sv"), (1, 2, "ar"), (1, -2, "sv")])
def test_another_seed_day_or_stream_draws_something_else(other: tuple[int, int, str]) -> None:
    assert dice(*other).random() != dice(1, 2, "sv").random()


def test_constant_lengths_are_all_the_mean() -> None:
    drawn = Length(mean=90_000, shape=Shape.CONSTANT).drawn(dice(1, 0, "a"))
    assert {drawn() for _ in range(10)} == {90_000}


@pytest.mark.parametrize(
    ("length", "cv"),
    [
        (Length(mean=90_000), 1.0),
        (Length(mean=90_000, shape=Shape.LOGNORMAL, cv=0.5), 0.5),
        (Length(mean=90_000, shape=Shape.LOGNORMAL, cv=1.2), 1.2),
    ],
)
def test_lengths_have_their_mean_and_their_spread(length: Length, cv: float) -> None:
    drawn = length.drawn(dice(1, 0, "a"))
    found = [drawn() for _ in range(MANY)]
    assert fmean(found) == pytest.approx(90_000, rel=0.03)
    assert pstdev(found) / fmean(found) == pytest.approx(cv, rel=0.08)
    assert min(found) > 0


def test_a_share_of_the_callers_leaves_unless_a_phone_rings_at_once() -> None:
    drawn = Patience(mean=1_000_000, at_once=0.1).drawn(dice(1, 0, "a"))
    found = [drawn() for _ in range(MANY)]
    stay = [each for each in found if each]
    assert 1 - len(stay) / MANY == pytest.approx(0.1, abs=0.008)
    assert fmean(stay) == pytest.approx(1_000_000, rel=0.03)


def test_who_never_gives_up_has_more_patience_than_any_run_is_long() -> None:
    drawn = Patience().drawn(dice(1, 0, "a"))
    assert {drawn() for _ in range(10)} == {NEVER}
