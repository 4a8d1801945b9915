"""A drawing has every step of the flow, and every way between them."""

from pathlib import Path

import pytest

from ivr_flows.drawing import START, Drawing, Kind, draw
from ivr_flows.flow import Flow
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.prompts import load_catalog
from ivr_flows.setting import Setting
from ivr_flows.steps import END, exits

CATALOG = load_catalog()

SMALL = """\
start: menu
limit_ms: 30000
steps:
  menu:
    gather:
      - {prompt: menu-choice, in: each}
    keys: {languages: line, 6: other, 7: other}
    timeout_ms: 6000
    wrong: {times: 3, say: [{prompt: wrong-key, in: default}]}
    silence: {times: 1}
    otherwise: line
  other:
    say: [{prompt: emergency, in: caller}, {message: caller}]
    next: line
  line:
    enqueue: caller
    next: end
"""


def small(tmp_path: Path) -> Drawing:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return draw(load_flow(path, Setting(), CATALOG), CATALOG)


def shipped() -> list[Flow]:
    setting = Setting(transfers=("switchboard",), relay=True)
    return [load_flow(path, setting, CATALOG) for path in sorted(FLOWS.glob("*.yaml"))]


@pytest.mark.parametrize("flow", shipped(), ids=lambda flow: flow.name)
def test_every_step_and_every_way_of_a_shipped_flow_is_drawn(flow: Flow) -> None:
    drawing = draw(flow, CATALOG)
    boxes = {box.id for box in drawing.boxes}
    assert len(boxes) == len(drawing.boxes)
    assert boxes >= {START, *flow.steps}
    ways = {(arrow.source, arrow.target) for arrow in drawing.arrows}
    for name, step in flow.steps.items():
        for target in exits(step):
            hung = target == END and f"{name} {END}" not in boxes
            box = next(box for box in drawing.boxes if box.id == name)
            assert (name, f"{name} {END}" if target == END else target) in ways or (
                hung and box.kind is Kind.END
            )
    assert all(arrow.source in boxes and arrow.target in boxes for arrow in drawing.arrows)


def test_keys_that_lead_to_one_step_are_one_arrow_that_names_them(tmp_path: Path) -> None:
    labels = {(arrow.source, arrow.target): arrow.label for arrow in small(tmp_path).arrows}
    assert labels["menu", "line"] == "1 sv · 2 fi · 3 en · 4 ar · 5 so · else"
    assert labels["menu", "other"] == "6 · 7"
    assert labels["other", "line"] == ""


def test_a_prompt_in_every_language_is_one_line_with_the_swedish_text(tmp_path: Path) -> None:
    menu = next(box for box in small(tmp_path).boxes if box.id == "menu")
    text = CATALOG.text("sv", "menu-choice")
    assert menu.lines == (f"sv fi en ar so: “{text}”",)
    assert menu.rule == "waits 6 s; else after 3 wrong or 1 silent"


def test_a_message_that_may_not_be_there_is_said_to_be_so(tmp_path: Path) -> None:
    other = next(box for box in small(tmp_path).boxes if box.id == "other")
    assert other.lines[-1] == "(the supervisor's message, if there is one)"


def test_each_end_has_a_box_of_its_own(tmp_path: Path) -> None:
    ends = [box for box in small(tmp_path).boxes if box.kind is Kind.END]
    assert [box.id for box in ends] == [f"line {END}"]
