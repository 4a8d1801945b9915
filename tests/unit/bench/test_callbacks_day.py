"""The bench's day in small: the production fold loses nobody, and the observer sees if it does."""

from dataclasses import replace

import pytest
from msgspec import structs

from callbacks.callback import CallbackState, Done
from callcenter.acd.ids import NurseId
from callcenter.simulate.model import Move
from language_routing.languages import Language
from ops.bench.callbacks.day import Day
from ops.bench.callbacks.observer import kept
from ops.bench.callbacks.promises import HOUR
from ops.bench.callbacks.roster import SLOT, Duty, changes, staffed
from ops.bench.callbacks.setting import CALLBACK_HANDLE, Setting, load, setting


def small(count: int) -> Setting:
    """A day with few callers."""
    chosen = setting(count, seed=5)
    return replace(chosen, callers=chosen.callers[::20])


@pytest.fixture(scope="module")
def day() -> Day:
    found = Day(small(400))
    found.run()
    return found


def test_every_promise_comes_to_an_end_and_nobody_is_called_twice(day: Day) -> None:
    records = day.observer.records.values()
    assert sum(record.kind == "medical" for record in records) == 400
    assert all(record.over for record in records if record.kind == "medical")
    assert day.observer.lost(day.is_open) == []
    assert day.observer.doubled == 0
    assert day.observer.nurse_rung_while_busy == 0


def test_the_ledger_counts_what_was_seen(day: Day) -> None:
    seen, said = kept(day.observer.records.values()), day.ledger_says()
    assert said["kept"] == seen.kept > 300
    assert (said["late"], said["cancelled"]) == (seen.late, seen.cancelled)
    assert said["unreached"] == seen.unreached
    assert said["dials"] == sum(
        len(record.rung) for record in day.observer.records.values() if record.kind == "medical"
    )


def test_a_promise_that_the_fold_forgets_is_seen_to_be_lost() -> None:
    chosen = small(60)
    day = Day(chosen)
    ledger = day.clock.shard.board.ledger
    first = chosen.promises[0]

    day.clock.later(first.at + 1, lambda: ledger._all.pop(first.id))
    day.run()
    assert day.observer.lost(day.is_open) == [first.id]


def test_a_patient_whom_the_fold_rings_again_is_seen_to_be_doubled() -> None:
    chosen = small(60)
    day = Day(chosen)
    board = day.clock.shard.board

    def again() -> None:
        """Every callback that was talked about is scheduled anew, as by a fold that forgot."""
        for callback in list(board.ledger):
            if callback.done is Done.TALKED:
                board.put_callback(
                    structs.replace(
                        callback, state=CallbackState.SCHEDULED, due_at=day.clock.now, ended=None
                    )
                )

    day.clock.later(chosen.midnight + 20 * HOUR, again)
    day.run()
    assert day.observer.doubled > 20


def test_a_day_without_nurses_for_it_keeps_no_promise() -> None:
    chosen = small(40)
    nobody = Day(chosen)
    for duty in chosen.duties:
        nobody._at_work.discard(duty.nurse)
    nobody._changes = lambda change: None  # type: ignore[method-assign]
    nobody.run()
    found = kept(nobody.observer.records.values())
    assert found.kept == 0
    assert nobody.observer.lost(nobody.is_open) == []
    assert nobody.observer.still_open(nobody.is_open, "medical") > 30


def test_the_work_is_spread_over_the_windows() -> None:
    chosen = small(400)
    without = replace(chosen, promises=())
    added = sum(work for _, work in load(chosen)) - sum(work for _, work in load(without))
    assert added == pytest.approx(400 * CALLBACK_HANDLE / SLOT)


def test_a_break_takes_a_nurse_out_of_the_half_hour() -> None:
    duty = Duty(nurse=NurseId("n1"), languages=(Language("sv"),), begins=0, ends=2 * SLOT,
                breaks=((SLOT // 2, SLOT),))  # fmt: skip
    assert staffed([duty], 0, 3) == [0.5, 1.0, 0.0]
    assert staffed([duty], 0, 3, Language("fi")) == [0.0, 0.0, 0.0]
    assert [change.move for change in changes([duty])] == [
        Move.READY, Move.PAUSE, Move.READY, Move.OFF,
    ]  # fmt: skip
