"""What the fold counts: half-hours, their age, and that a snapshot changes nothing."""

from collections.abc import Callable

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.stats import KEPT, Figures, SavedFigures
from callcenter.acd.tally import HALF_HOUR, Tally
from language_routing.languages import Language

SV, AR = Language("sv"), Language("ar")
START = 986_112 * HALF_HOUR  # of a half-hour, and of 1 April 2026


# -- half-hours -------------------------------------------------------------------------


def test_a_count_goes_to_the_half_hour_of_its_instant() -> None:
    figures = Figures()
    for at in (START - 1, START, START + HALF_HOUR - 1, START + HALF_HOUR):
        figures.tally(SV, "public", at).queued += 1
    figures.tally(AR, "staff", START).queued += 5
    assert [(t.since - START, t.language, t.queued) for t in figures.half_hours()] == [
        (-HALF_HOUR, "sv", 1), (0, "sv", 2), (0, "ar", 5), (HALF_HOUR, "sv", 1)
    ]  # fmt: skip
    assert [(t.language, t.priority_class, t.since, t.queued) for t in figures.totals()] == [
        ("sv", "public", 0, 4), ("ar", "staff", 0, 5)
    ]  # fmt: skip


def test_totals_go_on_from_the_last_look_and_are_nobodys_to_change() -> None:
    figures = Figures()
    figures.tally(SV, "public", START).answered_after(7_000)
    figures.totals()[0].answered += 100
    figures.tally(SV, "public", START).answered_after(8_000)
    figures.half_hours()[0].answered += 100
    figures.tally(SV, "public", START + HALF_HOUR).answered_after(9_000)
    (total,) = figures.totals()
    assert (total.answered, total.wait_sum, total.wait_buckets[1]) == (3, 24_000, 3)


def test_a_half_hour_that_ended_a_day_ago_is_added_to_all_that_is_older() -> None:
    figures = Figures()
    for at in (START, START + HALF_HOUR, START + KEPT):
        figures.tally(SV, "public", at).answered_after(1_000)
        figures.staffed((SV,), "ready", at, at + 60_000)
        figures.idle(SV, "gateway", 500, at)
    figures.totals()
    figures.retire(START + KEPT + HALF_HOUR - 1)  # it ended less than a day ago
    assert [t.since for t in figures.half_hours()] == [START, START + HALF_HOUR, START + KEPT]
    figures.retire(START + KEPT + HALF_HOUR)
    assert [t.since for t in figures.half_hours()] == [START + HALF_HOUR, START + KEPT]
    figures.retire(START + KEPT + 2 * HALF_HOUR)
    assert [t.since for t in figures.half_hours()] == [START + KEPT]
    assert [(t.answered, t.wait_sum) for t in figures.totals()] == [(3, 3_000)]
    assert [(s.since, s.language, s.ready) for s in figures.staffing()] == [
        (0, None, 120_000), (0, "sv", 120_000),
        (START + KEPT, None, 60_000), (START + KEPT, "sv", 60_000),
    ]  # fmt: skip
    assert [(i.since, i.nurse_ms) for i in figures.idling()] == [(0, 1_000), (START + KEPT, 500)]


def test_what_ends_after_its_half_hour_has_gone_counts_with_all_that_is_older() -> None:
    figures = Figures()
    figures.retire(START + KEPT)
    figures.tally(SV, "public", START - 1).answered_after(1_000)
    figures.idle(SV, "doubt", 7, START - 1)
    figures.tally(SV, "public", START).answered_after(1_000)
    assert [t.since for t in figures.half_hours()] == [START]
    assert figures.totals()[0].answered == 2
    assert [i.since for i in figures.idling()] == [0]


# -- nurses' time -----------------------------------------------------------------------


def test_nurses_time_is_split_at_half_hours_and_counted_for_each_language_and_once() -> None:
    figures = Figures()
    figures.staffed((SV, AR), "talking", START - 10_000, START + HALF_HOUR + 5_000)
    figures.staffed((AR,), "wrap_up", START, START + 3_000)
    figures.staffed((AR,), "signed_out", START, START + 3_000)
    figures.staffed((AR,), "ready", START, START)
    rows = {(s.since - START, s.language): (s.talking, s.wrap_up, s.ready) for s in
            figures.staffing()}  # fmt: skip
    assert rows == {
        (-HALF_HOUR, None): (10_000, 0, 0),
        (-HALF_HOUR, AR): (10_000, 0, 0),
        (-HALF_HOUR, SV): (10_000, 0, 0),
        (0, None): (HALF_HOUR, 3_000, 0),
        (0, AR): (HALF_HOUR, 3_000, 0),
        (0, SV): (HALF_HOUR, 0, 0),
        (HALF_HOUR, None): (5_000, 0, 0),
        (HALF_HOUR, AR): (5_000, 0, 0),
        (HALF_HOUR, SV): (5_000, 0, 0),
    }


def test_a_pause_of_years_costs_no_more_than_a_day_of_half_hours() -> None:
    figures = Figures()
    figures.retire(START)
    figures.staffed((SV,), "not_ready", 0, START + 1_000)
    rows = [s for s in figures.staffing() if s.language is None]
    assert len(rows) == 50
    assert (rows[0].since, rows[0].not_ready) == (0, START - KEPT)
    assert sum(row.not_ready for row in rows) == START + 1_000


def test_idle_while_eligible_is_kept_by_language_and_cause() -> None:
    figures = Figures()
    figures.idle(SV, "gateway", 500, START + 1)
    figures.idle(SV, "gateway", 250, START + 2)
    figures.idle(SV, "held", 3, START + 2)
    figures.idle(AR, "gateway", 4, START + HALF_HOUR)
    assert [(i.language, i.cause, i.since - START, i.nurse_ms) for i in figures.idling()] == [
        ("sv", "gateway", 0, 750), ("sv", "held", 0, 3), ("ar", "gateway", HALF_HOUR, 4)
    ]  # fmt: skip


# -- snapshots --------------------------------------------------------------------------


def restored(figures: Figures) -> Figures:
    again = Figures()
    again.tally(AR, "forgotten", START).queued += 1
    again.restore(msgspec.json.decode(msgspec.json.encode(figures.save()), type=SavedFigures))
    return again


Change = Callable[[Figures], object]
languages = st.sampled_from([SV, AR, Language("so")])
instants = st.integers(START - 2 * HALF_HOUR, START + KEPT + 4 * HALF_HOUR)


def _answer(language: Language, priority_class: str, at: int, wait: int) -> Change:
    return lambda figures: figures.tally(language, priority_class, at).answered_after(wait)


def _work(spoken: list[Language], state: str, at: int, span: int) -> Change:
    return lambda figures: figures.staffed(tuple(spoken), state, at, at + span)


changes: st.SearchStrategy[list[Change]] = st.lists(
    st.one_of(
        st.builds(_answer, languages, st.sampled_from(["public", "staff"]), instants,
                  st.integers(0, 3_000_000)),
        st.builds(_work, st.lists(languages, unique=True),
                  st.sampled_from(["ready", "talking", "not_ready"]), instants,
                  st.integers(0, 3 * HALF_HOUR)),
        instants.map(lambda at: lambda figures: figures.idle(SV, "held", 7, at)),
        instants.map(lambda at: lambda figures: figures.retire(at)),
        st.just(lambda figures: figures.totals()),
    )
)  # fmt: skip


@given(changes, changes)
def test_figures_made_again_from_a_snapshot_go_on_as_the_first_would_have(
    before: list[Change], after: list[Change]
) -> None:
    figures = Figures()
    for change in before:
        change(figures)
    again = restored(figures)
    for change in after:
        change(figures)
        change(again)
    assert again.save() == figures.save()
    assert again.totals() == figures.totals()
    assert again.half_hours() == figures.half_hours()


calls = st.tuples(languages, st.sampled_from(["public", "staff"]), instants)


@given(st.lists(st.one_of(calls, instants)), st.integers(1, 4))
def test_nothing_is_lost_or_counted_twice_by_looking_and_ageing(
    course: list[tuple[Language, str, int] | int], every: int
) -> None:
    figures = Figures()
    expected: dict[tuple[Language | None, str], int] = {}
    for number, step in enumerate(course):
        if isinstance(step, int):
            figures.retire(step)
            continue
        language, priority_class, at = step
        figures.tally(language, priority_class, at).answered_after(1_000)
        expected[language, priority_class] = expected.get((language, priority_class), 0) + 1
        if number % every == 0:
            figures.totals()
    totals, kept = figures.totals(), figures.save().tallies
    assert {(t.language, t.priority_class): t.answered for t in totals} == expected
    assert list(expected) == [(t.language, t.priority_class) for t in totals]
    assert sum(t.wait_buckets[0] for t in kept) == sum(expected.values())
    assert all(t.since == 0 or t.since >= figures.boundary for t in kept)


def test_a_snapshot_does_not_change_with_what_comes_after_it() -> None:
    figures = Figures()
    figures.tally(SV, "public", START).answered_after(1_000)
    saved = figures.save()
    before = msgspec.json.encode(saved)
    figures.tally(SV, "public", START).answered_after(1_000)
    figures.staffed((SV,), "ready", START, START + 1)
    assert msgspec.json.encode(saved) == before
    again = Figures()
    again.restore(saved)
    again.tally(SV, "public", START).answered_after(1_000)
    assert msgspec.json.encode(saved) == before


def test_the_tallies_of_an_old_snapshot_are_all_older_than_the_half_hours() -> None:
    old = b'[{"language":"sv","priority_class":"public","queued":3,"answered":2,"wait_sum":9000,'
    old += b'"wait_buckets":[2,0,0,0,0,0,0,0,0,0,0,0,0],"talk_sum":0,"talks":0}]'
    figures = Figures()
    figures.restore(msgspec.json.decode(old, type=list[Tally]))
    figures.tally(SV, "public", START).answered_after(1_000)
    assert [(t.queued, t.answered, t.wait_sum) for t in figures.totals()] == [(3, 3, 10_000)]
    assert [t.answered for t in figures.half_hours()] == [1]
