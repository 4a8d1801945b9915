"""A call goes forward only, and tells how it ended."""

import threading
from pathlib import Path

import pytest

from callcenter.softphone.call import Call, CallOver, CallState
from callcenter.softphone.event import Event
from callcenter.softphone.tone import write_tone


def new_call(*, incoming: bool = False) -> Call:
    return Call("c1", changed=threading.Condition(), began=1.0, incoming=incoming)


def take(call: Call, *events: tuple[str, str]) -> Call:
    for place, (kind, param) in enumerate(events):
        with call._changed:
            call.take(Event(at=2.0 + place, type=kind, param=param, call_id="c1"))
    return call


def test_a_call_that_is_answered_passes_through_its_states() -> None:
    call = take(new_call(), ("CALL_RINGING", ""), ("CALL_ESTABLISHED", ""))
    assert call.state is CallState.UP
    assert call.times == {CallState.DIALLING: 1.0, CallState.RINGING: 2.0, CallState.UP: 3.0}


def test_a_late_ringing_changes_nothing() -> None:
    call = take(new_call(), ("CALL_ESTABLISHED", ""), ("CALL_RINGING", ""))
    assert call.state is CallState.UP


def test_a_second_end_changes_nothing() -> None:
    call = take(new_call(), ("CALL_CLOSED", "486 Busy Here"), ("CALL_CLOSED", "end of file"))
    assert (call.sip_code, call.ended_by, call.times[CallState.ENDED]) == (486, "them", 2.0)


@pytest.mark.parametrize(
    ("reason", "by", "code"),
    [
        ("Connection reset by user", "us", None),
        ("Connection reset by peer", "them", None),
        ("404 Not Found", "them", 404),
        ("end of file", "phone", None),
        ("", "phone", None),
    ],
)
def test_the_reason_tells_who_ended_it(reason: str, by: str, code: int | None) -> None:
    call = take(new_call(), ("CALL_CLOSED", reason))
    assert (call.ended_by, call.sip_code) == (by, code)


def test_nobody_has_ended_a_call_that_lasts() -> None:
    assert new_call().ended_by == ""


def test_waiting_for_an_answer_ends_when_the_call_does() -> None:
    with pytest.raises(CallOver, match="486"):
        take(new_call(), ("CALL_CLOSED", "486 Busy Here")).wait(CallState.UP)


def test_waiting_for_ringing_is_over_once_it_was_answered() -> None:
    call = take(new_call(), ("CALL_ESTABLISHED", ""))
    assert call.wait(CallState.RINGING, 0.0) is call


def test_waiting_has_an_end() -> None:
    with pytest.raises(TimeoutError, match="dialling"):
        new_call().wait(CallState.UP, 0.01)


def test_a_waiting_thread_wakes_when_the_call_moves() -> None:
    call = new_call()
    threading.Timer(0.05, take, (call, ("CALL_ESTABLISHED", ""))).start()
    assert call.wait(CallState.UP, 5.0).state is CallState.UP


def test_a_tone_is_heard_in_the_recording(tmp_path: Path) -> None:
    call = new_call()
    assert not call.heard_tone(660)
    call.recording = write_tone(tmp_path / "heard.wav", 660, 1.0)
    assert call.heard_tone(660)
    assert not call.heard_tone(440)
    call.recording.write_bytes(b"")  # just opened by the recorder
    assert not call.heard_tone(660)


@pytest.mark.parametrize("reason", ["487 Request Terminated", "486 Busy Here", ""])
def test_a_call_that_this_phone_gave_up_was_ended_by_us_whatever_code_came_for_it(
    reason: str,
) -> None:
    call = new_call()
    call.given_up = True
    assert take(call, ("CALL_CLOSED", reason)).ended_by == "us"
