"""Offers: which times can be promised. Pure."""

from dataclasses import dataclass
from typing import Final

from callbacks.ledger import SLOT, Ledger
from callbacks.policy import CallbackPolicy
from callbacks.room import places_left
from language_routing.hours import is_open, opens_next
from language_routing.languages import Language
from language_routing.lines import Routing

_MINUTE: Final = 60_000


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A time that can be promised. Instants are the journal's milliseconds.

    Attributes:
        left: How many more can be kept then; `None`: there is no forecast.
        full: None; only a supervisor may book it.
        beyond: Later than is promised without saying why.
    """

    earliest: int
    latest: int
    left: int | None
    full: bool = False
    beyond: bool = False


def offers(
    ledger: Ledger,
    policy: CallbackPolicy,
    routing: Routing,
    language: Language,
    now: int,
    *,
    beyond: bool = False,
    full: bool = False,
) -> tuple[Offer, ...]:
    """The half-hours from now on in which one more callback can be kept, the first one first.

    Args:
        beyond: Not only within the promise: as far as may be booked with a reason.
        full: The full ones as well, for a supervisor.
    """
    found: list[Offer] = []
    end = now + (policy.beyond if beyond else policy.promise)
    for start in range(now - now % SLOT, end, SLOT):
        at = opens(routing, language, max(start, now))
        if at is None:
            break
        if at >= start + SLOT:
            continue
        earliest, latest = window(policy, routing, language, at, now, beyond=beyond)
        if latest - earliest < least(policy):
            continue
        left = places_left(policy, routing, ledger, language, earliest, now=now)
        if full or left != 0:
            late = latest > now + policy.promise
            found.append(
                Offer(earliest=earliest, latest=latest, left=left, full=left == 0, beyond=late)
            )
    return tuple(found)


def opens(routing: Routing, language: Language, at: int) -> int | None:
    """The first instant from `at` on at which the line is open; `None`: it never is."""
    hours = routing.line(language).hours
    return at if hours is None else opens_next(hours, routing.calendar, at)


def window(
    policy: CallbackPolicy,
    routing: Routing,
    language: Language,
    at: int,
    now: int,
    *,
    beyond: bool = False,
) -> tuple[int, int]:
    """Between which instants she is rung who was told "at about" `at`.

    Half an hour from then on, at most until the promise ends (counted from now; with `beyond`:
    until the last time that may be booked) or the line closes.
    """
    earliest = max(at, now)
    latest = earliest + SLOT
    end = now + (policy.beyond if beyond else policy.promise)
    if earliest < end:  # else it is refused anyway
        latest = min(latest, end)
    return earliest, closes(routing, language, earliest, latest)


def soonest(
    ledger: Ledger,
    policy: CallbackPolicy,
    routing: Routing,
    language: Language,
    now: int,
    *,
    within: int | None = None,
) -> tuple[int, int]:
    """Between which instants she is rung who was told no time of day.

    From now, or from the first half-hour that is not full, until the promise ends or the line
    closes.

    Args:
        within: Not until the promise ends, but so long from now.
    """
    latest = now + (policy.promise if within is None else within)
    free = next(iter(offers(ledger, policy, routing, language, now)), None)
    earliest = free.earliest if free is not None and free.earliest < latest else now
    end = min(latest, now + policy.beyond)  # later is refused anyway
    closing = closes(routing, language, earliest, end)
    return earliest, closing if closing < end else latest


def closes(routing: Routing, language: Language, start: int, end: int) -> int:
    """When the line closes, if that is between two instants; else the second one."""
    hours = routing.line(language).hours
    if hours is None or not is_open(hours, routing.calendar, start):
        return end
    for minute in range(start - start % _MINUTE + _MINUTE, end, _MINUTE):
        if not is_open(hours, routing.calendar, minute):
            return minute
    return end


def least(policy: CallbackPolicy) -> int:
    """So long a time must be that somebody can be rung in it at all."""
    return min(policy.margin + policy.ring, policy.promise)
