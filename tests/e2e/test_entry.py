"""Who gets in, by which number, and who does not."""

import re

import pytest

from callcenter.acd.contact import ContactState
from callcenter.asterisk import config as asterisk_config
from callcenter.softphone.call import CallOver
from callcenter.softphone.phone import Account, CallState, Phone
from tests.e2e.center import CARRIER, Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.mark.parametrize("number", ["1177", "+46771117700", "46771117700", "0771117700"])
def test_every_spelling_of_the_number_arrives(center: Center, number: str) -> None:
    phone = center.caller()
    phone.dial(number).wait(CallState.UP, 30)
    until(center.contacts, 30, "the call has not arrived")
    assert center.contacts()[0].entry_point == "public"


@pytest.mark.parametrize(
    ("dialled", "entry", "priority", "language"),
    [
        ("+46846500411", "staff", "staff", "sv"),
        ("0846500414", "safety_alarm", "staff", "sv"),
        ("+46846500415", "finnish", "public", "fi"),
        ("+46846500416", "arabic", "public", "ar"),
        ("0046846500417", "somali", "public", "so"),
        ("+46846500418", "relay_text", "public", "sv"),
        ("texttelefoni", "relay_text", "public", "sv"),
        ("+46846500419", "relay_video", "public", "sv"),
        ("bildtelefoni", "relay_video", "public", "sv"),
    ],
)
def test_a_line_without_a_menu_is_reached_by_its_number_or_address_and_no_key(
    center: Center, dialled: str, entry: str, priority: str, language: str
) -> None:
    center.caller().dial(dialled).wait(CallState.UP, 30)
    until(
        lambda: center.contacts() and center.contacts()[0].queued is not None,
        60,
        "not in line",
    )
    (contact,) = center.contacts()
    assert (contact.entry_point, contact.priority_class) == (entry, priority)
    assert contact.language == language


@pytest.mark.parametrize(
    ("dialled", "key", "entry", "priority", "language"),
    [
        ("1177", "4", "public", "public", "ar"),
        ("+46846500410", "1", "child", "public", "sv"),
        ("0846500412", "3", "emergency", "emergency", "en"),
        ("+46846500413", "5", "emergency_south", "emergency", "so"),
    ],
)
def test_the_menu_of_an_entry_point_leads_into_its_own_line(
    center: Center, dialled: str, key: str, entry: str, priority: str, language: str
) -> None:
    phone = center.caller()
    phone.dial(dialled).wait_for_sound(30)
    phone.send_dtmf(key)
    until(
        lambda: center.contacts() and center.contacts()[0].queued is not None,
        60,
        "not in line",
    )
    (contact,) = center.contacts()
    assert (contact.entry_point, contact.priority_class) == (entry, priority)
    assert contact.language == language


def refused(phone: Phone, number: str) -> int | None:
    call = phone.dial(number)
    with pytest.raises(CallOver):
        call.wait(CallState.UP, 30)
    return call.sip_code


@pytest.mark.parametrize(
    "number",
    ["4711", "112", "s", "public", "relay_video", "cc-line", "n001", "*51", "h", "bildtelefonix"],
)
def test_an_unknown_number_gets_a_404_and_never_reaches_the_journal(
    center: Center, number: str
) -> None:
    before = center.position()
    assert refused(center.caller(), number) == 404
    assert not center.contacts()
    assert {type(event).__name__ for event in center.events(before)} <= {"GatewayAlive"}


@pytest.mark.parametrize("user", ["+46701740605", "n001", "trunk", "asterisk"])
def test_a_call_from_an_unknown_source_is_refused_and_never_reaches_the_journal(
    center: Center, user: str
) -> None:
    before = center.position()
    for address in ("127.0.0.3", "127.0.0.1"):
        with Phone(Account(user=user, server=center.server), address=address) as phone:
            assert refused(phone, "1177") in (401, 403)
    assert {type(event).__name__ for event in center.events(before)} <= {"GatewayAlive"}


def test_a_nurses_account_without_the_password_cannot_register_or_dial(center: Center) -> None:
    account = Account(user="n001", server=center.server, password="guessed")
    with Phone(account) as phone, pytest.raises(Exception, match=r"40[13]"):
        phone.register(30)
    assert not center.nurse("n001").reachable


def test_a_nurses_phone_reaches_feature_codes_and_nothing_else(center: Center) -> None:
    phone = center.phone("n001")
    for number in ("1177", "+46701740605", "cc-offer", "n002"):
        assert refused(phone, number) == 404


def test_a_caller_who_hides_the_number_is_served_and_nothing_of_it_is_kept(
    center: Center,
) -> None:
    with Phone(Account.anonymous(center.server), address=CARRIER) as phone:
        phone.dial("1177").wait_for_sound(30)
        phone.send_dtmf("1")
        until(lambda: center.contacts() and center.contacts()[0].queued, 30, "not in line")
        contact = center.contacts()[0]
        assert (contact.caller, contact.sealed) == (None, None)


def test_the_same_caller_is_recognised_and_the_number_is_sealed(center: Center) -> None:
    center.call("sv", number="+46701740605")
    center.call("sv", number="0701740605")
    first, second = center.contacts()
    assert first.caller == second.caller
    assert first.sealed is not None
    assert first.sealed != second.sealed


def test_every_application_and_function_of_the_dialplan_is_loaded(center: Center) -> None:
    """One that is not hangs the caller up, in the middle of the plan."""
    plan = (asterisk_config.etc(center.settings) / "extensions.conf").read_text()
    lines = [line.partition(";")[0] for line in plan.splitlines() if "=>" in line]
    applications = {
        re.search(r"(?:same =>|=> [^,]+,)\s*(?:\d+|n)(?:\(\w+\))?,(\w+)", line) for line in lines
    }
    names = {match[1] for match in applications if match}
    assert {"Dial", "Queue", "AGI", "StartMusicOnHold", "WaitExten"} <= names
    functions = {name for line in lines for name in re.findall(r"([A-Z_]{2,})\(", line)} - names
    assert {"FILTER", "GROUP_COUNT", "TIMEOUT"} <= functions
    for name in names:
        assert "application(s)" not in center.asterisk(f"core show application {name}"), name
    for name in functions:
        assert "No function" not in center.asterisk(f"core show function {name}"), name


def test_a_caller_waits_for_as_long_as_it_takes(center: Center) -> None:
    """Longer than one round of the holding loop."""
    _, call = center.call("sv")
    with pytest.raises(TimeoutError):
        call.wait(CallState.ENDED, 17)
    assert center.contacts()[0].state is ContactState.WAITING
