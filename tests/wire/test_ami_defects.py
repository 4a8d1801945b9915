"""The twenty defects of asterisk-ami 0.1.7 (facts/libraries.md 1.2), one test each.

Every test first shows that the package as it comes has the defect, against a real TCP
peer, so that it fails when a new version no longer needs us; then that ours has not.
"""

import copy
import inspect
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from asterisk.ami.action import Action as PackageAction
from asterisk.ami.action import LoginAction
from asterisk.ami.client import AMIClient, AutoReconnect
from asterisk.ami.event import Event as PackageEvent

from callcenter.asterisk.ami import (
    Action,
    AMIDisconnected,
    AMITimeout,
    Connection,
    Credentials,
    Event,
    Supervisor,
)
from callcenter.asterisk.ami.supervisor import Timing
from tests.wire.test_ami_peer import SECRET, Peer, until

# The package's reader thread dies of an exception in several of them.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class Pair:
    """The package's client and ours, both made for one peer."""

    def __init__(self, peer: Peer, stack: ExitStack) -> None:
        self.peer = peer
        self._stack = stack

    def package(self, **options: Any) -> AMIClient:
        client = AMIClient("127.0.0.1", self.peer.port, **{"timeout": 0.2, **options})

        def end() -> None:
            client.finished.set()
            client._socket.close()

        before = len(self.peer.links)
        client.connect()
        self._stack.callback(end)
        until(lambda: len(self.peer.links) > before)
        return client

    def ours(self, on_events: Callable[[list[Event]], object] = lambda _: None) -> Connection:
        connection = Connection("127.0.0.1", self.peer.port, on_events=on_events)
        self._stack.callback(connection.disconnect)
        before = len(self.peer.links)
        connection.connect()
        until(lambda: len(self.peer.links) > before)
        return connection


@pytest.fixture
def pair() -> Iterator[Pair]:
    with Peer() as peer, ExitStack() as stack:
        yield Pair(peer, stack)


def test_01_a_line_break_in_a_value_is_not_sent_as_a_header_of_its_own(pair: Pair) -> None:
    evil = {"CallerID": "Anna\r\nApplication: System\r\nData: id"}
    pair.package().send_action(PackageAction("Originate", evil))
    until(lambda: pair.peer.actions("Originate"))
    assert pair.peer.actions("Originate")[0]["Application"] == ["System"]

    ours = pair.ours()
    with pytest.raises(ValueError, match="CallerID"):
        ours.call("Originate", evil)
    assert ours.call("Ping").ok
    assert len(pair.peer.actions("Originate")) == 1


def test_02_a_unicode_line_separator_in_a_name_does_not_smuggle_a_header(pair: Pair) -> None:
    theirs: list[Any] = []
    pair.package(on_event=lambda event, **_: theirs.append(event))
    name = "Eve\u2028Uniqueid: 6.66"
    pair.peer.link.event("Newchannel", Uniqueid="1.1", CallerIDName=name)
    until(lambda: theirs)
    assert theirs[0]["Uniqueid"] == "6.66"

    seen: list[Event] = []
    pair.ours(seen.extend)
    pair.peer.link.event("Newchannel", Uniqueid="1.1", CallerIDName=name)
    until(lambda: seen)
    assert seen[0].get("Uniqueid") == "1.1"
    assert seen[0].get("CallerIDName") == name


def test_03_repeated_headers_are_all_kept(pair: Pair) -> None:
    theirs: list[Any] = []
    pair.package(on_event=lambda event, **_: theirs.append(event))
    pair.peer.link.send(b"Event: X\r\nOutput: a\r\nOutput: b\r\n\r\n")
    until(lambda: theirs)
    assert theirs[0]["Output"] == "b"

    seen: list[Event] = []
    pair.ours(seen.extend)
    pair.peer.link.send(b"Event: X\r\nOutput: a\r\nOutput: b\r\n\r\n")
    until(lambda: seen)
    assert seen[0].get_all("Output") == ["a", "b"]


def test_04_an_idle_second_does_not_kill_the_reader(pair: Pair) -> None:
    theirs = pair.package(timeout=0.1)
    time.sleep(0.3)
    assert not theirs.finished.is_set()  # it thinks that it is connected
    assert theirs.send_action(PackageAction("Ping")).response is None

    ours = Connection("127.0.0.1", pair.peer.port, on_events=lambda _: None, connect_timeout=0.1)
    ours.connect()
    time.sleep(0.3)
    assert ours.call("Ping").ok
    ours.disconnect()


def test_05_after_a_stall_the_service_is_connected_again(pair: Pair) -> None:
    theirs = AMIClient("127.0.0.1", pair.peer.port, timeout=0.1)
    keeper = AutoReconnect(theirs, delay=0.05)
    keeper.daemon = True
    theirs.login("gateway", SECRET)
    until(lambda: keeper.finished is not None)
    pair.peer.mute.add("Ping")
    time.sleep(1.0)
    pair.peer.mute.clear()
    time.sleep(1.0)
    assert theirs.send_action(PackageAction("Ping")).response is None
    assert len(pair.peer.links) == 1  # it writes to the old, unread connection for ever
    keeper.finished.set()
    keeper.join(30)
    theirs._socket.close()

    ups: list[int] = []
    supervisor = Supervisor(
        "reading",
        Credentials(host="127.0.0.1", port=pair.peer.port, username="gateway", secret=SECRET),
        on_up=lambda _, epoch: ups.append(epoch),
        timing=Timing(first_delay=0.02, last_delay=0.05, ping=0.05, dead_after=1.0),
    )
    supervisor.start()
    until(lambda: ups)
    pair.peer.mute.add("Ping")
    until(lambda: len(pair.peer.links) > 2)
    pair.peer.mute.clear()
    until(lambda: len(ups) > 1)
    assert supervisor.current().call("Ping").ok
    supervisor.stop()


def test_06_an_exception_in_a_listener_does_not_end_the_reader(pair: Pair) -> None:
    theirs: list[str] = []

    def listen(event: Any, **_: object) -> None:
        theirs.append(event.name)
        raise RuntimeError("listener failed")

    pair.package(on_event=listen)
    pair.peer.link.event("A")
    pair.peer.link.event("B")
    until(lambda: theirs)
    time.sleep(0.1)
    assert theirs == ["A"]

    seen: list[str] = []

    def on_events(events: list[Event]) -> None:
        seen.extend(event.name for event in events)
        raise RuntimeError("handler failed")

    ours = pair.ours(on_events)
    pair.peer.link.event("A")
    until(lambda: seen)
    pair.peer.link.event("B")
    until(lambda: seen == ["A", "B"])
    assert ours.call("Ping").ok
    assert ours.handler_errors == 2


def test_07_a_failing_action_callback_cannot_end_the_reader(pair: Pair) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("callback failed")

    theirs = pair.package()
    theirs.send_action(PackageAction("Ping"), fail)
    theirs._thread.join(30)
    assert not theirs._thread.is_alive()

    ours = pair.ours()
    with pytest.raises(TypeError):
        ours.send_action(Action("Ping"), fail)
    assert ours.send_action(Action("Ping")).ok


def test_08_a_call_from_the_reader_thread_is_refused_at_once(pair: Pair) -> None:
    answers: list[object] = []
    theirs = pair.package(
        on_event=lambda source, **_: answers.append(
            source.send_action(PackageAction("Ping")).response
        )
    )
    pair.peer.link.event("X")
    until(lambda: answers)
    assert answers == [None]  # after its whole timeout
    assert theirs is not None

    errors: list[Exception] = []

    def on_events(_: list[Event]) -> None:
        try:
            ours.call("Ping")
        except RuntimeError as error:
            errors.append(error)

    ours = pair.ours(on_events)
    pair.peer.link.event("X")
    until(lambda: errors, 0.5)
    assert ours.call("Ping").ok


def test_09_unanswered_actions_leave_nothing_behind(pair: Pair) -> None:
    pair.peer.mute.add("Originate")
    theirs = pair.package()
    for _ in range(10):
        theirs.send_action(PackageAction("Originate"))
    answer = theirs.send_action(PackageAction("Ping", {"ActionID": 77})).response
    assert answer is None  # the answer was for "77"
    assert len(theirs._futures) == 11

    ours = pair.ours()
    outcomes = ours.call_many([Action("Originate") for _ in range(10)], timeout=0.05)
    assert all(isinstance(outcome, AMITimeout) for outcome in outcomes)
    assert ours.send_action(Action("Ping", {"ActionID": 77})).get("ActionID") == "77"
    assert ours._futures == {}


def test_10_a_large_action_is_sent_whole(pair: Pair) -> None:
    pair.peer.reading.clear()
    theirs = pair.package()
    theirs._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    theirs.send(PackageAction("Big", {"A": "a" * 8_000_000}))
    link = pair.peer.link
    pair.peer.reading.set()
    time.sleep(0.1)
    assert len(link.raw) < 8_000_000  # and no error

    ours = pair.ours()
    pair.peer.reading.clear()
    threading.Timer(0.1, pair.peer.reading.set).start()
    assert ours.call("Big", {"A": "a" * 8_000_000}, timeout=60).ok
    assert len(pair.peer.actions("Big")[0]["A"][0]) == 8_000_000


def test_11_action_ids_are_unique_over_connections_and_threads(pair: Pair) -> None:
    assert pair.package().next_action_id() == pair.package().next_action_id() == "0"

    made: list[str] = []
    both = [pair.ours(), pair.ours()]

    def make(connection: Connection) -> None:
        made.extend([connection.next_action_id() for _ in range(1000)])

    threads = [threading.Thread(target=make, args=(both[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


def test_12_disconnecting_is_quick(pair: Pair) -> None:
    theirs = pair.package(timeout=3)
    time.sleep(0.1)  # its reader waits in recv by now
    started = time.monotonic()
    theirs.disconnect()
    assert time.monotonic() - started > 1  # the rest of its timeout

    ours = pair.ours()
    ours.disconnect()
    assert ours._thread is not None
    ours._thread.join(30)
    assert not ours._thread.is_alive()


def test_13_a_large_message_is_read_in_linear_time_and_has_a_limit(pair: Pair) -> None:
    large = b"Event: Large\r\nA: " + b"a" * 1_000_000 + b"\r\n\r\n"
    heard = threading.Event()
    pair.package(timeout=60, on_event=lambda **_: heard.set())
    started = time.monotonic()
    pair.peer.link.send(large)
    assert heard.wait(100)
    theirs = time.monotonic() - started

    seen: list[Event] = []
    ours = pair.ours(seen.extend)
    took = []
    for number in range(1, 6):  # the quickest of some: a busy machine takes its time now and then
        started = time.monotonic()
        pair.peer.link.send(large)
        until(lambda number=number: len(seen) == number)
        took.append(time.monotonic() - started)
    assert min(took) < theirs / 3

    with suppress(OSError):
        pair.peer.link.send(b"Event: Endless\r\nA: ")
        for _ in range(50):
            pair.peer.link.send(b"a" * 200_000)
    assert ours.finished.wait(30)


def test_14_a_wrong_greeting_is_told_at_once() -> None:
    with Peer(greeting=b"SSH-2.0-OpenSSH_9.2\r\n") as peer:
        ends: list[object] = []
        theirs = AMIClient(
            "127.0.0.1", peer.port, timeout=0.2, on_disconnect=lambda *_, **__: ends.append(1)
        )
        assert theirs.login("gateway", SECRET).response is None
        assert ends == []
        theirs._socket.close()

        started = time.monotonic()
        with pytest.raises(AMIDisconnected):
            Connection(
                "127.0.0.1", peer.port, on_events=lambda _: None, connect_timeout=30
            ).connect()
        assert time.monotonic() - started < 15


def test_15_those_who_wait_hear_at_once_that_the_connection_ended(pair: Pair) -> None:
    pair.peer.mute.add("Originate")
    theirs = pair.package(timeout=0.4)
    started = time.monotonic()
    future = theirs.send_action(PackageAction("Originate"))
    pair.peer.link.close()
    assert future.response is None
    assert time.monotonic() - started > 0.35

    ours = pair.ours()
    threading.Timer(0.02, pair.peer.link.close).start()
    started = time.monotonic()
    with pytest.raises(AMIDisconnected):
        ours.call("Originate", timeout=30)
    assert time.monotonic() - started < 15


def test_16_an_action_can_be_asked_and_copied() -> None:
    theirs = PackageAction("Ping")
    with pytest.raises(KeyError):
        hasattr(theirs, "absent")
    with pytest.raises(RecursionError):
        copy.copy(theirs)

    ours = Action("Ping", {"A": "1"})
    assert not hasattr(ours, "absent")
    assert copy.copy(ours).keys == {"A": "1"}
    assert copy.deepcopy(ours).render() == ours.render()


def test_17_the_secret_is_neither_printed_nor_sent(pair: Pair) -> None:
    assert SECRET in str(LoginAction("gateway", SECRET))
    pair.package().login("gateway", SECRET)
    until(lambda: pair.peer.actions("Login"))
    assert SECRET.encode() in pair.peer.link.raw

    ours = pair.ours()
    ours.login("gateway", SECRET)
    assert SECRET.encode() not in pair.peer.link.raw
    assert "0700" not in f"{Action('Originate', {'CallerID': '0700'})}"


def test_18_lists_are_collected_and_ipv6_reached(pair: Pair) -> None:
    assert not hasattr(AMIClient, "call_list")
    with Peer(host="::1") as six:
        with pytest.raises(OSError, match="family"):
            AMIClient("::1", six.port).connect()
        ours = Connection("::1", six.port, on_events=lambda _: None)
        ours.connect()
        assert len(ours.call_list("CoreShowChannels")[1]) == 3
        ours.disconnect()


def test_19_a_connection_is_never_used_twice(pair: Pair) -> None:
    theirs = pair.package()
    old = theirs._thread
    theirs.connect()
    assert old.is_alive()  # two readers over one object's attributes
    assert theirs._thread is not old

    ours = pair.ours()
    with pytest.raises(RuntimeError):
        ours.connect()
    ours.disconnect()
    with pytest.raises(RuntimeError):
        ours.connect()


def test_20_no_defaults_are_shared() -> None:
    theirs = PackageEvent("A")
    theirs["x"] = "1"
    assert PackageEvent("B")["x"] == "1"
    PackageEvent("B").keys.clear()

    assert inspect.signature(Event).parameters["headers"].default is inspect.Parameter.empty
    headers: dict[str, Any] = {"A": "1"}
    Action("X", headers).keys["B"] = "2"
    assert headers == {"A": "1"}
    assert Action("X").keys is not Action("Y").keys


def test_the_package_s_listeners_are_refused_since_they_would_hear_nothing(pair: Pair) -> None:
    ours = pair.ours()
    with pytest.raises(TypeError):
        ours.add_listener(on_event=print)
    with pytest.raises(TypeError):
        ours.add_event_listener(print)
