"""Room: how many callbacks the forecast staffing can keep at a time of day. Pure."""

from typing import Final

from callbacks.callback import Callback, Kind
from callbacks.ledger import SLOT, Ledger
from callbacks.policy import CallbackPolicy
from language_routing.hours import local
from language_routing.languages import Language
from language_routing.lines import Routing

HOLIDAY: Final = 7
_MINUTES: Final = 30


def room(policy: CallbackPolicy, routing: Routing, language: Language, at: int) -> int | None:
    """How many callbacks in `language` can be kept in the local half-hour of `at`.

    `None`: there is no forecast for the site. A language or day without one has no room.
    """
    if not policy.room:
        return None
    day, minute, weekday = local(routing.calendar.zone, at)
    kind = HOLIDAY if routing.calendar.is_holiday(day) else weekday
    for row in policy.room:
        if row.language == language and kind in row.days:
            return row.slots[minute // _MINUTES]
    return 0


def places_left(
    policy: CallbackPolicy,
    routing: Routing,
    ledger: Ledger,
    language: Language,
    at: int,
    *,
    now: int,
    besides: Callback | None = None,
) -> int | None:
    """How many more callbacks can be kept in the half-hour of `at`; `None`: nobody knows.

    Of the half-hour that it is, only what is left counts; and those that should have been rung
    before, and were not, are still to be rung: what a half-hour cannot hold weighs on the next.

    Args:
        besides: It is this one that is moved there; it takes no second place.
    """
    if not policy.room:
        return None
    at = max(at, now)
    first, last = now // SLOT, at // SLOT
    own = _slot(besides, language)
    owed = ledger.overdue(language, now) - (own is not None and own < first)
    if last - first > policy.beyond // SLOT + 1:  # farther than anybody may book
        first, owed = last, 0
    for each in range(first, last + 1):
        start = max(each * SLOT, now)
        share = (room(policy, routing, language, start) or 0) * ((each + 1) * SLOT - start)
        owed += ledger.planned(language, start) - (own == each)
        if each == last:
            return max(0, share // SLOT - owed)
        owed = max(0, owed + -share // SLOT)  # a place that has begun is still one
    raise AssertionError("room: a half-hour before now")


def _slot(callback: Callback | None, language: Language) -> int | None:
    """The half-hour in which it is planned, if it takes room in this language's."""
    if callback is None or callback.kind is not Kind.MEDICAL or callback.language != language:
        return None
    return callback.earliest // SLOT if callback.open else None
