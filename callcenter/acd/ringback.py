"""Ringback: callbacks come into line when they are due, and end when their patient was served.

A callback in line is a contact without a channel (`Contact.absent`): a nurse is rung for it like
for anybody, and the dialplan rings the patient then; or the patient first, if a nurse is about
to be free. What the call does to the callback is decided when it has ended (`call_ended`).
"""

from typing import Final

from msgspec.structs import replace

from callbacks.attempts import counts, next_attempt
from callbacks.callback import (
    Attempt,
    Callback,
    CallbackError,
    CallbackId,
    CallbackMove,
    CallbackState,
    DialResult,
    Done,
    Kind,
    Text,
    TextKind,
)
from callbacks.policy import CallbackPolicy
from callbacks.room import room
from callcenter.acd import estimate, widening
from callcenter.acd.board import Board
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackOverlooked,
    CallbackSettled,
    DialEnded,
    PatientAnswered,
    PatientDialled,
    TaskSettled,
    TextSent,
)
from callcenter.acd.contact import Contact, ContactState, IllegalMove, Outcome
from callcenter.acd.ids import ContactId, Millis
from callcenter.acd.owing import contact_id
from language_routing.hours import is_open, opens_next
from language_routing.languages import Language

_M: Final = CallbackMove
# A nurse who is wished is waited for until so long before the deadline.
_WISH_ENDS: Final[Millis] = 300_000
_LOOK_AGAIN: Final[Millis] = 2_000
_NOBODY: Final[Millis] = 60_000
# Whoever calls again within moments of a fault calls a line that is not there yet.
_AFTER_FAULT: Final[Millis] = 5_000
_QUIET: Final = (CallbackState.SCHEDULED, CallbackState.DUE, CallbackState.WAITING)


def _policy(board: Board) -> CallbackPolicy:
    if board.policy is None or board.policy.callbacks is None:
        raise IllegalMove("callback: this site rings nobody")
    return board.policy.callbacks


def _callback(board: Board, callback: CallbackId) -> Callback:
    found = board.ledger.get(callback)
    if found is None:
        raise IllegalMove("callback: unknown, or long over")
    return found


def _moved(callback: Callback, move: CallbackMove, now: Millis) -> Callback:
    try:
        return callback.move(move, now)
    except CallbackError as error:
        raise IllegalMove(str(error)) from None


# -- booked, moved, cancelled ---------------------------------------------------------


def booked(board: Board, event: CallbackBooked, now: Millis) -> None:
    """Taken, if it is sure that it can be kept, or a supervisor says so.

    Raises:
        IllegalMove: It was taken before; its time is over, or full; the number has enough open
            callbacks; the site has no such language.
    """
    policy = _policy(board)
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
    over = _full(board, policy, event.language, event.earliest)
    if over and not event.overbook:
        raise IllegalMove("callback: that time is full")
    earliest = max(event.earliest, now)
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
    board.put_callback(_with_text(callback, policy, TextKind.BOOKED, now))


def _full(board: Board, policy: CallbackPolicy, language: Language, at: Millis) -> bool:
    """Whether staffing cannot keep one more callback then."""
    most = room(policy, board.reach.routing, language, at)
    return most is not None and board.ledger.planned(language, at) >= most


def _with_text(callback: Callback, policy: CallbackPolicy, kind: TextKind, now: Millis) -> Callback:
    if not policy.texts or any(text.kind is kind for text in callback.texts):
        return callback
    return replace(callback, texts=(*callback.texts, Text(kind=kind, owed=now)))


def cancelled(board: Board, event: CallbackCancelled, now: Millis) -> None:
    """Not to be rung.

    Raises:
        IllegalMove: A nurse's phone rings for it by now, or it has ended.
    """
    callback = _callback(board, event.callback)
    gone = replace(_moved(callback, _M.CANCEL, now), why=event.reason)
    _out_of_line(board, callback, now)
    policy = board.policy.callbacks if board.policy is not None else None
    if policy is not None and event.actor == "patient":
        gone = _with_text(gone, policy, TextKind.CANCELLED, now)
    _end(board, gone)


def moved(board: Board, event: CallbackMoved, now: Millis) -> None:
    """Another time.

    Raises:
        IllegalMove: A nurse's phone rings for it by now; that time is over or full; no time was
            promised for it.
    """
    policy = _policy(board)
    callback = _callback(board, event.callback)
    if callback.latest is None:
        raise IllegalMove("callback: no time was promised")
    if event.latest <= now or event.latest < event.earliest:
        raise IllegalMove("callback: its time is over")
    again = _moved(callback, _M.MOVE, now)
    assert callback.language is not None  # a booked one has
    over = _full(board, policy, callback.language, event.earliest)
    if over and not event.overbook:
        raise IllegalMove("callback: that time is full")
    _out_of_line(board, callback, now)
    earliest = max(event.earliest, now)
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
    board.put_callback(_with_text(again, policy, TextKind.BOOKED, now))


def settled(board: Board, event: CallbackSettled, now: Millis) -> None:
    """Done, says somebody.

    Raises:
        IllegalMove: There is nothing to settle, or a nurse has it just now.
    """
    if event.callback is not None:
        callback = _callback(board, event.callback)
        if callback.state not in _QUIET:
            raise IllegalMove(f"callback: settled while {callback.state}")
        finish(board, callback, now, Done.SETTLED, why=event.reason)
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
        finish(board, talked, now, Done.RANG_IN, why=event.reason)


def task_settled(board: Board, event: TaskSettled, _now: Millis) -> None:
    """A supervisor has seen to a patient who was not reached.

    Raises:
        IllegalMove: There is nothing to do about it.
    """
    callback = _callback(board, event.callback)
    if callback.task is None or callback.settled:
        raise IllegalMove("callback: no task")
    board.put_callback(replace(callback, settled=event.reason))
    _close_debt(board, callback)


def overlooked(board: Board, event: CallbackOverlooked, now: Millis) -> None:
    """Brought forward, if it is overdue indeed.

    Raises:
        IllegalMove: It is not, or it is held back for a reason.
    """
    callback = _callback(board, event.callback)
    waits = callback.state in (CallbackState.SCHEDULED, CallbackState.DUE)
    if not waits or callback.held_by is not None or callback.due_at is not None:
        raise IllegalMove("callback: not overlooked")
    board.ledger.counts(callback).overlooked += 1
    board.put_callback(replace(callback, due_at=now))


def text_sent(board: Board, event: TextSent, _now: Millis) -> None:
    """What became of a text message.

    Raises:
        IllegalMove: None of that kind is owed.
    """
    callback = _callback(board, event.callback)
    owed = [text for text in callback.texts if text.kind is event.kind and not text.outcome]
    if not owed:
        raise IllegalMove("text: none is owed")
    texts = tuple(
        replace(text, outcome=event.outcome) if text is owed[0] else text for text in callback.texts
    )
    board.put_callback(replace(callback, texts=texts))


# -- into line ------------------------------------------------------------------------


def fall_due(board: Board, name: CallbackId, now: Millis) -> None:
    """Its time has come: into line, unless something holds it back."""
    callback = _callback(board, name)
    if callback.state is CallbackState.SCHEDULED:
        callback = callback.move(CallbackMove.COME_DUE, now)
    if board.policy is None or board.policy.callbacks is None:
        board.put_callback(replace(callback, held="off", due_at=None))
        return
    language = callback.language
    if language not in board.policy.languages:
        language = board.policy.default_language
    assert language is not None
    opens = _opens(board, language, callback, now)
    if opens is not None:
        board.put_callback(replace(callback, held="closed", due_at=opens))
        return
    call = _her_call(board, callback)
    if call is not None:
        _hold(board, callback, call, now)
        return
    _line_up(board, replace(callback, language=language), board.policy.callbacks, now)


def _opens(board: Board, language: Language, callback: Callback, now: Millis) -> Millis | None:
    """When the line opens, if it is closed now and nobody serves it with an interpreter."""
    found = board.reach.routing.line(language)
    if found.hours is None or callback.interpreter:
        return None
    if is_open(found.hours, board.reach.routing.calendar, now):
        return None
    return opens_next(found.hours, board.reach.routing.calendar, now)


def _her_call(board: Board, callback: Callback) -> Contact | None:
    """The call in which the patient is in line or talks to a nurse just now."""
    for contact_id_ in board.on_the_phone.get(callback.caller or "", ()):
        contact = board.contacts[contact_id_]
        if contact.queued is not None and contact.dismissed is None:
            return contact
    return None


def _hold(board: Board, callback: Callback, call: Contact, now: Millis) -> None:
    resume = callback.due_at if callback.due_at is not None else now
    held = callback.move(CallbackMove.HOLD, now)
    talks_with = call.nurse if call.state is ContactState.TALKING else None
    board.put_callback(
        replace(
            held,
            held="on_the_phone",
            held_by=call.id,
            talks_with=talks_with,
            due_at=None,
            resume=callback.resume if callback.resume is not None else resume,
        )
    )


def _line_up(board: Board, callback: Callback, policy: CallbackPolicy, now: Millis) -> None:
    calls = callback.calls + 1
    board.sequence += 1
    waiting = callback.move(CallbackMove.LINE_UP, now)
    _stand(board, replace(waiting, calls=calls), policy, now)


def _stand(board: Board, callback: Callback, policy: CallbackPolicy, now: Millis) -> None:
    """A callback that is WAITING gets a contact of its own in line."""
    contact = Contact(
        id=contact_id(callback.id, callback.calls),
        node=board.home(),
        channel="",
        entry_point=callback.entry_point,
        priority_class=str(callback.kind),
        arrived=now,
        first_arrived=min(now, callback.arrived),
        deadline=callback.deadline,
        order=board.sequence,
        state=ContactState.WAITING,
        since=now,
        language=callback.language,
        queued=now,
        placed=True,
        caller=callback.caller,
        sealed=callback.sealed,
        wanted=callback.wanted,
        interpreter=callback.interpreter,
        competences=callback.competences,
        callback=callback.id,
    )
    wished = callback.nurse
    if wished is not None and wished in board.nurses:
        nurse = board.nurses[wished]  # type: ignore[index]
        contact = replace(
            contact, prefers=nurse.id, held_until=max(0, callback.deadline - _WISH_ENDS)
        )
        if contact.held_until <= now:
            contact = replace(contact, held_until=0)
    board.put_callback(replace(callback, now=contact.id))
    board.put_contact(widening.reopened(board, contact, now))
    if _patient_first(callback, policy):
        look(board, board.contacts[contact.id], now)


def _patient_first(callback: Callback, policy: CallbackPolicy) -> bool:
    return (
        policy.patient_first
        and callback.kind is not Kind.MEDICAL
        and not callback.attempts
        and callback.priority_class not in policy.nurse_first
    )


def look(board: Board, contact: Contact, now: Millis) -> None:
    """Whether a nurse will be free about when the patient is ready, if she is rung now."""
    if not contact.absent or contact.state is not ContactState.WAITING or contact.doubt:
        board.put_contact(replace(contact, look_at=None))
        return
    policy = board.policy.callbacks if board.policy is not None else None
    found = estimate.stated(board, contact, now)
    if policy is None or (found is not None and found.at_once):
        board.put_contact(replace(contact, look_at=None))  # a nurse is rung for her at once
        return
    if found is None:
        board.put_contact(replace(contact, look_at=now + _NOBODY))
        return
    left = (found.low_at + found.high_at) // 2 - now + _before(board, contact, found.nurses)
    if left <= policy.lead:
        board.put_contact(replace(contact, look_at=None, expected=now + left))
    else:
        again = max(_LOOK_AGAIN, (left - policy.lead) // 2)
        board.put_contact(replace(contact, look_at=now + again))


def _before(board: Board, contact: Contact, nurses: int) -> Millis:
    """How much later she is served because of patients who are rung just now, before her."""
    rung = sum(
        1
        for other in board.calling.values()
        if other != contact.id and board.contacts[other].key < contact.key
    )
    assert board.policy is not None
    assert contact.language is not None
    own, _ = board.handle_times.means(contact.language, board.policy.handle_time)
    return rung * own // nurses


# -- the call -------------------------------------------------------------------------


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
    if callback is None or board.policy is None:
        return
    result = callback.result
    if result is None:
        result = _unsaid(callback, contact, cut_off=cut_off, unseen=unseen)
    if result is None and callback.talked is not None:
        end = Done.CUT_OFF if cut_off and contact.state is ContactState.TALKING else Done.TALKED
        finish(board, callback, now, end)
        if end is Done.CUT_OFF:
            _ring_again(board, callback, now)
    elif result is None and contact.reached is not None:
        finish(board, callback, now, Done.HUNG_UP)
    elif result is None:
        _back_in_line(board, callback, now)
    else:
        _failed(board, callback, result, now)


def _unsaid(
    callback: Callback, contact: Contact, *, cut_off: bool, unseen: bool
) -> DialResult | None:
    """What the end of a call means of which nobody said how the ringing ended."""
    if contact.reached is not None:
        gone = cut_off and callback.talked is None
        return DialResult.ABANDONED if gone else None  # she holds, and we are lost
    if contact.dialled is not None:
        return DialResult.UNKNOWN if cut_off or unseen else DialResult.ABANDONED
    if contact.state is ContactState.CALLING:
        return DialResult.UNKNOWN
    rung = contact.state in (ContactState.OFFERED, ContactState.TALKING)
    return DialResult.UNKNOWN if unseen and rung and not cut_off else None


def _back_in_line(board: Board, callback: Callback, now: Millis) -> None:
    """No patient was rung: the same place, by another call."""
    policy = board.policy.callbacks if board.policy is not None else None
    callback = replace(
        callback.follow(CallbackState.WAITING, now), dialled=None, reached=None, result=None
    )
    if policy is None or callback.why == Done.RANG_IN:
        _after_line(board, callback, now)
        return
    board.sequence += 1
    _stand(board, replace(callback, calls=callback.calls + 1), policy, now)


def _after_line(board: Board, callback: Callback, now: Millis) -> None:
    if callback.why == Done.RANG_IN:
        finish(board, callback, now, Done.RANG_IN)
    else:
        held = callback.move(CallbackMove.HOLD, now)
        board.put_callback(replace(held, held="off", due_at=None))


def _failed(board: Board, callback: Callback, result: DialResult, now: Millis) -> None:
    """The patient was not reached."""
    policy = board.policy.callbacks if board.policy is not None else None
    if callback.why == Done.RANG_IN:
        finish(board, callback, now, Done.RANG_IN)
        return
    counted = board.ledger.counts(callback)
    counted.failed[result] = counted.failed.get(result, 0) + 1
    policy = policy or CallbackPolicy()
    if not counts(result, callback.broken):
        callback = replace(callback, broken=callback.broken + 1)
        again = callback.move(CallbackMove.FAIL, now)
        board.put_callback(replace(again, due_at=now + _AFTER_FAULT, talked=None))
        return
    began = callback.dialled if callback.dialled is not None else callback.since
    attempt = Attempt(at=began, ended=now, result=result)
    callback = replace(callback, attempts=(*callback.attempts, attempt), talked=None)
    due = next_attempt(callback, result, policy, now)
    if due is None:
        gone = replace(callback.move(CallbackMove.GIVE_UP, now), task=now)
        _end(board, _with_text(gone, policy, TextKind.UNREACHED, now))
        return
    again = replace(callback.move(CallbackMove.FAIL, now), due_at=due)
    board.put_callback(_with_text(again, policy, TextKind.TRIED, now))


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


# -- ends -----------------------------------------------------------------------------


def finish(board: Board, callback: Callback, now: Millis, done: Done, *, why: str = "") -> None:
    """She was served, or needs it no more."""
    _out_of_line(board, callback, now)
    _end(board, replace(callback.move(CallbackMove.FINISH, now), done=done, why=why))


def _end(board: Board, callback: Callback) -> None:
    board.ledger.count_end(callback)
    board.put_callback(callback)
    if callback.state is not CallbackState.GIVEN_UP:
        _close_debt(board, callback)
    if board.policy is not None and board.policy.callbacks is not None:
        board.ledger.forget(callback.since - board.policy.callbacks.keep_ended)


def _close_debt(board: Board, callback: Callback) -> None:
    if callback.contact is not None and ContactId(callback.contact) in board.owed:
        board.owed.close(ContactId(callback.contact))


def _out_of_line(board: Board, callback: Callback, now: Millis) -> None:
    """Nobody is on the phone for it: its contact leaves the board."""
    contact = board.contacts.get(ContactId(callback.now or ""))
    if contact is not None and contact.absent and contact.state is ContactState.WAITING:
        board.drop_contact(contact, Outcome.CALLED, now)


def debt_closed(board: Board, contact: ContactId, now: Millis) -> None:
    """What we owed was settled otherwise: she has rung herself, or people say so."""
    callback = board.ledger.of_contact(contact)
    if callback is None or not callback.open or callback.kind is Kind.MEDICAL:
        return
    if callback.state in _QUIET:
        finish(board, callback, now, Done.RANG_IN)
    else:  # her phone is being rung; what comes of it is the end of it
        board.put_callback(replace(callback, why=str(Done.RANG_IN)))


def in_line_herself(board: Board, contact: Contact, now: Millis) -> None:
    """Somebody stands in line whose number we are to ring: not while she is on the phone."""
    for callback in board.ledger.of(contact.caller):
        if callback.state in _QUIET and callback.held_by is None:
            _out_of_line(board, callback, now)
            _hold(board, callback, contact, now)


def talks(board: Board, contact: Contact) -> None:
    """She talks to a nurse, who may settle what we promised."""
    for callback in board.ledger.of(contact.caller):
        if callback.held_by == contact.id:
            board.put_callback(replace(callback, talks_with=contact.nurse))


def left(board: Board, contact: Contact, now: Millis, *, served: bool) -> None:
    """She has hung up: what we promised stands as before, after a while if she was served."""
    policy = board.policy.callbacks if board.policy is not None else None
    for callback in board.ledger.of(contact.caller):
        if callback.held_by != contact.id:
            continue
        pause = policy.after_talk if policy is not None and served else 0
        due = max(now + pause, callback.resume or 0)
        board.put_callback(
            replace(
                callback,
                held="talked" if served else "",
                held_by=None,
                talks_with=callback.talks_with if served else None,
                due_at=due,
                resume=None,
            )
        )


def site_loaded(board: Board, now: Millis) -> None:
    """The site rings people from now on, or no longer."""
    if board.policy is None or board.policy.callbacks is None:
        return
    for debt in list(board.owed):
        board.ring_back(debt, now)
    for callback in list(board.ledger):
        if callback.held == "off":
            board.put_callback(replace(callback, due_at=now))


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
