"""Roster: who is on duty, as changes.

Shifts are taken in turn by the nurses of a group, from one day to the next, so that work is
shared, nobody has two on one day, and who had a late one begins no earlier on the morrow.
"""

from datetime import date, timedelta
from typing import Final, TypeAlias

import msgspec

from callcenter.acd.ids import Millis, NurseId
from callcenter.simulate.day_hours import hours, instant, midnight
from callcenter.simulate.model import AnyChange, Change, Headcount, Move
from callcenter.simulate.scenarios.demand import Dates

MINUTE: Final[Millis] = 60_000
WAVES: Final = 4
"""Those of one shift have their break in so many waves, one after the other."""
_MONDAY: Final = date(1970, 1, 5).toordinal()


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A break, in minutes: its length, and when the first wave has it after its shift began."""

    after: int
    minutes: int

    @property
    def over(self) -> int:
        """When the last wave is back, in minutes after the shift began."""
        return self.after + WAVES * self.minutes


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """So many nurses from one time of day to another.

    Attributes:
        weekdays: On which it begins; 0 is Monday.
        begins, ends: Minutes of the local day; one that ends no later than it begins ends on
            the morrow.
        on: How many nurses.
    """

    weekdays: tuple[int, ...]
    begins: int
    ends: int
    on: int

    @property
    def minutes(self) -> int:
        """How long it lasts on a day without a clock change."""
        return (
            self.ends - self.begins if self.ends > self.begins else self.ends + 1440 - self.begins
        )


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """A share (0 to 1) of a group's nurses is ill or on leave; nobody takes their shifts."""

    dates: Dates
    share: float


class ShiftGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Nurses who work in shifts, each of them with a name to the ACD."""

    name: str
    nurses: tuple[NurseId, ...]
    shifts: tuple[Shift, ...]
    breaks: tuple[Break, ...] = ()
    away: tuple[Away, ...] = ()

    def on_shift(self, day: date) -> list[tuple[NurseId, Shift, int]]:
        """Who begins which shift on a day, and her place among those who begin it."""
        away = self._away(day)
        turn, number = self._turns_before(day), len(self.nurses)
        found: list[tuple[NurseId, Shift, int]] = []
        for shift in self._of(day.weekday()):
            for place in range(shift.on):
                nurse = turn % number
                if int((nurse + 1) * away) == int(nurse * away):
                    found.append((self.nurses[nurse], shift, place))
                turn += 1
        return found

    def changes(self, day: date) -> list[AnyChange]:
        """All about the shifts that begin on a day; the last of it may be on the morrow."""
        found: list[AnyChange] = []
        for nurse, shift, place in self.on_shift(day):
            begins = instant(day, shift.begins)
            ends = instant(day, shift.begins + shift.minutes)
            found.append(Change(at=begins, nurse=nurse, move=Move.READY))
            for each in self.breaks:
                goes = begins + (each.after + place % WAVES * each.minutes) * MINUTE
                back = goes + each.minutes * MINUTE
                if back < ends:
                    found.append(Change(at=goes, nurse=nurse, move=Move.PAUSE))
                    found.append(Change(at=back, nurse=nurse, move=Move.READY))
            found.append(Change(at=ends, nurse=nurse, move=Move.OFF))
        return found

    def most(self) -> int:
        """Nurses who begin a shift on the busiest day of the week."""
        return max(sum(shift.on for shift in self._of(weekday)) for weekday in range(7))

    def weekly_hours(self) -> float:
        """What a nurse works in a week on average, breaks included."""
        total = sum(shift.minutes * shift.on * len(shift.weekdays) for shift in self.shifts)
        return total / 60 / len(self.nurses)

    def _of(self, weekday: int) -> list[Shift]:
        mine = [shift for shift in self.shifts if weekday in shift.weekdays]
        return sorted(mine, key=lambda shift: shift.begins)

    def _turns_before(self, day: date) -> int:
        weeks, weekday = divmod(day.toordinal() - _MONDAY, 7)
        by_day = [sum(shift.on for shift in self._of(each)) for each in range(7)]
        return weeks * sum(by_day) + sum(by_day[:weekday])

    def _away(self, day: date) -> float:
        """The share of those who are away, who are spread evenly over the group."""
        return max((each.share for each in self.away if day in each.dates), default=0.0)


class HourlyGroup(msgspec.Struct, frozen=True, kw_only=True):
    """So many nurses in each hour of the day, whoever they are, as published cases have it.

    Attributes:
        by_hour: How many in each of the 24 hours.
    """

    name: str
    nurses: tuple[NurseId, ...]
    by_hour: tuple[int, ...]

    def changes(self, day: date) -> list[AnyChange]:
        """How many there are from midnight on, and whenever it becomes another number."""
        found: list[AnyChange] = []
        before = -1
        for hour, at in hours(day):
            count = self.by_hour[hour]
            if count != before:
                found.append(Headcount(at=at, group=self.name, count=count))
            before = count
        return found


Group: TypeAlias = ShiftGroup | HourlyGroup

# Who goes off at an instant does so before anybody comes.
_FIRST: Final = {Move.OFF: 0, Move.PAUSE: 1, Move.READY: 2}


def changes_of(groups: tuple[Group, ...], day: date) -> list[AnyChange]:
    """What happens on a day from midnight to midnight, also to those who came the day before."""
    begins, ends = midnight(day), midnight(day + timedelta(days=1))
    found = [
        change
        for group in groups
        for since in (day - timedelta(days=1), day)
        for change in group.changes(since)
        if begins <= change.at < ends
    ]
    found.sort(key=_order)
    return found


def _order(change: AnyChange) -> tuple[Millis, int]:
    return change.at, _FIRST[change.move] if isinstance(change, Change) else 0
