"""When the surge must be looked at again: at the first of several instants."""

from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.acd.surge import SurgeState, deadline

HIGH, CRISIS = SurgeLevel.HIGH, SurgeLevel.CRISIS
RULES = SurgeRules(
    steps=(
        SurgeStep(level=HIGH, waiting=50, longest=600_000),
        SurgeStep(level=CRISIS, waiting=200, longest=900_000),
    ),
    rises_after=30_000,
    falls_after=300_000,
)


def test_the_sooner_of_two_waits_that_would_raise_a_level_counts() -> None:
    assert deadline(SurgeState(), RULES, earliest=1_000) == 601_000


def test_the_sooner_of_two_levels_that_are_rising_counts() -> None:
    state = SurgeState(high_since=1_000, crisis_since=20_000)
    assert deadline(state, RULES) == 31_000


def test_a_rise_that_comes_before_the_fall_counts() -> None:
    state = SurgeState(level=HIGH, ruled=HIGH, crisis_since=500_000, below_since=250_000)
    assert deadline(state, RULES) == 530_000
