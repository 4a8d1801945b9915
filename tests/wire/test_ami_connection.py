"""One connection to a manager on a real TCP port."""

import datetime
import ipaddress
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from callcenter.asterisk.ami import (
    Action,
    AMIDisconnected,
    AMIRefused,
    AMITimeout,
    Connection,
    Event,
    Response,
)
from callcenter.asterisk.ami.pending import Pending
from tests.wire.test_ami_peer import SECRET, Peer, until

Connect = Callable[..., Connection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:

        def make(peer: Peer, **options: object) -> Connection:
            options = {"on_events": lambda _: None, **options}
            connection = Connection("127.0.0.1", peer.port, **options)
            stack.callback(connection.disconnect)
            connection.connect()
            return connection

        yield make


def test_the_login_answers_a_challenge_and_never_sends_the_secret(connect: Connect) -> None:
    with Peer() as peer:
        connection = connect(peer)
        connection.login("gateway", SECRET, "call,user")
        assert SECRET.encode() not in peer.link.raw
        assert peer.actions("Login")[0]["Events"] == ["call,user"]
        assert SECRET not in repr(vars(connection))


def test_a_wrong_secret_is_refused(connect: Connect) -> None:
    with Peer() as peer, pytest.raises(AMIRefused) as caught:
        connect(peer).login("gateway", "wrong-secret")
    assert "wrong-secret" not in str(caught.value)


def test_an_answer_right_before_the_end_of_the_connection_stands() -> None:
    # Asterisk refuses a login and closes at once.
    pending = Pending()
    pending.answer(Response("Error", {}))
    pending.fail(AMIDisconnected("the connection ended", sent=True))
    assert pending.result(time.monotonic()).status == "Error"


def test_an_error_answer_is_an_answer(connect: Connect) -> None:
    with Peer() as peer:
        response = connect(peer).call("Bad")
        assert isinstance(response, Response)
        assert not response.ok


def test_the_caller_may_choose_the_action_id(connect: Connect) -> None:
    with Peer() as peer:
        connection = connect(peer)
        assert connection.call("Redirect", action_id="1700-0").get("ActionID") == "1700-0"
        assert peer.actions("Redirect")[0]["ActionID"] == ["1700-0"]


def test_an_action_id_that_is_under_way_is_refused(connect: Connect) -> None:
    with Peer() as peer:
        peer.mute.add("Slow")
        connection = connect(peer)
        thread = threading.Thread(
            target=lambda: connection.call_many([Action("Slow", action_id="a")], 0.5)
        )
        thread.start()
        until(lambda: peer.actions("Slow"))
        with pytest.raises(ValueError, match="under way"):
            connection.call("Ping", action_id="a")
        thread.join()
        assert connection.call("Ping", action_id="a").ok
        with pytest.raises(ValueError, match="twice"):
            connection.call_many([Action("Ping", action_id="b"), Action("Ping", action_id="b")])


def test_no_answer_is_a_timeout_that_may_have_been_done_and_a_late_answer_harms_nobody(
    connect: Connect,
) -> None:
    with Peer() as peer:
        peer.mute.add("Originate")
        connection = connect(peer)
        with pytest.raises(AMITimeout) as caught:
            connection.call("Originate", timeout=0.5, action_id="a")
        assert caught.value.sent
        peer.link.send(b"Response: Success\r\nActionID: a\r\nMessage: late\r\n\r\n")
        assert connection.call("Ping").message == ""


def test_the_end_of_the_connection_wakes_those_who_wait_at_once(connect: Connect) -> None:
    with Peer() as peer:
        peer.mute.add("Originate")
        connection = connect(peer)
        threading.Timer(0.05, peer.link.close).start()
        started = time.monotonic()
        with pytest.raises(AMIDisconnected) as caught:
            connection.call("Originate", timeout=30)
        assert time.monotonic() - started < 15
        assert caught.value.sent
        with pytest.raises(AMIDisconnected) as caught:
            connection.call("Ping")
        assert not caught.value.sent


def test_several_actions_go_out_in_one_write_and_each_has_its_own_outcome(
    connect: Connect,
) -> None:
    with Peer() as peer:
        peer.mute.add("Mute")
        connection = connect(peer)
        actions = [Action("Ping"), Action("Mute"), Action("Bad"), Action("Ping", action_id="last")]
        ok, mute, bad, last = connection.call_many(actions, timeout=1)
        assert isinstance(ok, Response)
        assert ok.ok
        assert isinstance(mute, AMITimeout)
        assert isinstance(bad, Response)
        assert not bad.ok
        assert isinstance(last, Response)
        assert last.get("ActionID") == "last"
        assert "ActionID" not in actions[0].keys  # the caller's own object is left alone


def test_one_illegal_action_keeps_the_whole_batch_from_being_sent(connect: Connect) -> None:
    with Peer() as peer:
        connection = connect(peer)
        with pytest.raises(ValueError, match="line break"):
            connection.call_many([Action("Redirect"), Action("Redirect", {"Exten": "1\r\n"})])
        connection.call("Ping")
        assert peer.actions("Redirect") == []


def test_a_list_is_collected_and_also_delivered_in_its_place_in_the_stream(
    connect: Connect,
) -> None:
    seen: list[Event] = []
    with Peer() as peer:
        connection = connect(peer, on_events=seen.extend)
        response, events = connection.call_list("CoreShowChannels")
        assert response.ok
        assert [event.get("Channel") for event in events[:-1]] == ["PJSIP/a-1", "PJSIP/b-2"]
        assert events[-1].get("EventList") == "Complete"
        assert [event.name for event in seen] == [
            "CoreShowChannel",
            "Newchannel",
            "CoreShowChannel",
            "CoreShowChannelsComplete",
        ]


def test_a_list_action_that_is_refused_or_answers_without_a_list_has_no_events(
    connect: Connect,
) -> None:
    with Peer() as peer:
        connection = connect(peer)
        assert connection.call_list("Bad")[1] == []
        assert connection.call_list("Ping")[1] == []


def test_a_list_that_is_never_completed_times_out(connect: Connect) -> None:
    with Peer() as peer:
        peer.mute.add("DeviceStateList")
        connection = connect(peer)

        def answer() -> None:
            until(lambda: peer.actions("DeviceStateList"))
            action_id = peer.actions("DeviceStateList")[0]["ActionID"][0]
            # A completing event before the answer says nothing.
            peer.link.event("X", ActionID=action_id, EventList="Complete")
            peer.link.send(
                f"Response: Success\r\nActionID: {action_id}\r\nEventList: start\r\n\r\n".encode()
            )

        threading.Thread(target=answer).start()
        with pytest.raises(AMITimeout):
            connection.call_list("DeviceStateList", timeout=1)


def test_when_a_call_returns_every_event_before_its_answer_has_been_handed_over(
    connect: Connect,
) -> None:
    seen: list[str] = []
    with Peer() as peer:
        connection = connect(peer, on_events=lambda events: seen.extend(e.name for e in events))
        for n in range(50):
            peer.link.send(b"".join(b"Event: E%d\r\n\r\n" % n for n in range(n * 10, n * 10 + 10)))
            connection.call("Ping")
            assert seen == [f"E{i}" for i in range(n * 10 + 10)]


def test_a_silent_peer_is_given_up(connect: Connect) -> None:
    ended = threading.Event()
    with Peer() as peer:
        connection = connect(peer, dead_after=0.2, on_end=ended.set)
        assert ended.wait(30)
        assert connection.finished.is_set()


def test_a_closed_port_is_disconnected_and_not_sent() -> None:
    with Peer() as peer:
        peer.close()
        connection = Connection("127.0.0.1", peer.port, on_events=lambda _: None)
        with pytest.raises(AMIDisconnected) as caught:
            connection.connect()
        assert not caught.value.sent
        with pytest.raises(AMIDisconnected):
            connection.call("Ping")


def test_a_peer_that_reads_nothing_fails_the_writer_at_its_deadline(connect: Connect) -> None:
    with Peer() as peer:
        connection = connect(peer)
        peer.reading.clear()
        connection.send(b"\r\n", time.monotonic() + 30)
        started = time.monotonic()
        with pytest.raises(AMIDisconnected) as caught:
            connection.call("X", {"A": "a" * 30_000_000}, timeout=0.3)
        assert caught.value.sent
        assert time.monotonic() - started < 20
        assert connection.finished.is_set()


def test_logoff_ends_the_connection(connect: Connect) -> None:
    with Peer() as peer:
        connection = connect(peer)
        connection.logoff()
        assert peer.actions("Logoff")
        assert connection.finished.is_set()


def test_eight_threads_each_get_their_own_answers(connect: Connect) -> None:
    wrong: list[str] = []
    with Peer() as peer:
        connection = connect(peer)

        def pings(thread: int) -> None:
            for n in range(50):
                mine = f"{thread}-{n}"
                if connection.call("Ping", action_id=mine).get("ActionID") != mine:
                    wrong.append(mine)

        threads = [threading.Thread(target=pings, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert wrong == []
        assert len(peer.actions("Ping")) == 400
        assert connection._futures == {}


def test_ipv6_is_spoken() -> None:
    with Peer(host="::1") as peer:
        connection = Connection("::1", peer.port, on_events=lambda _: None)
        connection.connect()
        assert connection.call("Ping").ok
        connection.disconnect()


def test_tls_is_spoken_and_an_unknown_certificate_refused(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    seen: list[Event] = []
    with Peer(tls=server) as peer:
        trusted = ssl.create_default_context(cafile=str(pem))
        connection = Connection("127.0.0.1", peer.port, on_events=seen.extend, tls=trusted)
        connection.connect()
        peer.link.send(b"Event: X\r\nA: %s\r\n\r\n" % (b"a" * 100_000))
        assert connection.call("Ping", {"A": "a" * 100_000}).ok
        assert len(seen[0].get("A")) == 100_000
        connection.disconnect()

        stranger = Connection(
            "127.0.0.1", peer.port, on_events=seen.extend, tls=ssl.create_default_context()
        )
        with pytest.raises(AMIDisconnected):
            stranger.connect()


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "manager")])
    now = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "manager.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
