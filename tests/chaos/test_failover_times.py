"""Twenty failovers, measured. The promise is two seconds from the kill to the next command."""

import statistics

import pytest

from tests.e2e.center import Center
from tests.e2e.failover import NURSE, fail_over, rest

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.timeout(600)]


def test_twenty_failovers_one_after_the_other(center: Center) -> None:
    center.phone(NURSE)
    center.call("sv")
    rest(center)
    seconds = [fail_over(center) for _ in range(20)]
    print(f"failover: p50 {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s")
    assert max(seconds) < 6
