"""Skills as a site writes them: a nurse's languages and training, and what a caller needs."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from language_routing.languages import Language
from language_routing.skills import NOTHING, Level, Requirement
from language_routing.yaml_lines import Located

SKILL_KEYS: Final = ("competences", "years")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_MOST_YEARS: Final = 60


def load_competences(node: Located | None) -> tuple[str, ...]:
    """The fields of training that the site knows; none if it says nothing.

    Raises:
        YamlError: One is no word of small letters, or there twice.
    """
    found: list[str] = []
    for item in node.sequence() if node is not None else ():
        word = item.text()
        if not _WORD.fullmatch(word):
            raise item.error("here a competence of small letters is expected")
        if word in found:
            raise item.error(f"competence {word} is given twice")
        found.append(word)
    return tuple(found)


def load_languages(
    node: Located, languages: Sequence[Language]
) -> tuple[tuple[Language, ...], dict[Language, Level]]:
    """A nurse's languages: a list (all fluent), or each with its level.

    Raises:
        YamlError: One is not the site's, or there twice; a level is unknown.
    """
    if not node.is_mapping:
        spoken: list[Language] = []
        for item in node.sequence():
            tag = site_language(item, languages)
            if tag in spoken:
                raise item.error(f"language {tag} is given twice")
            spoken.append(tag)
        return tuple(spoken), {}
    levels: dict[Language, Level] = {}
    for text, value in node.mapping().items():
        levels[site_language(value, languages, text)] = load_level(value)
    if not levels:
        raise node.error("here at least one language is expected")
    return tuple(levels), levels


def site_language(
    node: Located, languages: Sequence[Language], text: str | None = None
) -> Language:
    """`text`, or what stands at `node`, as a language of the site.

    Raises:
        YamlError: It is none.
    """
    tag = Language(node.text() if text is None else text)
    if tag not in languages:
        known = ", ".join(languages)
        raise node.error(f"language {tag} is not one of this site's: {known}")
    return tag


def load_level(node: Located) -> Level:
    """How well a language is spoken.

    Raises:
        YamlError: It is no level.
    """
    text = node.text()
    if text not in {level.value for level in Level}:
        raise node.error(f"level {text} is unknown; known: {', '.join(Level)}")
    return Level(text)


def load_requirement(parts: Mapping[str, Located], competences: Sequence[str]) -> Requirement:
    """Competences and years among `parts`: a nurse's own, or what a caller needs.

    Raises:
        YamlError: A competence is unknown or there twice, or the years are no small number.
    """
    found: list[str] = []
    for item in parts["competences"].sequence() if "competences" in parts else ():
        word = item.text()
        if word not in competences:
            known = ", ".join(competences) or "none (the site has no `competences`)"
            raise item.error(f"competence {word} is not one of this site's: {known}")
        if word in found:
            raise item.error(f"competence {word} is given twice")
        found.append(word)
    years = parts["years"].integer(0, _MOST_YEARS) if "years" in parts else 0
    return Requirement(competences=tuple(found), years=years) if found or years else NOTHING
