"""A manager that sends more than anybody wants, and in odd pieces; all over a real socket."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from callcenter.asterisk.ami import Connection, Credentials, Event, Supervisor
from callcenter.asterisk.ami.supervisor import Timing
from tests.wire.test_ami_peer import SECRET, Peer, until
from tests.wire.test_ami_supervisor import counter

RATE = 10_000
SECONDS = 3
# A fault in the dispatch must show as lost or doubled numbers, not as a time-out.
PATIENCE_S = 30
TIMING = Timing(first_delay=0.05, last_delay=0.1, ping=0.5, dead_after=10.0)


class Listener:
    """Counts what it is told; `gate` stops it, as a Redis that is away does."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.ups = 0
        self.settled = 0  # how often it has asked and was answered after `ups`
        self.downs = 0
        self.gate = threading.Event()
        self.gate.set()

    def on_up(self, connection: Connection, _epoch: int) -> None:
        self.ups += 1
        self.numbers.clear()
        assert connection.call("Ping", timeout=PATIENCE_S).ok
        self.settled += 1

    def on_events(self, events: list[Event]) -> None:
        self.gate.wait(PATIENCE_S)
        self.numbers += [int(event.get("Number")) for event in events if event.name == "Flood"]

    def on_down(self, _epoch: int) -> None:
        self.downs += 1


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def listener(peer: Peer) -> Iterator[Listener]:
    listener = Listener()
    credentials = Credentials(host="127.0.0.1", port=peer.port, username="gateway", secret=SECRET)
    supervisor = Supervisor(
        "reading", credentials, timing=TIMING,
        on_events=listener.on_events, on_up=listener.on_up, on_down=listener.on_down,
    )  # fmt: skip
    supervisor.start()
    until(lambda: listener.ups == 1)
    yield listener
    listener.gate.set()
    supervisor.stop()


def flood(peer: Peer, count: int) -> int:
    """Send `count` events, `RATE` a second; how many went out before it was cut."""
    link = peer.link
    started, sent = time.monotonic(), 0
    with suppress(OSError):
        for batch in range(0, count, 100):
            link.send(b"".join(event(number) for number in range(batch, batch + 100)))
            sent = batch + 100
            time.sleep(max(0.0, started + sent / RATE - time.monotonic()))
    return sent


def event(number: int) -> bytes:
    """About as large as Asterisk's, with a letter of four bytes."""
    return (
        f"Event: Flood\r\nNumber: {number}\r\nChannel: PJSIP/trunk-{number:08x}\r\n"
        f"CallerIDName: {'x' * 200} 😱\r\n\r\n"
    ).encode()


def test_ten_thousand_events_a_second_all_arrive_in_order(peer: Peer, listener: Listener) -> None:
    count = RATE * SECONDS
    assert flood(peer, count) == count
    until(lambda: len(listener.numbers) == count, PATIENCE_S)
    assert listener.numbers == list(range(count))
    assert (listener.ups, listener.downs, len(peer.links)) == (1, 0, 1)


def test_who_cannot_keep_up_drops_all_of_it_asks_anew_and_hears_what_is_new(
    peer: Peer, listener: Listener
) -> None:
    overflows = counter("overflows")
    listener.gate.clear()
    # 20,000 fit in the inbox; what is beyond is not kept anywhere.
    flood(peer, RATE * SECONDS * 2)
    until(lambda: counter("overflows") == overflows + 1, PATIENCE_S)
    listener.gate.set()
    until(lambda: listener.ups == 2, PATIENCE_S)
    assert listener.downs == 1
    peer.link.send(event(7))
    until(lambda: listener.numbers == [7], PATIENCE_S)
    assert counter("overflows") == overflows + 1  # one resync, no storm
    assert len(peer.links) == 2


def test_an_event_in_fifty_packets_is_the_same_event(peer: Peer, listener: Listener) -> None:
    whole = event(4711)
    size = -(-len(whole) // 50)
    for start in range(0, len(whole), size):
        peer.link.send(whole[start : start + size])
        time.sleep(0.002)  # a packet of its own
    until(lambda: listener.numbers == [4711])
    # Cut within the letter of four bytes, at each of its places, and within the line's end.
    for cut in range(len(whole) - 9, len(whole)):
        peer.link.send(whole[:cut])
        time.sleep(0.002)
        peer.link.send(whole[cut:])
    until(lambda: listener.numbers == [4711] * 10)
    assert listener.ups == 1


def test_a_list_of_five_megabytes_is_read_whole(peer: Peer) -> None:
    heard: list[str] = []
    connection = Connection(
        "127.0.0.1", peer.port, on_events=lambda events: heard.extend(e.get("X") for e in events)
    )
    connection.connect()
    connection.login("gateway", SECRET)
    rows = 5_000
    peer.mute.add("Many")

    def answer() -> None:
        until(lambda: peer.actions("Many"))
        (action_id,) = peer.actions("Many")[0]["ActionID"]
        head = f"Response: Success\r\nActionID: {action_id}\r\nEventList: start\r\n\r\n"
        row = f"Event: Row\r\nActionID: {action_id}\r\nX: {'å' * 500}\r\n\r\n"
        done = f"Event: Done\r\nActionID: {action_id}\r\nEventList: Complete\r\n\r\n"
        peer.link.send((head + row * rows + done).encode())

    threading.Thread(target=answer, daemon=True).start()
    response, events = connection.call_list("Many", timeout=PATIENCE_S)
    assert response.ok
    assert len(events) == rows + 1
    assert {event.get("X") for event in events[:-1]} == {"å" * 500}
    connection.disconnect()


def test_one_message_of_five_megabytes_costs_the_connection_and_no_more(
    peer: Peer, listener: Listener
) -> None:
    with suppress(OSError):
        peer.link.send(b"Event: Flood\r\nNumber: " + b"1" * (5 << 20) + b"\r\n\r\n")
    until(lambda: listener.ups == 2, PATIENCE_S)
    peer.link.send(event(7))
    until(lambda: listener.numbers == [7])


def test_a_connection_reset_amid_an_event_leaves_nothing_of_it(
    peer: Peer, listener: Listener
) -> None:
    until(lambda: listener.settled == 1)  # an answer behind half an event would be part of it
    peer.link.send(event(1) + event(2)[:40])
    until(lambda: listener.numbers == [1])
    started = time.monotonic()
    peer.link.close()
    until(lambda: listener.ups == 2)
    assert time.monotonic() - started < TIMING.dead_after  # a second is promised
    until(lambda: listener.settled == 2)
    peer.link.send(event(3)[40:] + event(4))
    until(lambda: 4 in listener.numbers)
    assert listener.numbers == [4]
