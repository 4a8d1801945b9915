"""Staffing: what Erlang C asks for beside who was on duty, and what came of it."""

from collections.abc import Sequence

from callcenter.simulate.reports.grids import Grid, Group, Head, Row
from callcenter.simulate.reports.shown import (
    NOTHING,
    count,
    decimal,
    half_hour,
    percent,
    service_level,
    wait,
)
from callcenter.simulate.scenarios.advice import MOST_AT_ONCE, Advice
from callcenter.simulate.summary import Summary
from language_routing.languages import Language
from language_routing.words import name_of


def shortages(advice: Sequence[Advice]) -> str:
    """In which languages, and when most, fewer nurses are on duty than Erlang C asks for."""
    short, beyond = [], []
    for tag in advised(advice):
        if found := _short(advice, tag):
            worst = max(found, key=_gap)
            short.append(
                f"{name_of(tag)} in {len(found)} of {len(_reckoned(advice, tag))}, most at "
                f"{half_hour(worst.half_hour)} ({decimal(worst.needed)} needed, "
                f"{decimal(worst.on_duty)} on duty)"
            )
        if found := _too_many(advice, tag):
            beyond.append(f"{name_of(tag)} in {len(found)} of {len(_of(advice, tag))}")
    said = []
    if short:
        said.append(
            f"Half-hours with fewer nurses on duty than Erlang C asks for: {'; '.join(short)}."
        )
    elif any(_reckoned(advice, tag) for tag in advised(advice)):
        which = "every other half-hour" if beyond else "every half-hour"
        said.append(f"In {which} at least as many nurses are on duty as Erlang C asks for.")
    if beyond:
        said.insert(
            0,
            f"Half-hours with more than {count(MOST_AT_ONCE)} calls in progress at once, which "
            f"need more than {count(MOST_AT_ONCE)} nurses; how many is not reckoned: "
            f"{'; '.join(beyond)}.",
        )
    return " ".join(said)


def staffing(advice: Sequence[Advice], ours: Summary) -> Grid:
    """A row for each language."""
    return Grid(
        title="Staffing by language",
        corner=("language",),
        heads=(
            Head("calls a day", "calls\na day"),
            Head("most needed at once", "most\nneeded"),
            Head("half-hours too few on duty", "too\nfew"),
            Head("widest gap", "widest\ngap"),
            Head("service level in those half-hours, over all days of the run", "level\nthen"),
            Head("in the others, over all days of the run", "level\nelse"),
        ),
        groups=(Group(rows=tuple(_row(advice, tag, ours) for tag in advised(advice))),),
    )


def half_hours(advice: Sequence[Advice], ours: Summary) -> Grid:
    """A row for each half-hour of each language."""
    return Grid(
        title="Staffing by half-hour",
        corner=("language", "from"),
        heads=(
            Head("calls", "calls"),
            Head("needed by Erlang C", "needed"),
            Head("on duty", "on\nduty"),
            Head("too few by", "short"),
            Head("simulated service level, over all days of the run", "level"),
        ),
        groups=tuple(
            Group(
                name=name_of(tag),
                rows=tuple(
                    Row(
                        label=half_hour(each.half_hour),
                        cells=(
                            decimal(each.calls),
                            _needed(each),
                            decimal(each.on_duty),
                            decimal(_gap(each)) if _gap(each) > 0 else NOTHING,
                            percent(_level(ours, [each])),
                        ),
                    )
                    for each in _of(advice, tag)
                ),
            )
            for tag in advised(advice)
        ),
    )


def _row(advice: Sequence[Advice], tag: Language, ours: Summary) -> Row:
    every, short, reckoned = _of(advice, tag), _short(advice, tag), _reckoned(advice, tag)
    worst = max(short, key=_gap, default=None)
    return Row(
        label=name_of(tag),
        cells=(
            count(sum(each.calls for each in every)),
            _needed(max(every, key=lambda each: (each.too_many, each.needed or 0))),
            f"{len(short)} of {len(reckoned)}" if reckoned else NOTHING,
            NOTHING if worst is None else (
                f"{decimal(_gap(worst))} at {half_hour(worst.half_hour)}"
            ),
            percent(_level(ours, short)),
            percent(_level(ours, [each for each in reckoned if each not in short])),
        ),
    )  # fmt: skip


def advised(advice: Sequence[Advice]) -> list[Language]:
    """Those in which anybody is expected to call, the most called one first."""
    calls: dict[Language, float] = {}
    for each in advice:
        calls[each.language] = calls.get(each.language, 0.0) + each.calls
    return sorted((tag for tag in calls if calls[tag] > 0), key=lambda tag: -calls[tag])


def aim(advice: Sequence[Advice]) -> str:
    """What the nurses needed are to achieve: `80 % of callers are answered within 3 min`."""
    share = {f"{100 * each.share:.0f}\u00a0%" for each in advice}
    within = sorted({each.within for each in advice if each.needed is not None})
    if len(share) != 1 or not within:
        return "callers are answered in time"
    least, most = wait(within[0] / 1000), wait(within[-1] / 1000)
    target = f"within {least}" if least == most else f"in time (within {least} to {most})"
    return f"{share.pop()} of callers are answered {target}"


def _of(advice: Sequence[Advice], tag: Language) -> list[Advice]:
    return sorted((a for a in advice if a.language == tag), key=lambda a: a.at)


def _reckoned(advice: Sequence[Advice], tag: Language) -> list[Advice]:
    return [each for each in _of(advice, tag) if not each.too_many]


def _too_many(advice: Sequence[Advice], tag: Language) -> list[Advice]:
    return [each for each in _of(advice, tag) if each.too_many]


def _needed(advice: Advice) -> str:
    return f">{count(MOST_AT_ONCE)}" if advice.too_many else decimal(advice.needed)


def _gap(advice: Advice) -> float:
    """How many nurses are too few; averages of whole nurses are not exact."""
    return 0.0 if advice.needed is None else max(0.0, round(advice.needed - advice.on_duty, 1))


def _short(advice: Sequence[Advice], tag: Language) -> list[Advice]:
    return [each for each in _of(advice, tag) if _gap(each) > 0]


def _level(ours: Summary, halves: Sequence[Advice]) -> float | None:
    return service_level(
        [
            found[each.half_hour]
            for each in halves
            if (found := ours.by_half_hour.get(each.language))
        ]
    )
