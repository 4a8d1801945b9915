"""Survey: how callers answered its questions, counted; a count does not say who answered what."""

from collections.abc import Iterable
from typing import Final

import msgspec

from callcenter.acd.contact import IllegalMove
from callcenter.acd.events import SurveyScored
from language_routing.languages import Language

MOST: Final = 9
"""The highest score there is: the keys of a telephone."""


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """How often each score was given to one question.

    Attributes:
        counts: From score 1 to `MOST`.
    """

    language: Language
    entry_point: str
    question: str
    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """The mean score; `None`: nobody answered."""
        total = sum(score * count for score, count in enumerate(self.counts, 1))
        return total / self.answers if self.answers else None


class Survey:
    """All answers since the journal began."""

    def __init__(self, saved: Iterable[Scores] = ()) -> None:
        self._counts: dict[tuple[Language, str, str], list[int]] = {
            (row.language, row.entry_point, row.question): list(row.counts) for row in saved
        }

    def note(self, event: SurveyScored) -> None:
        """Count one answer.

        Raises:
            IllegalMove: There is no such score.
        """
        if not 1 <= event.score <= MOST:
            raise IllegalMove("survey: no such score")
        key = (event.language, event.entry_point, event.question)
        self._counts.setdefault(key, [0] * MOST)[event.score - 1] += 1

    def rows(self) -> list[Scores]:
        """One for each language, entry point and question, by these."""
        return [
            Scores(
                language=language,
                entry_point=entry_point,
                question=question,
                counts=tuple(counts),
            )
            for (language, entry_point, question), counts in sorted(self._counts.items())
        ]
