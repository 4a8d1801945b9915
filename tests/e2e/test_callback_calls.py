"""Medical callbacks: a nurse is rung first, looks at it, and then the patient is rung."""

from collections.abc import Iterator

import pytest

from callbacks.callback import CallbackState, DialResult, Done
from callcenter.acd.callback_events import PatientAnswered, PatientDialled
from callcenter.acd.events import OfferEnded, OfferResult
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.callback_scene import (
    MAIN_NUMBER,
    PREVIEW,
    CallbackScene,
    callback_center,
    in_time,
    wall,
)
from tests.e2e.center import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

_S = CallbackState
LONG_LOOK = 600_000  # longer than any test waits: it ends only by what somebody does


@pytest.fixture(scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallbackScene]:
    with callback_center(tmp_path_factory.mktemp("callbacks")) as scene:
        yield scene


@pytest.fixture
def scene(_scene: CallbackScene) -> Iterator[CallbackScene]:
    fresh = CallbackScene(_scene.center, _scene.carrier)
    yield fresh
    fresh.clear()


def test_the_nurse_looks_at_it_and_then_they_talk(scene: CallbackScene) -> None:
    anna = scene.patient(hz=520)
    nurse = scene.center.on_duty("n001", say=660)
    booked = scene.book(anna)
    kept = scene.center.board.ledger.counts(scene.callback(booked)).kept
    rings = nurse.wait_for_call(30)
    assert "aterupp" in rings.peer_name
    assert anna.number not in (rings.peer_name, rings.peer_number)
    call = nurse.answer()
    rung = anna.until_answered()
    assert rung.at - wall(call.times[CallState.UP]) > PREVIEW / 1000 - 1  # Asterisk's whole seconds
    assert rung.caller == MAIN_NUMBER
    assert b"n001" not in rung.invite
    scene.until_state(booked, _S.TALKING)
    until(lambda: anna.hears(660), 30, "the patient does not hear the nurse")
    until(lambda: call.heard_tone(520), 30, "the nurse does not hear the patient")
    nurse.hang_up()
    done = scene.until_state(booked, _S.DONE)
    anna.until_over()
    assert (done.done, in_time(done), done.attempts) == (Done.TALKED, True, ())
    assert (len(anna.rung), anna.answers, rung.ended_by) == (1, 1, "us")
    assert len(scene.said(PatientDialled)) == len(scene.said(PatientAnswered)) == 1
    assert scene.center.board.ledger.counts(done).kept == kept + 1
    assert not scene.center.board.contacts


def test_who_is_called_back_may_hang_up_and_it_is_done(scene: CallbackScene) -> None:
    anna = scene.patient()
    nurse = scene.center.on_duty("n001")
    booked = scene.book(anna)
    nurse.wait_for_call(30)
    call = nurse.answer()
    anna.until_answered()
    scene.until_state(booked, _S.TALKING)
    anna.hangs_up()
    call.wait(CallState.ENDED, 30)
    assert scene.until_state(booked, _S.DONE).done is Done.TALKED
    assert anna.answers == 1


def test_key_1_ends_the_look(scene: CallbackScene) -> None:
    anna = scene.patient()
    with scene.rules(preview=LONG_LOOK):
        nurse = scene.center.on_duty("n001")
        booked = scene.book(anna)
        nurse.wait_for_call(30)
        call = nurse.answer()
        scene.until_state(booked, _S.PREVIEW)
        until(lambda: call.recording is not None, 30, "the nurse is told nothing")
        assert not anna.rung
        nurse.send_dtmf("1")
        anna.until_answered()
    scene.until_state(booked, _S.TALKING)


def test_who_hangs_up_while_she_looks_leaves_it_to_the_next_nurse(scene: CallbackScene) -> None:
    anna = scene.patient()
    with scene.rules(preview=LONG_LOOK):
        first = scene.center.on_duty("n001")
        booked = scene.book(anna)
        first.wait_for_call(30)
        first.answer()
        scene.until_state(booked, _S.PREVIEW)
        first.hang_up()
        back = scene.until_state(booked, _S.WAITING)
        assert (back.attempts, anna.rung) == ((), [])
    scene.center.on_duty("n002").auto_answer(0.2)
    anna.until_answered()
    scene.until_state(booked, _S.TALKING)
    assert scene.center.nurse("n002").state is NurseState.TALKING
    assert (len(anna.rung), scene.results(booked)) == (1, [])
    assert len([call for call in first.calls if call.incoming]) == 1


def test_a_nurse_who_does_not_answer_costs_the_patient_nothing(scene: CallbackScene) -> None:
    anna = scene.patient()
    first = scene.center.on_duty("n001")
    booked = scene.book(anna)
    first.wait_for_call(30).wait(CallState.ENDED, 30)
    assert scene.center.until_state("n001", NurseState.NOT_READY).reason == "rona"
    scene.until_state(booked, _S.WAITING)
    assert not anna.rung
    scene.center.on_duty("n002").auto_answer(0.2)
    anna.until_answered()
    scene.until_state(booked, _S.TALKING)
    assert (len(anna.rung), scene.results(booked)) == (1, [])
    assert [e.result for e in scene.said(OfferEnded)] == [OfferResult.NO_ANSWER]


def test_of_two_the_one_promised_earlier_comes_first(scene: CallbackScene) -> None:
    later, sooner = scene.patient(), scene.patient()
    second = scene.book(later, promise_s=900)
    first = scene.book(sooner, promise_s=600)
    for booked in (first, second):
        scene.until_state(booked, _S.WAITING)
    nurse = scene.center.on_duty("n001")
    nurse.auto_answer(0.2)
    sooner.until_answered()
    scene.until_state(first, _S.TALKING)
    assert scene.callback(second).state is _S.WAITING
    sooner.hangs_up()
    later.until_answered()
    scene.until_state(second, _S.TALKING)
    assert sooner.rung[0].ended_at < later.rung[0].at
    assert (len(sooner.rung), len(later.rung)) == (1, 1)


def test_a_nurse_of_the_language_is_rung_and_no_other(scene: CallbackScene) -> None:
    aino = scene.patient()
    swedish = scene.center.on_duty("n001")
    booked = scene.book(aino, language="fi")
    scene.until_state(booked, _S.WAITING)
    finnish = scene.center.on_duty("n006")
    rings = finnish.wait_for_call(30)
    assert rings.peer_name.startswith("fi aterupp")
    finnish.answer()
    aino.until_answered()
    scene.until_state(booked, _S.TALKING)
    assert [call for call in swedish.calls if call.incoming] == []


def test_nobody_is_rung_for_what_was_cancelled_in_line(scene: CallbackScene) -> None:
    anna, bo = scene.patient(), scene.patient()
    booked = scene.book(anna)
    scene.until_state(booked, _S.WAITING)
    scene.cancel(booked)
    assert scene.callback(booked).state is _S.CANCELLED
    nurse = scene.center.on_duty("n001")
    nurse.auto_answer(0.2)
    other = scene.book(bo)
    bo.until_answered()  # whatever comes first of the two would have been rung by now
    scene.until_state(other, _S.TALKING)
    assert anna.rung == []
    assert len([call for call in nurse.calls if call.incoming]) == 1


def test_it_is_too_late_to_cancel_once_a_nurse_is_rung(scene: CallbackScene) -> None:
    anna = scene.patient()
    nurse = scene.center.on_duty("n001")
    booked = scene.book(anna)
    nurse.wait_for_call(30)
    scene.until_state(booked, _S.RINGING)
    late = scene.center.late
    scene.cancel(booked)
    assert scene.center.late == late + 1
    assert scene.callback(booked).state is _S.RINGING
    nurse.answer()
    anna.until_answered()
    scene.until_state(booked, _S.TALKING)
    assert DialResult.ABANDONED not in scene.results(booked)
