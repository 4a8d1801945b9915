"""Fifty random kills under five calls a second; CHAOS_SEED repeats an earlier storm."""

import os
import random
from pathlib import Path

import pytest

from tests.e2e.storm import quick_center, weather

pytestmark = [pytest.mark.chaos, pytest.mark.e2e, pytest.mark.timeout(900)]


def test_fifty_random_kills_lose_nobody_and_double_nobody(tmp_path: Path) -> None:
    seed = int(os.environ.get("CHAOS_SEED") or random.randrange(1_000_000))
    with quick_center(tmp_path) as center:
        weather(center, kills=50, seed=seed)
