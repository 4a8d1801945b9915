"""Grids: the tables of a report, before they are a page's or a terminal's."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import msgspec

from callcenter.simulate.reports.shown import (
    EVERYBODY,
    NOTHING,
    calls,
    count,
    decimal,
    languages,
    long_span,
    per_thousand,
    percent,
    wait,
)
from callcenter.simulate.reports.systems import kept_back
from callcenter.simulate.summary import Figures, Promise, Summary
from language_routing.languages import Language
from language_routing.words import name_of

Span: TypeAlias = Callable[[float | None], str]
"""How a length of time in seconds is shown."""

BAND: Final = (0.85, 0.95)
"""Where the share of stated waits that came true should lie: nine of ten are promised."""
_FEW_ANSWERS: Final = 100


class Head(msgspec.Struct, frozen=True):
    """The title of a column: in full, and in lines that fit a terminal."""

    text: str
    narrow: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row.

    Attributes:
        label: What it is about.
        system: The place of the system that it is about, if it is about one.
        marks: For each cell a word to show it by (`good`, `bad`), or nothing.
    """

    label: str
    cells: tuple[str, ...]
    system: int | None = None
    marks: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that belong together; `name` is empty where they are all of a grid."""

    rows: tuple[Row, ...]
    name: str = ""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """One table.

    Attributes:
        corner: What its rows are: titles of the column or columns of labels.
        note: What must be known to read it, in a sentence.
    """

    title: str
    corner: tuple[str, ...]
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    note: str = ""


def by_language(summaries: Sequence[Summary], span: Span = wait) -> Grid:
    """How callers fared, the systems under one another in each language."""
    everyone = [s.overall for s in summaries]
    refused = any(figures.refused for figures in everyone)
    called_back = any(figures.called_back for figures in everyone)

    def cells(found: Figures | None) -> tuple[str, ...]:
        if found is None:
            return (NOTHING,) * len(heads)
        return (
            count(found.calls), percent(found.answered), percent(found.abandoned),
            *[percent(found.refused)] * refused,
            *[percent(found.called_back)] * called_back,
            span(found.mean_wait_s), span(found.p50_wait_s), span(found.p95_wait_s),
            percent(found.served_within_20s), percent(found.service_level),
            percent(found.service_level_of_all),
        )  # fmt: skip

    heads = (
        Head("calls", "calls"), Head("answered", "ans-\nwered"), Head("abandoned", "gave\nup"),
        *[Head("refused", "re-\nfused")] * refused,
        *[Head("called back", "called\nback")] * called_back,
        Head("mean wait", "mean\nwait"), Head("median wait", "median"),
        Head("95th percentile", "95 %\nby"), Head("served within 20\u00a0s", "within\n20 s"),
        Head("service level, form\u00a01", "level\n1"),
        Head("service level, form\u00a02", "level\n2"),
    )  # fmt: skip
    found = languages(summaries)
    groups = [
        _of_systems(name_of(tag), summaries, [cells(s.by_language.get(tag)) for s in summaries])
        for tag in found
    ]
    if len(found) != 1:
        groups.append(_of_systems(EVERYBODY, summaries, [cells(s.overall) for s in summaries]))
    return Grid(
        title="How callers fared",
        corner=("language", "system"),
        heads=heads,
        groups=tuple(groups),
    )


def fairness(summaries: Sequence[Summary], span: Span = wait) -> Grid:
    """Whether callers and nurses met as they should, in the whole run."""

    def cells(summary: Summary) -> tuple[str, ...]:
        total = summary.overall.calls
        inversions = sum(summary.inversions.values())
        idle = sum(summary.idle_while_eligible_s.values())
        return (
            count(inversions), decimal(per_thousand(inversions, total)),
            long_span(idle), span(per_thousand(idle, total)),
            span(summary.hand_over_s), count(summary.offers), count(summary.missed),
            percent(summary.missed / summary.offers if summary.offers else None),
            percent(summary.occupancy),
        )  # fmt: skip

    return Grid(
        title="Order and idle time in the whole run",
        corner=("system",),
        heads=(
            Head("order inversions", "out of\norder"),
            Head("per 1,000 calls", "per\n1,000"),
            Head("idle-while-eligible, h:mm:ss", "idle while\neligible"),
            Head("per 1,000 calls", "per\n1,000"),
            Head("mean hand-over", "hand-\nover"),
            Head("offers", "offers"),
            Head("missed", "missed"),
            Head("share missed", "share"),
            Head("occupancy", "occu-\npancy"),
        ),
        groups=(_of_systems("", summaries, [cells(s) for s in summaries]),),
        note=kept_back(summaries),
    )


def fairness_by_language(summaries: Sequence[Summary], span: Span = wait) -> Grid:
    """Who was passed over, and who waited while a nurse was free."""

    def cells(summary: Summary, tag: Language) -> tuple[str, ...]:
        total = calls(summary, tag)
        inversions = summary.inversions.get(tag)
        idle = summary.idle_while_eligible_s.get(tag)
        return (
            count(inversions),
            decimal(None if inversions is None else per_thousand(inversions, total)),
            long_span(idle),
            span(None if idle is None else per_thousand(idle, total)),
        )

    return Grid(
        title="Fairness by language",
        corner=("language", "system"),
        heads=(
            Head("order inversions", "out of\norder"),
            Head("per 1,000 calls", "per\n1,000"),
            Head("idle-while-eligible, h:mm:ss", "idle while\neligible"),
            Head("per 1,000 calls", "per\n1,000"),
        ),
        groups=tuple(
            _of_systems(name_of(tag), summaries, [cells(s, tag) for s in summaries])
            for tag in languages(summaries)
        ),
    )


def calibration(summary: Summary) -> Grid | None:
    """Whether stated waits came true; `None` for a system that states none."""
    told = {tag: found for tag, found in summary.promises.items() if found.answers or found.asked}
    if not told:
        return None
    return Grid(
        title="Calibration of the estimated wait",
        corner=("language",),
        heads=(
            Head("answers after a stated wait", "answers"),
            Head("within the range", "within"),
            Head("85–95 %?", "85-95 %?"),
            Head("earlier", "earlier"),
            Head("later", "later"),
            Head("times looked at", "looked\nat"),
            Head("grew, cause named", "grew,\ncause"),
            Head("grew without a cause", "grew,\nnone"),
        ),
        note="Callers who gave up are in no share: only answers are compared with what was stated.",
        groups=(
            Group(
                rows=tuple(
                    _promise(name_of(tag), told[tag])
                    for tag in sorted(told, key=lambda tag: -calls(summary, tag))
                )
            ),
        ),
    )


def occupancy(summaries: Sequence[Summary]) -> Grid | None:
    """By group of nurses; `None` where there are no groups."""
    names = sorted({name for summary in summaries for name in summary.occupancy_by_group})
    if not names:
        return None
    return Grid(
        title="Occupancy by group of nurses",
        corner=("group",),
        heads=tuple(Head(summary.system, summary.system) for summary in summaries),
        groups=(
            Group(
                rows=tuple(
                    Row(
                        label=name,
                        cells=tuple(percent(s.occupancy_by_group.get(name)) for s in summaries),
                    )
                    for name in names
                )
            ),
        ),
    )


def _of_systems(name: str, summaries: Sequence[Summary], cells: Sequence[tuple[str, ...]]) -> Group:
    return Group(
        name=name,
        rows=tuple(
            Row(label=summary.system, cells=found, system=number)
            for number, (summary, found) in enumerate(zip(summaries, cells, strict=True))
        ),
    )


def _promise(name: str, found: Promise) -> Row:
    verdict, mark = _verdict(found)
    return Row(
        label=name,
        cells=(
            count(found.answers), percent(found.within), verdict, percent(found.early),
            percent(found.late), count(found.asked), count(found.grown), count(found.unexplained),
        ),
        marks=("", mark, mark, "", "", "", "", "bad" if found.unexplained else ""),
    )  # fmt: skip


def _verdict(found: Promise) -> tuple[str, str]:
    least, most = BAND
    if found.within is None:
        return NOTHING, ""
    if found.answers < _FEW_ANSWERS:
        return "too few to say", ""
    if found.within < least:
        return "below", "bad"
    return ("above", "bad") if found.within > most else ("inside", "good")
