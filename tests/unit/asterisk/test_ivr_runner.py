"""The runner: a flow's verbs become AGI acts, in the order that the dialplan relies on."""

import socket
import threading
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from callcenter.asterisk.agi.session import Session
from callcenter.asterisk.ivr_runner import Dialogue, Outcome, run_flow
from ivr_flows.flow import Flow
from ivr_flows.load import PUBLIC, load_flow
from ivr_flows.steps import HangupStep, SayStep, Speech
from tests.unit.asterisk.scripted_dialogue import ScriptedDialogue

FLOW = load_flow(PUBLIC)
PROMPTS = Path("/prompts")
MENU = [f"{language}/menu-choice" for language in ("sv", "fi", "en", "ar", "so")]
FAREWELL = Flow(
    name="farewell",
    start="sorry",
    default_language="sv",
    limit_ms=1000,
    steps={
        "sorry": SayStep(
            speech=(Speech(prompt="closed-technical", language="sv"),), interruptible="", next="bye"
        ),
        "bye": HangupStep(),
    },
)


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, ms: int) -> None:
        self.now_ms += ms


def run(dialogue: ScriptedDialogue, flow: Flow = FLOW) -> Outcome:
    return run_flow(dialogue, flow, PROMPTS, Clock())


def count(outcome: Outcome, flow: str = "public") -> float:
    labels = {"flow": flow, "outcome": outcome.value}
    return REGISTRY.get_sample_value("callcenter_ivr_flows_total", labels) or 0.0


def test_a_key_while_waiting_puts_the_caller_in_line_in_exactly_this_order() -> None:
    caller = ScriptedDialogue({"wait": ["4"]})

    assert run(caller) is Outcome.ENQUEUED
    assert caller.heard[:3] == ["sv/welcome", "sv/emergency", "en/emergency"]
    assert caller.acts[caller.acts.index("wait") + 1 :] == [
        "set CC_LANG=ar",
        "set CHANNEL(language)=ar",
        "set CC_LANG=ar",
        "set CC_PHASE=line",
        "run UserEvent CcQueued CcLanguage: ar",
        "set CC_QUEUED=1",
        "set TIMEOUT(absolute)=65",
        "play ar/in-line",
        "set TIMEOUT(absolute)=65",
        "play ar/emergency",
        "set CC_OK=1",
    ]


def test_the_timer_is_fed_before_everything_that_takes_time_and_by_its_length() -> None:
    """Whoever hangs in between keeps the caller in silence for five seconds only."""
    caller = ScriptedDialogue({"wait": ["4"]})
    lengths = {"sv/welcome": 2.08, "sv/menu-choice": 1.2, "ar/in-line": 7.0}

    assert run_flow(caller, FLOW, PROMPTS, Clock(), lengths) is Outcome.ENQUEUED
    for index, act in enumerate(caller.acts):
        if act.startswith(("play", "wait")):
            assert caller.acts[index - 1].startswith("set TIMEOUT(absolute)="), act
    assert caller.acts[caller.acts.index("play sv/welcome") - 1].endswith("=8")  # 2.08 + 5, up
    assert caller.acts[caller.acts.index("wait") - 1].endswith("=9")  # 4 s, and 5
    assert caller.acts[caller.acts.index("play ar/in-line") - 1].endswith("=12")


def test_a_key_in_the_first_second_skips_everything_up_to_the_line() -> None:
    caller = ScriptedDialogue({"sv/welcome": ["5"]})

    assert run(caller) is Outcome.ENQUEUED
    assert caller.heard == ["sv/welcome", "so/in-line", "so/emergency"]
    assert "wait" not in caller.acts


def test_a_key_during_the_menu_chooses_at_once() -> None:
    caller = ScriptedDialogue({"sv/menu-choice": ["2"]})

    run(caller)
    assert caller.heard[3:] == ["sv/menu-choice", "fi/in-line", "fi/emergency"]


def test_a_wrong_key_pressed_ahead_is_told_and_a_key_during_that_counts() -> None:
    caller = ScriptedDialogue({"sv/welcome": ["9"], "sv/wrong-key": ["3"]})

    run(caller)
    assert caller.heard == ["sv/welcome", "sv/wrong-key", "en/in-line", "en/emergency"]


def test_a_caller_who_presses_nothing_hears_the_menu_twice_and_gets_swedish() -> None:
    clock = Clock()
    caller = ScriptedDialogue(clock=clock.advance)

    assert run_flow(caller, FLOW, PROMPTS, clock) is Outcome.ENQUEUED
    opening = ["sv/welcome", "sv/emergency", "en/emergency"]
    assert caller.heard == [*opening, *MENU, *MENU, "sv/in-line", "sv/emergency"]
    assert clock.now_ms == Clock().now_ms + 8000
    assert caller.variables["CC_LANG"] == "sv"


def test_a_key_during_the_last_announcement_changes_nothing() -> None:
    caller = ScriptedDialogue({"wait": ["1"], "sv/in-line": ["3"]})

    run(caller)
    assert caller.variables["CC_LANG"] == "sv"
    assert caller.acts[-1] == "set CC_OK=1"


@pytest.mark.parametrize("place", ["play sv/welcome", "wait", "set CC_LANG=sv"])
def test_a_hang_up_before_the_line_is_a_hang_up(place: str) -> None:
    before = count(Outcome.HANGUP)
    caller = ScriptedDialogue({"wait": ["1"]}, leaves_at=place)

    assert run(caller) is Outcome.HANGUP
    assert "CC_QUEUED" not in caller.variables
    assert "CC_OK" not in caller.variables
    assert count(Outcome.HANGUP) == before + 1


@pytest.mark.parametrize("place", ["set CC_QUEUED=1", "play sv/in-line", "set CC_OK=1"])
def test_leaving_for_a_nurse_during_the_announcement_counts_as_in_line(place: str) -> None:
    before = count(Outcome.ENQUEUED)

    assert run(ScriptedDialogue({"wait": ["1"]}, leaves_at=place)) is Outcome.ENQUEUED
    assert count(Outcome.ENQUEUED) == before + 1


@pytest.mark.parametrize(
    "place",
    [
        "play sv/welcome",
        "wait",
        "set CHANNEL(language)=sv",
        "run UserEvent CcQueued CcLanguage: sv",
        "play sv/in-line",
    ],
)
def test_an_error_anywhere_leaves_cc_ok_unset_and_is_not_raised(place: str) -> None:
    before = count(Outcome.ERROR)
    caller = ScriptedDialogue({"wait": ["1"]}, fails_at=place)

    assert run(caller) is Outcome.ERROR
    assert "CC_OK" not in caller.variables
    assert count(Outcome.ERROR) == before + 1


def test_keys_are_never_logged() -> None:
    with capture_logs() as lines:
        run(ScriptedDialogue({"wait": ["7", "8"]}))
        run(ScriptedDialogue({"wait": ["7"]}, fails_at="play sv/wrong-key"))

    assert [line["event"] for line in lines] == ["ivr flow failed"]
    assert lines[0].keys() == {"event", "stage", "exc_info", "log_level"}


def test_a_flow_that_ends_the_call_hangs_up() -> None:
    caller = ScriptedDialogue()

    assert run(caller, FAREWELL) is Outcome.HANGUP
    assert caller.acts == [
        "set TIMEOUT(absolute)=65",
        "play sv/closed-technical",
        "hang up",
        "set CC_OK=1",
    ]
    assert count(Outcome.HANGUP, "farewell") == 1


def test_the_time_of_a_flow_is_measured_in_seconds() -> None:
    labels = {"flow": "public"}
    before = REGISTRY.get_sample_value("callcenter_ivr_seconds_sum", labels) or 0.0
    clock = Clock()

    run_flow(ScriptedDialogue(clock=clock.advance), FLOW, PROMPTS, clock)

    after = REGISTRY.get_sample_value("callcenter_ivr_seconds_sum", labels) or 0.0
    assert after - before == pytest.approx(8.0)


def answer_as_asterisk(sock: socket.socket, lines: list[str]) -> None:
    """Open a dialogue, then say to every command that it went well and no key came."""
    with sock, sock.makefile("rw", encoding="utf-8", newline="\n") as stream:
        stream.write("agi_network: yes\nagi_request: agi://127.0.0.1/ivr/public\n\n")
        stream.flush()
        for line in stream:
            lines.append(line.rstrip("\n"))
            stream.write("200 result=0 endpos=8000\n")
            stream.flush()


def test_over_a_real_session_the_same_acts_go_out_as_agi_commands() -> None:
    lines: list[str] = []
    ours, theirs = socket.socketpair()
    peer = threading.Thread(target=answer_as_asterisk, args=(theirs, lines))
    peer.start()
    with ours:
        session: Dialogue = Session(ours)
        outcome = run_flow(session, FLOW, PROMPTS, Clock())
    peer.join()

    assert outcome is Outcome.ENQUEUED
    assert lines[1] == 'STREAM FILE "/prompts/sv/welcome" "0123456789*#"'
    assert lines[-9:] == [
        'SET VARIABLE "CC_LANG" "sv"',
        'SET VARIABLE "CC_PHASE" "line"',
        'EXEC "UserEvent" "CcQueued,CcLanguage: sv"',
        'SET VARIABLE "CC_QUEUED" "1"',
        'SET VARIABLE "TIMEOUT(absolute)" "65"',
        'STREAM FILE "/prompts/sv/in-line" ""',
        'SET VARIABLE "TIMEOUT(absolute)" "65"',
        'STREAM FILE "/prompts/sv/emergency" ""',
        'SET VARIABLE "CC_OK" "1"',
    ]
