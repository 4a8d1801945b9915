"""Loading what a flow says: each item is held against the catalog and the site."""

from collections.abc import Iterator
from typing import Final

from ivr_flows.prompts import Catalog
from ivr_flows.setting import Setting
from ivr_flows.spoken import CALLER, Item, Message, Number, Prompt
from ivr_flows.verbs import Whose
from language_routing.yaml_lines import Located

# What facts and opening hours tell; a prompt with any other parameter is not for a flow.
_KNOWN: Final = ("place", "low", "high", "weekday", "hour")


class SpeechLoader:
    """Reads lists of speech for one entry point."""

    def __init__(self, setting: Setting, catalog: Catalog, phase: str) -> None:
        self._setting = setting
        self._catalog = catalog
        self._phase = phase

    def items(self, place: Located) -> tuple[Item, ...]:
        """What is said, without what this entry point leaves out, and nothing twice.

        Raises:
            YamlError: An item is none, or its prompt is missing in a language.
        """
        found: list[Item] = []
        for node in place.sequence():
            if holds(node, self._setting):
                found += [item for item in self._item(node) if item not in found]
        return tuple(found)

    def messages(self, place: Located) -> tuple[Item, ...]:
        """As `items`, of messages only; one of them need not be a list.

        Raises:
            YamlError: It is something else.
        """
        nodes = place.sequence() if place.is_sequence else [place]
        return tuple(self._message(node) for node in nodes if holds(node, self._setting))

    def question(self, place: Located) -> tuple[str, tuple[Item, ...]]:
        """A prompt that asks the caller something, by its name alone.

        Raises:
            YamlError: It is missing in a language.
        """
        return place.text(), (self._prompt(place, place.text(), CALLER),)

    def spoken_keys(self, items: tuple[Item, ...]) -> Iterator[tuple[str, str, str]]:
        """Which key the prompts among `items` speak of: prompt, language, key."""
        for item in items:
            if isinstance(item, Prompt):
                for language in self._spoken_in(item.language):
                    if self._catalog.has(language, item.prompt):
                        key = self._catalog.spoken_key(language, item.prompt)
                        if key is not None:
                            yield item.prompt, language, key

    def language(self, place: Located, *, or_caller: bool = False) -> str:
        """A language of the catalog, or `CALLER`.

        Raises:
            YamlError: There is no such language.
        """
        text = place.text()
        if text == "default":
            return self._setting.default_language
        if text == CALLER and or_caller:
            return CALLER
        self.check_language(place, text)
        return text

    def check_language(self, place: Located, language: str) -> None:
        """See that the catalog has `language`.

        Raises:
            YamlError: It has not.
        """
        if language not in self._catalog.languages:
            raise place.error(f"there is no language {language}")

    def _item(self, node: Located) -> list[Item]:
        parts = node.mapping()
        if "message" in parts:
            return [self._message(node)]
        if "number" in parts:
            return [self._number(node)]
        parts = node.mapping(("prompt", "or", "in", "only"), ("prompt", "in"))
        if parts["in"].text() != "each":
            return self._named(parts, self.language(parts["in"], or_caller=True))
        for choice in self._setting.choices:
            # A menu line that says "press one" must not stand for another key.
            if not self._catalog.has(choice.language, parts["prompt"].text()):
                continue
            spoken = self._catalog.spoken_key(choice.language, parts["prompt"].text())
            if spoken is not None and spoken != choice.key:
                raise node.error(
                    f"{parts['prompt'].text()} in {choice.language} speaks of key {spoken}, "
                    f"the site gives it key {choice.key}"
                )
        languages = [choice.language for choice in self._setting.choices]
        return [item for language in languages for item in self._named(parts, language)]

    def _named(self, parts: dict[str, Located], language: str) -> list[Item]:
        """A prompt; or one that the site may have under a name of ours, such as `$greeting`."""
        name = parts["prompt"].text()
        if not name.startswith("$"):
            if "or" in parts:
                raise parts["or"].error("only a prompt that the site names ($...) has an or")
            return [self._prompt(parts["prompt"], name, language)]
        instead = None
        if "or" in parts:
            instead = self._prompt(parts["or"], parts["or"].text(), language)
            if instead.parameters:
                raise parts["or"].error("a prompt with parameters stands in for none")
        named = self._setting.named.get(name)
        if named is None:
            return [] if instead is None else [instead]
        found = [each for each in self._catalog.languages if self._catalog.has(each, named)]
        if not found:
            raise parts["prompt"].error(f"there is no prompt {named}, which the site gives {name}")
        return [
            Prompt(
                prompt=named,
                language=language,
                parameters=self._parameters(parts["prompt"], named),
                languages=tuple(found),
                instead=instead.prompt if instead else None,
            )
        ]

    def _prompt(self, place: Located, prompt: str, language: str) -> Prompt:
        for wanted in self._spoken_in(language):
            if not self._catalog.has(wanted, prompt):
                raise place.error(f"there is no prompt {prompt} in {wanted}")
        parameters = self._parameters(place, prompt)
        return Prompt(prompt=prompt, language=language, parameters=parameters)

    def _parameters(self, place: Located, prompt: str) -> tuple[str, ...]:
        parameters = self._catalog.parameters(prompt)
        for name in parameters:
            if name not in _KNOWN:
                raise place.error(f"prompt {prompt} speaks of a {name}, which no flow knows")
        return parameters

    def _number(self, node: Located) -> Number:
        parts = node.mapping(("number", "in", "only"), ("number", "in"))
        try:
            whose = Whose(parts["number"].text())
        except ValueError:
            raise parts["number"].error(f"a number is one of: {', '.join(Whose)}") from None
        if whose is Whose.TYPED and self._phase != "line":
            raise parts["number"].error("a number is typed only in a flow for: line")
        return Number(whose=whose, language=self.language(parts["in"], or_caller=True))

    def _message(self, node: Located) -> Message:
        parts = node.mapping(("message", "only"), ("message",))
        if parts["message"].text() not in (CALLER, "default"):
            raise parts["message"].error("a message is for the language: caller, default")
        return Message(language=self.language(parts["message"], or_caller=True))

    def _spoken_in(self, language: str) -> tuple[str, ...]:
        return self._catalog.languages if language == CALLER else (language,)


def holds(node: Located, setting: Setting) -> bool:
    """Whether an item or a step is there for this entry point.

    Raises:
        YamlError: Its `only` is none.
    """
    parts = node.mapping()
    if "only" not in parts:
        return True
    try:
        return setting.has(parts["only"].text())
    except ValueError as error:
        raise parts["only"].error(str(error)) from None
