"""Kept places: whoever put the phone down is rung when a nurse is about to be free."""

from collections.abc import Iterator

import pytest

from callbacks.callback import CallbackId, CallbackState, DialResult, Done, Kind
from callcenter.acd.callback_events import DialEnded, PatientAnswered, PatientDialled
from callcenter.acd.events import Connected
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState, Phone
from tests.e2e.callback_scene import MAIN_NUMBER, CallbackScene, callback_center, wall
from tests.e2e.center import until
from tests.e2e.listener import Listener
from tests.e2e.patients import ANSWERS, RINGS_FOR_EVER, Patient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

_S, _R = CallbackState, DialResult
OTHER = "+46701740605"


@pytest.fixture(scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallbackScene]:
    with callback_center(tmp_path_factory.mktemp("kept")) as scene:
        yield scene


@pytest.fixture
def scene(_scene: CallbackScene) -> Iterator[CallbackScene]:
    fresh = CallbackScene(_scene.center, _scene.carrier)
    yield fresh
    fresh.clear()


def busy(scene: CallbackScene) -> tuple[Phone, Phone]:
    """A nurse who talks, and whom she talks to."""
    nurse = scene.center.on_duty("n001", say=660)
    other, _ = scene.center.call(number=OTHER)
    nurse.wait_for_call(30)
    nurse.answer()
    scene.center.until_state("n001", NurseState.TALKING)
    return nurse, other


def keeps(scene: CallbackScene, patient: Patient) -> tuple[Listener, CallbackId]:
    """She calls, keeps her place in line, and is hung up."""
    caller = Listener(scene.center, patient.number)
    caller.presses("1")
    caller.until_said("keep-number")
    caller.presses("1")
    caller.until_said("keep-kept")
    caller.call.wait(CallState.ENDED, 60)
    return caller, scene.left_by(caller.contact)


def ready(scene: CallbackScene, patient: Patient, booked: CallbackId) -> None:
    """She answers, hears what it is, and presses 1."""
    patient.until_answered(seconds=60)
    scene.until_heard(patient, "callback-ready")
    patient.presses("1")
    scene.until_state(booked, _S.HOLDING)


def test_she_is_rung_before_the_nurse_is_free_and_stands_where_she_stood(
    scene: CallbackScene,
) -> None:
    anna = scene.patient(hz=520)
    nurse, other = busy(scene)
    caller, booked = keeps(scene, anna)
    kept = scene.callback(booked)
    assert (kept.kind, kept.arrived) == (Kind.KEPT_PLACE, caller.contact.arrived)
    ready(scene, anna, booked)
    predicted = scene.center.board.ledger.counts(kept).predicted
    assert scene.center.nurse("n001").state is NurseState.TALKING
    later = Listener(scene.center, "+46701740622")
    other.hang_up()
    rings = nurse.wait_for_call(30)
    call = nurse.answer()
    talks = scene.until_state(booked, _S.TALKING)
    assert scene.center.nurse("n001").contact == talks.now
    assert anna.rung[0].answered_at < wall(rings.times[CallState.RINGING])
    assert anna.rung[0].caller == MAIN_NUMBER
    until(lambda: anna.hears(660), 30, "the patient does not hear the nurse")
    until(lambda: call.heard_tone(520), 30, "the nurse does not hear the patient")
    anna.hangs_up()
    assert scene.until_state(booked, _S.DONE).done is Done.TALKED
    assert (len(anna.rung), anna.answers) == (1, 1)
    assert len(scene.said(PatientDialled)) == len(scene.said(PatientAnswered)) == 1
    assert scene.center.board.ledger.counts(kept).predicted == predicted + 1
    assert not [debt for debt in scene.center.board.owed if debt.contact == caller.contact.id]
    nurse.wait_for_call(30)
    assert scene.center.nurse("n001").contact == later.contact.id


def test_who_presses_nothing_is_tried_again_when_a_nurse_has_her(scene: CallbackScene) -> None:
    anna = scene.patient()
    nurse, other = busy(scene)
    _, booked = keeps(scene, anna)
    anna.until_answered(seconds=60)
    scene.until_tried(booked)
    anna.until_over()
    assert scene.results(booked) == [_R.NO_KEY]
    assert scene.hears(anna, "callback-again") is not None
    scene.until_state(booked, _S.WAITING)
    assert len(anna.rung) == 1
    other.hang_up()
    nurse.wait_for_call(30)
    call = nurse.answer()
    anna.until_answered(2)
    assert anna.rung[1].at > wall(call.times[CallState.UP])
    scene.until_state(booked, _S.TALKING)
    assert scene.results(booked) == [_R.NO_KEY]


def test_key_2_says_that_it_is_somebody_else(scene: CallbackScene) -> None:
    stranger = scene.patient()
    busy(scene)
    _, booked = keeps(scene, stranger)
    stranger.until_answered(seconds=60)
    scene.until_heard(stranger, "callback-ready")
    stranger.presses("2")
    given_up = scene.until_state(booked, _S.GIVEN_UP)
    assert scene.results(booked) == [_R.WRONG_PERSON]
    assert given_up.task is not None
    stranger.until_over()
    assert scene.hears(stranger, "callback-wrong-person") is not None
    assert len(stranger.rung) == 1


def test_who_hangs_up_at_the_question_was_not_reached(scene: CallbackScene) -> None:
    anna = scene.patient()
    busy(scene)
    _, booked = keeps(scene, anna)
    anna.until_answered(seconds=60)
    scene.until_heard(anna, "callback-ready")
    anna.hangs_up()
    scene.until_tried(booked)
    assert scene.results(booked) == [_R.NO_KEY]


def test_who_hangs_up_while_she_waits_has_ended_it(scene: CallbackScene) -> None:
    anna = scene.patient()
    busy(scene)
    _, booked = keeps(scene, anna)
    ready(scene, anna, booked)
    anna.hangs_up()
    assert scene.until_state(booked, _S.DONE).done is Done.HUNG_UP


def test_who_misses_it_is_passed_by_nobody_who_came_later(scene: CallbackScene) -> None:
    anna = scene.patient(RINGS_FOR_EVER, ANSWERS)
    nurse, other = busy(scene)
    before = Listener(scene.center, "+46701740631")
    caller, booked = keeps(scene, anna)
    after = Listener(scene.center, "+46701740632")
    anna.until_rung(seconds=60)
    scene.until_tried(booked)
    assert scene.results(booked) == [_R.NO_ANSWER]
    scene.until_state(booked, _S.WAITING)
    other.hang_up()

    def serves() -> str | None:
        nurse.wait_for_call(30)
        nurse.answer()
        return scene.center.until_state("n001", NurseState.TALKING).contact

    assert serves() == before.contact.id
    before.phone.hang_up()
    assert serves() == scene.callback(booked).now
    anna.until_answered(2)
    scene.until_state(booked, _S.TALKING)
    anna.hangs_up()
    assert serves() == after.contact.id
    assert scene.callback(booked).arrived == caller.contact.arrived
    assert [e.result for e in scene.said(DialEnded)] == [_R.NO_ANSWER]
    assert len(scene.said(Connected)) == 4


def test_a_nurse_who_is_free_looks_at_it_before_the_patient_is_rung(scene: CallbackScene) -> None:
    anna = scene.patient()
    _, booked = keeps(scene, anna)
    scene.until_state(booked, _S.WAITING)
    assert not anna.rung
    nurse = scene.center.on_duty("n001")
    rings = nurse.wait_for_call(30)
    assert "aterupp" in rings.peer_name
    assert "kvar" not in rings.peer_name  # no time was promised
    call = nurse.answer()
    anna.until_answered()
    assert anna.rung[0].at > wall(call.times[CallState.UP])
    scene.until_state(booked, _S.TALKING)
