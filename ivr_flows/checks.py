"""Checks of a whole flow: every caller, whatever they press, gets somewhere.

    start --> ... --> enqueue or hangup --> ... --> end

What a file's single lines cannot show is checked here, on the graph of its steps.
"""

from collections.abc import Mapping

from ivr_flows.flow import Flow
from ivr_flows.steps import END, EnqueueStep, HangupStep, Step, exit_in_silence, exits
from language_routing.yaml_lines import Located


def check(flow: Flow, places: Mapping[str, Located]) -> None:
    """See that a flow can be used.

    Args:
        places: Where each step stands in the file.

    Raises:
        YamlError: A step leads nowhere for a caller who presses nothing; a step is never
            reached; a caller can come to the end without a place in line, or get two.
    """
    for name, place in places.items():
        if not _ends_in_silence(flow, name):
            raise place.error(
                f"from step {name} a caller who presses nothing never reaches the end"
            )
    if flow.start == END:
        raise next(iter(places.values())).error("the flow ends before it starts")
    reached = _reachable(flow.steps, {flow.start})
    for name, place in places.items():
        if name not in reached:
            raise place.error(f"nobody ever gets to step {name}")
    served = {
        name for name, step in flow.steps.items() if isinstance(step, EnqueueStep | HangupStep)
    }
    if END in _reachable(flow.steps, {flow.start}, beyond=served):
        raise places[flow.start].error("a caller can reach the end without a place in line")
    for name, step in flow.steps.items():
        if isinstance(step, EnqueueStep):
            again = _reachable(flow.steps, {step.next})
            if any(isinstance(flow.steps.get(other), EnqueueStep) for other in again):
                raise places[name].error(f"a caller can be put in line again after {name}")


def _ends_in_silence(flow: Flow, name: str) -> bool:
    """Each step has one way for silence, so as many moves as steps are enough."""
    for _ in flow.steps:
        name = exit_in_silence(flow.steps[name])
        if name == END:
            return True
    return False


def _reachable(
    steps: Mapping[str, Step], begin: set[str], beyond: set[str] | None = None
) -> set[str]:
    """The steps (and `END`) that can be reached from `begin`, not going past `beyond`."""
    found = set(begin)
    frontier = list(begin)
    while frontier:
        name = frontier.pop()
        if name == END or (beyond is not None and name in beyond):
            continue
        fresh = [exit_ for exit_ in exits(steps[name]) if exit_ not in found]
        found.update(fresh)
        frontier.extend(fresh)
    return found
