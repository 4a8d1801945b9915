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
    often_called,
    per_thousand,
    percent,
    wait,
)
from callcenter.simulate.summary import Figures, Summary
from language_routing.languages import Language
from language_routing.words import name_of

_SOME = 20
"""Fewer calls in a half-hour than this (all days together) are no peak to be named."""


def headline(summaries: Sequence[Summary]) -> str:
    """How much longer the worst served language waits than the most called one."""
    ours, *others = summaries
    common = _most_called(ours)
    if common is None:
        return (
            f"Fewer than {FEW} calls came in each language: too few to say how long callers wait."
        )
    if len(_enough(ours)) == 1:
        return _one_language(summaries, common)
    language, longer = _widest(ours, common) or (common, 0.0)
    text = _longer(language, longer, common)
    for other in others:
        widest = _widest(other, common)
        if widest is None:
            text += f"; with {other.system} too few calls came to say"
        elif (widest[1] >= 0.05) and longer >= 0.05 and widest[0] == language:
            text += f"; with {other.system} it would be {wait(widest[1])}"
        else:
            text += f"; with {other.system} {_would(*widest, common)}"
    return text + "."


def findings(summaries: Sequence[Summary]) -> list[str]:
    """What else to know first, a sentence each."""
    found = [
        _compared("Callers wait {} on average", summaries, lambda s: _wait(s.overall.mean_wait_s)),
        _compared("{} of callers give up", summaries, lambda s: _share(s.overall.abandoned)),
        _compared("The lowest service level of any language is {}", summaries, _lowest_level),
        _compared(
            "A caller was passed over for one further back in line: {}", summaries, _inversions
        ),
        _compared(
            "Nurses stood free for {} while a caller waited whom they could serve",
            summaries,
            lambda s: wait(sum(s.idle_while_eligible_s.values())) if s.overall.calls else None,
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
        said.append(f"with {summary.system} {', '.join(waits) or NOTHING}")
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
                f"with {summary.system} from {percent(least)} at {half_hour(calmest)} "
                f"to {percent(most)} at {half_hour(busiest)}"
            )
    return f"Occupancy goes {and_then(said)}." if said else "No nurse was on duty."


def _one_language(summaries: Sequence[Summary], language: Language) -> str:
    sentence = _compared(
        f"Of a hundred {name_of(language)} callers 95 wait no longer than {{}}",
        summaries,
        lambda s: _wait(s.by_language[language].p95_wait_s if language in s.by_language else None),
    )
    return sentence or f"No {name_of(language)} caller stood in line."


def _enough(summary: Summary) -> list[Language]:
    """Those of whose waits something can be said."""
    return [
        tag
        for tag, figures in summary.by_language.items()
        if figures.calls >= FEW and figures.p95_wait_s is not None
    ]


def _most_called(summary: Summary) -> Language | None:
    return max(_enough(summary), key=lambda tag: calls(summary, tag), default=None)


def _widest(summary: Summary, common: Language) -> tuple[Language, float] | None:
    """The language that waits longest, and by how many seconds more than the common one."""
    base = summary.by_language[common].p95_wait_s if common in _enough(summary) else None
    if base is None:
        return None
    waits = [
        (slow - base, tag)
        for tag in _enough(summary)
        if tag != common and (slow := summary.by_language[tag].p95_wait_s) is not None
    ]
    longer, language = max(waits, default=(0.0, common))
    return None if language == common else (language, longer)


def _longer(language: Language, longer: float, common: Language) -> str:
    if longer < 0.05:
        return (
            f"In no language do callers wait longer than {name_of(common)} ones "
            "at the 95th percentile"
        )
    return (
        f"{name_of(language)} callers wait {wait(longer)} longer than {name_of(common)} ones "
        "at the 95th percentile"
    )


def _would(language: Language, longer: float, common: Language) -> str:
    if longer < 0.05:
        return f"none would wait longer than {name_of(common)} ones"
    return (
        f"{name_of(language)} callers would wait {wait(longer)} longer than {name_of(common)} ones"
    )


def _compared(
    sentence: str, summaries: Sequence[Summary], of: Callable[[Summary], str | None]
) -> str | None:
    """Ours in the sentence, the others behind it; `None` if ours is not known."""
    ours, *others = summaries
    value = of(ours)
    if value is None:
        return None
    rest = [f"; with {other.system} {said}" for other in others if (said := of(other)) is not None]
    text = sentence.format(value) + "".join(rest) + "."
    return text[:1].upper() + text[1:]


def _wait(seconds: float | None) -> str | None:
    return None if seconds is None else wait(seconds)


def _share(share: float | None) -> str | None:
    return None if share is None else percent(share)


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
                f"with {summary.system} in {name_of(tag)} at {half_hour(-number)} ({shown(value)})"
            )
    if not said:
        return f"Fewer than {_SOME} calls came in any half-hour of the day: too few to name a peak."
    return f"{what} {and_then(said)}."
