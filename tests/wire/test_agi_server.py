"""The server, with many peers at a time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from prometheus_client import REGISTRY

from callcenter.asterisk.agi import Server, Session
from tests.wire.test_agi_peer import HEADERS, Channel, until

OK = b"200 result=1\n"


class Rig:
    """A server, and peers that call it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.server: Server

    def start(
        self, handler: Callable[[Session], object], most: int = 50, **options: float
    ) -> Server:
        self.server = Server("127.0.0.1", 0, handler, most, **options)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self._stack.callback(thread.join, 2)
        self._stack.callback(self.server.stop, 0)
        return self.server

    def at_the_end(self, what: Callable[[], object]) -> None:
        """Also if the test fails, and before the server is stopped."""
        self._stack.callback(what)

    def connect(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.server.port))
        sock.settimeout(60)
        return self._stack.enter_context(sock)

    def call(self, *replies: bytes) -> Channel:
        return Channel(self.connect(), *replies)


@pytest.fixture
def rig() -> Iterator[Rig]:
    with ExitStack() as stack:
        yield Rig(stack)


def count(outcome: str) -> float:
    labels = {"outcome": outcome}
    return REGISTRY.get_sample_value("callcenter_agi_sessions_total", labels) or 0.0


def active() -> float:
    return REGISTRY.get_sample_value("callcenter_agi_active_sessions") or 0.0


def set_ok(session: Session) -> None:
    session.set_variable("CC_OK", "1")


def test_each_connection_gets_a_thread_and_a_session(rig: Rig) -> None:
    together = threading.Barrier(20)
    done = count("done")

    def handler(session: Session) -> None:
        together.wait(30)  # so all twenty run at once
        set_ok(session)

    rig.start(handler)
    channels = [rig.call(OK) for _ in range(20)]
    until(lambda: count("done") == done + 20)
    assert all(channel.lines == ['SET VARIABLE "CC_OK" "1"'] for channel in channels)
    until(lambda: active() == 0)


def test_a_handler_s_exception_costs_its_own_connection_and_is_logged_without_its_words(
    rig: Rig, capfd: pytest.CaptureFixture[str]
) -> None:
    failed = count("failed")

    def handler(session: Session) -> None:
        if session.path == "/ivr/public":
            raise RuntimeError("quotes 0700000000")

    rig.start(handler)
    channel = rig.call(OK)
    until(lambda: count("failed") == failed + 1)
    assert channel.ended.wait(30)
    until(lambda: "agi handler failed" in "".join(capfd.readouterr()))


def test_a_health_probe_is_harmless(rig: Rig) -> None:
    probes, errors = (
        count("probe"),
        REGISTRY.get_sample_value("callcenter_agi_protocol_errors_total"),
    )
    rig.start(set_ok)
    for _ in range(5):
        rig.connect().close()
    until(lambda: count("probe") == probes + 5)
    assert REGISTRY.get_sample_value("callcenter_agi_protocol_errors_total") == errors
    done = count("done")
    rig.call(OK)
    until(lambda: count("done") == done + 1)


def test_a_peer_that_sends_a_byte_now_and_then_is_cut_and_hurts_nobody(rig: Rig) -> None:
    protocol, done = count("protocol"), count("done")
    rig.start(set_ok, header_seconds=8)
    slow = [rig.connect() for _ in range(10)]

    def drip() -> None:
        with suppress(OSError):
            for byte in HEADERS:
                for sock in slow:
                    sock.send(bytes([byte]))
                time.sleep(0.05)

    threading.Thread(target=drip).start()
    rig.call(OK)
    until(lambda: count("done") == done + 1)
    assert count("protocol") == protocol  # served beside them, not after them
    until(lambda: count("protocol") == protocol + 10)


def test_garbage_is_counted_and_dropped(rig: Rig) -> None:
    protocol = count("protocol")
    rig.start(set_ok)
    sock = rig.connect()
    sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert sock.recv(100) == b""
    until(lambda: count("protocol") == protocol + 1)


def test_one_connection_over_the_limit_is_closed_at_once(rig: Rig) -> None:
    gate = threading.Event()
    refused = count("refused")
    rig.start(lambda _: gate.wait(60), most=2)
    rig.at_the_end(gate.set)
    rig.call()
    rig.call()
    until(lambda: active() == 2)
    with suppress(ConnectionResetError):
        assert rig.connect().recv(100) == b""
    assert active() == 2  # it has not waited for one of them to end
    until(lambda: count("refused") == refused + 1)
    gate.set()
    until(lambda: active() == 0)
    done = count("done")
    rig.call()
    until(lambda: count("done") == done + 1)


def test_a_hangup_in_mid_dialogue_is_an_ordinary_end(rig: Rig) -> None:
    hangups = count("hangup")

    def handler(session: Session) -> None:
        session.stream_file("welcome")
        session.stream_file("menu")

    rig.start(handler)
    channel = rig.call(b"200 result=0 endpos=1\n", b"HANGUP\n")
    until(lambda: count("hangup") == hangups + 1)
    assert len(channel.lines) == 2


def test_stop_lets_a_session_finish(rig: Rig) -> None:
    entered, gate = threading.Event(), threading.Event()
    done = count("done")

    def handler(session: Session) -> None:
        entered.set()
        gate.wait(30)
        set_ok(session)

    server = rig.start(handler)
    rig.at_the_end(gate.set)
    channel = rig.call(OK)
    assert entered.wait(30)
    threading.Timer(0.1, gate.set).start()
    server.stop(30)
    assert count("done") == done + 1
    assert channel.lines == ['SET VARIABLE "CC_OK" "1"']


def test_stop_cuts_what_does_not_finish_in_time(rig: Rig) -> None:
    cut = count("cut")
    server = rig.start(lambda session: session.stream_file("endless", playing_seconds=600))
    rig.call(b"")
    until(lambda: active() == 1)
    started = time.monotonic()
    server.stop(0.2)
    assert 0.2 <= time.monotonic() - started < 30  # and not 600
    assert count("cut") == cut + 1


def test_after_stop_nobody_is_accepted(rig: Rig) -> None:
    server = rig.start(set_ok)
    server.stop(0)
    with pytest.raises(OSError):  # noqa: PT011
        rig.connect()


def test_a_taken_port_is_told(rig: Rig) -> None:
    server = rig.start(set_ok)
    with pytest.raises(OSError, match="in use"):
        Server("127.0.0.1", server.port, set_ok, 1)


def test_serving_ends_only_when_the_last_session_has(rig: Rig) -> None:
    """The process ends with it, and would take the callers' dialogues along."""
    entered, gate = threading.Event(), threading.Event()
    done = count("done")

    def handler(session: Session) -> None:
        entered.set()
        gate.wait(30)
        set_ok(session)

    server = Server("127.0.0.1", 0, handler, 5)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    rig.at_the_end(gate.set)
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        channel = Channel(sock, OK)
        assert entered.wait(30)
        stopping = threading.Thread(target=server.stop, args=(30,))
        stopping.start()
        serving.join(0.3)
        assert serving.is_alive()
        gate.set()
        serving.join(30)
        stopping.join(30)
        assert not serving.is_alive()
        assert channel.ended.wait(30)
    assert channel.lines == ['SET VARIABLE "CC_OK" "1"']
    assert count("done") == done + 1


def test_a_second_stop_while_the_first_one_waits_changes_nothing(rig: Rig) -> None:
    entered, gate = threading.Event(), threading.Event()
    done = count("done")

    def handler(session: Session) -> None:
        entered.set()
        gate.wait(30)
        set_ok(session)

    server = rig.start(handler)
    rig.at_the_end(gate.set)
    channel = rig.call(OK)
    assert entered.wait(30)
    stops = [threading.Thread(target=server.stop, args=(30,)) for _ in range(2)]
    for stop in stops:
        stop.start()
    threading.Timer(0.1, gate.set).start()
    for stop in stops:
        stop.join(30)
    assert count("done") == done + 1
    assert channel.lines == ['SET VARIABLE "CC_OK" "1"']
