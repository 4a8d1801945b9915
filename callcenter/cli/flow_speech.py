"""What a flow says, as text and seconds: of the rendered sounds where there are any."""

from collections.abc import Mapping
from typing import Final

from callcenter.speech.manifest import Entry
from ivr_flows.prompts import Catalog

# The synthetic voices speak so many letters in a second; a guess where nothing is rendered.
_LETTERS: Final = 14.0


class SpeechTexts:
    """Texts and lengths of sounds, by language and sound id."""

    def __init__(self, catalog: Catalog, rendered: Mapping[str, Entry]) -> None:
        """Take what there is.

        Args:
            rendered: The manifest of the prompts' folder; may be empty.
        """
        self._catalog = catalog
        self._rendered = rendered
        self.guessed = False  # some length so far was none of a rendered sound

    def seconds(self, language: str, sound: str) -> float:
        """How long a sound plays; guessed by its text where it is not rendered.

        Raises:
            KeyError: There is no such prompt in `language`.
        """
        entry = self._rendered.get(f"{language}/{sound}")
        if entry is not None:
            return entry.seconds
        self.guessed = True
        return len(self.text(language, sound)) / _LETTERS

    def text(self, language: str, sound: str) -> str:
        """What is spoken.

        Raises:
            KeyError: There is no such prompt in `language`.
        """
        prompt, _, values = sound.partition(".")
        arguments = tuple(map(int, values.split("-"))) if values else ()
        return self._catalog.text(language, prompt, arguments)
