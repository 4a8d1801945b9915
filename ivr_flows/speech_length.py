"""Speech length: for how long a flow may talk before its caller is in line."""

from collections.abc import Callable, Iterator
from typing import Final

from ivr_flows.dialogue import Flow
from ivr_flows.domains import DOMAINS
from ivr_flows.prompts import sound_id
from ivr_flows.spoken import CALLER, Item, Message, Number, Prompt
from ivr_flows.steps import (
    END,
    EnqueueStep,
    GatherStep,
    LanguageStep,
    Question,
    SayStep,
    Step,
    TransferStep,
    exits,
)

# Nobody is talked to for longer before the line, in seconds.
MOST_BEFORE_LINE_S: Final = 25.0
_LONGEST_NUMBER: Final = 15  # digits (E.164)

Seconds = Callable[[str, str], float]


def longest_speech_s(flow: Flow, seconds: Seconds, message_s: float = 0.0) -> float:
    """The most seconds of speech that a caller hears out before the line, or the end.

    Counted for callers who press no wrong key and no `*`, in whichever language they choose,
    who let every question be asked as often as silence allows. Pauses do not count.

    Args:
        seconds: How long a sound is: language and sound id (`wait-range.5-10`) to seconds.
        message_s: How long a supervisor's message is.
    """
    walk = _Walk(flow, seconds, message_s)
    return max(walk.lengths(flow.start, flow.default_language, ()))


class _Walk:
    """All ways through one flow."""

    def __init__(self, flow: Flow, seconds: Seconds, message_s: float) -> None:
        self._flow = flow
        self._seconds = seconds
        self._message_s = message_s

    def lengths(self, at: str, language: str, past: tuple[str, ...]) -> Iterator[float]:
        """The length of each way from `at`; a way goes over no step twice."""
        if at == END or at in past:
            yield 0.0
            return
        step = self._flow.steps[at]
        if isinstance(step, EnqueueStep | TransferStep):
            yield 0.0
            return
        spoken = sum(self._item_s(item, language) for item in _heard(step))
        for to, chosen in _ways(step, language):
            for length in self.lengths(to, chosen, (*past, at)):
                yield spoken + length

    def _item_s(self, item: Item, language: str) -> float:
        spoken = language if item.language == CALLER else item.language
        match item:
            case Message():
                return self._message_s
            case Number():
                return _LONGEST_NUMBER * max(self._seconds(spoken, f"digit.{n}") for n in range(10))
            case Prompt(prompt=prompt, parameters=parameters):
                if item.languages is not None and spoken not in item.languages:
                    return self._seconds(spoken, item.instead) if item.instead else 0.0
                sounds = [sound_id(prompt, values) for values in DOMAINS[parameters]]
                return max(self._seconds(spoken, sound) for sound in sounds)


def _heard(step: Step) -> tuple[Item, ...]:
    match step:
        case SayStep(speech=speech):
            return speech
        case Question(speech=speech, silent_speech=reminder, silent_times=times):
            return (*speech, *((reminder or speech) * (times - 1)))
        case _:
            return ()


def _ways(step: Step, language: str) -> Iterator[tuple[str, str]]:
    match step:
        case GatherStep(keys=keys, otherwise=otherwise):
            yield otherwise, language
            for key in keys.values():
                yield key.to, key.language or language
        case LanguageStep(language=chosen, next=to):
            yield to, chosen
        case _:
            for to in exits(step):
                yield to, language
