"""A new version is put in, process by process: no caller is dropped, nothing is in doubt."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CommandUnknown, NurseRang
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from callcenter.softphone.sipp import Scenario, SippRun
from tests.e2e.center import CARRIER, Center, until
from tests.e2e.scene import patient_center
from tests.e2e.witness import Witness

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

PROCESSES = ["router", "standby", "gateway", "ivr"]


@pytest.fixture(scope="module")
def _patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """A phone rings for longer than any restart lasts."""
    with patient_center(tmp_path_factory.mktemp("rolling"), ring=60) as center:
        yield center


@pytest.fixture
def center(_patient: Center) -> Iterator[Center]:
    _patient.hang_up_all()
    yield _patient
    _patient.hang_up_all()


def states(center: Center) -> list[ContactState]:
    return [contact.state for contact in center.contacts()]


def late(center: Center) -> bool:
    """Whether the menu has ended by itself, as it does after a little over 20 s without a key."""
    contact = center.contacts()[3]
    return contact.queued is not None and contact.queued - contact.arrived > 20_000


@pytest.mark.parametrize("process", PROCESSES)
def test_callers_in_every_phase_live_through_the_restart_of_a_process(
    center: Center, process: str
) -> None:
    talks, rings = center.on_duty("n001"), center.phone("n008")
    calls = [center.call("sv", number="+46701740601")[1]]
    talks.wait_for_call(30)
    talks.answer()
    center.until_state("n001", NurseState.TALKING)
    calls.append(center.call("fi", number="+46701740602")[1])
    calls.append(center.call("ar", number="+46701740603")[1])
    before = center.position()
    rings.dial("*51").wait(CallState.ENDED, 30)
    rings.wait_for_call(30)
    menu = center.caller("+46701740604")
    calls.append(menu.dial("1177").wait(CallState.UP, 30))
    until(lambda: len(center.contacts()) == 4, 30, "the call has not arrived")
    center.keep_asking_for_the_ivr()

    center.control("restart", process)
    rings.answer(30)
    until(lambda: center.alive_again(process), 60, f"the {process} is not back")
    until(
        lambda: center.in_menu() or center.contacts()[3].queued is not None,
        60,
        "the caller in the menu is left with music",
    )
    if process != "ivr":
        assert center.contacts()[3].queued is None or late(center), "the menu was cut short"
    for _ in range(10):
        if center.contacts()[3].queued is not None:
            break
        menu.send_dtmf("3")
        with_patience = time.monotonic() + 3
        while center.contacts()[3].queued is None and time.monotonic() < with_patience:
            time.sleep(0.1)  # she listens, and presses again
    # On a very busy machine the menu may be over before she presses.
    assert center.contacts()[3].language in (("en", "sv") if late(center) else ("en",))
    center.until_state("n008", NurseState.TALKING, 30)
    talking, waiting = ContactState.TALKING, ContactState.WAITING
    until(
        lambda: states(center) == [talking, waiting, talking, waiting],
        30,
        lambda: f"{states(center)}",
    )
    assert [call.state for call in calls] == [CallState.UP] * 4
    assert not [e for e in center.events(before) if isinstance(e, CommandUnknown)]


def test_a_caller_who_comes_during_the_restart_of_the_ivr_chooses_her_language(
    center: Center,
) -> None:
    """Somebody listens to the menu, so that the old process has something to finish."""
    center.caller("+46701740601").dial("1177").wait(CallState.UP, 30)
    until(center.in_menu, 30, "no menu")
    pid = center.pid("ivr")
    center.control("signal", "TERM", "ivr")
    until(lambda: not center.ivr_answers(), 30, "the old process takes callers still")
    phone = center.caller("+46701740602")
    phone.dial("1177").wait(CallState.UP, 30)
    center.keep_asking_for_the_ivr()
    until(lambda: center.pid("ivr") not in (0, None, pid), 60, "no other process")
    until(lambda: center.in_menu() == 2, 60, "no menu")
    phone.send_dtmf("4")
    until(lambda: center.contacts()[1].queued, 30, "not in line")
    assert center.contacts()[1].language == "ar"


def test_nobody_is_dropped_and_no_command_is_in_doubt_under_load(center: Center) -> None:
    for name in ("n001", "n002", "n012"):
        center.on_duty(name).auto_answer(0.2, 1)
    before = center.position()
    scenario = Scenario(
        name="caller", rows=[("+46701740677", "1")], service="1177", calls=40, rate=2,
        hold_seconds=150, variables={"key_ms": 1_500}, seconds=220,
    )  # fmt: skip
    with (
        center.silent_callers(),
        Witness(center) as witness,
        SippRun(scenario, target=center.server, address=CARRIER) as run,
    ):
        for process in (*PROCESSES, "gateway", "gateway"):
            center.control("restart", process)
            until(lambda process=process: center.alive_again(process), 60, f"no {process}")
        result = run.wait(240)
        assert (result.created, result.failed) == (40, 0)
        until(lambda: not center.contacts(), 30, "a call that is gone is still believed in")
        # Not by the journal: a short talk begins and ends while the gateway is away.
        assert len(witness.talked) == 40
        assert witness.violations == []
    events = center.events(before)
    assert not [event for event in events if isinstance(event, CommandUnknown)]
    rung = Counter(event.offer for event in events if isinstance(event, NurseRang))
    assert set(rung.values()) == {1}
