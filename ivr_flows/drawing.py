"""Drawing: a flow as boxes and arrows, for whoever wants to see it on a wall. No pixels here."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Final, assert_never

import msgspec

from ivr_flows.domains import DOMAINS
from ivr_flows.flow import Flow
from ivr_flows.prompts import HOME_LANGUAGE, Catalog
from ivr_flows.spoken import CALLER, Item, Message, Number, Prompt
from ivr_flows.steps import (
    END,
    BranchStep,
    ClassStep,
    ConsentStep,
    EnqueueStep,
    GatherStep,
    HangupStep,
    InterpreterStep,
    KeepStep,
    LanguageStep,
    LaterStep,
    LookStep,
    NumberStep,
    Question,
    SayStep,
    Step,
    SurveyStep,
    TellStep,
    TransferStep,
)
from ivr_flows.verbs import Whose

START: Final = ""  # the id of the box from which everything begins; no step has this name


class Kind(StrEnum):
    """What a box is, and so what it looks like."""

    START = "start"
    SPEECH = "speech"  # says something
    QUESTION = "question"  # and waits for the caller
    BRANCH = "branch"  # decides without the caller
    NOTE = "note"  # sets or notes something, unheard
    PLACE = "place"  # a place in line, given or kept
    END = "end"


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """One step.

    Attributes:
        id: The step's name; of an end, one that no step has.
        does: What it does, beside the name; empty: the lines say it.
        lines: What is said or noted, a paragraph each.
        rule: How a question ends without an answer; empty: it is none.
    """

    id: str
    kind: Kind
    title: str
    does: str = ""
    lines: tuple[str, ...] = ()
    rule: str = ""


class Arrow(msgspec.Struct, frozen=True, kw_only=True):
    """From one box to another; the label says when."""

    source: str
    target: str
    label: str = ""


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """A whole flow; the first box is where it starts."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(flow: Flow, catalog: Catalog, title: str = "") -> Drawing:
    """The drawing of `flow`, with Swedish texts, steps in the order of the file.

    Args:
        title: What stands above it; the flow's name when empty.
    """
    words = _Words(catalog)
    boxes = [Box(id=START, kind=Kind.START, title=flow.name)]
    arrows = [Arrow(source=START, target=flow.start)]
    for name, step in flow.steps.items():
        boxes.append(words.box(name, step))
        for target, labels in _ways(step).items():
            ends = target == END
            if ends:  # an end beside each step: one for all would draw every arrow there
                boxes.append(Box(id=f"{name} {END}", kind=Kind.END, title="the flow ends"))
            arrows.append(
                Arrow(
                    source=name,
                    target=f"{name} {END}" if ends else target,
                    label=_joined(labels),
                )
            )
    return Drawing(title=title or flow.name, boxes=tuple(boxes), arrows=tuple(arrows))


def _ways(step: Step) -> Mapping[str, list[str]]:
    """Where a caller can go from a step, each with the reasons why."""
    found: dict[str, list[str]] = {}

    def way(target: str, label: str = "") -> None:
        found.setdefault(target, []).append(label)

    match step:
        case GatherStep():
            for key, meant in step.keys.items():
                way(meant.to, f"{key} {meant.language}" if meant.language else key)
            way(step.otherwise, "else")
        case NumberStep():
            way(step.good, "a number")
            way(step.otherwise, "else")
        case SurveyStep():
            way(step.otherwise)
        case BranchStep():
            for value, target in step.when.items():
                way(target, value)
            if step.otherwise is not None:
                way(step.otherwise, "else")
        case KeepStep():
            way(step.kept, "kept")
            way(step.refused, "refused")
        case TransferStep() | HangupStep():
            pass
        case _:
            way(step.next)
    return found


def _joined(labels: Iterable[str]) -> str:
    return " · ".join(label for label in labels if label)


class _Words:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def box(self, name: str, step: Step) -> Box:
        kind, does, lines = self._content(step)
        return Box(
            id=name,
            kind=kind,
            title=name,
            does=does,
            lines=tuple(lines),
            rule=_rule(step) if isinstance(step, Question) else "",
        )

    def _content(self, step: Step) -> tuple[Kind, str, list[str]]:
        match step:
            case SayStep():
                says = "says" if step.interruptible else "says to the end"
                return Kind.SPEECH, says, self._speech(step.speech)
            case GatherStep():
                return Kind.QUESTION, "asks for a key", self._speech(step.speech)
            case NumberStep():
                return Kind.QUESTION, "asks for a number", self._speech(step.speech)
            case SurveyStep():
                return Kind.QUESTION, f"asks for 1 to {step.scale}", self._speech(step.speech)
            case TellStep():
                return Kind.SPEECH, "says", ["place and wait, as they are"]
            case BranchStep():
                return Kind.BRANCH, "decides", [_ASKED.get(step.on, f"{step.on}?")]
            case KeepStep():
                return Kind.PLACE, "keeps the place", [f"to ring back {_WHOSE[step.whose]}"]
            case EnqueueStep():
                asked = step.language == CALLER
                line = "the caller's language" if asked else step.language
                return Kind.PLACE, "gives a place in line", [f"line: {line}"]
            case HangupStep():
                return Kind.END, "hangs up", []
            case TransferStep():
                return Kind.END, "transfers", [f"to {step.target}"]
            case _:
                return Kind.NOTE, *_note(step)

    def _speech(self, items: Sequence[Item]) -> list[str]:
        """A line for each item; one said in several languages on end is one line."""
        if not items:
            return ["(nothing, at this entry point)"]
        found = []
        for (said, _), group in groupby(items, key=lambda item: (self._said(item), type(item))):
            tags = [item.language for item in group]
            spoken = "" if tags == [CALLER] else f"{' '.join(tags)}: "
            found.append(f"{spoken}{said}")
        return found

    def _said(self, item: Item) -> str:
        match item:
            case Prompt():
                return self._text(item)
            case Number(whose=whose):
                return f"({_WHOSE[whose]}, digit by digit)"
            case Message():
                return "(the supervisor's message, if there is one)"
            case _:
                assert_never(item)

    def _text(self, item: Prompt) -> str:
        """The Swedish text; a prompt without one is shown in the first language that has it."""
        prompt = item.prompt
        languages = sorted(self._catalog.languages, key=lambda each: each != HOME_LANGUAGE)
        for language in languages:
            if self._catalog.has(language, prompt):
                arguments = min(DOMAINS[self._catalog.parameters(prompt)])
                return f"“{self._catalog.text(language, prompt, arguments)}”"
        return f"({prompt})"


_WHOSE: Final = {
    Whose.CALLER: "the caller's number",
    Whose.TYPED: "the typed number",
    Whose.RELAY: "the text telephones' number",
}


# What a branch looks at, as a question.
_ASKED: Final = {
    "hours": "Is the line of the caller's language open?",
    "language": "Which language is spoken?",
    "surge": "Which level of surge?",
    "caller": "Do we have the caller's number?",
    "class": "Which priority class?",
    "message": "Is a supervisor's message in force?",
    "wait": "Is the wait known?",
    "news": "Does the wait sound other than told?",
    "offer": "Is a kept place offered?",
    "visit": "The first visit, or a later one?",
    "turn": "Which turn is it?",
    "key": "Which key was pressed while waiting?",
    "told": "Was the wait told before?",
    "sampled": "Is this caller asked for the survey?",
    "relay": "Is there a number for text telephones?",
}


def _note(
    step: LanguageStep | ClassStep | InterpreterStep | LookStep | ConsentStep | LaterStep,
) -> tuple[str, list[str]]:
    match step:
        case LanguageStep(language=language):
            return "sets the language", [language]
        case ClassStep(priority_class=priority_class):
            return "sets the class", [priority_class]
        case InterpreterStep(wanted=wanted):
            return "asks for an interpreter", [wanted]
        case LookStep():
            return "looks", ["how place and wait are by now"]
        case ConsentStep(about=about, given=given):
            return "notes consent", [f"{about}: {'yes' if given else 'no'}"]
        case LaterStep(seconds=seconds):
            return "speaks again", [f"after {seconds} s"]
        case _:
            assert_never(step)


def _rule(step: Question) -> str:
    seconds = step.timeout_ms / 1000
    return f"waits {seconds:g} s; else after {step.wrong_times} wrong or {step.silent_times} silent"
