"""Wait: how long it takes until a nurse is free for somebody, as a range. Arithmetic alone.

With `ahead` callers ahead and `nurses` who each finish a call in `handle` on average, the
wait ends at departure `ahead + 1`. While j are ahead, the line moves on at the rate
nurses / handle + j * impatience: calls that end, and callers who give up. The wait is the sum
of such steps: about a Gamma distribution, whose quantiles are by Wilson and Hilferty (1931).
Floats are + - * / and sqrt only, which IEEE 754 makes the same on every machine.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

from callcenter.acd.ids import Millis

_CHUNKS: Final = 6
# Nobody knows rates exactly: a long line is not so much surer than a short one.
_DOUBT: Final = 0.01  # the square of 10 %


class Stage(NamedTuple):
    """Whom a contact competes with, until the next stage begins.

    Attributes:
        begins: In how many milliseconds; before the first one nobody can serve the contact.
        nurses: Those in rotation who can serve the contact.
        ahead_milli: Thousandths of callers ahead whom these nurses serve first.
        handle: The mean of what these nurses and callers take, in milliseconds.
    """

    begins: Millis
    nurses: int
    ahead_milli: int
    handle: Millis


def competing(ahead: int, nurses: int, others: int, their_nurses: int, shared: int) -> int:
    """How many thousandths of `others` ahead take nurses from us.

    Nurses who serve both kinds take the earliest deadline, so the kinds are served at one pace
    as if pooled, unless the others' own nurses are enough for them (none competes), or the
    shared nurses all go to the others (and we are left with our own).

    Args:
        ahead: Of our kind, ahead of us.
        nurses: Who can serve us; `shared` of them can serve the others too.
        others: Of the other kind, ahead of us.
        their_nurses: Who can serve the others, shared ones included.
    """
    own = 1000 * (ahead + 1)
    pace = (own + 1000 * others) * nurses // (nurses + their_nurses - shared) - own
    if pace <= 0:
        return 0
    return min(pace, own * nurses // (nurses - shared) - own) if nurses > shared else pace


def wait_range(
    stages: Sequence[Stage], spread: tuple[int, int], impatience: float
) -> tuple[Millis, Millis] | None:
    """The range of the wait in milliseconds; `None` if there is no nurse in any stage.

    Args:
        stages: In their order. Progress made in one counts in the next.
        spread: Both ends, in thousandths of a standard deviation.
        impatience: Callers ahead who give up, per caller and millisecond.
    """
    if len(stages) == 1:
        stage = stages[0]
        if stage.nurses <= 0:
            return None
        mean, variance = _moments(stage, impatience)
        low, high = _shares(mean, variance, spread)
        return stage.begins + round(low * mean), stage.begins + round(high * mean)
    open_to_us = [stage for stage in stages if stage.nurses > 0]
    if not open_to_us:
        return None
    moments = [_moments(stage, impatience) for stage in open_to_us]
    begins = [stage.begins for stage in open_to_us]
    last = len(moments) - 1
    # The stage in which the wait ends on average says how much it varies.
    done, ends_in = 0.0, 0
    while ends_in < last:
        done += (begins[ends_in + 1] - begins[ends_in]) / moments[ends_in][0]
        if done >= 1.0:
            break
        ends_in += 1
    low, high = _shares(*moments[ends_in], spread)
    return _when(begins, moments, low), _when(begins, moments, high)


def _shares(mean: float, variance: float, spread: tuple[int, int]) -> tuple[float, float]:
    """Both ends as shares of the mean: Wilson and Hilferty's cube."""
    ninth = (variance / (mean * mean) + _DOUBT) / 9.0
    root = sqrt(ninth) / 1000.0
    low, high = 1.0 - ninth + spread[0] * root, 1.0 - ninth + spread[1] * root
    return low * low * low if low > 0.0 else 0.0, high * high * high if high > 0.0 else 0.0


def _moments(stage: Stage, impatience: float) -> tuple[float, float]:
    """Mean and variance of the time until all ahead and one more have been taken."""
    rate = stage.nurses / stage.handle
    steps = 1.0 + stage.ahead_milli / 1000.0
    if impatience <= 0.0 or steps < 1.5:
        return steps / rate, steps / (rate * rate)
    # Sums over j by the middles of a few chunks; nobody ahead is left in the last step.
    width = steps / _CHUNKS
    mean = variance = 0.0
    left = 0.5 * width - 0.5
    for _ in range(_CHUNKS):
        pace = rate + left * impatience if left > 0.0 else rate
        mean += width / pace
        variance += width / (pace * pace)
        left += width
    return mean, variance


def _when(begins: list[Millis], moments: list[tuple[float, float]], share: float) -> Millis:
    """When this share of the way has been made."""
    last = len(moments) - 1
    for number in range(last):
        mean = moments[number][0]
        step = (begins[number + 1] - begins[number]) / mean
        if share <= step:
            return begins[number] + round(share * mean)
        share -= step
    return begins[last] + round(share * moments[last][0])
