"""What pyst2 0.5.1's AGI class does on its own (facts/libraries.md 1.3), beside ours.

Each test fails when a new version of pyst2 no longer needs our replacement.
"""

import io
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asterisk.agi import AGI, AGIAppError, AGIUnknownError

from callcenter.asterisk.agi import AGIProtocolError, Hangup, Session
from tests.wire.test_agi_peer import HEADERS, Channel


class Endless(io.BytesIO):
    """A stream that is at its end, and says so only a hundred times."""

    reads = 0

    def readline(self, *_: Any) -> bytes:
        line = super().readline()
        if not line:
            self.reads += 1
            if self.reads > 100:
                raise RecursionError("it would have read for ever")
        return line


def theirs(*replies: bytes, headers: bytes = b"agi_network: yes\n\n") -> tuple[AGI, io.StringIO]:
    sent = io.StringIO()
    return AGI(Endless(headers + b"".join(replies)), sent, io.StringIO()), sent


@pytest.fixture(autouse=True)
def sighup() -> Iterator[None]:
    """pyst2 takes over SIGHUP; give it back."""
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, far = socket.socketpair()
    with ours, far:
        yield ours, far


Sockets = tuple[socket.socket, socket.socket]


def test_a_session_can_be_made_in_any_thread(sockets: Sockets) -> None:
    caught: list[str] = []

    def make() -> None:
        try:
            theirs()
        except ValueError as error:
            caught.append(str(error))
        Channel(sockets[1])
        caught.append(Session(sockets[0]).path)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join(2)
    assert caught[0].startswith("signal only works in main thread")
    assert caught[1] == "/ivr/public"


def test_the_caller_is_not_written_to_stderr(
    sockets: Sockets, capfd: pytest.CaptureFixture[str]
) -> None:
    agi, _ = theirs(headers=b"agi_callerid: 0700000000\n\n")
    assert "0700000000" in agi.stderr.getvalue()

    Channel(sockets[1])
    assert Session(sockets[0]).env["agi_callerid"] == "0700000000"
    assert capfd.readouterr().err == ""


def test_a_value_cannot_bring_a_command_of_its_own(sockets: Sockets) -> None:
    agi, sent = theirs(b"200 result=1\n")
    agi.set_variable("NOTE", 'x"\nEXEC System "id')
    assert sent.getvalue().splitlines()[1] == 'EXEC System "id"'

    channel = Channel(sockets[1], b"200 result=1\n")
    session = Session(sockets[0])
    with pytest.raises(ValueError, match="line break"):
        session.set_variable("NOTE", 'x"\nEXEC System "id')
    session.set_variable("NOTE", 'x" EXEC System "id')
    assert channel.lines == ['SET VARIABLE "NOTE" "x\\" EXEC System \\"id"']


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"HANGUP\n", ValueError),
        (b"", ValueError),
        (b"511 dead\n", AGIUnknownError),
        (b"200 result=-1\n", AGIAppError),
    ],
)
def test_a_hangup_is_one_type(sockets: Sockets, reply: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        theirs(reply)[0].noop()
    assert type(caught.value) is error

    Channel(sockets[1], reply, then_close=True)
    with pytest.raises(Hangup):
        Session(sockets[0]).noop()


def test_a_usage_text_cut_short_is_not_read_for_ever(sockets: Sockets) -> None:
    with pytest.raises(RecursionError):
        theirs(b"520-Invalid\nusage\n")[0].noop()

    Channel(sockets[1], b"520-Invalid\nusage\n", then_close=True)
    with pytest.raises(Hangup):
        Session(sockets[0]).noop()


def test_a_latin_1_name_does_not_drop_the_caller(sockets: Sockets) -> None:
    with pytest.raises(UnicodeDecodeError):
        theirs(headers=HEADERS)

    Channel(sockets[1])
    assert Session(sockets[0]).env["agi_calleridname"] == "\udcc5sa"


def test_the_end_of_the_stream_in_the_headers_is_no_empty_session(sockets: Sockets) -> None:
    assert theirs(headers=b"")[0].env == {}

    sockets[1].close()
    with pytest.raises(Hangup):
        Session(sockets[0])


def test_the_word_hangup_is_never_a_variable_s_value(sockets: Sockets) -> None:
    assert theirs(b"200 result=1 (hangup)\n")[0].get_variable("A") == "hangup"

    Channel(sockets[1], b"200 result=1 (hangup)\n")
    with pytest.raises(Hangup):
        Session(sockets[0]).get_variable("A")


def test_a_line_break_in_a_value_does_not_desynchronise_the_dialogue(sockets: Sockets) -> None:
    agi, _ = theirs(b"200 result=1 (one\ntwo)\n", b"200 result=1 (next)\n")
    agi.get_variable("A")
    with pytest.raises(ValueError, match="invalid literal"):
        agi.get_variable("B")

    Channel(sockets[1], b"200 result=1 (one\ntwo)\n", b"200 result=1 (next)\n", b"two)\n")
    session = Session(sockets[0])
    assert session.get_variable("A") == "one\ntwo"
    assert session.get_variable("B") == "next"
    with pytest.raises(AGIProtocolError):
        session.get_variable("C")


def test_file_names_and_numbers_are_quoted(sockets: Sockets) -> None:
    agi, sent = theirs(b"200 result=0\n")
    agi.stream_file("a b")
    assert sent.getvalue() == 'STREAM FILE a b "" 0\n'

    channel = Channel(sockets[1], b"200 result=0 endpos=8\n")
    Session(sockets[0]).stream_file("a b")
    assert channel.lines == ['STREAM FILE "a b" ""']
