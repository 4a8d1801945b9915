"""Callers of an emergency department who are connected to the hospital's switchboard."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from callcenter.acd.events import CallQueued, CallTransferred
from callcenter.provision.programs import find
from callcenter.softphone.phone import Account, CallState, Phone
from tests.e2e.center import CARRIER, Center, until
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

DEPARTMENT, OUR_NUMBER = "+46846500412", "+46771117700"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((CARRIER, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def _center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("transfer")
    trunk = {"addresses": [CARRIER], "outbound": f"{CARRIER}:{free_port()}"}
    with Center(folder / "home", write(folder / "site.yaml", demo(trunk=trunk))) as center:
        yield center


@pytest.fixture
def center(_center: Center) -> Iterator[Center]:
    _center.hang_up_all()
    yield _center
    _center.hang_up_all()


@contextmanager
def switchboard(center: Center, folder: Path) -> Iterator[Path]:
    """Somebody who answers at the carrier's; what was said over SIP is in the file."""
    outbound = re.search(r"contact = sip:([0-9.]+):(\d+)", pjsip(center))
    assert outbound is not None
    messages = folder / "messages"
    program = find("sipp", center.settings)
    command = program.command(
        "-sn", "uas", "-i", outbound[1], "-p", outbound[2], "-nostdin",
        "-trace_msg", "-message_file", str(messages), "-message_overwrite", "true",
    )  # fmt: skip
    process = subprocess.Popen(
        command, cwd=folder, env=program.environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield messages
    finally:
        process.kill()
        process.wait()


def pjsip(center: Center) -> str:
    return (center.settings.run / "asterisk" / "etc" / "pjsip.conf").read_text()


def asks_for_it(phone: Phone) -> None:
    phone.dial(DEPARTMENT).wait_for_sound(30)
    phone.send_dtmf("9")


@pytest.mark.parametrize("hidden", [False, True])
def test_a_caller_is_connected_and_the_other_side_sees_our_number_and_not_the_callers(
    center: Center, tmp_path: Path, hidden: bool
) -> None:
    before = center.position()
    number = "+46701740605"
    account = (
        Account.anonymous(center.server) if hidden else Account(user=number, server=center.server)
    )
    with switchboard(center, tmp_path) as messages, Phone(account, address=CARRIER) as phone:
        asks_for_it(phone)
        until(
            lambda: "PJSIP/carrier-" in center.asterisk("core show channels concise"), 30, "no leg"
        )
        until(lambda: "ACK sip:" in messages.read_text(), 30, "not answered")
        assert phone.call is not None
        assert phone.call.state is CallState.UP
        said = messages.read_text()
        assert re.search(rf"^INVITE sip:\+46846500480@{CARRIER}", said, re.MULTILINE)
        callers = re.findall(r"^From: *(.*?);tag", said, re.MULTILINE)
        assert callers
        assert all(OUR_NUMBER in caller for caller in callers)
        assert number not in said
        assert [e.target for e in center.events(before) if isinstance(e, CallTransferred)] == [
            "switchboard"
        ]
        phone.hang_up()
        until(lambda: "BYE sip:" in messages.read_text(), 30, "the leg is left over")
    until(lambda: not center.contacts(), 30, "the contact is left over")
    assert not [e for e in center.events(before) if isinstance(e, CallQueued)]


def test_a_caller_whom_nobody_answers_there_stands_in_line(center: Center) -> None:
    """The carrier is not there at all."""
    nurse = center.on_duty("n001")
    center.callcenter("nurse", "pause", "n001")
    phone = center.caller()
    asks_for_it(phone)
    until(
        lambda: center.contacts() and center.contacts()[0].queued is not None,
        90,
        "left alone with a phone that nobody answers",
    )
    (contact,) = center.contacts()
    assert (contact.entry_point, contact.language) == ("emergency", "sv")
    center.callcenter("nurse", "ready", "n001")
    nurse.wait_for_call(30)
    assert phone.call is not None
    assert phone.call.state is CallState.UP


def test_nobody_comes_in_by_the_name_of_the_carrier(center: Center) -> None:
    for user in ("carrier", OUR_NUMBER):
        account = Account(user=user, server=center.server)
        with Phone(account, address="127.0.0.3") as phone:
            call = phone.dial("1177").wait(CallState.ENDED, 30)
            assert call.sip_code in (401, 403)
