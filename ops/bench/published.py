"""The published cases: what is known of them, and what the simulator finds.

SSJ's tutorial and Erlang A have figures in print; of two languages of which one is scarce the
table says what a model of `app_queue`'s rules makes of the same callers.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from callcenter.simulate.baseline.app_queue import AppQueue, Layout
from callcenter.simulate.local_clock import clock_of
from callcenter.simulate.model import Distribution
from callcenter.simulate.ours import Ours
from callcenter.simulate.runner import run
from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.summary import Summary, summarise

_FOLDER = Path(__file__).parent.parent / "scenarios"
_SYSTEMS: Final[dict[str, Callable[[], Distribution]]] = {
    "": Ours,
    "app_queue_queues_": partial(AppQueue, Layout.QUEUES),
    "app_queue_penalties_": partial(AppQueue, Layout.PENALTIES),
}


def measure() -> dict[str, float | None]:
    """Some minutes: seven million calls."""
    found: dict[str, float | None] = {}
    for name in ("ssj", "erlang_a"):
        summary = _simulated(name, "")
        found |= {
            f"{name}_mean_wait_s": summary.overall.mean_wait_s,
            f"{name}_served_within_20s": summary.overall.served_within_20s,
            f"{name}_abandoned": summary.overall.abandoned,
            f"{name}_occupancy": summary.occupancy,
        }
    for prefix in _SYSTEMS:
        summary = _simulated("two_languages", prefix)
        for tag, figures in summary.by_language.items():
            found[f"two_languages_{prefix}mean_wait_s_{tag}"] = figures.mean_wait_s
            found[f"two_languages_{prefix}p95_wait_s_{tag}"] = figures.p95_wait_s
        found[f"two_languages_{prefix}inversions"] = sum(summary.inversions.values())
        found[f"two_languages_{prefix}idle_while_eligible_s"] = sum(
            summary.idle_while_eligible_s.values()
        )
    return {name: None if value is None else round(value, 4) for name, value in found.items()}


def _simulated(name: str, prefix: str) -> Summary:
    course = load_scenario(_FOLDER / f"{name}.yaml")
    return summarise(run(course, _SYSTEMS[prefix]), course.title, clock_of(course))
