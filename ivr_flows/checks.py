"""Checks of a whole flow: every caller, whatever they press, gets somewhere.

    entry:  start --> ... --> enqueue, transfer or hangup --> ... --> end
    line:   start --> ... --> end, or: keep --kept--> ... --> hangup
    after:  start --> ... --> consent (yes) --> survey --> ... --> end

What a file's single lines cannot show is checked here, on the graph of its steps.
"""

from collections.abc import Callable, Iterable, Mapping

from ivr_flows.dialogue import Flow
from ivr_flows.steps import (
    END,
    ConsentStep,
    EnqueueStep,
    HangupStep,
    InterpreterStep,
    KeepStep,
    NumberStep,
    Step,
    SurveyStep,
    TransferStep,
    exits,
    exits_in_silence,
)
from ivr_flows.verbs import Whose
from language_routing.yaml_lines import Located


def check(flow: Flow, places: Mapping[str, Located]) -> None:
    """See that a flow can be used.

    Args:
        places: Where each step stands in the file.

    Raises:
        YamlError: A caller who presses nothing may go round for ever; a step is never reached;
            a caller can come to the end without a place in line, or get two, or be hung up on;
            a survey is asked without consent; a number is kept that nobody has typed.
    """
    for name, place in places.items():
        if _goes_round(flow, name):
            raise place.error(
                f"from step {name} a caller who presses nothing may never reach the end"
            )
    if flow.start == END:
        raise next(iter(places.values())).error("the flow ends before it starts")
    reached = _reachable(flow.steps, {flow.start}, exits)
    for name, place in places.items():
        if name not in reached:
            raise place.error(f"nobody ever gets to step {name}")
    match flow.phase:
        case "entry":
            _check_entry(flow, places)
        case "line":
            _check_line(flow, places)
        case _:
            _check_after(flow, places)


def _check_entry(flow: Flow, places: Mapping[str, Located]) -> None:
    if END in _reachable(flow.steps, {flow.start}, _exits_unserved):
        raise places[flow.start].error("a caller can reach the end without a place in line")
    for name, step in flow.steps.items():
        if isinstance(step, EnqueueStep):
            for later in sorted(_reachable(flow.steps, {step.next}, exits) - {END}):
                match flow.steps[later]:
                    case EnqueueStep():
                        raise places[name].error(f"a caller can be put in line again after {name}")
                    case HangupStep() | TransferStep():
                        raise places[later].error("a caller who is in line can lose the place here")
                    case InterpreterStep():
                        raise places[later].error("an interpreter is set before the line only")


def _check_line(flow: Flow, places: Mapping[str, Located]) -> None:
    for name in _ordered(places, _reachable(flow.steps, {flow.start}, _exits_not_kept)):
        if isinstance(flow.steps[name], HangupStep):
            raise places[name].error("a caller in line can be hung up on without a kept place")
    for name in _ordered(places, _reachable(flow.steps, {flow.start}, _exits_not_typed)):
        step = flow.steps[name]
        if isinstance(step, KeepStep) and step.whose is Whose.TYPED:
            raise places[name].error("a caller can get here without having typed a number")
    for name, step in flow.steps.items():
        if isinstance(step, KeepStep):
            after = _reachable(flow.steps, {step.kept}, _exits_not_hung_up)
            if END in after or any(isinstance(flow.steps[each], KeepStep) for each in after):
                raise places[name].error("whose place is kept is out of line: end in hangup")


def _check_after(flow: Flow, places: Mapping[str, Located]) -> None:
    for name in _ordered(places, _reachable(flow.steps, {flow.start}, _exits_without_consent)):
        if isinstance(flow.steps[name], SurveyStep):
            raise places[name].error("a caller can be asked this without having agreed")


def _exits_unserved(step: Step) -> list[str]:
    return [] if isinstance(step, EnqueueStep | HangupStep | TransferStep) else exits(step)


def _exits_not_kept(step: Step) -> list[str]:
    return [step.refused] if isinstance(step, KeepStep) else exits(step)


def _exits_not_hung_up(step: Step) -> list[str]:
    return [] if isinstance(step, HangupStep) else exits(step)


def _exits_not_typed(step: Step) -> list[str]:
    return [step.otherwise] if isinstance(step, NumberStep) else exits(step)


def _exits_without_consent(step: Step) -> list[str]:
    agreed = isinstance(step, ConsentStep) and step.about == "survey" and step.given
    return [] if agreed else exits(step)


def _ordered(places: Mapping[str, Located], names: set[str]) -> Iterable[str]:
    return [name for name in places if name in names]


def _goes_round(flow: Flow, name: str) -> bool:
    """Whether silence can lead from `name` back to it, over whatever branches."""
    onward = exits_in_silence(flow.steps[name])
    return name in _reachable(flow.steps, set(onward), exits_in_silence)


def _reachable(
    steps: Mapping[str, Step], begin: set[str], follow: Callable[[Step], list[str]]
) -> set[str]:
    """The steps (and `END`) that can be reached from `begin`, going on by `follow`."""
    found = set(begin)
    frontier = list(begin)
    while frontier:
        name = frontier.pop()
        if name == END:
            continue
        fresh = [exit_ for exit_ in follow(steps[name]) if exit_ not in found]
        found.update(fresh)
        frontier.extend(fresh)
    return found
