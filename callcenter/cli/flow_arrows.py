"""Arrows of a drawing as SVG paths, with their labels below the box that they leave."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from callcenter.cli.flow_layout import Layout, Node, Route
from ivr_flows.drawing import Arrow

_GAP: Final = 34  # between layers, without labels
_ROW: Final = 20  # of labels
_BETWEEN: Final = 8  # labels of a row
_THIN: Final = frozenset(" .,·:'ijl")
_BESIDE: Final = 60  # the middle of a box: where arrows that lead up begin and end


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label, by its middle."""

    text: str
    x: float
    y: float
    width: float


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """An arrow: the `d` of an SVG path, from its tail to its head."""

    d: str
    back: bool
    label: Label | None


def room_below(
    arrows: Sequence[Arrow], ends: Sequence[tuple[int, int]], sizes: Sequence[Node]
) -> Mapping[int, float]:
    """How much room each box needs below itself, for the labels of its arrows.

    Args:
        ends: Of each arrow, the indices of its boxes.
    """
    found = {}
    for number, size in enumerate(sizes):
        leaving = [k for k, (source, _) in enumerate(ends) if source == number]
        widths = [label_width(arrows[k].label) for k in leaving]
        rows = max((row for _, row in _ports(widths, size.width)), default=-1) + 1
        found[number] = _GAP + (rows * _ROW if any(widths) else 0)
    return found


def routed(
    arrows: Sequence[Arrow], ends: Sequence[tuple[int, int]], sizes: Sequence[Node], layout: Layout
) -> list[Path]:
    """Every arrow, in an order in which none is drawn over a label."""
    found: dict[int, Path] = {}
    for number, size in enumerate(sizes):
        leaving = [k for k, (a, _) in enumerate(ends) if a == number and not layout.routes[k].back]
        leaving.sort(key=lambda k: (layout.routes[k].stretches[1][0], k))
        ports = _ports([label_width(arrows[k].label) for k in leaving], size.width)
        for k, (shift, row) in zip(leaving, ports, strict=True):
            found[k] = _down(arrows[k], layout.routes[k], size, shift, row)
    for k, route in enumerate(layout.routes):
        if route.back:
            found[k] = _up(arrows[k], route, sizes[ends[k][1]])
    return [found[k] for k in sorted(found)]


def label_width(label: str) -> float:
    """About as wide as it is in DejaVu Sans, 12 px, with its border; 0 for none."""
    if not label:
        return 0
    return round(sum(4.2 if letter in _THIN else 7.7 for letter in label) + 10, 1)


def _ports(widths: Sequence[float], width: float) -> list[tuple[float, int]]:
    """Where arrows leave a box: how far from its middle, and in which row the label is.

    In one row, as far apart as the labels need; else evenly, in as many rows as they need.
    """
    cells = [each + _BETWEEN for each in widths]
    spare = width - sum(cells)
    if spare >= 0:
        found, x = [], -width / 2
        for cell in cells:
            found.append((x + (cell + spare / len(cells)) / 2, 0))
            x += cell + spare / len(cells)
        return found
    each = width / len(cells)
    rows = min(len(cells), -(-int(max(cells)) // int(each)))
    return [(each * (k + 0.5) - width / 2, k % rows) for k in range(len(cells))]


def _down(arrow: Arrow, route: Route, size: Node, shift: float, row: int) -> Path:
    (x, top, bottom), *rest = route.stretches
    x += shift
    start = top + size.height
    points = [f"M{x:.1f},{start:.1f}"]
    label = None
    y = bottom
    if arrow.label:
        width = label_width(arrow.label)
        middle = start + _ROW * (row + 0.5) + 6
        label = Label(text=arrow.label, x=round(x, 1), y=round(middle, 1), width=round(width, 1))
        y = max(bottom, middle + _ROW / 2)
    points.append(f"V{y:.1f}")
    for number, (to, upper, lower) in enumerate(rest, 1):
        bend = max(12.0, (upper - y) / 2)
        points.append(f"C{x:.1f},{y + bend:.1f} {to:.1f},{upper - bend:.1f} {to:.1f},{upper:.1f}")
        x, y = to, lower
        if number < len(rest):
            points.append(f"V{lower:.1f}")
    return Path(d=" ".join(points), back=False, label=label)


def _up(arrow: Arrow, route: Route, size: Node) -> Path:
    """From the upper edge of the source, the last stretch, to the lower edge of the target."""
    *upwards, (x, y, _) = route.stretches
    x += _BESIDE
    points = [f"M{x:.1f},{y:.1f}"]
    label = None
    if arrow.label:
        width = label_width(arrow.label)
        label = Label(text=arrow.label, x=round(x, 1), y=round(y - 14, 1), width=round(width, 1))
    for number, (to, upper, lower) in enumerate(reversed(upwards), 1):
        last = number == len(upwards)
        end = upper + size.height if last else lower
        x_end = to + (_BESIDE if last else 0)
        bend = (y - end) / 2
        points.append(f"C{x:.1f},{y - bend:.1f} {x_end:.1f},{end + bend:.1f} {x_end:.1f},{end:.1f}")
        x, y = x_end, upper
        if not last:
            points.append(f"V{upper:.1f}")
    return Path(d=" ".join(points), back=True, label=label)
