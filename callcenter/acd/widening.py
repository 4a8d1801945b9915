"""Widening: whom a contact in line may go to by now; its language rings open one after another."""

from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.ids import Millis
from callcenter.acd.surge import rings_percent
from language_routing.rings import ANY_LEVEL, Ring, open_ring


def rings(board: Board, contact: Contact) -> tuple[Ring, ...]:
    """The rings of a contact's line."""
    if contact.language is None:
        return ANY_LEVEL
    return board.reach.rings_for(contact.language, interpreter=contact.interpreter)


def reopened(board: Board, contact: Contact, now: Millis) -> Contact:
    """The contact with the rings that are open by now, and when the next one opens."""
    found = rings(board, contact)
    if len(found) == 1:
        if contact.ring == 0 and contact.ring_ends is None:
            return contact
        return replace(contact, ring=0, ring_ends=None)
    assert board.policy is not None
    percent = rings_percent(board.policy.surge, board.surge.level)
    since = contact.in_line_since
    # A ring that is open stays open, also when a surge stretches the rings.
    ring = min(max(contact.ring, open_ring(found, now - since, percent)), len(found) - 1)
    ends = since + found[ring + 1].after * percent // 100 if ring + 1 < len(found) else None
    return replace(contact, ring=ring, ring_ends=ends)


def ring_opens(board: Board, contact: Contact, now: Millis) -> None:
    """The next ring's time has come."""
    board.put_contact(reopened(board, contact, now))


def reopen_all(board: Board, now: Millis) -> None:
    """Another level of surge stretches the rings of everybody in line."""
    for contact in list(board.contacts.values()):
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            board.put_contact(reopened(board, contact, now))
