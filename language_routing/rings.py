"""Rings: whom a contact may be given to, wider and wider as the wait grows.

    from 0 s    a fluent nurse      (the innermost ring)
    from 120 s  a working level too
    from 240 s  any nurse, with an interpreter

A ring that is open stays open: whoever fits any of the open rings can serve, and the
innermost ring that she fits is how well she fits.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from language_routing.languages import Language
from language_routing.skills import Level, Requirement, Skills


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """One ring of a language line.

    Attributes:
        after: Milliseconds of waiting in line from which it is open.
        level: The least level of the caller's language; `None`: any nurse, with an interpreter.
        competences: Whether the contact's competences are asked for.
        years: Whether the contact's years of experience are asked for.
    """

    after: int = 0
    level: Level | None = Level.WORKING
    competences: bool = True
    years: bool = True

    @property
    def interpreter(self) -> bool:
        """Whether an interpreter is needed in the call."""
        return self.level is None


ANY_LEVEL: Final = (Ring(),)
"""For a line without rings of its own: whoever speaks the language."""
INTERPRETER_NOW: Final = (Ring(), Ring(level=None))
"""For a caller of a closed line: whoever speaks the language, or any nurse with an interpreter."""


def admits(ring: Ring, language: Language, asked: Requirement, skills: Skills) -> bool:
    """Whether a nurse with `skills` may serve such a contact once this ring is open."""
    if ring.level is not None and not skills.speaks(language, ring.level):
        return False
    if ring.competences and not set(asked.competences) <= set(skills.competences):
        return False
    return not ring.years or skills.years >= asked.years


def innermost(
    rings: Sequence[Ring], upto: int, language: Language, asked: Requirement, skills: Skills
) -> int | None:
    """The first of the rings 0 to `upto` that admits her; `None` if none does."""
    for number, ring in enumerate(rings[: upto + 1]):
        if admits(ring, language, asked, skills):
            return number
    return None


def open_ring(rings: Sequence[Ring], waited: int, percent: int = 100) -> int:
    """The number of the outermost ring that is open after `waited` milliseconds.

    Args:
        percent: A surge stretches the rings: 200 opens each at twice its time.
    """
    reached = 0
    for number, ring in enumerate(rings):
        if waited >= ring.after * percent // 100:
            reached = number
    return reached
