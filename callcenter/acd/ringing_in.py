"""Ringing in: a patient whom we are to ring is on the phone with us herself meanwhile.

What we promised is held back while she is in line or talks; her nurse may settle it.
"""

from typing import Final

from msgspec.structs import replace

from callbacks.callback import Callback, CallbackMove, Done, Kind
from callcenter.acd import callback_ends
from callcenter.acd.board import Board
from callcenter.acd.callback_ends import QUIET
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.ids import ContactId, Millis

_GONE: Final[Millis] = 300_000


def her_call(board: Board, callback: Callback) -> Contact | None:
    """The call in which the patient is in line, is rung or talks to a nurse just now."""
    if callback.shared:
        return None
    for name in board.on_the_phone.get(callback.caller or "", ()):
        if _in_line(board, board.contacts[name]):
            return board.contacts[name]
    for other in board.ledger.of(callback.caller):
        if other.id != callback.id and other.state not in QUIET and other.now is not None:
            contact = board.contacts.get(ContactId(other.now))
            if contact is not None:
                return contact
    return None


def holds(board: Board, callback: Callback, now: Millis) -> bool:
    """Whether the call that holds it back is one still; not on a node that is gone for good."""
    call = board.contacts.get(ContactId(callback.held_by or ""))
    node = board.nodes.get(call.node) if call is not None else None
    if call is None or node is None:
        return False
    return node.present or now - max(node.last_alive, call.since) < _GONE


def calls_of(board: Board, caller: str | None) -> list[ContactId]:
    """The calls from this number that are in line, or with a nurse."""
    names = board.on_the_phone.get(caller or "", ())
    return [name for name in names if _in_line(board, board.contacts[name])]


def _in_line(board: Board, contact: Contact) -> bool:
    """Whether she is in line or with a nurse, as far as anybody can see."""
    node = board.nodes.get(contact.node)
    there = node is not None and node.present
    return there and contact.queued is not None and contact.dismissed is None


def hold(board: Board, callback: Callback, call: Contact, now: Millis) -> None:
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


def in_line_herself(board: Board, contact: Contact, now: Millis) -> None:
    """Somebody stands in line whose number we are to ring: not while she is on the phone."""
    promised = board.ledger.of(contact.caller)
    if not promised:
        return
    calls = board.on_the_phone.get(contact.caller or "", ())
    if any(name != contact.id and _in_line(board, board.contacts[name]) for name in calls):
        # Two at once: a switchboard. Its callers must not keep each other's promises waiting.
        for callback in promised:
            if not callback.shared:
                _release(board, replace(callback, shared=True), now, served=False)
        return
    rung(board, contact, now)


def rung(board: Board, contact: Contact, now: Millis) -> None:
    """By this call she is on the phone: what else we promised her waits for its end."""
    for callback in board.ledger.of(contact.caller):
        if (
            callback.state in QUIET
            and callback.held_by is None
            and callback.id != contact.callback
            and not callback.shared
        ):
            callback_ends.out_of_line(board, callback, now)
            hold(board, callback, contact, now)


def talks(board: Board, contact: Contact) -> None:
    """She talks to a nurse, who may settle what we promised; and no longer an earlier one's."""
    for callback in board.ledger.held:
        if callback.talks_with == contact.nurse and callback.held_by != contact.id:
            board.put_callback(replace(callback, talks_with=None))
    for callback in board.ledger.of(contact.caller):
        if callback.held_by == contact.id:
            board.put_callback(replace(callback, talks_with=contact.nurse))


def left(board: Board, contact: Contact, now: Millis, *, served: bool) -> None:
    """She has hung up: what we promised stands as before, after a while if she was served."""
    # One call settles one debt, the oldest: many may share a number.
    settles = served and contact.callback is None and contact.first_arrived is None
    for callback in board.ledger.of(contact.caller):
        if callback.held_by != contact.id:
            continue
        if settles and callback.kind is not Kind.MEDICAL:
            settles = False
            callback_ends.finish(board, replace(callback, talked=now), now, Done.RANG_IN)
        else:
            _release(board, callback, now, served=served)


def _release(board: Board, callback: Callback, now: Millis, *, served: bool) -> None:
    if callback.held_by is None:
        board.put_callback(callback)
        return
    policy = board.policy.callbacks if board.policy is not None else None
    pause = policy.after_talk if policy is not None and served else 0
    board.put_callback(
        replace(
            callback,
            held="talked" if served else "",
            held_by=None,
            talks_with=callback.talks_with if served else None,
            due_at=max(now + pause, callback.resume or 0),
            resume=None,
        )
    )


def debt_closed(board: Board, contact: ContactId, now: Millis) -> None:
    """What we owed was settled otherwise: she has rung herself, or people say so."""
    callback = board.ledger.of_contact(contact)
    if callback is None or not callback.open or callback.kind is Kind.MEDICAL:
        return
    if callback.state in QUIET:
        callback_ends.finish(board, callback, now, Done.RANG_IN)
    else:  # her phone is being rung; what comes of it is the end of it
        board.put_callback(replace(callback, over=True))
