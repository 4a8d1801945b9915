"""Room: how many callbacks the forecast staffing can keep at a time of day. Pure."""

from typing import Final

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
