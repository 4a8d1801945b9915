"""Matching: the next decision. It looks and changes nothing; `apply` changes.

A nurse who is free takes the contact with the earliest deadline among those she can
serve; of several free nurses the longest idle one takes it. Every pair is looked for by
language, so a caller whom no free nurse can serve never stands in another's way.
"""

from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.commands import (
    AnyCommand,
    LookUpChannels,
    MirrorNurse,
    ReturnToLine,
    RingNurse,
)
from callcenter.acd.contact import ContactMove
from callcenter.acd.decisions import AnyDecision, LookUp, Mirror, Offer, Quarantined, Withdraw
from callcenter.acd.ids import Millis, OfferId
from callcenter.acd.nurse import NurseMove

_ASK_AGAIN: Millis = 6_000


def next_decision(board: Board, command_id: str, now: Millis) -> AnyDecision | None:
    """What to do next, or `None`; an offer takes `command_id` as its id."""
    if board.policy is None:
        return None
    if board.withdraw_due:
        contact = board.contacts[min(board.withdraw_due)]
        assert contact.offer is not None  # only an OFFERED contact is due
        return Withdraw(offer=contact.offer, contact=contact.id, command=command_id)
    return _offer(board, command_id) or _mirror(board, command_id) or _look_up(board, now)


def _offer(board: Board, command_id: str) -> Offer | None:
    assert board.policy is not None
    heads = [
        (board.line.key(waiting), language, waiting)
        for language in board.policy.languages
        if (waiting := board.line.first(language)) is not None
        and board.idle.first(language) is not None
    ]
    if not heads:
        return None
    _, language, contact = min(heads)
    nurse = board.idle.first(language)
    assert nurse is not None
    return Offer(offer=OfferId(command_id), contact=contact, nurse=nurse)


def _mirror(board: Board, command_id: str) -> Mirror | None:
    if not board.mirror_due or not any(node.present for node in board.nodes.values()):
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
            board.put_nurse(replace(ringing, contact=contact_id, offer=offer))
            board.put_contact(
                replace(offered, offer=offer, nurse=nurse_id, backstop=now + board.policy.backstop)
            )
            board.tally(contact).offered += 1
        case Withdraw(contact=contact_id, command=command):
            contact = board.contact(contact_id)
            tries = contact.withdrawals + 1
            board.put_contact(
                replace(contact, withdrawing=True, withdraw=command, withdrawals=tries)
            )
        case Mirror(nurse=nurse_id, member=member, paused=paused, command=command):
            state = ("paused" if paused else "ready") if member else "out"
            nurse = replace(board.nurse(nurse_id), mirrored=state, mirroring=command)
            board.put_nurse(nurse)
            board.drop_the_gone()
        case LookUp(node=node_id):
            board.put_node(replace(board.nodes[node_id], asked=now))
        case Quarantined():
            pass  # the shard has skipped the event


def commands(board: Board, decision: AnyDecision, command_id: str, now: Millis) -> list[AnyCommand]:
    """What the gateways must be told so that `decision` comes about; call after `apply`."""
    assert board.policy is not None
    until = now + board.policy.command_valid
    match decision:
        case Offer(contact=contact_id, nurse=nurse):
            contact = board.contact(contact_id)
            return [
                RingNurse(
                    id=command_id,
                    node=contact.node,
                    valid_until=until,
                    contact=contact_id,
                    channel=contact.channel,
                    nurse=nurse,
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
