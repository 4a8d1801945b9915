"""The charts: what they say, that they are written, and that nothing in them collides."""

import struct
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
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
LONG = "app_queue, a queue for each language of $x_1$"


@pytest.fixture(autouse=True)
def _nothing_collapses() -> Iterator[None]:
    """The layout warns when something has no room, and a font when a glyph is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_three_systems_with_long_names_find_room(tmp_path: Path, draw: Draw, width: float) -> None:
    path = tmp_path / "chart.png"
    assert draw([ours(), theirs(), theirs(LONG)], path, width)
    assert size(path)[0] == int(width * 160)


@pytest.mark.parametrize("draw", CHARTS)
def test_a_run_without_calls_or_nurses_is_not_drawn(tmp_path: Path, draw: Draw) -> None:
    path = tmp_path / "chart.png"
    assert draw([nobody_called()], path, WIDE) is None
    assert not path.exists()


@pytest.mark.parametrize("draw", CHARTS)
def test_a_system_without_figures_stands_beside_one_with_them(tmp_path: Path, draw: Draw) -> None:
    assert draw([nobody_called(), theirs()], tmp_path / "chart.png", WIDE)


@pytest.mark.parametrize("draw", CHARTS)
def test_a_day_of_a_single_half_hour_is_drawn(tmp_path: Path, draw: Draw) -> None:
    halves = [figures(300, 0.0) if number == 20 else NOBODY for number in range(48)]
    busy = [0.5 if number == 20 else None for number in range(48)]
    mine = summary({SV: figures(300, 0.0)}, by_half_hour={SV: halves}, occupancy=busy)
    assert draw([mine], tmp_path / "chart.png", WIDE)


def test_a_chart_answers_with_its_finding(tmp_path: Path) -> None:
    said = plots.fairness_chart([ours(), theirs()], tmp_path / "chart.png")
    assert said is not None
    assert said.startswith("Somali callers wait 40\u00a0s longer than Swedish ones")


def test_an_svg_is_the_same_byte_for_byte_and_carries_its_finding(tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    said = plots.fairness_chart([ours(), theirs()], first)
    plots.wait_chart([ours()], tmp_path / "between.svg")
    plots.fairness_chart([ours(), theirs()], second)
    assert first.read_bytes() == second.read_bytes()
    root = ET.fromstring(first.read_text(encoding="utf-8"))
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == said
    assert b"<dc:date>" not in first.read_bytes()


def test_a_png_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    plots.occupancy_chart([ours()], first)
    plots.occupancy_chart([ours()], second)
    assert first.read_bytes() == second.read_bytes()


def test_a_language_of_few_calls_has_no_bars(tmp_path: Path) -> None:
    both = summary({SV: figures(900), AR: figures(900)})
    few = summary({SV: figures(900), AR: figures(900), SO: figures(99, 9999.0)})
    plots.fairness_chart([both], tmp_path / "both.svg")
    plots.fairness_chart([few], tmp_path / "few.svg")
    assert (tmp_path / "both.svg").read_bytes() == (tmp_path / "few.svg").read_bytes()


def test_drawing_leaves_matplotlib_as_it_was(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    plots.occupancy_chart([ours()], tmp_path / "chart.png")
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_staffing_is_drawn_where_half_hours_are_missing(tmp_path: Path, width: float) -> None:
    said = plots.staffing_chart(
        [
            advice(SV, 16, needed=8, on_duty=4.5),
            advice(SV, 17, needed=None, on_duty=4.5, calls=0.0),
            advice(AR, 16, needed=1, on_duty=1.0),
        ],
        tmp_path / "chart.png",
        width,
    )
    assert said is not None
    assert "Swedish in 1 of 2, most at 08:00 (8 needed, 4.5 on duty)" in said
    assert size(tmp_path / "chart.png")[0] == int(width * 160)


def test_staffing_without_expected_calls_is_not_drawn(tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    assert plots.staffing_chart([], path) is None
    assert plots.staffing_chart([advice(SV, 1, needed=None, on_duty=1.0, calls=0.0)], path) is None
    assert not path.exists()
