"""Contact rows: a contact as a person or a program reads it."""

from typing import Final

from rich import box
from rich.table import Table

from callcenter.acd import estimate
from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState, Dismissal
from callcenter.acd.floor import HELD
from callcenter.acd.ids import ContactId, Millis
from callcenter.acd.owing import call_state
from callcenter.acd.widening import rings
from callcenter.people_time import span
from language_routing.languages import Language

_STANDS: Final = (ContactState.WAITING, ContactState.OFFERED)
IN_LINE: Final = (*_STANDS, ContactState.FALLBACK)


def sentence(board: Board, contact: Contact, now: Millis) -> str:
    """How a contact stands, in one line."""
    place = places(board).get(contact.id)
    where = f"place {place} in the line of {language(contact)}" if place else str(contact.state)
    expected = expectation(board, contact, now)
    answer = f", answer expected in {expected}" if expected else ""
    if expected == "unknown":
        answer = ", and nobody who is on duty can serve it yet"
    return f"{contact.priority_class}, {where}, {due(contact, now)}{answer}"


def ordered(board: Board) -> list[Contact]:
    """By state, those in line by their deadline."""
    order = [ContactState.FALLBACK, *_STANDS, ContactState.IVR]
    rank = {state: order.index(state) if state in order else len(order) for state in ContactState}
    rank[ContactState.OFFERED] = rank[ContactState.CALLING] = rank[ContactState.WAITING]
    return sorted(board.contacts.values(), key=lambda c: (rank[c.state], c.key))


def places(board: Board) -> dict[ContactId, int]:
    """The place of each contact in its language's line, from 1."""
    found: dict[ContactId, int] = {}
    counts: dict[Language | None, int] = {}
    for contact in sorted(board.contacts.values(), key=lambda c: c.key):
        if contact.state in _STANDS and contact.dismissed is None:
            counts[contact.language] = counts.get(contact.language, 0) + 1
            found[contact.id] = counts[contact.language]
    return found


def language(contact: Contact) -> str:
    """The line's language, and behind it the one that was wanted, if another."""
    if contact.language is None:
        return "not chosen"
    other = contact.wanted is not None and contact.wanted != contact.language
    text = f"{contact.language} ({contact.wanted})" if other else str(contact.language)
    return text + "+interpreter" * contact.interpreter


def due(contact: Contact, now: Millis) -> str:
    """When it should have been answered, from now."""
    left = contact.deadline - now
    return f"due in {span(left)}" if left >= 0 else f"overdue by {span(-left)}"


def ring(board: Board, contact: Contact) -> str:
    """Which of the line's rings are open: `2/3`."""
    if contact.state not in _STANDS or contact.language is None:
        return ""
    known = rings(board, contact)
    number = min(contact.ring, len(known) - 1)
    return f"{number + 1}/{len(known)}" + " interpreter" * known[number].interpreter


def state(contact: Contact) -> str:
    """What becomes of it now; of a callback, how it stands in the ledger's words."""
    if contact.dismissed is Dismissal.KEPT:
        return "place kept"
    if contact.dismissed is not None:
        return f"rung back ({contact.dismissed})"
    if contact.callback is not None:
        whose = f" {contact.nurse}" if contact.nurse is not None else ""
        return f"callback {call_state(contact)}{whose}" + ", in doubt" * contact.doubt
    if contact.nurse is not None and contact.state is not ContactState.AFTER:
        return f"{contact.state} {contact.nurse}"
    return str(contact.state) + ", in doubt" * contact.doubt


def held_for(board: Board, contact: Contact) -> str | None:
    """For whom it is kept back."""
    return contact.prefers if contact.id in board.kept[HELD] else None


def expectation(board: Board, contact: Contact, now: Millis) -> str:
    """The estimated wait from now on; empty for whoever is not in line."""
    if contact.state not in _STANDS or contact.dismissed is not None:
        return ""
    found = estimate.now(board, contact, now)
    return "unknown" if found is None else f"{span(found[0])} to {span(found[1])}"


def told(contact: Contact, now: Millis) -> tuple[Millis, Millis] | None:
    """What is left by now of the range that the caller in line has heard last."""
    heard = contact.told
    if heard is None or contact.state not in _STANDS or contact.dismissed is not None:
        return None
    return max(0, heard.low_at - now), max(0, heard.high_at - now)


def table(board: Board, now: Millis) -> Table:
    """What a person reads."""
    found = Table(
        "contact", "language", "class", "place", "waited", "deadline", "ring", "state",
        "expected", "told", "held for", box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    place = places(board)
    for contact in ordered(board):
        heard = told(contact, now)
        found.add_row(
            contact.id,
            language(contact),
            contact.priority_class,
            str(place.get(contact.id, "")),
            span(now - contact.original),
            due(contact, now) if contact.state in IN_LINE else "",
            ring(board, contact),
            state(contact),
            expectation(board, contact, now),
            f"{span(heard[0])} to {span(heard[1])}" if heard is not None else "",
            held_for(board, contact) or "",
        )
    return found


def record(
    board: Board, contact: Contact, now: Millis, place: int | None = None
) -> dict[str, object]:
    """One contact for a program; spans in seconds."""
    expected = None
    if contact.state in _STANDS and contact.dismissed is None:
        expected = estimate.now(board, contact, now)
    heard = told(contact, now)
    return {
        "contact": contact.id,
        "language": contact.language,
        "wanted": contact.wanted or contact.language,
        "interpreter": contact.interpreter,
        "class": contact.priority_class,
        "entry_point": contact.entry_point,
        "callback": contact.callback,
        "on_the_phone": not contact.absent,
        "state": str(contact.state),
        "place": place,
        "waited_seconds": (now - contact.original) / 1000,
        "deadline_in_seconds": (contact.deadline - now) / 1000,
        "ring": contact.ring,
        "rings": len(rings(board, contact)) if contact.language is not None else None,
        "nurse": contact.nurse,
        "held_for": held_for(board, contact),
        "dismissed": None if contact.dismissed is None else str(contact.dismissed),
        "expected_seconds": None if expected is None else [s / 1000 for s in expected[:2]],
        "told_seconds": None if heard is None else [s / 1000 for s in heard],
        "expected_grew": None if expected is None or expected[2] is None else str(expected[2]),
    }
