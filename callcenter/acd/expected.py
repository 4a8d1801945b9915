"""Expected: what a caller was told of her wait, and how that may change.

A range counts down. Its far end moves away only for a cause that can be named; good news
needs none.
"""

from enum import StrEnum

import msgspec

from callcenter.acd.ids import Millis


class GrowthCause(StrEnum):
    """Why the far end of a stated range moved away."""

    OVERTAKEN = "overtaken"  # more are ahead than were: a more urgent call, a supervisor's move
    FEWER_NURSES = "fewer_nurses"  # than there were
    OVERRUN = "overrun"  # the range has passed, and she still waits


class Estimate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A range of instants in which an answer is expected, nine times of ten.

    Attributes:
        stated: When it was made.
        low_at: In one case of twenty the answer comes sooner.
        high_at: In one case of twenty the answer comes later.
        ahead: Who stood ahead and could be served by one of the same nurses.
        nurses: Nurses in rotation who can serve this contact, once all its rings are open.
        at_once: A nurse was free: the range is one ringing, and nothing is learnt from it.
    """

    stated: Millis
    low_at: Millis
    high_at: Millis
    ahead: int
    nurses: int
    at_once: bool = False


def restate(said: Estimate, fresh: Estimate, now: Millis) -> tuple[Estimate, GrowthCause | None]:
    """What may be said now, after `said`, when a new look gives `fresh`; and the cause of growth.

    Without a cause the far end stays where it was, or comes nearer. The result is what to
    give as `said` the next time.
    """
    if fresh.high_at <= said.high_at:
        return fresh, None
    cause = growth(said, fresh, now)
    if cause is not None:
        return fresh, cause
    # What it rests on stays too, or causes that came bit by bit would never be seen.
    high = said.high_at
    return (
        Estimate(
            stated=fresh.stated,
            low_at=min(fresh.low_at, high),
            high_at=high,
            ahead=min(said.ahead, fresh.ahead),
            nurses=max(said.nurses, fresh.nurses),
            at_once=fresh.at_once,
        ),
        None,
    )


def growth(said: Estimate, fresh: Estimate, now: Millis) -> GrowthCause | None:
    """Why `fresh` may reach further than what was said; `None`: there is no reason."""
    if fresh.nurses < said.nurses:
        return GrowthCause.FEWER_NURSES
    if fresh.ahead > said.ahead:
        return GrowthCause.OVERTAKEN
    if now > said.high_at:
        return GrowthCause.OVERRUN
    return None
