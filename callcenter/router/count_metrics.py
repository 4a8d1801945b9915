"""Count metrics: what the fold has counted since the journal began, as Prometheus counters.

Numbers are copied once a second, families are made from them when somebody scrapes. Shares
(service level, occupancy) are taken over a span of time by whoever asks; the texts say how.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from callbacks.ledger import Counts
from callcenter.acd.board import Board
from callcenter.acd.expected import GrowthCause
from callcenter.acd.ids import Millis
from callcenter.acd.survey import Scores
from callcenter.acd.tally import STATES, WAIT_BOUNDS, Tally
from callcenter.router.callback_metrics import callback_counts, copied
from language_routing.languages import Language

_LABELS: Final = ("language", "class")
_ALL: Final = "all"
_HAND_OVER: Final = "hand_over"
_COUNTS: Final = {
    "queued": "Callers who stood in line",
    "moved": "Of those, put into another line or class, and counted there anew",
    "left_ivr": "Callers who hung up before they chose a language",
    "answered": "Callers whom a nurse answered",
    "answered_within": "Answered within the target; service level 1 is this / answered",
    "abandoned": "Callers who hung up in line; the rate is this / (answered + abandoned)",
    "abandoned_within": "Of those, within the target; service level 2 is "
    "(answered_within + this) / (answered + abandoned)",
    "abandoned_short": "Callers who hung up in line at once; not counted as abandoned",
    "withdrawn": "Callers who were told that we ring back",
    "kept": "Callers who left the line with a kept place, to be rung back",
    "transferred": "Callers whom the menu led to another place",
    "refused": "Newcomers who were turned away before they were answered",
    "cut_off": "Callers lost with an Asterisk, to be rung back",
    "offered": "Ringings of a nurse's phone decided",
    "missed": "Ringings that no nurse took, or took for a moment",
    "returned": "Conversations that were none, back in line",
    "inversions": "Callers given to a nurse before another who came first and whom she could serve",
    "estimated_within": "Answered within the wait that was stated; calibration is "
    "this / (this + early + late)",
    "estimated_early": "Answered sooner than was stated",
    "estimated_late": "Answered later than was stated",
    "told": "How often a caller in line heard of her wait",
}
_UNEXPLAINED: Final = "unexplained"
_CAUSES: Final = (*(str(cause) for cause in GrowthCause), _UNEXPLAINED)
_SPANS: Final = {
    "talk": ("talks", "talk_sum", "Conversations"),
    "wrap_up": ("wraps", "wrap_sum", "Wrap-ups; handle time is talk + wrap-up"),
    "hand_over": ("hand_overs", "hand_over_sum", "From an offer's decision to her phone tried"),
}


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of one moment.

    Attributes:
        staffed: Nurse-milliseconds by language (`all`: each nurse once) and state, with the
            states that still last.
        idle: Idle-while-eligible in nurse-milliseconds, by language and cause.
        callbacks: The ledger's counts.
    """

    tallies: Sequence[Tally] = ()
    staffed: dict[tuple[str, str], Millis] = {}
    idle: dict[tuple[str, str], Millis] = {}
    late: int = 0
    scores: Sequence[Scores] = ()
    callbacks: Sequence[Counts] = ()


def counted(board: Board, late: int, now: Millis, before: Counted) -> Counted:
    """Copy the counts.

    Args:
        before: The counts of the last look: `now` may be estimated too late once, and time
            that is counted must not run back, or a counter seems to start anew.
    """
    tallies = board.tallies
    staffed = _staffed(board, now)
    for key, spent in before.staffed.items():
        staffed[key] = max(spent, staffed.get(key, 0))
    idle: dict[tuple[str, str], Millis] = {}
    for row in board.figures.idling():
        idle[row.language, row.cause] = idle.get((row.language, row.cause), 0) + row.nurse_ms
    for tally in tallies:
        if tally.language is not None and tally.hand_overs:
            key = (tally.language, _HAND_OVER)
            idle[key] = idle.get(key, 0) + tally.hand_over_sum
    scores = board.survey.rows()
    return Counted(
        tallies=tallies,
        staffed=staffed,
        idle=idle,
        late=late,
        scores=scores,
        callbacks=copied(board.ledger.rows),
    )


def _staffed(board: Board, now: Millis) -> dict[tuple[str, str], Millis]:
    found: dict[tuple[str, str], Millis] = {}
    for row in board.figures.staffing():
        for state in STATES:
            key = (row.language or _ALL, state)
            found[key] = found.get(key, 0) + getattr(row, state)
    lasting: dict[tuple[tuple[Language, ...], str], Millis] = {}
    for nurse in board.nurses.values():
        if nurse.state in STATES:
            kind = (nurse.chosen or nurse.languages, str(nurse.state))
            lasting[kind] = lasting.get(kind, 0) + max(0, now - nurse.since)
    for (languages, state), spent in lasting.items():
        for language in (_ALL, *languages):
            found[language, state] = found.get((language, state), 0) + spent
    return found


def count_metrics(counts: Counted) -> list[Metric]:
    """All families of the counts."""
    late = CounterMetricFamily("callcenter_events_late", "Events that came late or doubled")
    late.add_metric([], counts.late)
    return [
        *_calls(counts.tallies),
        *_spans(counts.tallies),
        _answers(counts.tallies),
        _seconds(
            "callcenter_nurse_seconds",
            "Nurses' time by state; occupancy is (ringing + talking + wrap_up) / (these + ready)",
            "state",
            counts.staffed,
        ),
        _seconds(
            "callcenter_idle_while_eligible_seconds",
            "Free nurses' time while a caller whom they could serve was kept back, by cause",
            "cause",
            counts.idle,
        ),
        _grown(counts.tallies),
        _scores(counts.scores),
        *callback_counts(counts.callbacks),
        late,
    ]


def _of(tally: Tally) -> list[str]:
    return [tally.language or "none", tally.priority_class]


def _calls(tallies: Sequence[Tally]) -> list[Metric]:
    found: list[Metric] = []
    for name, text in _COUNTS.items():
        family = CounterMetricFamily(f"callcenter_calls_{name}", text, labels=_LABELS)
        for tally in tallies:
            family.add_metric(_of(tally), getattr(tally, name))
        found.append(family)
    return found


def _grown(tallies: Sequence[Tally]) -> Metric:
    family = CounterMetricFamily(
        "callcenter_told_grew",
        "How often a caller heard of a longer wait than before; unexplained: must not be",
        labels=(*_LABELS, "cause"),
    )
    for tally in tallies:
        for cause in _CAUSES:
            family.add_metric([*_of(tally), cause], getattr(tally, f"told_grew_{cause}"))
    return family


def _scores(scores: Sequence[Scores]) -> Metric:
    family = CounterMetricFamily(
        "callcenter_survey_answers",
        "Answers to the survey's questions",
        labels=("language", "entry_point", "question", "score"),
    )
    for row in scores:
        for score, count in enumerate(row.counts, 1):
            if count:
                labels = [row.language, row.entry_point, row.question, str(score)]
                family.add_metric(labels, count)
    return family


def _spans(tallies: Sequence[Tally]) -> list[Metric]:
    found: list[Metric] = []
    for name, (count, total, text) in _SPANS.items():
        family = SummaryMetricFamily(f"callcenter_{name}_seconds", text, labels=_LABELS)
        for tally in tallies:
            family.add_metric(_of(tally), getattr(tally, count), getattr(tally, total) / 1000)
        found.append(family)
    return found


def _answers(tallies: Sequence[Tally]) -> Metric:
    family = HistogramMetricFamily(
        "callcenter_speed_of_answer_seconds", "From standing in line to the answer", labels=_LABELS
    )
    for tally in tallies:
        buckets, total = [], 0
        for bound, count in zip(WAIT_BOUNDS, tally.wait_buckets, strict=False):
            total += count
            buckets.append((str(bound / 1000), total))
        buckets.append(("+Inf", total + tally.wait_buckets[-1]))
        family.add_metric(_of(tally), buckets, tally.wait_sum / 1000)
    return family


def _seconds(name: str, text: str, label: str, spent: dict[tuple[str, str], Millis]) -> Metric:
    family = CounterMetricFamily(name, text, labels=("language", label))
    for (language, value), milliseconds in sorted(spent.items()):
        family.add_metric([language, value], milliseconds / 1000)
    return family
