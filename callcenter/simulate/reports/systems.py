"""Systems: the kinds of what a report compares, and how its sentences speak of each.

A kind is known by how `Summary.system` begins.
"""

from collections.abc import Sequence
from enum import StrEnum

from callcenter.simulate.reports.shown import and_then
from callcenter.simulate.summary import Summary


class Kind(StrEnum):
    """What a summary is of."""

    OURS = "ours"  # this ACD, simulated
    UNCHANGED = "unchanged"  # the same with the recording's own nurses and rules
    RECORDED = "recorded"  # what really happened
    APP_QUEUE = "app_queue"  # a simulation of its rules
    OTHER = "other"  # a simulation of other rules


_BEGINNINGS = {
    "this ACD, ": Kind.UNCHANGED,
    "this ACD": Kind.OURS,
    "as recorded": Kind.RECORDED,
    "app_queue": Kind.APP_QUEUE,
}
_SAME_CALLERS = "the same callers came, with the same patience and the same need for talk"
_OTHER_RULES = "and only the rules differ, and how many ring again after giving up"
_DIFFERENCES = {
    Kind.UNCHANGED: (
        f"simulated without the change: {_SAME_CALLERS}, to the nurses and under the rules "
        "that were recorded; how many ring again may differ too."
    ),
    Kind.RECORDED: "what really happened on these days; nothing of it is simulated.",
    Kind.APP_QUEUE: (
        f"a simulation of app_queue’s rules: {_SAME_CALLERS}, {_OTHER_RULES}. Our own hand-over "
        "of some 20\u00a0ms (measured by “make bench ONLY=dispatch”) is not in the simulation, "
        "while app_queue’s looks once a second are. A surge shortens wrap-up, stretches the "
        "language rings and refuses callers only with this ACD. What a nurse is trained in and "
        "her years it does not know; that more nurses may serve a caller after a while "
        "(interpreters too) only where it is carefully set up."
    ),
    Kind.OTHER: f"simulated: {_SAME_CALLERS}, {_OTHER_RULES}.",
}


def kind(summary: Summary) -> Kind:
    """Which kind of system these are the figures of."""
    for beginning, found in _BEGINNINGS.items():
        if summary.system.startswith(beginning):
            return found
    return Kind.OTHER


def under(summary: Summary) -> str:
    """`with app_queue (a queue for each language)`, `without the change`, `really`."""
    match kind(summary):
        case Kind.UNCHANGED:
            return "without the change"
        case Kind.RECORDED:
            return "really"
        case _:
            return f"with {_called(summary)}"


def than(ours: Summary, other: Summary) -> str:
    """What ours is more or less than: `with this ACD than they really did`."""
    match kind(other):
        case Kind.UNCHANGED:
            return "with the change than without it"
        case Kind.RECORDED:
            return f"{under(ours)} than they really did"
        case _:
            return f"{under(ours)} than {under(other)}"


def differences(summaries: Sequence[Summary]) -> list[tuple[str, str]]:
    """The names of those that ours is compared with, and wherein they differ from it."""
    names: dict[Kind, list[str]] = {}
    for other in summaries[1:]:
        names.setdefault(kind(other), []).append(_called(other))
    return [
        (and_then(found), _DIFFERENCES[each])
        for each, found in names.items()
        if each in _DIFFERENCES
    ]


def rules(summaries: Sequence[Summary]) -> str:
    """By whose rules order and idle time are judged."""
    return "its own rules" if len(summaries) == 1 else "each system’s own rules"


def kept_back(summaries: Sequence[Summary]) -> str:
    """Whose idle time is counted otherwise; nothing if nobody's is."""
    recorded = [_called(each) for each in summaries if kind(each) is Kind.RECORDED]
    if not recorded:
        return ""
    return (
        f"“{and_then(recorded)}”: idle time as the live service counts it, only while a caller "
        "was kept back; in the simulations while any caller waited."
    )


def _called(summary: Summary) -> str:
    """Its name, as it can stand within a sentence."""
    name, comma, more = summary.system.partition(", ")
    return f"{name} ({more})" if comma else name
