"""A flow as an SVG for the wall: boxes by kind, arrows with the keys that lead along them."""

import textwrap
from pathlib import Path
from typing import Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.cli.flow_arrows import room_below, routed
from callcenter.cli.flow_layout import Node, Spot, lay_out
from ivr_flows.drawing import Box, Drawing, Kind

_WIDTH: Final = 310  # of a box, in pixels
_SMALL: Final = 150  # of a start or an end
_HEAD: Final = 28
_LINE: Final = 17
_FOOT: Final = 10
_COLUMNS: Final = 44  # letters on a line of a box
_MOST_LINES: Final = 3  # of one paragraph
_BETWEEN: Final = 36
_PASSAGE: Final = 6
_EDGE: Final = 30
_TITLE: Final = 76
_NARROWEST: Final = 870  # as wide as the explanation of the colours

# Fill and border, told apart also in print without colours (the border's style is the kind's).
COLOURS: Final = {
    Kind.START: ("#1f2937", "#1f2937"),
    Kind.SPEECH: ("#eef4ff", "#3b6fb6"),
    Kind.QUESTION: ("#fff4db", "#b7791f"),
    Kind.BRANCH: ("#f3ecfb", "#7a4fb0"),
    Kind.NOTE: ("#f3f4f6", "#6b7280"),
    Kind.PLACE: ("#e4f5ea", "#2f855a"),
    Kind.END: ("#fde8e8", "#b03a3a"),
}
LEGEND: Final = (
    (Kind.SPEECH, "says"),
    (Kind.QUESTION, "asks the caller"),
    (Kind.BRANCH, "decides"),
    (Kind.NOTE, "notes, unheard"),
    (Kind.PLACE, "a place in line"),
    (Kind.END, "ends"),
)


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    y: float
    rule: bool = False


class _Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A box in pixels."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    fill: str
    border: str
    lines: tuple[_Line, ...]


def svg(drawing: Drawing) -> str:
    """The text of an SVG file; the same drawing always gives the same text."""
    sizes = [_size(box) for box in drawing.boxes]
    index = {box.id: number for number, box in enumerate(drawing.boxes)}
    arrows = [(index[arrow.source], index[arrow.target]) for arrow in drawing.arrows]
    layout = lay_out(
        sizes,
        arrows,
        between=_BETWEEN,
        below=room_below(drawing.arrows, arrows, sizes),
        passage=_PASSAGE,
    )
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("flow_drawing.svg.j2").render(
        title=drawing.title,
        width=max(round(layout.width), _NARROWEST) + 2 * _EDGE,
        height=round(layout.height) + 2 * _EDGE + _TITLE,
        left=_EDGE,
        indent=_EDGE + max(0, (_NARROWEST - layout.width) / 2),
        top=_EDGE + _TITLE,
        boxes=[
            _drawn(box, size, spot)
            for box, size, spot in zip(drawing.boxes, sizes, layout.spots, strict=True)
        ],
        paths=routed(drawing.arrows, arrows, sizes, layout),
        legend=[(name, *COLOURS[kind]) for kind, name in LEGEND],
    )


def _size(box: Box) -> Node:
    if box.kind is Kind.START or (box.kind is Kind.END and not box.lines):
        return Node(width=_SMALL, height=_HEAD + 4)
    lines = sum(len(_wrapped(line)) for line in box.lines) + bool(box.rule)
    return Node(width=_WIDTH, height=_HEAD + lines * _LINE + _FOOT)


def _wrapped(paragraph: str) -> list[str]:
    return textwrap.wrap(
        paragraph, _COLUMNS, max_lines=_MOST_LINES, placeholder=" …", break_long_words=True
    )


def _drawn(box: Box, size: Node, spot: Spot) -> _Drawn:
    fill, border = COLOURS[box.kind]
    lines: list[_Line] = []
    y = _HEAD + _LINE - 4.0
    for text, rule in [(text, False) for line in box.lines for text in _wrapped(line)] + (
        [(box.rule, True)] if box.rule else []
    ):
        lines.append(_Line(text=text, y=y, rule=rule))
        y += _LINE
    return _Drawn(
        box=box,
        x=round(spot.x - size.width / 2, 1),
        y=round(spot.y, 1),
        width=size.width,
        height=size.height,
        fill=fill,
        border=border,
        lines=tuple(lines),
    )
