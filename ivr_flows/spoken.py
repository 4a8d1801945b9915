"""Spoken: one item of what a flow says, before it is known to whom.

An item may come to nothing: a fact that its prompt speaks of is missing, no message is in
force, the site has no such greeting in this language.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from ivr_flows.facts import Facts
from ivr_flows.verbs import Play, Say, SayNumber, Speech, Whose

# In an item's `language`: whatever the caller has chosen, or the entry's language.
CALLER: Final = "caller"


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt of the catalog.

    Attributes:
        language: A code, or `CALLER`.
        parameters: What facts it speaks of, in the catalog's order.
        languages: Those in which alone it exists; `None`: all. A site's greeting may be there
            in some only.
        instead: Said in the other languages.
    """

    prompt: str
    language: str
    parameters: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = None
    instead: str | None = None


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A telephone number, digit by digit."""

    whose: Whose
    language: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The supervisor's message in force for a language; nothing when there is none."""

    language: str


Item = Prompt | Number | Message


def speak(
    items: tuple[Item, ...],
    facts: Facts,
    language: str,
    values: Mapping[str, int],
    *,
    interruptible: bool,
) -> list[Speech]:
    """The verbs for `items`, said to a caller of `language`.

    Args:
        values: What can be said of the facts, by the name of a prompt's parameter.
    """
    found: list[Speech] = []
    for item in items:
        spoken = language if item.language == CALLER else item.language
        verb: Speech | None
        match item:
            case Prompt():
                verb = _say(item, spoken, values, interruptible)
            case Number(whose=whose):
                verb = SayNumber(whose=whose, language=spoken, interruptible=interruptible)
            case Message():
                sound = facts.messages.get(spoken)
                verb = Play(sound=sound, interruptible=interruptible) if sound else None
        if verb is not None:
            found.append(verb)
    return found


def _say(item: Prompt, language: str, values: Mapping[str, int], interruptible: bool) -> Say | None:
    prompt: str | None = item.prompt
    if item.languages is not None and language not in item.languages:
        prompt = item.instead
    if prompt is None or any(name not in values for name in item.parameters):
        return None
    return Say(
        prompt=prompt,
        language=language,
        arguments=tuple(values[name] for name in item.parameters),
        interruptible=interruptible,
    )
