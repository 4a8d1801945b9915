"""Bad peers of the running service: its manager connections cut, its FastAGI port misused."""

import os
import re
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.ids import NodeId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.evidence import Conversation, pids, sinks

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MARK = b"zqxjkvp"


def value(center: Center, process: str, name: str) -> float:
    """The sum of a metric's series."""
    found = re.findall(rf"(?m)^{name}(?:{{[^}}]*}})? (\S+)$", center.metrics(process))
    return sum(float(each) for each in found)


def kick(center: Center) -> int:
    """End every manager session from Asterisk's console; how many there were."""
    found = sessions(center)
    for descriptor in found:
        center.asterisk(f"manager kick session {descriptor}")
    return len(found)


def sessions(center: Center) -> list[str]:
    """The file descriptors of our manager sessions."""
    rows = [line.split() for line in center.asterisk("manager show connected").splitlines()]
    return [row[4] for row in rows if row[:1] in (["reading"], ["acting"])]


def test_the_manager_sessions_are_kicked_with_callers_in_every_phase(center: Center) -> None:
    talking = Conversation(center)
    running = pids(center)
    _, waiting = center.call("ar", number="+46701740602")
    leaver, _ = center.call("fi", number="+46701740603")
    rings = center.on_duty("n007")
    _, ringing = center.call("en", number="+46701740604")
    rings.wait_for_call(30)
    chooser = center.caller("+46701740605")
    choosing = chooser.dial("1177").wait(CallState.UP, 30)
    until(lambda: len(center.contacts()) == 5, 30, "not all have arrived")
    before = {c.id: (c.arrived, c.language, c.state) for c in center.contacts()}
    reconnects = value(center, "gateway", "callcenter_ami_reconnects_total")
    assert kick(center) >= 2  # ours, and whoever else looks on
    leaver.hang_up()  # told to nobody
    rings.answer()  # nor this
    until(
        lambda: value(center, "gateway", "callcenter_ami_reconnects_total") >= reconnects + 2,
        30,
        "no new connections",
    )
    until(lambda: len(center.contacts()) == 4, 30, "the missed hang-up was not found")
    until(lambda: center.nurse("n007").state is NurseState.TALKING, 30, "the missed answer")
    until(lambda: center.board.nodes[NodeId(center.settings.node)].present, 30, "it is not present")
    until(
        lambda: {c.id for c in center.contacts()} == center.callers_in_asterisk(),
        30,
        "Asterisk and we do not know the same callers",
    )
    after = {c.id: c for c in center.contacts()}
    assert set(after) < set(before)  # nobody is doubled, nobody is new
    for contact in after.values():
        arrived, language, state = before[contact.id]
        assert contact.arrived == arrived
        assert contact.language == language
        if state is not ContactState.OFFERED:
            assert contact.state is state
    assert [waiting.state, ringing.state, choosing.state] == [CallState.UP] * 3
    # And it works on: the menu, the line, the conversation.
    chooser.send_dtmf("4")
    until(lambda: len([c for c in center.contacts() if c.language == "ar"]) == 2, 30, "no menu")
    nurse = center.on_duty("n008")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n008", NurseState.TALKING)
    talking.goes_on()
    assert pids(center) == running


def test_sessions_that_are_kicked_again_and_again_come_back(center: Center) -> None:
    talking = Conversation(center)
    _, waiting = center.call("ar", number="+46701740602")
    ids = {contact.id for contact in center.contacts()}
    for _ in range(5):
        kick(center)
        time.sleep(0.7)  # amid the return
    until(lambda: len(sessions(center)) == 2, 30, "a connection does not come back")
    nurse = center.on_duty_patiently("n008")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n008", NurseState.TALKING, 30)
    assert {contact.id for contact in center.contacts()} == ids
    assert waiting.state is CallState.UP
    talking.goes_on()


HEADERS = b"agi_network: yes\nagi_request: agi://127.0.0.1/ivr/public\n"


def test_strangers_at_the_fastagi_port_do_not_touch_a_caller_in_the_menu(center: Center) -> None:
    running = pids(center)
    talking = Conversation(center)
    phone = center.caller("+46701740602")
    call = phone.dial("1177").wait(CallState.UP, 30)
    until(lambda: len(center.contacts()) == 2, 30, "not arrived")
    protocol = value(center, "ivr", "callcenter_agi_protocol_errors_total")
    sent: list[Callable[[], bytes]] = [
        lambda: os.urandom(4_000),
        lambda: b"GET /" + MARK + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda: b"\0" * 100_000 + b"\n\n",
        lambda: HEADERS + b"".join(b"agi_%d: x\n" % n for n in range(100_000)),
        lambda: b"agi_request: " + MARK * 20_000 + b"\n\n",
        lambda: HEADERS + b"\n",  # without our key
        lambda: HEADERS.replace(b"public", b"public?key=" + MARK) + b"\n",
        lambda: HEADERS.replace(b"ivr/public", b"../../etc/" + MARK) + b"\n\n200 result=1\n" * 50,
        lambda: b"agi_network: yes\nagi_callerid: " + MARK + b"\xff\nagi_callerid: x\n\n",
    ]
    with ExitStack() as stack:
        silent = [_connect(center, stack) for _ in range(100)]
        for make in sent:
            sock = _connect(center, stack)
            with suppress(OSError):  # it is cut amid the sending
                sock.sendall(make())
        # One byte at a time, for as long as the server bears it.
        dripping = _connect(center, stack)
        deadline = time.monotonic() + 30
        phone.send_dtmf("4")
        cut = False
        while not cut and time.monotonic() < deadline:
            try:
                dripping.sendall(b"a")
                time.sleep(0.5)  # as slowly as the peer that the server must not bear
            except OSError:
                cut = True
        assert cut, "a header block that drips is borne for ever"
        until(lambda: center.contacts()[1].language == "ar", 30, "the menu was disturbed")
        until(
            lambda: (
                value(center, "ivr", "callcenter_agi_protocol_errors_total")
                >= protocol + len(sent) + 1
            ),
            30,
            "not every stranger was counted",
        )
        for sock in silent:
            sock.settimeout(30)
            assert sock.recv(1) == b""
    assert call.state is CallState.UP
    talking.goes_on()
    assert pids(center) == running
    for sink, content in sinks(center).items():
        assert MARK not in content, f"{sink} quotes what came"
    log = (center.settings.run / "log" / "ivr.log").read_text()
    assert "agi peer dropped" in log


def test_strangers_at_the_manager_port_get_nothing_and_disturb_nobody(center: Center) -> None:
    talking = Conversation(center)
    with ExitStack() as stack:
        for number in range(15):
            sock = stack.enter_context(
                socket.create_connection(("127.0.0.1", center.settings.ami_port), timeout=30)
            )
            with suppress(OSError):
                sock.sendall((
                    b"Action: Login\r\nUsername: reading\r\nSecret: guess\r\n\r\n",
                    b"Action: Originate\r\nChannel: PJSIP/n001\r\nApplication: Echo\r\n\r\n",
                    os.urandom(3_000), b"A" * 100_000, b"\r\n" * 5_000,
                )[number % 5])  # fmt: skip
            sock.settimeout(1.0)
            heard = b""
            with suppress(OSError):
                while data := sock.recv(65_536):
                    heard += data
            assert b"Response: Success" not in heard
            assert b"Event: " not in heard
        _, waiting = center.call("ar", number="+46701740602")
        until(lambda: len(sessions(center)) == 2, 30, "more or less than our two sessions")
    assert waiting.state is CallState.UP
    talking.goes_on()


def _connect(center: Center, stack: ExitStack) -> socket.socket:
    return stack.enter_context(
        socket.create_connection(("127.0.0.1", center.settings.agi_port), timeout=30)
    )
