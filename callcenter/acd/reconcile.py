"""Reconcile: make the board agree with what a node says is true.

After a gateway, an AMI connection, Redis or Asterisk itself has been away, events are
missing for good. `ChannelsSeen` is ordered with the node's other events, so what it
shows is what is; only a command still on its way may not show yet.
"""

from contextlib import suppress

from msgspec.structs import replace

from callbacks.callback import DialResult
from callcenter.acd import calls, kept, line, ringback_calls, shifts
from callcenter.acd.board import Board
from callcenter.acd.callback_events import DialEnded
from callcenter.acd.contact import Contact, ContactMove, ContactState, Dismissal, IllegalMove
from callcenter.acd.events import (
    CallFellBack,
    CallQueued,
    ChannelsSeen,
    Connected,
    Phase,
    SeenContact,
)
from callcenter.acd.ids import EntryId, Millis, entry_time
from callcenter.acd.node import Node
from callcenter.acd.nurse import ENGAGED, NurseMove
from language_routing.languages import Language

REACHED = "reached"  # `SeenContact.there`
SAID = (DialResult.MACHINE, DialResult.WRONG_PERSON)  # so too: a nurse has said who answered
_TAKES_EFFECT: Millis = 2_000  # what a command has done shows in the node's truth by then


def channels_seen(board: Board, event: ChannelsSeen, now: Millis) -> None:
    """End what is gone, adopt what is new, correct what differs."""
    node = board.nodes.get(event.node) or Node(id=event.node)
    restarted = node.switch is not None and node.switch != event.switch
    living = {seen.contact for seen in event.contacts}
    for contact in list(board.contacts.values()):
        if contact.node == event.node and contact.id not in living:
            if contact.absent and _not_there_yet(board, contact, node, now, restarted=restarted):
                continue
            calls.end(board, contact, now, cut_off=restarted, unseen=True)
    for phone in event.phones:
        if phone.nurse in board.nurses:
            shifts.phone_changed(board, phone, now)
            if restarted or not node.present:
                shifts.changed_in_fallback(board, phone, now)
    if restarted:  # a fresh dialplan knows nothing of the surge
        node = replace(node, surge=None, telling=None)
    board.put_node(
        replace(node, present=True, last_alive=now, switch=event.switch, look_up=False, asked=0)
    )
    for seen in sorted(event.contacts, key=lambda seen: (-seen.waited, seen.contact)):
        if seen.contact not in board.ended:
            _adopt(board, event, seen, now)


def _not_there_yet(
    board: Board, contact: Contact, node: Node, now: Millis, *, restarted: bool
) -> bool:
    """Whether a callback has no channel because nobody is rung for it, or only just now."""
    if contact.state is ContactState.WAITING and contact.dialled is None:
        if contact.doubt:  # nobody was rung after all
            board.put_contact(replace(contact, doubt=False, backstop=None))
        return True
    if contact.dialled is not None or contact.doubt:
        return not (restarted or contact.doubt or not node.present) and (
            now - contact.since < _TAKES_EFFECT
        )
    # The gateway may not have begun it yet; as long as it may, it does.
    valid = board.policy.command_valid if board.policy is not None else 0
    ends = contact.since + valid + _TAKES_EFFECT
    if now >= ends:
        return False
    board.put_contact(replace(contact, backstop=min(ends, contact.backstop or ends)))
    return True


def _adopt(board: Board, event: ChannelsSeen, seen: SeenContact, now: Millis) -> None:
    contact = board.contacts.get(seen.contact)
    if contact is None:
        contact = _recreate(board, event, seen, now)
    contact = replace(contact, channel=seen.channel)
    if seen.wanted is not None and contact.state is ContactState.IVR:
        contact = replace(contact, wanted=seen.wanted, interpreter=True)
    if (
        contact.callback is None
        and not contact.classed
        and seen.priority_class != contact.priority_class
    ):
        contact = _with_class(board, contact, seen.priority_class)
    if contact.callback is not None:
        contact = _as_seen(contact, seen, now)
    board.put_contact(contact)
    if contact.callback is not None and seen.there in SAID:
        said = DialEnded(contact=contact.id, result=DialResult(seen.there))
        with suppress(IllegalMove):  # the callback has another call by now
            ringback_calls.dial_ended(board, said, now)
    match seen.phase:
        case Phase.IVR:
            pass
        case Phase.CALLING:
            if contact.state is ContactState.CALLING and contact.doubt:
                ends = None if contact.backstop is None else now + _TAKES_EFFECT
                board.put_contact(replace(contact, doubt=False, backstop=ends))
        case Phase.LINE:
            _in_line(board, contact, seen, now)
        case Phase.OFFER:
            _ringing(board, contact, seen, now)
        case Phase.TALKING:
            _talking(board, contact, seen, now)
        case Phase.FALLBACK:
            if contact.state is ContactState.TALKING:
                _alone(board, contact, now)
            if contact.state is not ContactState.FALLBACK:
                calls.fell_back(board, CallFellBack(contact=contact.id), now)
        case Phase.AFTER if contact.dismissed is None:
            _alone(board, contact, now)
        case Phase.AFTER if contact.dismissed is Dismissal.KEPT:
            kept.seen_leaving(board, contact)
        case Phase.AFTER:
            pass  # hears that we ring back


def _as_seen(contact: Contact, seen: SeenContact, now: Millis) -> Contact:
    """Whether the patient's phone was rung, and whether she is on the phone."""
    if seen.there and contact.dialled is None:
        contact = replace(contact, dialled=now)
    if seen.there in (REACHED, *SAID) and contact.reached is None:
        contact = replace(contact, reached=now)
    return contact


def _with_class(board: Board, contact: Contact, priority_class: str) -> Contact:
    """Her own key has changed the class, and nobody here has heard of it.

    A later change by a supervisor is not on the channel; `classed` says that there was one.
    """
    known = board.policy.targets if board.policy is not None else {}
    served = contact.state in (ContactState.TALKING, ContactState.AFTER)
    if priority_class not in known or served or contact.dismissed is not None:
        return contact
    return calls.reclassed(board, contact, priority_class)


def _recreate(board: Board, event: ChannelsSeen, seen: SeenContact, now: Millis) -> Contact:
    """A contact that our memory has lost, made again from its channel's variables."""
    board.sequence += 1
    came = now - max(0, seen.waited)
    first = calls.settle(board, seen.caller, came, now)
    original = came if first is None else first
    return Contact(
        id=seen.contact,
        node=event.node,
        channel=seen.channel,
        entry_point=seen.entry_point,
        priority_class=seen.priority_class,
        arrived=came,
        first_arrived=first,
        deadline=original + calls.target(board, seen.priority_class, original),
        order=board.sequence,
        state=ContactState.AFTER if seen.phase is Phase.AFTER else ContactState.IVR,
        since=now,
        language=seen.language,
        answered=now if seen.phase is Phase.AFTER else None,
        caller=seen.caller,
        sealed=seen.sealed,
        wanted=seen.wanted,
        interpreter=seen.wanted is not None,
    )


def _in_line(board: Board, contact: Contact, seen: SeenContact, now: Millis) -> None:
    match contact.state:
        case ContactState.CALLING if contact.reached is not None:
            said = seen.language or Language("")
            with suppress(IllegalMove):  # she has pressed 1, and nobody heard of it
                calls.queued(board, CallQueued(contact=contact.id, language=said), now)
        case ContactState.IVR | ContactState.FALLBACK | ContactState.TRANSFERRED:
            language = seen.language or contact.language
            line.put(board, contact.move(ContactMove.QUEUE, now), language, now)
        case ContactState.WAITING if contact.dismissed is Dismissal.KEPT:
            kept.seen_in_line(board, contact, now)
        case ContactState.WAITING:
            # Still there: a dismissal that was told of is tried again, if it was not just now.
            told = contact.dismiss
            if told is not None and now - entry_time(EntryId(told)) >= _TAKES_EFFECT:
                told = None
            board.put_contact(replace(contact, doubt=False, backstop=None, dismiss=told))
        case ContactState.OFFERED if contact.doubt:
            nurse = board.nurses.get(contact.nurse) if contact.nurse is not None else None
            offer = contact.offer
            line.take_back(board, contact, now)
            if contact.absent:
                ringback_calls.not_rung(board, contact, now)
            if nurse is not None and nurse.offer == offer:
                shifts.freed(board, nurse, now)
        case ContactState.TALKING | ContactState.AFTER:
            # Only a conversation that was none leads back to the line.
            if contact.state is ContactState.TALKING:
                _alone(board, contact, now)
            calls.take_back(board, board.contact(contact.id), now)
        case _:
            pass  # an offer on its way, which its own end will settle


def _ringing(board: Board, contact: Contact, seen: SeenContact, now: Millis) -> None:
    if contact.state is ContactState.OFFERED and contact.offer == seen.offer:
        ends = now + (board.policy.backstop if board.policy is not None else 0)
        # It rings, so a withdrawal that failed before can be tried again.
        board.put_contact(
            replace(
                contact,
                doubt=False,
                backstop=ends,
                withdrawing=False,
                withdraw=None,
                withdrawals=0,
            )
        )
        return
    nurse = board.nurses.get(seen.nurse) if seen.nurse is not None else None
    if contact.state in (ContactState.IVR, ContactState.TRANSFERRED):
        line.put(board, contact.move(ContactMove.QUEUE, now), seen.language, now)
        contact = board.contact(contact.id)
    if contact.dismissed is Dismissal.KEPT:
        kept.stand_again(board, contact, now)  # a phone rings for her: she was told nothing
        contact = board.contact(contact.id)
    if contact.state is not ContactState.WAITING or nurse is None or nurse.state in ENGAGED:
        return
    board.put_nurse(replace(nurse.move(NurseMove.ADOPT, now), contact=contact.id, offer=seen.offer))
    ends = now + (board.policy.backstop if board.policy is not None else 0)
    offered = contact.move(ContactMove.OFFER, now)
    board.put_contact(
        replace(offered, offer=seen.offer, nurse=nurse.id, backstop=ends, doubt=False)
    )


def _talking(board: Board, contact: Contact, seen: SeenContact, now: Millis) -> None:
    if seen.nurse is None or seen.nurse not in board.nurses:
        return
    if contact.language is None and seen.language is not None:
        board.put_contact(replace(contact, language=seen.language))
    with suppress(IllegalMove):  # connected already, as we believed
        calls.connected(board, Connected(contact=contact.id, nurse=seen.nurse), now)


def _alone(board: Board, contact: Contact, now: Millis) -> None:
    """The nurse has left, the caller not yet; maybe we saw nothing of their conversation."""
    nurse = board.nurses.get(contact.nurse) if contact.nurse is not None else None
    if contact.state is ContactState.TALKING and nurse is not None:
        calls.part(board, contact, nurse, now)
    elif contact.state is not ContactState.AFTER:
        queued = contact.queued or now
        served = contact.move(ContactMove.CONNECT, now).move(ContactMove.PART, now)
        first = contact.answered is None or contact.unproven
        served = replace(
            served, queued=queued, answered=now if first else contact.answered, unproven=False
        )
        board.put_contact(served)
        if contact.queued is None:
            board.tally(served).queued += 1
        if first:
            line.count_answer(board, served, queued, now)
        if nurse is not None and nurse.contact == contact.id:
            shifts.freed(board, nurse, now)
