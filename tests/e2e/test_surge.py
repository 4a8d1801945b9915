"""More callers than can be served (fault 49): 503 before an answer, and counted; no other loss."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.acd.events import CallArrived, CallRefused
from callcenter.acd.nurse import NurseState
from callcenter.acd.policy import SurgeLevel
from callcenter.softphone.phone import CallState
from callcenter.softphone.sipp import Scenario, SippRun
from callcenter.softphone.sipp_result import SippResult
from tests.e2e.center import CARRIER, KEYS, Center, until
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MOST = 8
STAFF = "+46771117701"


@pytest.fixture(scope="module")
def _full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("surge")
    site = demo(
        most_callers=MOST,
        surge={
            "rises_after_seconds": 1,
            "falls_after_seconds": 2,
            "never_refused": ["staff"],
            "high": {"waiting": 3, "longest_seconds": 1800, "message": "surge-high"},
            "crisis": {"longest_seconds": 3600, "refuse_waiting": 4},
        },
    )
    site["classes"]["staff"] = {"target_seconds": 60}
    site["entry_points"]["care_staff"] = {"flow": "public", "class": "staff"}
    site["numbers"][STAFF] = "care_staff"
    center = Center(folder / "home", write(folder / "site.yaml", site))
    with center, center.silent_callers():
        yield center


@pytest.fixture
def full(_full: Center) -> Iterator[Center]:
    """At rest, and nobody has set a level."""
    _full.hang_up_all()
    yield _full
    _full.asterisk("channel request hangup all")  # a SIPp that is ended early sends no BYE
    _full.callcenter("surge", "auto")
    _full.hang_up_all()
    until(lambda: told(_full) == ("normal", "0"), 30, "the dialplan is not at rest")


def told(center: Center) -> tuple[str, str]:
    """What the dialplan knows of the surge."""
    shown = center.asterisk("dialplan show globals")
    level, refuse = (
        re.search(rf"^\s*{name}=(\S*)", shown, re.MULTILINE) for name in ("CC_SURGE", "CC_REFUSE")
    )
    return (level[1] if level else "", refuse[1] if refuse else "")


def burst(
    center: Center,
    calls: int,
    *,
    service: str = "1177",
    hold: float = 100,
    rate: float = 20,
    seconds: int = 200,
) -> SippRun:
    """So many callers who choose Swedish and then wait for so many seconds."""
    scenario = Scenario(
        name="caller",
        rows=[(f"+467017406{number:02}", KEYS["sv"]) for number in range(60)],
        service=service,
        calls=calls,
        rate=rate,
        hold_seconds=hold,
        variables={"key_ms": 1_000},
        seconds=seconds,
    )
    return SippRun(scenario, target=center.server, address=CARRIER)


def one(center: Center, service: str = "1177") -> SippResult:
    """One caller, who hangs up soon."""
    with burst(center, 1, service=service, hold=0.2, seconds=30) as run:
        return run.wait()


def in_line(center: Center, count: int) -> None:
    until(
        lambda: sum(contact.queued is not None for contact in center.contacts()) >= count,
        60,
        lambda: f"{len(center.contacts())} contacts, not {count} in line",
    )


def refusals(center: Center, before: int = 0) -> int:
    return center.tally("refused") - before


def rss_kb(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


def test_a_burst_over_the_cap_gets_503_before_an_answer_and_those_within_are_served(
    full: Center,
) -> None:
    before, place = refusals(full), full.position()
    with burst(full, 20) as run:
        in_line(full, MOST)
        until(lambda: refusals(full, before) == 20 - MOST, 30, "the refused are not counted")
        until(lambda: len(full.callers_in_asterisk()) == MOST, 30, "refused calls are left over")
        assert one(full, STAFF).successful == 1  # the class that is never refused
        phone = full.on_duty("n001")
        phone.wait_for_call(30)
        phone.answer()
        full.until_state("n001", NurseState.TALKING)
        result = run.wait()

    assert (result.successful, result.codes) == (MOST, {503: 20 - MOST})
    # An answer is the only 200 to an INVITE that measures a time.
    assert len(result.answer_ms) == MOST
    events = full.events(place)
    assert sum(isinstance(event, CallArrived) for event in events) == MOST + 1
    assert {
        (event.entry_point, event.priority_class, event.reason)
        for event in events
        if isinstance(event, CallRefused)
    } == {("public", "public", "capacity")}


def test_hundreds_of_refused_calls_leave_nothing_behind(full: Center) -> None:
    before = refusals(full)
    processes = ("asterisk", "gateway", "router")
    with burst(full, MOST, hold=150):
        in_line(full, MOST)
        with burst(full, 600, rate=100) as warm:  # as many at one time, and as many threads
            warm.wait()
        at_first = {name: rss_kb(full.pid(name)) for name in processes}
        with burst(full, 600, rate=100) as run:
            result = run.wait()
        assert result.codes == {503: 600}
        until(lambda: refusals(full, before) == 1_200, 30, "the refused are not counted")
        until(lambda: len(full.callers_in_asterisk()) == MOST, 30, "refused calls are left over")
        assert len(full.board.contacts) == MOST
        for name in processes:
            assert rss_kb(full.pid(name)) - at_first[name] < 30_000, name


def test_a_rule_raises_the_level_and_lets_it_fall_and_the_dialplan_knows(full: Center) -> None:
    with burst(full, 3) as run:
        in_line(full, 3)
        until(lambda: told(full) == ("high", "0"), 30, "the dialplan does not know of it")
        assert full.board.surge.level is SurgeLevel.HIGH
        run.stop()
    until(lambda: told(full) == ("normal", "0"), 30, "the level does not fall")


def test_a_supervisors_crisis_refuses_newcomers_but_for_the_class_that_never_is(
    full: Center,
) -> None:
    before = refusals(full)
    assert "crisis, by hand" in full.callcenter("surge", "set", "crisis", "--why", "flood")
    until(lambda: told(full) == ("crisis", "0"), 30, "the dialplan does not know of it")
    assert one(full).successful == 1  # a crisis alone refuses nobody
    with burst(full, 4, hold=150):
        in_line(full, 4)
        until(lambda: told(full) == ("crisis", "1"), 30, "newcomers are not refused")
        assert one(full).codes == {503: 1}
        assert one(full, STAFF).successful == 1
        until(lambda: refusals(full, before) == 1, 30, "the refusal is not counted")
        assert "refused before they are answered" in full.callcenter("surge", "show")

        full.callcenter("surge", "set", "normal", "--why", "over")
        until(lambda: told(full) == ("normal", "0"), 30, "newcomers are refused still")
        assert one(full).successful == 1


def test_an_asterisk_that_starts_again_is_told_again(full: Center) -> None:
    full.callcenter("surge", "set", "crisis", "--why", "flood")
    until(lambda: told(full) == ("crisis", "0"), 30, "the dialplan does not know of it")
    full.kill("asterisk")
    until(lambda: full.processes()["asterisk"][0] == "RUNNING", 30, "Asterisk is not back")
    until(lambda: told(full) == ("crisis", "0"), 60, "the dialplan is not told again")


def test_whoever_refused_newcomers_and_died_refuses_them_no_longer(full: Center) -> None:
    full.callcenter("surge", "set", "crisis", "--why", "flood")
    with burst(full, 4, hold=150):
        in_line(full, 4)
        until(lambda: told(full) == ("crisis", "1"), 30, "newcomers are not refused")
        full.control("stop", "gateway")
        try:
            assert one(full).codes == {503: 1}
            until(lambda: one(full).successful == 1, 90, "newcomers are refused for ever")
            assert told(full) == ("crisis", "1")
        finally:
            full.control("start", "gateway")
        until(lambda: full.alive_again("gateway"), 60, "the gateway is not back")


def test_a_caller_within_the_cap_who_leaves_makes_room_for_the_next(full: Center) -> None:
    with burst(full, MOST) as run:
        in_line(full, MOST)
        assert one(full).codes == {503: 1}
        run.stop()  # they all hang up
    until(lambda: not full.callers_in_asterisk(), 30, "Asterisk keeps a caller")
    phone = full.caller("+46701740699")
    phone.dial("1177").wait(CallState.UP, 30)


def playing(center: Center) -> str:
    """What the only caller's channel does just now."""
    return center.asterisk("core show channels concise")


def test_a_caller_in_line_hears_of_the_surge_once_and_is_answered_in_the_middle_of_it(
    full: Center,
) -> None:
    """It is said in the second visit, a minute after the first."""
    full.callcenter("surge", "set", "high", "--why", "test")
    until(lambda: told(full) == ("high", "0"), 30, "the dialplan does not know")
    full.call("en")
    until(lambda: "/en/surge-high" in playing(full), 150, "the message is not played")
    phone = full.on_duty("n007")
    phone.wait_for_call(30)
    phone.answer()
    full.until_state("n007", NurseState.TALKING)


def test_a_caller_with_whom_nobody_can_speak_hears_of_the_surge_from_the_dialplan(
    full: Center,
) -> None:
    full.callcenter("surge", "set", "high", "--why", "test")
    until(lambda: told(full) == ("high", "0"), 30, "the dialplan does not know")
    full.control("stop", "ivr")
    try:
        full.caller().dial("+46846500415").wait(CallState.UP, 30)
        until(lambda: "/fi/surge-high" in playing(full), 90, "the message is not played")
    finally:
        full.control("start", "ivr")
