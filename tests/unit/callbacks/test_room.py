"""Room by the local time of day: weekday, holiday and the two clock changes."""

from datetime import date, datetime

import pytest

from callbacks.policy import CallbackPolicy, Room
from callbacks.room import HOLIDAY, room
from language_routing.calendars import swedish
from language_routing.languages import Language
from language_routing.lines import Routing

SV, FI = Language("sv"), Language("fi")
ROUTING = Routing(calendar=swedish(holidays=True, also=[date(2026, 11, 27)]))
POLICY = CallbackPolicy(
    room=(
        Room(language=SV, days=(0, 1, 2, 3, 4), slots=tuple(range(48))),
        Room(language=SV, days=(5, 6, HOLIDAY), slots=tuple(range(100, 148))),
        Room(language=FI, days=(0,), slots=(1,) * 48),
    )
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


@pytest.mark.parametrize(
    ("instant", "places"),
    [
        ("2026-11-26 00:00:00+01:00", 0),  # Thursday
        ("2026-11-26 14:29:59+01:00", 28),
        ("2026-11-26 14:30:00+01:00", 29),
        ("2026-11-26 23:59:59+01:00", 47),
        ("2026-11-28 14:30:00+01:00", 129),  # Saturday
        ("2026-11-27 14:30:00+01:00", 129),  # Friday, a holiday of the site's own
        ("2026-12-25 08:00:00+01:00", 116),  # Friday, Christmas Day
        ("2026-10-25 02:30:00+02:00", 105),  # the hour that is there twice
        ("2026-10-25 02:30:00+01:00", 105),
        ("2026-07-15 14:30:00+02:00", 29),  # by the local clock in summer, too
    ],
)
def test_the_local_half_hour_decides(instant: str, places: int) -> None:
    assert room(POLICY, ROUTING, SV, at(instant)) == places


def test_without_a_forecast_nobody_knows() -> None:
    assert room(CallbackPolicy(), ROUTING, SV, at("2026-11-26 14:30+01:00")) is None


def test_a_language_or_a_day_without_one_has_no_room() -> None:
    assert room(POLICY, ROUTING, FI, at("2026-11-23 14:30+01:00")) == 1
    assert room(POLICY, ROUTING, FI, at("2026-11-26 14:30+01:00")) == 0
    assert room(POLICY, ROUTING, Language("ar"), at("2026-11-26 14:30+01:00")) == 0
