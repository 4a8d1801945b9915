"""Promised times, and the dialplan as it is: for a machine with nothing else to do."""

import time

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.timeout(240)]

BACK_S = 5.0  # after both routers and the gateway have died
NEXT_NURSE_S = 5.0  # after the first has declined


def in_the_menu(center: Center) -> bool:
    return center.in_menu() > 0


def test_after_a_kill_of_the_ivr_a_caller_hears_the_menu_again_and_chooses(
    center: Center,
) -> None:
    """Two seconds of music, then the menu: the third try of three is soon enough."""
    phone = center.caller()
    call = phone.dial("1177").wait(CallState.UP, 30)
    until(lambda: in_the_menu(center), 30, "no menu")
    until(center.contacts, 30, "the call has not arrived")
    center.kill("ivr")
    until(lambda: not in_the_menu(center), 30, "the menu goes on without the IVR")
    until(lambda: in_the_menu(center), 30, "no menu again")
    phone.send_dtmf("4")
    until(lambda: center.contacts()[0].queued, 30, "not in line")
    assert center.contacts()[0].language == "ar"
    assert call.state is CallState.UP


def test_all_of_ours_are_back_soon_after_they_died_at_once(center: Center) -> None:
    _, call = center.call("sv")
    center.kill("router", "standby", "gateway")
    killed = time.monotonic()
    until(lambda: center.alive_again("gateway"), 60, "not back")
    seconds = time.monotonic() - killed
    print(f"back after {seconds:.2f} s")
    assert seconds < BACK_S
    assert center.contacts()[0].state is ContactState.WAITING
    assert call.state is CallState.UP


def test_the_next_nurse_rings_soon_after_one_has_declined(center: Center) -> None:
    first = center.on_duty("n001")
    center.call("sv")
    first.wait_for_call(30)
    second = center.on_duty("n002")
    center.until_state("n002", NurseState.READY)
    assert second.call is None
    declined = time.monotonic()
    first.decline()
    second.wait_for_call(30)
    seconds = time.monotonic() - declined
    print(f"the next nurse after {seconds:.2f} s")
    assert seconds < NEXT_NURSE_S
    second.answer()
    center.until_state("n002", NurseState.TALKING)
