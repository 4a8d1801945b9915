"""Telling: a caller's place and wait in words.

    of 11 to 14 minutes, place 3:   place.3  wait-range.10-15
    of less than 4 minutes:         place.1  wait-up-to.5
    of more than three hours:       place-many  wait-beyond

A range is told on the rungs of a ladder, its near end rounded down and its far end up, so
that what is said is never less true than what is known.
"""

from typing import Final, NamedTuple

from ivr_flows.domains import LADDER, LAST_PLACE, WIDEST
from ivr_flows.facts import Facts, Wait
from ivr_flows.verbs import Say

_MINUTE_MS: Final = 60_000


class Said(NamedTuple):
    """What is said of a wait, as prompts and their arguments; equal if it sounds the same.

    Attributes:
        place: `None`: it is left unsaid.
    """

    place: int | None
    wait: str
    arguments: tuple[int, ...] = ()


def said(wait: Wait | None) -> Said:
    """What would be said of `wait`, had nothing been told before."""
    if wait is None:
        return Said(None, "wait-unknown")
    if wait.soon:
        return Said(None, "wait-soon")
    place = None if wait.place < 1 else min(wait.place, LAST_PLACE + 1)
    return Said(place, *_range(wait.low_ms, wait.high_ms))


def is_news(facts: Facts) -> bool:
    """Whether telling the wait now would say something that the caller has not heard.

    A wait that is not known is news only as the first thing said: that it is not known is
    nothing to hear again and again.
    """
    if facts.wait is None:
        return facts.told is None and facts.visit == 0
    if facts.told is None:
        return True
    fresh, before = said(facts.wait), said(facts.told)
    if fresh.place is not None and _grew(facts):
        fresh = fresh._replace(place=before.place)  # it would be left unsaid
    return fresh != before


def telling(facts: Facts, language: str, *, interruptible: bool = False) -> list[Say]:
    """The speech that tells the wait of `facts`; the caller's place never seems to grow."""

    def say(prompt: str, *arguments: int) -> Say:
        return Say(
            prompt=prompt, language=language, arguments=arguments, interruptible=interruptible
        )

    words = said(facts.wait)
    speech: list[Say] = []
    # Longer than what was estimated when she came, and she never heard, is no news to her.
    heard = facts.told is not None
    if heard and facts.wait is not None and facts.wait.cause is not None and not facts.wait.soon:
        speech.append(say(f"wait-grown-{facts.wait.cause.replace('_', '-')}"))
    if words.place is not None and not _grew(facts):
        many = words.place > LAST_PLACE
        speech.append(say("place-many") if many else say("place", words.place))
    speech.append(say(words.wait, *words.arguments))
    return speech


def values(facts: Facts) -> dict[str, int]:
    """What a prompt of a flow can speak of, by the name of its parameter."""
    words = said(facts.wait)
    found: dict[str, int] = {}
    if words.place is not None and words.place <= LAST_PLACE:
        found["place"] = words.place
    if words.arguments:
        found["high"] = words.arguments[-1]
        if len(words.arguments) > 1:
            found["low"] = words.arguments[0]
    return found


def _grew(facts: Facts) -> bool:
    """Whether the caller was told a better place than she has now."""
    wait, told = facts.wait, facts.told
    if wait is None or told is None or told.soon:
        return False
    return wait.place > told.place


def _range(low_ms: int, high_ms: int) -> tuple[str, tuple[int, ...]]:
    low = max((rung for rung in LADDER if rung * _MINUTE_MS <= low_ms), default=None)
    high = min((rung for rung in LADDER if rung * _MINUTE_MS >= high_ms), default=None)
    if high is None:
        return "wait-beyond", ()
    if low == high:
        high = min((rung for rung in LADDER if rung > high), default=high)
    if low is None or low >= high or high > WIDEST * low:
        return "wait-up-to", (high,)
    return "wait-range", (low, high)
