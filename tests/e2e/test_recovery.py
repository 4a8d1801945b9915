"""Our processes die in mid-call: the caller does not notice, and the state comes right."""

import re

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.mark.parametrize("dies", ["gateway", "router", "ivr", "redis"])
def test_a_caller_in_line_keeps_the_place_when_a_process_is_killed(
    center: Center, dies: str
) -> None:
    _, call = center.call("sv", number="+46701740601")
    center.call("sv", number="+46701740602")
    arrived = [contact.arrived for contact in center.contacts()]
    center.kill(dies)
    nurse = center.on_duty_patiently("n001")
    nurse.wait_for_call(30)
    nurse.answer()
    until(
        lambda: center.contacts()[0].state is ContactState.TALKING, 30, "the first lost her place"
    )
    assert [contact.arrived for contact in center.contacts()] == arrived
    assert call.state is CallState.UP


@pytest.mark.parametrize("dies", ["gateway", "router", "redis"])
def test_a_conversation_goes_on_when_a_process_is_killed_and_ends_in_wrap_up(
    center: Center, dies: str
) -> None:
    nurse = center.on_duty("n001")
    _, call = center.call("sv")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    center.kill(dies)
    until(lambda: center.alive_again(dies), 60, f"the {dies} is not back")
    assert call.state is CallState.UP
    nurse.hang_up()
    call.wait(CallState.ENDED, 30)
    center.until_state("n001", NurseState.READY, 30)
    assert not center.contacts()


@pytest.mark.parametrize("dies", ["gateway", "router", "redis", "ivr"])
def test_a_caller_for_whom_a_phone_rings_is_answered_though_a_process_is_killed(
    center: Center, dies: str
) -> None:
    nurse = center.on_duty("n001")
    _, call = center.call("sv")
    nurse.wait_for_call(30)
    center.kill(dies)
    nurse.answer()
    until(lambda: center.alive_again(dies), 60, f"the {dies} is not back")
    center.until_state("n001", NurseState.TALKING, 30)
    assert call.state is CallState.UP
    nurse.hang_up()
    center.until_state("n001", NurseState.READY, 30)


def asked_again(center: Center) -> bool:
    """Whether the only caller hears the two seconds of music, or has heard them since."""
    channels = center.asterisk("core show channels concise")
    channel = channels.partition("!")[0]
    tries = re.search(r"CC_TRIES=(-?\d+)", center.asterisk(f"core show channel {channel}"))
    return "!MusicOnHold!" in channels or (tries is not None and int(tries[1]) > -30)


def test_a_caller_in_the_menu_hears_it_again_when_the_ivr_is_killed(center: Center) -> None:
    """She asks for the IVR for long; tests/chaos has a caller who asks as in production."""
    phone = center.caller()
    call = phone.dial("1177").wait(CallState.UP, 30)
    until(center.in_menu, 30, "no menu")
    until(center.contacts, 30, "the call has not arrived")
    center.keep_asking_for_the_ivr()
    center.kill("ivr")
    until(lambda: asked_again(center), 30, "no music")
    until(lambda: center.alive_again("ivr"), 60, "the IVR is not back")
    until(center.in_menu, 60, "no menu")
    phone.send_dtmf("4")
    until(lambda: center.contacts()[0].queued, 30, "not in line")
    assert center.contacts()[0].language == "ar"
    assert call.state is CallState.UP


def test_a_caller_stands_in_line_though_the_ivr_stays_dead(center: Center) -> None:
    center.control("stop", "ivr")
    try:
        phone = center.caller()
        phone.dial("1177").wait(CallState.UP, 30)
        until(lambda: center.contacts() and center.contacts()[0].queued, 30, "not in line")
        assert center.contacts()[0].language == "sv"
        nurse = center.on_duty("n002")
        nurse.wait_for_call(30)
        nurse.answer()
        center.until_state("n002", NurseState.TALKING)
    finally:
        center.control("start", "ivr")


def test_a_caller_who_leaves_while_the_gateway_is_dead_is_missed_by_nobody(
    center: Center,
) -> None:
    phone, _ = center.call("sv")
    center.control("stop", "gateway")
    phone.hang_up()
    center.control("start", "gateway")
    until(lambda: not center.contacts(), 30, "the missed hang-up was not found")


def test_a_caller_who_arrives_while_the_gateway_is_dead_is_adopted_with_her_arrival(
    center: Center,
) -> None:
    center.control("stop", "gateway")
    phone = center.caller()
    phone.dial("1177").wait_for_sound(30)
    phone.send_dtmf("4")
    until(lambda: "cc-line" in center.asterisk("core show channels concise"), 30, "not in line")
    center.control("start", "gateway")
    until(lambda: center.contacts() and center.contacts()[0].queued, 30, "not adopted")
    contact = center.contacts()[0]
    assert contact.language == "ar"
    assert contact.sealed is not None
    nurse = center.on_duty("n008")
    nurse.wait_for_call(30)


def test_callers_cut_off_by_a_dead_asterisk_are_owed_a_call_with_their_arrival(
    center: Center,
) -> None:
    center.call("sv", number="+46701740601")
    (contact,) = center.contacts()
    center.kill("asterisk")
    until(lambda: not center.contacts(), 30, "a call that is gone is still believed in")
    owed = {debt.contact: debt for debt in center.board.owed}
    assert owed[contact.id].arrived == contact.arrived
    assert owed[contact.id].sealed == contact.sealed


def test_a_fresh_asterisk_asks_every_phone_at_once(center: Center) -> None:
    """By itself it does so within ten seconds, at a time of its own choosing for each."""
    on_duty = ("n001", "n002", "n003", "n004")
    for nurse in on_duty:
        center.on_duty(nurse)
    log = center.settings.run / "log" / "gateway.log"
    asked = f'"count": {len(center.board.nurses)}, "event": "phones asked"'
    before = log.read_text().count(asked)
    center.kill("asterisk")
    until(lambda: log.read_text().count(asked) == before + 1, 60, "the phones are not asked")
    for nurse in on_duty:
        until(lambda n=nurse: center.nurse(n).reachable, 90, "a phone is not reachable")
