"""Patients who are not reached: each reason is noted, and what the policy says follows."""

from collections.abc import Iterator

import pytest

from callbacks.callback import CallbackId, CallbackState, DialResult, Done
from callcenter.acd.callback_events import DialEnded, PatientDialled
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import Call, CallState, Phone
from ops.bench.ears import RATE
from tests.e2e.callback_scene import AGAIN, RING, CallbackScene, callback_center
from tests.e2e.center import until
from tests.e2e.patients import ANSWERS, BUSY, RINGS_FOR_EVER, UNAVAILABLE, UNKNOWN, Manner, Patient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

_S, _R = CallbackState, DialResult
_UNREACHED = {_R.NO_ANSWER: RINGS_FOR_EVER, _R.BUSY: BUSY, _R.FAILED: UNAVAILABLE}


@pytest.fixture(scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallbackScene]:
    with callback_center(tmp_path_factory.mktemp("unreached")) as scene:
        yield scene


@pytest.fixture
def scene(_scene: CallbackScene) -> Iterator[CallbackScene]:
    fresh = CallbackScene(_scene.center, _scene.carrier)
    yield fresh
    fresh.clear()


def busy_nurse(scene: CallbackScene) -> Phone:
    """One who answers whatever comes."""
    nurse = scene.center.on_duty("n001")
    nurse.auto_answer(0.2)
    return nurse


@pytest.mark.parametrize(("result", "manner"), _UNREACHED.items())
def test_who_was_not_reached_is_rung_again(
    scene: CallbackScene, result: DialResult, manner: Manner
) -> None:
    anna = scene.patient(manner, ANSWERS)
    nurse = busy_nurse(scene)
    booked = scene.book(anna)
    (attempt,) = scene.until_tried(booked).attempts
    assert attempt.result is result
    first = anna.rung[0]
    assert first.ended_by == ("cancelled" if result is _R.NO_ANSWER else "refused")
    anna.until_answered(2)
    scene.until_state(booked, _S.TALKING)
    assert anna.rung[1].at - first.ended_at > AGAIN / 1000 - 0.5
    if result is _R.NO_ANSWER:
        assert first.ended_at - first.at > RING / 1000 - 1  # Asterisk's whole seconds
    anna.hangs_up()
    assert scene.until_state(booked, _S.DONE).done is Done.TALKED
    assert ([r.ended_by for r in anna.rung[1:]], anna.answers) == (["patient"], 1)
    assert [e.result for e in scene.said(DialEnded)] == [result]
    assert len(nurse.calls) == 2


def test_after_the_last_attempt_a_supervisor_has_a_task(scene: CallbackScene) -> None:
    anna = scene.patient(BUSY)
    busy_nurse(scene)
    booked = scene.book(anna)
    given_up = scene.until_state(booked, _S.GIVEN_UP, seconds=90)
    assert scene.results(booked) == [_R.BUSY] * 3
    assert given_up.task is not None
    assert booked in [task.id for task in scene.center.board.ledger.tasks]
    assert len(anna.rung) == len(scene.said(PatientDialled)) == 3
    scene.center.until_state("n001", NurseState.READY)
    other = scene.patient()
    scene.book(other)
    other.until_answered(seconds=60)  # by now a fourth attempt would have come
    assert len(anna.rung) == 3


def test_a_number_that_is_none_is_never_dialled_again(scene: CallbackScene) -> None:
    anna = scene.patient(UNKNOWN)
    nurse = busy_nurse(scene)
    booked = scene.book(anna)
    given_up = scene.until_state(booked, _S.GIVEN_UP, seconds=60)
    assert scene.results(booked) == [_R.INVALID]
    assert given_up.task is not None
    assert len(anna.rung) == 1
    nurse.calls[0].wait(CallState.ENDED, 30)
    scene.center.until_state("n001", NurseState.READY)


def talking(scene: CallbackScene, anna: Patient, **more: str) -> tuple[CallbackId, Phone, Call]:
    """A nurse who speaks Swedish and English, and whoever answers there."""
    nurse = scene.center.on_duty("n003")
    booked = scene.book(anna, **more)
    nurse.wait_for_call(30)
    call = nurse.answer()
    anna.until_answered()
    scene.until_state(booked, _S.TALKING)
    return booked, nurse, call


def released(scene: CallbackScene, anna: Patient, prompt: str) -> None:
    """The prompt was said to the end, and that was the end of the call."""
    anna.until_over(60)
    heard = scene.hears(anna, prompt, "en")
    assert heard is not None
    assert heard.whole
    assert anna.rung[0].ended_by == "us"


def test_an_answering_machine_is_left_the_message_by_a_key_of_the_nurse(
    scene: CallbackScene,
) -> None:
    anna = scene.patient()
    booked, nurse, call = talking(scene, anna, language="en")
    nurse.send_dtmf("*7")
    call.wait(CallState.ENDED, 15)
    assert anna.talks, "the message is left once the nurse is gone"
    scene.until_heard(anna, "callback-machine", "en")
    scene.center.until_state("n003", NurseState.READY)  # she does not wait for its end
    waits = scene.until_tried(booked)
    assert (waits.open, waits.talked, scene.results(booked)) == (True, None, [_R.MACHINE])
    released(scene, anna, "callback-machine")
    nurse.auto_answer(0.2)
    anna.until_rung(2)


def test_a_nurses_key_that_nobody_of_ours_heard_counts_all_the_same(scene: CallbackScene) -> None:
    anna, center = scene.patient(), scene.center
    booked, nurse, call = talking(scene, anna, language="en")
    center.control("stop", "gateway")
    try:
        nurse.send_dtmf("*7")
        call.wait(CallState.ENDED, 15)
        released(scene, anna, "callback-machine")
    finally:
        center.control("start", "gateway")
    waits = scene.until_tried(booked)
    assert (waits.open, waits.talked, scene.results(booked)) == (True, None, [_R.MACHINE])
    center.until_state("n003", NurseState.READY)
    nurse.auto_answer(0.2)
    anna.until_rung(2)


def test_a_wrong_person_is_told_so_and_never_rung_again(scene: CallbackScene) -> None:
    stranger = scene.patient()
    booked, nurse, call = talking(scene, stranger, language="en")
    nurse.send_dtmf("*8")
    call.wait(CallState.ENDED, 15)
    scene.until_state(booked, _S.GIVEN_UP)
    assert scene.results(booked) == [_R.WRONG_PERSON]
    released(scene, stranger, "callback-wrong-person")
    assert len(stranger.rung) == 1


def test_a_patients_keys_do_nothing_in_the_conversation(scene: CallbackScene) -> None:
    anna = scene.patient()
    booked, _, call = talking(scene, anna)
    anna.presses("*7")
    anna.presses("*8")
    before = len(anna.timeline().samples)
    until(lambda: len(anna.timeline().samples) > before + 3 * RATE, 30, "no sound comes")
    assert (call.state, anna.talks) == (CallState.UP, True)
    assert scene.callback(booked).state is _S.TALKING
    assert scene.said(DialEnded) == []
