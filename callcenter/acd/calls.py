"""Calls: what happens to a contact, from its arrival to its end.

Each function checks first and changes afterwards: an event that is late or doubled
raises `IllegalMove`, and nothing has changed.
"""

from msgspec.structs import replace

from callcenter.acd import shifts
from callcenter.acd.board import Board, Node
from callcenter.acd.contact import Contact, ContactMove, ContactState, IllegalMove, Outcome
from callcenter.acd.events import (
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallReturned,
    CommandDone,
    CommandFailed,
    CommandUnknown,
    Connected,
    Disconnected,
    NurseRang,
    OfferEnded,
    OfferResult,
    ReturnReason,
)
from callcenter.acd.ids import ContactId, Millis, NodeId, OfferId
from callcenter.acd.nurse import UNTOLD, Nurse, NurseMove, NurseState
from language_routing.languages import Language

# A withdrawal that crosses the ringing's start finds nothing to withdraw yet.
_MOST_WITHDRAWALS = 5
# For as long as a callback may take; later a debt is settled by people alone.
_PLACE_KEPT: Millis = 2 * 3_600_000


def arrived(board: Board, event: CallArrived, now: Millis) -> None:
    if event.contact in board.contacts or event.contact in board.ended:
        raise IllegalMove("contact: arrived already")
    board.sequence += 1
    came = now - max(0, event.waited)
    first = settle(board, event.caller, came, now)
    board.put_contact(
        Contact(
            id=event.contact,
            node=event.node,
            channel=event.channel,
            entry_point=event.entry_point,
            priority_class=event.priority_class,
            arrived=came,
            first_arrived=first,
            deadline=(came if first is None else first) + target(board, event.priority_class),
            order=board.sequence,
            state=ContactState.IVR,
            since=now,
            caller=event.caller,
            sealed=event.sealed,
        )
    )


def settle(board: Board, caller: str | None, came: Millis, now: Millis) -> Millis | None:
    """Whom we cut off stands where she stood when she rings again: since when that was.

    One debt a call, for many may share a number; and a young one, for whoever rings from
    that number much later is somebody else, or asks something else.
    """
    debt = board.owed.oldest(caller, now - _PLACE_KEPT)
    if debt is None:
        return None
    board.owed.close(debt.contact)
    return min(came, debt.arrived)


def target(board: Board, priority_class: str) -> Millis:
    """How soon a contact of this class should be answered; 0 before any policy is known."""
    return board.policy.target(priority_class) if board.policy is not None else 0


def queued(board: Board, event: CallQueued, now: Millis) -> None:
    if stranger(board, event.contact):
        return
    contact = board.contact(event.contact).move(ContactMove.QUEUE, now)
    put_in_line(board, contact, event.language, now)


def put_in_line(board: Board, contact: Contact, language: Language | None, now: Millis) -> None:
    """A contact that has just become WAITING, in its language or the default one."""
    policy = board.policy
    if policy is not None and language not in policy.languages:
        language = policy.default_language
    first = contact.queued is None
    contact = replace(contact, language=language, queued=contact.queued or now)
    board.put_contact(contact)
    if first:
        board.tally(contact).queued += 1


def hung_up(board: Board, event: CallHungUp | CallCutOff, now: Millis) -> None:
    end(board, board.contact(event.contact), now, cut_off=isinstance(event, CallCutOff))


def end(board: Board, contact: Contact, now: Millis, *, cut_off: bool = False) -> None:
    """The caller's channel is gone; her nurse is freed."""
    nurse = _served_by(board, contact)
    if contact.unproven and not cut_off:
        contact = _prove(board, contact, nurse)  # she has ended it herself, the bridge is first
        nurse = _served_by(board, contact)
    served = contact.answered is not None and not contact.unproven
    if served and not (cut_off and contact.state is not ContactState.AFTER):
        outcome = Outcome.ANSWERED
    elif cut_off:
        outcome = Outcome.CUT_OFF
    elif contact.queued is None and contact.state is ContactState.IVR:
        outcome = Outcome.LEFT_IVR
    else:
        outcome = Outcome.ABANDONED
    board.drop_contact(contact, outcome, now)
    if nurse is not None:
        if nurse.state is NurseState.TALKING:
            _count_talk(board, contact, now)
            nurse = replace(nurse, lost=0)
        shifts.freed(board, nurse, now)


def stranger(board: Board, contact: ContactId) -> bool:
    """Whether we never heard of this caller; then every node is asked for the truth."""
    if contact in board.contacts or contact in board.ended:
        return False
    for node in list(board.nodes):
        ask(board, node)
    return True


def fell_back(board: Board, event: CallFellBack, now: Millis) -> None:
    if stranger(board, event.contact):
        return
    contact = board.contact(event.contact)
    fallen = contact.move(ContactMove.FALL_BACK, now)
    nurse = _served_by(board, contact)
    first = fallen.queued is None
    fallen = replace(fallen, queued=fallen.queued or now)
    board.put_contact(fallen)
    if first:
        board.tally(fallen).queued += 1
    if nurse is not None:
        shifts.spared(board, nurse, now)


def rang(board: Board, event: NurseRang) -> None:
    """Her phone is being tried: a sign of life of the offer."""
    contact = board.contact(event.contact)
    if contact.state is not ContactState.OFFERED or contact.offer != event.offer:
        raise IllegalMove("offer: not this one")
    board.put_contact(replace(contact, doubt=False))


def offer_ended(board: Board, event: OfferEnded, now: Millis) -> None:
    contact = board.contacts.get(event.contact)
    nurse = board.nurse(event.nurse)
    hers = nurse.state is NurseState.RINGING and nurse.offer == event.offer
    if event.result is OfferResult.ANSWERED and contact is not None:
        _answered_and_over(board, contact, nurse, event, now)
        return
    if contact is not None and contact.offer == event.offer:
        board.put_contact(contact.move(ContactMove.RETURN, now))
    elif not hers:
        raise IllegalMove("offer: not this one")
    if not hers:
        return
    if event.result is OfferResult.WITHDRAWN:
        shifts.spared(board, nurse, now)
        return
    if contact is not None:
        board.tally(contact).missed += 1
    shifts.missed(board, nurse, event.result, now)


def _answered_and_over(
    board: Board, contact: Contact, nurse: Nurse, event: OfferEnded, now: Millis
) -> None:
    """The nurse has left; what of the conversation was not seen is made up for."""
    if contact.offer == event.offer:
        connected(board, Connected(contact=contact.id, nurse=nurse.id), now)
        contact, nurse = board.contact(contact.id), board.nurse(nurse.id)
    if contact.state is ContactState.TALKING and contact.nurse == nurse.id:
        part(board, contact, nurse, now)
    elif contact.state is not ContactState.AFTER:
        raise IllegalMove("offer: not this one")
    _prove(board, board.contact(contact.id), board.nurse(nurse.id))
    nurse = board.nurse(nurse.id)
    if nurse.lost:
        board.put_nurse(replace(nurse, lost=0))


def returned(board: Board, event: CallReturned, now: Millis) -> None:
    """The conversation was none: the caller has her old place, and it was the nurse's miss."""
    contact, nurse = board.contact(event.contact), board.nurse(event.nurse)
    if contact.offer == event.offer:  # nobody saw the bridge
        connected(board, Connected(contact=contact.id, nurse=nurse.id), now)
        contact, nurse = board.contact(contact.id), board.nurse(nurse.id)
    if contact.state is ContactState.TALKING and contact.nurse == nurse.id:
        part(board, contact, nurse, now)
        contact, nurse = board.contact(contact.id), board.nurse(nurse.id)
    if contact.state is not ContactState.AFTER:
        raise IllegalMove("offer: not this one")
    take_back(board, contact, now)
    if event.reason is ReturnReason.SHORT_TALK:
        board.tally(contact).missed += 1
        shifts.left_at_once(board, nurse, now)
    else:
        shifts.line_lost(board, nurse, now)


def take_back(board: Board, contact: Contact, now: Millis) -> None:
    """A contact that is AFTER its conversation stands in line again, in the old place."""
    put_in_line(board, contact.move(ContactMove.RETURN, now), contact.language, now)
    board.tally(board.contact(contact.id)).returned += 1


def count_proven(board: Board, now: Millis, *, disarm: bool = False) -> int:
    """Count the answers of which it is sure by `now` that they are some.

    Args:
        disarm: As for `Acd.fire_timers`; how many were dropped is returned.
    """
    broken = 0
    while (due := board.proofs.next()) is not None and due[0] <= now:
        board.proofs.pop()
        contact = board.contacts[ContactId(due[1][1])]
        try:
            _prove(board, contact, _served_by(board, contact))
        except Exception:  # whatever bug it is: one answer must not stop the whole fold
            if not disarm:
                raise
            broken += 1
            board.put_contact(replace(contact, unproven=False))
    return broken


def _prove(board: Board, contact: Contact, nurse: Nurse | None) -> Contact:
    """The conversation is one: the answer is counted, and the nurse has missed nothing."""
    if not contact.unproven:
        return contact
    contact = replace(contact, unproven=False)
    board.put_contact(contact)
    assert contact.answered is not None  # both are set with `unproven`
    assert contact.queued is not None
    board.tally(contact).answered_after(contact.answered - contact.queued)
    if nurse is not None and nurse.misses:
        board.put_nurse(replace(nurse, misses=0))
    return contact


def connected(board: Board, event: Connected, now: Millis) -> None:
    if stranger(board, event.contact):
        return
    contact, nurse = board.contact(event.contact), board.nurse(event.nurse)
    if contact.state is ContactState.TALKING and contact.nurse == nurse.id:
        raise IllegalMove("contact: connected already")
    if nurse.state is NurseState.TALKING:
        # She was led from one caller to another; the first one waits for what comes.
        other = board.contacts.get(nurse.contact) if nurse.contact is not None else None
        if other is not None:
            part(board, other, nurse, now)
            nurse = board.nurse(event.nurse)
    if contact.state is ContactState.TALKING:
        before = _served_by(board, contact)
        if before is not None:
            part(board, contact, before, now)
            contact, nurse = board.contact(event.contact), board.nurse(event.nurse)
    elif contact.nurse is not None and contact.nurse != nurse.id:
        ringing = _served_by(board, contact)
        if ringing is not None:
            shifts.spared(board, ringing, now)
    talking = nurse.move(NurseMove.ANSWER, now)
    first = contact.answered is None
    contact = replace(contact.move(ContactMove.CONNECT, now), nurse=nurse.id)
    contact = replace(contact, queued=contact.queued or now, answered=contact.answered or now)
    board.put_nurse(replace(talking, contact=contact.id))
    contact = replace(contact, unproven=first or contact.unproven)
    board.put_contact(contact)
    if board.policy is None or board.policy.short_talk == 0:
        _prove(board, contact, board.nurse(nurse.id))
    elif not contact.unproven and talking.misses:
        board.put_nurse(replace(board.nurse(nurse.id), misses=0))


def disconnected(board: Board, event: Disconnected, now: Millis) -> None:
    contact, nurse = board.contact(event.contact), board.nurse(event.nurse)
    if contact.state is not ContactState.TALKING or contact.nurse != nurse.id:
        raise IllegalMove("contact: not talking to her")
    part(board, contact, nurse, now)


def part(board: Board, contact: Contact, nurse: Nurse, now: Millis) -> None:
    """The nurse has left a conversation, the caller not yet."""
    _count_talk(board, contact, now)
    board.put_contact(replace(contact.move(ContactMove.PART, now), nurse=None))
    shifts.parted(board, nurse, now)


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
        _side_command_failed(board, event.command)
        return
    contact = _offered(board, event.command)
    nurse = _served_by(board, contact)
    _doubt(board, contact.move(ContactMove.RETURN, now), now)
    if nurse is not None:
        shifts.spared(board, nurse, now)


def command_unknown(board: Board, event: CommandUnknown, now: Millis) -> None:
    if OfferId(event.command) not in board.offers:
        _side_command_failed(board, event.command)
        return
    _doubt(board, _offered(board, event.command), now)


def _side_command_failed(board: Board, command: str) -> None:
    """A withdrawal or a mirroring is tried again.

    Raises:
        IllegalMove: It was neither: a question, or something that is over.
    """
    if command in board.withdrawing:
        contact = board.contacts[board.withdrawing[command]]
        again = contact.withdrawals < _MOST_WITHDRAWALS
        board.put_contact(replace(contact, withdraw=None, withdrawing=not again))
        if not again:
            ask(board, contact.node)
    elif command in board.mirroring:
        nurse = board.nurses[board.mirroring[command]]
        board.put_nurse(replace(nurse, mirroring=None, mirrored=UNTOLD))
    else:
        raise IllegalMove("command: nothing depends on it")


def command_done(board: Board, event: CommandDone) -> None:
    """Of interest is only that the fallback queue has been told."""
    if event.command in board.mirroring:
        nurse = board.nurses[board.mirroring[event.command]]
        board.put_nurse(replace(nurse, mirroring=None))


def overdue(board: Board, contact: Contact, now: Millis) -> None:
    """An offer has lasted longer than any ringing can: ask, do not guess."""
    _doubt(board, contact, now)


def _doubt(board: Board, contact: Contact, now: Millis) -> None:
    """Hold the contact back and ask its node; ask again if no answer comes."""
    assert board.policy is not None  # nothing is offered without one
    board.put_contact(replace(contact, doubt=True, backstop=now + board.policy.backstop))
    ask(board, contact.node)


def ask(board: Board, node: NodeId) -> None:
    """The node's truth is wanted."""
    board.put_node(replace(board.nodes.get(node) or Node(id=node), look_up=True))


def _offered(board: Board, command: str) -> Contact:
    found = board.offers.get(OfferId(command))
    if found is None:
        raise IllegalMove("command: no offer of ours")
    return board.contact(found)


def _served_by(board: Board, contact: Contact) -> Nurse | None:
    """The nurse who rings for this contact or talks to it, by both records."""
    nurse = board.nurses.get(contact.nurse) if contact.nurse is not None else None
    if nurse is None or nurse.contact != contact.id:
        return None
    if nurse.state is NurseState.RINGING and nurse.offer == contact.offer:
        return nurse
    return nurse if nurse.state is NurseState.TALKING else None


def _count_talk(board: Board, contact: Contact, now: Millis) -> None:
    tally = board.tally(contact)
    tally.talks += 1
    tally.talk_sum += now - contact.since
