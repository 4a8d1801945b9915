"""Attempts: whether a patient who was not reached is rung again, and when. Pure."""

from typing import Final

from callbacks.callback import FINAL, Callback, DialResult
from callbacks.policy import CallbackPolicy

# An attempt that we broke off ourselves is nobody's failure; but not without end.
_MOST_BROKEN: Final = 5
# Shortly before the promise ends is still in time; nearer it is not worth the while.
_LEAST: Final = 60_000


def counts(result: DialResult, broken: int) -> bool:
    """Whether an attempt that ended so is one of the policy's.

    Args:
        broken: How many were broken off before.
    """
    return result is not DialResult.ABANDONED or broken >= _MOST_BROKEN


def next_attempt(
    callback: Callback, result: DialResult, policy: CallbackPolicy, now: int
) -> int | None:
    """When she is rung again after an attempt that ended so; `None`: never.

    The last attempt before the promise ends is moved so that it is still kept by it.
    """
    if result in FINAL:
        return None
    used = len(callback.attempts)
    if used >= policy.attempts:
        return None
    again = now + policy.again_after
    if callback.latest is None or again <= callback.latest - policy.ring:
        return again
    last = callback.latest - 2 * (policy.preview + policy.ring)
    return last if last >= now + _LEAST else again
