"""Shown: figures as the report's readers see them. What is not known is an en dash.

Numbers and their units are held together by no-break spaces.
"""

from collections.abc import Sequence
from typing import Final

from callcenter.simulate.summary import Figures, Summary
from language_routing.languages import Language
from language_routing.words import clock

NOTHING: Final = "–"
FEW: Final = 100
"""Fewer calls of a language than this are shown, and no sentence rests on them."""
EVERYBODY: Final = "All languages"


def count(value: float | None) -> str:
    """`12,345`."""
    return NOTHING if value is None else f"{value:,.0f}"


def decimal(value: float | None) -> str:
    """`3.4`; `3` if it is whole."""
    if value is None:
        return NOTHING
    return f"{value:,.1f}".removesuffix(".0")


def percent(share: float | None) -> str:
    """`85.3 %`. Cut, never rounded up: 100 % means all, and 0 % none."""
    if share is None:
        return NOTHING
    tenths = int(share * 1000 + 1e-6)
    if tenths == 0 and share > 0:
        return "<0.1\u00a0%"
    if tenths in (0, 1000):
        return f"{tenths // 10}\u00a0%"
    return f"{tenths // 10}.{tenths % 10}\u00a0%"


def wait(seconds: float | None) -> str:
    """`3.2 s`, `40 s`, `6 min 10 s`, `1 h 5 min`."""
    if seconds is None:
        return NOTHING
    if round(seconds, 1) < 10:
        tenths = round(seconds, 1)
        if tenths == 0:
            return "<0.1\u00a0s" if seconds > 0 else "0\u00a0s"
        return f"{tenths:.1f}\u00a0s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{hours:,}\u00a0h" + f"\u00a0{minutes}\u00a0min" * bool(minutes)
    if minutes:
        return f"{minutes}\u00a0min" + f"\u00a0{rest}\u00a0s" * bool(rest)
    return f"{rest}\u00a0s"


def long_span(seconds: float | None) -> str:
    """`1:02:03` (h:mm:ss); `<0:00:01` for what is more than nothing."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole == 0 and seconds > 0:
        return "<0:00:01"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02}:{rest:02}"


def half_hour(number: int) -> str:
    """When it begins: `08:30` for 17."""
    return clock(number * 30)


def days(value: float) -> str:
    """`1 day`, `30 days`, a recording's `2 h 5 min`; a day of a clock change is one too."""
    if 0 < value < 0.9:
        return wait(value * 86_400)
    text = decimal(round(value) if abs(value - round(value)) < 0.06 else value)
    return f"{text}\u00a0day" + "s" * (text != "1")


def per_thousand(value: float, calls: int) -> float | None:
    """Of a thousand calls."""
    return 1000 * value / calls if calls else None


def and_then(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def languages(summaries: Sequence[Summary]) -> list[Language]:
    """Those in which somebody called, the most called one (of the first summary) first."""
    called = {
        tag: 0
        for summary in summaries
        for tag, figures in summary.by_language.items()
        if figures.calls
    }
    for tag in called:
        called[tag] = calls(summaries[0], tag)
    return sorted(called, key=lambda tag: -called[tag])


def often_called(summaries: Sequence[Summary]) -> list[Language]:
    """Those to be drawn: of few calls a figure says little, and spoils the others' scale."""
    found = languages(summaries)
    return [tag for tag in found if calls(summaries[0], tag) >= FEW] or found


def calls(summary: Summary, language: Language) -> int:
    """How many came in this language."""
    found = summary.by_language.get(language)
    return found.calls if found else 0


def mean_wait(parts: Sequence[Figures]) -> float | None:
    """Of several parts together, in seconds: of all who stood in line."""
    stood = [
        (round(part.calls * (1 - (part.refused or 0) - (part.called_back or 0))), part.mean_wait_s)
        for part in parts
    ]
    known = [(number, mean) for number, mean in stood if mean is not None]
    total = sum(number for number, _ in known)
    return sum(number * mean for number, mean in known) / total if total else None


def service_level(parts: Sequence[Figures]) -> float | None:
    """Of several parts together, form 1: answered within the target / answered."""
    known = [
        (round(part.calls * part.answered), part.service_level)
        for part in parts
        if part.answered is not None and part.service_level is not None
    ]
    total = sum(number for number, _ in known)
    return sum(number * level for number, level in known) / total if total else None
