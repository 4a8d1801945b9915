"""The wire to Asterisk: it stands still, answers too late, or breaks between two bytes."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CommandUnknown, Connected, NurseRang, NurseReady
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import NurseState
from callcenter.settings import ROOT
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.logs import Logs, metric

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@contextmanager
def standing_still(center: Center) -> Iterator[None]:
    pid = center.living("asterisk")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_command_that_asterisk_answers_too_late_rings_nobody_twice_for_one_offer(
    center: Center,
) -> None:
    nurse = center.phone("n001")
    nurse.auto_answer(0.3)
    calls = [center.call("sv", number=f"+4670174060{n}")[1] for n in (1, 2)]
    ids = [contact.id for contact in center.contacts()]
    before, logs = center.position(), Logs(center)
    with standing_still(center):
        center.tell(NurseReady(nurse=NurseId("n001"), actor="test"))
        until(
            lambda: any(isinstance(e, CommandUnknown) for e in center.events(before)),
            30,
            "the command is not given up",
        )
        time.sleep(4)  # it stands still on, though the command is given up
    center.until_state("n001", NurseState.TALKING, 60)
    assert center.nurse("n001").contact == ids[0]
    until(lambda: center.contacts()[1].state is ContactState.WAITING, 60, "the second is lost")
    events = center.events(before)
    rung = Counter(event.offer for event in events if isinstance(event, NurseRang))
    assert set(rung.values()) == {1}
    connected = [event for event in events if isinstance(event, Connected)]
    assert [(event.contact, event.nurse) for event in connected] == [(ids[0], "n001")]
    assert [call.state for call in calls] == [CallState.UP] * 2
    assert logs.said("asterisk out of reach")


def test_a_silent_asterisk_is_noticed_and_not_stormed_and_all_is_right_when_it_wakes(
    center: Center,
) -> None:
    nurse = center.on_duty("n001")
    _, talk = center.call("sv", number="+46701740601")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    _, call = center.call("sv", number="+46701740602")
    before = [(contact.id, contact.arrived) for contact in center.contacts()]
    logs = Logs(center)
    tried = metric(center, "callcenter_ami_reconnects_total", "gateway")
    began = time.monotonic()
    with standing_still(center):
        # Promised: within a ping's interval and its patience, 15 s and one of 5 s.
        until(lambda: logs.said("ami down", "gateway", where="reading"), 45, "nobody notices")
        time.sleep(10)  # while it is tried again and again
        tries = metric(center, "callcenter_ami_reconnects_total", "gateway") - tried
        center.mark("asterisk")
    lasted = time.monotonic() - began
    assert 1 <= tries <= 2 * lasted  # two connections, each at most once a second and less
    until(lambda: center.alive_again("asterisk"), 60, "the service does not resume")
    until(
        lambda: (
            [c.state for c in center.contacts()] == [ContactState.TALKING, ContactState.WAITING]
        ),
        60,
        "not as before",
    )
    assert [(contact.id, contact.arrived) for contact in center.contacts()] == before
    assert (talk.state, call.state) == (CallState.UP, CallState.UP)
    nurse.hang_up()
    nurse.wait_for_call(30)
    nurse.answer()
    until(lambda: center.nurse("n001").contact == before[1][0], 30, "the second is not served")


class Proxy:
    """Stands between a gateway and Asterisk; resets both connections within an event."""

    def __init__(self, port: int, own: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", own))
        self._cut_in: tuple[bytes, int] | None = None
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, event: str, after: int) -> None:
        """At the next such event, `after` bytes of it get through, then a reset."""
        self._cut_in = f"Event: {event}\r\n".encode(), after

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, which would keep the port
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                theirs = socket.create_connection(("127.0.0.1", self._target))
                for pair in ((ours, theirs, False), (theirs, ours, True)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, events: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if events and self._cut_in is not None and self._cut_in[0] in data:
                    words, after = self._cut_in
                    self._cut_in = None
                    self.cuts += 1
                    sink.sendall(data[: data.index(words) + after])
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                # No linger: a reset, not an orderly end.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()


@contextmanager
def gateway_through(center: Center, proxy: Proxy) -> Iterator[None]:
    """The gateway's own program, which reaches Asterisk through `proxy`."""
    base = proxy.port - 38  # where a gateway looks for the AMI, see `Settings`
    environment = {**center.environment, "CALLCENTER_PORT_BASE": str(base)}
    center.control("stop", "gateway")
    center.mark("gateway")
    process = subprocess.Popen(
        [sys.executable, "-m", "callcenter", "run", "gateway"],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: center.alive_again("redis"), 60, "no gateway")
        yield
    finally:
        process.terminate()
        process.wait(30)
        center.control("start", "gateway")


@pytest.mark.parametrize("event", ["UserEvent", "BridgeEnter", "Hangup"])
def test_a_connection_that_breaks_within_an_event_loses_no_channel_and_leaves_none_over(
    center: Center, event: str
) -> None:
    # A gateway finds its other ports by the AMI's: all of them in the service's own block.
    proxy = Proxy(center.settings.ami_port, center.settings.ami_port + 5)
    try:
        with gateway_through(center, proxy):
            nurse = center.on_duty("n001")
            nurse.auto_answer(0.3)
            for after in (3, 60):
                proxy.cut(event, after)
                caller = center.caller()
                call = caller.dial("1177").wait(CallState.UP, 30)
                until(center.contacts, 30, "the call is not known")
                call.wait_for_sound(30)
                caller.send_dtmf("1")
                center.until_state("n001", NurseState.TALKING, 30)
                assert call.state is CallState.UP
                caller.hang_up()
                until(lambda: not center.contacts(), 30, "a phantom")
                center.until_state("n001", NurseState.READY, 30)
            assert proxy.cuts >= 2
            until(lambda: not center.callers_in_asterisk(), 30, "a channel is left over")
    finally:
        proxy.close()
