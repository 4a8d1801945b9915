"""The ordinary year in Stockholm: how long it takes to simulate, and how fair it is.

All get the same calls: ours, which alone is timed (simulating, not the figures made of it);
ours without interpreters, which `app_queue`'s usual layout has not either; and `app_queue`'s
rules as they come and carefully set up. Beside the figures, build/bench/year has the report's
page, and what README.md's table and chart are drawn from.
"""

import resource
import time
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from callcenter.acd.policy import Policy
from callcenter.cli.simulate_run import ordinary_day
from callcenter.simulate.baseline.app_queue import AppQueue, Layout
from callcenter.simulate.local_clock import clock_of
from callcenter.simulate.ours import Ours
from callcenter.simulate.reports.plots import fairness_chart
from callcenter.simulate.reports.report import write_report
from callcenter.simulate.runner import cores, run
from callcenter.simulate.scenarios.advice import advise
from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.summary import Summary, summarise

FOLDER = Path("build") / "bench" / "year"
SCENARIO = Path(__file__).parent.parent / "scenarios" / "stockholm_year.yaml"


def measure() -> dict[str, float | None]:
    """All systems; ours first, in processes of its own, so that memory is its alone."""
    course = load_scenario(SCENARIO)
    clock = clock_of(course)
    began = time.perf_counter()
    outcome = run(course, Ours)
    seconds = time.perf_counter() - began
    # The largest child and as many of them as ran at once, and the process that adds up.
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    at_once = min(course.parts, cores())
    ours = summarise(outcome, course.title, clock)
    as_it_comes = summarise(run(course, partial(AppQueue, Layout.QUEUES)), course.title, clock)
    careful = summarise(run(course, partial(AppQueue, Layout.CAREFUL)), course.title, clock)
    course.policy = without_interpreters(course.policy)
    alone = summarise(run(course, Ours), course.title, clock)
    write_report(FOLDER, [ours, as_it_comes, careful], advise(course, ordinary_day(course)))
    fairness_chart([ours, as_it_comes, careful], FOLDER / "fairness.svg", width=9)
    summaries = [ours, alone, as_it_comes, careful]
    (FOLDER / "summaries.json").write_bytes(msgspec.json.encode(summaries))
    return {
        "year_seconds": round(seconds, 1),
        "events_per_s": round(outcome.events / seconds),
        "events_per_s_of_one_core": round(ours.events_per_s),
        "rss_mb": round((mine + at_once * child) / 1024),
        "parts": course.parts,
        "at_once": at_once,
        "events": outcome.events,
        **_figures("", ours),
        **_figures("no_interpreter_", alone),
        **_figures("app_queue_", as_it_comes),
        **_figures("app_queue_careful_", careful),
        **_promises(ours),
    }


def without_interpreters(policy: Policy) -> Policy:
    """The same rules, but that nobody serves a language which she does not speak."""
    lines = tuple(
        replace(line, rings=tuple(ring for ring in line.rings if not ring.interpreter))
        for line in policy.routing.lines
    )
    return replace(policy, routing=replace(policy.routing, lines=lines))


def _figures(prefix: str, summary: Summary) -> dict[str, float | None]:
    found: dict[str, float | None] = {
        f"{prefix}calls": summary.overall.calls,
        f"{prefix}mean_wait_s": _rounded(summary.overall.mean_wait_s),
        f"{prefix}abandoned": _rounded(summary.overall.abandoned, 4),
        f"{prefix}service_level_of_all": _rounded(summary.overall.service_level_of_all, 4),
        f"{prefix}occupancy": _rounded(summary.occupancy, 4),
        f"{prefix}inversions": sum(summary.inversions.values()),
        f"{prefix}idle_while_eligible_h": round(
            sum(summary.idle_while_eligible_s.values()) / 3600, 2
        ),
    }
    for tag, figures in summary.by_language.items():
        found[f"{prefix}calls_{tag}"] = figures.calls
        found[f"{prefix}mean_wait_s_{tag}"] = _rounded(figures.mean_wait_s)
        found[f"{prefix}p95_wait_s_{tag}"] = _rounded(figures.p95_wait_s)
        found[f"{prefix}abandoned_{tag}"] = _rounded(figures.abandoned, 4)
    return found


def _promises(summary: Summary) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for tag, promise in summary.promises.items():
        found[f"estimates_{tag}"] = promise.answers
        found[f"within_estimate_{tag}"] = _rounded(promise.within, 4)
    found["estimates_asked"] = sum(p.asked for p in summary.promises.values())
    found["estimates_grown"] = sum(p.grown for p in summary.promises.values())
    found["estimates_grown_unexplained"] = sum(p.unexplained for p in summary.promises.values())
    return found


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
