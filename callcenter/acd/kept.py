"""Kept: a caller in line keeps her place, is out of the line at once, and will be rung back.

The IVR asks for it, waits for a moment until the fold has it, and only then tells her so. If it
does not see that in time, it says that she stays, and she has the place that she had.
"""

from typing import Final

from msgspec.structs import replace

from callcenter.acd import calls, widening
from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState, Dismissal, IllegalMove
from callcenter.acd.events import CallStays, PlaceKept
from callcenter.acd.ids import Millis

# The IVR tells her within three seconds, or lets her stay.
_SETTLED: Final[Millis] = 10_000
# To one number that was typed: whoever has more wants somebody else to be rung.
_MOST_TYPED: Final = 5
# By then nearly everybody has heard it and hung up.
_ASK_AFTER: Final[Millis] = 30_000


def place_kept(board: Board, event: PlaceKept, now: Millis) -> None:
    """Out of the line, to be rung back.

    Raises:
        IllegalMove: She is not in line, or a phone rings for her; there is no number to ring,
            or the one that was typed is to be rung back too often already.
    """
    if calls.stranger(board, event.contact):
        return
    contact = board.contact(event.contact)
    if contact.state is not ContactState.WAITING:
        raise IllegalMove("contact: does not wait")
    if contact.dismissed is not None:
        raise IllegalMove("contact: out of the line already")
    if contact.callback is not None:
        raise IllegalMove("contact: is rung back just now")
    if event.sealed is None and contact.sealed is None:
        raise IllegalMove("contact: no number to ring back")
    if event.caller is not None and board.owed.count(event.caller) >= _MOST_TYPED:
        raise IllegalMove("contact: that number is to be rung back often enough")
    board.put_contact(
        replace(
            contact,
            dismissed=Dismissal.KEPT,
            kept=now,
            typed_caller=event.caller,
            typed_sealed=event.sealed,
            backstop=now + _ASK_AFTER,
        )
    )


def call_stays(board: Board, event: CallStays, now: Millis) -> None:
    """She was not told, and stands where she stood.

    Raises:
        IllegalMove: She has kept no place.
    """
    if calls.stranger(board, event.contact):
        return
    contact = board.contact(event.contact)
    if contact.dismissed is not Dismissal.KEPT:
        raise IllegalMove("contact: has kept no place")
    stand_again(board, contact, now)


def stand_again(board: Board, contact: Contact, now: Millis) -> None:
    """In the old place, with the rings that are open by now."""
    board.put_contact(widening.reopened(board, contact.stays(), now))


def seen_in_line(board: Board, contact: Contact, now: Millis) -> None:
    """The truth shows her in line: still speaking with the IVR, or what undid it was lost."""
    if contact.kept is not None and now - contact.kept >= _SETTLED:
        stand_again(board, replace(contact, doubt=False), now)


def seen_leaving(board: Board, contact: Contact) -> None:
    """The truth shows that she has been told."""
    board.put_contact(replace(contact, doubt=False, backstop=None))


def overdue(board: Board, contact: Contact, now: Millis) -> None:
    """She has not hung up yet: maybe she stands in line, and nobody knows."""
    board.put_contact(replace(contact, backstop=now + _ASK_AFTER))
    calls.ask(board, contact.node)
