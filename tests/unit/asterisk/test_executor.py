"""Commands to actions: refused when what they presume is not so."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackId, Kind
from callcenter.acd.commands import (
    CallNurse,
    CallPatient,
    DismissCaller,
    LookUpChannels,
    MirrorNurse,
    ReturnToLine,
    RingNurse,
    TellSurge,
)
from callcenter.acd.ends import UNSEALABLE
from callcenter.acd.events import CommandDone, CommandFailed, CommandUnknown
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.policy import SurgeLevel
from callcenter.asterisk.ami.errors import AMIDisconnected, AMITimeout
from callcenter.asterisk.ami.messages import Response
from callcenter.asterisk.executor import Planned, Refused, plan, verdict
from callcenter.seal import Unsealable
from language_routing.languages import Language
from tests.unit.asterisk.test_translator import CONTACT, OFFER, Switch, arrive, ring, talk

NODE = NodeId("node1")
CHANNEL = "PJSIP/trunk-00000001"
RING = RingNurse(
    id="1764000000123-0-1", node=NODE, valid_until=1_000, contact=CONTACT, channel=CHANNEL,
    nurse=NurseId("n017"),
)  # fmt: skip
BACK = ReturnToLine(
    id="1764000000999-0-0", node=NODE, valid_until=1_000, contact=CONTACT, channel=CHANNEL,
    offer=OfferId(OFFER),
)  # fmt: skip
DISMISS = DismissCaller(
    id="1764000000555-0-0", node=NODE, valid_until=1_000, contact=CONTACT, channel=CHANNEL,
    prompt="dismissed", language=Language("sv"),
)  # fmt: skip
OK = Response("Success", {})
NO = Response("Error", {"Message": "Channel does not exist"})


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    switch = Switch(tmp_path)
    arrive(switch)
    switch.now(CC_PHASE="line")
    switch.caller("UserEvent", UserEvent="CcQueued", CcLanguage="sv")
    return switch


def test_a_caller_in_line_is_redirected_to_ring_the_nurse_under_the_commands_id(
    switch: Switch,
) -> None:
    planned = plan(RING, switch.translator.board, 500)
    assert isinstance(planned, Planned)
    (action,) = planned.actions
    assert action.name == "Redirect"
    assert action.keys == {
        "Channel": CHANNEL, "Context": "cc-offer", "Exten": "n017_1764000000123_0_1",
        "Priority": "1", "ActionID": RING.id,
    }  # fmt: skip


def test_a_stale_command_is_refused(switch: Switch) -> None:
    assert plan(RING, switch.translator.board, 1_001) == Refused("stale")


def test_a_caller_who_is_gone_is_not_redirected(switch: Switch) -> None:
    switch.caller("Hangup")
    assert plan(RING, switch.translator.board, 0) == Refused("gone")
    assert plan(BACK, switch.translator.board, 0) == Refused("gone")


def test_a_caller_is_never_pulled_out_of_a_ringing_or_a_conversation(switch: Switch) -> None:
    ring(switch)
    assert plan(RING, switch.translator.board, 0) == Refused("not_in_line")
    talk(switch)
    assert plan(RING, switch.translator.board, 0) == Refused("not_in_line")
    assert plan(BACK, switch.translator.board, 0) == Refused("not_ringing")


def test_only_the_offer_that_is_meant_is_taken_back(switch: Switch) -> None:
    assert plan(BACK, switch.translator.board, 0) == Refused("not_ringing")
    ring(switch)
    planned = plan(BACK, switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert planned.actions[0].keys["Context"] == "cc-line"


def test_before_a_caller_is_taken_back_asterisk_itself_is_asked_about_a_conversation(
    switch: Switch,
) -> None:
    ring(switch)
    planned = plan(BACK, switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert planned.unless_bridged == CHANNEL


def test_about_a_caller_in_line_and_about_a_nurse_nothing_is_asked(switch: Switch) -> None:
    mirror = MirrorNurse(
        id="1-0-0", node=NODE, valid_until=9, nurse=NurseId("n017"), member=True, paused=True
    )
    for command in (RING, mirror):
        planned = plan(command, switch.translator.board, 0)
        assert isinstance(planned, Planned)
        assert planned.unless_bridged is None


def test_a_nurse_is_mirrored_whether_she_is_a_member_already_or_not(switch: Switch) -> None:
    mirror = MirrorNurse(
        id="1-0-0", node=NODE, valid_until=9, nurse=NurseId("n017"), member=True, paused=True
    )
    planned = plan(mirror, switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert [action.name for action in planned.actions] == ["QueueAdd", "QueuePause"]
    assert verdict(mirror, planned, [NO, OK]) == CommandDone(command="1-0-0")


def test_the_verdict_tells_done_failed_and_unknown_apart(switch: Switch) -> None:
    planned = plan(RING, switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert verdict(RING, planned, [OK]) == CommandDone(command=RING.id)
    assert verdict(RING, planned, [NO]) == CommandFailed(command=RING.id, reason="refused")
    unsent, sent = AMIDisconnected("x"), AMITimeout("x", sent=True)
    assert verdict(RING, planned, [unsent]) == CommandFailed(command=RING.id, reason="no_switch")
    assert verdict(RING, planned, [sent]) == CommandUnknown(command=RING.id)


def test_looking_up_needs_no_action_of_the_acting_connection(switch: Switch) -> None:
    look = LookUpChannels(id="1-0-0", node=NODE, valid_until=9)
    assert plan(look, switch.translator.board, 0) == Planned(())


@pytest.mark.parametrize(("refusing", "word"), [(True, "1"), (False, "0")])
def test_the_dialplan_is_told_the_surge_in_two_globals_and_both_must_be_set(
    switch: Switch, refusing: bool, word: str
) -> None:
    tell = TellSurge(
        id="1-0-0", node=NODE, valid_until=1_000, level=SurgeLevel.CRISIS, refusing=refusing
    )
    planned = plan(tell, switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert [(action.name, action.keys) for action in planned.actions] == [
        ("Setvar", {"Variable": "CC_SURGE", "Value": "crisis"}),
        ("Setvar", {"Variable": "CC_REFUSE", "Value": word}),
    ]
    assert verdict(tell, planned, [OK, OK]) == CommandDone(command=tell.id)
    assert verdict(tell, planned, [OK, NO]) == CommandFailed(command=tell.id, reason="refused")


def test_a_dismissed_caller_is_told_first_what_to_hear_and_nobody_is_pulled_out_of_a_talk(
    switch: Switch,
) -> None:
    planned = plan(DISMISS, switch.translator.board, 500)
    assert isinstance(planned, Planned)
    assert planned.unless_bridged == CHANNEL
    says, redirect = planned.actions
    assert says.keys == {"Channel": CHANNEL, "Variable": "CC_SAYS", "Value": "sv/dismissed"}
    assert redirect.keys["Context"] == "cc-dismiss"
    assert verdict(DISMISS, planned, [OK, NO]) == CommandFailed(
        command=DISMISS.id, reason="refused"
    )


def test_only_a_caller_in_line_is_dismissed(switch: Switch) -> None:
    ring(switch)
    assert plan(DISMISS, switch.translator.board, 0) == Refused("not_in_line")
    talk(switch)
    assert plan(DISMISS, switch.translator.board, 0) == Refused("not_in_line")
    switch.caller("Hangup")
    assert plan(DISMISS, switch.translator.board, 0) == Refused("gone")


def test_a_caller_who_hears_the_last_words_is_not_dismissed_again(switch: Switch) -> None:
    switch.now(CC_PHASE="after")
    assert switch.caller("UserEvent", UserEvent="CcDismissed") == []
    assert switch.translator.ignored == 0
    assert plan(DISMISS, switch.translator.board, 0) == Refused("not_in_line")


def test_the_need_of_an_interpreter_goes_with_the_extension(switch: Switch) -> None:
    planned = plan(replace(RING, interpreter=True), switch.translator.board, 0)
    assert isinstance(planned, Planned)
    (action,) = planned.actions
    assert action.keys["Exten"] == "n017_1764000000123_0_1_i"


def test_a_language_or_class_that_a_supervisor_changed_is_what_her_phone_shows(
    switch: Switch,
) -> None:
    same = replace(RING, priority_class="public")
    switch.now(CC_LANG="sv")
    switch.caller("UserEvent", UserEvent="CcQueued", CcLanguage="sv")
    planned = plan(replace(same, language=Language("sv")), switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert [action.name for action in planned.actions] == ["Redirect"]
    moved = replace(RING, language=Language("fi"), priority_class="red_flag")
    planned = plan(moved, switch.translator.board, 0)
    assert isinstance(planned, Planned)
    assert [(a.name, a.keys.get("Variable"), a.keys.get("Value")) for a in planned.actions] == [
        ("Setvar", "CC_LANG", "fi"),
        ("Setvar", "CC_CLASS", "red_flag"),
        ("Redirect", None, None),
    ]


CALL_NURSE = CallNurse(
    id="1764000000777-0-2", node=NODE, valid_until=1_000, contact=ContactId("c-17-2.0"),
    callback=CallbackId("c-17"), kind=Kind.MEDICAL, nurse=NurseId("n017"), sealed="sealed",
    language=Language("ar"), interpreter=True, priority_class="medical", entry_point="",
    arrived=1_764_000_000_123, latest=1_764_003_600_000, preview=20_000, ring=30_000, attempt=2,
)  # fmt: skip
CALL_PATIENT = CallPatient(
    id="1764000000888-0-0", node=NODE, valid_until=1_000, contact=ContactId("c-18-1.0"),
    callback=CallbackId("c-18"), sealed="sealed", language=Language("fi"),
    priority_class="public", entry_point="public", arrived=1_764_000_000_123, ring=30_000,
    ready_within=15_000,
)  # fmt: skip
PATIENT = "+46701740701"


def opened(sealed: str) -> str:
    assert sealed == "sealed"
    return PATIENT


def gone(_sealed: str) -> str:
    raise Unsealable("its key is gone")


@pytest.mark.parametrize("command", [CALL_NURSE, CALL_PATIENT])
def test_a_callback_is_begun_by_one_originate_under_the_commands_id(
    switch: Switch, command: CallNurse | CallPatient
) -> None:
    planned = plan(command, switch.translator.board, 500, opened)
    assert isinstance(planned, Planned)
    (action,) = planned.actions
    assert (action.name, action.keys["ActionID"]) == ("Originate", command.id)
    assert action.keys["Async"] == "true"


@pytest.mark.parametrize("command", [CALL_NURSE, CALL_PATIENT])
def test_a_callback_that_is_in_a_call_already_is_not_begun_again(
    switch: Switch, command: CallNurse | CallPatient
) -> None:
    there = replace(command, contact=CONTACT)
    assert plan(there, switch.translator.board, 500, opened) == Refused("there")


@pytest.mark.parametrize("command", [CALL_NURSE, CALL_PATIENT])
def test_a_number_that_cannot_be_read_or_rung_says_so(
    switch: Switch, command: CallNurse | CallPatient
) -> None:
    board = switch.translator.board
    assert plan(command, board, 500) == Refused("no_trunk")
    assert plan(command, board, 500, gone) == Refused(UNSEALABLE)
    for number in ("1177", "0701740701", "", f"{PATIENT}@evil", f"{PATIENT}\r\nX: 1"):
        assert plan(command, board, 500, lambda _, n=number: n) == Refused(UNSEALABLE)


def test_a_callback_with_a_part_of_another_form_is_refused(switch: Switch) -> None:
    for parts in (
        {"entry_point": "a,CC_DIAL=1"},
        {"priority_class": "x\r\nAction: Logoff"},
        {"nurse": NurseId("n017&PJSIP/n018")},
        {"id": "x"},
    ):
        odd = replace(CALL_NURSE, **parts)
        assert plan(odd, switch.translator.board, 500, opened) == Refused("malformed")
