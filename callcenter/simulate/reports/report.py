"""Report: one page about one run, and its charts in files beside it; it needs no network."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.simulate.reports import grids, plots, staffing
from callcenter.simulate.reports.drawing import COLOURS, NARROW, WIDE
from callcenter.simulate.reports.findings import findings, headline
from callcenter.simulate.reports.shown import FEW, count, days
from callcenter.simulate.reports.systems import differences, kept_back, rules
from callcenter.simulate.scenarios.advice import LEFT_OUT, Advice
from callcenter.simulate.summary import Summary
from language_routing.words import name_of

PAGE: Final = "report.html"

T = TypeVar("T")


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One chart in two widths, as files beside the page.

    Attributes:
        alt: Its finding.
    """

    wide: str
    narrow: str
    alt: str


class Charts(msgspec.Struct, frozen=True, kw_only=True):
    """Those of one page; `None` where there was nothing to draw."""

    slow_waits: Chart | None = None
    waits: Chart | None = None
    levels: Chart | None = None
    busy: Chart | None = None
    needed: Chart | None = None


def write_report(
    folder: Path,
    summaries: Sequence[Summary],
    advice: Sequence[Advice] = (),
    notes: Sequence[str] = (),
) -> Path:
    """Write the page and its charts; the path of the page.

    Args:
        folder: Made if it is missing; what an earlier report left there is written over.
        summaries: Ours first, then at most two others that it is compared with.
        advice: What Erlang C says of the nurses needed.
        notes: Sentences about how the run was made.

    Raises:
        ValueError: There are no summaries, or more than three.
        OSError: A file cannot be written.
    """
    if not 1 <= len(summaries) <= len(COLOURS):
        raise ValueError(f"a report is about 1 to {len(COLOURS)} systems, not {len(summaries)}")
    folder.mkdir(parents=True, exist_ok=True)
    charts = Charts(
        slow_waits=_drawn(folder, "p95-by-language", summaries, plots.fairness_chart),
        waits=_drawn(folder, "wait-by-half-hour", summaries, plots.wait_chart),
        levels=_drawn(folder, "service-level", summaries, plots.service_level_chart),
        busy=_drawn(folder, "occupancy", summaries, plots.occupancy_chart),
        needed=_drawn(folder, "staffing", advice, plots.staffing_chart),
    )
    page = folder / PAGE
    page.write_text(page_text(summaries, charts, advice, notes), encoding="utf-8")
    return page


def page_text(
    summaries: Sequence[Summary],
    charts: Charts,
    advice: Sequence[Advice] = (),
    notes: Sequence[str] = (),
) -> str:
    """The page as HTML, for charts that are in the same folder."""
    ours = summaries[0]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        title=ours.title,
        simulated=_simulated(ours),
        systems=[summary.system for summary in summaries],
        differences=differences(summaries),
        rules=rules(summaries),
        colours=COLOURS,
        few=FEW,
        headline=headline(summaries),
        findings=findings(summaries),
        by_language=grids.by_language(summaries),
        silent=sorted(
            name_of(tag)
            for tag in ours.by_language
            if not any(s.by_language[tag].calls for s in summaries if tag in s.by_language)
        ),
        fairness=grids.fairness(summaries),
        fairness_by_language=grids.fairness_by_language(summaries),
        kept_back=kept_back(summaries),
        calibration=[
            (summary.system, grid) for summary in summaries if (grid := grids.calibration(summary))
        ],
        occupancy=grids.occupancy(summaries),
        aim=staffing.aim(advice),
        left_out=LEFT_OUT,
        staffing=staffing.staffing(advice, ours) if advice else None,
        half_hours=staffing.half_hours(advice, ours),
        charts=charts,
        notes=[*notes, *(_work(summary) for summary in summaries)],
    )


def _drawn(
    folder: Path, name: str, what: T, draw: Callable[[T, Path, float], str | None]
) -> Chart | None:
    """A chart as wide as the page, and one for a telephone's screen."""
    wide, narrow = f"{name}.png", f"{name}-narrow.png"
    finding = draw(what, folder / wide, WIDE)
    if finding is None:
        for left in (wide, narrow):
            (folder / left).unlink(missing_ok=True)
        return None
    draw(what, folder / narrow, NARROW)
    return Chart(wide=wide, narrow=narrow, alt=finding)


def _simulated(ours: Summary) -> str:
    """`7 days were simulated, with 11,040 calls.`"""
    said, number = days(ours.days), ours.overall.calls
    was = "was" if said == days(1) else "were"
    return f"{said} {was} simulated, with {count(number)} call{'s' * (number != 1)}."


def _work(summary: Summary) -> str:
    again = "call was a redial" if summary.redials == 1 else "calls were redials"
    text = f"{summary.system}: {count(summary.redials)} {again}"
    if summary.events:
        text += (
            f"; events taken: {count(summary.events)}, "
            f"{count(summary.events_per_s)} in a second of one core's computing"
        )
    return f"{text}."
