"""The check: what stands and is brought forward by nothing is found, and nothing else."""

from typing import Any

import pytest
from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, Kind
from callbacks.policy import CallbackPolicy
from callcenter.acd.board import Board
from callcenter.worker.check import OVERDUE, examine
from tests.unit.acd.world import World

NOW = 100_000_000
SOME = Callback(
    id=CallbackId("cb-1"), kind=Kind.MEDICAL, state=CallbackState.SCHEDULED, since=NOW - 9_000_000,
    language=None, booked=NOW - 9_000_000, earliest=NOW, deadline=NOW, arrived=NOW,
    caller="c", sealed="s", latest=NOW + 3_600_000, due_at=NOW + 1,
)  # fmt: skip


def board(*callbacks: Callback, on: bool = True) -> Board:
    world = World(callbacks=CallbackPolicy() if on else None)
    world.queues("c1")
    found = world.board
    for callback in callbacks:
        found.put_callback(callback)
    return found


def change(**parts: Any) -> Callback:
    return replace(SOME, **parts)


@pytest.mark.parametrize(
    "callback",
    [
        change(due_at=None),
        change(due_at=NOW - OVERDUE - 1),
        change(state=CallbackState.DUE, due_at=None),
        change(state=CallbackState.DUE, held="closed", due_at=NOW - OVERDUE - 1),
        change(state=CallbackState.DUE, held="talked", due_at=None),
        change(state=CallbackState.DUE, held="on_the_phone", held_by="gone", due_at=None),
        change(state=CallbackState.WAITING, due_at=None, now="gone"),
        change(state=CallbackState.TALKING, due_at=None, now="gone"),
    ],
)
def test_what_nothing_brings_forward_is_overlooked(callback: Callback) -> None:
    assert examine(board(callback), NOW).overlooked == (callback,)


@pytest.mark.parametrize(
    "callback",
    [
        SOME,
        change(due_at=NOW - OVERDUE),
        change(state=CallbackState.DUE, held="on_the_phone", held_by="c1", due_at=None),
        change(state=CallbackState.DUE, held="off", due_at=None),
        change(state=CallbackState.WAITING, due_at=None, now="c1"),
        change(state=CallbackState.TALKING, due_at=None, now="c1"),
        change(state=CallbackState.DONE, due_at=None),
        change(state=CallbackState.GIVEN_UP, due_at=None),
    ],
)
def test_what_something_will_bring_forward_is_not(callback: Callback) -> None:
    assert examine(board(callback), NOW).overlooked == ()


def test_a_site_that_rings_nobody_overlooks_nobody() -> None:
    assert examine(board(change(due_at=None), on=False), NOW).overlooked == ()


def test_those_past_their_promise_are_counted_until_they_are_rung() -> None:
    late = [
        change(id=CallbackId(f"cb-{state}"), state=state, latest=NOW - 1, due_at=NOW)
        for state in (CallbackState.SCHEDULED, CallbackState.WAITING, CallbackState.TALKING)
    ]
    assert examine(board(*late), NOW).late == 2
    assert examine(board(SOME, change(id=CallbackId("cb-2"), latest=None)), NOW).late == 0


def test_a_task_is_old_after_a_quarter_of_an_hour_until_it_is_settled() -> None:
    gone = change(state=CallbackState.GIVEN_UP, due_at=None, task=NOW - 900_001, ended=NOW)
    assert examine(board(gone), NOW).tasks == 1
    assert examine(board(replace(gone, settled="visited")), NOW).tasks == 0
    assert examine(board(replace(gone, task=NOW - 900_000)), NOW).tasks == 0
