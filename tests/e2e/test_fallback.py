"""The dead-man's switch: Asterisk alone goes on serving, whichever part of us is dead.

Each dead part is tested with a caller who was in line already and one who comes later;
both must hear the notice and be put through, the older one first.
"""

import re
import time

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@pytest.mark.parametrize("dead", ["router standby", "redis", "gateway", "redis router ivr gateway"])
def test_callers_reach_a_nurse_though_we_are_dead(center: Center, dead: str) -> None:
    parts = dead.split()
    nurse = center.on_duty("n001")
    center.callcenter("nurse", "pause", "n001")  # so that the first caller waits in our line
    until(lambda: "paused" in center.asterisk("queue show fallback"), 30, "not mirrored")
    old, waiting = center.call("sv", number="+46701740601")
    # The fallback queue knows whole seconds alone (QUEUE_PRIO): who comes later, comes in another.
    second = int(time.time())
    until(lambda: int(time.time()) > second, 30, "the clock stands still")
    center.control("stop", *(["standby"] if "router" in parts else []), *parts)
    try:
        new = center.caller("+46701740602")
        later = new.dial("1177").wait(CallState.UP, 30)
        if "ivr" not in parts:
            later.wait_for_sound(30)
            new.send_dtmf("1")
        # *51 works by the dialplan alone: she is ready in the fallback queue.
        confirmed = nurse.dial("*51").wait(CallState.UP, 30)
        confirmed.wait(CallState.ENDED, 30)
        assert "paused" not in center.asterisk("queue show fallback")

        nurse.wait_for_call(90)
        nurse.answer()
        until(lambda: _bridged(center) == 1, 30, "nobody is put through")
        old.hang_up()
        waiting.wait(CallState.ENDED, 30)
        nurse.wait_for_call(90)
        nurse.answer()
        until(lambda: _bridged(center) == 1, 30, "the later caller is not put through")
        assert later.state is CallState.UP  # it was the old one whom she had first
    finally:
        new.hang_up()
        center.control("start", "all")
    until(lambda: not center.contacts(), 30, "a call that ended meanwhile is still believed in")
    # She dialled *51, whoever of us could hear it then.
    center.until_state("n001", NurseState.READY, 30)


def test_callers_in_the_fallback_queue_are_ours_again_when_the_service_lives(
    center: Center,
) -> None:
    """In the order of their arrival, with their languages."""
    center.call("ar", number="+46701740601")
    center.call("ar", number="+46701740602")
    ids = [contact.id for contact in center.contacts()]
    center.control("stop", "standby", "router")
    until(
        lambda: "2 Callers" in _waiting(center) or "2." in _waiting(center), 90, "not in the queue"
    )
    center.control("start", "all")
    until(
        lambda: [c.state for c in center.contacts()] == [ContactState.WAITING] * 2,
        60,
        "not taken back",
    )
    assert [contact.id for contact in center.contacts()] == ids
    nurse = center.on_duty("n009")  # Arabic and English, no Swedish
    nurse.wait_for_call(30)
    nurse.answer()
    assert center.until_state("n009", NurseState.TALKING).contact == ids[0]


def _waiting(center: Center) -> str:
    return center.asterisk("queue show fallback")


def _bridged(center: Center) -> int:
    """How many bridges hold two channels."""
    return len(re.findall(r"\s2\s+basic", center.asterisk("bridge show all")))
