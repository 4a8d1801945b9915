"""Supervision: what a supervisor does to a contact. Each is an event with who and why."""

from msgspec.structs import replace

from callcenter.acd import calls, estimate, widening
from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState, Dismissal, IllegalMove
from callcenter.acd.events import ContactClassed, ContactMoved, ContactWithdrawn
from callcenter.acd.ids import Millis

_IN_LINE = (ContactState.WAITING, ContactState.OFFERED, ContactState.FALLBACK)


def moved(board: Board, event: ContactMoved, now: Millis) -> None:
    """Into another language's line, with the deadline it has.

    A nurse whose phone rings for it and who cannot serve the other line is spared.

    Raises:
        IllegalMove: It is not in line, or there already; the site has no such language.
    """
    contact = _in_line(board, event)
    known = board.policy.languages if board.policy is not None else ()
    if event.language not in known or event.language == contact.language:
        raise IllegalMove("contact: no other line of this site")
    old = board.tally(contact)
    wanted = contact.wanted or contact.language
    contact = replace(
        contact,
        language=event.language,
        wanted=None if wanted == event.language else wanted,
        interpreter=contact.in_need and wanted != event.language,
        ring=0,
        ring_ends=None,
        # What she has heard rests on another line: that more are ahead here is a cause.
        told=None if contact.told is None else replace(contact.told, ahead=-1),
    )
    calls.count_again(board, contact, old)
    contact = widening.reopened(board, contact, now)
    if contact.state is ContactState.OFFERED and contact.nurse in board.nurses:
        profile = board.profile(board.nurses[contact.nurse])
        unwanted = board.reach.ring(board.need(contact), profile) is None
        contact = replace(contact, unwanted=unwanted)
    _put(board, contact, now)
    callback = board.ledger.get(contact.callback) if contact.callback is not None else None
    if callback is not None:  # the next attempt is in that line too
        board.put_callback(
            replace(
                callback,
                language=contact.language,
                wanted=contact.wanted,
                interpreter=contact.interpreter,
            )
        )


def classed(board: Board, event: ContactClassed, now: Millis) -> None:
    """Another priority class: the deadline is counted anew, from the same arrival.

    Raises:
        IllegalMove: It has a nurse already, or that class already; the site has no such class;
            it is a callback.
    """
    contact = _not_dismissed(board, event)
    if contact.callback is not None:
        raise IllegalMove("contact: a callback stands by its own deadline")
    known = board.policy.targets if board.policy is not None else {}
    if contact.state not in (ContactState.IVR, *_IN_LINE):
        raise IllegalMove("contact: not in line")
    if event.priority_class not in known or event.priority_class == contact.priority_class:
        raise IllegalMove("contact: no other class of this site")
    _put(board, calls.reclassed(board, contact, event.priority_class), now)


def withdrawn(board: Board, event: ContactWithdrawn, _now: Millis) -> None:
    """Out of the line; the caller is told, and owed a call.

    Raises:
        IllegalMove: It is not in line, or withdrawn already, or is being rung back.
    """
    contact = _in_line(board, event)
    if contact.callback is not None:
        raise IllegalMove("contact: a callback is moved or cancelled")
    board.put_contact(replace(contact, dismissed=Dismissal.WITHDRAWN))


def _not_dismissed(
    board: Board, event: ContactMoved | ContactClassed | ContactWithdrawn
) -> Contact:
    contact = board.contact(event.contact)
    if contact.dismissed is not None:
        raise IllegalMove("contact: out of the line already")
    return contact


def _in_line(board: Board, event: ContactMoved | ContactWithdrawn) -> Contact:
    contact = _not_dismissed(board, event)
    if contact.state not in _IN_LINE:
        raise IllegalMove("contact: not in line")
    return contact


def _put(board: Board, contact: Contact, now: Millis) -> None:
    """In its new place, with the wait that is to be expected there."""
    if contact.state is ContactState.WAITING and contact.dismissed is None:
        board.put_contact(contact)  # in its place first, or it would be ahead of itself
        contact = replace(contact, estimate=estimate.stated(board, contact, now))
    board.put_contact(contact)
