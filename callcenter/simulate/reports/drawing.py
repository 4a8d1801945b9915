"""Drawing: what the charts of a report have in common.

Figures are matplotlib's without pyplot, so there is no global state but `style`. Widths are
in inches; a page shows 80 of its pixels for one, a screen of twice the density 160.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from callcenter.simulate.reports.shown import half_hour

COLOURS: Final = ("#0b5394", "#b85300", "#666666")
"""Of the systems: blue, orange, grey; told apart by colour-blind people, 4.5:1 on white."""
LINES: Final[tuple[Any, ...]] = ("-", (0, (4, 1.5)), (0, (1, 1)))
WIDTHS: Final = (2.2, 1.8, 1.8)
WIDE: Final = 12.5
NARROW: Final = 4.5
_DOTS_PER_INCH: Final = 160
_INK, _PALE = "#222222", "#d9d9d9"

_STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 12.5,
    "axes.edgecolor": "#8a8a8a",
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "figure.facecolor": "white",
    "figure.labelsize": 12.5,
    "grid.color": _PALE,
    "grid.linewidth": 0.8,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "callcenter",
    "text.color": _INK,
    "text.parse_math": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "xtick.labelsize": 11.5,
    "ytick.labelsize": 11.5,
}


def is_wide(width: float) -> bool:
    """Whether there is room beside and between things."""
    return width > 8


@contextmanager
def style() -> Iterator[None]:
    """How all charts look; draw and save within it. Names are never read as formulas."""
    with mpl.rc_context(_STYLE):
        yield


def sheet(width: float, height: float) -> Figure:
    """An empty figure, in which nothing overlaps what stands beside an axis."""
    figure = Figure(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def panels(titles: Sequence[str], width: float, *, same_scale: bool) -> tuple[Figure, list[Axes]]:
    """Small charts in rows, one for each title, with one axis of time.

    Args:
        same_scale: They share the upright axis too, so that heights can be compared.
    """
    most = min((4, 3), key=lambda each: -len(titles) % each) if is_wide(width) else 2
    columns = min(len(titles), most)
    rows = math.ceil(len(titles) / columns)
    figure = sheet(width, 1.85 * rows + 0.9)
    grid = figure.subplots(rows, columns, sharex=True, sharey=same_scale, squeeze=False)
    found: list[Axes] = list(grid.flat)
    for number, axes in enumerate(found):
        axes.set_visible(number < len(titles))
        if number + columns >= len(titles):
            axes.tick_params(labelbottom=True)
    for axes, title in zip(found, titles, strict=False):
        axes.set_title(fill(title, 26 if is_wide(width) else 15))
        axes.grid(axis="y")
        axes.set_axisbelow(True)
    return figure, found[: len(titles)]


def save(figure: Figure, path: Path, title: str) -> None:
    """As PNG or SVG, by the suffix; the same figure gives the same bytes.

    Args:
        title: For whoever cannot see an SVG; a PNG's is with its page.
    """
    if path.suffix == ".svg":
        figure.savefig(
            path, metadata={"Title": title, "Date": None, "Creator": None, "Format": None}
        )
    else:
        figure.savefig(path, metadata={"Software": None})


def hours_of_the_day(axes: Axes, every: int) -> None:
    """The axis along is the local day, with a clock time at so many hours."""
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, every))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda hour, _: half_hour(round(hour * 2)) if hour < 24 else "")
    )


def day_line(axes: Axes, values: Sequence[float | None], system: int, label: str = "") -> None:
    """48 half-hours as a line; where nothing is known it breaks, and what stands alone is a dot."""
    heights = [math.nan if value is None else value for value in values]
    padded = [math.nan, *heights, math.nan]
    alone = [
        number
        for number in range(len(heights))
        if math.isnan(padded[number])
        and math.isnan(padded[number + 2])
        and not math.isnan(heights[number])
    ]
    middles = [(number + 0.5) / 2 for number in range(len(heights))]
    lines = axes.plot(middles, heights, linestyle=LINES[system], linewidth=WIDTHS[system])
    lines[0].set_label(label)
    if alone:
        lines += axes.plot(
            [middles[number] for number in alone],
            [heights[number] for number in alone],
            linestyle="",
            marker="o",
            markersize=3.5,
        )
    for line in lines:
        line.set(color=COLOURS[system], zorder=4 - system, clip_on=False, in_layout=False)


def shares(axes: Axes) -> None:
    """The upright axis goes from 0 to 100 %."""
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f}\u00a0%"))


def unit(longest: float) -> tuple[int, str]:
    """For lengths of time up to so many seconds: the unit's seconds, and its name."""
    if longest <= 180:
        return 1, "seconds"
    return (60, "minutes") if longest <= 3 * 3600 else (3600, "hours")


def whole_steps(axis: Any, most: int) -> None:
    """At most so many ticks, at round numbers."""
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def end_labels(axes: Axes, ends: Sequence[tuple[float, str, int]], gap: float) -> None:
    """Names beside the ends of lines, moved apart where they would touch.

    Args:
        ends: The height of each end from 0 to 1, the name, and the system's place.
        gap: The least distance, in heights of the axes.
    """
    placed: list[float] = []
    for height, name, system in sorted(ends):
        lines = len(fill(name, 22).splitlines())
        least = placed[-1] + gap * (1 + lines) / 2 if placed else height
        placed.append(max(height, least))
        axes.text(
            1.01, placed[-1], fill(name, 22),
            transform=axes.transAxes, color=COLOURS[system], va="center",
        )  # fmt: skip


def key(figure: Figure, axes: Axes) -> None:
    """Which line or bar is which, above all panels; one under another where it is narrow."""
    handles, labels = axes.get_legend_handles_labels()
    columns = len(labels) if is_wide(figure.get_figwidth()) else 1
    figure.legend(
        handles, labels, loc="outside upper left", ncols=columns, frameon=False,
        handlelength=2.6, borderaxespad=0.1,
    )  # fmt: skip
