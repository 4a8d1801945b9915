"""The SVG of a flow: well-formed, the same each time, its words within their boxes."""

from xml.etree import ElementTree

from callcenter.cli.flow_svg import svg
from ivr_flows.drawing import START, Arrow, Box, Drawing, Kind

NAME = "{http://www.w3.org/2000/svg}"

DRAWING = Drawing(
    title="small <test> & more",
    boxes=(
        Box(id=START, kind=Kind.START, title="small"),
        Box(
            id="menu",
            kind=Kind.QUESTION,
            title="menu",
            does="asks for a key",
            lines=("“För svenska, tryck ett.”", "ord " * 100),
            rule="waits 4 s",
        ),
        Box(id="line", kind=Kind.PLACE, title="line", does="gives a place in line"),
        Box(id="line end", kind=Kind.END, title="the flow ends"),
    ),
    arrows=(
        Arrow(source=START, target="menu"),
        Arrow(source="menu", target="line", label="1 sv · 2 fi"),
        Arrow(source="line", target="line end"),
        Arrow(source="line", target="menu", label="9"),
    ),
)  # fmt: skip


def texts() -> list[str]:
    root = ElementTree.fromstring(svg(DRAWING).encode())
    return [element.text or "" for element in root.iter(f"{NAME}text")]


def test_what_a_flow_says_is_shown_as_it_is_whatever_marks_it_holds() -> None:
    assert "small <test> & more" in texts()
    assert "“För svenska, tryck ett.”" in texts()
    assert "1 sv · 2 fi" in texts()


def test_a_long_text_is_cut_after_three_lines() -> None:
    cut = [text for text in texts() if text.startswith("ord")]
    assert len(cut) == 3
    assert cut[-1].endswith("…")
    assert max(map(len, cut)) <= 44


def test_the_same_drawing_gives_the_same_text() -> None:
    assert svg(DRAWING) == svg(DRAWING)


def test_an_arrow_that_leads_back_is_dashed_and_no_other_is() -> None:
    root = ElementTree.fromstring(svg(DRAWING).encode())
    arrows = [path for path in root.iter(f"{NAME}path") if path.get("d", "").startswith("M")]
    dashed = [path for path in arrows if path.get("stroke-dasharray")]
    assert len(arrows) - 1 == len(DRAWING.arrows)  # and the head of them all
    assert len(dashed) == 1
