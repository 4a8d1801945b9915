"""A simulated nurse does each thing when it is due, and once."""

import threading

from callcenter.softphone.call import Call, CallState
from callcenter.softphone.routine import Routine


def incoming() -> Call:
    return Call("c1", changed=threading.Condition(), began=10.0, incoming=True)


def test_a_phone_without_habits_does_nothing() -> None:
    assert Routine().due(incoming(), 99.0) is None


def test_a_call_is_answered_after_its_time_and_once() -> None:
    routine, call = Routine(answer_after=2.0), incoming()
    assert routine.due(call, 11.9) is None
    assert routine.due(call, 12.0) == "accept"
    assert routine.due(call, 12.1) is None


def test_the_talk_ends_after_its_time() -> None:
    routine, call = Routine(answer_after=0.0, talk=5.0), incoming()
    with call._changed:
        call.move(CallState.UP, 20.0)
    assert routine.due(call, 24.9) is None
    assert routine.due(call, 25.0) == "hangup"
    assert routine.due(call, 25.1) is None


def test_a_refusing_phone_hangs_up_at_once_and_does_not_answer() -> None:
    routine, call = Routine(answer_after=0.0, decline=True), incoming()
    assert routine.due(call, 10.0) == "hangup"
    assert routine.due(call, 10.1) is None


def test_a_call_that_the_phone_made_is_left_alone() -> None:
    call = Call("c1", changed=threading.Condition(), began=10.0)
    assert Routine(answer_after=0.0, talk=0.0, decline=True).due(call, 99.0) is None
