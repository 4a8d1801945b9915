"""Flow: a telephone dialogue as a pure step function.

The runner's whole duty:

1. `state, verbs = step(flow, begin(flow), Done(), now_ms)`;
2. carry out the verbs in order; if the last is a `Gather`, its outcome (`Digit` or
   `NoDigit`) is the next input, else `Done`;
3. unless `state.over`, `state, verbs = step(flow, state, given, now_ms)`, and again 2.

A flow asks each question a bounded number of times (see `AskStep`) and not at all after
`Flow.limit_ms`, so a caller who presses nothing, or only nonsense, comes to an end.
"""

from collections.abc import Mapping
from typing import assert_never

import msgspec

from ivr_flows.inputs import Digit, Done, Input, NoDigit
from ivr_flows.steps import (
    CALLER,
    END,
    AskStep,
    EnqueueStep,
    HangupStep,
    LanguageStep,
    SayStep,
    Speech,
    Step,
)
from ivr_flows.verbs import ANY_KEY, Enqueue, Gather, Hangup, Say, SetLanguage, Verb


class IllegalInput(Exception):
    """The input does not answer what the flow waits for: a bug in the runner."""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A checked dialogue; made by `load_flow`.

    Attributes:
        start: Name of the first step.
        default_language: The caller's language until one is chosen.
        limit_ms: Counted from the first step; no question is repeated later than this.
    """

    name: str
    start: str
    default_language: str
    limit_ms: int
    steps: Mapping[str, Step]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where one caller is in a flow. Plain data: a webhook may keep it between requests.

    Attributes:
        at: The step that waits for an input; `END` when the flow is over.
        language: The caller's language so far.
        wrong: Wrong keys at this question so far.
        silent: Silences at this question so far.
        began_ms: Instant of the first input; `None` before it.
    """

    at: str
    language: str
    wrong: int = 0
    silent: int = 0
    began_ms: int | None = None

    @property
    def over(self) -> bool:
        """Nothing follows the verbs that came with this state."""
        return self.at == END


def begin(flow: Flow) -> State:
    """The state before the first input, which is `Done`."""
    return State(at=flow.start, language=flow.default_language)


def step(flow: Flow, state: State, given: Input, now_ms: int) -> tuple[State, list[Verb]]:
    """Take one input; return the new state and the verbs that follow from it, in order.

    Args:
        now_ms: Milliseconds of any clock that does not go back.

    Raises:
        IllegalInput: `given` is not what `state` waits for; nothing has changed.
    """
    if state.over:
        raise IllegalInput(f"{flow.name} is over")
    if state.began_ms is None:
        if not isinstance(given, Done):
            raise IllegalInput(f"{flow.name} begins with Done")
        return _run(flow, msgspec.structs.replace(state, began_ms=now_ms), state.at)
    ask = flow.steps[state.at]
    assert isinstance(ask, AskStep)  # _run stops nowhere else
    may_repeat = now_ms - state.began_ms < flow.limit_ms
    match given:
        case Digit(key=key) if key in ask.keys:
            return _chosen(flow, state, ask.keys[key].to, ask.keys[key].language)
        case Digit():
            state = msgspec.structs.replace(state, wrong=state.wrong + 1)
            if may_repeat and state.wrong < ask.wrong_times:
                return state, [*_says(state, ask.wrong_speech, ANY_KEY), *_question(state, ask)]
        case NoDigit():
            state = msgspec.structs.replace(state, silent=state.silent + 1)
            if may_repeat and state.silent < ask.silent_times:
                return state, _question(state, ask)
        case Done():
            raise IllegalInput(f"{flow.name} waits for a key")
        case _:
            assert_never(given)
    return _run(flow, state, ask.otherwise)


def _chosen(
    flow: Flow, state: State, target: str, language: str | None
) -> tuple[State, list[Verb]]:
    if language is None:
        return _run(flow, state, target)
    state, verbs = _run(flow, msgspec.structs.replace(state, language=language), target)
    return state, [SetLanguage(language=language), *verbs]


def _run(flow: Flow, state: State, at: str) -> tuple[State, list[Verb]]:
    """Go on from step `at` up to the next question or the end.

    Terminates: `load_flow` refuses steps that go round without asking.
    """
    verbs: list[Verb] = []
    while at != END:
        current = flow.steps[at]
        match current:
            case SayStep():
                verbs += _says(state, current.speech, current.interruptible)
                at = current.next
            case AskStep():
                state = msgspec.structs.replace(state, at=at, wrong=0, silent=0)
                return state, [*verbs, *_question(state, current)]
            case LanguageStep():
                state = msgspec.structs.replace(state, language=current.language)
                verbs.append(SetLanguage(language=current.language))
                at = current.next
            case EnqueueStep():
                verbs.append(Enqueue(language=state.language))
                at = current.next
            case HangupStep():
                verbs.append(Hangup())
                at = END
            case _:
                assert_never(current)
    return msgspec.structs.replace(state, at=END), verbs


def _question(state: State, ask: AskStep) -> list[Verb]:
    gather = Gather(digits="".join(ask.keys), timeout_ms=ask.timeout_ms)
    return [*_says(state, ask.speech, ANY_KEY), gather]


def _says(state: State, speech: tuple[Speech, ...], interruptible: str) -> list[Verb]:
    return [
        Say(
            prompt=each.prompt,
            language=state.language if each.language == CALLER else each.language,
            interruptible=interruptible,
        )
        for each in speech
    ]
