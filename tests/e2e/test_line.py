"""The holding loop: music, visits and keys; whatever dies in a visit, the caller waits on."""

import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CallStays, NurseReady, PlaceKept
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import NurseState
from callcenter.asterisk.agi.session import Session
from callcenter.softphone.phone import Call, CallState, Phone
from tests.e2e.center import Center, until
from tests.e2e.scripted_ivr import Dies, ScriptedIvr, scripted_ivr

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

_STEP_S = 0.1
_HUSH = 60  # of 32768


@pytest.fixture
def ivr(center: Center) -> Iterator[ScriptedIvr]:
    with scripted_ivr(center) as found:
        yield found


def comes(center: Center) -> tuple[Phone, Call]:
    """A caller who has just been put in line."""
    phone = center.caller()
    call = phone.dial("1177").wait(CallState.UP, 30)
    until(lambda: center.contacts() and center.contacts()[0].queued is not None, 30, "not in line")
    return phone, call


def holding(center: Center) -> bool:
    return "!WaitExten!" in center.asterisk("core show channels concise")


def longest_silence(recording: Path) -> float:
    """Seconds."""
    with wave.open(str(recording)) as sound:
        step = int(sound.getframerate() * _STEP_S)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    loud = [
        float(np.sqrt(np.mean(samples[at : at + step].astype(np.float64) ** 2))) > _HUSH
        for at in range(0, len(samples) - step, step)
    ]
    longest = run = 0
    for each in loud[loud.index(True) :]:
        run = 0 if each else run + 1
        longest = max(longest, run)
    return longest * _STEP_S


def test_the_music_has_no_gaps_whatever_keys_are_pressed(center: Center, ivr: ScriptedIvr) -> None:
    phone, call = comes(center)
    until(lambda: holding(center), 30, "not in the holding loop")
    for keys in ("5", "99", "#"):
        time.sleep(4)  # through more than one round
        phone.send_dtmf(keys)
    time.sleep(4)
    phone.hang_up()
    call.wait(CallState.ENDED, 30)
    assert call.recording is not None
    assert longest_silence(call.recording) < 1
    assert ivr.visits == [("", "")]


def test_a_key_asks_for_a_visit_at_once_and_does_not_wait_for_another_key(
    center: Center, ivr: ScriptedIvr
) -> None:
    phone, _ = comes(center)
    until(lambda: holding(center), 30, "not in the holding loop")
    for key, number in (("1", 1), ("*", 2)):
        phone.send_dtmf(key)
        until(lambda n=number: len(ivr.visits) > n, 3, "the key waits for another one")
        until(lambda: holding(center), 30, "not back in the holding loop")
        time.sleep(2.1)  # a key asks for a visit at most every two seconds
    assert ivr.visits == [("", ""), ("1", "1"), ("*", "2")]


def test_who_hammers_on_a_key_asks_for_one_visit_in_two_seconds(
    center: Center, ivr: ScriptedIvr
) -> None:
    phone, _ = comes(center)
    until(lambda: holding(center), 30, "not in the holding loop")
    began = time.monotonic()
    phone.send_dtmf("1*1*1*1*")
    phone.send_dtmf("1*1*1*1*")
    most = 2 + (time.monotonic() - began) / 2
    until(lambda: holding(center), 30, "not back in the holding loop")
    assert 2 <= len(ivr.visits) <= 1 + most


def hangs(_: ScriptedIvr, session: Session) -> None:
    session.wait_for_digit(1)
    time.sleep(12)  # longer than the dialplan is patient


def test_a_visit_that_hangs_costs_some_seconds_and_is_not_made_again_at_once(
    center: Center, ivr: ScriptedIvr
) -> None:
    ivr.visit = hangs
    _, call = comes(center)
    until(lambda: ivr.visits, 30, "no visit")
    until(lambda: holding(center), 9, "left in silence")
    time.sleep(6)
    assert len(ivr.visits) == 1
    assert call.state is CallState.UP


def tells_and_speaks(ivr: ScriptedIvr, session: Session) -> None:
    session.set_variable("CC_TOLD", "3-60000-120000")
    speaks(ivr, session)


def speaks(ivr: ScriptedIvr, session: Session) -> None:
    ivr.says(session, "fallback-wait")
    ivr.done(session)


def test_a_ringing_before_the_wait_was_told_begins_the_first_visit_anew(
    center: Center, ivr: ScriptedIvr
) -> None:
    """Or nobody would ever ask her for a red flag."""
    ivr.visit = speaks
    center.phone("n001")
    comes(center)
    until(lambda: ivr.visits, 30, "no visit")
    center.tell(NurseReady(nurse=NurseId("n001"), actor="test"))  # and she does not answer
    center.until_state("n001", NurseState.NOT_READY, 60)
    until(lambda: len(ivr.visits) == 2, 30, "no other visit")
    assert ivr.visits == [("", "")] * 2


def test_a_ringing_in_the_middle_of_the_first_visit_does_not_begin_it_anew(
    center: Center, ivr: ScriptedIvr
) -> None:
    ivr.visit = tells_and_speaks
    center.phone("n001")
    comes(center)
    until(lambda: ivr.visits, 30, "no visit")
    center.tell(NurseReady(nurse=NurseId("n001"), actor="test"))  # and she does not answer
    center.until_state("n001", NurseState.RINGING)
    center.until_state("n001", NurseState.NOT_READY, 40)
    until(lambda: holding(center), 30, "not back in the holding loop")
    assert ivr.visits == [("", "")]
    until(lambda: len(ivr.visits) == 2, 60, "no later visit")
    assert ivr.visits[1] == ("", "1")


def asks_and_dies(ivr: ScriptedIvr, session: Session) -> None:
    if not session.request.arguments[1]:
        ivr.done(session)
        return
    ivr.keeps(session)
    raise Dies


def test_a_place_that_nobody_lived_to_confirm_is_not_kept_and_the_caller_waits_on(
    center: Center, ivr: ScriptedIvr
) -> None:
    before = center.position()
    ivr.visit = asks_and_dies
    phone, call = comes(center)
    until(lambda: holding(center), 30, "not in the holding loop")
    (contact,) = center.contacts()
    phone.send_dtmf("1")
    until(
        lambda: any(isinstance(event, CallStays) for event in center.events(before)),
        30,
        "the keep is not undone",
    )
    words = [type(e) for e in center.events(before) if isinstance(e, PlaceKept | CallStays)]
    assert words == [PlaceKept, CallStays]
    until(lambda: holding(center), 30, "no music")
    assert call.state is CallState.UP
    (again,) = center.contacts()
    assert (again.state, again.arrived) == (ContactState.WAITING, contact.arrived)
    nurse = center.on_duty("n001")
    nurse.wait_for_call(30)


def keeps_and_dies(ivr: ScriptedIvr, session: Session) -> None:
    if not session.request.arguments[1]:
        ivr.done(session)
        return
    ivr.keeps(session)
    time.sleep(2)  # until it is durable
    session.set_variable("CC_KEPT", "1")
    session.set_variable("CC_PHASE", "after")
    raise Dies


def test_a_place_that_is_kept_is_said_to_be_though_the_dialogue_died_before(
    center: Center, ivr: ScriptedIvr
) -> None:
    before = center.position()
    ivr.visit = keeps_and_dies
    phone, call = comes(center)
    until(lambda: holding(center), 30, "not in the holding loop")
    (contact,) = center.contacts()
    phone.send_dtmf("1")
    until(lambda: "/sv/keep-kept" in center.asterisk("core show channels concise"), 30, "not said")
    call.wait(CallState.ENDED, 30)
    assert not [e for e in center.events(before) if isinstance(e, CallStays)]
    until(
        lambda: [debt for debt in center.board.owed if debt.contact == contact.id],
        30,
        "no call is owed",
    )
