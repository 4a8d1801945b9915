"""What the charts have in common."""

import numpy as np
import pytest

from callcenter.simulate.reports import drawing


def contrast(colour: str) -> float:
    """With white, by WCAG."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize("colour", drawing.COLOURS)
def test_labels_in_the_systems_colours_can_be_read_on_white(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize(
    ("longest", "found"),
    [(0, (1, "seconds")), (180, (1, "seconds")), (181, (60, "minutes")), (10_801, (3600, "hours"))],
)
def test_long_waits_are_drawn_in_longer_units(longest: float, found: tuple[int, str]) -> None:
    assert drawing.unit(longest) == found


@pytest.mark.parametrize(
    ("titles", "width", "columns"),
    [(1, drawing.WIDE, 1), (4, drawing.WIDE, 4), (5, drawing.WIDE, 3), (7, drawing.WIDE, 4),
     (7, drawing.NARROW, 2)],
)  # fmt: skip
def test_panels_stand_in_rows_with_few_gaps(titles: int, width: float, columns: int) -> None:
    figure, found = drawing.panels([str(n) for n in range(titles)], width, same_scale=True)
    grid = figure.axes[0].get_subplotspec()
    assert grid is not None
    assert grid.get_gridspec().ncols == columns
    assert [axes.get_title(loc="left") or axes.get_title() for axes in found] == [
        str(n) for n in range(titles)
    ]
    assert sum(axes.get_visible() for axes in figure.axes) == titles


def test_a_long_title_is_broken_where_panels_are_narrow() -> None:
    titles = ["Swedish", "Swedish Sign Language"]
    _, (_, narrow) = drawing.panels(titles, drawing.NARROW, same_scale=True)
    _, (_, wide) = drawing.panels(titles, drawing.WIDE, same_scale=True)
    assert narrow.get_title(loc="center") == "Swedish Sign\nLanguage"
    assert wide.get_title(loc="center") == "Swedish Sign Language"


def test_a_line_breaks_where_nothing_is_known_and_what_stands_alone_is_a_dot() -> None:
    axes = drawing.sheet(4, 3).subplots()
    drawing.day_line(axes, [0.1, 0.2, None, 0.4, None, *[None] * 43], 1)
    line, dots = axes.get_lines()
    assert np.isnan(np.asarray(line.get_ydata())).tolist() == [
        False, False, True, False, *[True] * 44
    ]  # fmt: skip
    assert np.asarray(dots.get_xdata()).tolist() == [1.75]
    assert np.asarray(dots.get_ydata()).tolist() == [0.4]


def test_names_beside_lines_that_end_together_are_moved_apart() -> None:
    axes = drawing.sheet(4, 3).subplots()
    drawing.end_labels(axes, [(0.5, "upper", 0), (0.49, "lower", 1), (0.9, "far", 2)], 0.1)
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert heights["lower"] == 0.49
    assert heights["upper"] == pytest.approx(0.59)
    assert heights["far"] == 0.9
