"""Room by the local time of day: weekday, holiday, clock changes; and what is left of it."""

from datetime import date, datetime

import pytest

from callbacks.callback import Callback, CallbackState, Kind
from callbacks.ledger import SLOT, Ledger
from callbacks.policy import CallbackPolicy, Room
from callbacks.room import HOLIDAY, places_left, room
from language_routing.calendars import swedish
from language_routing.languages import Language
from language_routing.lines import Routing
from tests.unit.callbacks.test_ledger import promise

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


# -- what is left of it ---------------------------------------------------------------------

THREE = CallbackPolicy(room=(Room(language=SV, days=tuple(range(8)), slots=(3,) * 48),))
SLOT_OF_NOW = 1_000 * SLOT
TEN_LEFT = SLOT_OF_NOW + 20 * 60_000


def left(
    *open_: Callback, slot: int = 0, now: int = SLOT_OF_NOW, besides: Callback | None = None
) -> int | None:
    """In the running half-hour, or so many after it, of three places each."""
    ledger = Ledger()
    for one in open_:
        ledger.put(one)
    when = SLOT_OF_NOW + slot * SLOT
    return places_left(THREE, ROUTING, ledger, SV, when, now=now, besides=besides)


def planned(name: str, slot: int = 0, **more: object) -> Callback:
    return promise(name, earliest=SLOT_OF_NOW + slot * SLOT, **more)


def test_of_the_running_half_hour_only_what_is_left_counts() -> None:
    assert [left(now=SLOT_OF_NOW + minutes * 60_000) for minutes in (0, 1, 10, 20, 21, 29)] == [
        3, 2, 2, 1, 0, 0,
    ]  # fmt: skip
    assert left(slot=1, now=SLOT_OF_NOW + 29 * 60_000) == 3


def test_those_who_should_have_been_rung_before_and_were_not_take_room_now() -> None:
    before = planned("b1", -1), planned("b2", -40)
    assert left(*before) == 1
    others = (
        planned("b3", -1, kind=Kind.KEPT_PLACE),
        planned("b4", -1, language=FI),
        planned("b5", -1, state=CallbackState.CANCELLED, ended=1),
    )
    assert left(*before, *others) == 1


def test_what_a_half_hour_cannot_hold_weighs_on_the_next() -> None:
    five = [planned(f"b{number}", -(number % 2)) for number in range(5)]
    assert [left(*five, slot=slot) for slot in (0, 1, 2)] == [0, 1, 3]
    assert [left(*five, slot=slot, now=TEN_LEFT) for slot in (0, 1, 2)] == [0, 0, 2]
    assert left(*five, slot=200, now=TEN_LEFT) == 3


def test_one_that_is_moved_takes_no_second_place_wherever_it_was() -> None:
    for slot in (-3, 0, 1):
        it = planned("b1", slot)
        others = [planned(f"b{number}", max(slot, 0)) for number in range(2, 5)]
        assert left(*others, it, slot=max(slot, 0), besides=it) == 0
        assert left(*others[1:], it, slot=max(slot, 0), besides=it) == 1
    other = planned("b1", language=FI)
    assert left(planned("b2"), other, besides=other) == 2
    ended = planned("b1", state=CallbackState.CANCELLED, ended=1)
    assert left(planned("b2"), ended, besides=ended) == 2


def test_a_time_that_is_over_is_now_and_one_that_nobody_may_book_costs_no_search() -> None:
    assert left(slot=-5, now=TEN_LEFT) == 1
    assert left(planned("b1", -1), slot=10**9) == 3
    nobody_knows = places_left(CallbackPolicy(), ROUTING, Ledger(), SV, 0, now=0)
    assert nobody_knows is None
