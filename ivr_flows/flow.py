"""Flow: a telephone dialogue as a pure step function.

The runner's whole duty:

1. `state, verbs = step(flow, begin(flow, facts), Done(), now_ms)`;
2. carry out the verbs in order; if the last asks for an answer (`Gather`, `GatherNumber`,
   `Look`, `KeepPlace`), its answer is the next input, else `Done`;
3. unless `state.over`, `state, verbs = step(flow, state, given, now_ms)`, and again 2.

Nobody is stuck: `load_flow` refuses a flow in which a silent caller could go round; each
question is asked a bounded number of times (`Question`), comes up again a bounded number of
times (`turn.MOST_ASKED`), and neither after `Flow.limit_ms`.
"""

import msgspec

from ivr_flows.dialogue import Flow, State
from ivr_flows.facts import Facts
from ivr_flows.inputs import Digit, Done, Input, Kept, NoDigit, Seen, Typed
from ivr_flows.steps import GatherStep, KeepStep, LookStep, NumberStep, SurveyStep
from ivr_flows.turn import REPEAT, Turn
from ivr_flows.verbs import Verb

__all__ = ["Flow", "IllegalInput", "State", "begin", "step"]


class IllegalInput(Exception):
    """The input does not answer what the flow waits for: a bug in the runner."""


def begin(flow: Flow, facts: Facts, language: str | None = None) -> State:
    """The state before the first input, which is `Done`.

    Args:
        language: The caller's, if it is known by now. One that we do not speak is not taken.
    """
    if language not in flow.languages:
        language = None
    return State(at=flow.start, facts=facts, language=language or flow.default_language)


def step(flow: Flow, state: State, given: Input, now_ms: int) -> tuple[State, list[Verb]]:
    """Take one input; return the new state and the verbs that follow from it, in order.

    Args:
        now_ms: Unix milliseconds (UTC) of a clock that does not go back.

    Raises:
        IllegalInput: `given` is not what `state` waits for; nothing has changed.
    """
    if state.over:
        raise IllegalInput(f"{flow.name} is over")
    if state.began_ms is None:
        if not isinstance(given, Done):
            raise IllegalInput(f"{flow.name} begins with Done")
        return Turn(flow, msgspec.structs.replace(state, began_ms=now_ms), now_ms).run(state.at)
    turn = Turn(flow, state, now_ms)
    match flow.steps[state.at], given:
        case LookStep(next=next_), Seen(facts=facts):
            return turn.look(facts, next_)
        case KeepStep(kept=yes, refused=no), Kept(kept=kept):
            return turn.run(yes if kept else no)
        case NumberStep() as question, Typed(usable=usable, repeat=repeat):
            if repeat:
                return turn.repeat(question)
            return turn.answered(question.good) if usable else turn.wrong(question)
        case GatherStep(keys=keys), Digit(key=key) if key in keys:
            return turn.answered(keys[key].to, keys[key].language)
        case SurveyStep() as question, Digit(key=key) if key in question.scores:
            return turn.scored(question, int(key))
        case (GatherStep() | SurveyStep()) as question, Digit(key=key):
            return turn.repeat(question) if key == REPEAT else turn.wrong(question)
        case (GatherStep() | SurveyStep() | NumberStep()) as question, NoDigit():
            return turn.silence(question)
        case waiting, _:
            wanted = type(waiting).__name__.removesuffix("Step").lower()
            raise IllegalInput(f"{flow.name} waits at a {wanted} for another answer")
