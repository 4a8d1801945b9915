"""The link asks, hands on events, and notices when its process is gone."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from callcenter.softphone.event import Event
from callcenter.softphone.link import Link, LinkLost, Refused
from callcenter.softphone.netstring import Deframer, frame


class FakeBaresip:
    """Answers `good`, refuses `bad`, is silent to `mute`, and ends at `quit`."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        deframer = Deframer()
        with connection:
            while data := connection.recv(4096):
                for payload in deframer.feed(data):
                    said = json.loads(payload)
                    if said["command"] == "quit":
                        return
                    if said["command"] == "mute":
                        continue
                    event = {"event": True, "type": "CALL_RINGING", "id": "c1"}
                    reply = {
                        "response": True,
                        "ok": said["command"] == "good",
                        "data": f"call id: {said.get('params', '')}",
                        "token": said["token"],
                    }
                    for message in (event, reply):
                        connection.sendall(frame(json.dumps(message).encode()))

    def close(self) -> None:
        self.listener.close()
        self.thread.join(2.0)


class Ears:
    """Keeps what the link tells."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ticked = threading.Event()
        self.lost = threading.Event()

    def tick(self, now: float) -> None:
        self.ticked.set()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def link(ears: Ears) -> Iterator[Link]:
    fake = FakeBaresip()
    link = Link(fake.port, on_event=ears.events.append, on_tick=ears.tick, on_lost=ears.lost.set)
    yield link
    link.close()
    fake.close()


def test_a_question_gets_its_own_answer_and_events_come_first(link: Link, ears: Ears) -> None:
    assert link.ask("good", "c7").call_id == "c7"
    assert [event.type for event in ears.events] == ["CALL_RINGING"]


def test_what_baresip_cannot_do_is_refused_in_its_words(link: Link) -> None:
    with pytest.raises(Refused, match="bad: call id"):
        link.ask("bad")


def test_silence_is_a_lost_link(link: Link) -> None:
    with pytest.raises(LinkLost, match="no answer"):
        link.ask("mute", timeout=0.05)


def test_the_end_of_the_process_wakes_who_asks_and_is_told(link: Link, ears: Ears) -> None:
    with pytest.raises(LinkLost):
        link.ask("quit")
    assert ears.lost.wait(2.0)
    link.tell("good")  # nobody is there; that is no error
    link.close()


def test_it_ticks_while_nothing_is_said(link: Link, ears: Ears) -> None:
    assert ears.ticked.wait(2.0)


def test_nobody_listening_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    with pytest.raises(OSError, match="refused"):
        Link(port, on_event=print, on_tick=print, on_lost=print)
