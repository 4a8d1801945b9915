"""A new version is put in, process by process: no caller is dropped, nothing is in doubt."""

import time
from collections import Counter

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CommandUnknown, NurseRang
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from callcenter.softphone.sipp import Scenario, SippRun
from tests.e2e.center import CARRIER, Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PROCESSES = ["router", "standby", "gateway", "ivr"]


def states(center: Center) -> list[ContactState]:
    return [contact.state for contact in center.contacts()]


@pytest.mark.parametrize("process", PROCESSES)
def test_callers_in_every_phase_live_through_the_restart_of_a_process(
    center: Center, process: str
) -> None:
    talks, rings = center.on_duty("n001"), center.phone("n008")
    calls = [center.call("sv", number="+46701740601")[1]]
    talks.wait_for_call(5)
    talks.answer()
    center.until_state("n001", NurseState.TALKING)
    calls.append(center.call("fi", number="+46701740602")[1])
    menu = center.caller("+46701740603")
    calls.append(menu.dial("1177").wait(CallState.UP))
    until(lambda: len(center.contacts()) == 3, 5, "the call has not arrived")
    rung = center.call("ar", number="+46701740604")[1]
    calls.append(rung)
    before = center.position()
    rings.dial("*51").wait(CallState.ENDED, 15)
    rings.wait_for_call(10)

    began = time.monotonic()
    center.control("restart", process)
    rings.answer()
    until(lambda: center.alive_again(process), 30, f"the {process} is not back")
    assert time.monotonic() - began < 30
    until(
        lambda: (
            "!AGI!" in center.asterisk("core show channels concise")
            or center.contacts()[2].queued is not None
        ),
        20,
        "the caller in the menu is left with music",
    )
    if process != "ivr":
        assert center.contacts()[2].queued is None, "the menu was cut short"
    for _ in range(5):
        if center.contacts()[2].queued is not None:
            break
        menu.send_dtmf("3")
        with_patience = time.monotonic() + 3
        while center.contacts()[2].queued is None and time.monotonic() < with_patience:
            time.sleep(0.1)  # she listens, and presses again
    assert center.contacts()[2].language == "en"
    center.until_state("n008", NurseState.TALKING, 10)
    talking, waiting = ContactState.TALKING, ContactState.WAITING
    assert states(center) == [talking, waiting, waiting, talking]
    assert [call.state for call in calls] == [CallState.UP] * 4
    assert not [e for e in center.events(before) if isinstance(e, CommandUnknown)]


def test_a_caller_who_comes_during_the_restart_of_the_ivr_chooses_her_language(
    center: Center,
) -> None:
    """Somebody listens to the menu, so that the old process has something to finish."""
    center.caller("+46701740601").dial("1177").wait(CallState.UP)
    until(lambda: "!AGI!" in center.asterisk("core show channels concise"), 5, "no menu")
    pid = center.pid("ivr")
    center.control("signal", "TERM", "ivr")
    phone = center.caller("+46701740602")
    phone.dial("1177").wait(CallState.UP)
    until(lambda: center.asterisk("core show channels concise").count("!AGI!") == 2, 25, "no menu")
    assert center.pid("ivr") != pid
    phone.send_dtmf("4")
    until(lambda: center.contacts()[1].queued, 15, "not in line")
    assert center.contacts()[1].language == "ar"


def test_nobody_is_dropped_and_no_command_is_in_doubt_under_load(center: Center) -> None:
    for name in ("n001", "n002", "n012"):
        center.on_duty(name).auto_answer(0.2, 1)
    before = center.position()
    scenario = Scenario(
        name="caller", rows=[("+46701740677", "1")], service="1177", calls=40, rate=2,
        hold_seconds=90, variables={"key_ms": 1_500}, seconds=100,
    )  # fmt: skip
    with SippRun(scenario, target=center.server, address=CARRIER) as run:
        for process in (*PROCESSES, "gateway", "gateway"):
            center.control("restart", process)
            until(lambda process=process: center.alive_again(process), 30, f"no {process}")  # type: ignore[misc]
        result = run.wait(110)
    assert (result.created, result.failed) == (40, 0)
    until(lambda: not center.contacts(), 10, "a call that is gone is still believed in")
    events = center.events(before)
    assert not [event for event in events if isinstance(event, CommandUnknown)]
    rung = Counter(event.offer for event in events if isinstance(event, NurseRang))
    assert set(rung.values()) == {1}
