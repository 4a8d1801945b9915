"""Figures: what a supervisor reads, each by one definition, derived from `stats` when shown.

The store has whole numbers only; a share here is a float from 0 to 1, and `None` where there
is nothing yet to take a share of.
"""

from collections.abc import Iterable

from callcenter.acd.ids import Millis
from callcenter.acd.nurse import Nurse
from callcenter.acd.stats import Figures, SavedFigures
from callcenter.acd.tally import STATES, WAIT_BOUNDS, Staffed, Tally


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(total: Millis, count: int) -> Millis | None:
    return total // count if count else None


def stood_in_line(tally: Tally) -> int:
    """Callers who stood in line; whoever was moved counts only where she was put."""
    return tally.queued - tally.moved


def service_level(tally: Tally) -> float | None:
    """Service level, form 1: answered within the target / answered.

    Within: at or before the contact's deadline. Whoever gave up is not in it, so it can look
    good while many give up; read it together with form 2.
    """
    return _share(tally.answered_within, tally.answered)


def service_level_of_all(tally: Tally) -> float | None:
    """Service level, form 2: (answered within + abandoned within) / (answered + abandoned).

    Short abandons are in neither part, nor are those who are rung back (cut off, withdrawn,
    kept places), transferred or refused.
    """
    within = tally.answered_within + tally.abandoned_within
    return _share(within, tally.answered + tally.abandoned)


def speed_of_answer(tally: Tally) -> Millis | None:
    """Mean speed of answer: from standing in line to the first real answer, of those answered."""
    return _mean(tally.wait_sum, tally.answered)


def answered_by(tally: Tally, percent: int) -> Millis | None:
    """The least of `WAIT_BOUNDS` within which `percent` of those answered had their answer.

    `None` if nobody was answered, or if it lies beyond the last bound.
    """
    wanted, reached = percent * sum(tally.wait_buckets), 0
    if not wanted:
        return None
    for bound, count in zip(WAIT_BOUNDS, tally.wait_buckets, strict=False):
        reached += count
        if 100 * reached >= wanted:
            return bound
    return None


def abandonment(tally: Tally) -> float | None:
    """Abandonment rate: abandoned / (answered + abandoned); short abandons are in neither."""
    return _share(tally.abandoned, tally.answered + tally.abandoned)


def handle_time(tally: Tally) -> Millis | None:
    """Mean handle time: (talk time + wrap-up) / conversations; those that are over.

    A wrap-up that still lasts is missing from it.
    """
    return _mean(tally.talk_sum + tally.wrap_sum, tally.talks)


def within_estimate(tally: Tally) -> float | None:
    """Calibration: answered within the stated range of waiting / answered after one was stated."""
    stated = tally.estimated_within + tally.estimated_early + tally.estimated_late
    return _share(tally.estimated_within, stated)


def grown(tally: Tally) -> int:
    """How often a caller heard of a longer wait than before, for whatever reason."""
    explained = tally.told_grew_overtaken + tally.told_grew_fewer_nurses + tally.told_grew_overrun
    return explained + tally.told_grew_unexplained


def hand_over(tally: Tally) -> Millis | None:
    """Mean hand-over: from the decision of an offer to the nurse's phone being tried."""
    return _mean(tally.hand_over_sum, tally.hand_overs)


def busy_time(staffed: Staffed) -> Millis:
    """Nurse-milliseconds spent on callers: ringing + talking + wrap-up."""
    return staffed.ringing + staffed.talking + staffed.wrap_up


def occupancy(staffed: Staffed) -> float | None:
    """Occupancy: (ringing + talking + wrap-up) / (those + ready); paused time is in neither.

    A nurse who speaks two languages counts in both of them.
    """
    return _share(busy_time(staffed), busy_time(staffed) + staffed.ready)


def added_up(tallies: Iterable[Tally]) -> Tally:
    """The sum of several languages, classes or half-hours, from which any share can be taken."""
    total = Tally(language=None, priority_class="")
    for tally in tallies:
        total.add(tally)
    return total


def worked(staffing: Iterable[Staffed]) -> Staffed:
    """The sum of several half-hours; of several languages only if no nurse speaks two."""
    total = Staffed(language=None)
    for row in staffing:
        for state in STATES:
            setattr(total, state, getattr(total, state) + getattr(row, state))
    return total


def staffed_until(figures: Figures, nurses: Iterable[Nurse], now: Millis) -> list[Staffed]:
    """`Figures.staffing` with the states that still last, up to `now`."""
    lasting = Figures()
    lasting.restore(SavedFigures(staffed=figures.staffing(), boundary=figures.boundary))
    for nurse in nurses:
        lasting.staffed(nurse.chosen or nurse.languages, nurse.state, nurse.since, now)
    return lasting.staffing()
