"""Prompts: the texts that callers hear, one Project Fluent file per language.

A message is one prompt. Its variables are its parameters: such a prompt is many sounds,
one for each value of its domain (see `ivr_flows.domains`). A message that begins with
`part-` is a building block of other messages and no prompt. Attributes of a message:

- `.key`: the telephone key that the text speaks of, so that a site's menu can be held
  against it;
- `.stand-in`: what is spoken in English where the language has no voice yet and the
  English prompt of the same name would say something else.

A comment line `### review: draft` says how far the language has been reviewed (`Review`).

Adding a language: copy `en.ftl`, translate every message but the `nurse-*` ones.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from ivr_flows.catalog_files import PART, CatalogError, Review, Texts, read
from ivr_flows.domains import DOMAINS, Values

__all__ = [
    "CATALOG",
    "HOME_LANGUAGE",
    "STAND_IN_LANGUAGE",
    "Catalog",
    "CatalogError",
    "Review",
    "Sound",
    "load_catalog",
    "sound_id",
]

CATALOG: Final = Path(__file__).parent / "catalog"

# The language of the service itself: it has every prompt, also those for nurses.
HOME_LANGUAGE: Final = "sv"
# The language that stands in where a voice is missing.
STAND_IN_LANGUAGE: Final = "en"
_ONLY_AT_HOME: Final = "nurse-"
# A prompt's id is the name of a file, also one that a site adds.
_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt with its values: one file in each language.

    Attributes:
        id: Name of the file, such as `wait-range.5-10`.
        prompt: Id of the message.
        arguments: Values of its parameters, in order; empty where it has none.
    """

    id: str
    prompt: str
    arguments: Values = ()


def sound_id(prompt: str, arguments: Values = ()) -> str:
    """The name of the sound file of a prompt with these values, without an extension."""
    return f"{prompt}.{'-'.join(map(str, arguments))}" if arguments else prompt


class Catalog:
    """Every text in every language; made by `load_catalog`, complete by construction."""

    def __init__(
        self, languages: dict[str, Texts], own: Mapping[str, Mapping[str, str]] | None = None
    ):
        self._languages = languages
        self._own = own or {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes, in alphabetical order."""
        return tuple(self._languages)

    def prompts(self, language: str = HOME_LANGUAGE) -> tuple[str, ...]:
        """Ids of the prompts in `language`, in the order of its file; then the site's own.

        Raises:
            KeyError: There is no such language.
        """
        return (*self._languages[language].prompts, *self._own.get(language, ()))

    def has(self, language: str, prompt: str) -> bool:
        return language in self._languages and prompt in self.prompts(language)

    def parameters(self, prompt: str) -> tuple[str, ...]:
        """Names of the prompt's parameters, in the order in which values are given.

        Raises:
            KeyError: No language has such a prompt.
        """
        if any(prompt in texts for texts in self._own.values()):
            return ()
        return self._languages[HOME_LANGUAGE].prompts[prompt]

    def sounds(self, language: str) -> tuple[Sound, ...]:
        """Every sound that `language` needs, in the order of its prompts.

        Raises:
            KeyError: There is no such language.
        """
        return tuple(
            Sound(id=sound_id(prompt, values), prompt=prompt, arguments=values)
            for prompt in self.prompts(language)
            for values in DOMAINS[self.parameters(prompt)]
        )

    def text(self, language: str, prompt: str, arguments: Values = ()) -> str:
        """What is spoken.

        Raises:
            KeyError: There is no such language or prompt.
            ValueError: The prompt is not spoken with such values.
        """
        own = self._own.get(language, {}).get(prompt)
        if own is not None:
            self._named(prompt, arguments)
            return own
        return self._format(language, prompt, arguments)

    def stand_in(self, language: str, prompt: str, arguments: Values = ()) -> str:
        """The English text for a prompt whose language has no voice.

        A site's own prompt without an English text stands in for itself.

        Raises:
            KeyError: There is no such language or prompt.
            ValueError: The prompt is not spoken with such values.
        """
        if "stand-in" in self._attributes(language, prompt):
            return self._format(language, prompt, arguments, "stand-in")
        spoken = STAND_IN_LANGUAGE if self.has(STAND_IN_LANGUAGE, prompt) else language
        return self.text(spoken, prompt, arguments)

    def spoken_key(self, language: str, prompt: str) -> str | None:
        """The telephone key that the text speaks of; `None` if it speaks of none.

        Raises:
            KeyError: There is no such language or prompt.
        """
        if "key" not in self._attributes(language, prompt):
            return None
        return self._format(language, prompt, (), "key")

    def review(self, language: str) -> Review:
        """How far the texts of `language` have been reviewed. A site's own do not count.

        Raises:
            KeyError: There is no such language.
        """
        return self._languages[language].review

    def with_texts(self, texts: Mapping[str, Mapping[str, str]]) -> "Catalog":
        """This catalog and a site's own prompts, such as greetings.

        Args:
            texts: Language to prompt to plain text. A prompt may be there in some
                languages only.

        Raises:
            CatalogError: A language is unknown, a text is empty, or the id of a prompt is
                no name or is taken.
        """
        own = {language: dict(found) for language, found in self._own.items()}
        for language, found in texts.items():
            if language not in self._languages:
                raise CatalogError(f"there is no language {language}")
            for prompt, text in found.items():
                taken = prompt in self._languages[HOME_LANGUAGE].prompts
                if taken or prompt.startswith(PART) or not _ID.fullmatch(prompt):
                    raise CatalogError(f"{prompt} cannot be the name of a prompt of the site")
                if not text.strip():
                    raise CatalogError(f"{prompt} has no text in {language}")
                own.setdefault(language, {})[prompt] = " ".join(text.split())
        return Catalog(self._languages, own)

    def _attributes(self, language: str, prompt: str) -> Mapping[str, Any]:
        if prompt in self._own.get(language, {}):
            return {}
        attributes: Mapping[str, Any] = self._message(language, prompt).attributes
        return attributes

    def _message(self, language: str, prompt: str) -> Any:
        if not self.has(language, prompt):
            raise KeyError(f"{language}/{prompt}")
        return self._languages[language].bundle.get_message(prompt)

    def _format(
        self, language: str, prompt: str, arguments: Values, attribute: str | None = None
    ) -> str:
        message = self._message(language, prompt)
        # A key does not depend on what the prompt is spoken with.
        named = {} if attribute == "key" else self._named(prompt, arguments)
        pattern = message.attributes[attribute] if attribute else message.value
        text, errors = self._languages[language].bundle.format_pattern(pattern, named)
        if errors:
            raise CatalogError(f"{language}.ftl: {prompt}: {errors[0]}")
        return " ".join(str(text).split())

    def _named(self, prompt: str, arguments: Values) -> dict[str, int]:
        parameters = self.parameters(prompt)
        if arguments not in DOMAINS[parameters]:
            raise ValueError(f"{prompt} is not spoken with {arguments}")
        return dict(zip(parameters, arguments, strict=True))


def load_catalog(folder: Path = CATALOG) -> Catalog:
    """Read `<language>.ftl` of every language.

    Raises:
        CatalogError: A file is unreadable or tells no review state; a prompt is missing in
            one language, unknown in Swedish, has other parameters there, or sounds the
            same with two values.
    """
    languages = {path.stem: read(path) for path in sorted(folder.glob("*.ftl"))}
    for language in (HOME_LANGUAGE, STAND_IN_LANGUAGE):
        if language not in languages:
            raise CatalogError(f"{folder}: there is no {language}.ftl")
    for language, texts in languages.items():
        _check_complete(language, texts.prompts, languages[HOME_LANGUAGE].prompts)
    catalog = Catalog(languages)
    for language in languages:
        _check_spoken(catalog, language)
    return catalog


def _check_complete(
    language: str, found: dict[str, tuple[str, ...]], home: dict[str, tuple[str, ...]]
) -> None:
    wanted = [
        prompt
        for prompt in home
        if language == HOME_LANGUAGE or not prompt.startswith(_ONLY_AT_HOME)
    ]
    for prompt in wanted:
        if prompt not in found:
            raise CatalogError(f"{language}.ftl: {prompt} is missing")
        if found[prompt] != home[prompt]:
            raise CatalogError(f"{language}.ftl: {prompt} has other parameters than in Swedish")
    for prompt in found:
        if prompt not in wanted:
            raise CatalogError(f"{language}.ftl: {prompt} is not a prompt")


def _check_spoken(catalog: Catalog, language: str) -> None:
    # Every value, for each may lead to a reference to what is not there, or to a default
    # that was written for another value.
    spoken: dict[tuple[str, str], Values] = {}
    for sound in catalog.sounds(language):
        text = catalog.text(language, sound.prompt, sound.arguments)
        catalog.stand_in(language, sound.prompt, sound.arguments)
        other = spoken.setdefault((sound.prompt, text), sound.arguments)
        if other != sound.arguments:
            same = f"{other} and {sound.arguments}"
            raise CatalogError(f"{language}.ftl: {sound.prompt} sounds the same with {same}")
