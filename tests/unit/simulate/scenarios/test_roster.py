"""Roster: work is shared, nobody works twice a day or without a night's rest, breaks in waves."""

from collections import Counter
from datetime import date, timedelta

from callcenter.acd.ids import NurseId
from callcenter.simulate.day_hours import HOUR, instant, midnight
from callcenter.simulate.model import AnyChange, Change, Headcount, Move
from callcenter.simulate.scenarios.demand import Dates
from callcenter.simulate.scenarios.roster import (
    MINUTE,
    Away,
    Break,
    Group,
    HourlyGroup,
    Shift,
    ShiftGroup,
    changes_of,
)

MONDAY, SPRING = date(2026, 1, 5), date(2026, 3, 29)
DAILY = tuple(range(7))
EARLY = Shift(weekdays=DAILY, begins=7 * 60, ends=15 * 60 + 30, on=4)
LATE = Shift(weekdays=DAILY, begins=14 * 60, ends=22 * 60 + 30, on=3)
NIGHT = Shift(weekdays=DAILY, begins=22 * 60, ends=7 * 60, on=2)


def nurses(count: int) -> tuple[NurseId, ...]:
    return tuple(NurseId(f"n{number:03}") for number in range(count))


def group(count: int, *shifts: Shift, **more: tuple[Break, ...] | tuple[Away, ...]) -> ShiftGroup:
    return ShiftGroup(name="g", nurses=nurses(count), shifts=shifts, **more)


def days(count: int) -> list[date]:
    return [MONDAY + timedelta(days=number) for number in range(count)]


def moves(changes: list[AnyChange]) -> list[tuple[int, Move]]:
    return [(each.at, each.move) for each in changes if isinstance(each, Change)]


def test_every_shift_has_its_nurses_on_its_weekdays_alone() -> None:
    weekend = Shift(weekdays=(5, 6), begins=9 * 60, ends=17 * 60, on=2)
    staff = group(12, EARLY, weekend)
    for day in days(14):
        shifts = Counter(shift for _, shift, _ in staff.on_shift(day))
        assert shifts == {EARLY: 4, weekend: 2} if day.weekday() > 4 else {EARLY: 4}


def test_work_is_shared_to_the_shift() -> None:
    staff = group(13, EARLY, LATE, NIGHT)
    done = Counter(nurse for day in days(13 * 7) for nurse, _, _ in staff.on_shift(day))
    assert set(done.values()) == {9 * 7}


def test_nobody_has_two_shifts_a_day_or_less_than_eleven_hours_between_two() -> None:
    staff = group(13, EARLY, LATE, NIGHT)
    ended: dict[NurseId, int] = {}
    for day in days(60):
        for nurse, shift, _ in staff.on_shift(day):
            begins = instant(day, shift.begins)
            assert begins - ended.get(nurse, 0) >= 11 * HOUR
            ended[nurse] = begins + shift.minutes * MINUTE


def test_a_group_as_large_as_a_day_needs_works_every_day() -> None:
    staff = group(9, EARLY, LATE, NIGHT)
    assert len({nurse for nurse, _, _ in staff.on_shift(MONDAY)}) == staff.most() == 9


def test_a_night_shift_is_over_on_the_morrow_and_belongs_to_both_days() -> None:
    staff: tuple[Group, ...] = (group(2, NIGHT),)
    evening = instant(MONDAY, 22 * 60)
    morning = instant(MONDAY + timedelta(days=1), 7 * 60)
    assert [(at, move) for at, move in moves(changes_of(staff, MONDAY)) if at >= evening] == [
        (evening, Move.READY), (evening, Move.READY),
    ]  # fmt: skip
    tomorrow = moves(changes_of(staff, MONDAY + timedelta(days=1)))
    assert tomorrow[:2] == [(morning, Move.OFF), (morning, Move.OFF)]


def test_the_night_of_the_spring_change_is_an_hour_shorter() -> None:
    found = moves(group(2, NIGHT).changes(SPRING - timedelta(days=1)))
    assert found[1][0] - found[0][0] == 8 * HOUR


def test_breaks_come_in_four_waves_and_end_before_the_shift_does() -> None:
    shift = Shift(weekdays=DAILY, begins=7 * 60, ends=15 * 60, on=8)
    staff = group(8, shift, breaks=(Break(after=120, minutes=15), Break(after=450, minutes=10)))
    begins = instant(MONDAY, 7 * 60)
    pauses = Counter((at - begins) // MINUTE for at, move in moves(staff.changes(MONDAY))
                     if move is Move.PAUSE)  # fmt: skip
    assert pauses == {120: 2, 135: 2, 150: 2, 165: 2, 450: 2, 460: 2}
    back = Counter((at - begins) // MINUTE for at, move in moves(staff.changes(MONDAY))
                   if move is Move.READY)  # fmt: skip
    assert back == {0: 8, 135: 2, 150: 2, 165: 2, 180: 2, 460: 2, 470: 2}


def test_the_shifts_of_those_who_are_away_are_taken_by_nobody() -> None:
    ill = Away(dates=Dates(first=MONDAY, last=MONDAY + timedelta(days=6)), share=0.75)
    staff = group(8, EARLY, away=(ill,))
    well = {nurse for day in days(7) for nurse, _, _ in staff.on_shift(day)}
    assert len(well) == 2
    assert sum(len(staff.on_shift(day)) for day in days(7)) == 7 * 4 // 4
    assert len(staff.on_shift(MONDAY + timedelta(days=7))) == 4


def test_those_away_are_spread_over_the_shifts_of_a_day() -> None:
    ill = Away(dates=Dates(first=MONDAY, last=MONDAY), share=0.5)
    staff = group(8, EARLY, Shift(weekdays=DAILY, begins=15 * 60, ends=23 * 60, on=4), away=(ill,))
    assert Counter(shift.begins for _, shift, _ in staff.on_shift(MONDAY)) == {420: 2, 900: 2}


def test_all_who_are_away_leave_nobody() -> None:
    ill = Away(dates=Dates(first=MONDAY, last=MONDAY), share=1.0)
    assert group(8, EARLY, away=(ill,)).changes(MONDAY) == []


def test_weekly_hours_are_those_of_one_nurse() -> None:
    assert group(8, EARLY).weekly_hours() == 8.5 * 4 * 7 / 8


def test_an_hourly_group_says_its_number_at_midnight_and_when_it_changes() -> None:
    by_hour = (0,) * 8 + (4, 4, 6) + (0,) * 13
    staff = HourlyGroup(name="pool", nurses=nurses(6), by_hour=by_hour)
    at = midnight(MONDAY)
    assert staff.changes(MONDAY) == [
        Headcount(at=at, group="pool", count=0),
        Headcount(at=at + 8 * HOUR, group="pool", count=4),
        Headcount(at=at + 10 * HOUR, group="pool", count=6),
        Headcount(at=at + 11 * HOUR, group="pool", count=0),
    ]


def test_a_number_for_the_hour_that_the_spring_leaves_out_is_skipped() -> None:
    staff = HourlyGroup(name="pool", nurses=nurses(9), by_hour=(1, 1, 9, *(1,) * 21))
    assert [each.count for each in staff.changes(SPRING) if isinstance(each, Headcount)] == [1]


def test_at_one_instant_who_goes_does_so_before_anybody_comes() -> None:
    first = Shift(weekdays=DAILY, begins=7 * 60, ends=15 * 60, on=1)
    then = Shift(weekdays=DAILY, begins=15 * 60, ends=22 * 60, on=1)
    found = moves(changes_of((group(2, then, first),), MONDAY))
    assert [move for at, move in found if at == instant(MONDAY, 15 * 60)] == [Move.OFF, Move.READY]


def test_the_days_changes_are_in_order_from_midnight_to_midnight() -> None:
    staff: tuple[Group, ...] = (
        group(13, EARLY, LATE, NIGHT, breaks=(Break(after=90, minutes=20),)),
    )
    for day in (MONDAY, SPRING):
        found = [each.at for each in changes_of(staff, day)]
        assert found == sorted(found)
        assert midnight(day) <= found[0]
        assert found[-1] < midnight(day + timedelta(days=1))
