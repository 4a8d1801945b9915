"""Handle times: how long a conversation with its wrap-up takes, by language, from little data.

Recent calls weigh more. A language that was spoken seldom is taken to be like all languages
together, and these, while few calls were seen, like what the site expects: each mean is drawn
towards the next one as if that were so many calls more.
"""

from typing import Final

import msgspec

from callcenter.acd.ids import Millis
from language_routing.languages import Language

_REMEMBERED: Final = 300  # calls; from then on each one more counts as a 300th
_EXPECTED_IS_WORTH: Final = 10  # calls
_OTHERS_ARE_WORTH: Final = 20
_LONGEST: Final[Millis] = 3 * 3_600_000  # what lasts longer is a line that nobody hung up


class Seen(msgspec.Struct, kw_only=True):
    """Handle times that were seen.

    Attributes:
        calls: How many, at most as many as are remembered.
        mean: Their decayed mean, in microseconds: integers, so that every machine agrees.
    """

    calls: int = 0
    mean: int = 0

    def add(self, handle: Millis) -> None:
        if self.calls < _REMEMBERED:
            self.calls += 1
        self.mean += (handle * 1000 - self.mean) // self.calls

    def towards(self, other: Millis, worth: int) -> Millis:
        """The mean, drawn towards `other` as if that were the mean of `worth` more calls."""
        return (self.calls * self.mean + worth * other * 1000) // (1000 * (self.calls + worth))


class HandleTimes(msgspec.Struct, kw_only=True):
    """What was learnt of handle times; it is part of a snapshot as it stands."""

    all: Seen = msgspec.field(default_factory=Seen)
    by_language: dict[Language, Seen] = {}

    def add(self, language: Language, handle: Millis) -> None:
        """A conversation in `language` took so long, wrap-up included."""
        handle = min(max(handle, 0), _LONGEST)
        self.all.add(handle)
        seen = self.by_language.get(language)
        if seen is None:
            seen = self.by_language[language] = Seen()
        seen.add(handle)

    def overall(self, expected: Millis) -> Millis:
        """The mean of all languages; `expected` before any call was seen."""
        return max(1, self.all.towards(expected, _EXPECTED_IS_WORTH))

    def means(self, language: Language, expected: Millis) -> tuple[Millis, Millis]:
        """The mean of `language`, and that of all; at least 1."""
        overall = self.overall(expected)
        seen = self.by_language.get(language)
        if seen is None:
            return overall, overall
        return max(1, seen.towards(overall, _OTHERS_ARE_WORTH)), overall

    def mean(self, language: Language, expected: Millis) -> Millis:
        """The mean of `language`, at least 1."""
        return self.means(language, expected)[0]
