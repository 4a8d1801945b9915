"""Ends: how commands ended, and offers whose fate is in doubt.

Every command ends in an event: done, failed, or unknown. What failed is tried again a few
times; what is unknown is looked up, never guessed.
"""

from msgspec.structs import replace

from callbacks.callback import DialResult
from callcenter.acd import calls, kept, ringback_calls, shifts, widening
from callcenter.acd.board import Board
from callcenter.acd.calls import ask, served_by
from callcenter.acd.contact import Contact, ContactMove, Dismissal, IllegalMove
from callcenter.acd.events import CommandDone, CommandFailed, CommandUnknown
from callcenter.acd.ids import Millis, OfferId
from callcenter.acd.node import UNTOLD as SURGE_UNTOLD
from callcenter.acd.nurse import UNTOLD

# A gateway that cannot open a sealed number: its day's key was destroyed.
UNSEALABLE = "unsealable"
# What no other try would change: people have to see to it.
_NEVER = (UNSEALABLE, "malformed", "no_trunk")
# A withdrawal that crosses the ringing's start finds nothing to withdraw yet.
_MOST_TRIES = 5


def command_ended(
    board: Board, event: CommandFailed | CommandUnknown | CommandDone, now: Millis
) -> None:
    match event:
        case CommandFailed():
            command_failed(board, event, now)
        case CommandUnknown():
            command_unknown(board, event, now)
        case CommandDone():
            command_done(board, event)


def command_failed(board: Board, event: CommandFailed, now: Millis) -> None:
    """An offer that was not carried out is nobody's miss; but why must be looked up."""
    if OfferId(event.command) not in board.offers:
        _side_command_failed(board, event.command, now, event.reason)
        return
    contact = _offered(board, event.command)
    nurse = served_by(board, contact)
    if contact.absent and event.reason in _NEVER:
        calls.end(board, no_number(board, contact), now)
        return
    _doubt(board, widening.reopened(board, contact.move(ContactMove.RETURN, now), now), now)
    if contact.absent:
        ringback_calls.not_rung(board, contact, now)
    if nurse is not None:
        shifts.spared(board, nurse, now)


def command_unknown(board: Board, event: CommandUnknown, now: Millis) -> None:
    if OfferId(event.command) not in board.offers:
        _side_command_failed(board, event.command, now)
        return
    _doubt(board, _offered(board, event.command), now)


def no_number(board: Board, contact: Contact) -> Contact:
    """Nobody can read the number any more: there is none to ring."""
    callback = board.ledger.get(contact.callback or "")
    if callback is not None:
        board.put_callback(replace(callback, result=DialResult.INVALID))
    return contact


def _side_command_failed(board: Board, command: str, now: Millis, reason: str = "") -> None:
    """A withdrawal, a dismissal, a mirroring or a word about the surge is tried again.

    Args:
        reason: Why it was not carried out; none: nobody knows whether it was.

    Raises:
        IllegalMove: It was neither: a question, or something that is over.
    """
    if command in board.withdrawing:
        contact = board.contacts[board.withdrawing[command]]
        again = contact.withdrawals < _MOST_TRIES
        board.put_contact(replace(contact, withdraw=None, withdrawing=not again))
        if not again:
            ask(board, contact.node)
    elif command in board.mirroring:
        nurse = board.nurses[board.mirroring[command]]
        board.put_nurse(replace(nurse, mirroring=None, mirrored=UNTOLD))
    elif command in board.calling:
        # A call that may have been made is looked up; one that was not gives the place back.
        contact = board.contacts[board.calling[command]]
        if reason in _NEVER:
            calls.end(board, no_number(board, contact), now)
        elif reason:
            waits = replace(contact.move(ContactMove.RETURN, now), call=None, expected=None)
            _doubt(board, widening.reopened(board, waits, now), now)
            ringback_calls.not_rung(board, contact, now)
        else:
            _doubt(board, contact, now)
    elif command in board.dismissing:
        contact = board.contacts[board.dismissing[command]]
        contact = replace(contact, dismiss=None)
        if contact.dismissals >= _MOST_TRIES:
            # Nobody can tell her that we ring back: then she stays, and is served.
            closed = contact.dismissed is Dismissal.CLOSED
            contact = replace(
                contact,
                dismissed=None,
                callback_at=None,
                dismissals=0,
                interpreter=contact.interpreter or closed,
            )
            contact = widening.reopened(board, contact, now)
        board.put_contact(contact)
        ask(board, contact.node)
    else:
        for node in board.nodes.values():
            if node.telling == command:
                board.put_node(replace(node, telling=None, surge=SURGE_UNTOLD))
                return
        raise IllegalMove("command: nothing depends on it")


def command_done(board: Board, event: CommandDone) -> None:
    """Of interest is only that the fallback queue and the dialplan have been told."""
    if event.command in board.mirroring:
        nurse = board.nurses[board.mirroring[event.command]]
        board.put_nurse(replace(nurse, mirroring=None))


def overdue(board: Board, contact: Contact, now: Millis) -> None:
    """An offer has lasted longer than any ringing can: ask, do not guess."""
    if contact.dismissed is Dismissal.KEPT and not contact.doubt:
        kept.overdue(board, contact, now)
    else:
        _doubt(board, contact, now)


def _doubt(board: Board, contact: Contact, now: Millis) -> None:
    """Hold the contact back and ask its node; ask again if no answer comes."""
    assert board.policy is not None  # nothing is offered without one
    board.put_contact(replace(contact, doubt=True, backstop=now + board.policy.backstop))
    ask(board, contact.node)


def _offered(board: Board, command: str) -> Contact:
    found = board.offers.get(OfferId(command))
    if found is None:
        raise IllegalMove("command: no offer of ours")
    return board.contact(found)
