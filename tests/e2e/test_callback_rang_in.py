"""A patient to whom a callback is owed rings herself: she is not rung meanwhile."""

from collections.abc import Iterator

import pytest

from callbacks.callback import CallbackId, CallbackState, Done
from callcenter.acd.callback_events import CallbackSettled, PatientDialled
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import Call, CallState, Phone
from tests.e2e.callback_scene import AFTER_TALK, CallbackScene, callback_center, in_time, wall
from tests.e2e.patients import Patient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

_S = CallbackState
LONG = 600_000


@pytest.fixture(scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallbackScene]:
    with callback_center(tmp_path_factory.mktemp("rang_in")) as scene:
        yield scene


@pytest.fixture
def scene(_scene: CallbackScene) -> Iterator[CallbackScene]:
    fresh = CallbackScene(_scene.center, _scene.carrier)
    yield fresh
    fresh.clear()


def rings_in(scene: CallbackScene, patient: Patient, booked: CallbackId) -> tuple[Phone, Call]:
    """She stands in line herself, and is not rung."""
    phone, call = scene.center.call(number=patient.number)
    held = scene.until_state(booked, _S.DUE)
    assert held.held == "on_the_phone"
    return phone, call


def talks(scene: CallbackScene, nurse: str) -> Phone:
    """A nurse who comes on duty talks to her."""
    phone = scene.center.on_duty(nurse)
    phone.wait_for_call(30)
    phone.answer()
    scene.center.until_state(nurse, NurseState.TALKING)
    return phone


def dial(phone: Phone, code: str) -> None:
    """Dial a code, and hear it out."""
    call = phone.dial(code)
    call.wait(CallState.UP, 30)
    call.wait(CallState.ENDED, 30)
    assert call.ended_by == "them"


def test_the_nurse_who_talked_to_her_says_that_it_is_done(scene: CallbackScene) -> None:
    anna = scene.patient()
    with scene.rules(after_talk=LONG):
        booked = scene.book(anna)
        scene.until_state(booked, _S.WAITING)
        her_phone, _ = rings_in(scene, anna, booked)
        nurse = talks(scene, "n001")
        assert "+aterupp" in nurse.calls[0].peer_name
        her_phone.hang_up()
        scene.center.until_state("n001", NurseState.READY)
        assert scene.callback(booked).held == "talked"
        dial(nurse, "*55")
        done = scene.until_state(booked, _S.DONE)
    assert (done.done, in_time(done)) == (Done.RANG_IN, True)
    (settled,) = scene.said(CallbackSettled)
    assert settled.actor == "phone:n001"
    assert anna.rung == []


def test_without_a_word_of_the_nurse_she_is_rung_after_a_while(scene: CallbackScene) -> None:
    anna = scene.patient()
    booked = scene.book(anna)
    her_phone, call = rings_in(scene, anna, booked)
    nurse = talks(scene, "n001")
    held = scene.callback(booked)
    assert (held.state, held.held, held.talks_with) == (_S.DUE, "on_the_phone", "n001")
    her_phone.hang_up()
    nurse.auto_answer(0.2)
    rung = anna.until_answered(seconds=60)
    assert rung.at - wall(call.times[CallState.ENDED]) > AFTER_TALK / 1000
    scene.until_state(booked, _S.TALKING)
    assert (len(anna.rung), scene.results(booked)) == (1, [])


def test_who_hangs_up_in_line_is_rung_as_before(scene: CallbackScene) -> None:
    anna = scene.patient()
    with scene.rules(after_talk=LONG):
        booked = scene.book(anna)
        her_phone, _ = rings_in(scene, anna, booked)
        her_phone.hang_up()
        scene.until_state(booked, _S.WAITING)
        scene.center.on_duty("n001").auto_answer(0.2)
        anna.until_answered()
        scene.until_state(booked, _S.TALKING)


def test_what_falls_due_while_she_talks_waits_until_she_has_hung_up(scene: CallbackScene) -> None:
    anna = scene.patient()
    her_phone, _ = scene.center.call(number=anna.number)
    talks(scene, "n001")
    free = scene.center.on_duty("n002")
    booked = scene.book(anna, twice=True)  # or it would be refused: she is being talked to
    held = scene.until_state(booked, _S.DUE)
    assert (held.held, held.talks_with) == ("on_the_phone", "n001")
    assert [call for call in free.calls if call.incoming] == []
    free.auto_answer(0.2)
    assert not anna.rung
    her_phone.hang_up()
    anna.until_answered(seconds=60)
    scene.until_state(booked, _S.TALKING)
    assert len(scene.said(PatientDialled)) == 1


def test_a_code_with_nothing_to_say_done_changes_nothing(scene: CallbackScene) -> None:
    anna = scene.patient()
    booked = scene.book(anna, language="fi")
    scene.until_state(booked, _S.WAITING)
    nurse, late = scene.center.on_duty("n001"), scene.center.late
    dial(nurse, "*55")
    assert scene.center.late == late + 1
    assert scene.callback(booked).state is _S.WAITING
