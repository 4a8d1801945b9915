"""Matching: the next decision. It looks and changes nothing; `apply` changes.

The contact with the earliest deadline for whom an eligible nurse is free is offered first.
She goes to the nurse whom she had before, if that one is free; else to one of those who
fit best (the innermost ring), of these to one whose other languages are least in demand,
of these to the longest idle. A caller whom no free nurse can serve stands in nobody's way.
"""

from typing import Final

from msgspec.structs import replace

from callbacks.callback import Callback
from callbacks.policy import CallbackPolicy
from callcenter.acd import ringback_calls, ringing_in, surge, widening
from callcenter.acd.board import Board
from callcenter.acd.commands import (
    AnyCommand,
    CallNurse,
    CallPatient,
    DismissCaller,
    LookUpChannels,
    MirrorNurse,
    ReturnToLine,
    RingNurse,
    TellSurge,
)
from callcenter.acd.contact import Contact, ContactMove, Dismissal
from callcenter.acd.decisions import (
    AnyDecision,
    Dismiss,
    LookUp,
    Mirror,
    Offer,
    Quarantined,
    RingPatient,
    Surge,
    Withdraw,
)
from callcenter.acd.ids import ContactId, Millis, NurseId, OfferId
from callcenter.acd.node import UNTOLD
from callcenter.acd.nurse import Nurse, NurseMove
from callcenter.acd.policy import SurgeLevel
from callcenter.acd.surge import SurgeState
from language_routing.languages import Language

_ASK_AGAIN: Millis = 6_000
_RUNG: Millis = 30_000  # beyond the ringing of a patient's phone: to ask what became of it
_PROMPTS: Final = {Dismissal.WITHDRAWN: "dismissed", Dismissal.CLOSED: "closed-callback"}


def next_decision(board: Board, command_id: str, now: Millis) -> AnyDecision | None:
    """What to do next, or `None`; an offer takes `command_id` as its id."""
    if board.policy is None:
        return None
    if board.withdraw_due:
        contact = board.contacts[min(board.withdraw_due)]
        assert contact.offer is not None  # only an OFFERED contact is due
        return Withdraw(offer=contact.offer, contact=contact.id, command=command_id)
    if board.dismiss_due:
        return Dismiss(contact=min(board.dismiss_due), command=command_id)
    if board.fresh_needs or board.fresh_profiles:
        offer = _offer(board, command_id)
        if offer is not None:
            return offer
    if board.ring_due:
        contact = board.contacts[min(board.ring_due)]
        assert contact.expected is not None  # only such a contact is due
        return RingPatient(contact=contact.id, command=command_id, expected=contact.expected)
    if board.mirror_due:
        mirror = _mirror(board, command_id)
        if mirror is not None:
            return mirror
    if board.surge_news or board.surge.level is SurgeLevel.CRISIS:
        told = _surge(board, command_id)
        if told is not None:
            return told
    return _look_up(board, now) if board.look_up_due else None


def _offer(board: Board, command_id: str) -> Offer | None:
    """The earliest contact that a free nurse can serve, with the best such nurse.

    Only where something has changed can there be a pair: a need that somebody joined
    with any free nurse, a nurse who got free with any need.
    """
    idle, servers, joined = board.idle_mask, board.reach.servers, board.fresh_needs
    got_free = idle & board.fresh_profiles
    if not got_free and not (idle and joined):
        return None
    best: tuple[int, int, ContactId] | None = None
    need, groups = -1, board.line.groups
    if not joined and not got_free & (got_free - 1):  # one profile alone, as mostly
        for number in board.reach.served[got_free.bit_length() - 1]:
            if number in groups:
                head = groups[number][0]
                if best is None or head < best:
                    best, need = head, number
    else:
        for number, members in groups.items():
            if servers[number] & (idle if number in joined else got_free):
                head = members[0]
                if best is None or head < best:
                    best, need = head, number
    if best is None:
        return None
    contact = board.contacts[best[2]]
    nurse = _nurse_for(board, contact, need)
    ring = board.reach.ring(need, board.profile(board.nurses[nurse]))
    assert ring is not None  # the mask has just said so
    return Offer(
        offer=OfferId(command_id),
        contact=contact.id,
        nurse=nurse,
        ring=ring,
        interpreter=contact.in_need or board.reach.with_interpreter(need, ring),
    )


def _nurse_for(board: Board, contact: Contact, need: int) -> NurseId:
    """The best free nurse for a contact; there is one."""
    if contact.prefers in board.idle:
        assert contact.prefers is not None
        if board.reach.ring(need, board.idle.group(contact.prefers)) is not None:
            return contact.prefers
    able = board.reach.servers[need] & board.idle_mask
    if not able & (able - 1):  # of one profile alone, as mostly when a line stands
        first = board.idle.first(able.bit_length() - 1)
        assert first is not None
        return first[2]
    for tier in board.reach.tiers(need):
        rest = tier & able
        best: tuple[int, int, NurseId] | None = None
        while rest:
            low = rest & -rest
            first = board.idle.first(low.bit_length() - 1)
            if first is not None and (best is None or first < best):
                best = first
            rest ^= low
        if best is not None:
            return best[2]
    raise AssertionError("nobody is free for this need")


def settled(board: Board) -> None:
    """There is no decision left: what is in line now has been tried with everybody free."""
    if board.fresh_needs:
        board.fresh_needs.clear()
    board.fresh_profiles = 0
    board.surge_news = False


def _surge(board: Board, command_id: str) -> Surge | None:
    """Another level by the rules or by a supervisor, or a node that does not know it yet."""
    assert board.policy is not None
    if not board.policy.surge.steps and board.surge == SurgeState():
        return None  # a site that never had a surge
    told = board.surge.told
    untold = any(node.present and node.surge not in (told, UNTOLD) for node in board.nodes.values())
    return surge.due(board.surge, board.policy.surge, board.waiting, command_id, untold=untold)


def _mirror(board: Board, command_id: str) -> Mirror | None:
    if not any(node.present for node in board.nodes.values()):
        return None
    nurse = board.nurses[min(board.mirror_due)]
    return Mirror(
        nurse=nurse.id,
        member=nurse.to_mirror != "out",
        paused=nurse.to_mirror == "paused",
        command=command_id,
    )


def _look_up(board: Board, now: Millis) -> LookUp | None:
    """Ask again until the answer comes; but nobody who is not there."""
    assert board.policy is not None
    for node in board.nodes.values():
        listens = now < node.last_alive + board.policy.gateway_lost
        if node.look_up and listens and now >= node.asked + _ASK_AGAIN:
            return LookUp(node=node.id)
    return None


def apply(board: Board, decision: AnyDecision, now: Millis) -> None:
    """Make `decision` true on the board."""
    match decision:
        case Offer(offer=offer, contact=contact_id, nurse=nurse_id):
            contact, nurse = board.contact(contact_id), board.nurse(nurse_id)
            ringing = nurse.move(NurseMove.OFFER, now)
            offered = contact.move(ContactMove.OFFER, now)
            assert board.policy is not None
            if _passes_somebody(board, contact, nurse):
                board.tally(contact).inversions += 1
            board.put_nurse(replace(ringing, contact=contact_id, offer=offer))
            if contact.callback is not None:
                offered = _callback_offered(board, contact, offered, now)
            board.put_contact(
                replace(offered, offer=offer, nurse=nurse_id, backstop=now + board.policy.backstop)
            )
            board.tally(contact).offered += 1
        case RingPatient(contact=contact_id, command=command):
            contact = board.contact(contact_id)
            policy = _callbacks(board)
            ringing_in.rung(board, contact, now)
            ends = now + policy.ring + policy.ready_within + _RUNG
            rung = contact.move(ContactMove.CALL, now)
            board.put_contact(
                replace(rung, node=board.home(contact.node), call=command, backstop=ends)
            )
        case Withdraw(contact=contact_id, command=command):
            contact = board.contact(contact_id)
            tries = contact.withdrawals + 1
            board.put_contact(
                replace(contact, withdrawing=True, withdraw=command, withdrawals=tries)
            )
        case Dismiss(contact=contact_id, command=command):
            contact = board.contact(contact_id)
            tries = contact.dismissals + 1
            board.put_contact(replace(contact, dismiss=command, dismissals=tries))
        case Surge(command=command):
            _take_level(board, decision, now)
            for node in list(board.nodes.values()):
                if node.present:
                    board.put_node(replace(node, surge=board.surge.told, telling=command))
        case Mirror(nurse=nurse_id, member=member, paused=paused, command=command):
            state = ("paused" if paused else "ready") if member else "out"
            nurse = replace(board.nurse(nurse_id), mirrored=state, mirroring=command)
            board.put_nurse(nurse)
            board.drop_the_gone()
        case LookUp(node=node_id):
            board.put_node(replace(board.nodes[node_id], asked=now))
        case Quarantined():
            pass  # the shard has skipped the event


def _callback_offered(board: Board, contact: Contact, offered: Contact, now: Millis) -> Contact:
    """A nurse is rung for a callback; if its patient was rung first, she has come."""
    if contact.absent:
        ringing_in.rung(board, contact, now)
    elif contact.expected is not None:
        ringback_calls.assigned(board, contact, now)
    return replace(offered, expected=None, look_at=None)


def _callbacks(board: Board) -> CallbackPolicy:
    """By which rules a patient is rung; also if the site has just given up to ring any."""
    rules = board.policy.callbacks if board.policy is not None else None
    return rules if rules is not None else CallbackPolicy()


def _passes_somebody(board: Board, contact: Contact, nurse: Nurse) -> bool:
    """Whether somebody whom she could serve has an earlier deadline: an order inversion.

    Looked for by itself, and not by the way in which the pair was found.
    """
    hers, place = 1 << board.profile(nurse), (*contact.key, contact.id)
    servers = board.reach.servers
    for need, members in board.line.groups.items():
        if members[0] < place and servers[need] & hers:
            return True
    return False


def _take_level(board: Board, decision: Surge, now: Millis) -> None:
    assert board.policy is not None
    rules = board.policy.surge
    before = surge.rings_percent(rules, board.surge.level)
    board.take_surge(surge.decided(board.surge, decision))
    if surge.rings_percent(rules, board.surge.level) != before:
        widening.reopen_all(board, now)


def commands(board: Board, decision: AnyDecision, command_id: str, now: Millis) -> list[AnyCommand]:
    """What the gateways must be told so that `decision` comes about; call after `apply`."""
    assert board.policy is not None
    until = now + board.policy.command_valid
    match decision:
        case Offer(contact=contact_id) if board.contact(contact_id).absent:
            return [_call_nurse(board, decision, command_id, until)]
        case RingPatient(contact=contact_id):
            return [_call_patient(board, board.contact(contact_id), command_id, until)]
        case Offer(contact=contact_id, nurse=nurse, interpreter=interpreter):
            contact = board.contact(contact_id)
            return [
                RingNurse(
                    id=command_id,
                    node=contact.node,
                    valid_until=until,
                    contact=contact_id,
                    channel=contact.channel,
                    nurse=nurse,
                    interpreter=interpreter,
                    language=contact.language,
                    priority_class=contact.priority_class,
                    promised=any(
                        callback.held_by == contact_id
                        for callback in board.ledger.of(contact.caller)
                    ),
                )
            ]
        case Withdraw(contact=contact_id, offer=offer):
            contact = board.contact(contact_id)
            return [
                ReturnToLine(
                    id=command_id,
                    node=contact.node,
                    valid_until=until,
                    contact=contact_id,
                    channel=contact.channel,
                    offer=offer,
                )
            ]
        case Dismiss(contact=contact_id):
            contact = board.contact(contact_id)
            assert contact.dismissed is not None  # only such a contact is due
            assert contact.language is not None  # it stood in line
            return [
                DismissCaller(
                    id=command_id,
                    node=contact.node,
                    valid_until=until,
                    contact=contact_id,
                    channel=contact.channel,
                    prompt=_PROMPTS[contact.dismissed],
                    language=contact.language,
                )
            ]
        case Surge(level=level, refusing=refusing):
            return [
                TellSurge(
                    id=command_id,
                    node=node.id,
                    valid_until=until,
                    level=level,
                    refusing=refusing,
                )
                for node in board.nodes.values()
                if node.present
            ]
        case Mirror(nurse=nurse, member=member, paused=paused):
            return [
                MirrorNurse(
                    id=command_id,
                    node=node.id,
                    valid_until=until,
                    nurse=nurse,
                    member=member,
                    paused=paused,
                )
                for node in board.nodes.values()
                if node.present
            ]
        case LookUp(node=node_id):
            return [LookUpChannels(id=command_id, node=node_id, valid_until=until)]
        case Quarantined():
            return []


def _rung_for(board: Board, contact: Contact) -> tuple[Callback, Language]:
    """The callback of a contact that stands in line for one, and the line's language."""
    callback = board.ledger.get(contact.callback or "")
    assert callback is not None
    assert contact.language is not None
    return callback, contact.language


def _call_nurse(board: Board, offer: Offer, command_id: str, until: Millis) -> CallNurse:
    contact = board.contact(offer.contact)
    callback, language = _rung_for(board, contact)
    policy = _callbacks(board)
    return CallNurse(
        id=command_id,
        node=contact.node,
        valid_until=until,
        contact=contact.id,
        callback=callback.id,
        kind=callback.kind,
        nurse=offer.nurse,
        sealed=callback.sealed,
        language=language,
        interpreter=offer.interpreter,
        priority_class=callback.priority_class,
        entry_point=callback.entry_point,
        arrived=callback.arrived,
        latest=callback.latest,
        preview=policy.preview,
        ring=policy.ring,
        attempt=len(callback.attempts) + 1,
        promised=any(other.id != callback.id for other in board.ledger.of(callback.caller)),
    )


def _call_patient(board: Board, contact: Contact, command_id: str, until: Millis) -> CallPatient:
    callback, language = _rung_for(board, contact)
    policy = _callbacks(board)
    return CallPatient(
        id=command_id,
        node=contact.node,
        valid_until=until,
        contact=contact.id,
        callback=callback.id,
        sealed=callback.sealed,
        language=language,
        priority_class=callback.priority_class,
        entry_point=callback.entry_point,
        arrived=callback.arrived,
        ring=policy.ring,
        ready_within=policy.ready_within,
    )
