"""Plots: the charts of a report.

Each is written to a path, and answers with its finding in words, for whoever cannot see it;
with `None`, and writes nothing, when there is nothing to draw. The first summary is ours.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from callcenter.simulate.reports import findings
from callcenter.simulate.reports.drawing import (
    COLOURS,
    WIDE,
    day_line,
    end_labels,
    hours_of_the_day,
    is_wide,
    key,
    panels,
    save,
    shares,
    sheet,
    style,
    unit,
    whole_steps,
)
from callcenter.simulate.reports.shown import (
    EVERYBODY,
    calls,
    count,
    mean_wait,
    often_called,
    service_level,
    wait,
)
from callcenter.simulate.reports.staffing import advised, shortages
from callcenter.simulate.scenarios.advice import Advice
from callcenter.simulate.summary import Figures, Summary
from language_routing.languages import Language
from language_routing.words import name_of


def fairness_chart(summaries: Sequence[Summary], path: Path, width: float = WIDE) -> str | None:
    """The 95th percentile of the wait by language, the systems beside one another.

    Args:
        path: `.png`, or `.svg` that is the same byte for byte at every drawing.
        width: In inches.
    """
    tags = [
        tag
        for tag in often_called(summaries)
        if any(_slow_wait(summary, tag) is not None for summary in summaries)
    ]
    if not tags:
        return None
    longest = max(_slow_wait(summary, tag) or 0 for summary in summaries for tag in tags)
    seconds, name = unit(longest)
    systems, named = len(summaries), is_wide(width)
    with style():
        figure = sheet(width, len(tags) * (0.26 * systems + 0.24) + 0.9)
        axes = figure.subplots()
        for place, tag in enumerate(tags):
            for number, summary in enumerate(summaries):
                value = _slow_wait(summary, tag)
                across = place * (systems + 0.9) + number
                axes.barh(
                    across, (value or 0) / seconds, height=0.86, color=COLOURS[number],
                    label="" if place else summary.system,
                )  # fmt: skip
                system = f"  {summary.system}" if named and place == 0 and systems > 1 else ""
                axes.annotate(
                    f"{wait(value)}{system}", ((value or 0) / seconds, across), (4, 0),
                    textcoords="offset points", va="center", color=COLOURS[number],
                    annotation_clip=False, fontweight="bold" if number == 0 else "normal",
                )  # fmt: skip
        middle = (systems - 1) / 2
        axes.set_yticks(
            [place * (systems + 0.9) + middle for place in range(len(tags))],
            [f"{name_of(tag)}\n{count(calls(summaries[0], tag))} calls" for tag in tags],
        )
        axes.set_ylim(len(tags) * (systems + 0.9) - 1.2, -0.7)
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0, max(longest / seconds, 1e-3) * 1.01)
        whole_steps(axes.xaxis, 5)
        axes.set_xlabel(f"95th percentile of the wait, {name}")
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        if systems > 1 and not named:
            key(figure, axes)
        said = findings.slow_waits(summaries)
        save(figure, path, said)
    return said


def wait_chart(summaries: Sequence[Summary], path: Path, width: float = WIDE) -> str | None:
    """The mean wait through the day, a panel for each language, a line for each system."""
    found = _through_the_day(summaries, mean_wait)
    longest = max((v for lines in found.values() for v in _known(lines)), default=None)
    if longest is None:
        return None
    seconds, name = unit(longest)
    with style():
        figure, every = panels(list(found), width, same_scale=True)
        for axes, lines in zip(every, found.values(), strict=True):
            for number, (summary, line) in enumerate(zip(summaries, lines, strict=True)):
                scaled = [None if value is None else value / seconds for value in line]
                day_line(axes, scaled, number, summary.system)
            hours_of_the_day(axes, 6 if is_wide(width) else 12)
            axes.set_ylim(0, max(longest / seconds, 1e-3) * 1.05)
            whole_steps(axes.yaxis, 4)
        key(figure, every[0])
        figure.supxlabel("time of day, Stockholm")
        figure.supylabel(f"mean wait, {name}")
        save(figure, path, "")
    return findings.longest_half_hours(summaries)


def service_level_chart(
    summaries: Sequence[Summary], path: Path, width: float = WIDE
) -> str | None:
    """The service level (form 1) through the day, a panel for each language."""
    found = _through_the_day(summaries, service_level)
    if not any(_known(lines) for lines in found.values()):
        return None
    with style():
        figure, every = panels(list(found), width, same_scale=True)
        for axes, lines in zip(every, found.values(), strict=True):
            for number, (summary, line) in enumerate(zip(summaries, lines, strict=True)):
                day_line(axes, line, number, summary.system)
            hours_of_the_day(axes, 6 if is_wide(width) else 12)
            shares(axes)
        key(figure, every[0])
        figure.supxlabel("time of day, Stockholm")
        figure.supylabel("service level")
        save(figure, path, "")
    return findings.lowest_half_hours(summaries)


def occupancy_chart(summaries: Sequence[Summary], path: Path, width: float = WIDE) -> str | None:
    """How busy the nurses on duty were through the day."""
    lines = [summary.occupancy_by_half_hour for summary in summaries]
    if not _known(lines):
        return None
    with style():
        figure = sheet(width, 3.4)
        axes = figure.subplots()
        ends = []
        for number, (summary, line) in enumerate(zip(summaries, lines, strict=True)):
            day_line(axes, line, number, summary.system)
            if known := _known([line]):
                ends.append((known[-1], summary.system, number))
        hours_of_the_day(axes, 3 if is_wide(width) else 6)
        shares(axes)
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.set_xlabel("time of day, Stockholm")
        axes.set_ylabel("occupancy")
        if is_wide(width):
            end_labels(axes, ends, 0.11)
        else:
            key(figure, axes)
        save(figure, path, "")
    return findings.occupancy_range(summaries)


def staffing_chart(advice: Sequence[Advice], path: Path, width: float = WIDE) -> str | None:
    """Nurses needed by Erlang C and nurses on duty through the day, a panel for each language."""
    tags = advised(advice)
    if not tags:
        return None
    with style():
        figure, every = panels([name_of(tag) for tag in tags], width, same_scale=False)
        for axes, tag in zip(every, tags, strict=True):
            needed, duty = [math.nan] * 48, [math.nan] * 48
            for each in advice:
                if each.language == tag:
                    needed[each.half_hour] = math.nan if each.needed is None else each.needed
                    duty[each.half_hour] = each.on_duty
            edges = [number / 2 for number in range(49)]
            axes.stairs(
                [0 if math.isnan(value) else value for value in duty], edges,
                fill=True, color="#c9c9c9", label="on duty",
            )  # fmt: skip
            axes.stairs(
                needed,
                edges,
                baseline=None,
                color=COLOURS[0],
                linewidth=2,
                label="needed by Erlang C",
            )
            hours_of_the_day(axes, 6 if is_wide(width) else 12)
            known = [value for value in (*needed, *duty) if not math.isnan(value)]
            axes.set_ylim(0, max([1, *known]) * 1.1)
            whole_steps(axes.yaxis, 4)
        key(figure, every[0])
        figure.supxlabel("time of day, Stockholm")
        figure.supylabel("nurses")
        save(figure, path, "")
    return shortages(advice)


def _slow_wait(summary: Summary, language: Language) -> float | None:
    found = summary.by_language.get(language)
    return found.p95_wait_s if found else None


def _known(lines: Sequence[Sequence[float | None]]) -> list[float]:
    return [value for line in lines for value in line if value is not None]


def _through_the_day(
    summaries: Sequence[Summary], of: Callable[[Sequence[Figures]], float | None]
) -> dict[str, list[list[float | None]]]:
    """By the panel's title, for each system 48 half-hours; all languages together come first."""
    tags = often_called(summaries)
    found = {
        name_of(tag): [
            [of([half]) for half in summary.by_half_hour.get(tag, [])] for summary in summaries
        ]
        for tag in tags
    }
    if len(tags) < 2:
        return found
    everybody = [
        [of(halves) for halves in zip(*summary.by_half_hour.values(), strict=True)]
        for summary in summaries
    ]
    return {EVERYBODY: everybody, **found}
