"""The action that begins the call of a callback."""

import pytest
from msgspec.structs import replace

from callbacks.callback import Kind
from callcenter.acd.commands import CallNurse, CallPatient
from callcenter.asterisk.outgoing import call, can_ring
from tests.unit.asterisk.test_executor import CALL_NURSE, CALL_PATIENT, PATIENT


def test_a_nurse_is_rung_as_for_any_offer_with_the_patient_behind_the_far_half() -> None:
    action = call(CALL_NURSE, PATIENT)
    assert action.keys["Channel"] == "Local/nurse@cc-callback/n"
    assert (action.keys["Context"], action.keys["Priority"]) == ("cc-offer", "1")
    assert action.keys["Exten"] == "n017_1764000000777_0_2_i"
    assert action.variables == {
        "CC_CONTACT": "c-17-2.0", "CC_CALLBACK": "c-17", "CC_ARRIVED": "1764000000123",
        "CC_ENTRY": "", "CC_CLASS": "medical", "CC_LANG": "ar", "CC_RING_S": "30",
        "CC_PHASE": "offer", "CC_KIND": "medical", "CC_PREVIEW_S": "20",
        "CC_LATEST": "1764003600000", "CC_TRY": "2", "CC_PROMISED": "", "CC_DIAL": PATIENT,
    }  # fmt: skip


def test_a_kept_place_has_no_time_that_was_promised() -> None:
    variables = call(replace(CALL_NURSE, kind=Kind.KEPT_PLACE, latest=None), PATIENT).variables
    assert (variables["CC_KIND"], variables["CC_LATEST"]) == ("kept", "")


def test_a_patient_who_is_rung_first_stands_in_line_once_she_is_ready() -> None:
    action = call(CALL_PATIENT, PATIENT)
    assert action.keys["Channel"] == "Local/patient@cc-callback/n"
    assert (action.keys["Context"], action.keys["Exten"]) == ("cc-called", "s")
    assert (action.variables["CC_PHASE"], action.variables["CC_READY_S"]) == ("calling", "15")


@pytest.mark.parametrize("command", [CALL_NURSE, CALL_PATIENT])
def test_asterisk_does_not_end_the_call_before_the_dialplan_has_all_its_time(
    command: CallNurse | CallPatient,
) -> None:
    slow = replace(command, ring=180_000)
    assert int(call(slow, PATIENT).keys["Timeout"]) > 180_000


@pytest.mark.parametrize("command", [CALL_NURSE, CALL_PATIENT])
def test_the_number_is_in_one_variable_and_nowhere_else(
    command: CallNurse | CallPatient,
) -> None:
    action = call(command, PATIENT)
    assert [name for name, word in action.variables.items() if PATIENT in str(word)] == ["CC_DIAL"]
    assert PATIENT not in "".join(map(str, action.keys.values()))
    assert PATIENT not in repr(action)


@pytest.mark.parametrize(
    "number",
    ["", "1177", "112", "0701740701", "+0701740701", "+4670174070112345", "+46,1", "+46\n"],
)
def test_only_a_whole_number_is_rung(number: str) -> None:
    assert not can_ring(number)
    with pytest.raises(ValueError, match="no form of ours"):
        call(CALL_NURSE, number)
