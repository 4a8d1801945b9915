"""One real call: real SIP, a real Asterisk, real Redis, real audio."""

import time

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CallQueued, NurseRang, OfferEnded, OfferResult
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from callcenter.softphone.tone import loudness, read_wav
from tests.e2e.center import KEYS, Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

ON_DUTY = {"n002": "sv", "n006": "fi", "n007": "en", "n008": "sv ar", "n011": "so"}


@pytest.mark.parametrize("language", KEYS)
def test_the_call_rings_a_nurse_who_has_the_callers_language(center: Center, language: str) -> None:
    phones = {nurse: center.on_duty(nurse) for nurse in ON_DUTY}
    center.call(language)
    speakers = [nurse for nurse, spoken in ON_DUTY.items() if language in spoken.split()]
    until(lambda: any(phones[n].calls for n in speakers), 30, "nobody's phone rings")
    rung = [nurse for nurse, phone in phones.items() if phone.calls]
    assert len(rung) == 1
    assert rung[0] in speakers
    call = phones[rung[0]].answer()
    until(lambda: center.nurse(rung[0]).state is NurseState.TALKING, 30, "nobody talks")
    assert [nurse for nurse, phone in phones.items() if phone.calls] == rung
    shown = call.peer_name.split()
    assert shown[:2] == [language, "public"]  # what she reads before she answers
    assert shown[2].startswith("0m")


def test_a_caller_whose_language_nobody_on_duty_speaks_waits_and_disturbs_nobody(
    center: Center,
) -> None:
    swedish = center.on_duty("n002")
    center.call("fi", number="+46701740601")
    _, later = center.call("sv", number="+46701740602")
    call = swedish.wait_for_call(30)
    assert center.contacts()[1].nurse == "n002"  # the Finnish caller does not stand in the way
    swedish.answer()
    later.wait(CallState.UP, 30)
    assert center.contacts()[0].state is ContactState.WAITING
    finnish = center.on_duty("n006")
    finnish.wait_for_call(30)
    finnish.answer()
    until(lambda: center.contacts()[0].nurse == "n006", 30, "the Finnish caller is not served")
    assert call.state is CallState.UP


def test_audio_flows_both_ways(center: Center) -> None:
    nurse = center.on_duty("n001", say=660)
    _, call = center.call("sv", say=440)
    nurse.wait_for_call(30)
    answered = nurse.answer()
    until(lambda: answered.heard_tone(440), 30, "the nurse does not hear the caller")
    until(lambda: call.heard_tone(660), 30, "the caller does not hear the nurse")
    assert not answered.heard_tone(660)


def test_the_caller_hears_music_while_the_nurses_phone_rings(center: Center) -> None:
    nurse = center.on_duty("n001")
    _, call = center.call("sv")
    nurse.wait_for_call(30)
    time.sleep(3)  # the phone rings, the caller listens
    assert nurse.state == "ringing"
    assert call.recording is not None
    samples, rate = read_wav(call.recording)
    assert loudness(samples[-2 * rate :]) > 0.01


def test_a_wrong_key_is_asked_again(center: Center) -> None:
    before = center.position()
    phone = center.caller()
    phone.dial("1177").wait_for_sound(30)
    phone.send_dtmf("9")
    time.sleep(1)  # a person who notices, and then presses the right one
    assert not [e for e in center.events(before) if isinstance(e, CallQueued)]
    phone.send_dtmf("3")
    until(lambda: center.contacts() and center.contacts()[0].queued, 30, "not in line")
    assert center.contacts()[0].language == "en"


def test_no_key_means_swedish_after_two_tries(center: Center) -> None:
    phone = center.caller()
    began = time.monotonic()
    phone.dial("1177").wait(CallState.UP, 30)
    until(lambda: center.contacts() and center.contacts()[0].queued, 60, "not in line")
    assert center.contacts()[0].language == "sv"
    assert time.monotonic() - began > 20  # the menu was spoken twice


def test_a_caller_who_hangs_up_in_the_menu_leaves_nothing_behind(center: Center) -> None:
    left = center.tally("left_ivr")
    phone = center.caller()
    phone.dial("1177").wait(CallState.UP, 30)
    until(center.contacts, 30, "the call has not arrived")
    phone.hang_up()
    until(lambda: not center.contacts(), 30, "the contact is still there")
    assert center.tally("left_ivr") == left + 1


def test_a_caller_who_hangs_up_in_line_has_abandoned(center: Center) -> None:
    abandoned = center.tally("abandoned")
    phone, _ = center.call("sv")
    phone.hang_up()
    until(lambda: not center.contacts(), 30, "the contact is still there")
    assert center.tally("abandoned") == abandoned + 1


def test_a_caller_who_hangs_up_while_it_rings_frees_the_nurse_at_once(center: Center) -> None:
    nurse = center.on_duty("n001")
    phone, _ = center.call("sv")
    ringing = nurse.wait_for_call(30)
    phone.hang_up()
    ringing.wait(CallState.ENDED, 30)
    assert center.until_state("n001", NurseState.READY).misses == 0


def test_a_caller_who_hangs_up_in_conversation_leaves_the_nurse_to_her_wrap_up(
    center: Center,
) -> None:
    wraps = center.tally("wraps")
    nurse = center.on_duty("n001")
    phone, _ = center.call("sv")
    nurse.wait_for_call(30)
    answered = nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    phone.hang_up()
    answered.wait(CallState.ENDED, 30)
    center.until_state("n001", NurseState.READY)
    assert center.tally("wraps") == wraps + 1  # it lasts a second: too short to be looked for
    assert not center.contacts()


def test_a_nurse_who_hangs_up_ends_the_call_and_has_her_wrap_up(center: Center) -> None:
    answered_before, wraps = center.tally("answered"), center.tally("wraps")
    nurse = center.on_duty("n001")
    _, call = center.call("sv")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    nurse.hang_up()
    call.wait(CallState.ENDED, 30)
    center.until_state("n001", NurseState.READY)
    assert center.tally("wraps") == wraps + 1
    until(lambda: center.tally("answered") == answered_before + 1, 30, "not counted")


def test_a_nurse_who_does_not_answer_leaves_rotation_and_the_caller_keeps_the_place(
    center: Center,
) -> None:
    before = center.position()
    first = center.on_duty("n001")
    _, call = center.call("sv", number="+46701740601")
    center.call("sv", number="+46701740602")
    first.wait_for_call(30)
    out = center.until_state("n001", NurseState.NOT_READY, timeout=30)
    assert out.reason == "rona"
    results = [e.result for e in center.events(before) if isinstance(e, OfferEnded)]
    assert results == [OfferResult.NO_ANSWER]
    assert [c.state for c in center.contacts()] == [ContactState.WAITING] * 2
    second = center.on_duty("n002")
    second.wait_for_call(30)
    second.answer()
    until(lambda: center.contacts()[0].nurse == "n002", 30, "the first caller lost the place")
    assert call.state is CallState.UP


@pytest.mark.parametrize(
    ("how", "reason"),
    # Asterisk takes 480 Temporarily Unavailable for no answer (Q.850 cause 19).
    [("busy", "busy"), ("declines", "busy"), ("unavailable", "rona")],
)
def test_a_nurse_who_is_busy_or_declines_is_not_ready_and_the_next_one_rings(
    center: Center, how: str, reason: str
) -> None:
    first = center.on_duty("n001")
    if how != "declines":
        first.refuse_calls(486 if how == "busy" else 480)
    center.call("sv")
    if how == "declines":
        first.wait_for_call(30)
        first.decline()
    out = center.until_state("n001", NurseState.NOT_READY)
    assert out.reason == reason
    second = center.on_duty("n002")
    second.wait_for_call(30)
    second.answer()
    center.until_state("n002", NurseState.TALKING)


def test_a_nurse_without_a_registered_phone_is_not_offered_until_it_registers(
    center: Center,
) -> None:
    phone = center.on_duty("n001")
    phone.unregister()
    until(lambda: not center.nurse("n001").reachable, 30, "the phone still counts as reachable")
    before = center.position()
    center.call("sv")
    assert center.contacts()[0].state is ContactState.WAITING
    assert not [e for e in center.events(before) if isinstance(e, NurseRang)]
    phone.register(30)
    phone.wait_for_call(30)
    phone.answer()
    center.until_state("n001", NurseState.TALKING)


def test_a_phone_that_dies_while_it_rings_costs_the_caller_nothing_but_moments(
    center: Center,
) -> None:
    first, second = center.on_duty("n001"), center.on_duty("n002")
    center.call("sv")
    until(lambda: first.calls or second.calls, 30, "nobody's phone rings")
    dies, lives = (first, second) if first.calls else (second, first)
    dies.kill()
    lives.wait_for_call(60)
    lives.answer()
    until(lambda: center.contacts()[0].state is ContactState.TALKING, 30, "nobody talks")


def test_a_nurse_whose_last_caller_has_not_left_yet_is_rung_all_the_same(center: Center) -> None:
    """One channel at a time rings her; who talked to her is still in that group for a moment."""
    center.call("fi", number="+46701740601")  # nobody speaks Finnish
    (lingers,) = center.contacts()
    center.asterisk(f"dialplan set chanvar {lingers.channel} GROUP(ring) n001")
    assert "n001" in center.asterisk("group show channels")
    before = center.position()
    nurse = center.on_duty("n001")
    center.call("sv", number="+46701740602")
    until(
        lambda: center.nurse("n001").state is NurseState.RINGING, 30, "she is not offered anybody"
    )
    assert not nurse.calls
    center.asterisk(f"dialplan set chanvar {lingers.channel} GROUP(ring) nobody")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    assert [e for e in center.events(before) if isinstance(e, OfferEnded)] == []


def test_two_callers_for_one_nurse_keep_their_order(center: Center) -> None:
    _, first = center.call("sv", number="+46701740601")
    _, second = center.call("sv", number="+46701740602")
    ids = [contact.id for contact in center.contacts()]
    nurse = center.on_duty("n001")
    nurse.wait_for_call(30)
    answered = nurse.answer()
    assert center.until_state("n001", NurseState.TALKING).contact == ids[0]
    nurse.hang_up()
    answered.wait(CallState.ENDED, 30)
    first.wait(CallState.ENDED, 30)
    assert second.state is CallState.UP
    nurse.wait_for_call(30)
    nurse.answer()
    until(lambda: center.nurse("n001").contact == ids[1], 30, "the second is not served")
    center.until_state("n001", NurseState.TALKING)
