"""The callback's table, move by move."""

from itertools import product

import pytest
from msgspec.structs import replace

from callbacks.callback import (
    CALLBACK_MOVES,
    ENDED,
    IN_LINE,
    Callback,
    CallbackError,
    CallbackId,
    CallbackMove,
    CallbackState,
    DialResult,
    Kind,
)
from language_routing.languages import Language

# Written a second time and by hand: a line for each state, each move with where it leads.
TABLE = {
    "scheduled": "come_due:due hold:due finish:done cancel:cancelled move:scheduled",
    "due": "line_up:waiting hold:due finish:done cancel:cancelled move:scheduled",
    "waiting": "hold:due ring:ringing answer:preview dial:dialling fail:scheduled "
    "give_up:given_up finish:done cancel:cancelled move:scheduled",
    "ringing": "spare:waiting lose_nurse:holding answer:preview dial:dialling serve:talking "
    "fail:scheduled give_up:given_up finish:done",
    "preview": "spare:waiting dial:dialling serve:talking fail:scheduled give_up:given_up "
    "finish:done",
    "dialling": "reach:holding serve:talking spare:waiting fail:scheduled give_up:given_up "
    "finish:done",
    "holding": "ring:ringing serve:talking fail:scheduled give_up:given_up finish:done",
    "talking": "lose_nurse:holding fail:scheduled give_up:given_up finish:done",
    "done": "",
    "given_up": "",
    "cancelled": "",
}
LEGAL = {
    (CallbackState(state), CallbackMove(move)): CallbackState(to)
    for state, moves in TABLE.items()
    for move, to in (pair.split(":") for pair in moves.split())
}
ALL = list(product(CallbackState, CallbackMove))


def callback(state: CallbackState, **fields: object) -> Callback:
    known = Callback(
        id=CallbackId("b1"), kind=Kind.MEDICAL, state=state, since=10, language=Language("sv"),
        booked=5, earliest=10, deadline=20, arrived=10, caller="hash", sealed="sealed", latest=30,
    )  # fmt: skip
    return replace(known, **fields)


@pytest.mark.parametrize(("state", "move"), [pair for pair in ALL if pair in LEGAL])
def test_a_legal_move_leads_where_the_table_says(state: CallbackState, move: CallbackMove) -> None:
    before = callback(state)
    after = before.move(move, 99)
    assert (after.state, after.since) == (LEGAL[state, move], 99)
    assert before == callback(state)
    assert before.can(move)


@pytest.mark.parametrize(("state", "move"), [pair for pair in ALL if pair not in LEGAL])
def test_a_move_that_is_not_in_the_table_is_illegal(
    state: CallbackState, move: CallbackMove
) -> None:
    with pytest.raises(CallbackError, match=f"callback: {move} while {state}"):
        callback(state).move(move, 99)
    assert not callback(state).can(move)


def test_the_table_has_no_other_move_and_no_way_out_of_an_end() -> None:
    assert CALLBACK_MOVES == LEGAL
    assert not [pair for pair in CALLBACK_MOVES if pair[0] in ENDED]


def test_a_callback_that_leaves_the_line_leaves_its_call_behind() -> None:
    talking = callback(
        CallbackState.TALKING, now="b1-1.0", dialled=11, reached=12, result=DialResult.BUSY
    )
    again = talking.move(CallbackMove.FAIL, 50)
    assert (again.now, again.dialled, again.reached, again.result) == (None,) * 4
    assert again.ended is None
    assert talking.move(CallbackMove.FINISH, 50).ended == 50


def test_why_it_is_held_back_is_forgotten_in_line() -> None:
    held = callback(
        CallbackState.DUE, held="on_the_phone", held_by="c1", talks_with="n1", resume=9, due_at=12
    )
    again = held.move(CallbackMove.HOLD, 50)
    assert (again.held, again.held_by, again.talks_with, again.resume) == (
        "on_the_phone", "c1", "n1", 9,
    )  # fmt: skip
    waiting = held.move(CallbackMove.LINE_UP, 50)
    assert (waiting.held, waiting.held_by, waiting.talks_with) == ("", None, None)
    assert (waiting.resume, waiting.due_at) == (None, None)


@pytest.mark.parametrize(("state", "seen"), list(product(CallbackState, CallbackState)))
def test_only_in_line_it_follows_what_is_seen_of_its_call(
    state: CallbackState, seen: CallbackState
) -> None:
    if state in IN_LINE and seen in IN_LINE:
        followed = callback(state).follow(seen, 40)
        assert (followed.state, followed.since) == (seen, 10 if seen is state else 40)
    else:
        with pytest.raises(CallbackError, match=f"callback: {seen} while {state}"):
            callback(state).follow(seen, 40)


def test_a_task_keeps_an_ended_one_until_it_is_settled() -> None:
    assert not callback(CallbackState.DUE).settled_for_good
    assert callback(CallbackState.DONE).settled_for_good
    assert not callback(CallbackState.GIVEN_UP, task=5).settled_for_good
    assert callback(CallbackState.GIVEN_UP, task=5, settled="visited").settled_for_good
