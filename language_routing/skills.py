"""Skills: what a nurse brings to a contact, and what a contact may ask for."""

from enum import StrEnum
from typing import Final

import msgspec

from language_routing.languages import Language


class Level(StrEnum):
    """How well a language is spoken."""

    NATIVE = "native"  # grew up with it
    FLUENT = "fluent"  # gives medical advice in it without help
    WORKING = "working"  # manages, slowly; better than an interpreter's delay


LEVELS: Final = {Level.WORKING: 1, Level.FLUENT: 2, Level.NATIVE: 3}


class Skills(msgspec.Struct, frozen=True, kw_only=True):
    """What one nurse can do. Nurses with equal skills are interchangeable to the ACD.

    Attributes:
        languages: Each language she speaks, and how well.
        competences: Fields she is trained in (`child`, `psychiatry`).
        years: Of experience as a nurse.
    """

    languages: tuple[tuple[Language, Level], ...] = ()
    competences: tuple[str, ...] = ()
    years: int = 0

    @property
    def spoken(self) -> tuple[Language, ...]:
        """The languages alone."""
        return tuple(language for language, _ in self.languages)

    def level(self, language: Language) -> Level | None:
        """How well she speaks `language`; `None` if not at all."""
        for spoken, level in self.languages:
            if spoken == language:
                return level
        return None

    def speaks(self, language: Language, least: Level) -> bool:
        """Whether she speaks `language` at least so well."""
        level = self.level(language)
        return level is not None and LEVELS[level] >= LEVELS[least]


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """What a contact asks for besides its language.

    Attributes:
        competences: All of them are wanted.
        years: At least so much experience.
    """

    competences: tuple[str, ...] = ()
    years: int = 0


NOTHING: Final = Requirement()
