"""Chance: where everything random of a scenario comes from.

A day's chance depends on the seed, the day and the stream alone: whatever part of a run the
day falls in, and whatever else the scenario has, its callers are the same.
"""

from collections.abc import Callable
from enum import StrEnum
from math import exp, log, sqrt
from random import Random

import msgspec

from callcenter.acd.ids import Millis
from callcenter.simulate.model import NEVER


def dice(seed: int, day: int, stream: str) -> Random:
    """The chance of one stream on one day."""
    return Random(f"{seed}/{day}/{stream}")  # noqa: S311


class Shape(StrEnum):
    """How lengths are spread around their mean."""

    CONSTANT = "constant"  # all alike
    EXPONENTIAL = "exponential"  # as the textbooks have it
    LOGNORMAL = "lognormal"  # as conversations are: few very short, some very long


class Length(msgspec.Struct, frozen=True, kw_only=True):
    """How long conversations last.

    Attributes:
        mean: Of all of them.
        cv: Standard deviation / mean; for `LOGNORMAL` alone.
    """

    mean: Millis
    shape: Shape = Shape.EXPONENTIAL
    cv: float = 1.0

    def drawn(self, dice: Random) -> Callable[[], float]:
        """What gives one length after another, in milliseconds."""
        mean = float(self.mean)
        match self.shape:
            case Shape.CONSTANT:
                return lambda: mean
            case Shape.EXPONENTIAL:
                rate = 1 / mean
                return lambda: dice.expovariate(rate)
            case Shape.LOGNORMAL:
                spread = log(1 + self.cv * self.cv)
                middle, sigma, gauss = log(mean) - spread / 2, sqrt(spread), dice.gauss
                return lambda: exp(gauss(middle, sigma))


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long callers stay in line; exponential, as what is published assumes.

    Attributes:
        mean: Of those who stay at all; `None`: nobody ever gives up.
        at_once: The share (0 to 1) of those who leave unless a phone rings for them at once.
    """

    mean: Millis | None = None
    at_once: float = 0.0

    def drawn(self, dice: Random) -> Callable[[], Millis]:
        """What gives one caller's patience after another."""
        random, expovariate, at_once = dice.random, dice.expovariate, self.at_once
        if self.mean is None:
            return lambda: 0 if random() < at_once else NEVER
        rate = 1 / self.mean
        return lambda: 0 if random() < at_once else 1 + int(expovariate(rate))
