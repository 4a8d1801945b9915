"""Demand: how many callers of one kind come, hour by hour of the local day."""

from collections.abc import Iterator
from datetime import date
from random import Random

import msgspec

from callcenter.acd.ids import Millis
from callcenter.simulate.day_hours import HOUR, hours
from language_routing.languages import Language


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """Local days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """Callers of one language who dial one entry point: a Poisson process.

    Attributes:
        by_hour: Calls in each of the 24 hours of the ordinary local day.
        by_weekday: Factors from Monday to Sunday, 1 on average.
        by_month: Factors from January to December, 1 on average.
        on: Factors for single days; those that overlap are multiplied.
        dates: Callers of this kind come on these days alone; `None`: always.
    """

    language: Language
    by_hour: tuple[float, ...]
    entry_point: str = "public"
    priority_class: str = "public"
    by_weekday: tuple[float, ...] = (1.0,) * 7
    by_month: tuple[float, ...] = (1.0,) * 12
    on: tuple[tuple[Dates, float], ...] = ()
    dates: Dates | None = None

    def factor(self, day: date) -> float:
        """How busy a day is beside the ordinary one."""
        if self.dates is not None and day not in self.dates:
            return 0.0
        found = self.by_weekday[day.weekday()] * self.by_month[day.month - 1]
        for dates, factor in self.on:
            if day in dates:
                found *= factor
        return found

    def rates(self, day: date) -> list[tuple[Millis, float]]:
        """Each hour that the day has and its expected calls.

        An hour that the autumn's clock change repeats has its calls twice, one that the
        spring's leaves out has none.
        """
        factor, by_hour = self.factor(day), self.by_hour
        return [(begins, by_hour[hour] * factor) for hour, begins in hours(day)]

    def expected(self, day: date) -> float:
        """Calls of the day, redials apart."""
        return sum(calls for _, calls in self.rates(day))

    def arrivals(self, day: date, busyness: float, dice: Random) -> Iterator[Millis]:
        """When callers come, in order.

        Args:
            busyness: What chance makes of the whole day.
        """
        expovariate = dice.expovariate
        for begins, calls in self.rates(day):
            rate = calls * busyness / HOUR
            if rate <= 0:
                continue
            at, ends = begins + expovariate(rate), begins + HOUR
            while at < ends:
                yield int(at)
                at += expovariate(rate)
