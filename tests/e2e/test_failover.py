"""Leader and standby: one of them decides, whatever is done to the other."""

import os
import signal
from collections.abc import Iterator

import pytest

from callcenter.acd.commands import RingNurse
from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import Offer
from callcenter.acd.events import NurseReady
from callcenter.acd.ids import NurseId, OfferId
from callcenter.acd.nurse import NurseState
from callcenter.journal.functions import Fenced
from callcenter.shard.shard import Outcome
from tests.e2e.center import Center, until
from tests.e2e.failover import NURSE, fail_over, rest
from tests.e2e.logs import Logs
from tests.e2e.scene import patient_center
from tests.e2e.witness import Witness

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

DEAD_AFTER_S = 15.0  # then callers go to the fallback queue


@pytest.fixture(scope="module")
def _patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """No phone rings out while a test looks at what was decided."""
    with patient_center(tmp_path_factory.mktemp("failover"), ring=60) as center:
        yield center


@pytest.fixture
def center(_patient: Center) -> Iterator[Center]:
    _patient.hang_up_all()
    yield _patient
    _patient.hang_up_all()


@pytest.fixture
def waiting(center: Center) -> Center:
    """A caller stands in line, and the only nurse takes no calls."""
    center.phone(NURSE)
    center.call("sv")
    rest(center)
    return center


def test_the_standby_commands_soon_after_the_leader_was_killed(waiting: Center) -> None:
    assert fail_over(waiting) < DEAD_AFTER_S  # promised are two; `make chaos` measures it


def test_a_leader_that_was_stopped_wakes_up_fenced_and_writes_nothing(waiting: Center) -> None:
    center = waiting
    until(lambda: center.has_standby, 30, "no standby")
    stopped, (token, pid) = center.leader(), center.lead()
    logs = Logs(center)
    with Witness(center) as witness:
        os.kill(pid, signal.SIGSTOP)
        try:
            # It waits for entries just now: this one it will fold when it wakes, and decide.
            center.tell(NurseReady(nurse=NURSE, actor="test"))
            center.until_state(NURSE, NurseState.RINGING, 30)
            later, owner = center.lead()
            assert (int(later), owner != pid) == (int(token) + 1, True)
            (waits,) = center.contacts()
            forged = Outcome(
                entry=center.position(),
                decisions=(Offer(offer=OfferId("1-1-1"), contact=waits.id, nurse=NurseId("n002")),),
                commands=(),
            )
            decided, told = center.decisions(), center.commands()
            with pytest.raises(Fenced):
                center.step(token, forged)
        finally:
            os.kill(pid, signal.SIGCONT)
        # Its write is refused, or the read in which it slept has timed out: it leads no more.
        until(
            lambda: (
                logs.said("fenced: another router leads", stopped)
                or logs.said("journal out of reach", stopped)
            ),
            30,
            lambda: f"the woken one still leads: {logs.lines(stopped)}",
        )
        until(lambda: center.has_standby, 30, "the woken one does not stand by")
        assert center.decisions() == decided
        assert center.commands() == told
        assert center.lead() == (later, owner)
        rings = [command for _, command in told if isinstance(command, RingNurse)]
        assert [ring.contact for ring in rings].count(waits.id) == 1
        leads = {name: "leads 1.0" in center.metrics(name) for name in ("router", "standby")}
        assert leads == {name: name != stopped for name in ("router", "standby")}
        assert witness.violations == []
    rest(center)
    until(lambda: center.contacts()[0].state is ContactState.WAITING, 30, "not in line again")
