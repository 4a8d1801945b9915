"""Local clock: the half-hours of Stockholm's day over a course, with its clock changes."""

from datetime import UTC, datetime
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.acd.tally import HALF_HOUR
from callcenter.people_time import STOCKHOLM
from callcenter.simulate.model import Course
from callcenter.simulate.summary import Clock

MOST_DAYS: Final = 3700
"""No course is longer."""


def clock_of(course: Course) -> Clock:
    """The clock of all days of `course`, from its first counted midnight on."""
    begins = course.midnight(0)
    offsets = [(0, _offset(begins))]
    for day in range(course.days):
        start, end = course.midnight(day), course.midnight(day + 1)
        if _offset(start) == _offset(end):
            continue
        for at in range(start, end, HALF_HOUR):  # both changes come at a full hour
            if _offset(at) != offsets[-1][1]:
                offsets.append(((at - begins) // 1000, _offset(at)))
    return Clock(begins // 1000, offsets)


def _offset(at: Millis) -> int:
    """Seconds that Stockholm is ahead of UTC."""
    offset = datetime.fromtimestamp(at / 1000, UTC).astimezone(STOCKHOLM).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
