"""Steps: the parts of a flow, as they stand in its YAML once names are resolved."""

from collections.abc import Mapping
from typing import Final

import msgspec

# The name that a step gives to say that the flow is over.
END: Final = "end"

# In `Speech.language`: whatever the caller has chosen, or the site's first language.
CALLER: Final = "caller"


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt in one language (a code, or `CALLER`)."""

    prompt: str
    language: str


class SayStep(msgspec.Struct, frozen=True, kw_only=True):
    """Speak, then go on. With `interruptible`, a key answers the next question at once."""

    speech: tuple[Speech, ...]
    interruptible: str
    next: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What one key means: the step it leads to, and the language it chooses if any."""

    to: str
    language: str | None = None


class AskStep(msgspec.Struct, frozen=True, kw_only=True):
    """Speak, wait for one key, and ask again a bounded number of times.

    Attributes:
        keys: Every key that means something.
        timeout_ms: Silence after the question, in milliseconds.
        wrong_speech: Said before the question is repeated after a wrong key.
        wrong_times: The wrong key that ends the asking: 2 means that the second does.
        silent_times: The same for silence.
        otherwise: Where the caller goes when asking has ended.
    """

    speech: tuple[Speech, ...]
    keys: Mapping[str, Key]
    timeout_ms: int
    wrong_speech: tuple[Speech, ...]
    wrong_times: int
    silent_times: int
    otherwise: str


class LanguageStep(msgspec.Struct, frozen=True, kw_only=True):
    """Set the caller's language without asking."""

    language: str
    next: str


class EnqueueStep(msgspec.Struct, frozen=True, kw_only=True):
    """The caller stands in line from here on, in the language chosen so far."""

    next: str


class HangupStep(msgspec.Struct, frozen=True, kw_only=True):
    """The call is over, and with it the flow."""


Step = SayStep | AskStep | LanguageStep | EnqueueStep | HangupStep


def exits(step: Step) -> list[str]:
    """Every step that can follow `step`, in order; `END` among them where it can end."""
    match step:
        case AskStep():
            return [*(key.to for key in step.keys.values()), step.otherwise]
        case HangupStep():
            return [END]
        case _:
            return [step.next]


def exit_in_silence(step: Step) -> str:
    """The step that follows for a caller who never presses a key."""
    return exits(step)[-1]
