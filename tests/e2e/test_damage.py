"""Something in Redis is not ours: the log names it, callers are served, and no process spins."""

import re
import time
from typing import Any

import pytest
from redis.exceptions import ResponseError

from callcenter.acd.contact import ContactState
from callcenter.acd.ids import entry_time
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.logs import Logs, metric

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OUT = "journal out of reach"


def spoil(center: Center, key: str) -> Any:
    """Put something of another type in the key's place; what puts the key back."""
    client, aside = center._client, "{e2e}:aside"
    kind = client.type(key)
    client.rename(key, aside)
    if kind == b"string":
        client.lpush(key, "rubbish")
    else:
        client.set(key, "rubbish")
    return lambda: client.rename(aside, key)


def put(center: Center, fields: dict[str, bytes]) -> Any:
    """Add an entry of ours to the journal, behind all that are there; its id."""
    for _ in range(1_000):  # until nobody has added one between the look and the deed
        now = entry_time(center._journal.newest(1)[0].id)
        try:
            return center._client.xadd("{e2e}:journal", fields, id=f"{now + 1}-*")
        except ResponseError as error:
            if "equal or smaller" not in str(error):
                raise
    raise AssertionError("somebody is always quicker")


@pytest.mark.parametrize("name", ["position", "lead", "clock", "decisions", "producers"])
def test_a_damaged_key_is_named_in_the_log_and_the_service_resumes_without_it(
    center: Center, name: str
) -> None:
    _, call = center.call("sv")
    (contact,) = center.contacts()
    key = f"{{e2e}}:{name}"
    logs = Logs(center)
    restore = spoil(center, key)
    began = time.monotonic()
    try:
        until(
            lambda: any(key in str(line.get("path")) for line in logs.said(OUT)),
            30,
            lambda: f"the key is not named: {logs.said(OUT)[-3:]}",
        )
    finally:
        restore()
    center.mark()
    until(lambda: center.alive_again("gateway"), 60, "the service does not resume")
    lasted = time.monotonic() - began
    assert len(logs.said(OUT)) <= 6 + 2 * lasted
    for process in ("router", "standby", "gateway", "ivr"):
        assert logs.starts(process) <= 1 + lasted
    until(lambda: center.contacts()[0].state is ContactState.WAITING, 60, "not in line")
    assert center.contacts()[0].arrived == contact.arrived
    center.on_duty("n001").wait_for_call(30)
    assert call.state is CallState.UP


def test_callers_are_not_left_alone_when_the_gateway_cannot_find_its_place(
    center: Center,
) -> None:
    """It is alive, and can carry out nothing: it must not say that all is well."""
    key = f"{{e2e}}:progress:{center.settings.node}"
    nurse = center.on_duty("n001")
    _, call = center.call("ar")
    (contact,) = center.contacts()
    logs = Logs(center)
    restore = spoil(center, key)
    try:
        center.kill("gateway")
        nurse.wait_for_call(90)
        nurse.answer()
        until(
            lambda: re.search(r"\s2\s+basic", center.asterisk("bridge show all")), 30, "no bridge"
        )
        assert any(key in str(line.get("path")) for line in logs.said(OUT, "gateway"))
    finally:
        restore()
    center.mark()
    until(lambda: center.alive_again("gateway"), 60, "the service does not resume")
    center.until_state("n001", NurseState.TALKING, 40)
    assert center.nurse("n001").contact == contact.id
    assert call.state is CallState.UP


def test_a_damaged_snapshot_is_put_aside_and_the_journal_folded_instead(center: Center) -> None:
    center.call("sv", number="+46701740601")
    center.call("sv", number="+46701740602")
    before = [(contact.id, contact.arrived) for contact in center.contacts()]
    logs = Logs(center)
    center._client.delete("{e2e}:snapshot")
    center._client.set("{e2e}:snapshot", "rubbish")
    center.kill("router", "standby")
    until(lambda: center.alive_again("router"), 60, "the service does not resume")
    until(lambda: logs.said("snapshot damaged: put aside"), 30, "unsaid")
    assert [(contact.id, contact.arrived) for contact in center.contacts()] == before
    nurse = center.on_duty("n001")
    nurse.wait_for_call(30)
    # Until then a command line that begins to follow may know nothing (a trimmed journal).
    until(lambda: center._client.exists("{e2e}:snapshot"), 90, "no new snapshot is written")


def test_rubbish_in_the_journal_is_quarantined_and_counted_and_everybody_is_served(
    center: Center,
) -> None:
    logs, counted = Logs(center), metric(center, "callcenter_entries_quarantined_total")
    rubbish = [{"e": b"\xff\x00"}, {"e": b""}, {"x": b"y"}, {"e": b'{"type":"call_queued.1"}'}]
    for fields in rubbish:
        put(center, fields)
    center.call("sv")
    nurse = center.on_duty("n001")
    nurse.wait_for_call(30)
    until(
        lambda: len(logs.said("entry quarantined")) == len(rubbish),
        30,
        lambda: f"{len(logs.said('entry quarantined'))} are said to be quarantined",
    )
    assert metric(center, "callcenter_entries_quarantined_total") == counted + len(rubbish)
    assert logs.starts("router") + logs.starts("standby") == 0
    assert "unreadable entry" in center.callcenter("watch", "--once")


def test_an_event_of_a_newer_version_stops_the_routers_aloud_and_callers_fall_back(
    center: Center,
) -> None:
    nurse = center.on_duty("n001")
    center.callcenter("nurse", "pause", "n001")
    until(lambda: "paused" in center.asterisk("queue show fallback"), 30, "not mirrored")
    _, call = center.call("sv")
    logs, began = Logs(center), time.monotonic()
    entry = put(center, {"e": b'{"type":"dance.9"}'})
    words = "the journal is of a newer version: this one decides nothing, upgrade it"
    try:
        until(lambda: logs.said(words, "router"), 30, "the router does not say why")
        until(lambda: logs.said(words, "standby"), 30, "the standby does not say why")
        nurse.dial("*51").wait(CallState.ENDED, 30)
        nurse.wait_for_call(90)
        nurse.answer()
        lasted = time.monotonic() - began
        assert logs.starts("router") + logs.starts("standby") <= 2 * (1 + lasted)
        assert logs.starts("gateway") == 0
    finally:
        center._client.xdel("{e2e}:journal", entry)
    center.mark()
    until(lambda: center.alive_again("router"), 60, "the service does not resume")
    center.until_state("n001", NurseState.TALKING, 40)
    assert call.state is CallState.UP
