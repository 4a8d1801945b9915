"""Day hours: when the days and hours of Stockholm's clock begin, both its changes included."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from callcenter.acd.ids import Millis
from callcenter.people_time import STOCKHOLM

HOUR: Millis = 3_600_000


@lru_cache(maxsize=64)
def midnight(day: date) -> Millis:
    """When a local day begins."""
    return int(datetime.combine(day, time(), STOCKHOLM).timestamp()) * 1000


def instant(day: date, minute: int) -> Millis:
    """A minute of a local day (1440: its end; beyond: of the next day) as an instant.

    A time that the spring's change leaves out is as late after the change as it would have
    been; of one that the autumn's repeats, the first is meant.
    """
    days, minute = divmod(minute, 1440)
    local = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), STOCKHOLM)
    return int(local.timestamp()) * 1000


@lru_cache(maxsize=64)
def hours(day: date) -> tuple[tuple[int, Millis], ...]:
    """The hours that a local day has, each with its number on the clock and its beginning.

    24 of them; in spring 2 is missing, in autumn it is there twice.
    """
    begins, ends = midnight(day), midnight(day + timedelta(days=1))
    return tuple(
        (datetime.fromtimestamp(at / 1000, UTC).astimezone(STOCKHOLM).hour, at)
        for at in range(begins, ends, HOUR)
    )
