"""Capacity: how many callbacks the forecast staffing can keep, half-hour by half-hour. Pure.

Worked out when a site is read; the fold only compares the whole numbers (`room`). Erlang C, as
in Gans, Koole and Mandelbaum, "Telephone Call Centers" (2003), section 4.1: callers arrive at
random, all wait, nobody hangs up. As some do hang up, more nurses are kept for those who ring
than they need, and fewer callbacks are promised: an error to the safe side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from callbacks.ledger import SLOT

SLOTS: Final = 48
"""Half-hours of a day."""
_PERCENT: Final = 100


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """What is expected of nurses. Spans in milliseconds.

    Attributes:
        handle: A call of somebody who rings, with its wrap-up.
        callback: A callback, with the look at it, the ringing, and its wrap-up.
        answered: Of a hundred callers so many are to be answered `within` so long.
        free: Of a hundred minutes of a nurse whom those who ring do not need, so many are
            promised to nobody.
    """

    handle: int
    callback: int
    answered: int = 80
    within: int = 180_000
    free: int = 10


def waiting_share(nurses: int, load: float) -> float:
    """Of all callers, the share who cannot be answered at once (Erlang C).

    Args:
        load: In erlangs: calls in a unit of time, by the length of one in that unit.
    """
    if load >= nurses:
        return 1.0
    blocked = 1.0
    for number in range(1, nurses + 1):
        blocked = _one_more(blocked, number, load)
    return _delayed(blocked, nurses, load)


def answered_share(nurses: int, load: float, staffing: Staffing) -> float:
    """Of all callers, the share who are answered within the target time."""
    return _in_time(waiting_share(nurses, load), nurses, load, staffing)


def needed(load: float, staffing: Staffing, most: int) -> int | None:
    """How few nurses answer this load as the target wants it; `None`: more than `most`."""
    if load <= 0:
        return 0
    blocked = 1.0
    for number in range(1, most + 1):
        blocked = _one_more(blocked, number, load)
        if number > load:
            waiting = _delayed(blocked, number, load)
            if _in_time(waiting, number, load, staffing) * _PERCENT >= staffing.answered:
                return number
    return None


def places(calls: float, nurses: int, staffing: Staffing) -> int:
    """How many callbacks `nurses` can keep in a half-hour in which so many `calls` come."""
    least = needed(calls * staffing.handle / SLOT, staffing, nurses)
    if least is None:
        return 0
    minutes = (nurses - least) * (_PERCENT - staffing.free) * SLOT  # in hundredths
    return minutes // (_PERCENT * staffing.callback)


def spread(calls: float, hours: Sequence[int], nurses: Sequence[int]) -> tuple[float, ...]:
    """A day's calls over its half-hours: only over those in which somebody answers.

    Args:
        hours: How many calls each of the 24 hours has, in any unit.
        nurses: On duty, by half-hours.
    """
    weights = [hours[slot // 2] if nurses[slot] else 0 for slot in range(SLOTS)]
    total = sum(weights)
    return tuple(calls * weight / total if total else 0.0 for weight in weights)


def slots(
    calls: float, hours: Sequence[int], nurses: Sequence[int], staffing: Staffing
) -> tuple[int, ...]:
    """How many callbacks can be kept in each half-hour of a day; see `spread`."""
    comes = spread(calls, hours, nurses)
    return tuple(places(comes[slot], nurses[slot], staffing) for slot in range(SLOTS))


def _one_more(blocked: float, nurses: int, load: float) -> float:
    """Erlang B by its recursion, which neither over- nor underflows."""
    return load * blocked / (nurses + load * blocked)


def _delayed(blocked: float, nurses: int, load: float) -> float:
    """Erlang C from Erlang B."""
    return nurses * blocked / (nurses - load * (1 - blocked))


def _in_time(waiting: float, nurses: int, load: float, staffing: Staffing) -> float:
    if load >= nurses:
        return 0.0
    return 1 - waiting * exp(-(nurses - load) * staffing.within / staffing.handle)
