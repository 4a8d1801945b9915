"""Any M/M/n+M pool, simulated by the production ACD, agrees with mathematics.

Within the simulation's own confidence interval: from the scatter of its batches, by Student.
"""

import sys
from collections.abc import Sequence
from math import inf, sqrt
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyworkforce.queuing import ErlangC

from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End, Outcome
from tests.unit.simulate.pools import Pool, Stationary

BATCHES = 20
STUDENT = 4.19  # 19 degrees of freedom, 99.95 %: some fifty comparisons, none by mere chance


def simulated(pool: Pool) -> Outcome:
    return Engine(pool, Ours(looked_at=0), Part(0, pool.days, pool.warm_up)).run()


def by_batch(pool: Pool, outcome: Outcome, of: Sequence[float]) -> list[float]:
    """The mean of each batch."""
    batch = np.array(outcome.calls.at) * 1000 // pool.length
    values = np.array(of, dtype=float)
    return [float(values[batch == n].mean()) for n in range(pool.days)]


def agrees(found: list[float], expected: float, least: float) -> None:
    """`least`: what a batch scatters though none of its calls had to wait."""
    reach = STUDENT * stdev(found) / sqrt(len(found)) + least
    assert abs(fmean(found) - expected) <= reach, (fmean(found), expected, reach)


@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    nurses=st.integers(1, 40),
    load=st.floats(0.6, 1.4),
    talk=st.floats(20, 400),
    patience=st.floats(0.2, 4),
)
def test_any_pool_whose_callers_give_up_agrees_with_erlang_a(
    nurses: int, load: float, talk: float, patience: float
) -> None:
    rate = load * nurses / talk
    pool = Pool(nurses, rate, talk, patience * talk, batches=BATCHES)
    outcome = simulated(pool)
    expected = Stationary(nurses, rate, talk, patience * talk)
    waits = [wait / 1000 for wait in outcome.calls.wait]
    lost = [float(end == End.ABANDONED) for end in outcome.calls.end]
    agrees(by_batch(pool, outcome, waits), expected.mean_wait, 0.001 * talk)
    agrees(by_batch(pool, outcome, lost), expected.abandoned, 0.001)
    assert len(waits) > 9_000


@settings(
    max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(nurses=st.integers(2, 40), load=st.floats(0.5, 0.85), talk=st.floats(20, 400))
def test_any_pool_whose_callers_stay_agrees_with_pyworkforce(
    nurses: int, load: float, talk: float
) -> None:
    rate = load * nurses / talk
    pool = Pool(nurses, rate, talk, batches=BATCHES)
    outcome = simulated(pool)
    soon = talk / 10
    erlang = ErlangC(
        transactions=rate * 1800, aht=talk / 60, asa=soon / 60, interval=30, shrinkage=0
    )
    served = [float(wait / 1000 <= soon) for wait in outcome.calls.wait]
    at_once = [float(wait == 0) for wait in outcome.calls.wait]
    agrees(by_batch(pool, outcome, served), erlang.service_level(nurses), 0.001)
    agrees(by_batch(pool, outcome, at_once), 1 - erlang.waiting_probability(nurses), 0.001)


@pytest.mark.parametrize(("nurses", "load"), [(1, 0.5), (7, 0.8), (50, 0.95)])
def test_the_chain_is_erlang_c_where_nobody_gives_up(nurses: int, load: float) -> None:
    talk, rate = 60.0, load * nurses / 60
    erlang = ErlangC(transactions=rate * 1800, aht=1, asa=1, interval=30, shrinkage=0)
    waits = erlang.waiting_probability(nurses) * talk / (nurses - load * nurses)
    assert Stationary(nurses, rate, talk, inf).mean_wait == pytest.approx(waits)


def test_the_chain_gives_the_published_figures_of_erlang_a() -> None:
    """48 calls a minute of one minute each, patience two minutes, fifty nurses."""
    expected = Stationary(50, 48 / 60, 60, 120)
    assert expected.abandoned == pytest.approx(0.0309, abs=5e-5)
    assert expected.mean_wait == pytest.approx(3.71, abs=5e-3)
    assert expected.occupancy == pytest.approx(0.930, abs=5e-4)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="pyworkforce has Erlang A from 3.12 on")
@pytest.mark.parametrize(("nurses", "load"), [(1, 0.5), (7, 1.1), (50, 0.96)])
def test_the_chain_is_pyworkforces_erlang_a(nurses: int, load: float) -> None:
    from pyworkforce.queuing import ErlangA  # noqa: PLC0415  absent from older ones

    rate = load * nurses / 60
    erlang = ErlangA(
        transactions=rate * 1800, aht=1, asa=1 / 3, interval=30, shrinkage=0, patience=2
    )
    expected = Stationary(nurses, rate, 60, 120)
    assert erlang.abandonment_probability(nurses) == pytest.approx(expected.abandoned, abs=1e-6)
