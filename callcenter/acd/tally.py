"""Tally: the records of what is counted, one for each language, class and half-hour.

A contact's counts go to the half-hour in which the caller first stood in line, time to the
half-hour in which it was spent. ops/glossary.md has the words.
"""

from typing import Final

import msgspec
from msgspec.structs import replace

from callcenter.acd.ids import Millis
from language_routing.languages import Language

HALF_HOUR: Final[Millis] = 1_800_000
WAIT_BOUNDS: Final[tuple[Millis, ...]] = tuple(
    seconds * 1000 for seconds in (5, 10, 20, 30, 60, 120, 180, 240, 300, 600, 1200, 2400)
)


class Tally(msgspec.Struct, kw_only=True):
    """Counts for one language, priority class and half-hour.

    Attributes:
        since: Start of the half-hour (UTC); 0: all that is older than those kept.
        queued: Callers who stood in line.
        left_ivr: Callers who hung up before they had chosen a language.
        answered: Those whom a nurse served, counted once, when it is sure that the conversation
            is one; `answered_within` of them at or before the deadline.
        abandoned: Hung up in line; `abandoned_within` of them at or before the deadline.
        abandoned_short: Hung up in line sooner than `Policy.short_abandon`; in no other count.
        withdrawn: Told that we ring back, by a supervisor's wish or because the line is closed.
        kept: Left the line with a kept place, by the caller's own key; we owe them a call.
        transferred: Led by the menu to another place; they never stood in line.
        moved: Of those queued, put into another line or class, and counted there anew.
        refused: Newcomers who were turned away before they were answered.
        cut_off: Callers lost with an Asterisk, in conversation too; we owe them a call.
        offered: Ringings decided; `missed` are those that no nurse took, or took for a moment.
        returned: Conversations that were none: the caller went back to the place in line.
        inversions: Callers whom a nurse was given although another whom she could serve, and
            who could be offered, stood before them.
        wait_sum: Of those answered, from standing in line to the answer.
        wait_buckets: How many of them were answered within each of `WAIT_BOUNDS`, not
            cumulated; the last counts all longer waits.
        talks, talk_sum: Conversations that are over, and their length.
        wraps, wrap_sum: Wrap-ups that are over, and their length.
        estimated_within: Answered within the wait that was stated at first; `estimated_early`
            sooner, `estimated_late` later.
        hand_overs, hand_over_sum: From the decision of an offer to her phone being tried.
        told: How often a caller in line heard of her wait. `told_grew_...`: of these, how often
            its far end was later than the one that she had heard before, by `GrowthCause`;
            `told_grew_unexplained`: without one, which should never be.
    """

    language: Language | None
    priority_class: str
    since: Millis = 0
    queued: int = 0
    left_ivr: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    abandoned_short: int = 0
    withdrawn: int = 0
    moved: int = 0
    refused: int = 0
    cut_off: int = 0
    offered: int = 0
    missed: int = 0
    returned: int = 0
    inversions: int = 0
    wait_sum: Millis = 0
    wait_buckets: list[int] = msgspec.field(default_factory=lambda: [0] * (len(WAIT_BOUNDS) + 1))
    talk_sum: Millis = 0
    talks: int = 0
    wrap_sum: Millis = 0
    wraps: int = 0
    estimated_within: int = 0
    estimated_early: int = 0
    estimated_late: int = 0
    hand_over_sum: Millis = 0
    hand_overs: int = 0
    kept: int = 0
    transferred: int = 0
    told: int = 0
    told_grew_overtaken: int = 0
    told_grew_fewer_nurses: int = 0
    told_grew_overrun: int = 0
    told_grew_unexplained: int = 0

    def answered_after(self, wait: Millis) -> None:
        """Count one answer after `wait` in line."""
        self.answered += 1
        self.wait_sum += wait
        for index, bound in enumerate(WAIT_BOUNDS):
            if wait <= bound:
                self.wait_buckets[index] += 1
                return
        self.wait_buckets[-1] += 1

    def add(self, other: "Tally", times: int = 1) -> None:
        """Count what `other` has counted too; with `times` -1, no longer."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + times * getattr(other, name))
        pairs = zip(self.wait_buckets, other.wait_buckets, strict=True)
        self.wait_buckets = [mine + times * theirs for mine, theirs in pairs]

    def copy(self) -> "Tally":
        """The same counts, on their own."""
        return replace(self, wait_buckets=list(self.wait_buckets))


_LABELS: Final = ("language", "priority_class", "since", "wait_buckets")
COUNTS: Final = tuple(name for name in Tally.__struct_fields__ if name not in _LABELS)
"""The fields of a tally that are plain numbers, and can be added up."""


class Staffed(msgspec.Struct, kw_only=True):
    """How long nurses were in each state in one half-hour, in nurse-milliseconds.

    A nurse of several languages counts in full in each of them, and once in `None`.

    Attributes:
        since: As in `Tally`.
        not_ready: Paused, in whatever way.
    """

    language: Language | None
    since: Millis = 0
    ready: Millis = 0
    ringing: Millis = 0
    talking: Millis = 0
    wrap_up: Millis = 0
    not_ready: Millis = 0


STATES: Final = ("ready", "ringing", "talking", "wrap_up", "not_ready")
"""The nurses' states whose time is counted, as in `Staffed`; not that of who is signed out."""


class Idle(msgspec.Struct, kw_only=True):
    """Idle-while-eligible: how long nurses were free while a caller for them was kept back.

    Attributes:
        cause: Why the caller was: `gateway`, `doubt` or `held`.
        since: As in `Tally`.
    """

    language: Language
    cause: str
    since: Millis = 0
    nurse_ms: Millis = 0
