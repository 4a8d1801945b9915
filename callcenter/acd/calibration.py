"""Calibration: how wide a range must be to hold what it promises, learnt from each answer.

After an answer that came before the range, its near end moves a large step out, and after
any other a small step in; likewise the far end. With steps of 19 to 1 an end comes to rest
only where one answer of twenty lies beyond it, whatever the model of the wait is worth
("adaptive conformal inference", Gibbs and Candès 2021). Patience is learnt here too: who
gives up makes room for those behind.
"""

from typing import Final

import msgspec

from callcenter.acd.expected import Estimate
from callcenter.acd.ids import Millis
from language_routing.languages import Language

_OUT: Final = 38  # thousandths of a standard deviation
_IN: Final = 2
_HASTE: Final = 150  # eight steps for the first answer, two for the hundredth
_SETTLED: Final = 20
_LEAST_LOW: Final = -8000
_MOST_LOW: Final = 4000
_LEAST_HIGH: Final = -4000
_MOST_HIGH: Final = 8000
_REMEMBERED: Final = 2000  # callers, for their patience


class Spread(msgspec.Struct, kw_only=True):
    """Both ends, in thousandths of a standard deviation; 5 % and 95 % of a normal one at first.

    Attributes:
        noted: So many answers; the first ones move the ends by several steps each.
    """

    low: int = -1645
    high: int = 1645
    noted: int = 0

    def note(self, early: bool, late: bool) -> None:
        steps = 1 + _HASTE // (_SETTLED + self.noted)
        low = self.low + steps * (-_OUT if early else _IN)
        high = self.high + steps * (_OUT if late else -_IN)
        self.low = max(_LEAST_LOW, min(_MOST_LOW, low))
        self.high = max(_LEAST_HIGH, min(_MOST_HIGH, high))
        self.noted += 1


class Calibration(msgspec.Struct, kw_only=True):
    """What was learnt of waits; it is part of a snapshot as it stands.

    Attributes:
        every: The ends over all languages: where a language begins that was never noted.
        left, given_up: Callers who left the line, and those of them whom no nurse had answered.
        waited: How long all who left had waited, in milliseconds.
    """

    every: Spread = msgspec.field(default_factory=Spread)
    by_language: dict[Language, Spread] = {}
    left: int = 0
    given_up: int = 0
    waited: int = 0

    def spread(self, language: Language) -> tuple[int, int]:
        """The near and the far end for `language`, the near one first."""
        found = self.by_language.get(language, self.every)
        return (found.low, found.high) if found.low <= found.high else (found.high, found.low)

    def note(self, language: Language, answered: Millis, stated: Estimate) -> None:
        """A contact in `language` for which `stated` was stated has been answered."""
        self._leaves(answered - stated.stated, 0)
        if stated.at_once:
            return  # a ringing teaches nothing about waits
        early, late = answered < stated.low_at, answered > stated.high_at
        spread = self.by_language.get(language)
        if spread is None:
            spread = Spread(low=self.every.low, high=self.every.high)
            self.by_language[language] = spread
        spread.note(early, late)
        self.every.note(early, late)

    def gave_up(self, stated: Estimate | None, now: Millis) -> None:
        """A contact that stood in line has hung up."""
        if stated is not None:
            self._leaves(now - stated.stated, 1)

    def _leaves(self, waited: Millis, given_up: int) -> None:
        self.left += 1
        self.given_up += given_up
        self.waited += max(0, waited)
        if self.left >= _REMEMBERED:
            self.left, self.given_up = self.left // 2, self.given_up // 2
            self.waited //= 2

    @property
    def impatience(self) -> float:
        """Callers who give up, per caller and millisecond of waiting.

        Those who were answered count too, for as long as they waited: patience is censored.
        """
        return self.given_up / (self.waited + 1)
