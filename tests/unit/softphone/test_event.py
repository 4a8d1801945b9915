"""What baresip says is read into records, and nothing that it says can hurt."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.softphone.event import Event, Reply, read

INCOMING = (
    b'{"event":true,"type":"CALL_INCOMING","class":"call","direction":"incoming",'
    b'"peeruri":"sip:+46701234567@127.0.0.1","peerdisplayname":"arabic 03:12","id":"63b4",'
    b'"param":"sip:+46701234567@127.0.0.1"}'
)


def test_an_incoming_call_tells_its_number_and_its_name() -> None:
    event = read(INCOMING, 5.0)
    assert isinstance(event, Event)
    assert (event.at, event.type, event.call_id) == (5.0, "CALL_INCOMING", "63b4")
    assert event.incoming
    assert event.peer_number == "+46701234567"
    assert event.peer_name == "arabic 03:12"


def test_a_reply_to_dial_tells_the_call() -> None:
    reply = read(b'{"response":true,"ok":true,"data":"call id: 154e125e\\n","token":"7"}', 0.0)
    assert reply == Reply(token="7", ok=True, data="call id: 154e125e\n")
    assert isinstance(reply, Reply)
    assert reply.call_id == "154e125e"


def test_a_reply_to_another_command_tells_no_call() -> None:
    assert Reply(token="1", ok=True, data="Quit").call_id == ""


@given(st.binary(max_size=200))
def test_garbage_is_neither_event_nor_error(data: bytes) -> None:
    assert read(data, 0.0) is None or data.strip()[:1] == b"{"


def test_a_name_that_is_not_utf8_is_still_read() -> None:
    event = read(INCOMING.replace(b"arabic", b"\xe5\xe4\xf6"), 0.0)
    assert isinstance(event, Event)
    assert event.peer_name.endswith("03:12")
