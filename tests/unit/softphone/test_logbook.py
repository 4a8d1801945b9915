"""The logbook knows the calls, keeps their recordings apart, and survives the process."""

from pathlib import Path

import pytest

from callcenter.softphone.account import HEARD
from callcenter.softphone.call import CallOver, CallState
from callcenter.softphone.event import Event
from callcenter.softphone.logbook import Logbook


def event(kind: str, call_id: str = "", at: float = 1.0, **more: object) -> Event:
    return Event(at=at, type=kind, call_id=call_id, params=more)


def test_an_incoming_call_is_returned_once() -> None:
    log = Logbook(Path())
    log.take(event("CALL_INCOMING", "c1", direction="incoming"))
    assert log.next_incoming(0.0).id == "c1"
    with pytest.raises(TimeoutError):
        log.next_incoming(0.01)


def test_the_call_that_rings_is_found_beside_one_that_is_not_over_yet() -> None:
    log = Logbook(Path())
    log.take(event("CALL_INCOMING", "c1", direction="incoming"))
    log.take(event("CALL_ESTABLISHED", "c1", direction="incoming"))
    assert log.ringing is None
    log.take(event("CALL_INCOMING", "c2", direction="incoming"))
    assert log.ringing is log.calls[1]
    log.take(event("CALL_CLOSED", "c2", direction="incoming"))
    assert log.ringing is None
    assert log.states() == "up, ended: ended"


def test_a_call_is_heard_from_its_first_packet() -> None:
    log = Logbook(Path())
    log.take(event("CALL_ESTABLISHED", "c1"))
    call = log.calls[0]
    with pytest.raises(TimeoutError):
        call.wait_for_sound(0.01)
    log.take(event("CALL_RTPESTAB", "c1"))
    assert call.wait_for_sound(0.0) is call
    log.take(event("CALL_CLOSED", "c1"))
    assert call.wait_for_sound(0.0) is call


def test_a_call_that_ended_in_silence_is_never_heard() -> None:
    log = Logbook(Path())
    log.take(event("CALL_ESTABLISHED", "c1"))
    log.take(event("CALL_CLOSED", "c1"))
    with pytest.raises(CallOver):
        log.calls[0].wait_for_sound(1.0)


def test_an_event_that_is_quicker_than_the_dial_makes_the_same_call() -> None:
    log = Logbook(Path())
    log.dialling()
    log.take(event("CALL_CLOSED", "c1", direction="outgoing", at=9e9))
    call = log.outgoing("c1")
    assert call.state is CallState.ENDED
    assert log.calls == [call]
    assert call.times[CallState.DIALLING] < call.times[CallState.ENDED]


def test_each_recording_gets_a_name_of_its_own(tmp_path: Path) -> None:
    log = Logbook(tmp_path)
    for call_id in ("c1", "c2"):
        log.take(event("CALL_ESTABLISHED", call_id))
        assert log.sound_since == 1.0
        (tmp_path / HEARD).write_text(call_id)
        log.take(event("CALL_CLOSED", call_id))
        assert log.sound_since is None
    recordings = [call.recording for call in log.calls]
    assert recordings == [tmp_path / "heard-1.wav", tmp_path / "heard-2.wav"]
    assert [path.read_text() for path in recordings if path] == ["c1", "c2"]


def test_only_the_last_fifty_recordings_are_kept(tmp_path: Path) -> None:
    log = Logbook(tmp_path)
    for number in range(52):
        log.take(event("CALL_ESTABLISHED", f"c{number}"))
        (tmp_path / HEARD).touch()
        log.take(event("CALL_CLOSED", f"c{number}"))
    assert len(list(tmp_path.iterdir())) == 50
    assert [call.recording is None for call in log.calls] == [True] * 2 + [False] * 50


def test_a_call_without_sound_has_no_recording(tmp_path: Path) -> None:
    log = Logbook(tmp_path)
    log.take(event("CALL_RINGING", "c1"))
    log.take(event("CALL_CLOSED", "c1"))
    assert log.calls[0].recording is None


def test_events_about_no_call_make_no_call() -> None:
    log = Logbook(Path())
    log.take(event("CALL_LOCAL_SDP"))
    log.take(event("SHUTDOWN"))
    assert log.calls == []
    assert [kind for _, kind, _ in log.events] == ["CALL_LOCAL_SDP", "SHUTDOWN"]


def test_the_registrars_last_word_counts() -> None:
    log = Logbook(Path())
    log.take(event("REGISTER_OK"))
    assert log.registered is True
    log.take(Event(at=2.0, type="REGISTER_FAIL", param="401 Unauthorized"))
    assert (log.registered, log.refusal) == (False, "401 Unauthorized")


def test_a_lost_process_ends_its_calls() -> None:
    log = Logbook(Path())
    log.take(event("CALL_ESTABLISHED", "c1"))
    log.take(event("REGISTER_OK"))
    log.lose()
    assert log.present is None
    assert log.registered is None
    assert log.lost
    assert log.calls[0].ended_by == "phone"
