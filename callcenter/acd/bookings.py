"""Bookings: callbacks are booked, moved, cancelled and settled, by people or the patient."""

from typing import Final

from msgspec.structs import replace

from callbacks.callback import Callback, CallbackMove, CallbackState, Done, Kind, TextKind
from callbacks.policy import CallbackPolicy
from callbacks.room import places_left
from callcenter.acd import callback_ends, ringing_in
from callcenter.acd.board import Board
from callcenter.acd.callback_ends import QUIET
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackSettled,
    TaskSettled,
    TextSent,
)
from callcenter.acd.contact import IllegalMove
from callcenter.acd.ids import Millis
from language_routing.languages import Language

_M: Final = CallbackMove


def booked(board: Board, event: CallbackBooked, now: Millis) -> None:
    """Taken, if it is sure that it can be kept, or a supervisor says so.

    Raises:
        IllegalMove: It was taken before; its time is over, or full; the number has enough open
            callbacks; the site has no such language.
    """
    policy = callback_ends.rules(board)
    assert board.policy is not None
    if board.ledger.get(event.callback) is not None:
        raise IllegalMove("callback: booked already")
    if event.language not in board.policy.languages:
        raise IllegalMove("callback: no such language")
    if event.latest <= now or event.latest < event.earliest:
        raise IllegalMove("callback: its time is over")
    known = board.ledger.of(event.caller)
    if len(known) >= policy.most_open or (known and not event.twice):
        raise IllegalMove("callback: that number is to be rung already")
    calls = ringing_in.calls_of(board, event.caller)
    if not event.twice and any(call != event.contact for call in calls):
        raise IllegalMove("callback: somebody is on the phone from that number")
    earliest = max(event.earliest, now)
    over = _full(board, policy, event.language, earliest, now=now)
    if over and not event.overbook:
        raise IllegalMove("callback: that time is full")
    callback = Callback(
        id=event.callback,
        kind=Kind.MEDICAL,
        state=CallbackState.SCHEDULED,
        since=now,
        language=event.language,
        wanted=event.wanted,
        interpreter=event.interpreter,
        booked=now,
        earliest=earliest,
        latest=event.latest,
        deadline=max(earliest, event.latest - policy.margin),
        arrived=earliest,
        caller=event.caller,
        sealed=event.sealed,
        entry_point=event.entry_point,
        priority_class=str(Kind.MEDICAL),
        competences=event.competences,
        note=event.note,
        reason=event.reason,
        nurse=event.nurse,
        contact=event.contact,
        actor=event.actor,
        overbooked=over,
        due_at=earliest,
    )
    counted = board.ledger.counts(callback)
    counted.booked += 1
    counted.overbooked += over
    board.put_callback(callback_ends.with_text(callback, policy, TextKind.BOOKED, now))


def _full(
    board: Board,
    policy: CallbackPolicy,
    language: Language,
    at: Millis,
    *,
    now: Millis,
    besides: Callback | None = None,
) -> bool:
    """Whether staffing cannot keep one more callback then, `besides` not counted."""
    routing = board.reach.routing
    return places_left(policy, routing, board.ledger, language, at, now=now, besides=besides) == 0


def cancelled(board: Board, event: CallbackCancelled, now: Millis) -> None:
    """Not to be rung.

    Raises:
        IllegalMove: A nurse's phone rings for it by now, or it has ended.
    """
    callback = callback_ends.known(board, event.callback)
    gone = replace(callback_ends.moved_by(callback, _M.CANCEL, now), why=event.reason)
    callback_ends.out_of_line(board, callback, now)
    policy = board.policy.callbacks if board.policy is not None else None
    if policy is not None and event.actor == "patient":
        gone = callback_ends.with_text(gone, policy, TextKind.CANCELLED, now)
    callback_ends.end(board, gone)


def moved(board: Board, event: CallbackMoved, now: Millis) -> None:
    """Another time.

    Raises:
        IllegalMove: A nurse's phone rings for it by now; that time is over or full; no time was
            promised for it.
    """
    policy = callback_ends.rules(board)
    callback = callback_ends.known(board, event.callback)
    if callback.latest is None:
        raise IllegalMove("callback: no time was promised")
    if event.latest <= now or event.latest < event.earliest:
        raise IllegalMove("callback: its time is over")
    again = callback_ends.moved_by(callback, _M.MOVE, now)
    assert callback.language is not None  # a booked one has
    earliest = max(event.earliest, now)
    over = _full(board, policy, callback.language, earliest, now=now, besides=callback)
    if over and not event.overbook:
        raise IllegalMove("callback: that time is full")
    callback_ends.out_of_line(board, callback, now)
    counted = board.ledger.counts(callback)
    counted.moved += 1
    counted.overbooked += over and not callback.overbooked
    texts = tuple(text for text in callback.texts if text.kind is not TextKind.BOOKED)
    again = replace(
        again,
        earliest=earliest,
        latest=event.latest,
        deadline=max(earliest, event.latest - policy.margin),
        arrived=earliest,
        due_at=earliest,
        overbooked=callback.overbooked or over,
        why=event.reason,
        texts=texts,
    )
    board.put_callback(callback_ends.with_text(again, policy, TextKind.BOOKED, now))


def settled(board: Board, event: CallbackSettled, now: Millis) -> None:
    """Done, says somebody.

    Raises:
        IllegalMove: There is nothing to settle, or a nurse has it just now.
    """
    if event.callback is not None:
        callback = callback_ends.known(board, event.callback)
        if callback.state not in QUIET:
            raise IllegalMove(f"callback: settled while {callback.state}")
        callback_ends.finish(board, callback, now, Done.SETTLED, why=event.reason)
        return
    found = [
        one
        for one in board.ledger.held
        if event.nurse is not None and one.talks_with == event.nurse
    ]
    if not found:
        raise IllegalMove("callback: none of whom she talked to")
    for callback in found:
        talked = replace(callback, talked=now)
        callback_ends.finish(board, talked, now, Done.RANG_IN, why=event.reason)


def task_settled(board: Board, event: TaskSettled, _now: Millis) -> None:
    """A supervisor has seen to a patient who was not reached.

    Raises:
        IllegalMove: There is nothing to do about it.
    """
    callback = callback_ends.known(board, event.callback)
    if callback.task is None or callback.settled:
        raise IllegalMove("callback: no task")
    board.put_callback(replace(callback, settled=event.reason))
    callback_ends.close_debt(board, callback)


def text_sent(board: Board, event: TextSent, _now: Millis) -> None:
    """What became of a text message.

    Raises:
        IllegalMove: None of that kind is owed.
    """
    callback = callback_ends.known(board, event.callback)
    owed = [
        text
        for text in callback.texts
        if text.kind is event.kind and not text.outcome and event.owed in (None, text.owed)
    ]
    if not owed:
        raise IllegalMove("text: none is owed")
    texts = tuple(
        replace(text, outcome=event.outcome) if text is owed[0] else text for text in callback.texts
    )
    board.put_callback(replace(callback, texts=texts))
