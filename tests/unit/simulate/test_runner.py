"""The parts of a course, one after another or in processes, give one outcome."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.simulate.model import Caller
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import Outcome
from callcenter.simulate.runner import days, parts, run
from tests.unit.simulate.busy_days import BusyDays, rich_policy


def course(number: int, *, cut: int, warm_up: int = 0, rate: float = 60) -> BusyDays:
    found = BusyDays(rich_policy(), days=number, rate=rate)
    found.parts, found.warm_up = cut, warm_up
    return found


LONG = """\
title: It would take hours
starts: 2026-01-05
days: 3000
parts: 2
rules: {languages: [sv], target_seconds: 20}
demand: [{language: sv, per_day: 6000}]
talk: {mean_seconds: 60}
patience: {mean_seconds: 100}
staff: [{name: pool, languages: [sv], by_hour: [9, 9]}]
"""


class Killed(Ours):
    """As by an operating system that is out of memory."""

    def opens(self, policy: Policy, now: Millis) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Breaks(Ours):
    """Breaks with the first caller of day 1."""

    def comes(self, caller: Caller, now: Millis) -> None:
        if caller.number >= 11 * 100_000:
            raise RuntimeError("broken on purpose")
        super().comes(caller, now)


def figures(outcome: Outcome) -> dict[str, object]:
    found = dict(vars(outcome))
    found["took"] = outcome.took > 0
    found["calls"] = {name: list(column) for name, column in vars(outcome.calls).items()}
    return found


@pytest.mark.parametrize(("number", "cut"), [(1, 1), (7, 3), (3, 7), (365, 12), (10, 0)])
def test_the_parts_have_every_day_once(number: int, cut: int) -> None:
    found = parts(course(number, cut=cut, warm_up=2))
    covered = [day for part in found for day in range(part.first, part.last)]
    assert covered == list(range(number))
    assert len(found) == max(1, min(number, cut))
    lengths = [part.last - part.first for part in found]
    assert max(lengths) - min(lengths) <= 1
    assert {part.warm_up for part in found} == {2}


def test_parts_in_processes_give_the_same_as_one_after_another() -> None:
    several = course(3, cut=3, warm_up=1)
    told: list[int] = []
    alone: list[int] = []
    together = run(several, Ours, told.append, at_once=2)
    assert figures(together) == figures(run(several, Ours, alone.append, at_once=1))
    assert sum(told) == sum(alone) == days(several) == 6
    assert together.seconds == 3 * 86_400
    assert len(together.calls) > 500


def test_a_part_that_breaks_breaks_the_run() -> None:
    for at_once in (1, 2):
        with pytest.raises(RuntimeError, match="on purpose"):
            run(course(3, cut=3, rate=10), Breaks, at_once=at_once)


def test_a_part_whose_process_is_killed_ends_the_run_in_one_sentence() -> None:
    with pytest.raises(ChildProcessError, match="ended from outside"):
        run(course(2, cut=2, rate=10), Killed, at_once=2)


def test_a_run_that_is_killed_takes_its_processes_along(tmp_path: Path) -> None:
    """Though it has no moment left to tell them."""
    scenario = tmp_path / "long.yaml"
    scenario.write_text(LONG)
    command = [sys.executable, "-m", "callcenter", "simulate", str(scenario), "--at-once", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run_:
        children = until(lambda: len(found := below(run_.pid)) >= 3 and found)
        run_.kill()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def below(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def until(what: Callable[[], Any]) -> Any:
    """What is true at last."""
    for _ in range(600):
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("not within a minute")


def test_into_how_many_parts_a_course_is_cut_changes_no_call_that_comes() -> None:
    """Only at the seams may a wait differ: nurses of the warm-up stand in for the day before."""
    whole = run(course(2, cut=1), Ours, at_once=1)
    halves = run(course(2, cut=2), Ours, at_once=1)
    assert sorted(whole.calls.at) == sorted(halves.calls.at)
    assert whole.busy == halves.busy


def test_a_distribution_with_settings_is_made_in_each_part() -> None:
    looking = run(course(2, cut=2, rate=30), partial(Ours, looked_at=1), at_once=2)
    assert sum(found.asked for found in looking.estimates.values()) > 0
    blind = run(course(2, cut=2, rate=30), partial(Ours, looked_at=0), at_once=1)
    assert sum(found.asked for found in blind.estimates.values()) == 0
    assert list(looking.calls.wait) == list(blind.calls.wait)
