"""The half-hours of a course are Stockholm's, before and after its clock changes."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from callcenter.simulate.local_clock import clock_of
from callcenter.simulate.recordings.recording import Recording
from tests.unit.simulate.recordings.recorded import Journalled
from tests.unit.simulate.scenarios.scenario_yaml import loaded

DAY = 86_400


@pytest.mark.parametrize(
    ("starts", "hours", "half_hours"),
    [
        ("2026-10-24", (0, 2, 2.5, 3, 3.5, 4), (0, 4, 5, 4, 5, 6)),  # two to three comes twice
        ("2026-03-28", (0, 1, 1.5, 2, 2.5, 3), (0, 2, 3, 6, 7, 8)),  # or not at all
    ],
)
def test_the_day_of_a_clock_change_keeps_to_the_clock(
    tmp_path: Path, starts: str, hours: tuple[float, ...], half_hours: tuple[int, ...]
) -> None:
    course = loaded(tmp_path, ("starts: 2026-03-23", f"starts: {starts}"))
    clock = clock_of(course)
    seconds = [round(DAY + hour * 3600) for hour in hours]
    assert clock.half_hours(np.array([0, 1800, DAY - 1])).tolist() == [0, 1, 47]
    assert clock.half_hours(np.array(seconds)).tolist() == list(half_hours)
    length = course.midnight(2) - course.midnight(1)
    assert clock.half_hours(np.array([DAY + length // 1000])).tolist() == [0]


def test_a_recording_that_ends_before_the_change_has_none() -> None:
    world = Journalled()
    world.now = 1_792_879_200_000 + 3_600_000  # 2026-10-25 01:00 in Stockholm
    world.queues("c1")
    world.hangs_up("c1")
    recording = Recording(world.extract(), first=date(2026, 10, 25))
    assert clock_of(recording).half_hours(np.array([3600])).tolist() == [2]
