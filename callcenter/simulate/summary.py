"""Summary: the figures of one run, each by one definition; ops/glossary.md has the words.

Waits are seconds here and shares go from 0 to 1, for this is what people and programs read;
`None` where there is nothing to take a share of.
"""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from callcenter.simulate.outcome import Calls, End, Outcome
from language_routing.languages import Language

SOON: Final = 20  # seconds; what the published tables count


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How the callers of a run, a language or a half-hour fared.

    Attributes:
        calls: All that came, those who were refused or sent away included.
        answered, abandoned, refused, called_back: Shares of them.
        mean_wait_s: Of all who stood in line, however that ended.
        mean_answer_s: Mean speed of answer: of those answered alone.
        p50_wait_s, p95_wait_s: Of all who stood in line; so many in a hundred waited no longer.
        served_within_20s: The share of waits under 20 s, however they ended.
        service_level: Answered within the target / answered.
        service_level_of_all: (Answered within + abandoned within) / (answered + abandoned).
    """

    calls: int
    answered: float | None
    abandoned: float | None
    refused: float | None
    called_back: float | None
    mean_wait_s: float | None
    mean_answer_s: float | None
    p50_wait_s: float | None
    p95_wait_s: float | None
    served_within_20s: float | None
    service_level: float | None
    service_level_of_all: float | None


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the waits that were stated came true, in one language.

    Attributes:
        answers: Answers to callers who were told a range.
        within: The share of them that came within it.
        asked, grown, unexplained: How often a waiting caller's remaining wait was looked at,
            had grown with a cause that could be named, and had grown without one.
    """

    answers: int
    within: float | None
    early: float | None
    late: float | None
    asked: int
    grown: int
    unexplained: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one run.

    Attributes:
        occupancy: Busy / (busy + ready) of the nurses' time; breaks are in neither.
        occupancy_by_group: The same by group of nurses.
        inversions: Order inversions, by the language of who was passed over.
        idle_while_eligible_s: Nurse-seconds, by the language of who waited meanwhile.
        hand_over_s: Mean time from an offer to its answer.
        events, events_per_s: Entries that the ACD took; a second of one core's computing.
    """

    title: str
    system: str
    days: float
    overall: Figures
    by_language: dict[Language, Figures]
    by_half_hour: dict[Language, list[Figures]]
    occupancy: float | None
    occupancy_by_group: dict[str, float | None]
    occupancy_by_half_hour: list[float | None]
    inversions: dict[Language, int]
    idle_while_eligible_s: dict[Language, float]
    hand_over_s: float | None
    offers: int
    missed: int
    redials: int
    promises: dict[Language, Promise]
    events: int
    events_per_s: float


Numbers = npt.NDArray[np.int64]


def summarise(outcome: Outcome, title: str, clock: "Clock") -> Summary:
    """The figures of `outcome`."""
    columns = Columns(outcome.calls, clock)
    answers = int((columns.end == End.ANSWERED).sum())
    languages = list(enumerate(outcome.languages))
    return Summary(
        title=title,
        system=outcome.system,
        days=outcome.seconds / 86_400,
        overall=columns.figures(),
        by_language={tag: columns.figures(columns.language == n) for n, tag in languages},
        by_half_hour={
            tag: [
                columns.figures((columns.language == n) & (columns.half_hour == half))
                for half in range(48)
            ]
            for n, tag in languages
        },
        occupancy=_share(sum(outcome.busy), sum(outcome.on_duty)),
        occupancy_by_group={
            group: _share(outcome.staff_busy.get(group, 0), total)
            for group, total in sorted(outcome.staff_on_duty.items())
        },
        occupancy_by_half_hour=_by_half_hour(outcome, clock),
        inversions=dict(outcome.inversions),
        idle_while_eligible_s={
            tag: value / 1000 for tag, value in outcome.idle_while_eligible.items()
        },
        hand_over_s=outcome.ringing / 1000 / answers if answers else None,
        offers=outcome.offers,
        missed=outcome.missed,
        redials=outcome.redials,
        promises={
            tag: Promise(
                answers=found.answers,
                within=_share(found.within, found.answers),
                early=_share(found.early, found.answers),
                late=_share(found.late, found.answers),
                asked=found.asked,
                grown=found.grown,
                unexplained=found.unexplained,
            )
            for tag, found in outcome.estimates.items()
        },
        events=outcome.events,
        events_per_s=outcome.events / outcome.took if outcome.took else 0.0,
    )


class Clock:
    """Which half-hour of the local day a second of the run lies in.

    Args:
        begins: The first counted midnight, in epoch seconds.
        offsets: (From this second of the run on, seconds to add for local time), rising.
    """

    def __init__(self, begins: int, offsets: list[tuple[int, int]]) -> None:
        self._begins = begins
        self._from = np.array([since for since, _ in offsets], dtype=np.int64)
        self._add = np.array([add for _, add in offsets], dtype=np.int64)

    def half_hours(self, seconds: Numbers) -> Numbers:
        """From 0 (00:00) to 47 (23:30)."""
        found = np.searchsorted(self._from, seconds, side="right") - 1
        local = self._begins + seconds + self._add[np.maximum(found, 0)]
        return (local % 86_400) // 1_800


class Columns:
    """The calls of a run as arrays."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self.wait: Numbers = np.array(calls.wait, dtype=np.int64)
        self.language: Numbers = np.array(calls.language, dtype=np.int64)
        self.end: Numbers = np.array(calls.end, dtype=np.int64)
        self.within: npt.NDArray[np.bool_] = np.array(calls.within, dtype=np.bool_)
        self.half_hour = clock.half_hours(np.array(calls.at, dtype=np.int64))

    def figures(self, chosen: npt.NDArray[np.bool_] | None = None) -> Figures:
        """Of the calls that are `chosen`, or of all."""
        if chosen is None:
            wait, end, within = self.wait, self.end, self.within
        else:
            wait, end, within = self.wait[chosen], self.end[chosen], self.within[chosen]
        answered, abandoned = end == End.ANSWERED, end == End.ABANDONED
        stood = wait[(end != End.REFUSED) & (end != End.CALLED_BACK)]
        lines, total = len(stood), len(wait)
        on_time = int((answered & within).sum())
        gone_on_time = int((abandoned & within).sum())
        served, lost = int(answered.sum()), int(abandoned.sum())
        median, most = np.percentile(stood, [50, 95]) / 1000 if lines else (None, None)
        return Figures(
            calls=total,
            answered=_share(served, total),
            abandoned=_share(lost, total),
            refused=_share(int((end == End.REFUSED).sum()), total),
            called_back=_share(int((end == End.CALLED_BACK).sum()), total),
            mean_wait_s=float(stood.mean()) / 1000 if lines else None,
            mean_answer_s=float(wait[answered].mean()) / 1000 if served else None,
            p50_wait_s=None if median is None else float(median),
            p95_wait_s=None if most is None else float(most),
            served_within_20s=_share(int((stood < SOON * 1000).sum()), lines),
            service_level=_share(on_time, served),
            service_level_of_all=_share(on_time + gone_on_time, served + lost),
        )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _by_half_hour(outcome: Outcome, clock: Clock) -> list[float | None]:
    starts = np.arange(len(outcome.on_duty), dtype=np.int64) * 1_800
    halves = clock.half_hours(starts)
    busy = np.bincount(halves, weights=np.array(_padded(outcome), dtype=np.float64), minlength=48)
    duty = np.bincount(halves, weights=np.array(outcome.on_duty, dtype=np.float64), minlength=48)
    return [float(b / d) if d else None for b, d in zip(busy, duty, strict=True)]


def _padded(outcome: Outcome) -> list[int]:
    short = len(outcome.on_duty) - len(outcome.busy)
    return [*outcome.busy, *[0] * short]
