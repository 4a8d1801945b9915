"""Demand: rates by hour, weekday, month and date, and arrivals that keep to them."""

from datetime import date

import pytest

from callcenter.simulate.day_hours import HOUR, midnight
from callcenter.simulate.scenarios.chance import dice
from callcenter.simulate.scenarios.demand import Dates, Stream
from language_routing.languages import Language

SV = Language("sv")
MONDAY, SUNDAY = date(2026, 1, 5), date(2026, 1, 11)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
BY_HOUR = tuple(float(10 * hour) for hour in range(24))


def test_a_plain_day_expects_the_sum_of_its_hours() -> None:
    assert Stream(language=SV, by_hour=BY_HOUR).expected(MONDAY) == sum(BY_HOUR)


def test_the_hour_that_the_spring_leaves_out_has_no_calls() -> None:
    assert Stream(language=SV, by_hour=BY_HOUR).expected(SPRING) == sum(BY_HOUR) - BY_HOUR[2]


def test_the_hour_that_the_autumn_repeats_has_its_calls_twice() -> None:
    assert Stream(language=SV, by_hour=BY_HOUR).expected(AUTUMN) == sum(BY_HOUR) + BY_HOUR[2]


def test_weekday_month_and_date_multiply() -> None:
    stream = Stream(
        language=SV,
        by_hour=BY_HOUR,
        by_weekday=(1, 1, 1, 1, 1, 1, 2),
        by_month=(3, *(1,) * 11),
        on=((Dates(first=SUNDAY, last=SUNDAY), 5), (Dates(first=SUNDAY, last=SPRING), 0.5)),
    )
    assert stream.factor(SUNDAY) == 2 * 3 * 5 * 0.5
    assert stream.factor(MONDAY) == 3


def test_a_stream_with_dates_comes_on_these_days_alone() -> None:
    stream = Stream(language=SV, by_hour=BY_HOUR, dates=Dates(first=MONDAY, last=MONDAY))
    assert stream.expected(MONDAY) == sum(BY_HOUR)
    assert stream.expected(SUNDAY) == 0
    assert list(stream.arrivals(SUNDAY, 1, dice(1, 0, "sv"))) == []


def test_arrivals_are_in_order_and_as_many_in_each_hour_as_expected() -> None:
    by_hour = (0.0,) * 8 + (4000.0, 0.0, 8000.0) + (0.0,) * 13
    stream = Stream(language=SV, by_hour=by_hour)
    found = list(stream.arrivals(MONDAY, 1, dice(1, 0, "sv")))
    counts = [0] * 24
    for at in found:
        counts[(at - midnight(MONDAY)) // HOUR] += 1
    assert found == sorted(found)
    assert counts == [pytest.approx(rate, rel=0.06) for rate in by_hour]


def test_a_busy_day_has_so_many_more() -> None:
    stream = Stream(language=SV, by_hour=(400.0,) * 24)
    found = list(stream.arrivals(MONDAY, 1.5, dice(1, 0, "sv")))
    assert len(found) == pytest.approx(14_400, rel=0.03)
