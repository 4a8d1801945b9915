"""Failover: how long nobody decides after the leading router was killed."""

import os
import signal
import time

from callcenter.acd.commands import RingNurse
from callcenter.acd.events import NursePaused, NurseReady
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import NurseState
from tests.e2e.center import Center, until

NURSE = NurseId("n001")


def rest(center: Center) -> None:
    """The nurse takes no calls, and the caller stands in line again."""
    center.tell(NursePaused(nurse=NURSE, reason="break", actor="test"))
    center.until_state(NURSE, NurseState.NOT_READY)


def fail_over(center: Center) -> float:
    """Seconds from kill -9 of the leader to the new leader's first command.

    A caller must stand in line and the nurse be at rest; she becomes ready the moment after
    the kill, so that a command is due. Afterwards all is as before.
    """
    until(lambda: center.has_standby, 30, "no standby")
    _, pid = center.lead()
    place = ([place for place, _ in center.commands()] or ["0-0"])[-1]
    killed_at = time.time()
    os.kill(pid, signal.SIGKILL)
    center.append(NurseReady(nurse=NURSE, actor="test"))

    def rung() -> list[str]:
        return [at for at, told in center.commands(place) if isinstance(told, RingNurse)]

    until(rung, 30, "nobody decides")
    # Redis stamps a command with the wall clock, which is the test's own.
    first = next(at for at, _ in center.commands(place))
    seconds = int(first.partition("-")[0]) / 1000 - killed_at
    center.until_state(NURSE, NurseState.RINGING)
    rest(center)
    return seconds
