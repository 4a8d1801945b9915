"""What a nurse dials from her phone, and what the command line does for her."""

import pytest

from callcenter.acd.events import NurseReady, NurseSignedIn, OfferEnded, OfferResult
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState, Phone
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def dial(phone: Phone, code: str) -> float:
    """Dial a code, hear it out; how many seconds it spoke."""
    call = phone.dial(code)
    call.wait(CallState.UP, 30)
    call.wait(CallState.ENDED, 30)
    assert call.ended_by == "them"
    assert call.recording is not None
    return call.times[CallState.ENDED] - call.times[CallState.UP]


def becomes(center: Center, state: NurseState, reason: str | None = None) -> None:
    """What she dialled is done; a router that was busy just then does it after the call."""
    until(
        lambda: (center.nurse("n003").state, center.nurse("n003").reason) == (state, reason),
        30,
        lambda: f"{center.nurse('n003')}",
    )


def test_a_nurse_signs_in_gets_ready_pauses_and_signs_out_by_phone(center: Center) -> None:
    before = center.position()
    phone = center.phone("n003")
    assert dial(phone, "*50") > 0.5  # it is confirmed by voice
    becomes(center, NurseState.NOT_READY, "signed_in")
    dial(phone, "*51")
    becomes(center, NurseState.READY)
    dial(phone, "*52")
    becomes(center, NurseState.NOT_READY, "break")
    dial(phone, "*522")
    becomes(center, NurseState.NOT_READY, "lunch")
    dial(phone, "*53")
    becomes(center, NurseState.SIGNED_OUT)
    actors = {
        event.actor
        for event in center.events(before)
        if isinstance(event, NurseSignedIn | NurseReady)
    }
    assert actors == {"phone:n003"}


def test_a_ready_nurse_takes_calls_and_a_paused_one_does_not(center: Center) -> None:
    phone = center.phone("n003")
    dial(phone, "*51")
    becomes(center, NurseState.READY)
    dial(phone, "*52")
    becomes(center, NurseState.NOT_READY, "break")
    center.call("en")
    assert [call for call in phone.calls if call.incoming] == []
    dial(phone, "*51")
    phone.wait_for_call(30)


def test_a_pause_asked_for_in_conversation_takes_effect_after_the_call(center: Center) -> None:
    phone = center.on_duty("n001")
    _, call = center.call("sv")
    phone.wait_for_call(30)
    phone.answer()
    center.until_state("n001", NurseState.TALKING)
    center.callcenter("nurse", "pause", "n001", "lunch")
    assert center.nurse("n001").state is NurseState.TALKING
    assert call.state is CallState.UP
    phone.hang_up()
    rests = center.until_state("n001", NurseState.NOT_READY)
    assert rests.reason == "lunch"


def test_a_pause_while_it_rings_takes_the_caller_back_to_the_line(center: Center) -> None:
    before = center.position()
    phone = center.on_duty("n001")
    center.call("sv")
    ringing = phone.wait_for_call(30)
    center.callcenter("nurse", "pause", "n001", "break")
    ringing.wait(CallState.ENDED, 30)
    assert center.until_state("n001", NurseState.NOT_READY).reason == "break"
    ends = [event.result for event in center.events(before) if isinstance(event, OfferEnded)]
    assert ends == [OfferResult.WITHDRAWN]  # it has not rung out
    other = center.on_duty("n002")
    other.wait_for_call(30)


def test_the_command_line_does_the_same_and_says_who_did_it(center: Center) -> None:
    before = center.position()
    center.phone("n004")
    assert center.callcenter("nurse", "ready", "n004").strip() == "n004: ready"
    assert "n004: not_ready (training)" in center.callcenter("nurse", "pause", "n004", "training")
    assert center.callcenter("nurse", "sign-out", "n004").strip() == "n004: signed_out"
    actors = [event.actor for event in center.events(before) if isinstance(event, NurseReady)]
    assert len(actors) == 1
    assert actors[0].startswith("cli:")


def test_the_fallback_queue_mirrors_who_is_signed_in_and_ready(center: Center) -> None:
    center.phone("n003")
    asterisk = center.asterisk
    center.callcenter("nurse", "ready", "n003")
    until(lambda: "n003" in asterisk("queue show fallback"), 30, "not a member")
    until(lambda: "paused" not in asterisk("queue show fallback"), 30, "paused there")
    center.callcenter("nurse", "pause", "n003")
    until(lambda: "paused" in asterisk("queue show fallback"), 30, "not paused")
    center.callcenter("nurse", "sign-out", "n003")
    until(lambda: "n003" not in asterisk("queue show fallback"), 30, "still a member")
