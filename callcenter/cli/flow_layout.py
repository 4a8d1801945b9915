"""Layout of a drawing: where each box stands and how each arrow runs, top to bottom.

Layers, and the order in each that crosses the fewest arrows, are Sugiyama's (igraph). An arrow
that passes a layer gets a passage there, a place of its own among the boxes; then every layer
is pulled level with its neighbours. So no box covers another, and no arrow runs over a box.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import igraph
import msgspec

_SWEEPS: Final = 300


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """What takes up room in a layer."""

    width: float
    height: float


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """The middle of the upper edge of a node, in pixels; y grows downwards."""

    x: float
    y: float


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """An arrow: the vertical stretches that it runs through, from top to bottom.

    Attributes:
        stretches: `(x, y from, y to)` of each layer that it passes.
        back: It leads up again: its head is at the upper end.
    """

    stretches: tuple[tuple[float, float, float], ...]
    back: bool


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Places of all nodes, and the routes of all arrows, in the order given."""

    spots: tuple[Spot, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def lay_out(
    nodes: Sequence[Node],
    arrows: Sequence[tuple[int, int]],
    *,
    between: float,
    below: Mapping[int, float],
    passage: float,
) -> Layout:
    """Lay out `nodes`, the first on top; arrows are pairs of indices.

    Args:
        between: The gap between neighbours in a layer.
        below: The gap that a node needs below itself, for the labels of its arrows.
        passage: How wide a passing arrow is.
    """
    back = _back(len(nodes), arrows)
    down = [(b, a) if is_back else (a, b) for (a, b), is_back in zip(arrows, back, strict=True)]
    layers = _layers(len(nodes), down)
    everything = list(nodes)
    chains: list[list[int]] = []  # of each arrow: its upper node, its passages, its lower node
    for upper, lower in down:
        chain = [upper]
        for layer in range(layers[upper] + 1, layers[lower]):
            chain.append(len(everything))
            everything.append(Node(width=passage, height=0))
            layers.append(layer)
        chains.append([*chain, lower])
    links = [link for chain in chains for link in pairwise(chain)]
    rows = _rows(len(everything), links, layers)
    xs = _pull(rows, links, [node.width + between for node in everything], passages=len(nodes))
    tops, bottoms, height = _heights(rows, everything, below)
    left = min(x - node.width / 2 for x, node in zip(xs, everything, strict=True))
    xs = [x - left for x in xs]
    return Layout(
        spots=tuple(Spot(x=xs[node], y=tops[layers[node]]) for node in range(len(nodes))),
        routes=tuple(
            Route(
                stretches=tuple(
                    (xs[node], tops[layers[node]], bottoms[layers[node]]) for node in chain
                ),
                back=is_back,
            )
            for chain, is_back in zip(chains, back, strict=True)
        ),
        width=max(x + node.width / 2 for x, node in zip(xs, everything, strict=True)),
        height=height,
    )


def _back(count: int, arrows: Sequence[tuple[int, int]]) -> list[bool]:
    """Which arrows lead back to where a caller has been on the way there."""
    exits: dict[int, list[tuple[int, int]]] = {node: [] for node in range(count)}
    for index, (a, b) in enumerate(arrows):
        exits[a].append((index, b))
    back = [a == b for a, b in arrows]
    done: set[int] = set()
    for start in range(count):
        if start in done:
            continue
        path = [(start, iter(exits[start]))]
        on_path = {start}
        while path:
            node, ahead = path[-1]
            for index, target in ahead:
                if target in on_path:
                    back[index] = True
                elif target not in done:
                    path.append((target, iter(exits[target])))
                    on_path.add(target)
                    break
            else:
                path.pop()
                on_path.discard(node)
                done.add(node)
    return back


def _layers(count: int, links: Sequence[tuple[int, int]]) -> list[int]:
    """As far down as the longest way to it; then as near to what follows as it can be."""
    order = igraph.Graph(n=count, edges=links, directed=True).topological_sorting()
    layers = [0] * count
    for node in order:
        layers[node] = max((layers[a] + 1 for a, b in links if b == node), default=0)
    for node in reversed(order[1:]):
        following = [layers[b] for a, b in links if a == node]
        leading = Counter(b for _, b in links)[node]
        if following and leading <= 1:
            layers[node] = min(following) - 1
    return layers


def _rows(count: int, links: Sequence[tuple[int, int]], layers: Sequence[int]) -> list[list[int]]:
    """The nodes of each layer from left to right."""
    graph = igraph.Graph(n=count, edges=links, directed=True)
    found = graph.layout_sugiyama(layers=list(layers), hgap=1, vgap=1, maxiter=500).coords
    rows: list[list[int]] = [[] for _ in range(max(layers) + 1)]
    for node in range(count):
        rows[layers[node]].append(node)
    return [sorted(row, key=lambda node: (found[node][0], node)) for row in rows]


def _pull(
    rows: Sequence[Sequence[int]],
    links: Sequence[tuple[int, int]],
    widths: Sequence[float],
    passages: int,
) -> list[float]:
    """The middle of each node: level with its neighbours, in order, none over another.

    Args:
        passages: The first node that is one. An arrow's passages, and boxes that only lead
            to each other, are kept straight above all.
    """
    neighbours: dict[int, list[tuple[int, int]]] = {node: [] for row in rows for node in row}
    leaving, coming = Counter(a for a, _ in links), Counter(b for _, b in links)
    for a, b in links:
        straight = min(a, b) >= passages or (leaving[a] == 1 and coming[b] == 1)
        weight = 8 if straight else 2 if max(a, b) >= passages else 1
        neighbours[a].append((b, weight))
        neighbours[b].append((a, weight))
    xs = [0.0] * len(widths)
    for row in rows:
        for x, node in zip(_spread([(0.0, 1)] * len(row), row, widths), row, strict=True):
            xs[node] = x
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = []
            for node in row:
                total = sum(weight for _, weight in neighbours[node])
                mean = sum(xs[other] * weight for other, weight in neighbours[node])
                wanted.append((mean / total, total) if total else (xs[node], 1))
            for x, node in zip(_spread(wanted, row, widths), row, strict=True):
                xs[node] = x
    return xs


def _spread(
    wanted: Sequence[tuple[float, int]], row: Sequence[int], widths: Sequence[float]
) -> list[float]:
    """The places nearest to those wanted (weighted least squares) that keep order and distance.

    Where two would overlap they are moved as one block to their common mean (the
    pool-adjacent-violators algorithm of isotonic regression).
    """
    offsets = [0.0]
    for a, b in pairwise(row):
        offsets.append(offsets[-1] + (widths[a] + widths[b]) / 2)
    blocks: list[tuple[float, int, int]] = []  # mean, weight, number of nodes
    for (want, weight), offset in zip(wanted, offsets, strict=True):
        mean, total, size = want - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, count = blocks.pop()
            mean = (before * heavy + mean * total) / (heavy + total)
            total, size = heavy + total, count + size
        blocks.append((mean, total, size))
    means = [mean for mean, _, size in blocks for _ in range(size)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _heights(
    rows: Sequence[Sequence[int]], nodes: Sequence[Node], below: Mapping[int, float]
) -> tuple[list[float], list[float], float]:
    """Upper and lower edge of each layer, and the height of all."""
    tops, bottoms, y = [], [], 0.0
    for row in rows:
        tops.append(y)
        bottoms.append(y + max(nodes[node].height for node in row))
        y = bottoms[-1] + max(below.get(node, 0) for node in row)
    return tops, bottoms, bottoms[-1]
