"""Demand: which languages are scarce, from the calls of the last half-hours and who is there.

A nurse who speaks a language that many ask for and few speak is kept back for it, while
another nurse can serve just as well.
"""

import msgspec

from callcenter.acd.ids import Millis
from language_routing.languages import Language

_SLOT: Millis = 30 * 60_000
_WEIGH_EVERY: Millis = 60_000


class Demand(msgspec.Struct, kw_only=True):
    """Calls by language in the present half-hour and the one before.

    Attributes:
        worth: A thousand calls per nurse of that language who is signed in, as last weighed.
    """

    slot: int = 0
    present: dict[Language, int] = {}
    before: dict[Language, int] = {}
    worth: dict[Language, int] = {}
    weighed: Millis = 0

    def asked(self, language: Language, now: Millis) -> None:
        """Somebody stands in line for `language`."""
        slot = now // _SLOT
        if slot != self.slot:
            self.before = self.present if slot == self.slot + 1 else {}
            self.present, self.slot = {}, slot
        self.present[language] = self.present.get(language, 0) + 1

    def is_due(self, now: Millis) -> bool:
        """Whether it should be weighed again."""
        return now - self.weighed >= _WEIGH_EVERY

    def weigh(self, speakers: dict[Language, int], now: Millis) -> None:
        """Find each language's worth.

        Args:
            speakers: How many nurses who are signed in speak each language of the site. Without
                any call yet, the language that fewer speak is worth more.
        """
        self.weighed = now
        self.worth = {
            language: (1 + self.present.get(language, 0) + self.before.get(language, 0))
            * 1000
            // (1 + count)
            for language, count in speakers.items()
        }
