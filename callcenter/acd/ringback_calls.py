"""Ringback calls: what is seen of a callback's call, and what its end means for the callback."""

from typing import Final

from msgspec.structs import replace

from callbacks.attempts import counts, next_attempt
from callbacks.callback import (
    IN_LINE,
    Attempt,
    Callback,
    CallbackId,
    CallbackMove,
    CallbackState,
    DialResult,
    Done,
    Kind,
    TextKind,
)
from callbacks.policy import CallbackPolicy
from callcenter.acd import callback_ends, ringback, ringing_in
from callcenter.acd.board import Board
from callcenter.acd.callback_events import (
    CallbackOverlooked,
    DialEnded,
    PatientAnswered,
    PatientDialled,
)
from callcenter.acd.contact import Contact, ContactState, IllegalMove
from callcenter.acd.ids import ContactId, Millis

_M: Final = CallbackMove
# Whoever calls again within moments of a fault calls a line that is not there yet.
_OVERDUE: Final[Millis] = 60_000  # a timer of the fold is never so late, unless it is broken
_AFTER_FAULT: Final[Millis] = 5_000


def dialled(board: Board, event: PatientDialled, now: Millis) -> None:
    """Her phone is rung.

    Raises:
        IllegalMove: That call is over, or none of a callback.
    """
    contact = _called(board, event.contact)
    if contact.dialled is not None:
        raise IllegalMove("callback: dialled already")
    board.put_contact(replace(contact, dialled=now))


def answered(board: Board, event: PatientAnswered, now: Millis) -> None:
    """Somebody has answered.

    Raises:
        IllegalMove: That call is over, or none of a callback.
    """
    contact = _called(board, event.contact)
    if contact.reached is not None:
        raise IllegalMove("callback: answered already")
    dialled_at = now if contact.dialled is None else contact.dialled
    board.put_contact(replace(contact, dialled=dialled_at, reached=now))


def dial_ended(board: Board, event: DialEnded, now: Millis) -> None:
    """The ringing led to nothing; the call's end says what follows.

    Raises:
        IllegalMove: That call is over, or none of a callback.
    """
    contact = _called(board, event.contact)
    callback = _of(board, contact)
    if callback is None:
        raise IllegalMove("callback: of another call")
    if contact.dialled is None:
        board.put_contact(replace(contact, dialled=now))
        callback = _of(board, contact) or callback
    board.put_callback(replace(callback, result=event.result))


def _called(board: Board, contact: ContactId) -> Contact:
    found = board.contact(contact)
    if found.callback is None:
        raise IllegalMove("callback: none of this contact")
    return found


def _of(board: Board, contact: Contact) -> Callback | None:
    """The callback that `contact` is the present call of."""
    assert contact.callback is not None
    callback = board.ledger.get(contact.callback)
    return callback if callback is not None and callback.now == contact.id else None


def call_ended(
    board: Board, contact: Contact, now: Millis, *, cut_off: bool = False, unseen: bool = False
) -> None:
    """The call of a callback is over; its contact is dropped already.

    Args:
        cut_off: Asterisk has ended, and the call with it.
        unseen: Its end was not seen: nobody knows what happened until then.
    """
    callback = _of(board, contact)
    talked = callback is not None and callback.talked is not None
    ringing_in.left(board, contact, now, served=talked and not cut_off)
    if callback is None or board.policy is None:
        return
    result = callback.result
    if result is None:
        result = _unsaid(callback, contact, cut_off=cut_off, unseen=unseen)
    if result is None and callback.talked is not None:
        end = Done.CUT_OFF if cut_off and contact.state is ContactState.TALKING else Done.TALKED
        callback_ends.finish(board, callback, now, end)
        if end is Done.CUT_OFF:
            _ring_again(board, callback, now)
    elif result is None and contact.reached is not None and callback.kind is Kind.MEDICAL:
        _failed(board, callback, DialResult.NO_KEY, now)  # she waited for a nurse in vain
    elif result is None and contact.reached is not None:
        callback_ends.finish(board, callback, now, Done.HUNG_UP)
    elif result is None:
        _back_in_line(board, callback, now)
    else:
        _failed(board, callback, result, now)


def _unsaid(
    callback: Callback, contact: Contact, *, cut_off: bool, unseen: bool
) -> DialResult | None:
    """What the end of a call means of which nobody said how the ringing ended.

    A phone that may have been answered is not rung again at once: then it is an attempt.
    """
    if contact.reached is not None:
        gone = cut_off and callback.talked is None
        return DialResult.ABANDONED if gone else None  # she holds, and we are lost
    if contact.state is ContactState.CALLING:
        return DialResult.UNKNOWN
    if contact.dialled is not None:
        return DialResult.UNKNOWN if cut_off or unseen else DialResult.ABANDONED
    rung = contact.state in (ContactState.OFFERED, ContactState.TALKING, ContactState.AFTER)
    return DialResult.UNKNOWN if unseen and rung else None


def _back_in_line(board: Board, callback: Callback, now: Millis) -> None:
    """No patient was rung: the same place, by another call."""
    policy = board.policy.callbacks if board.policy is not None else None
    callback = replace(
        callback.follow(CallbackState.WAITING, now), dialled=None, reached=None, result=None
    )
    if callback.over:
        callback_ends.finish(board, callback, now, Done.RANG_IN)
        return
    call = ringing_in.her_call(board, callback)
    if call is not None:
        ringing_in.hold(board, callback, call, now)
    elif policy is None:
        held = callback.move(CallbackMove.HOLD, now)
        board.put_callback(replace(held, held="off", due_at=None))
    else:
        board.sequence += 1
        ringback.stand(board, replace(callback, calls=callback.calls + 1), policy, now)


def not_talked(board: Board, contact: Contact) -> None:
    """The conversation was none: what follows decides how the callback ends."""
    callback = _of(board, contact) if contact.callback is not None else None
    if callback is not None:
        board.put_callback(replace(callback, talked=None))


def not_rung(board: Board, contact: Contact, now: Millis) -> None:
    """It stands in line again, and no phone has rung; if she has rung in meanwhile, it ends."""
    ringing_in.left(board, contact, now, served=False)
    callback = _of(board, contact)
    if callback is not None and callback.over:
        callback_ends.finish(board, callback, now, Done.RANG_IN)


def overlooked(board: Board, event: CallbackOverlooked, now: Millis) -> None:
    """Brought forward, if it waits for nothing; whatever bug it was that lost it.

    Raises:
        IllegalMove: It has its time, a call, or a reason why it is held back.
    """
    callback = callback_ends.known(board, event.callback)
    lost = callback.state in IN_LINE and callback.now not in board.contacts
    waits = callback.state in (CallbackState.SCHEDULED, CallbackState.DUE)
    if waits:
        held = ringing_in.holds(board, callback, now)
        late = callback.due_at is None or callback.due_at < now - _OVERDUE
        lost = not held and late and callback.held != "off"
    if not lost:
        raise IllegalMove("callback: not overlooked")
    board.ledger.counts(callback).overlooked += 1
    if waits or callback.state is CallbackState.WAITING:
        if not waits:
            callback = callback.move(CallbackMove.HOLD, now)
        fresh = replace(callback, due_at=now, held="", held_by=None, talks_with=None, resume=None)
        board.put_callback(fresh)
    else:
        _failed(board, callback, DialResult.UNKNOWN, now)


def _failed(board: Board, callback: Callback, result: DialResult, now: Millis) -> None:
    """The patient was not reached."""
    policy = board.policy.callbacks if board.policy is not None else None
    if callback.over:
        callback_ends.finish(board, callback, now, Done.RANG_IN)
        return
    counted = board.ledger.counts(callback)
    counted.failed[result] = counted.failed.get(result, 0) + 1
    policy = policy or CallbackPolicy()
    if not counts(result, callback.broken):
        callback = replace(callback, broken=callback.broken + 1)
        again = callback.move(CallbackMove.FAIL, now)
        _scheduled(board, replace(again, due_at=now + _AFTER_FAULT, talked=None), now)
        return
    began = callback.dialled if callback.dialled is not None else callback.since
    attempt = Attempt(at=began, ended=now, result=result)
    callback = replace(callback, attempts=(*callback.attempts, attempt), talked=None)
    due = next_attempt(callback, result, policy, now)
    if due is None:
        gone = replace(callback.move(CallbackMove.GIVE_UP, now), task=now)
        callback_ends.end(board, callback_ends.with_text(gone, policy, TextKind.UNREACHED, now))
        return
    again = replace(callback.move(CallbackMove.FAIL, now), due_at=due)
    _scheduled(board, callback_ends.with_text(again, policy, TextKind.TRIED, now), now)


def _scheduled(board: Board, callback: Callback, now: Millis) -> None:
    """Another attempt; if she is on the phone herself by now, after that."""
    call = ringing_in.her_call(board, callback)
    if call is None:
        board.put_callback(callback)
    else:
        ringing_in.hold(board, callback, call, now)


def _ring_again(board: Board, callback: Callback, now: Millis) -> None:
    """Asterisk has cut a conversation off: she is to be rung, first of all, by a new callback."""
    stem, _, number = callback.id.rpartition("-again")
    fresh = (
        f"{stem}-again{int(number) + 1}" if stem and number.isdigit() else f"{callback.id}-again1"
    )
    known = board.ledger.get(fresh)
    if known is not None:
        return
    again = Callback(
        id=CallbackId(fresh),
        kind=Kind.CUT_OFF,
        state=CallbackState.SCHEDULED,
        since=now,
        language=callback.language,
        wanted=callback.wanted,
        interpreter=callback.interpreter,
        booked=now,
        earliest=now,
        deadline=callback.deadline,
        arrived=callback.arrived,
        caller=callback.caller,
        sealed=callback.sealed,
        entry_point=callback.entry_point,
        priority_class=callback.priority_class,
        competences=callback.competences,
        note=callback.note,
        reason=callback.reason,
        nurse=callback.nurse,
        actor=callback.actor,
        due_at=now + _AFTER_FAULT,
    )
    board.ledger.counts(again).booked += 1
    board.put_callback(again)


def assigned(board: Board, contact: Contact, now: Millis) -> None:
    """A nurse is rung for a patient who was rung first: how wrong was the prediction?"""
    callback = _of(board, contact)
    if callback is None or contact.expected is None:
        return
    counted = board.ledger.counts(callback)
    counted.predicted += 1
    counted.error_sum += abs(now - contact.expected)
    counted.early_sum += max(0, contact.expected - now)
    if contact.reached is not None:
        counted.hold_sum += now - contact.reached
