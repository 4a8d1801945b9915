"""Callback ends: how a callback leaves the line for good, and what is looked up for all of them."""

from typing import Final

from msgspec.structs import replace

from callbacks.callback import (
    Callback,
    CallbackError,
    CallbackId,
    CallbackMove,
    CallbackState,
    Done,
    Text,
    TextKind,
)
from callbacks.policy import CallbackPolicy
from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState, IllegalMove, Outcome
from callcenter.acd.ids import ContactId, Millis

_M: Final = CallbackMove
# Nobody's phone rings for it.
QUIET: Final = (CallbackState.SCHEDULED, CallbackState.DUE, CallbackState.WAITING)


def rules(board: Board) -> CallbackPolicy:
    if board.policy is None or board.policy.callbacks is None:
        raise IllegalMove("callback: this site rings nobody")
    return board.policy.callbacks


def known(board: Board, callback: CallbackId) -> Callback:
    found = board.ledger.get(callback)
    if found is None:
        raise IllegalMove("callback: unknown, or long over")
    return found


def moved_by(callback: Callback, move: CallbackMove, now: Millis) -> Callback:
    try:
        return callback.move(move, now)
    except CallbackError as error:
        raise IllegalMove(str(error)) from None


def with_text(callback: Callback, policy: CallbackPolicy, kind: TextKind, now: Millis) -> Callback:
    if not policy.texts or any(text.kind is kind for text in callback.texts):
        return callback
    return replace(callback, texts=(*callback.texts, Text(kind=kind, owed=now)))


def finish(board: Board, callback: Callback, now: Millis, done: Done, *, why: str = "") -> None:
    """She was served, or needs it no more."""
    out_of_line(board, callback, now)
    end(board, replace(callback.move(CallbackMove.FINISH, now), done=done, why=why))


def end(board: Board, callback: Callback) -> None:
    board.ledger.count_end(callback)
    board.put_callback(callback)
    if callback.state is not CallbackState.GIVEN_UP:
        close_debt(board, callback)
    if board.policy is not None and board.policy.callbacks is not None:
        board.ledger.forget(callback.since - board.policy.callbacks.keep_ended)


def close_debt(board: Board, callback: Callback) -> None:
    if callback.contact is not None and ContactId(callback.contact) in board.owed:
        board.owed.close(ContactId(callback.contact))


def out_of_line(board: Board, callback: Callback, now: Millis) -> None:
    """Nobody is on the phone for it: its contact leaves the board."""
    contact = board.contacts.get(ContactId(callback.now or ""))
    if contact is not None and contact.absent and contact.state is ContactState.WAITING:
        board.drop_contact(contact, Outcome.CALLED, now)
