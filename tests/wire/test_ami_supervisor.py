"""The supervisor against a manager that comes and goes."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from prometheus_client import REGISTRY

from callcenter.asterisk.ami import AMIDisconnected, Connection, Credentials, Event, Supervisor
from callcenter.asterisk.ami.supervisor import Timing
from tests.wire.test_ami_peer import SECRET, Peer, until

QUICK = Timing(first_delay=0.02, last_delay=0.05, refused_delay=3.0, ping=0.05, dead_after=2.0)


class Owner:
    """Handlers that write down what they are told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.ups = 0
        self.poison = ""
        self.gate = threading.Event()
        self.gate.set()
        self.largest = 0

    def on_up(self, connection: Connection, epoch: int) -> None:
        self.ups += 1
        self.told.append(f"up {epoch}")
        if self.poison == "up":
            self.poison = ""
            raise RuntimeError("resync failed")
        assert connection.call("Ping").ok

    def on_events(self, events: list[Event]) -> None:
        self.gate.wait(60)
        self.largest = max(self.largest, len(events))
        self.told += [event.name for event in events]
        if self.poison and self.poison in [event.name for event in events]:
            raise RuntimeError("handler failed")

    def on_down(self, epoch: int) -> None:
        self.told.append(f"down {epoch}")


class Rig:
    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.owner = Owner()
        self.made: list[Supervisor] = []

    def start(
        self, secret: str = SECRET, capacity: int = 20_000, await_boot: bool = True
    ) -> Supervisor:
        supervisor = Supervisor(
            "reading",
            Credentials(host="127.0.0.1", port=self.peer.port, username="gateway", secret=secret),
            on_events=self.owner.on_events,
            on_up=self.owner.on_up,
            on_down=self.owner.on_down,
            await_boot=await_boot,
            capacity=capacity,
            timing=QUICK,
        )
        self.made.append(supervisor)
        supervisor.start()
        return supervisor


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Peer() as peer:
        rig = Rig(peer)
        yield rig
        rig.owner.gate.set()
        for supervisor in rig.made:
            supervisor.stop()


def counter(name: str) -> float:
    return (
        REGISTRY.get_sample_value(f"callcenter_ami_{name}_total", {"connection": "reading"}) or 0.0
    )


def test_the_owner_hears_up_then_events_then_down_and_all_again_in_a_new_epoch(rig: Rig) -> None:
    reconnects = counter("reconnects")
    rig.start()
    until(lambda: rig.owner.ups)
    rig.peer.link.event("Newchannel")
    until(lambda: "Newchannel" in rig.owner.told)
    rig.peer.link.close()
    until(lambda: rig.owner.ups == 2)
    until(lambda: len(rig.owner.told) == 6)
    assert rig.owner.told == ["up 1", "FullyBooted", "Newchannel", "down 1", "up 2", "FullyBooted"]
    assert counter("reconnects") == reconnects + 1


def test_nothing_is_up_before_asterisk_has_booted_and_earlier_events_are_left_to_the_resync(
    rig: Rig,
) -> None:
    rig.peer.booted = False
    supervisor = rig.start()
    until(lambda: rig.peer.actions("Ping"))
    with pytest.raises(AMIDisconnected):
        supervisor.current()
    rig.peer.link.send(b"Event: Early\r\n\r\nEvent: FullyBooted\r\n\r\nEvent: Later\r\n\r\n")
    until(lambda: "Later" in rig.owner.told)
    assert rig.owner.told == ["up 1", "FullyBooted", "Later"]
    assert supervisor.current().call("Ping").ok


def test_the_acting_connection_does_not_wait_for_a_boot_event(rig: Rig) -> None:
    rig.peer.booted = False
    supervisor = rig.start(await_boot=False)
    until(lambda: rig.owner.ups)
    assert supervisor.current().call("Ping").ok


def test_a_manager_that_starts_late_is_found() -> None:
    with Peer() as gone:
        port = gone.port
        gone.close()
    up = threading.Event()
    supervisor = Supervisor(
        "acting",
        Credentials(host="127.0.0.1", port=port, username="gateway", secret=SECRET),
        on_up=lambda *_: up.set(),
        timing=QUICK,
    )
    supervisor.start()
    assert not up.wait(0.2)
    supervisor.stop()


def test_a_refused_login_is_not_tried_again_for_the_long_delay(rig: Rig) -> None:
    rig.start(secret="wrong")
    until(lambda: rig.peer.actions("Login"))
    time.sleep(0.5)  # ten times the usual delay
    assert len(rig.peer.actions("Login")) == 1
    until(lambda: len(rig.peer.actions("Login")) == 2)
    assert rig.owner.told == []


def test_a_peer_that_falls_silent_is_left_and_found_again(rig: Rig) -> None:
    rig.start()
    until(lambda: "FullyBooted" in rig.owner.told)
    rig.peer.mute.add("Ping")
    until(lambda: "down 1" in rig.owner.told)
    rig.peer.mute.clear()
    until(lambda: rig.owner.told.count("FullyBooted") >= 2)


def test_pings_keep_an_idle_connection_up(rig: Rig) -> None:
    rig.start()
    until(lambda: len(rig.peer.actions("Ping")) >= 60)  # for longer than a silent peer is borne
    assert len(rig.peer.links) == 1


def test_an_exception_of_a_handler_is_counted_and_the_next_events_come(rig: Rig) -> None:
    errors = counter("handler_errors")
    rig.owner.poison = "Poison"
    rig.start()
    until(lambda: rig.owner.ups)
    rig.peer.link.event("Poison")
    until(lambda: "Poison" in rig.owner.told)
    rig.peer.link.event("Hangup")
    until(lambda: "Hangup" in rig.owner.told)
    assert counter("handler_errors") == errors + 1
    assert len(rig.peer.links) == 1


def test_a_resync_that_fails_costs_the_connection_and_is_tried_anew(rig: Rig) -> None:
    rig.owner.poison = "up"
    rig.start()
    until(lambda: rig.owner.ups == 2)
    until(lambda: len(rig.owner.told) == 4)
    assert rig.owner.told == ["up 1", "down 1", "up 2", "FullyBooted"]


def test_an_overflow_drops_the_connection_and_the_old_events_and_resyncs(rig: Rig) -> None:
    overflows = counter("overflows")
    rig.start(capacity=50)
    until(lambda: "FullyBooted" in rig.owner.told)
    rig.owner.gate.clear()
    first = rig.peer.link
    with suppress(OSError):  # it is cut amid the flood
        for _ in range(10):
            first.send(b"Event: Flood\r\n\r\n" * 20)
            time.sleep(0.01)
    until(lambda: counter("overflows") == overflows + 1)
    rig.owner.gate.set()
    until(lambda: "up 2" in rig.owner.told)
    down = rig.owner.told.index("down 1")
    assert "Flood" not in rig.owner.told[down:]
    assert rig.owner.told[down + 1] == "up 2"
    assert rig.owner.told.count("Flood") < 200


def test_a_backlog_is_drained_in_batches_of_up_to_200(rig: Rig) -> None:
    events = counter("events")
    rig.start()
    until(lambda: "FullyBooted" in rig.owner.told)
    rig.owner.gate.clear()
    rig.peer.link.event("First")
    rig.peer.link.send(b"Event: E\r\n\r\n" * 1000)
    until(lambda: counter("events") == events + 1002)
    rig.owner.gate.set()
    until(lambda: rig.owner.told.count("E") == 1000)
    assert rig.owner.largest == 200


def test_stop_is_quick_and_nothing_is_told_after_it(rig: Rig) -> None:
    supervisor = rig.start()
    until(lambda: "FullyBooted" in rig.owner.told)
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 1
    told = list(rig.owner.told)
    time.sleep(0.1)
    assert rig.owner.told == told
    assert not [t for t in supervisor._threads if t.is_alive()]
    with pytest.raises(AMIDisconnected):
        supervisor.current()


def test_stop_is_quick_while_a_refused_login_is_waited_out(rig: Rig) -> None:
    supervisor = rig.start(secret="wrong")
    until(lambda: rig.peer.actions("Login"))
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 1


def test_a_handler_may_stop_the_supervisor(rig: Rig) -> None:
    stopped = threading.Event()
    supervisor: Supervisor

    def on_up(*_: object) -> None:
        supervisor.stop()
        stopped.set()

    supervisor = Supervisor(
        "reading",
        Credentials(host="127.0.0.1", port=rig.peer.port, username="gateway", secret=SECRET),
        on_up=on_up,
        timing=QUICK,
    )
    supervisor.start()
    assert stopped.wait(30)


def test_the_secret_is_not_in_print_nor_in_the_log(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.start(secret="wrong-secret")
    until(lambda: rig.peer.actions("Login"))
    time.sleep(0.5)  # what it says of the refusal, it says at once
    credentials = Credentials(host="h", port=1, username="u", secret="wrong-secret")
    assert "wrong-secret" not in f"{credentials} {credentials!r}"
    out, err = capsys.readouterr()
    assert "wrong-secret" not in out + err
    assert "login refused" in out + err
