"""What `callcenter simulate` does: read a course, run it under each system, show the figures."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from callcenter.acd.ids import NurseId
from callcenter.cli.simulate import Against
from callcenter.settings import Settings
from callcenter.simulate.baseline.app_queue import AppQueue, Layout
from callcenter.simulate.baseline.layout import plan
from callcenter.simulate.local_clock import clock_of
from callcenter.simulate.model import Course, Distribution
from callcenter.simulate.ours import Ours
from callcenter.simulate.recordings.as_recorded import as_recorded
from callcenter.simulate.recordings.extra_nurses import extra_nurses
from callcenter.simulate.recordings.extract import extract
from callcenter.simulate.recordings.journal_file import live_policy, read_file, read_live
from callcenter.simulate.recordings.recording import Recording
from callcenter.simulate.reports.report import write_report
from callcenter.simulate.reports.tables import tables
from callcenter.simulate.runner import days, parts, run
from callcenter.simulate.scenarios.advice import Advice, advise
from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.scenarios.scenario import Scenario
from callcenter.simulate.summary import Summary, summarise
from callcenter.site import load_site
from callcenter.store import connect

LIVE = "live"
MOST_SYSTEMS = 3  # that a report can show side by side
_LAYOUTS: Mapping[Against, tuple[Layout, ...]] = {
    Against.NONE: (),
    Against.QUEUES: (Layout.QUEUES,),
    Against.PENALTIES: (Layout.PENALTIES,),
    Against.CAREFUL: (Layout.CAREFUL,),
    Against.BOTH: (Layout.CAREFUL, Layout.QUEUES),
}
_WIDTH = 110  # of what is not a terminal


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    course: str
    against: Against | None
    add: tuple[str, ...]
    without: tuple[str, ...]
    site: Path | None
    day: str | None
    days: int | None
    report: Path | None
    as_json: bool
    at_once: int | None


def carry_out(wish: Wish) -> None:
    """Simulate, and show.

    Raises:
        YamlError: The scenario is not one.
        ValueError: Something that was asked for cannot be.
        OSError: A file cannot be read or written.
        RedisError: The live journal is out of reach.
    """
    course = _course(wish)
    systems = _systems(course, _against(course, wish))
    summaries = [_simulated(course, systems[0], wish)]
    if isinstance(course, Recording):
        summaries += _otherwise(course, wish)
    summaries += [_simulated(course, make, wish) for make in systems[1:]]
    if wish.report is not None:
        advice = _advice(course) if isinstance(course, Scenario) else []
        page = write_report(wish.report, summaries, advice, notes(course))
        print(f"The page is {page}", file=sys.stderr)
    if wish.as_json:
        print(json.dumps(record(summaries), indent=2))
        return
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    for table in tables(summaries):
        console.print(table)


def _against(course: Scenario | Recording, wish: Wish) -> Against:
    """What was asked for; else, where a page has room for it, the strongest opponent."""
    beside = 1 if isinstance(course, Scenario) else 3 if _is_changed(wish) else 2
    if wish.against is not None:
        if wish.report is not None and beside + len(_LAYOUTS[wish.against]) > MOST_SYSTEMS:
            raise ValueError(
                f"a page shows {MOST_SYSTEMS} systems side by side: leave --against away"
                if beside == MOST_SYSTEMS
                else f"a page shows {MOST_SYSTEMS} systems side by side: compare with one alone"
            )
        return wish.against
    return Against.CAREFUL if wish.report is not None and beside < MOST_SYSTEMS else Against.NONE


def _is_changed(wish: Wish) -> bool:
    return bool(wish.add or wish.site or wish.without)


def _course(wish: Wish) -> Scenario | Recording:
    """The scenario or the journal that was named, changed as was asked."""
    if wish.course == LIVE or wish.course.endswith(".jsonl") or Path(wish.course).is_dir():
        return _changed(_recording(wish), wish)
    for name, given in (
        ("--add", wish.add),
        ("--site", wish.site),
        ("--day", wish.day),
        ("--without", wish.without),
    ):
        if given:
            raise ValueError(
                f"{name} is for a recorded journal; a scenario says such things itself"
            )
    scenario = load_scenario(Path(wish.course))
    if wish.days is not None:
        scenario.days = min(scenario.days, wish.days)
    return scenario


def _recording(wish: Wish) -> Recording:
    """As it was, in the days that were asked for."""
    if wish.course == LIVE:
        settings = Settings.from_environment()
        client = connect(settings)
        rules = live_policy(client, settings.shard)
        found = extract(read_live(client, settings.shard), rules)
    else:
        found = extract(read_file(Path(wish.course)))
    first = last = None if wish.day is None else _date(wish.day)
    recording = Recording(found, first=first, last=last)
    if wish.days is not None and wish.days < recording.days:
        last = recording.first + timedelta(days=wish.days - 1)
        recording = Recording(found, first=recording.first, last=last)
    return recording


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("--day: a date is expected, as 2026-11-25") from None


def _changed(recording: Recording, wish: Wish) -> Recording:
    site = None if wish.site is None else load_site(wish.site)
    if site is not None:
        recording = recording.changed_rules(site.policy, site.never_refused)
    more = [extra_nurses(words) for words in wish.add]
    if wish.without:
        recording = recording.without(*map(NurseId, wish.without))
    if more:
        recording = recording.add_nurses(*more)
    return recording


def _systems(course: Course, against: Against) -> list[Callable[[], Distribution]]:
    """Ours, and what it is compared with."""
    found: list[Callable[[], Distribution]] = [Ours]
    for layout in _LAYOUTS[against]:
        plan(course.policy, layout)  # refuses before the long work begins
        found.append(partial(AppQueue, layout))
    return found


def _otherwise(course: Recording, wish: Wish) -> list[Summary]:
    """What a changed recording is held against: itself unchanged, and what really happened."""
    found = []
    unchanged = Recording(course.found, first=course.first, last=course.last)
    if _is_changed(wish):
        without = _simulated(unchanged, Ours, wish)
        found.append(msgspec.structs.replace(without, system=f"{without.system}, unchanged"))
    found.append(summarise(as_recorded(unchanged), course.title, clock_of(unchanged)))
    return found


def _advice(scenario: Scenario) -> list[Advice]:
    """For the day whose expected calls are the median of all: the ordinary one."""
    return advise(scenario, ordinary_day(scenario))


def ordinary_day(scenario: Scenario) -> int:
    """The day with the median of the expected calls."""
    by_calls = sorted(
        range(scenario.days), key=lambda day: (sum(scenario.expected(day).values()), day)
    )
    return by_calls[len(by_calls) // 2]


def _simulated(course: Course, make: Callable[[], Distribution], wish: Wish) -> Summary:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total} days"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(make().name, total=days(course))
        outcome = run(course, make, partial(bar.advance, task), wish.at_once)
    return summarise(outcome, course.title, clock_of(course))


def notes(course: Scenario | Recording) -> list[str]:
    """How the run was made, for whoever reads its figures."""
    if isinstance(course, Recording):
        return list(course.notes)
    said = [f"Staffing advice is for {course.date(ordinary_day(course)):%A %d %B %Y}."]
    found = parts(course)
    if len(found) == 1 and not course.warm_up:
        return said
    warm_up = f" after {course.warm_up} that {'is' if course.warm_up == 1 else 'are'} not counted"
    return [
        *said,
        f"The {course.days} days were simulated in {len(found)} parts, each by itself"
        f"{warm_up if course.warm_up else ''}: what is learnt of handle times and waits is "
        "learnt anew in each.",
    ]


def record(summaries: list[Summary]) -> dict[str, Any]:
    """For programs: the figures of ours by their names, then all there is."""
    ours = summaries[0]
    shown: dict[str, Any] = {
        "title": ours.title,
        "system": ours.system,
        "calls": ours.overall.calls,
        "mean_wait_s": ours.overall.mean_wait_s,
        "served_within_20s": ours.overall.served_within_20s,
        "abandoned": ours.overall.abandoned,
        "occupancy": ours.occupancy,
        "events": ours.events,
        "events_per_s": round(ours.events_per_s),
    }
    full = [msgspec.to_builtins(summary) for summary in summaries]
    return {**shown, **{k: v for k, v in full[0].items() if k not in shown}, "against": full[1:]}
