"""Survival: how long callers stay, learnt from some who gave up and many who were answered.

An answer hides a caller's patience: it was longer than the wait (censored). The Kaplan-Meier
estimate takes both in: S(t) is the product, over the waits d at which somebody gave up, of
1 - (gave up at d) / (still in line at d).
E. L. Kaplan, P. Meier: Nonparametric estimation from incomplete observations (1958).
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from itertools import groupby

from callcenter.acd.ids import Millis
from callcenter.simulate.model import NEVER


class Survival:
    """The patience of one kind of callers.

    Beyond the longest wait at which somebody gave up the estimate says nothing; from there on
    patience has an exponential tail, by how often anybody gave up in all the time waited.
    Where nobody gave up at all, nobody ever does.

    Args:
        waits: How long each one stood in line, and whether that ended by giving up.

    Attributes:
        gave_up: How many of them did.
    """

    def __init__(self, waits: Iterable[tuple[Millis, bool]]) -> None:
        known = sorted(waits)
        self.gave_up = sum(gave_up for _, gave_up in known)
        self._hazard = self.gave_up / max(1, sum(wait for wait, _ in known))
        self._at: list[Millis] = []
        self._stays: list[float] = []
        in_line, stays = len(known), 1.0
        for wait, group in groupby(known, key=lambda one: one[0]):
            ends = [gave_up for _, gave_up in group]
            if any(ends):
                stays *= 1 - sum(ends) / in_line
                self._at.append(wait)
                self._stays.append(stays)
            in_line -= len(ends)

    def stays(self, wait: Millis) -> float:
        """The share of callers who stay in line for longer than `wait`."""
        place = bisect_right(self._at, wait)
        if place == 0:
            return 1.0
        beyond = 0 if place < len(self._at) else wait - self._at[-1]
        return self._stays[place - 1] * math.exp(-self._hazard * beyond)

    def patience(self, longer_than: Millis, chance: float) -> Millis:
        """The patience of a caller who is known to have stayed for so long.

        Args:
            chance: Above 0, at most 1, drawn evenly.
        """
        if not self._at:
            return NEVER
        wanted = chance * self.stays(longer_than)
        for place in range(bisect_right(self._at, longer_than), len(self._at)):
            if self._stays[place] < wanted:
                return self._at[place]
        since, left = self._at[-1], self._stays[-1]
        if not left:  # nobody was ever seen to stay for so long
            since, left, wanted = longer_than, 1.0, chance
        beyond = math.log(left / wanted) / self._hazard
        return max(longer_than + 1, min(NEVER, round(since + beyond)))
