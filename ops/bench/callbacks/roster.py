"""Roster: all nurses work one shift on this day, with their breaks; and how much work there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.model import Change, Move
from language_routing.languages import Language
from ops.bench.callbacks.promises import HOUR, MINUTE

SLOT: Final[Millis] = 30 * MINUTE

# Of twelve nurses who speak the same languages; the night's work from midnight and from 21:30.
_EARLY, _DAY, _MIDDLE, _LATE, _NIGHT = "early", "day", "middle", "late", "night"
_PATTERN: Final = (
    _EARLY, _LATE, _DAY, _MIDDLE, _LATE, _EARLY, _LATE, _DAY, _MIDDLE, _EARLY, _LATE, _NIGHT,
)  # fmt: skip
_SPANS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    _EARLY: ((7.0, 15.5), (31.0, 36.5)),  # also the next morning, for what was left
    _DAY: ((8.5, 17.0),),
    _MIDDLE: ((10.5, 19.0),),
    _LATE: ((13.5, 22.0),),
    _NIGHT: ((0.0, 7.5), (21.5, 31.5)),
}
# (After the shift's begin, length): a quarter, half an hour to eat, a quarter.
_BREAKS: Final = ((1 * HOUR, 15 * MINUTE), (3 * HOUR, 30 * MINUTE), (5.5 * HOUR, 15 * MINUTE))
_APART: Final = 15 * MINUTE  # not all have their breaks at once
_TURNS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One nurse's span of work, her breaks taken out of it."""

    nurse: NurseId
    languages: tuple[Language, ...]
    begins: Millis
    ends: Millis
    breaks: tuple[tuple[Millis, Millis], ...]

    def minutes_in(self, since: Millis, until: Millis) -> float:
        """How long she takes calls between these."""
        found = _overlap(self.begins, self.ends, since, until)
        return (found - sum(_overlap(b, e, since, until) for b, e in self.breaks)) / MINUTE


def _overlap(begins: Millis, ends: Millis, since: Millis, until: Millis) -> Millis:
    return max(0, min(ends, until) - max(begins, since))


def duties(policy: Policy, midnight: Millis) -> list[Duty]:
    """Who works when."""
    found, seen = [], dict[tuple[Language, ...], int]()
    for spec in policy.nurses:
        place = seen[spec.languages] = seen.get(spec.languages, -1) + 1
        for begins, ends in _SPANS[_PATTERN[place % len(_PATTERN)]]:
            start, end = midnight + int(begins * HOUR), midnight + int(ends * HOUR)
            later = place // len(_PATTERN) % _TURNS * _APART
            breaks = tuple(
                (start + int(after) + later, start + int(after) + later + length)
                for after, length in _BREAKS
                if start + after + later + length < end - HOUR // 2
            )
            found.append(
                Duty(nurse=spec.id, languages=spec.languages, begins=start, ends=end, breaks=breaks)
            )
    return found


def changes(duty: Sequence[Duty]) -> list[Change]:
    """What the nurses do, in the order of time."""
    found = []
    for one in duty:
        moves = [(one.begins, Move.READY), (one.ends, Move.OFF)]
        for begins, ends in one.breaks:
            moves += [(begins, Move.PAUSE), (ends, Move.READY)]
        found += [Change(at=at, nurse=one.nurse, move=move) for at, move in moves]
    return sorted(found, key=lambda change: (change.at, change.nurse))


def staffed(
    duty: Sequence[Duty], midnight: Millis, slots: int = 48, language: Language | None = None
) -> list[float]:
    """Nurses who take calls by half-hours, breaks taken out: all, or of one first language."""
    minutes = SLOT // MINUTE
    return [
        sum(
            one.minutes_in(midnight + slot * SLOT, midnight + (slot + 1) * SLOT)
            for one in duty
            if language in (None, one.languages[0])
        )
        / minutes
        for slot in range(slots)
    ]
