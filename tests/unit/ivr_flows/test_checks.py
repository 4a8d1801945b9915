"""Checks of a whole flow, on its graph: what no single line of a file shows."""

from pathlib import Path

import pytest

from ivr_flows.setting import Setting
from language_routing.yaml_lines import YamlError
from tests.unit.ivr_flows.small_flows import after, entry, flow_of, in_line

SETTING = Setting(transfers=("switchboard",))


def question(keys: str, otherwise: str, name: str = "a") -> str:
    return (
        f"  {name}: {{gather: [{{prompt: welcome, in: sv}}], keys: {{{keys}}}, timeout_ms: 4000, "
        f"wrong: {{times: 1}}, silence: {{times: 1}}, otherwise: {otherwise}}}"
    )


def say(name: str, following: str) -> str:
    return f"  {name}: {{say: [{{prompt: welcome, in: sv}}], next: {following}}}"


NUMBER = (
    "  a: {number: [{prompt: keep-type, in: sv}], timeout_ms: 4000, good: KEEP, bad: {times: 1}, "
    "silence: {times: 1}, otherwise: OTHERWISE}"
)
KEEP = "  keep: {keep: WHOSE, kept: KEPT, refused: REFUSED}\n  bye: {hangup: {}}"
SURVEY = (
    "  ask: {survey: survey-helped, scale: 5, timeout_ms: 4000, wrong: {times: 1}, "
    "silence: {times: 1}, next: end}"
)


def keep(whose: str = "caller", kept: str = "bye", refused: str = "end") -> str:
    return KEEP.replace("WHOSE", whose).replace("KEPT", kept).replace("REFUSED", refused)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        # Round and round.
        (entry(say("a", "b") + "\n" + say("b", "a")), 4, "from step a a caller who presses noth"),
        (entry(question("1: line", "a")), 4, "presses nothing may never reach the end"),
        (
            entry("  a: {branch: surge, when: {crisis: b}, otherwise: line}\n" + say("b", "a")),
            4,
            "may never reach the end",
        ),
        (in_line(keep(refused="keep"), "keep"), 5, "may never reach the end"),
        # Never reached.
        (entry(say("a", "line") + "\n" + say("b", "line")), 5, "nobody ever gets to step b"),
        (entry(say("a", "line"), "line"), 4, "nobody ever gets to step a"),
        (entry(say("a", "line"), "end"), 4, "the flow ends before it starts"),
        # Before the line.
        (entry(question("1: line", "end")), 4, "reach the end without a place in line"),
        (entry(question("1: end", "line")), 4, "reach the end without a place in line"),
        (
            entry("  a: {enqueue: caller, next: line}"),
            4,
            "a caller can be put in line again after a",
        ),
        (
            entry("  a: {enqueue: caller, next: b}\n" + question("1: line", "end", "b")),
            4,
            "in line again after a",
        ),
        (
            entry(
                question("1: b", "line") + "\n  b: {enqueue: default, next: c}\n  c: {hangup: {}}"
            ),
            6,
            "a caller who is in line can lose the place here",
        ),
        (
            entry(
                question("1: b", "line")
                + "\n  b: {enqueue: default, next: c}\n  c: {transfer: switchboard}"
            ),
            6,
            "a caller who is in line can lose the place here",
        ),
        (
            entry(
                question("1: b", "line")
                + "\n  b: {enqueue: default, next: c}\n  c: {set: {interpreter: swl}, next: end}"
            ),
            6,
            "an interpreter is set before the line only",
        ),
        # In line.
        (in_line("  a: {hangup: {}}"), 5, "in line can be hung up on without a kept place"),
        (in_line(keep(refused="bye"), "keep"), 6, "hung up on without a kept place"),
        (in_line(keep(kept="end", refused="bye"), "keep"), 6, "without a kept place"),
        (in_line(say("a", "end") + "\n" + say("b", "end")), 6, "nobody ever gets to step b"),
        (
            in_line(keep(kept="x") + "\n" + question("1: bye", "end", "x"), "keep"),
            5,
            "whose place is kept is out of line: end in hangup",
        ),
        (in_line(keep("typed"), "keep"), 5, "a caller can get here without having typed a number"),
        (
            in_line(
                NUMBER.replace("KEEP", "keep").replace("OTHERWISE", "keep") + "\n" + keep("typed")
            ),
            6,
            "without having typed a number",
        ),
        # After the call.
        (after(SURVEY, "ask"), 5, "a caller can be asked this without having agreed"),
        (
            after("  a: {consent: survey, given: no, next: ask}\n" + SURVEY),
            6,
            "without having agreed",
        ),
        (
            after("  a: {consent: recording, given: yes, next: ask}\n" + SURVEY),
            6,
            "without having agreed",
        ),
    ],
)
def test_a_flow_in_which_a_caller_can_get_lost_is_refused(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(YamlError) as refusal:
        flow_of(tmp_path, text, SETTING)

    assert words in str(refusal.value)
    assert f"flow.yaml:{line}: " in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        entry(question("1: a, 2: line", "line")),  # keys may lead back: it is bounded
        entry(question("1: b", "line") + "\n  b: {transfer: switchboard}"),
        entry(question("1: b", "line") + "\n  b: {hangup: {}}"),
        entry(say("a", "line")).replace("next: end}", "next: b}\n" + say("b", "end")),
        in_line(say("a", "end")),
        in_line(keep(), "keep"),
        in_line(NUMBER.replace("KEEP", "keep").replace("OTHERWISE", "end") + "\n" + keep("typed")),
        after("  a: {consent: survey, given: yes, next: ask}\n" + SURVEY),
        after(say("a", "end")),
    ],
)
def test_a_flow_in_which_everybody_gets_somewhere_is_taken(tmp_path: Path, text: str) -> None:
    assert flow_of(tmp_path, text, SETTING).steps
