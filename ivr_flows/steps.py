"""Steps: the parts of a flow, as they stand in its YAML once names are resolved."""

from collections.abc import Mapping
from typing import Final

import msgspec

from ivr_flows.spoken import Item
from ivr_flows.verbs import Whose

# The name that a step gives to say that the flow is over.
END: Final = "end"


class SayStep(msgspec.Struct, frozen=True, kw_only=True):
    """Speak, then go on. With `interruptible`, a key answers the next question at once."""

    speech: tuple[Item, ...]
    interruptible: bool
    next: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What one key means: the step it leads to, and the language it chooses if any."""

    to: str
    language: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Speak, wait for an answer, and ask again a bounded number of times.

    Attributes:
        timeout_ms: Silence after the question, in milliseconds.
        wrong_speech: Said before the question is repeated after a wrong answer.
        wrong_times: The wrong answer that ends the asking: 2 means that the second does.
        silent_speech: Said in place of the question after a silence; empty: the question.
        silent_times: As `wrong_times`, for silence.
        otherwise: Where the caller goes when asking has ended.
    """

    speech: tuple[Item, ...]
    timeout_ms: int
    wrong_speech: tuple[Item, ...]
    wrong_times: int
    silent_speech: tuple[Item, ...] = ()
    silent_times: int
    otherwise: str


class GatherStep(Question, frozen=True, kw_only=True):
    """Ask for one key.

    Attributes:
        keys: Every key that means something. `*` repeats the question unless it is here.
    """

    keys: Mapping[str, Key]


class NumberStep(Question, frozen=True, kw_only=True):
    """Ask for a telephone number, typed key by key; a usable one leads to `good`."""

    good: str


class SurveyStep(Question, frozen=True, kw_only=True):
    """Ask for a score from 1 to `scale`; `otherwise` is where the caller goes in any case.

    Attributes:
        question: Id of the prompt that asks, and what the score is counted under.
    """

    question: str
    scale: int

    @property
    def scores(self) -> str:
        """The keys that answer it."""
        return "123456789"[: self.scale]


class LanguageStep(msgspec.Struct, frozen=True, kw_only=True):
    """Set the caller's language without asking."""

    language: str
    next: str


class BranchStep(msgspec.Struct, frozen=True, kw_only=True):
    """Go on by how something stands (`ivr_flows.branching`).

    Attributes:
        when: Value to step.
        otherwise: For values not in `when`; `None`: all of them are.
    """

    on: str
    when: Mapping[str, str]
    otherwise: str | None = None


class ClassStep(msgspec.Struct, frozen=True, kw_only=True):
    """Change the caller's priority class."""

    priority_class: str
    next: str


class InterpreterStep(msgspec.Struct, frozen=True, kw_only=True):
    """The caller is to be served with an interpreter; before the line only."""

    wanted: str
    next: str


class EnqueueStep(msgspec.Struct, frozen=True, kw_only=True):
    """The caller stands in line from here on; `language` is a code, or `CALLER`."""

    language: str
    next: str


class LookStep(msgspec.Struct, frozen=True, kw_only=True):
    """Take the facts as they are by now."""

    next: str


class TellStep(msgspec.Struct, frozen=True, kw_only=True):
    """Say the caller's place and wait (`ivr_flows.telling`)."""

    interruptible: bool
    next: str


class KeepStep(msgspec.Struct, frozen=True, kw_only=True):
    """Keep the caller's place, to ring back at a number."""

    whose: Whose
    kept: str
    refused: str


class ConsentStep(msgspec.Struct, frozen=True, kw_only=True):
    """Note that the caller has agreed, or not."""

    about: str
    given: bool
    next: str


class LaterStep(msgspec.Struct, frozen=True, kw_only=True):
    """Do not speak to the caller again before so many seconds have gone by."""

    seconds: int
    next: str


class TransferStep(msgspec.Struct, frozen=True, kw_only=True):
    """Connect the caller elsewhere; the flow is over."""

    target: str


class HangupStep(msgspec.Struct, frozen=True, kw_only=True):
    """The call is over, and with it the flow."""


Step = (
    SayStep
    | GatherStep
    | NumberStep
    | SurveyStep
    | LanguageStep
    | BranchStep
    | ClassStep
    | InterpreterStep
    | EnqueueStep
    | LookStep
    | TellStep
    | KeepStep
    | ConsentStep
    | LaterStep
    | TransferStep
    | HangupStep
)


def exits(step: Step) -> list[str]:
    """Every step that can follow `step`, in order; `END` among them where it can end."""
    match step:
        case GatherStep():
            return [*(key.to for key in step.keys.values()), step.otherwise]
        case NumberStep():
            return [step.good, step.otherwise]
        case _:
            return exits_in_silence(step)


def exits_in_silence(step: Step) -> list[str]:
    """The steps that can follow for a caller who never presses a key."""
    match step:
        case Question():
            return [step.otherwise]
        case BranchStep():
            return [*step.when.values(), *([step.otherwise] if step.otherwise else [])]
        case KeepStep():
            return [step.kept, step.refused]
        case TransferStep() | HangupStep():
            return [END]
        case _:
            return [step.next]
