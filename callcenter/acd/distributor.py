"""Distributor: the whole ACD as one object that is told things and says what to do.

The leader's whole duty with each journal entry:

1. `fire_timers(now)`, then `observe(event, now)`: what happened;
2. while `next_decision(...)` gives one: `apply` it, record it, send its `commands`;
3. wait for the next entry, or until `next_deadline()`; then append a `Tick`.

Everybody else does 1, and applies the recorded decisions instead of 2.
"""

from typing import assert_never

from msgspec.structs import replace

from callcenter.acd import calls, matching, reconcile, shifts
from callcenter.acd.board import Board, Node, Saved
from callcenter.acd.commands import AnyCommand
from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallReturned,
    ChannelsSeen,
    ClockStepped,
    CommandDone,
    CommandFailed,
    CommandStarted,
    CommandUnknown,
    Connected,
    Disconnected,
    GatewayAlive,
    NumbersShown,
    NursePaused,
    NurseRang,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferEnded,
    OwedClosed,
    PhoneChanged,
    SiteLoaded,
    SwitchLost,
    Tick,
)
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId
from callcenter.acd.policy import Policy


class Acd:
    """The automatic call distributor of one shard."""

    def __init__(self) -> None:
        self.board = Board()

    def fire_timers(self, now: Millis, *, disarm: bool = False) -> int:
        """Fire every timer that is due at `now`, in the order of their deadlines.

        Args:
            disarm: Drop a timer that breaks instead of raising; how many were dropped
                is returned.
        """
        broken = calls.count_proven(self.board, now, disarm=disarm)
        while (due := self.board.timers.next()) is not None and due[0] <= now:
            when, (kind, key) = due
            self.board.timers.pop()
            try:
                self._fire(kind, key, when)
            except Exception:  # whatever bug it is: one timer must not stop the whole fold
                if not disarm:
                    raise
                broken += 1
                self._disarm(kind, key)
            self.board.drop_the_gone()
        return broken

    def _fire(self, kind: str, key: str, when: Millis) -> None:
        match kind:
            case "wrap_up":
                shifts.wrapped(self.board, self.board.nurses[NurseId(key)], when)
            case "backstop":
                calls.overdue(self.board, self.board.contacts[ContactId(key)], when)
            case "node":
                self.board.put_node(replace(self.board.nodes[NodeId(key)], present=False))

    def _disarm(self, kind: str, key: str) -> None:
        """Take the deadline off the record: a snapshot would bring the timer back."""
        nurse = self.board.nurses.get(NurseId(key))
        contact = self.board.contacts.get(ContactId(key))
        if kind == "wrap_up" and nurse is not None:
            self.board.put_nurse(replace(nurse, wrap_up_ends=None))
        if kind == "backstop" and contact is not None:
            self.board.put_contact(replace(contact, backstop=None))

    def next_deadline(self) -> Millis | None:
        """When a `Tick` is next due, or `None` while no timer runs."""
        due = self.board.timers.next()
        return due[0] if due is not None else None

    def observe(self, event: AnyEvent, now: Millis) -> None:
        """Take one event.

        Raises:
            IllegalMove: The event is late or doubled; nothing has changed.
        """
        board = self.board
        match event:
            case SiteLoaded():
                self._site_loaded(event.policy, now)
            case CallArrived():
                calls.arrived(board, event, now)
            case CallQueued():
                calls.queued(board, event, now)
            case CallHungUp() | CallCutOff():
                calls.hung_up(board, event, now)
            case CallFellBack():
                calls.fell_back(board, event, now)
            case NurseRang():
                calls.rang(board, event)
            case OfferEnded():
                calls.offer_ended(board, event, now)
            case Connected():
                calls.connected(board, event, now)
            case Disconnected():
                calls.disconnected(board, event, now)
            case CallReturned():
                calls.returned(board, event, now)
            case OwedClosed():
                board.owed.close(event.contact)
            case NurseSignedIn():
                shifts.signed_in(board, event, now)
            case NurseReady():
                shifts.ready(board, event, now)
            case NursePaused():
                shifts.paused(board, event, now)
            case NurseSignedOut():
                shifts.signed_out(board, event, now)
            case PhoneChanged():
                shifts.phone_changed(board, event)
            case ChannelsSeen():
                reconcile.channels_seen(board, event, now)
            case GatewayAlive():
                self._alive(event.node, now)
            case SwitchLost():
                node = board.nodes.get(event.node) or Node(id=event.node)
                board.put_node(replace(node, present=False))
            case CommandFailed() | CommandUnknown() | CommandDone():
                calls.command_ended(board, event, now)
            case CommandStarted() | ClockStepped() | NumbersShown() | Tick():
                pass  # journalled for people and gateways; nothing here depends on them
            case _:
                assert_never(event)
        board.drop_the_gone()

    def _site_loaded(self, policy: Policy, now: Millis) -> None:
        """Nobody in line is lost: a language that is gone becomes the default one.

        What was seen before any policy was known is brought up to it; the phones of
        nurses who are new are not known, so every node is asked.
        """
        first = self.board.policy is None
        new = any(spec.id not in self.board.nurses for spec in policy.nurses)
        self.board.policy = policy
        shifts.roster_changed(self.board, now)
        for contact in list(self.board.contacts.values()):
            deadline, language = contact.deadline, contact.language
            if first:
                deadline = contact.original + policy.target(contact.priority_class)
            if (language or contact.queued) and language not in policy.languages:
                language = policy.default_language
            self.board.put_contact(replace(contact, deadline=deadline, language=language))
        for node in list(self.board.nodes.values()):
            self.board.put_node(replace(node, look_up=node.look_up or new))

    def _alive(self, node_id: NodeId, now: Millis) -> None:
        """A gateway that was absent is asked for the truth before it counts as present."""
        node = self.board.nodes.get(node_id) or Node(id=node_id)
        self.board.put_node(replace(node, last_alive=now, look_up=node.look_up or not node.present))
        shifts.tell_again(self.board)

    def next_decision(self, command_id: str, now: Millis) -> AnyDecision | None:
        """What to do next, or `None`; nothing changes."""
        return matching.next_decision(self.board, command_id, now)

    def apply(self, decision: AnyDecision, now: Millis) -> None:
        """Make `decision` true.

        Raises:
            IllegalMove: It was not made on this board.
        """
        matching.apply(self.board, decision, now)

    def commands(self, decision: AnyDecision, command_id: str, now: Millis) -> list[AnyCommand]:
        """What to tell the gateways; call after `apply`."""
        return matching.commands(self.board, decision, command_id, now)

    def doubt_everything(self) -> None:
        """Something was skipped: every node is asked for the truth."""
        for node in list(self.board.nodes):
            calls.ask(self.board, node)

    def save(self) -> Saved:
        """The state for a snapshot."""
        return self.board.save()

    def restore(self, saved: Saved) -> None:
        """Become the ACD that was saved."""
        self.board.restore(saved)
