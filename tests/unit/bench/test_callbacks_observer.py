"""The observer of the day: what it counts as kept, late, lost and rung twice."""

from typing import Any

from language_routing.languages import Language
from ops.bench.callbacks.observer import Observer, Record, kept, rank
from ops.bench.callbacks.promises import Answer

SV = Language("sv")


def observer(**more: Any) -> Observer:
    """With one promise, "b1", from 100 to 200."""
    seen = Observer(attempts=3)
    times = {"earliest": 100, "latest": 200, **more}
    seen.promised("b1", Record(kind="medical", language=SV, promised=0, **times))
    return seen


def rung(seen: Observer, at: int, talks: int | None = None) -> None:
    seen.rings("b1", at)
    if talks is not None:
        seen.answers("b1")
        seen.talks("b1", talks, 0)
        seen.hangs_up("b1")


def test_talked_to_by_the_promised_time_is_kept_and_a_moment_later_is_late() -> None:
    seen = observer()
    rung(seen, 190, talks=200)
    assert (kept(seen.records.values()).kept, kept(seen.records.values()).late) == (1, 0)
    seen = observer()
    rung(seen, 190, talks=201)
    found = kept(seen.records.values())
    assert (found.kept, found.late, found.late_but_rung, found.rate) == (0, 1, 1, 0.0)


def test_who_rang_herself_and_was_served_in_time_is_kept() -> None:
    seen = observer()
    seen.rang_in("b1", 50)
    found = kept(seen.records.values())
    assert (found.kept, found.rate) == (1, 1.0)


def test_who_is_never_reached_counts_against_us_only_if_she_was_not_rung_in_time() -> None:
    for first, rate in ((150, None), (250, 0.0)):
        seen = observer()
        for at in (first, first + 1, first + 2):
            rung(seen, at)
            seen.fails("b1", Answer.NOBODY)
        found = kept(seen.records.values())
        assert (found.unreached, found.rate, found.kept_rate) == (1, rate, 0.0)


def test_a_number_that_is_nobodys_is_unreached_at_once_and_busy_is_not() -> None:
    seen = observer()
    seen.fails("b1", Answer.BUSY)
    assert not seen.records["b1"].over
    seen.fails("b1", Answer.INVALID)
    assert seen.records["b1"].over == "unreached"


def test_a_promise_without_an_end_is_lost_unless_somebody_means_to_keep_it() -> None:
    seen = observer()
    assert seen.lost(lambda _: True) == []
    assert seen.lost(lambda _: False) == ["b1"]
    assert seen.still_open(lambda _: True, "medical") == 1
    rung(seen, 150, talks=160)
    assert seen.lost(lambda _: False) == []


def test_whoever_answers_after_the_end_was_called_twice() -> None:
    seen = observer()
    rung(seen, 150, talks=160)
    assert seen.doubled == 0
    seen.answers("b1")
    assert seen.doubled == 1


def test_an_answer_after_a_cancellation_or_a_settled_call_of_hers_is_a_double_too() -> None:
    for over in ("cancelled", "rang in"):
        seen = observer()
        if over == "cancelled":
            seen.cancelled("b1")
        else:
            seen.rang_in("b1", 50)
        seen.answers("b1")
        assert (over, seen.doubled) == (over, 1)


def test_a_second_answer_within_a_conversation_is_a_double() -> None:
    seen = observer()
    seen.answers("b1")
    seen.talks("b1", 150, 0)
    seen.answers("b1")
    assert seen.doubled == 1


def test_another_time_is_judged_by_that_time() -> None:
    seen = observer()
    seen.moved("b1", 300, 400)
    rung(seen, 350, talks=360)
    assert kept(seen.records.values()).kept == 1


def test_a_prediction_is_judged_once_by_the_first_nurse() -> None:
    seen = observer()
    seen.expects("b1-1.0", SV, 1_000)
    seen.assigned("b1-1.0", 1_400)
    seen.assigned("b1-1.0", 9_000)
    seen.assigned("another", 9_000)
    assert seen.errors == [(SV, 400)]


def test_a_kept_place_has_no_time_to_be_judged_by() -> None:
    seen = observer(earliest=None, latest=None)
    rung(seen, 150, talks=160)
    assert kept(seen.records.values()).promised == 0


def test_ranks_are_in_seconds() -> None:
    assert rank([1_000, 2_000, 3_000], 0.5) == 2.0
    assert rank([], 0.5) is None
