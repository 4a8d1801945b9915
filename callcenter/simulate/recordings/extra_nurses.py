"""Extra nurses: people whom a recording did not have, by a few words."""

import re
from typing import Final, NoReturn

import msgspec

from language_routing.languages import Language, language
from language_routing.skills import Level
from language_routing.words import clock

_MOST: Final = 500
_LONGEST_QUOTE: Final = 40
_DAY: Final = 24 * 60
_HOURS: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_YEARS: Final = re.compile(r"([0-9]{1,2})y")
_COMPETENCE: Final = re.compile(r"\+([a-z][a-z0-9_]{0,30})")


class ExtraNurses(msgspec.Struct, frozen=True, kw_only=True):
    """So many nurses alike, who work the same hours every local day.

    Attributes:
        spoken: Each language, and how well.
        begins, ends: Minutes of the local day, 0 to 1440; if `ends` is not later, the shift
            goes on into the next day.
    """

    count: int
    spoken: dict[Language, Level]
    competences: tuple[str, ...] = ()
    years: int = 0
    begins: int = 0
    ends: int = _DAY

    def __str__(self) -> str:
        """The words that `extra_nurses` reads."""
        words = [str(self.count), *(f"{tag}:{level}" for tag, level in self.spoken.items())]
        words += [f"+{name}" for name in self.competences]
        words += [f"{self.years}y"] * bool(self.years)
        return " ".join([*words, f"{clock(self.begins)}-{clock(self.ends)}"])


def extra_nurses(words: str) -> ExtraNurses:
    """Nurses by words like `3 ar:native sv:fluent +child 8y 08:00-16:00`.

    How many; each language, fluent where no level is given; trained in; years of experience;
    the hours of their shift, else all day.

    Raises:
        ValueError: A word is none of these.
    """
    first, *rest = words.split() or [""]
    if not (first.isascii() and first.isdigit() and 1 <= int(first[:9]) <= _MOST):
        raise ValueError(f"extra nurses: begin with how many, 1 to {_MOST}")
    spoken: dict[Language, Level] = {}
    competences: list[str] = []
    years: int | None = None
    hours: tuple[int, int] | None = None
    for word in rest:
        if found := _HOURS.fullmatch(word):
            if hours is not None:
                _wrong(word, "the hours are given twice")
            hours = _hours(word, [int(part) for part in found.groups()])
        elif found := _YEARS.fullmatch(word):
            if years is not None:
                _wrong(word, "the years are given twice")
            years = int(found[1])
        elif found := _COMPETENCE.fullmatch(word):
            if found[1] in competences:
                _wrong(word, "given twice")
            competences.append(found[1])
        else:
            tag, level = _spoken(word)
            if tag in spoken:
                _wrong(word, "this language is given twice")
            spoken[tag] = level
    if not spoken:
        raise ValueError("extra nurses: say what they speak, like ar:native sv")
    begins, ends = hours or (0, _DAY)
    return ExtraNurses(
        count=int(first),
        spoken=spoken,
        competences=tuple(competences),
        years=years or 0,
        begins=begins,
        ends=ends,
    )


def _hours(word: str, parts: list[int]) -> tuple[int, int]:
    begins, ends = parts[0] * 60 + parts[1], parts[2] * 60 + parts[3]
    if begins >= _DAY or ends > _DAY or begins == ends:
        _wrong(word, "hours go from 00:00 to 24:00, and end at another time than they begin")
    return begins, ends or _DAY


def _spoken(word: str) -> tuple[Language, Level]:
    tag, colon, level = word.partition(":")
    try:
        spoken = language(tag)
    except ValueError:
        _wrong(word, "neither a language (ar, ar:native), a +competence, years (8y) nor hours")
    if not colon:
        return spoken, Level.FLUENT
    if level not in [str(known) for known in Level]:
        _wrong(word, "a level is native, fluent or working")
    return spoken, Level(level)


def shown(word: str) -> str:
    """What somebody typed, for a sentence about it: short, and without control characters."""
    return "".join(each if each.isprintable() else "?" for each in word[:_LONGEST_QUOTE])


def _wrong(word: str, why: str) -> NoReturn:
    raise ValueError(f"extra nurses: {shown(word)}: {why}")
