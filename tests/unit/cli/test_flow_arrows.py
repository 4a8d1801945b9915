"""Arrows leave a box side by side, and no label covers its neighbour."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.cli.flow_arrows import Path, label_width, room_below, routed
from callcenter.cli.flow_layout import Node, lay_out
from ivr_flows.drawing import Arrow

WIDTH = 310


def fan(labels: list[str]) -> tuple[list[Path], float]:
    """Arrows with `labels` from one box to one each; and how much room is kept for them."""
    sizes = [Node(width=WIDTH, height=40)] * (len(labels) + 1)
    ends = [(0, target) for target in range(1, len(labels) + 1)]
    arrows = [Arrow(source="0", target=label, label=label) for label in labels]
    below = room_below(arrows, ends, sizes)
    layout = lay_out(sizes, ends, between=36, below=below, passage=6)
    return routed(arrows, ends, sizes, layout), below[0]


@settings(max_examples=60)
@given(st.lists(st.text("019* elsknow", min_size=1, max_size=20), min_size=1, max_size=7))
def test_no_label_covers_another_and_all_stand_between_the_layers(labels: list[str]) -> None:
    paths, room = fan(labels)
    found = [path.label for path in paths if path.label is not None]
    assert len(found) == len(labels)
    for a, b in combinations(found, 2):
        beside = abs(a.x - b.x) >= (a.width + b.width) / 2
        assert beside or abs(a.y - b.y) >= 20
    assert all(label.y - 8.5 > 40 and label.y + 8.5 < 40 + room for label in found)


def test_short_labels_stand_in_one_row_as_wide_as_they_are() -> None:
    paths, room = fan(["6", "else", "1 sv · 2 fi · 3 en · 4 ar · 5 so", "7"])
    rows = {path.label.y for path in paths if path.label is not None}
    assert len(rows) == 1
    assert room == fan(["1"])[1]


def test_arrows_without_labels_need_no_room_for_them() -> None:
    assert fan(["", ""])[1] < fan(["", "1"])[1]
    assert label_width("") == 0


def test_an_arrow_back_ends_at_the_lower_edge_of_the_box_above() -> None:
    sizes = [Node(width=WIDTH, height=40)] * 3
    ends = [(0, 1), (1, 2), (2, 0)]
    arrows = [Arrow(source=str(a), target=str(b), label="9") for a, b in ends]
    layout = lay_out(sizes, ends, between=36, below=room_below(arrows, ends, sizes), passage=6)
    back = routed(arrows, ends, sizes, layout)[2]
    assert back.back
    assert back.d.endswith(",40.0")
