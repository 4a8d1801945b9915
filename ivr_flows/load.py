"""Loading a flow from YAML: names are resolved, mistakes refused with file and line.

The form of a flow file is explained at the top of `flows/public.yaml`.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from ivr_flows.checks import check
from ivr_flows.flow import Flow
from ivr_flows.languages import PUBLIC_LANGUAGES, Choice, check_choices
from ivr_flows.prompts import Catalog, load_catalog
from ivr_flows.steps import (
    CALLER,
    END,
    AskStep,
    EnqueueStep,
    HangupStep,
    Key,
    LanguageStep,
    SayStep,
    Speech,
    Step,
)
from ivr_flows.verbs import ANY_KEY
from language_routing.yaml_lines import Located

FLOWS: Final = Path(__file__).parent / "flows"
PUBLIC: Final = FLOWS / "public.yaml"

_KINDS: Final = ("say", "ask", "language", "enqueue", "hangup")


def load_flow(
    path: Path, languages: Sequence[Choice] = PUBLIC_LANGUAGES, catalog: Catalog | None = None
) -> Flow:
    """The flow in `path` for a site that offers `languages`, the default one first.

    Args:
        catalog: The prompts that exist; our own when none is given.

    Raises:
        YamlError: The file cannot be used; the text is `file:line: sentence`.
        OSError: It cannot be read.
        ValueError: `languages` makes no menu.
    """
    check_choices(languages)
    return _Loader(languages, catalog or load_catalog()).load(Located.read(path), path.stem)


class _Loader:
    def __init__(self, languages: Sequence[Choice], catalog: Catalog) -> None:
        self._choices = languages
        self._catalog = catalog
        self._default = languages[0].language

    def load(self, document: Located, name: str) -> Flow:
        for choice in self._choices:
            if choice.language not in self._catalog.languages:
                raise document.error(f"the site's language {choice.language} has no catalog")
        parts = document.mapping(("start", "limit_ms", "steps"), ("start", "limit_ms", "steps"))
        places = parts["steps"].mapping()
        if END in places:
            raise places[END].error(f"{END} is the name of the end; call this step otherwise")
        steps = {at: self._step(place, places.keys()) for at, place in places.items()}
        flow = Flow(
            name=name,
            start=self._name(parts["start"], places.keys()),
            default_language=self._default,
            limit_ms=parts["limit_ms"].integer(1000, 600_000),
            steps=steps,
        )
        check(flow, places)
        return flow

    def _step(self, place: Located, names: Collection[str]) -> Step:
        kinds = [kind for kind in _KINDS if kind in place.mapping()]
        if len(kinds) != 1:
            raise place.error(f"a step needs exactly one of {', '.join(_KINDS)}")
        match kinds[0]:
            case "say":
                parts = place.mapping(("say", "keys", "next"), ("say", "next"))
                interruptible = ""
                if "keys" in parts:
                    if parts["keys"].text() != "any":
                        raise parts["keys"].error("keys of a say step can only be: any")
                    interruptible = ANY_KEY
                return SayStep(
                    speech=self._speech(parts["say"]),
                    interruptible=interruptible,
                    next=self._name(parts["next"], names),
                )
            case "ask":
                return self._ask(place, names)
            case "language":
                parts = place.mapping(("language", "next"), ("language", "next"))
                return LanguageStep(
                    language=self._language(parts["language"]),
                    next=self._name(parts["next"], names),
                )
            case "enqueue":
                parts = place.mapping(("enqueue", "next"), ("enqueue", "next"))
                if parts["enqueue"].text() != CALLER:
                    raise parts["enqueue"].error(f"enqueue can only be: {CALLER}")
                return EnqueueStep(next=self._name(parts["next"], names))
            case _:
                place.mapping(("hangup",))
                return HangupStep()

    def _ask(self, place: Located, names: Collection[str]) -> AskStep:
        needed = ("ask", "keys", "timeout_ms", "wrong", "silence", "otherwise")
        parts = place.mapping(needed, needed)
        wrong = parts["wrong"].mapping(("times", "say"), ("times", "say"))
        silence = parts["silence"].mapping(("times",), ("times",))
        return AskStep(
            speech=self._speech(parts["ask"]),
            keys=self._keys(parts["keys"], names),
            timeout_ms=parts["timeout_ms"].integer(500, 30_000),
            wrong_speech=self._speech(wrong["say"]),
            wrong_times=wrong["times"].integer(1, 5),
            silent_times=silence["times"].integer(1, 5),
            otherwise=self._name(parts["otherwise"], names),
        )

    def _keys(self, place: Located, names: Collection[str]) -> dict[str, Key]:
        keys: dict[str, Key] = {}
        for pressed, target in place.mapping().items():
            to = self._name(target, names)
            if pressed == "languages":
                found = {c.key: Key(to=to, language=c.language) for c in self._choices}
            elif len(pressed) == 1 and pressed in ANY_KEY:
                found = {pressed: Key(to=to)}
            else:
                raise target.error(f"{pressed} is not a key of a telephone")
            if keys.keys() & found.keys():
                raise target.error(f"key {min(keys.keys() & found.keys())} is given twice")
            keys |= found
        if not keys:
            raise place.error("a question needs at least one key")
        return keys

    def _speech(self, place: Located) -> tuple[Speech, ...]:
        speech: list[Speech] = []
        for item in place.sequence():
            parts = item.mapping(("prompt", "in"), ("prompt", "in"))
            prompt = parts["prompt"].text()
            if parts["in"].text() == "each":
                languages = [choice.language for choice in self._choices]
                self._check_spoken_keys(item, prompt)
            else:
                languages = [self._language(parts["in"], or_caller=True)]
            for language in languages:
                wanted = self._default if language == CALLER else language
                if not self._catalog.has(wanted, prompt):
                    raise parts["prompt"].error(f"there is no prompt {prompt} in {wanted}")
                speech.append(Speech(prompt=prompt, language=language))
        return tuple(speech)

    def _check_spoken_keys(self, place: Located, prompt: str) -> None:
        """A menu line that says "press one" must not stand for another key."""
        for choice in self._choices:
            spoken = self._catalog.spoken_key(choice.language, prompt)
            if spoken is not None and spoken != choice.key:
                raise place.error(
                    f"{prompt} in {choice.language} speaks of key {spoken}, "
                    f"the site gives it key {choice.key}"
                )

    def _language(self, place: Located, *, or_caller: bool = False) -> str:
        text = place.text()
        if text == "default":
            return self._default
        if text == CALLER and or_caller:
            return CALLER
        if text not in self._catalog.languages:
            raise place.error(f"there is no language {text}")
        return text

    def _name(self, place: Located, names: Collection[str]) -> str:
        text = place.text()
        if text != END and text not in names:
            raise place.error(f"there is no step {text}")
        return text
