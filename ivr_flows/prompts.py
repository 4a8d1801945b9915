"""Prompts: the texts that callers hear, one Project Fluent file per language.

A message is one prompt. Its attributes, where it has them:

- `.key`: the telephone key that the text speaks of, so that a site's menu can be held
  against it;
- `.stand-in`: what is spoken in English where the language has no voice yet and the
  English prompt of the same name would say something else.

Adding a language: copy `en.ftl`, translate every message but the `nurse-*` ones.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

CATALOG: Final = Path(__file__).parent / "catalog"

# The language of the service itself: it has every prompt, also those for nurses.
HOME_LANGUAGE: Final = "sv"
# The language that stands in where a voice is missing.
STAND_IN_LANGUAGE: Final = "en"
_ONLY_AT_HOME: Final = "nurse-"


class CatalogError(Exception):
    """A catalog file is unreadable or incomplete. The text names the file and the prompt."""


class Catalog:
    """Every text in every language; made by `load_catalog`, complete by construction."""

    def __init__(self, bundles: dict[str, FluentBundle], prompts: dict[str, tuple[str, ...]]):
        self._bundles = bundles
        self._prompts = prompts

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes, in alphabetical order."""
        return tuple(self._prompts)

    def prompts(self, language: str = HOME_LANGUAGE) -> tuple[str, ...]:
        """Ids of the prompts in `language`, in the order of its file.

        Raises:
            KeyError: There is no such language.
        """
        return self._prompts[language]

    def has(self, language: str, prompt: str) -> bool:
        return prompt in self._prompts.get(language, ())

    def text(self, language: str, prompt: str) -> str:
        """What is spoken.

        Raises:
            KeyError: There is no such language or prompt.
        """
        return self._format(language, prompt, None)

    def stand_in(self, language: str, prompt: str) -> str:
        """The English text for a prompt whose language has no voice.

        Raises:
            KeyError: There is no such language or prompt.
        """
        if "stand-in" in self._message(language, prompt).attributes:
            return self._format(language, prompt, "stand-in")
        return self.text(STAND_IN_LANGUAGE, prompt)

    def spoken_key(self, language: str, prompt: str) -> str | None:
        """The telephone key that the text speaks of; `None` if it speaks of none.

        Raises:
            KeyError: There is no such language or prompt.
        """
        if "key" not in self._message(language, prompt).attributes:
            return None
        return self._format(language, prompt, "key")

    def _message(self, language: str, prompt: str) -> Any:
        if not self.has(language, prompt):
            raise KeyError(f"{language}/{prompt}")
        return self._bundles[language].get_message(prompt)

    def _format(self, language: str, prompt: str, attribute: str | None) -> str:
        message = self._message(language, prompt)
        pattern = message.attributes[attribute] if attribute else message.value
        text, errors = self._bundles[language].format_pattern(pattern, {})
        if errors:
            raise CatalogError(f"{language}.ftl: {prompt}: {errors[0]}")
        return " ".join(str(text).split())


def load_catalog(folder: Path = CATALOG) -> Catalog:
    """Read `<language>.ftl` of every language.

    Raises:
        CatalogError: A file is unreadable, or a prompt is missing in one language, or
            unknown in Swedish.
    """
    bundles: dict[str, FluentBundle] = {}
    prompts: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.ftl")):
        bundle = FluentBundle([path.stem], use_isolating=False)
        resource = FluentResource(path.read_text("utf-8"))
        prompts[path.stem] = tuple(_messages(resource, path))
        bundle.add_resource(resource)
        bundles[path.stem] = bundle
    for language in (HOME_LANGUAGE, STAND_IN_LANGUAGE):
        if language not in prompts:
            raise CatalogError(f"{folder}: there is no {language}.ftl")
    for language, found in prompts.items():
        _check_complete(language, found, prompts[HOME_LANGUAGE])
    catalog = Catalog(bundles, prompts)
    for language, found in prompts.items():
        for prompt in found:
            catalog.text(language, prompt)  # refuses a reference to what is not there
    return catalog


def _messages(resource: Any, path: Path) -> Iterator[str]:
    seen: set[str] = set()
    for entry in resource.body:
        match entry:
            case ast.Junk():
                first = (entry.content or "").strip().partition("\n")[0]
                raise CatalogError(f"{path.name}: cannot read: {first}")
            case ast.Message() | ast.Term():
                name = entry.id.name
                if name in seen:
                    raise CatalogError(f"{path.name}: {name} is there twice")
                seen.add(name)
                if isinstance(entry, ast.Message):
                    if entry.value is None:
                        raise CatalogError(f"{path.name}: {name} has no text")
                    yield name


def _check_complete(language: str, found: tuple[str, ...], home: tuple[str, ...]) -> None:
    wanted = [
        prompt
        for prompt in home
        if language == HOME_LANGUAGE or not prompt.startswith(_ONLY_AT_HOME)
    ]
    for prompt in wanted:
        if prompt not in found:
            raise CatalogError(f"{language}.ftl: {prompt} is missing")
    for prompt in found:
        if prompt not in wanted:
            raise CatalogError(f"{language}.ftl: {prompt} is not a prompt")
