"""How the report counts: the same by the ledger's counts and by the callbacks of a span."""

import pytest
from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, Done, Kind
from callbacks.ledger import Counts, Ledger
from callcenter.callback_desk.report import Row, since, since_ever
from language_routing.languages import Language

SV, AR = Language("sv"), Language("ar")
HOUR = 3_600_000
NOW = 100 * HOUR
ONE = Callback(
    id=CallbackId("a"), kind=Kind.MEDICAL, state=CallbackState.SCHEDULED, since=NOW - 2 * HOUR,
    language=SV, booked=NOW - 2 * HOUR, earliest=NOW - HOUR, latest=NOW, deadline=NOW,
    arrived=NOW - HOUR, caller="h", sealed="s",
)  # fmt: skip
ENDS = {
    "kept": {"done": Done.TALKED, "talked": NOW, "ended": NOW + 1, "state": CallbackState.DONE},
    "late": {"done": Done.TALKED, "talked": NOW + 1, "ended": NOW + 9, "state": CallbackState.DONE},
    "unreached": {"state": CallbackState.GIVEN_UP, "ended": NOW, "first_tried": NOW, "task": NOW},
    "cancelled": {"state": CallbackState.CANCELLED, "ended": NOW},
}


def ledger(*callbacks: Callback) -> Ledger:
    """A ledger that has counted their beginnings and ends, as the fold does."""
    made = Ledger()
    for one in callbacks:
        counts = made.counts(one)
        counts.booked += 1
        counts.overbooked += one.overbooked
        if not one.open:
            made.count_end(one)
        made.put(one)
    return made


def ended(name: str, how: str, **more: object) -> Callback:
    return replace(ONE, id=CallbackId(name), **ENDS[how] | more)


def figures(row: Row) -> tuple[int, ...]:
    return (row.booked, row.kept, row.late, row.unreached, row.tried_in_time, row.cancelled)


@pytest.mark.parametrize("how", ENDS)
def test_each_end_counts_alike_in_the_ledger_and_in_a_span(how: str) -> None:
    found = ledger(ended("a", how))
    [ever] = since_ever(found, NOW)
    [lately] = since(found, NOW - 3 * HOUR, NOW)
    assert figures(ever) == figures(lately)
    assert getattr(ever, how) == 1
    assert sum(figures(ever)) == (3 if how == "unreached" else 2)


def test_the_kept_rate_is_of_kept_late_and_unreached() -> None:
    found = ledger(
        ended("a", "kept"), ended("b", "kept"), ended("c", "late"), ended("d", "unreached"),
        ended("e", "cancelled"), replace(ONE, id=CallbackId("f")),
    )  # fmt: skip
    [row] = since_ever(found, NOW)
    assert (row.booked, row.kept_rate) == (6, 0.5)
    assert since_ever(ledger(ended("a", "cancelled")), NOW)[0].kept_rate is None


def test_who_has_rung_in_counts_by_when_it_ended_and_what_people_settled_in_neither_part() -> None:
    rang = ended("a", "kept", done=Done.RANG_IN, talked=None, ended=NOW)
    slow = ended("b", "kept", done=Done.SETTLED, talked=None, ended=NOW + 1)
    [row] = since(ledger(rang, slow), 0, NOW)
    assert (row.kept, row.late, row.rang_in, row.settled) == (1, 0, 1, 1)
    assert row.kept_rate == 1.0


def test_what_was_before_the_span_is_not_in_it() -> None:
    found = ledger(ended("a", "kept", ended=NOW - HOUR, talked=NOW - HOUR), ended("b", "kept"))
    [row] = since(found, NOW - 1, NOW)
    assert (row.booked, row.kept) == (0, 1)


def test_open_ones_are_late_when_the_promised_time_is_over_and_nobody_has_talked() -> None:
    found = ledger(ONE, replace(ONE, id=CallbackId("b"), talked=NOW))
    [row] = since_ever(found, NOW + 1)
    assert (row.open, row.open_late) == (2, 1)
    assert since_ever(found, NOW)[0].open_late == 0


def test_a_kept_place_has_no_kept_rate_and_an_error_of_its_prediction() -> None:
    place = replace(ended("a", "kept"), kind=Kind.KEPT_PLACE, latest=None)
    found = ledger(place, ended("b", "kept"))
    counts = found.counts(place)
    counts.predicted, counts.error_sum = 4, 10_000
    medical, kept = since_ever(found, NOW)
    assert (medical.kind, kept.kind) == (Kind.MEDICAL, Kind.KEPT_PLACE)
    assert (kept.without_promise, kept.kept_rate) == (1, None)
    assert (kept.predicted, kept.error) == (4, 2_500)
    assert (medical.predicted, medical.error) == (0, None)
    [_, lately] = since(found, 0, NOW)
    assert (lately.predicted, lately.error) == (None, None)  # nobody knows of when it is


def test_moves_are_counted_of_all_time_alone() -> None:
    found = ledger(ONE)
    found.counts(ONE).moved = 3
    assert [row.moved for row in since_ever(found, NOW)] == [3]
    assert [row.moved for row in since(found, 0, NOW)] == [None]  # nobody knows of when they are


def test_languages_are_those_that_the_patients_speak() -> None:
    found = ledger(ONE, replace(ONE, id=CallbackId("b"), wanted=AR), replace(ONE, language=AR))
    assert [row.language for row in since_ever(found, NOW)] == [AR, SV]
    assert Counts(language=None, kind=Kind.MEDICAL).booked == 0
