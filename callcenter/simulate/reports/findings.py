"""Findings: what the figures say, in sentences; a sentence whose numbers are missing is left out.

The first summary is ours; the sentences put the others beside it.
"""

from collections.abc import Callable, Sequence

from callcenter.simulate.reports.shown import (
    FEW,
    NOTHING,
    and_then,
    calls,
    count,
    decimal,
    half_hour,
    languages,
    often_called,
    per_thousand,
    percent,
    wait,
)
from callcenter.simulate.reports.systems import Kind, kind, rules, than, under
from callcenter.simulate.summary import Figures, Summary
from language_routing.languages import Language
from language_routing.words import name_of

_SOME = 20
"""Fewer calls in a half-hour than this (all days together) are no peak to be named."""


def headline(summaries: Sequence[Summary]) -> str:
    """Which language waits longest, and how long, beside the most called one."""
    ours, *others = summaries
    common = _most_called(ours)
    if common is None:
        return _nobody(ours)
    if len(_enough(ours)) == 1:
        return _one_language(summaries, common)
    longest, base = _longest(ours, common), wait(_slow(ours, common))
    if longest == common:
        text = (
            "In no language of those often called do callers wait longer than in "
            f"{name_of(common)}: {base} at the 95th percentile"
        )
    else:
        text = (
            f"{name_of(longest)} callers wait longest, {wait(_slow(ours, longest))} at the 95th "
            f"percentile against {base} of {name_of(common)} ones"
        )
    return (
        "; ".join([text, *(f"{under(other)} {_beside(other, common)}" for other in others)]) + "."
    )


def findings(summaries: Sequence[Summary]) -> list[str]:
    """What else to know first, a sentence each."""
    ours, *others = summaries
    whose = rules(summaries)
    found = [
        *(_against(ours, other) for other in others),
        _compared("Callers wait {} on average", summaries, _average),
        _compared(
            "{} of callers give up", summaries, lambda s: _known(s.overall.abandoned, percent)
        ),
        _compared(
            "The lowest service level of any language often called is {}", summaries, _lowest_level
        ),
        _compared(
            "A caller was passed over for one further back in line, though the same nurse could "
            f"have served both by {whose}: {{}}",
            summaries,
            _inversions,
        ),
        _compared(
            f"Nurses stood free for {{}} while a caller waited whom they could serve by {whose}",
            summaries,
            _idle,
        ),
    ]
    return [sentence for sentence in found if sentence]


def slow_waits(summaries: Sequence[Summary]) -> str:
    """The headline, and the 95th percentiles by language, for each system."""
    said = []
    for summary in summaries:
        waits = [
            f"{name_of(tag)} {wait(figures.p95_wait_s)}"
            for tag in often_called(summaries)
            if (figures := summary.by_language.get(tag)) and figures.p95_wait_s is not None
        ]
        said.append(f"{under(summary)} {', '.join(waits) or NOTHING}")
    return f"{headline(summaries)} The 95th percentiles: {'; '.join(said)}."


def longest_half_hours(summaries: Sequence[Summary]) -> str:
    """When, and in which language, the mean wait is longest."""
    return _peaks(
        "The mean wait is longest",
        summaries,
        lambda figures: figures.mean_wait_s,
        wait,
        highest=True,
    )


def lowest_half_hours(summaries: Sequence[Summary]) -> str:
    """When, and in which language, the service level is lowest."""
    return _peaks(
        "The service level is lowest",
        summaries,
        lambda figures: figures.service_level,
        percent,
        highest=False,
    )


def occupancy_range(summaries: Sequence[Summary]) -> str:
    """Between what, and when, the nurses' occupancy lies."""
    said = []
    for summary in summaries:
        known = [
            (share, number)
            for number, share in enumerate(summary.occupancy_by_half_hour)
            if share is not None
        ]
        if known:
            (most, busiest), (least, calmest) = max(known), min(known)
            said.append(
                f"{under(summary)} from {percent(least)} at {half_hour(calmest)} "
                f"to {percent(most)} at {half_hour(busiest)}"
            )
    return f"Occupancy goes {and_then(said)}." if said else "No nurse was on duty."


def _nobody(ours: Summary) -> str:
    """Why nothing can be said of the waits."""
    if not ours.overall.calls:
        return "No calls came."
    if ours.overall.p95_wait_s is None:
        return "Nobody stood in line: all callers were refused or told that we ring back."
    if any(figures.calls >= FEW for figures in ours.by_language.values()):
        return (
            "In the languages often called nobody stood in line: all callers were refused or "
            "told that we ring back."
        )
    return f"Fewer than {FEW} calls came in each language: too few to say how long callers wait."


def _one_language(summaries: Sequence[Summary], language: Language) -> str:
    ours, *others = summaries
    said = wait(_slow(ours, language))
    text = f"Of a hundred {name_of(language)} callers in line 95 wait no longer than {said}"
    return _with_others(text, others, lambda s: _known(_slow(s, language), wait))


def _beside(other: Summary, common: Language) -> str:
    """What the headline says of another system, in which `common` need not have been called."""
    base = _slow(other, common)
    if base is None:
        if calls(other, common) >= FEW:
            return f"no {name_of(common)} caller stood in line"
        return f"too few {name_of(common)} callers came to say"
    if len(_enough(other)) == 1:
        return f"only of {name_of(common)} callers is there anything to say: {wait(base)}"
    longest = _longest(other, common)
    if longest == common:
        return f"none of those often called longer than {name_of(common)} ones ({wait(base)})"
    return f"{name_of(longest)} callers, {wait(_slow(other, longest))} against {wait(base)}"


def _against(ours: Summary, other: Summary) -> str | None:
    """In which languages callers wait longer with ours, and in which shorter."""
    longer: list[str] = []
    shorter: list[str] = []
    alike: list[str] = []
    unknown: list[str] = []
    for tag in languages([ours, other]):
        mine, theirs = _slow(ours, tag), _slow(other, tag)
        if mine is None or theirs is None:
            if max(calls(ours, tag), calls(other, tag)) >= FEW:
                unknown.append(name_of(tag))
        elif wait(mine) == wait(theirs):
            alike.append(f"{name_of(tag)} ({wait(mine)})")
        else:
            found = longer if mine > theirs else shorter
            found.append(f"{name_of(tag)} ({wait(mine)} against {wait(theirs)})")
    if not (longer or shorter or alike):
        return None
    text = (
        f"At the 95th percentile callers wait longer {than(ours, other)} in "
        f"{and_then(longer) or 'none of the languages often called'}; "
        f"shorter in {and_then(shorter) or 'none'}"
    )
    text += f"; alike in {and_then(alike)}" * bool(alike)
    text += f"; nothing can be compared in {and_then(unknown)}" * bool(unknown)
    return f"{text}."


def _slow(summary: Summary, language: Language) -> float | None:
    """The 95th percentile of the wait, if something can be said of it."""
    found = summary.by_language.get(language)
    return found.p95_wait_s if found and found.calls >= FEW else None


def _enough(summary: Summary) -> list[Language]:
    """Those of whose waits something can be said."""
    return [tag for tag in summary.by_language if _slow(summary, tag) is not None]


def _most_called(summary: Summary) -> Language | None:
    return max(_enough(summary), key=lambda tag: calls(summary, tag), default=None)


def _longest(summary: Summary, common: Language) -> Language:
    """The language that waits longest; the common one if none waits longer as it is shown."""
    waits = {tag: _slow(summary, tag) or 0.0 for tag in _enough(summary)}
    longest = max(waits, key=lambda tag: waits[tag])
    return common if wait(waits[longest]) == wait(waits[common]) else longest


def _compared(
    sentence: str, summaries: Sequence[Summary], of: Callable[[Summary], str | None]
) -> str | None:
    """Ours in the sentence, the others behind it; `None` if ours is not known."""
    ours, *others = summaries
    value = of(ours)
    return None if value is None else _with_others(sentence.format(value), others, of)


def _with_others(text: str, others: Sequence[Summary], of: Callable[[Summary], str | None]) -> str:
    """A sentence of ours, and behind it what is known of the others."""
    rest = [f"; {under(other)} {said}" for other in others if (said := of(other)) is not None]
    return f"{text[:1].upper()}{text[1:]}{''.join(rest)}."


def _known(value: float | None, shown: Callable[[float | None], str]) -> str | None:
    return None if value is None else shown(value)


def _average(summary: Summary) -> str | None:
    return _known(summary.overall.mean_wait_s, wait)


def _idle(summary: Summary) -> str | None:
    if not summary.overall.calls:
        return None
    text = wait(sum(summary.idle_while_eligible_s.values()))
    only = " (counting only callers who were kept back)"
    return text + only * (kind(summary) is Kind.RECORDED)


def _lowest_level(summary: Summary) -> str | None:
    levels = [
        (level, tag)
        for tag in _enough(summary)
        if (level := summary.by_language[tag].service_level) is not None
    ]
    if not levels:
        return None
    level, tag = min(levels)
    return f"{percent(level)} ({name_of(tag)})"


def _inversions(summary: Summary) -> str | None:
    total = sum(summary.inversions.values())
    rate = per_thousand(total, summary.overall.calls)
    if rate is None:
        return None
    if total == 0:
        return "never"
    return f"{count(total)} time{'s' * (total != 1)} ({decimal(rate)}\u00a0per 1,000\u00a0calls)"


def _peaks(
    what: str,
    summaries: Sequence[Summary],
    of: Callable[[Figures], float | None],
    shown: Callable[[float | None], str],
    *,
    highest: bool,
) -> str:
    said = []
    for summary in summaries:
        known = [
            (value, -number, tag)
            for tag, halves in summary.by_half_hour.items()
            for number, figures in enumerate(halves)
            if figures.calls >= _SOME and (value := of(figures)) is not None
        ]
        if known:
            value, number, tag = max(known) if highest else min(known)
            said.append(
                f"{under(summary)} in {name_of(tag)} at {half_hour(-number)} ({shown(value)})"
            )
    if not said:
        return f"Fewer than {_SOME} calls came in any half-hour of the day: too few to name a peak."
    return f"{what} {and_then(said)}."
