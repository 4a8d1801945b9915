"""Redis is away, full, slow or damaged: callers stay on the line, and nothing is lost.

Nobody on a caller's way asks Redis. When the journal stands still for 15 seconds, callers
go to the fallback queue; when it goes on, they are taken back into the line.
"""

import contextlib
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import RedisError

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CallArrived, CallQueued
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState, Phone
from callcenter.store import weaknesses
from tests.e2e.center import Center, until
from tests.e2e.logs import Logs, metric

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

OUT, IN = "journal out of reach", "journal in reach again"


def in_the_fallback_queue(center: Center) -> bool:
    return "1." in center.asterisk("queue show fallback")


def waiting(center: Center, count: int) -> bool:
    try:
        return [contact.state for contact in center.contacts()] == [ContactState.WAITING] * count
    except (AssertionError, RedisError):
        return False


def serve(center: Center, nurse: Phone, name: str) -> None:
    nurse.wait_for_call(30)
    nurse.answer()
    center.until_state(name, NurseState.TALKING, 30)


def test_our_redis_keeps_what_it_acknowledges(center: Center) -> None:
    assert weaknesses(center._client) == []


@pytest.mark.parametrize("away_s", [2, 20])
def test_callers_stay_and_keep_their_places_while_redis_is_away(
    center: Center, away_s: int
) -> None:
    calls = [center.call("sv", number=f"+4670174060{n}")[1] for n in (1, 2)]
    before = [(contact.id, contact.arrived) for contact in center.contacts()]
    logs = Logs(center)
    center.kill("redis")
    center.control("stop", "redis")
    time.sleep(away_s)  # people wait
    center.control("start", "redis")
    until(lambda: center.alive_again("gateway"), 60, "the service does not resume")
    # Nobody repeats the same line over and over.
    for process in ("router", "standby", "gateway"):
        until(lambda process=process: logs.said(OUT, process), 30, f"{process} says nothing")
        assert len(logs.said(OUT, process)) <= 8
        until(lambda process=process: logs.said(IN, process), 30, f"{process}: no end of it")
    until(lambda: waiting(center, 2), 60, "not in line again")
    assert [(contact.id, contact.arrived) for contact in center.contacts()] == before
    serve(center, center.on_duty("n001"), "n001")
    assert center.nurse("n001").contact == before[0][0]
    assert [call.state for call in calls] == [CallState.UP] * 2


@contextlib.contextmanager
def memory_full(center: Center) -> Iterator[None]:
    center._client.config_set("maxmemory", "1")
    try:
        yield
    finally:
        center._client.config_set("maxmemory", "0")


class FullDisk:
    """The file that Redis appends to cannot grow, however often Redis is started again."""

    def __init__(self, center: Center) -> None:
        self._home = center.settings.data / "redis"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._fill, daemon=True)

    def __enter__(self) -> "FullDisk":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._limit(resource.RLIM_INFINITY)

    def _fill(self) -> None:
        size = max(file.stat().st_size for file in (self._home / "appendonlydir").glob("*.aof"))
        while not self._over.wait(0.01):
            self._limit(size + 2_000)

    def _limit(self, size: int) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (folder / "cwd").readlink() == self._home:  # nobody else works there
                    limits = (size, resource.RLIM_INFINITY)
                    resource.prlimit(int(folder.name), resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("full", [memory_full, FullDisk], ids=["memory", "disk"])
def test_callers_are_served_by_the_fallback_queue_while_redis_is_full(
    center: Center, full: Callable[[Center], Any]
) -> None:
    """And all that was there before goes on when there is room again."""
    nurse = center.on_duty("n001")
    center.callcenter("nurse", "pause", "n001")
    until(lambda: "paused" in center.asterisk("queue show fallback"), 30, "not mirrored")
    first, call = center.call("sv", number="+46701740601")
    later = center.call("sv", number="+46701740602")[1]
    ids = [contact.id for contact in center.contacts()]
    logs = Logs(center)
    with full(center):
        nurse.dial("*51").wait(CallState.ENDED, 30)
        nurse.wait_for_call(90)
        nurse.answer()
        until(lambda: logs.said(OUT, "gateway"), 30, "not said")
        until(
            lambda: logs.said(OUT, "router") or logs.said(OUT, "standby"), 30, "no router says it"
        )
        assert len(logs.said(OUT)) < 60
        if full is memory_full:
            (line, *_) = logs.said(OUT, "gateway")
            assert line["reason"] == "out_of_memory"
            assert 'callcenter_journal_errors_total{reason="out_of_memory"}' in center.metrics(
                "gateway"
            )
            assert metric(center, "callcenter_journal_out_of_reach", "gateway") >= 1
    center.mark()
    until(lambda: center.alive_again("gateway"), 60, "the service does not resume")
    center.until_state("n001", NurseState.TALKING, 40)  # adopted
    assert center.nurse("n001").contact == ids[0]
    assert call.state is CallState.UP
    first.hang_up()
    serve(center, nurse, "n001")
    assert center.nurse("n001").contact == ids[1]
    assert later.state is CallState.UP
    until(
        lambda: metric(center, "callcenter_journal_out_of_reach", "gateway", "router") == 0,
        30,
        "the metric still says that the journal is out of reach",
    )


@pytest.mark.parametrize("pauses", [[200] * 40, [9_000]], ids=["200ms-again-and-again", "9s"])
def test_a_caller_is_answered_and_chooses_at_once_while_redis_is_slow(
    center: Center, pauses: list[int]
) -> None:
    nurse = center.on_duty("n008")
    nurse.auto_answer(0.2)
    before = center.position()
    over = threading.Event()

    def slow() -> None:
        for milliseconds in pauses:
            center._client.client_pause(milliseconds, all=True)
            over.wait(0.05)
        over.set()

    phone = center.caller("+46701740601")
    holding = threading.Thread(target=slow)
    holding.start()
    asked = time.monotonic()
    call = phone.dial("1177").wait(CallState.UP, 8)
    until(center.in_menu, 8, "no menu")
    if len(pauses) > 1:
        assert not over.is_set(), "Redis is not slow any more"
    else:
        assert time.monotonic() - asked < 9  # Redis may still be holding its breath
    phone.send_dtmf("4")
    until(lambda: not center.in_menu(), 30, "no choice")
    holding.join()
    center.until_state("n008", NurseState.TALKING, 30)
    assert call.state is CallState.UP
    events = center.events(before)
    counts = Counter(type(event).__name__ for event in events)
    assert sum(isinstance(event, CallArrived) for event in events) == 1
    assert sum(isinstance(event, CallQueued) for event in events) == 1
    assert counts["Connected"] == 1
    assert counts["NurseRang"] == 1
