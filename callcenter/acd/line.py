"""Line: how a contact comes to stand in it, widens its rings, and is counted when answered."""

from typing import Final

from msgspec.structs import replace

from callcenter.acd import estimate, ringing_in, widening
from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactMove, Dismissal
from callcenter.acd.debts import STANDS, DebtKind
from callcenter.acd.ids import Millis, NurseId
from language_routing.languages import Language
from language_routing.lines import place

PLACE_KEPT: Final[Millis] = STANDS


def put(board: Board, contact: Contact, language: Language | None, now: Millis) -> None:
    """A contact that has just become WAITING, in its language or the default one.

    The first time, the opening hours decide which line serves it.
    """
    policy = board.policy
    if policy is not None and language not in policy.languages:
        language = policy.default_language
    if contact.placed:
        board.put_contact(widening.reopened(board, replace(contact, language=language), now))
        return
    if contact.queued is None:
        take_up(board, contact, now)
    # Who fell back out of the menu is counted as in line, and stands in none yet.
    old = None if contact.queued is None else board.tally(contact)
    hold = policy.follow_hold if policy is not None else 0
    contact = replace(
        contact,
        placed=True,
        language=language,
        queued=now if contact.queued is None else contact.queued,
        held_until=now + hold,
    )
    if board.reach.has_hours and language is not None:
        # Whoever came before closing time is served, also if our memory was lost since.
        contact = _by_the_hours(board, contact, language, contact.arrived)
    contact = widening.reopened(board, contact, now)
    if contact.language is not None and contact.dismissed is None:
        board.demand.asked(contact.language, now)
        if policy is not None and policy.reserve and board.demand.is_due(now):
            board.weigh_languages(now)
        expected = estimate.stated(board, contact, now)
        if expected is not None:
            contact = replace(contact, estimate=expected)
    board.put_contact(contact)
    tally = board.tally(contact)
    if tally is not old:
        tally.queued += 1
        if old is not None:
            old.moved += 1


def take_up(board: Board, contact: Contact, now: Millis) -> None:
    """Who kept her place and rings again stands in it now: that call is owed no longer.

    Not while she hears the menu: she may hang up there, and rely on our promise. What else we
    are to ring her for waits while she is on the phone.
    """
    if contact.first_arrived is not None:
        debt = board.owed.oldest(contact.caller, contact.arrived - PLACE_KEPT, now)
        if (
            debt is not None
            and (
                debt.kind is DebtKind.KEPT_PLACE
                or board.ledger.of_contact(debt.contact) is not None
            )
            # No other's who shares the number.
            and min(debt.arrived, contact.arrived) == contact.first_arrived
        ):
            board.owed.close(debt.contact)
            ringing_in.debt_closed(board, debt.contact, now)
    ringing_in.in_line_herself(board, contact, now)


def _by_the_hours(board: Board, contact: Contact, language: Language, at: Millis) -> Contact:
    """The contact in the line that serves `language` at this time of day."""
    reachable = contact.sealed is not None
    placed = place(board.reach.routing, language, at, reachable=reachable)
    wanted = None if placed.language == language else language
    if contact.in_need:  # what she said in the menu holds in whichever line
        wanted = contact.wanted
    if placed.callback_at is not None:
        return replace(
            contact,
            language=placed.language,
            wanted=wanted,
            dismissed=Dismissal.CLOSED,
            callback_at=placed.callback_at,
        )
    if placed.language == language and not placed.interpreter:
        return contact
    interpreter = placed.interpreter or contact.interpreter
    return replace(contact, language=placed.language, interpreter=interpreter, wanted=wanted)


def take_back(board: Board, contact: Contact, now: Millis) -> None:
    """An offered contact that nobody took: the old place again."""
    board.put_contact(widening.reopened(board, contact.move(ContactMove.RETURN, now), now))


def last_nurse(board: Board, caller: str | None, now: Millis) -> NurseId | None:
    """Whom this caller talked to lately, if she is still of this site."""
    known = board.last_nurse.get(caller) if caller is not None else None
    if known is None or board.policy is None or now - known[1] > board.policy.follow_me:
        return None
    return known[0] if known[0] in board.nurses else None


def count_answer(board: Board, contact: Contact, queued: Millis, answered: Millis) -> None:
    """It is sure that a nurse has answered: speed of answer, service level, calibration."""
    tally = board.tally(contact)
    tally.answered_after(answered - queued)
    if answered <= contact.deadline:
        tally.answered_within += 1
    stated = contact.estimate
    if stated is None or contact.language is None:
        return
    if stated.at_once:
        pass  # she did not wait: to count her would flatter the estimate
    elif answered < stated.low_at:
        tally.estimated_early += 1
    elif answered > stated.high_at:
        tally.estimated_late += 1
    else:
        tally.estimated_within += 1
    board.calibration.note(contact.language, answered, stated)
