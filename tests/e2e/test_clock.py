"""Clocks that step by an hour: the node's, by which the dead-man's switch goes, and Redis's."""

import time

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import ClockStepped
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

HOUR_S = 3_600


def states(center: Center) -> list[ContactState]:
    return [contact.state for contact in center.contacts()]


def test_a_sign_of_life_from_the_future_does_not_disarm_the_dead_mans_switch(
    center: Center,
) -> None:
    """The clock was set back, and then the gateway died: an hour of music was to come."""
    _, call = center.call("ar")
    (contact,) = center.contacts()
    center.control("stop", "gateway")
    try:
        center.asterisk(f"dialplan set global CC_ALIVE {int(time.time()) + HOUR_S}")
        until(
            lambda: "1." in center.asterisk("queue show fallback"), 90, "the caller is left alone"
        )
    finally:
        center.control("start", "gateway")
    until(lambda: states(center) == [ContactState.WAITING], 60, "not taken back")
    assert center.contacts()[0].arrived == contact.arrived
    nurse = center.on_duty("n009")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n009", NurseState.TALKING)
    assert call.state is CallState.UP


def test_callers_are_ours_again_and_in_order_after_the_nodes_clock_has_stepped(
    center: Center,
) -> None:
    """Everybody lives: what the callers fell for is put right by the next sign of life."""
    calls = [center.call("ar", number=f"+4670174060{n}")[1] for n in (1, 2)]
    ids = [contact.id for contact in center.contacts()]
    told = time.monotonic() + 60
    while states(center) != [ContactState.FALLBACK] * 2:
        assert time.monotonic() < told, "nobody sees the clock step"
        center.asterisk(f"dialplan set global CC_ALIVE {int(time.time()) + HOUR_S}")
    until(lambda: states(center) == [ContactState.WAITING] * 2, 60, "not taken back")
    nurse = center.on_duty("n009")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n009", NurseState.TALKING)
    assert center.nurse("n009").contact == ids[0]
    assert [call.state for call in calls] == [CallState.UP] * 2


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000], ids=["on", "back"])
def test_timers_and_the_order_of_the_line_hold_when_redis_clock_steps(
    center: Center, step_ms: int
) -> None:
    nurse = center.on_duty("n001")
    first, _ = center.call("sv", number="+46701740601")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    center.call("sv", number="+46701740602")
    before = center.position()

    # As if the wall clock were set by this much between two entries.
    wall = int(center._client.hget("{e2e}:clock", "wall"))
    center._client.hset("{e2e}:clock", "wall", wall - step_ms)
    until(
        lambda: any(isinstance(event, ClockStepped) for event in center.events(before)),
        30,
        "the step is not noted",
    )
    center.call("sv", number="+46701740603")
    old = [contact.id for contact in center.contacts()]
    first.hang_up()
    nurse.wait_for_call(30)  # the wrap-up has ended, by whatever clock
    nurse.answer()
    until(lambda: center.nurse("n001").contact == old[1], 30, "not the one who came first")
    center.until_state("n001", NurseState.TALKING)
    nurse.hang_up()
    nurse.wait_for_call(30)
    nurse.answer()
    until(lambda: center.nurse("n001").contact == old[2], 30, "the last one is not served")
    stepped = [event.by for event in center.events(before) if isinstance(event, ClockStepped)]
    assert len(stepped) == 1
    assert abs(stepped[0] - step_ms) < 60_000
