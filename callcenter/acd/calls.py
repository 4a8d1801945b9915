"""Calls: what happens to a contact, from its arrival to its end.

Each function checks first and changes afterwards: an event that is late or doubled
raises `IllegalMove`, and nothing has changed.
"""

from msgspec.structs import replace

from callcenter.acd import line, ringback_calls, ringing_in, shifts
from callcenter.acd.board import Board
from callcenter.acd.contact import (
    Contact,
    ContactMove,
    ContactState,
    Dismissal,
    IllegalMove,
    Outcome,
)
from callcenter.acd.debts import DebtKind, Owed
from callcenter.acd.events import (
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallReturned,
    CallTransferred,
    Connected,
    Disconnected,
    NeedSaid,
    NurseRang,
    OfferEnded,
    OfferResult,
    ReturnReason,
)
from callcenter.acd.ids import ContactId, Millis, NodeId
from callcenter.acd.node import Node
from callcenter.acd.nurse import Nurse, NurseMove, NurseState, Served
from callcenter.acd.stats import Tally
from language_routing.languages import Language


def arrived(board: Board, event: CallArrived, now: Millis) -> None:
    if event.contact in board.contacts or event.contact in board.ended:
        raise IllegalMove("contact: arrived already")
    board.sequence += 1
    came = now - max(0, event.waited)
    first = settle(board, event.caller, came, now)
    original = came if first is None else first
    board.put_contact(
        Contact(
            id=event.contact,
            node=event.node,
            channel=event.channel,
            entry_point=event.entry_point,
            priority_class=event.priority_class,
            arrived=came,
            first_arrived=first,
            deadline=original + target(board, event.priority_class, original),
            order=board.sequence,
            state=ContactState.IVR,
            since=now,
            caller=event.caller,
            sealed=event.sealed,
            prefers=line.last_nurse(board, event.caller, now),
        )
    )


def settle(board: Board, caller: str | None, came: Millis, now: Millis) -> Millis | None:
    """Whom we owe a call stands where she stood when she rings again: since when that was.

    One debt a call, for many may share a number; and a young one, for whoever rings from
    that number much later is somebody else, or asks something else. A kept place is taken up
    in line only (`line.take_up`).
    """
    debt = board.owed.oldest(caller, now - line.PLACE_KEPT, now)
    if debt is None:
        return None
    if not takes_up_in_line(board, debt):
        board.owed.close(debt.contact)
        ringing_in.debt_closed(board, debt.contact, now)
    return min(came, debt.arrived)


def takes_up_in_line(board: Board, debt: Owed) -> bool:
    """Whether it is owed until she stands in line: she relies on our call until then."""
    return debt.kind is DebtKind.KEPT_PLACE or board.ledger.of_contact(debt.contact) is not None


def target(board: Board, priority_class: str, at: Millis) -> Millis:
    """How soon a contact of this class that came at `at` should be answered; 0 without a policy."""
    return board.policy.target(priority_class, at) if board.policy is not None else 0


def reclassed(board: Board, contact: Contact, priority_class: str) -> Contact:
    """`contact` in another class of the site: its deadline counts anew, from the same arrival."""
    old, original = board.tally(contact), contact.original
    deadline = original + target(board, priority_class, original)
    contact = replace(contact, priority_class=priority_class, deadline=deadline, classed=True)
    count_again(board, contact, old)
    return contact


def count_again(board: Board, contact: Contact, old: Tally) -> None:
    """Whoever changes line or class is counted in the new one, and as moved in the old one."""
    if contact.queued is None or contact.callback is not None:  # the ledger counts those
        return
    tally = board.tally(contact)
    if tally is not old:
        tally.queued += 1
        old.moved += 1


def queued(board: Board, event: CallQueued, now: Millis) -> None:
    if stranger(board, event.contact):
        return
    contact = board.contact(event.contact).move(ContactMove.QUEUE, now)
    language: Language | None = event.language
    if contact.callback is not None:  # the patient has said that she is ready
        reached = now if contact.reached is None else contact.reached
        contact = replace(contact, reached=reached, call=None)
        language = contact.language
    line.put(board, contact, language, now)


def need_said(board: Board, event: NeedSaid, _now: Millis) -> None:
    """To be served with an interpreter, in whichever line she will stand.

    Raises:
        IllegalMove: She is not in the menu.
    """
    if stranger(board, event.contact):
        return
    contact = board.contact(event.contact)
    if contact.state is not ContactState.IVR:
        raise IllegalMove("contact: not in the menu")
    board.put_contact(replace(contact, wanted=event.wanted, interpreter=True))


def transferred(board: Board, event: CallTransferred, now: Millis) -> None:
    """Led to another place; whoever finds nobody there comes into line afterwards."""
    if not stranger(board, event.contact):
        board.put_contact(board.contact(event.contact).move(ContactMove.TRANSFER, now))


def hung_up(board: Board, event: CallHungUp | CallCutOff, now: Millis) -> None:
    end(board, board.contact(event.contact), now, cut_off=isinstance(event, CallCutOff))


def end(
    board: Board, contact: Contact, now: Millis, *, cut_off: bool = False, unseen: bool = False
) -> None:
    """The caller's channel is gone; her nurse is freed.

    Args:
        unseen: It was not seen to end: it is missing in the node's truth.
    """
    nurse = served_by(board, contact)
    if contact.unproven and not cut_off:
        contact = _prove(board, contact, nurse)  # she has ended it herself, the bridge is first
        nurse = served_by(board, contact)
    served = contact.answered is not None and not contact.unproven
    if contact.callback is not None:
        outcome = Outcome.CALLED
    elif contact.dismissed is not None:
        # Whatever she had before: we have promised to ring back.
        kept = contact.dismissed is Dismissal.KEPT
        outcome = Outcome.KEPT if kept else Outcome.DISMISSED
    elif served and not (cut_off and contact.state is not ContactState.AFTER):
        outcome = Outcome.ANSWERED
    elif cut_off:
        outcome = Outcome.CUT_OFF
    elif contact.state is ContactState.TRANSFERRED:
        outcome = Outcome.TRANSFERRED
    elif contact.queued is None and contact.state is ContactState.IVR:
        outcome = Outcome.LEFT_IVR
    else:
        outcome = Outcome.ABANDONED
    board.drop_contact(contact, outcome, now)
    if nurse is not None:
        if nurse.state is NurseState.TALKING:
            shifts.parted(board, replace(nurse, lost=0), _count_talk(board, contact, now), now)
        else:
            shifts.spared(board, nurse, now)
    if contact.callback is not None:
        ringback_calls.call_ended(board, contact, now, cut_off=cut_off, unseen=unseen)
    else:
        ringing_in.left(board, contact, now, served=outcome is Outcome.ANSWERED)


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
    if contact.dismissed is Dismissal.KEPT:
        contact = contact.stays()  # who is told of a kept place is led nowhere
    fallen = contact.move(ContactMove.FALL_BACK, now)
    nurse = served_by(board, contact)
    first = fallen.queued is None
    fallen = replace(fallen, queued=fallen.queued or now)
    board.put_contact(fallen)
    if first:
        line.take_up(board, fallen, now)
        board.tally(fallen).queued += 1
    if nurse is not None:
        shifts.spared(board, nurse, now)


def rang(board: Board, event: NurseRang, now: Millis) -> None:
    """Her phone is being tried: a sign of life of the offer."""
    contact = board.contact(event.contact)
    if contact.state is not ContactState.OFFERED or contact.offer != event.offer:
        raise IllegalMove("offer: not this one")
    if not contact.rang:
        tally = board.tally(contact)
        tally.hand_overs += 1
        tally.hand_over_sum += now - contact.since
    board.put_contact(replace(contact, doubt=False, rang=True))


def offer_ended(board: Board, event: OfferEnded, now: Millis) -> None:
    contact = board.contacts.get(event.contact)
    nurse = board.nurse(event.nurse)
    hers = nurse.state is NurseState.RINGING and nurse.offer == event.offer
    if event.result is OfferResult.ANSWERED and contact is not None:
        _answered_and_over(board, contact, nurse, event, now)
        return
    if contact is not None and contact.offer == event.offer:
        if contact.absent:
            _call_over(board, contact, now)
        else:
            line.take_back(board, contact, now)
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
    if contact.absent:
        _call_over(board, contact, now)
    else:
        take_back(board, contact, now)
    if event.reason is ReturnReason.SHORT_TALK:
        board.tally(contact).missed += 1
        shifts.left_at_once(board, nurse, now)
    else:
        shifts.line_lost(board, nurse, now)


def _call_over(board: Board, contact: Contact, now: Millis) -> None:
    """A callback's call was made for a nurse's phone, and ends with its ringing.

    Its patient is not there to stand in line; and a late word of it is of no later call.
    """
    board.drop_contact(contact, Outcome.CALLED, now)
    ringback_calls.call_ended(board, contact, now)


def take_back(board: Board, contact: Contact, now: Millis) -> None:
    """A contact that is AFTER its conversation stands in line again, in the old place."""
    ringback_calls.not_talked(board, contact)
    line.put(board, contact.move(ContactMove.RETURN, now), contact.language, now)
    board.tally(board.contact(contact.id)).returned += 1


def count_proven(board: Board, now: Millis, *, disarm: bool = False) -> int:
    """Count the answers of which it is sure by `now` that they are some.

    Args:
        disarm: As for `Acd.fire_timers`; how many were dropped is returned.
    """
    broken = 0
    while (due := board.proofs.due(now)) is not None:
        board.proofs.pop()
        contact = board.contacts[ContactId(due[1][1])]
        try:
            _prove(board, contact, served_by(board, contact))
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
    line.count_answer(board, contact, contact.queued, contact.answered)
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
        before = served_by(board, contact)
        if before is not None:
            part(board, contact, before, now)
            contact, nurse = board.contact(event.contact), board.nurse(event.nurse)
    elif contact.nurse is not None and contact.nurse != nurse.id:
        ringing = served_by(board, contact)
        if ringing is not None:
            shifts.spared(board, ringing, now)
    talking = nurse.move(NurseMove.ANSWER, now)
    first, never_queued = contact.answered is None, contact.queued is None
    if contact.dismissed is not None:
        contact = contact.stays()  # she has a nurse after all
    if contact.call is not None:  # the patient was rung first: she is on the phone
        reached = now if contact.reached is None else contact.reached
        contact = replace(contact, reached=reached, call=None)
    contact = replace(contact.move(ContactMove.CONNECT, now), nurse=nurse.id)
    board.put_nurse(replace(talking, contact=contact.id))
    contact = replace(
        contact,
        queued=now if contact.queued is None else contact.queued,
        answered=now if contact.answered is None else contact.answered,
        unproven=first or contact.unproven,
        served_by=nurse.id,
        dismiss=None,
    )
    board.put_contact(contact)
    ringing_in.talks(board, contact)
    if never_queued:
        line.take_up(board, contact, now)
        board.tally(contact).queued += 1  # our memory was lost: she stood in line unseen
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
    served = None if contact.unproven else _count_talk(board, contact, now)
    board.put_contact(contact.move(ContactMove.PART, now))
    shifts.parted(board, nurse, served, now)


def served_by(board: Board, contact: Contact) -> Nurse | None:
    """The nurse who rings for this contact or talks to it, by both records."""
    nurse = board.nurses.get(contact.nurse) if contact.nurse is not None else None
    if nurse is None or nurse.contact != contact.id:
        return None
    if nurse.state is NurseState.RINGING and nurse.offer == contact.offer:
        return nurse
    return nurse if nurse.state is NurseState.TALKING else None


def _count_talk(board: Board, contact: Contact, now: Millis) -> Served:
    tally = board.tally(contact)
    tally.talks += 1
    tally.talk_sum += now - contact.since
    at = contact.arrived if contact.queued is None else contact.queued
    return Served(
        language=contact.language,
        priority_class=contact.priority_class,
        at=at,
        talked=now - contact.since,
    )


def ask(board: Board, node: NodeId) -> None:
    """The node's truth is wanted."""
    board.put_node(replace(board.nodes.get(node) or Node(id=node), look_up=True))
