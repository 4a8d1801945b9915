"""The runner: a flow's verbs become AGI acts, in the order that the dialplan relies on."""

import re
import socket
import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from callcenter.asterisk.agi.session import Session
from callcenter.asterisk.dialogue import Dialogue
from callcenter.asterisk.ivr_runner import Outcome, run_flow
from callcenter.asterisk.ivr_speech import Numbers
from callcenter.asterisk.visit import Occasion, Outlook
from ivr_flows.dialogue import Flow
from ivr_flows.facts import Wait
from ivr_flows.load import FLOWS, PUBLIC, load_flow
from ivr_flows.setting import Setting
from ivr_flows.steps import HangupStep
from tests.unit.asterisk.scripted_dialogue import ScriptedDialogue
from tests.unit.asterisk.scripted_view import (
    CONTACT,
    InLine,
    ScriptedSounds,
    ScriptedView,
    voice,
)

PUBLIC_FLOW = load_flow(PUBLIC, Setting())
WAITING = load_flow(FLOWS / "waiting.yaml", Setting())
AFTER = load_flow(FLOWS / "after.yaml", Setting())
CALLER = "+46701740605"
OPENING = ["sv/welcome", "sv/emergency", "en/emergency"]
MENU = [
    *(f"{language}/menu-choice" for language in ("sv", "fi", "en", "ar", "so")),
    "en/other-language",
    "sv/sign-or-text",
]
LONG = InLine(wait=Wait(place=3, low_ms=300_000, high_ms=600_000), offered=True, ahead=2, nurses=5)
FIRST_VISIT = Occasion(entry="public", contact=CONTACT, phase="line", caller="known")
KEY_1 = Occasion(entry="public", contact=CONTACT, phase="line", caller="known", visit=1, key="1")
FIRST_ENTRY = Occasion(entry="public", contact=CONTACT, caller="known")
SURVEYED = Occasion(entry="public", contact=CONTACT, phase="after", sampled=True)


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, ms: int) -> None:
        self.now_ms += ms


class Stage:
    """Runs flows, with sounds in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(
        self,
        dialogue: Dialogue,
        flow: Flow = PUBLIC_FLOW,
        occasion: Occasion = FIRST_ENTRY,
        view: ScriptedView | None = None,
        *,
        numbers: Numbers | None = None,
        sounds: ScriptedSounds | None = None,
        clock: Clock | None = None,
        language: str | None = None,
    ) -> Outcome:
        return run_flow(
            dialogue,
            flow,
            Outlook(occasion, view or ScriptedView()),
            numbers=numbers or Numbers(caller=CALLER, relay="+46200123456"),
            voice=voice(self._folder, sounds),
            clock_ms=clock or Clock(),
            language=language,
        )


@pytest.fixture
def run(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def count(outcome: Outcome, flow: str = "public") -> float:
    labels = {"flow": flow, "outcome": outcome.value}
    return REGISTRY.get_sample_value("callcenter_ivr_flows_total", labels) or 0.0


def keys_measured() -> float:
    return REGISTRY.get_sample_value("callcenter_ivr_key_seconds_count") or 0.0


# -- before the line ----------------------------------------------------------------------


def test_speech_and_the_pause_behind_it_go_into_commands_of_eight_seconds(run: Stage) -> None:
    caller = ScriptedDialogue({"pause": ["4"]})

    assert run(caller) is Outcome.ENQUEUED
    speech = [*OPENING, *MENU]  # ten sounds of a second each
    assert (
        caller.acts[:6]
        == [
            "set TIMEOUT(absolute)=13",  # the command, and five seconds to spare
            "ask " + " ".join(speech[:8]),
            "set TIMEOUT(absolute)=13",
            "ask " + " ".join([*speech[8:], "pause"]),
            "set CC_SPOKEN=ar",
            "set CC_LANG=ar",
        ]
    )


def test_a_key_puts_the_caller_in_line_in_exactly_this_order(run: Stage) -> None:
    caller = ScriptedDialogue({"pause": ["4"]})

    run(caller)
    assert caller.acts[4:] == [
        "set CC_SPOKEN=ar",
        "set CC_LANG=ar",
        "set CHANNEL(language)=ar",
        "set CC_PHASE=line",
        "run UserEvent CcQueued CcLanguage: ar",
        "set CC_QUEUED=1",
        "set CC_OK=1",
    ]


def test_a_key_in_the_first_second_skips_everything_up_to_the_line(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/welcome": ["5"]})

    assert run(caller) is Outcome.ENQUEUED
    assert caller.heard == ["sv/welcome"]
    assert caller.variables["CC_LANG"] == "so"


def test_a_wrong_key_is_told_and_a_key_during_that_counts(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/welcome": ["9"], "sv/wrong-key": ["3"]})

    run(caller)
    assert caller.heard == ["sv/welcome", "sv/wrong-key"]
    assert caller.variables["CC_LANG"] == "en"


def test_the_hash_key_is_a_key_like_any_other_and_not_silence(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/welcome": ["#"]})

    run(caller)
    assert caller.heard[:2] == ["sv/welcome", "sv/wrong-key"]


def test_a_caller_who_presses_nothing_stands_in_the_default_line(run: Stage) -> None:
    clock = Clock()
    caller = ScriptedDialogue(clock=clock.advance)

    assert run(caller, clock=clock) is Outcome.ENQUEUED
    assert caller.heard == [*OPENING, *MENU]
    assert clock.now_ms == Clock().now_ms + 6000
    assert caller.variables["CC_LANG"] == "sv"


def test_another_language_gets_the_default_line_with_an_interpreter(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/welcome": ["6"]})

    run(caller)
    assert caller.told == ["CcNeed CcWanted: und", "CcQueued CcLanguage: sv"]
    assert (caller.variables["CC_WANTED"], caller.variables["CC_LANG"]) == ("und", "sv")
    assert caller.variables["CC_SPOKEN"] == "en"
    assert caller.heard[1:] == ["en/interpreter-follows"]


def test_a_text_telephone_hears_the_relay_number_digit_by_digit(tmp_path: Path) -> None:
    caller = ScriptedDialogue({"sv/welcome": ["7"]})
    flow = load_flow(PUBLIC, Setting(relay=True))

    Stage(tmp_path)(caller, flow, numbers=Numbers(relay="020"))
    assert caller.acts[-2] == ("play sv/relay-text sv/digit.0 sv/digit.2 sv/digit.0 sv/relay-sign")


def test_what_is_in_no_language_is_left_out_and_the_question_is_asked_all_the_same(
    run: Stage,
) -> None:
    caller = ScriptedDialogue({"pause": ["2"]})
    everything = (*OPENING, *MENU)

    assert run(caller, sounds=ScriptedSounds(missing=everything)) is Outcome.ENQUEUED
    assert caller.acts[:2] == ["set TIMEOUT(absolute)=11", "ask pause"]


def test_where_silence_cannot_be_written_a_key_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "silence").write_text("a file in the folder's way")
    caller = ScriptedDialogue({"pause": ["2"]})

    assert Stage(tmp_path)(caller) is Outcome.ENQUEUED
    assert caller.acts[3:5] == ["ask en/other-language sv/sign-or-text", "wait"]
    assert caller.variables["CC_LANG"] == "fi"


# -- in line ------------------------------------------------------------------------------


def test_the_first_visit_tells_the_wait_and_journals_what_was_told(run: Stage) -> None:
    caller = ScriptedDialogue()

    assert run(caller, WAITING, FIRST_VISIT, ScriptedView(LONG), language="fi") is Outcome.DONE
    assert caller.heard[:2] == ["fi/in-line", "fi/emergency"]
    told = [act for act in caller.acts if "fi/wait-range.5-10" in act]
    assert told == ["play fi/place.3 fi/wait-range.5-10 fi/recording"]
    (words,) = caller.told
    said = re.fullmatch(
        r"CcWaitTold CcPlace: 3 CcLow: (\d+) CcHigh: (\d+) CcAhead: 2 CcNurses: 5", words
    )
    assert said is not None
    low, high = map(int, said.groups())
    assert 290_000 < low <= 300_000  # from the moment of the event, a little after the look
    assert high - low == 300_000
    assert caller.variables["CC_TOLD"] == "3-300000-600000"
    assert caller.acts[-1] == "set CC_OK=1"


def test_the_wait_is_journalled_only_when_the_question_behind_it_is_over(run: Stage) -> None:
    """An act in between would be a moment in which a key is lost."""
    caller = ScriptedDialogue()

    run(caller, WAITING, FIRST_VISIT, ScriptedView(LONG))
    heard = next(n for n, act in enumerate(caller.acts) if "sv/place.3" in act)
    assert caller.acts[heard + 1] == "set CC_TOLD=3-300000-600000"


def test_what_a_key_pressed_ahead_has_passed_over_was_not_told(tmp_path: Path) -> None:
    """The key came in the sentence before: place and wait were never played."""
    caller = ScriptedDialogue({"sv/emergency": ["5"]})
    again = msgspec.structs.replace(FIRST_VISIT, visit=1, key="*")

    assert Stage(tmp_path)(caller, WAITING, again, ScriptedView(LONG)) is Outcome.DONE
    assert "sv/place.3" not in caller.heard
    assert caller.told == []
    assert "CC_TOLD" not in caller.variables


def test_a_key_in_a_command_before_the_one_that_tells_the_wait_was_before_it(run: Stage) -> None:
    long = ScriptedSounds(lengths={"sv/wait-grown-overtaken": 8.0})
    waits = InLine(
        wait=Wait(place=3, low_ms=300_000, high_ms=600_000, cause="overtaken"), ahead=2, nurses=5
    )
    told = Wait(place=3, low_ms=60_000, high_ms=120_000)
    later = msgspec.structs.replace(FIRST_VISIT, visit=2, told=told)
    passed_over = ScriptedDialogue({"sv/wait-grown-overtaken": ["5"]})
    heard = ScriptedDialogue({"sv/wait-range.5-10": ["5"]})

    run(passed_over, WAITING, later, ScriptedView(waits), sounds=long)
    run(heard, WAITING, later, ScriptedView(waits), sounds=long)
    assert passed_over.told == []
    assert len(heard.told) == 1


def test_a_visit_ends_at_its_next_question_where_the_service_gives_no_sign_of_life(
    run: Stage,
) -> None:
    caller = ScriptedDialogue()

    assert run(caller, WAITING, FIRST_VISIT, ScriptedView(lives=False)) is Outcome.DONE
    assert caller.heard == []
    assert caller.acts == ["set CC_OK=1"]  # and so not counted as a visit
    newcomer = ScriptedDialogue({"pause": ["4"]})
    assert run(newcomer, view=ScriptedView(lives=False)) is Outcome.ENQUEUED


def test_her_own_key_counts_before_the_fold_has_heard_of_it(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/red-flag": ["1"]})

    assert run(caller, WAITING, FIRST_VISIT, ScriptedView(LONG)) is Outcome.DONE
    assert caller.variables["CC_CLASS"] == "red_flag"
    assert "sv/keep-offer" not in caller.heard


def test_when_to_come_again_is_set_before_the_first_word(run: Stage) -> None:
    caller = ScriptedDialogue(leaves_at="play sv/in-line")

    assert run(caller, WAITING, FIRST_VISIT, ScriptedView(LONG)) is Outcome.HANGUP
    assert "CC_TELL_AT" in caller.variables
    assert "CC_OK" not in caller.variables


def test_a_caller_who_is_new_in_line_is_waited_for_a_moment(run: Stage) -> None:
    caller, view = ScriptedDialogue(), ScriptedView(LONG, unknown=4)

    run(caller, WAITING, FIRST_VISIT, view)
    assert "sv/wait-range.5-10" in caller.heard


def test_without_a_view_the_flow_still_talks_and_nothing_is_told(run: Stage) -> None:
    caller = ScriptedDialogue()

    assert run(caller, WAITING, FIRST_VISIT, ScriptedView()) is Outcome.DONE
    assert "sv/wait-unknown" in caller.heard
    assert caller.told == []
    assert "CC_TOLD" not in caller.variables


def test_a_red_flag_moves_the_deadline_by_the_caller_s_own_key(tmp_path: Path) -> None:
    caller = ScriptedDialogue({"sv/red-flag": ["1"]})

    Stage(tmp_path)(caller, WAITING, FIRST_VISIT, ScriptedView(LONG))
    assert caller.told[0] == "CcClassed CcNewClass: red_flag"
    assert caller.variables["CC_CLASS"] == "red_flag"


def test_a_message_of_a_supervisor_is_played_in_the_caller_s_language(run: Stage) -> None:
    view = ScriptedView(LONG, messages={"sv": "m-1791-0/sv", "fi": "m-1791-1/fi"})
    caller = ScriptedDialogue()

    run(caller, WAITING, FIRST_VISIT, view, language="fi")
    assert "m-1791-1/fi" in caller.heard
    assert "m-1791-0/sv" not in caller.heard


def test_a_place_is_kept_in_this_order_and_only_then_is_it_said(run: Stage) -> None:
    caller, view = ScriptedDialogue({"sv/keep-confirm": ["1"]}), ScriptedView(LONG, keeps=2)

    assert run(caller, WAITING, KEY_1, view) is Outcome.KEPT
    asked = caller.acts.index("set CC_KEEPING=1")
    assert caller.acts[asked:] == [
        "set CC_KEEPING=1",
        "set TIMEOUT(absolute)=8",
        "run UserEvent CcKeep CcKeepNumber: caller",
        "set CC_KEPT=1",
        "set CC_PHASE=after",
        "set TIMEOUT(absolute)=6",
        "play sv/keep-kept",
        "set CC_OK=1",
        "hang up",
    ]


def test_the_number_to_ring_back_is_read_out_digit_by_digit(run: Stage) -> None:
    caller = ScriptedDialogue()

    run(caller, WAITING, KEY_1, ScriptedView(LONG))
    spoken = [sound.removeprefix("sv/") for sound in caller.heard]
    first = spoken.index("keep-number") + 1
    assert spoken[first : first + 10] == [f"digit.{n}" for n in "0701740605"]


def test_a_typed_number_is_taken_from_its_first_key_to_the_hash(run: Stage) -> None:
    caller = ScriptedDialogue(
        {"sv/keep-confirm": ["2", "1"], "sv/keep-type": ["0"]}, typed=["701740699"]
    )

    assert run(caller, WAITING, KEY_1, ScriptedView(LONG, keeps=0)) is Outcome.KEPT
    assert "CcKeep CcKeepNumber: +46701740699" in caller.told


def test_a_number_that_nobody_could_ring_is_asked_for_again(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/keep-confirm": ["2"], "sv/keep-type": ["1", "#"]}, typed=["2"])

    run(caller, WAITING, KEY_1, ScriptedView(LONG))
    assert caller.heard.count("sv/keep-bad-number") == 2
    assert caller.heard.count("sv/keep-type") == 4  # once, twice wrong, once silent


def test_a_star_in_place_of_a_number_repeats_the_question_at_once(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/keep-confirm": ["2"], "sv/keep-type": ["*"]})

    run(caller, WAITING, KEY_1, ScriptedView(LONG))
    assert "collect" not in caller.acts
    assert "sv/keep-bad-number" not in caller.heard
    assert caller.heard.count("sv/keep-type") >= 2


def test_a_flow_that_keeps_nothing_in_time_says_so_and_takes_it_back(
    run: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.asterisk.ivr_effects.KEPT_WITHIN_S", 0.05)
    caller = ScriptedDialogue({"sv/keep-confirm": ["1"]})

    assert run(caller, WAITING, KEY_1, ScriptedView(LONG)) is Outcome.DONE
    assert caller.told[-2:] == ["CcKeep CcKeepNumber: caller", "CcStays"]
    assert caller.heard[-1] == "sv/keep-refused"
    assert caller.variables["CC_KEEPING"] == "0"
    assert "CC_KEPT" not in caller.variables


def test_a_nurse_who_answers_while_a_place_is_being_kept_is_noticed_at_once(run: Stage) -> None:
    caller = ScriptedDialogue({"sv/keep-confirm": ["1"]}, leaves_at="look")

    assert run(caller, WAITING, KEY_1, ScriptedView(LONG)) is Outcome.HANGUP
    assert caller.variables["CC_KEEPING"] == "1"  # the dialplan takes the keep back
    assert "CC_KEPT" not in caller.variables


def test_a_hidden_number_cannot_be_kept_and_one_is_asked_for(run: Stage) -> None:
    hidden = Occasion(entry="public", contact=CONTACT, phase="line", visit=1, key="1")
    caller = ScriptedDialogue(
        {"sv/keep-type": ["0"], "sv/keep-confirm": ["1"]}, typed=["701740699"]
    )

    assert run(caller, WAITING, hidden, ScriptedView(LONG, keeps=0), numbers=Numbers()) is (
        Outcome.KEPT
    )
    assert caller.heard[0] == "sv/keep-type"


# -- after the call -----------------------------------------------------------------------


def test_a_survey_journals_the_consent_and_each_score(run: Stage) -> None:
    caller = ScriptedDialogue(
        {"so/survey-ask": ["1"], "so/survey-recommend": ["5"], "pause": ["2"]}
    )

    assert run(caller, AFTER, SURVEYED, language="so") is Outcome.DONE
    assert caller.told == [
        "CcConsent CcAbout: survey CcGiven: yes",
        "CcScore CcQuestion: survey-recommend CcScored: 5",
        "CcScore CcQuestion: survey-helped CcScored: 2",
    ]
    assert caller.heard[-1] == "so/survey-thanks"
    assert caller.acts[-2:] == ["set CC_OK=1", "hang up"]


def test_who_is_not_in_the_sample_hears_nothing(run: Stage) -> None:
    caller = ScriptedDialogue()

    run(caller, AFTER, Occasion(entry="public", contact=CONTACT, phase="after"))
    assert caller.acts == ["set CC_OK=1", "hang up"]


# -- how it ends --------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["sv/welcome", "pause", "set CC_LANG=sv", "run UserEvent"])
def test_a_hang_up_before_the_line_is_a_hang_up(run: Stage, place: str) -> None:
    before = count(Outcome.HANGUP)
    caller = ScriptedDialogue({"pause": ["1"]}, leaves_at=place)

    assert run(caller) is Outcome.HANGUP
    assert "CC_QUEUED" not in caller.variables
    assert "CC_OK" not in caller.variables
    assert count(Outcome.HANGUP) == before + 1


@pytest.mark.parametrize("place", ["set CC_QUEUED=1", "set CC_OK=1"])
def test_leaving_for_a_nurse_counts_as_in_line(run: Stage, place: str) -> None:
    before = count(Outcome.ENQUEUED)

    assert run(ScriptedDialogue({"pause": ["1"]}, leaves_at=place)) is Outcome.ENQUEUED
    assert count(Outcome.ENQUEUED) == before + 1


@pytest.mark.parametrize("place", ["sv/welcome", "pause", "set CHANNEL", "run UserEvent CcQueued"])
def test_an_error_anywhere_leaves_cc_ok_unset_and_is_not_raised(run: Stage, place: str) -> None:
    before = count(Outcome.ERROR)
    caller = ScriptedDialogue({"pause": ["1"]}, fails_at=place)

    assert run(caller) is Outcome.ERROR
    assert "CC_OK" not in caller.variables
    assert count(Outcome.ERROR) == before + 1


def test_a_transfer_names_its_target_and_ends_the_flow(tmp_path: Path) -> None:
    flow = load_flow(
        FLOWS / "emergency.yaml",
        Setting(transfers=("switchboard",), named={"$greeting": "welcome"}),
    )
    caller = ScriptedDialogue({"sv/switchboard": ["9"], "pause": ["9"]})

    assert Stage(tmp_path)(caller, flow) is Outcome.TRANSFERRED
    assert caller.variables["CC_TRANSFER"] == "switchboard"
    assert "CC_QUEUED" not in caller.variables


def test_keys_and_numbers_are_never_logged(run: Stage) -> None:
    with capture_logs() as lines:
        run(ScriptedDialogue({"pause": ["9", "8"]}))
        run(ScriptedDialogue({"pause": ["9"]}, fails_at="sv/wrong-key"))
        typed = ScriptedDialogue(
            {"sv/keep-confirm": ["2"], "sv/keep-type": ["0"]},
            typed=["701740699"],
            fails_at="ask sv/digit.0 sv/digit.7 sv/digit.0 sv/digit.1 sv/digit.7 sv/digit.4 "
            "sv/digit.0 sv/digit.6 sv/digit.9 sv/digit.9",
        )
        assert run(typed, WAITING, KEY_1, ScriptedView(LONG)) is Outcome.ERROR

    assert [line["event"] for line in lines] == ["ivr flow failed"] * 2
    assert all(line.keys() == {"event", "stage", "exc_info", "log_level"} for line in lines)
    assert "701740" not in str(lines)


def test_a_flow_that_ends_the_call_says_that_it_is_done_before(run: Stage) -> None:
    farewell = Flow(
        name="farewell", start="bye", default_language="sv", languages=("sv",), limit_ms=1000,
        steps={"bye": HangupStep()},
    )  # fmt: skip
    caller = ScriptedDialogue()

    assert run(caller, farewell) is Outcome.HANGUP
    assert caller.acts == ["set CC_OK=1", "hang up"]
    assert count(Outcome.HANGUP, "farewell") == 1


def test_the_time_of_a_flow_is_measured_in_seconds(run: Stage) -> None:
    labels = {"flow": "public"}
    before = REGISTRY.get_sample_value("callcenter_ivr_seconds_sum", labels) or 0.0
    clock = Clock()

    run(ScriptedDialogue(clock=clock.advance), clock=clock)

    after = REGISTRY.get_sample_value("callcenter_ivr_seconds_sum", labels) or 0.0
    assert after - before == pytest.approx(6.0)


def test_the_time_from_a_key_to_the_next_sound_is_measured_once_for_each_key(run: Stage) -> None:
    before = keys_measured()

    run(ScriptedDialogue({"sv/welcome": ["9"], "sv/wrong-key": ["3"]}))
    assert keys_measured() == before + 1  # after the second key no sound follows here
    run(ScriptedDialogue())
    assert keys_measured() == before + 1


# -- whatever is pressed -------------------------------------------------------------------

PRESSED = st.lists(st.sampled_from(["", "", *"0123456789*#"]), max_size=40)
TYPED = st.lists(st.text("0123456789*", max_size=20), max_size=4)


@settings(deadline=None)  # a busy machine is no finding
@given(pressed=PRESSED, typed=TYPED)
def test_whatever_is_pressed_before_the_line_the_caller_comes_into_it(
    tmp_path_factory: pytest.TempPathFactory, pressed: list[str], typed: list[str]
) -> None:
    clock = Clock()
    caller = ScriptedDialogue(anywhere=pressed, typed=typed, clock=clock.advance)

    outcome = Stage(tmp_path_factory.getbasetemp())(caller, clock=clock)
    assert outcome is Outcome.ENQUEUED
    assert caller.told[-1].startswith("CcQueued")
    assert caller.acts[-1] == "set CC_OK=1"


@settings(deadline=None)
@given(
    pressed=PRESSED,
    typed=TYPED,
    visit=st.integers(0, 12),
    key=st.sampled_from(["", "1", "*", "5"]),
    number=st.sampled_from(["", CALLER]),
    keeps=st.sampled_from([0, 1]),
    waiting=st.sampled_from([None, LONG, InLine(wait=None, offered=True)]),
)
def test_whatever_is_pressed_in_line_a_visit_ends_and_no_place_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    pressed: list[str],
    typed: list[str],
    visit: int,
    key: str,
    number: str,
    keeps: int,
    waiting: InLine | None,
) -> None:
    clock = Clock()
    caller = ScriptedDialogue(anywhere=pressed, typed=typed, clock=clock.advance)
    occasion = Occasion(
        entry="public", contact=CONTACT, phase="line", visit=visit or 1, key=key,
        caller="known" if number else "anonymous",
    )  # fmt: skip

    outcome = Stage(tmp_path_factory.getbasetemp())(
        caller, WAITING, occasion, ScriptedView(waiting, keeps=keeps),
        numbers=Numbers(caller=number), clock=clock,
    )  # fmt: skip
    assert outcome in (Outcome.DONE, Outcome.KEPT)
    assert (caller.variables.get("CC_KEPT") == "1") == (outcome is Outcome.KEPT)
    assert ("hang up" in caller.acts) == (outcome is Outcome.KEPT)
    assert "CC_TELL_AT" in caller.variables


# -- over a real session ------------------------------------------------------------------


def answer_as_asterisk(sock: socket.socket, lines: list[str]) -> None:
    """Open a dialogue, then say to every command that it went well and no key came."""
    with sock, sock.makefile("rw", encoding="utf-8", newline="\n") as stream:
        stream.write("agi_network: yes\nagi_request: agi://127.0.0.1/ivr/public\n\n")
        stream.flush()
        for line in stream:
            lines.append(line.rstrip("\n"))
            stream.write("200 result=0\n")
            stream.flush()


def test_over_a_real_session_the_same_acts_go_out_as_agi_commands(run: Stage) -> None:
    lines: list[str] = []
    ours, theirs = socket.socketpair()
    peer = threading.Thread(target=answer_as_asterisk, args=(theirs, lines))
    peer.start()
    with ours:
        session: Dialogue = Session(ours)
        outcome = run(session)
    peer.join()

    assert outcome is Outcome.ENQUEUED
    assert lines[0] == 'EXEC "MSet" "TIMEOUT(absolute)=13"'
    assert lines[1].startswith('EXEC "BackGround" "/prompts/sv/welcome&/prompts/sv/emergency&')
    assert lines[1].endswith('/so/menu-choice,n,,cc-no-keys"')
    assert lines[4].endswith('/silence/6000,n,,cc-no-keys"')
    assert lines[-4:] == [
        'EXEC "MSet" "CC_SPOKEN=sv,CC_LANG=sv,CHANNEL(language)=sv,CC_PHASE=line"',
        'EXEC "UserEvent" "CcQueued,CcLanguage: sv"',
        'EXEC "MSet" "CC_QUEUED=1"',
        'EXEC "MSet" "CC_OK=1"',
    ]
