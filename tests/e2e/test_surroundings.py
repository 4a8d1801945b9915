"""Everything of ours dies at once under two hundred callers; and nobody at all is on duty."""

import time
from collections import Counter

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import Offer
from callcenter.acd.events import NursePaused, NurseSignedOut
from callcenter.acd.ids import EntryId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from callcenter.softphone.sipp import Scenario, SippRun
from tests.e2e.center import CARRIER, Center, until
from tests.e2e.logs import Logs, metric

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

MANY = 200


def crowd(calls: int, rate: float, key: str) -> Scenario:
    return Scenario(
        name="caller", rows=[("+46701740677", key)], service="1177", calls=calls, rate=rate,
        at_once=calls, hold_seconds=400, variables={"key_ms": 1_500}, seconds=420,
    )  # fmt: skip


def states(center: Center) -> list[ContactState]:
    return [contact.state for contact in center.contacts()]


def in_line(center: Center) -> int:
    return states(center).count(ContactState.WAITING)


def offered(center: Center, after: EntryId) -> list[str]:
    """Who was offered since, in the order of the decisions."""
    decisions = center._journal.decisions(after, center.position())
    return [d.contact for found in decisions.values() for d in found if isinstance(d, Offer)]


def test_two_hundred_callers_keep_their_order_when_all_of_ours_are_killed_at_once(
    center: Center,
) -> None:
    with (
        center.silent_callers(),
        SippRun(crowd(MANY, 20, "1"), target=center.server, address=CARRIER) as run,
    ):
        until(lambda: in_line(center) == MANY, 90, lambda: f"in line: {in_line(center)}")
        line = sorted(center.contacts(), key=lambda contact: contact.key)
        before = [(contact.id, contact.arrived, contact.queued) for contact in line]
        abandoned = center.tally("abandoned")
        killed = time.monotonic()
        center.kill("router", "standby", "gateway")
        until(lambda: center.alive_again("gateway"), 60, "not back")  # tests/chaos: 5 s
        print(f"back after {time.monotonic() - killed:.1f} s")
        # On a very busy machine some went to the fallback queue meanwhile; they come back.
        until(lambda: in_line(center) == MANY, 90, lambda: f"in line: {in_line(center)}")
        line = sorted(center.contacts(), key=lambda contact: contact.key)
        assert [(contact.id, contact.arrived, contact.queued) for contact in line] == before

        position = center.position()
        nurses = [center.on_duty_patiently(name) for name in ("n001", "n002", "n012")]
        for nurse in nurses:
            nurse.auto_answer(0.1, 0.5)
        until(lambda: len(offered(center, position)) >= 15, 60, "nobody is served")
        for name in ("n001", "n002", "n012"):
            center.tell(NursePaused(nurse=NurseId(name), reason="break", actor="test"))
        served = offered(center, position)
        assert served == [contact for contact, _, _ in before][: len(served)]
        # A ringing is withdrawn, a conversation ends by itself.
        until(
            lambda: set(states(center)) == {ContactState.WAITING},
            30,
            lambda: f"a talk does not end: {Counter(states(center))}",
        )
        # Everybody else is still there.
        until(
            lambda: center.callers_in_asterisk() == set(center.board.contacts),
            30,
            "Asterisk and we do not know the same callers",
        )
        assert MANY - 18 <= len(center.contacts()) <= MANY - 10
        assert center.tally("abandoned") == abandoned
        run.stop()  # they all hang up
    until(lambda: not center.contacts(), 30, "a call that is gone is still believed in")


def test_callers_stay_in_line_in_their_order_while_all_nurses_are_signed_out(
    center: Center,
) -> None:
    """Said once in the log, and shown by a metric, until somebody comes back."""
    abandoned = center.tally("abandoned")
    nurse = center.on_duty("n006")  # Finnish alone
    nurse.auto_answer(0.1, 0.3)
    logs = Logs(center)
    words = "callers wait and no nurse who can serve them is signed in"
    center.tell(NurseSignedOut(nurse=NurseId("n006"), actor="test"))
    center.until_state("n006", NurseState.SIGNED_OUT)
    with (
        center.silent_callers(),
        SippRun(crowd(10, 5, "2"), target=center.server, address=CARRIER) as run,
    ):
        until(lambda: in_line(center) == 10, 30, "not in line")
        order = [c.id for c in sorted(center.contacts(), key=lambda contact: contact.key)]
        until(lambda: logs.said(words, language="fi"), 30, "nobody is told")
        until(
            lambda: metric(center, 'callcenter_queue_calls_without_nurse{language="fi"}') == 10,
            30,
            "the metric does not show it",
        )
        until(
            lambda: metric(center, 'callcenter_queue_nurses_signed_in{language="fi"}') == 0,
            30,
            "the metric shows a nurse",
        )
        position = center.position()
        code = nurse.dial("*51")
        code.wait(CallState.ENDED, 30)
        until(lambda: len(offered(center, position)) >= 4, 40, "nobody is served")
        served = offered(center, position)
        assert served == order[: len(served)]
        until(lambda: logs.said("nobody waits without a nurse any more"), 30, "unsaid")
        assert len(logs.said(words)) == 1
        until(
            lambda: metric(center, 'callcenter_queue_calls_without_nurse{language="fi"}') == 0,
            30,
            "the metric does not fall",
        )
        nurse.auto_answer(None)
        assert center.tally("abandoned") == abandoned
        run.stop()


def test_who_came_stayed_or_left_while_all_of_ours_were_away_is_known_afterwards(
    center: Center,
) -> None:
    """The static queue holds them meanwhile."""
    left, gone = center.call("ar", number="+46701740601")
    _, stayed = center.call("ar", number="+46701740602")
    kept = center.contacts()[1]
    center.control("stop", "gateway", "ivr", "standby", "router")
    try:
        came = center.caller("+46701740603").dial("1177").wait(CallState.UP, 30)
        until(lambda: "3." in center.asterisk("queue show fallback"), 60, "not in the queue")
        left.hang_up()
        gone.wait(CallState.ENDED, 30)
    finally:
        center.control("start", "all")
    until(
        lambda: states(center) == [ContactState.WAITING] * 2 and center.contacts()[0].id == kept.id,
        60,
        "not taken back",
    )
    first, second = center.contacts()
    assert (first.id, first.arrived, first.language) == (kept.id, kept.arrived, "ar")
    assert second.language == "sv"  # nobody could ask her
    assert (stayed.state, came.state) == (CallState.UP, CallState.UP)
    nurse = center.on_duty("n008")  # both languages: the order decides
    nurse.wait_for_call(30)
    nurse.answer()
    assert center.until_state("n008", NurseState.TALKING).contact == first.id
