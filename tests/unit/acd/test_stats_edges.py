"""What a snapshot and a day's end must leave of the figures."""

import msgspec

from callcenter.acd.stats import KEPT, Figures, SavedFigures
from callcenter.acd.tally import HALF_HOUR
from tests.unit.acd.world import AR, SV

DAY_2 = KEPT + 2 * HALF_HOUR


def restored(figures: Figures) -> Figures:
    again = Figures()
    again.restore(msgspec.json.decode(msgspec.json.encode(figures.save()), type=SavedFigures))
    return again


def idled() -> Figures:
    figures = Figures()
    figures.idle(SV, "held", 5, HALF_HOUR)
    figures.idle(AR, "doubt", 7, HALF_HOUR)
    figures.idle(AR, "held", 9, HALF_HOUR)
    return figures


def test_the_time_of_free_nurses_is_in_a_snapshot() -> None:
    assert restored(idled()).idling() == idled().idling()


def test_the_time_of_free_nurses_is_told_by_half_hour_language_and_cause() -> None:
    told = [(idle.language, idle.cause, idle.nurse_ms) for idle in idled().idling()]
    assert told == [(AR, "doubt", 7), (AR, "held", 9), (SV, "held", 5)]


def test_the_time_of_free_nurses_grows_old_under_its_language_and_cause() -> None:
    figures = idled()
    figures.retire(DAY_2 + HALF_HOUR)
    told = [(idle.since, idle.language, idle.cause, idle.nurse_ms) for idle in figures.idling()]
    assert told == [(0, AR, "doubt", 7), (0, AR, "held", 9), (0, SV, "held", 5)]


def test_a_snapshot_knows_up_to_when_half_hours_have_grown_old() -> None:
    figures = Figures()
    figures.retire(DAY_2)
    again = restored(figures)
    assert again.boundary == figures.boundary > 0
    again.tally(SV, "public", HALF_HOUR).queued += 1  # older than what is kept apart
    assert again.half_hours() == []
    assert [total.queued for total in again.totals()] == [1]


def test_half_hours_grow_old_one_by_one_and_the_one_at_the_boundary_is_kept() -> None:
    figures = Figures()
    figures.retire(KEPT + HALF_HOUR)
    before = figures.boundary
    for at in (before, before + HALF_HOUR):
        figures.tally(SV, "public", at).queued += 1
        figures.staffed((SV,), "ready", at, at + 1_000)
    figures.retire(before + KEPT + HALF_HOUR - 1)
    assert figures.boundary == before
    figures.retire(before + KEPT + HALF_HOUR)
    assert figures.boundary == before + HALF_HOUR
    assert [tally.since for tally in figures.half_hours()] == [before + HALF_HOUR]
    assert [row.since for row in figures.staffing() if row.language == SV] == [
        0,
        before + HALF_HOUR,
    ]
