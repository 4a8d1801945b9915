"""A layout never puts one box over another, nor an arrow over a box."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.cli.flow_layout import Layout, Node, lay_out


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Node], list[tuple[int, int]]]:
    """Any graph in which all is reached from the first node, loops included."""
    count = draw(st.integers(1, 12))
    nodes = [
        Node(width=draw(st.integers(40, 300)), height=draw(st.integers(20, 120)))
        for _ in range(count)
    ]
    tree = [(draw(st.integers(0, node - 1)), node) for node in range(1, count)]
    ends = st.integers(0, count - 1)
    more = draw(st.lists(st.tuples(ends, ends).filter(lambda e: e[0] != e[1]), max_size=12))
    return nodes, list(dict.fromkeys([*tree, *more]))


def laid(nodes: list[Node], arrows: list[tuple[int, int]]) -> Layout:
    below = dict.fromkeys(range(len(nodes)), 40.0)
    return lay_out(nodes, arrows, between=20, below=below, passage=6)


@settings(max_examples=60)
@given(graphs())
def test_no_box_covers_another(graph: tuple[list[Node], list[tuple[int, int]]]) -> None:
    nodes, arrows = graph
    found = list(zip(nodes, laid(nodes, arrows).spots, strict=True))
    for (a, at), (b, to) in combinations(found, 2):
        beside = abs(at.x - to.x) >= (a.width + b.width) / 2 + 19.9
        above = at.y + a.height <= to.y or to.y + b.height <= at.y
        assert beside or above


@settings(max_examples=60)
@given(graphs())
def test_where_an_arrow_passes_a_layer_there_is_no_box(
    graph: tuple[list[Node], list[tuple[int, int]]],
) -> None:
    nodes, arrows = graph
    layout = laid(nodes, arrows)
    for route in layout.routes:
        for x, top, bottom in route.stretches[1:-1]:
            for node, spot in zip(nodes, layout.spots, strict=True):
                level = spot.y < bottom and top < spot.y + node.height
                assert not level or abs(spot.x - x) >= node.width / 2


@settings(max_examples=60)
@given(graphs())
def test_an_arrow_leads_down_unless_it_closes_a_loop(
    graph: tuple[list[Node], list[tuple[int, int]]],
) -> None:
    nodes, arrows = graph
    layout = laid(nodes, arrows)
    for (a, b), route in zip(arrows, layout.routes, strict=True):
        assert (layout.spots[a].y < layout.spots[b].y) is not route.back
    assert layout.spots[0].y == 0


def test_a_loop_has_one_arrow_back() -> None:
    nodes = [Node(width=100, height=30)] * 3
    layout = laid(nodes, [(0, 1), (1, 2), (2, 1)])
    assert [route.back for route in layout.routes] == [False, False, True]


def test_the_same_graph_is_laid_out_the_same_each_time() -> None:
    nodes = [Node(width=100, height=30)] * 6
    arrows = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (0, 5), (5, 4), (4, 1)]
    assert laid(nodes, arrows) == laid(nodes, arrows)
