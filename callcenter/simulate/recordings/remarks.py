"""Remarks: what a reader of a replayed recording should know, a sentence each."""

from collections.abc import Iterator, Sequence
from typing import Final

from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.people_time import clock_time
from callcenter.simulate.outcome import End
from callcenter.simulate.recordings.extract import Extract, local_day
from callcenter.simulate.recordings.stood import Stood

_MOMENT: Final[Millis] = 60_000


def remarks(
    found: Extract,
    counted: Sequence[Stood],
    rules: Policy,
    begins: Millis,
    ends: Millis,
    *,
    assumed: Sequence[str] | None = None,
) -> list[str]:
    """About the recording, its calls that count, and the rules of the simulation.

    Args:
        begins, ends: The days that count.
        assumed: The classes that are taken never to be refused; `None`: it is known.
    """
    return [
        *_of_calls(found, counted, begins, ends),
        *_of_rules(rules, assumed),
        *_of_nurses(found, rules),
    ]


def _of_calls(
    found: Extract, counted: Sequence[Stood], begins: Millis, ends: Millis
) -> Iterator[str]:
    if found.begins > begins + _MOMENT or found.ends < ends - _MOMENT:
        yield (
            f"The recording goes from {_when(found.begins)} to {_when(found.ends)}: nobody is "
            "there before, and whoever is in line at its end counts as still waiting."
        )
    if any(policy != found.policies[0][1] for _, policy in found.policies):
        yield (
            "The site's rules changed during the recording; those in force at the first call "
            "are used for all of it."
        )
    if lost := sum(call.end is End.WAITING for call in counted):
        yield (
            f"Calls whose end nobody saw (lost, or still in line at the recording's end): {lost}. "
            "As recorded they count as still waiting; here their patience is drawn, and beyond the "
            "recording's end nobody gives up."
        )
    if withdrawn := sum(call.withdrawn for call in counted):
        yield (
            "Callers whom a supervisor took out of the line, to be rung back: "
            f"{withdrawn}. Nobody does that here: they stay, and their patience is drawn."
        )
    if kept := sum(call.kept for call in counted):
        yield (
            f"Callers who kept their place and left the line, to be rung back: {kept}. Nobody "
            "does that here: they stay, and their patience is drawn."
        )
    if refused := sum(begins <= at < ends for at in found.refused):
        yield (
            f"Callers turned away before the answer: {refused}. What they wanted is not known, "
            "and they do not come here."
        )
    if again := sum(call.tries > 0 for call in counted):
        yield (
            f"Calls of people who had given up before: {again}. They come here even if they "
            "were answered at first."
        )
    if missed := sum(call.missed for call in counted):
        yield (
            f"Ringings that nobody answered: {missed}. They are not repeated here; the nurses "
            "whom they took out of rotation are away from their first ring on."
        )
    if found.skipped:
        yield f"Entries that nobody could read: {found.skipped}."


def _of_rules(rules: Policy, assumed: Sequence[str] | None) -> Iterator[str]:
    if assumed is None or not any(step.refuse_waiting for step in rules.surge.steps):
        return
    yield (
        "A journal does not say which callers no surge turns away; here it is those of the "
        f"classes with a shorter target than others: {', '.join(assumed) or 'none'}."
    )


def _of_nurses(found: Extract, rules: Policy) -> Iterator[str]:
    if several := sorted(nurse for nurse, ways in found.chosen.items() if len(ways) > 1):
        yield (
            "Signed in with other languages at other times, and simulated with all of theirs: "
            f"{', '.join(several)}."
        )
    if found.wrap_ups:
        mean = found.wrapped / found.wrap_ups
        if abs(mean - rules.wrap_up) > max(2_000, rules.wrap_up / 10):
            yield (
                f"Wrap-ups lasted {mean / 1000:.0f} s on average; simulated ones last "
                f"{rules.wrap_up / 1000:.0f} s, by the rules."
            )
    if found.assumed:
        yield (
            "Nurses who had come before the recording began, and are taken to be there from "
            f"its beginning: {len(found.assumed)}."
        )
    listed = {spec.id for spec in rules.nurses}
    if gone := sorted({change.nurse for change in found.changes} - listed):
        yield f"Not among the nurses of these rules: {', '.join(gone)}."


def _when(at: Millis) -> str:
    return f"{local_day(at)} {clock_time(at)}"
