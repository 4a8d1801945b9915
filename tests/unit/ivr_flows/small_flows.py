"""Flows of a few lines, for the tests of what a flow can do."""

from pathlib import Path

from ivr_flows.dialogue import Flow, State
from ivr_flows.facts import Facts
from ivr_flows.flow import begin, step
from ivr_flows.inputs import Done, Input
from ivr_flows.load import load_flow
from ivr_flows.prompts import Catalog, load_catalog
from ivr_flows.setting import Setting
from ivr_flows.verbs import Verb

CATALOG: Catalog = load_catalog()
SITE = Setting()


def flow_of(tmp_path: Path, text: str, setting: Setting = SITE, catalog: Catalog = CATALOG) -> Flow:
    path = tmp_path / "flow.yaml"
    path.write_text(text, "utf-8")
    return load_flow(path, setting, catalog)


def entry(steps: str, start: str = "a") -> str:
    """The text of an entry flow; `line` gives a place in line and ends it."""
    return (
        f"start: {start}\nlimit_ms: 60000\nsteps:\n{steps}\n"
        "  line: {enqueue: caller, next: end}\n"
    )


def in_line(steps: str, start: str = "a") -> str:
    return f"for: line\nstart: {start}\nlimit_ms: 60000\nsteps:\n{steps}\n"


def after(steps: str, start: str = "a") -> str:
    return f"for: after\nstart: {start}\nlimit_ms: 60000\nsteps:\n{steps}\n"


def walk(
    flow: Flow,
    *answers: Input,
    facts: Facts | None = None,
    language: str | None = None,
    now_ms: int = 0,
) -> tuple[State, list[Verb]]:
    """Give `answers`, one after the other; the last state, and the verbs of the last answer."""
    state, verbs = step(flow, begin(flow, facts or Facts(), language), Done(), now_ms)
    for answer in answers:
        state, verbs = step(flow, state, answer, now_ms)
    return state, verbs
