"""The published cases give what is in print, within the scatter of a short run.

`make bench ONLY=published` runs them whole.
"""

from collections.abc import Callable
from math import sqrt
from statistics import fmean, stdev

import numpy as np
import pytest
from numpy.typing import NDArray

from callcenter.settings import ROOT
from callcenter.simulate.baseline.app_queue import AppQueue, Layout
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import Distribution
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End, Outcome
from callcenter.simulate.scenarios.load_scenario import load_scenario

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]
Of = Callable[[Outcome], np.ndarray]
STUDENT = 3.5  # 99.9 % for some hundred batches


def simulated(name: str, days: int, acd: Distribution) -> Outcome:
    course = load_scenario(ROOT / "ops" / "scenarios" / f"{name}.yaml")
    return Engine(course, acd, Part(0, days, 0)).run()


def agrees(
    outcome: Outcome, batch_s: int, of: Callable[[Outcome], np.ndarray], known: float
) -> None:
    """The mean over all calls, against the scatter of its batches (as a ratio of sums)."""
    batch = np.array(outcome.calls.at) // batch_s
    values = of(outcome).astype(float)
    numbers = np.unique(batch)
    calls = np.array([(batch == n).sum() for n in numbers])
    rest = np.array([values[batch == n].sum() for n in numbers]) - known * calls
    error = stdev(rest) / sqrt(len(rest)) / fmean(calls)
    assert error < 0.08 * known  # else the test would see nothing
    assert abs(fmean(rest) / fmean(calls)) < STUDENT * error


def waits(outcome: Outcome) -> NDArray[np.float64]:
    return np.array(outcome.calls.wait) / 1000


def soon(outcome: Outcome) -> NDArray[np.bool_]:
    return np.array(outcome.calls.wait) < 20_000


def lost(outcome: Outcome) -> NDArray[np.bool_]:
    given_up: NDArray[np.bool_] = np.array(outcome.calls.end) == End.ABANDONED
    return given_up


def test_the_day_of_the_ssj_tutorial_is_as_published() -> None:
    outcome = simulated("ssj", 80, Ours(looked_at=0))
    assert len(outcome.calls) == pytest.approx(80 * 1660, rel=0.02)
    agrees(outcome, 86_400, waits, 4.713)
    agrees(outcome, 86_400, soon, 0.925)
    agrees(outcome, 86_400, lost, 0.020)


def test_erlang_a_is_as_published() -> None:
    outcome = simulated("erlang_a", 2, Ours(looked_at=0))
    agrees(outcome, 1_800, waits, 3.71)
    agrees(outcome, 1_800, lost, 0.0309)
    assert sum(outcome.busy) / sum(outcome.on_duty) == pytest.approx(0.930, abs=0.005)


def test_a_scarce_language_idles_nobody_in_ours_and_many_where_penalties_stand_for_languages() -> (
    None
):
    ours = simulated("two_languages", 1, Ours())
    queues = simulated("two_languages", 1, AppQueue(Layout.QUEUES))
    penalties = simulated("two_languages", 1, AppQueue(Layout.PENALTIES))
    assert sum(ours.inversions.values()) == sum(ours.idle_while_eligible.values()) == 0
    assert sum(queues.inversions.values()) > 0
    idle = [sum(each.idle_while_eligible.values()) for each in (queues, penalties)]
    assert idle[1] > 10 * idle[0]
    swedish = [
        fmean(np.array(each.calls.wait)[np.array(each.calls.language) == 0])
        for each in (ours, penalties)
    ]
    assert swedish[1] > 3 * swedish[0]
