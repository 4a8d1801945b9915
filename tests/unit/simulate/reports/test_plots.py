"""The charts: what they say, that they are written, and that nothing in them collides."""

import struct
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from callcenter.simulate.reports import plots
from callcenter.simulate.reports.drawing import NARROW, WIDE
from callcenter.simulate.summary import Summary
from tests.unit.simulate.reports.summaries import (
    AR,
    NOBODY,
    SO,
    SV,
    advice,
    figures,
    nobody_called,
    ours,
    summary,
    theirs,
)  # fmt: skip

Draw = Callable[[Sequence[Summary], Path, float], str | None]
CHARTS: list[Draw] = [
    plots.fairness_chart, plots.wait_chart, plots.service_level_chart, plots.occupancy_chart,
]  # fmt: skip
Charts: TypeAlias = dict[tuple[int, float], tuple[Path, str | None]]
LONG = "app_queue, a queue for each language of $x_1$"


def drawn(
    draw: Draw, summaries: Sequence[Summary], path: Path, width: float = WIDE
) -> tuple[Path, str | None]:
    """Where it is, and its finding.

    The layout warns when something has no room, and a font when a glyph is missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return path, draw(summaries, path, width)


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Charts:
    """Each chart of three systems, in both widths."""
    folder = tmp_path_factory.mktemp("charts")
    three = [ours(), theirs(), theirs(LONG)]
    return {
        (number, width): drawn(draw, three, folder / f"{number}-{width}.png", width)
        for number, draw in enumerate(CHARTS)
        for width in (WIDE, NARROW)
    }


def size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_three_systems_with_long_names_find_room(charts: Charts) -> None:
    assert len(charts) == 2 * len(CHARTS)
    for (_, width), (path, said) in charts.items():
        assert said
        assert size(path)[0] == int(width * 160)


@pytest.mark.parametrize("draw", CHARTS)
def test_a_run_without_calls_or_nurses_is_not_drawn(tmp_path: Path, draw: Draw) -> None:
    path = tmp_path / "chart.png"
    assert draw([nobody_called()], path, WIDE) is None
    assert not path.exists()


@pytest.mark.parametrize("draw", CHARTS)
def test_a_day_of_a_single_half_hour_is_drawn_beside_a_system_without_figures(
    tmp_path: Path, draw: Draw
) -> None:
    halves = [figures(300, 0.0) if number == 20 else NOBODY for number in range(48)]
    busy = [0.5 if number == 20 else None for number in range(48)]
    short = summary({SV: figures(300, 0.0)}, by_half_hour={SV: halves}, occupancy=busy)
    path, said = drawn(draw, [nobody_called(), short], tmp_path / "chart.png")
    assert said
    assert size(path)


def test_a_chart_answers_with_its_finding(charts: Charts) -> None:
    _, said = charts[CHARTS.index(plots.fairness_chart), WIDE]
    assert said is not None
    assert said.startswith("Somali callers wait longest, 1\u00a0min\u00a020\u00a0s at the 95th")


def test_an_svg_is_the_same_byte_for_byte_and_carries_its_finding(tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    said = plots.fairness_chart([ours(), theirs()], first)
    plots.occupancy_chart([ours()], tmp_path / "between.svg")
    plots.fairness_chart([ours(), theirs()], second)
    assert first.read_bytes() == second.read_bytes()
    root = ET.fromstring(first.read_text(encoding="utf-8"))
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == said
    assert b"<dc:date>" not in first.read_bytes()


def test_a_png_is_the_same_byte_for_byte_and_leaves_matplotlib_as_it_was(
    tmp_path: Path, charts: Charts
) -> None:
    first, _ = charts[CHARTS.index(plots.occupancy_chart), WIDE]
    before = dict(mpl.rcParams)
    second, _ = drawn(
        plots.occupancy_chart, [ours(), theirs(), theirs(LONG)], tmp_path / "second.png"
    )
    assert first.read_bytes() == second.read_bytes()
    assert dict(mpl.rcParams) == before


def test_a_language_of_few_calls_has_no_bars(tmp_path: Path) -> None:
    both = summary({SV: figures(900), AR: figures(900)})
    few = summary({SV: figures(900), AR: figures(900), SO: figures(99, 9999.0)})
    plots.fairness_chart([both], tmp_path / "both.svg")
    plots.fairness_chart([few], tmp_path / "few.svg")
    assert (tmp_path / "both.svg").read_bytes() == (tmp_path / "few.svg").read_bytes()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_staffing_is_drawn_where_half_hours_are_missing(tmp_path: Path, width: float) -> None:
    found = [
        advice(SV, 16, needed=8, on_duty=4.5),
        advice(SV, 17, needed=None, on_duty=4.5, calls=0.0),
        advice(AR, 16, needed=1, on_duty=1.0),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = plots.staffing_chart(found, tmp_path / "chart.png", width)
    assert said is not None
    assert "Swedish in 1 of 2, most at 08:00 (8 needed, 4.5 on duty)" in said
    assert size(tmp_path / "chart.png")[0] == int(width * 160)


def test_staffing_without_expected_calls_is_not_drawn(tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    assert plots.staffing_chart([], path) is None
    assert plots.staffing_chart([advice(SV, 1, needed=None, on_duty=1.0, calls=0.0)], path) is None
    assert not path.exists()
