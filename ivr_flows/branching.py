"""Branching: what a flow can branch on, the values that each can have, and how it is now."""

from collections.abc import Collection
from typing import Final

import msgspec

from ivr_flows.facts import Facts
from ivr_flows.telling import is_news
from ivr_flows.verbs import ANY_KEY
from language_routing.hours import is_open, local, opens_next
from language_routing.languages import Language
from language_routing.lines import Routing, place

# On what, to every value it can have; `None`: the loader knows them (names, numbers).
VALUES: Final[dict[str, tuple[str, ...] | None]] = {
    "hours": ("open", "interpreter", "language", "callback"),
    "language": None,
    "surge": ("normal", "high", "crisis"),
    "caller": ("known", "anonymous"),
    "class": None,
    "message": ("yes", "no"),
    "wait": ("soon", "known", "unknown"),
    "news": ("yes", "no"),
    "offer": ("yes", "no"),
    "visit": ("first", "later"),
    "turn": tuple("0123456789"),
    "key": (*ANY_KEY, "none"),
    "told": ("yes", "no"),
    "sampled": ("yes", "no"),
    "relay": ("yes", "no"),
}

# Of these nobody need list every value: there is always one more.
OPEN_ENDED: Final = ("language", "class")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """All that a branch looks at.

    Attributes:
        language: In which the caller is spoken to.
        now_ms: Unix milliseconds, UTC.
        relay: The site has a number for text telephones.
    """

    facts: Facts
    language: str
    routing: Routing
    now_ms: int
    relay: bool


def value(on: str, values: Collection[str], how: Standing) -> str:
    """How it is with `on`: one of its `VALUES`.

    Args:
        values: Those that the branch lists; a `turn` goes round as many as they count.

    Raises:
        KeyError: There is nothing of that name to branch on.
    """
    facts = how.facts
    match on:
        case "hours":
            return _hours(how)
        case "language":
            return how.language
        case "surge" | "caller" | "class":
            return {
                "surge": facts.surge,
                "caller": facts.caller,
                "class": facts.priority_class,
            }[on]
        case "wait":
            if facts.wait is None:
                return "unknown"
            return "soon" if facts.wait.soon else "known"
        case "visit":
            return "later" if facts.visit else "first"
        case "turn":
            return str(facts.visit % turns(values))
        case "key":
            return facts.key or "none"
        case _:
            return "yes" if _holds(on, how) else "no"


def opening(how: Standing) -> dict[str, int]:
    """When the closed line of the caller's language opens, for prompts: `weekday`, `hour`.

    Empty if it is open. An opening that is not on the hour has no `hour`: it is left unsaid.
    """
    hours, calendar = how.routing.line(Language(how.language)).hours, how.routing.calendar
    if hours is None or is_open(hours, calendar, how.now_ms):
        return {}
    opens = opens_next(hours, calendar, how.now_ms)
    if opens is None:
        return {}
    _, minute, weekday = local(calendar.zone, opens)
    found = {"weekday": weekday + 1}
    if minute % 60 == 0:
        found["hour"] = minute // 60
    return found


def turns(values: Collection[str]) -> int:
    """How many turns there are before the first comes round again."""
    return max(int(each) for each in values) + 1


def _holds(on: str, how: Standing) -> bool:
    facts = how.facts
    return {
        "message": bool(facts.messages.get(how.language)),
        "news": is_news(facts),
        "offer": facts.offered,
        "told": facts.told is not None,
        "sampled": facts.sampled,
        "relay": how.relay,
    }[on]


def _hours(how: Standing) -> str:
    asked = Language(how.language)
    found = place(how.routing, asked, how.now_ms, reachable=how.facts.caller == "known")
    if found.interpreter:
        return "interpreter"
    if found.callback_at is not None:
        return "callback"
    return "open" if found.language == asked else "language"
