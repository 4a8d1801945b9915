"""The service's figures of real calls, as a supervisor and Prometheus see them."""

import json
from typing import Any

import pytest

from callcenter.acd.nurse import NurseState
from callcenter.softphone.call import CallState
from tests.e2e.center import Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def swedish(center: Center) -> dict[str, Any]:
    rows: list[dict[str, Any]] = json.loads(
        center.callcenter("stats", "--json", "--by", "language")
    )
    return next(row for row in rows if row.get("language") == "sv")


def test_an_answered_call_is_in_the_figures(center: Center) -> None:
    before = swedish(center)
    nurse = center.on_duty("n001")
    caller, call = center.call("sv")
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state("n001", NurseState.TALKING)
    caller.hang_up()
    call.wait(CallState.ENDED, 30)
    center.until_state("n001", NurseState.READY)
    after = swedish(center)
    for name in ("queued", "answered", "answered_within", "talks", "wraps", "hand_overs"):
        assert after[name] == before[name] + 1, name
    assert after["service_level_1"] > 0
    assert 0 < after["occupancy"] <= 1
    assert after["inversions"] == 0
    for state in ("ringing", "talking", "wrap_up", "ready"):
        assert after["nurse_seconds"][state] > before["nurse_seconds"][state], state
    table = center.callcenter("stats", "--by", "language")
    for title in ("Answers", "Losses", "Nurses", "Offers"):
        assert title in table
    (counted,) = [
        tally.answered_within
        for tally in center.board.tallies
        if (tally.language, tally.priority_class) == ("sv", "public")
    ]
    line = f'callcenter_calls_answered_within_total{{class="public",language="sv"}} {counted}.0'
    until(
        lambda: line in center.metrics(center.leader()).splitlines(),
        30,
        "the metrics do not show the answer",
    )
