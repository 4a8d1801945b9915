"""A short storm: eight random kills under five calls a second. Fifty are in tests/chaos."""

from pathlib import Path

import pytest

from tests.e2e.storm import quick_center, weather

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def test_eight_random_kills_lose_nobody_and_double_nobody(tmp_path: Path) -> None:
    with quick_center(tmp_path) as center:
        weather(center, kills=8, seed=1177)
