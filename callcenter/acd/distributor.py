"""Distributor: the whole ACD as one object that is told things and says what to do.

The leader's whole duty with each journal entry:

1. `fire_timers(now)`, then `observe(event, now)`: what happened;
2. while `next_decision(...)` gives one: `apply` it, record it, send its `commands`;
3. wait for the next entry, or until `next_deadline()`; then append a `Tick`.

Everybody else does 1, and applies the recorded decisions instead of 2.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from callbacks.callback import CallbackId
from callcenter.acd import (
    bookings,
    calls,
    ends,
    kept,
    matching,
    reconcile,
    ringback,
    ringback_calls,
    ringing_in,
    shifts,
    supervision,
    surge,
    told,
    widening,
)
from callcenter.acd.board import Board
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackOverlooked,
    CallbackSettled,
    CallbackShown,
    DialEnded,
    PatientAnswered,
    PatientDialled,
    TaskSettled,
    TextSent,
)
from callcenter.acd.commands import AnyCommand
from callcenter.acd.contact import IllegalMove
from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallRefused,
    CallReturned,
    CallStays,
    CallTransferred,
    ChannelsSeen,
    ClockStepped,
    CommandDone,
    CommandFailed,
    CommandStarted,
    CommandUnknown,
    Connected,
    ConsentGiven,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    Disconnected,
    GatewayAlive,
    MessageEnded,
    MessageSet,
    NeedSaid,
    NumbersShown,
    NursePaused,
    NurseRang,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferEnded,
    OwedClosed,
    PhoneChanged,
    PlaceKept,
    SiteLoaded,
    SurgeSet,
    SurveyScored,
    SwitchLost,
    Tick,
    WaitTold,
    WrapUpExtended,
)
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId
from callcenter.acd.messages import message
from callcenter.acd.node import UNTOLD, Node
from callcenter.acd.saved import Saved

_ASSESS_EVERY: Millis = 1_000


def _nothing(_board: Board, _event: AnyEvent, _now: Millis) -> None:
    """Journalled for people and gateways; nothing here depends on it."""


def _site_loaded(board: Board, event: SiteLoaded, now: Millis) -> None:
    """Nobody in line is lost: a language that is gone becomes the default one.

    What was seen before any policy was known is brought up to it; the phones of
    nurses who are new are not known, so every node is asked.
    """
    policy = event.policy
    first = board.policy is None
    new = any(spec.id not in board.nurses for spec in policy.nurses)
    board.policy = policy
    shifts.roster_changed(board, now)
    board.derive_again()
    for contact in list(board.contacts.values()):
        deadline, language, interpreter = contact.deadline, contact.language, contact.interpreter
        if first:
            deadline = contact.original + policy.target(contact.priority_class, contact.original)
        if (language or contact.queued) and language not in policy.languages:
            language, interpreter = policy.default_language, contact.in_need
        changed = replace(contact, deadline=deadline, language=language, interpreter=interpreter)
        old = board.tally(contact)
        board.put_contact(widening.reopened(board, changed, now))
        calls.count_again(board, changed, old)
    for node in list(board.nodes.values()):
        board.put_node(replace(node, look_up=node.look_up or new))
    if policy.reserve:
        board.weigh_languages(now)
    else:
        board.weigh_nothing()
    ringback.site_loaded(board, now)


def _alive(board: Board, event: GatewayAlive, now: Millis) -> None:
    """A gateway that was absent is asked for the truth before it counts as present."""
    node = board.nodes.get(event.node) or Node(id=event.node)
    told = None if node.surge == UNTOLD else node.surge
    look_up = node.look_up or not node.present
    board.put_node(replace(node, last_alive=now, look_up=look_up, surge=told))
    shifts.tell_again(board)


def _switch_lost(board: Board, event: SwitchLost, _now: Millis) -> None:
    node = board.nodes.get(event.node) or Node(id=event.node)
    board.put_node(replace(node, present=False))


def _owed_closed(board: Board, event: OwedClosed, now: Millis) -> None:
    board.owed.close(event.contact)
    ringing_in.debt_closed(board, event.contact, now)


def _refused(board: Board, event: CallRefused, now: Millis) -> None:
    """Turned away before the answer: there never was a contact, and it is counted."""
    board.figures.tally(None, event.priority_class, now).refused += 1


def _surge_set(board: Board, event: SurgeSet, _now: Millis) -> None:
    changed = surge.set_by_hand(board.surge, event)
    if changed is board.surge:
        raise IllegalMove("surge: set so already")
    board.take_surge(changed)


def _survey_scored(board: Board, event: SurveyScored, _now: Millis) -> None:
    board.survey.note(event)


def _message_set(board: Board, event: MessageSet, now: Millis) -> None:
    if event.until <= now:
        raise IllegalMove("message: its time is over")
    board.put_message(message(event, now))


def _message_ended(board: Board, event: MessageEnded, _now: Millis) -> None:
    board.drop_message(event.id)


# What each event does. A test sees that none is missing.
HANDLERS: Final[dict[type, Callable[[Board, Any, Millis], None]]] = {
    SiteLoaded: _site_loaded,
    CallArrived: calls.arrived,
    CallQueued: calls.queued,
    NeedSaid: calls.need_said,
    CallTransferred: calls.transferred,
    PlaceKept: kept.place_kept,
    CallStays: kept.call_stays,
    WaitTold: told.wait_told,
    SurveyScored: _survey_scored,
    MessageSet: _message_set,
    MessageEnded: _message_ended,
    CallHungUp: calls.hung_up,
    CallCutOff: calls.hung_up,
    CallFellBack: calls.fell_back,
    CallReturned: calls.returned,
    CallRefused: _refused,
    NurseRang: calls.rang,
    OfferEnded: calls.offer_ended,
    Connected: calls.connected,
    Disconnected: calls.disconnected,
    ContactMoved: supervision.moved,
    ContactClassed: supervision.classed,
    ContactWithdrawn: supervision.withdrawn,
    OwedClosed: _owed_closed,
    NurseSignedIn: shifts.signed_in,
    NurseReady: shifts.ready,
    NursePaused: shifts.paused,
    NurseSignedOut: shifts.signed_out,
    WrapUpExtended: shifts.extended,
    PhoneChanged: shifts.phone_changed,
    SurgeSet: _surge_set,
    ChannelsSeen: reconcile.channels_seen,
    GatewayAlive: _alive,
    SwitchLost: _switch_lost,
    CommandDone: ends.command_ended,
    CommandFailed: ends.command_ended,
    CommandUnknown: ends.command_ended,
    CallbackBooked: bookings.booked,
    CallbackMoved: bookings.moved,
    CallbackCancelled: bookings.cancelled,
    CallbackSettled: bookings.settled,
    CallbackOverlooked: ringback_calls.overlooked,
    TaskSettled: bookings.task_settled,
    PatientDialled: ringback_calls.dialled,
    PatientAnswered: ringback_calls.answered,
    DialEnded: ringback_calls.dial_ended,
    TextSent: bookings.text_sent,
    CallbackShown: _nothing,
    ConsentGiven: _nothing,
    CommandStarted: _nothing,
    ClockStepped: _nothing,
    NumbersShown: _nothing,
    Tick: _nothing,
}


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
        board = self.board
        board.figures.retire(now)
        broken = 0
        if board.proofs.may_be_due(now):
            broken = calls.count_proven(board, now, disarm=disarm)
        if not board.timers.may_be_due(now):
            board.account(now)
            return broken
        while (due := board.timers.due(now)) is not None:
            when, (kind, key) = due
            board.timers.pop()
            board.account(when)
            try:
                self._fire(kind, key, when)
            except Exception:  # whatever bug it is: one timer must not stop the whole fold
                if not disarm:
                    raise
                broken += 1
                self._disarm(kind, key)
            if board.leaving:
                board.drop_the_gone()
        board.account(now)
        return broken

    def _fire(self, kind: str, key: str, when: Millis) -> None:
        board = self.board
        match kind:
            case "wrap_up":
                shifts.wrapped(board, board.nurses[NurseId(key)], when)
            case "backstop":
                ends.overdue(board, board.contacts[ContactId(key)], when)
            case "ring":
                widening.ring_opens(board, board.contacts[ContactId(key)], when)
            case "callback":
                ringback.fall_due(board, CallbackId(key), when)
            case "look":
                ringback.look(board, board.contacts[ContactId(key)], when)
            case "shuts":
                ringback.shuts(board, board.contacts[ContactId(key)], when)
            case "held":
                board.put_contact(replace(board.contacts[ContactId(key)], held_until=0))
            case "gone":
                shifts.phone_gone(board, board.nurses[NurseId(key)], when)
            case "surge":
                board.assess_again_at(None)
                self._assess(when)
            case "message":
                board.drop_message(key)
            case "node":
                board.put_node(replace(board.nodes[NodeId(key)], present=False))

    def _assess(self, now: Millis) -> None:
        """Follow the surge's rules."""
        board = self.board
        assert board.policy is not None
        rules, earliest = board.policy.surge, board.earliest
        board.assessed = now
        longest = 0 if earliest is None else max(0, now - earliest)
        board.take_surge(surge.assess(board.surge, rules, board.waiting, longest, now))
        again = surge.deadline(board.surge, rules, earliest)
        if again != board.assess_at:
            board.assess_again_at(again)

    def _disarm(self, kind: str, key: str) -> None:
        """Take the deadline off the record: a snapshot would bring the timer back."""
        nurse = self.board.nurses.get(NurseId(key))
        contact = self.board.contacts.get(ContactId(key))
        if kind == "wrap_up" and nurse is not None:
            self.board.put_nurse(replace(nurse, wrap_up_ends=None))
        if kind == "gone" and nurse is not None:
            self.board.put_nurse(replace(nurse, gone_at=None))
        if kind == "backstop" and contact is not None:
            self.board.put_contact(replace(contact, backstop=None))
        if kind == "message" and key in self.board.messages:
            self.board.drop_message(key)
        if kind == "ring" and contact is not None:
            self.board.put_contact(replace(contact, ring_ends=None))
        if kind == "look" and contact is not None:
            self.board.put_contact(replace(contact, look_at=None))
        if kind == "shuts" and contact is not None:
            self.board.put_contact(replace(contact, shuts=None))
        if kind == "held" and contact is not None:
            self.board.put_contact(replace(contact, held_until=0))
        callback = self.board.ledger.get(key) if kind == "callback" else None
        if callback is not None:  # the independent check finds it
            self.board.put_callback(replace(callback, due_at=None))

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
        HANDLERS[type(event)](board, event, now)
        if board.leaving:
            board.drop_the_gone()
        if board.policy is None:
            return
        if board.absent and board.policy.callbacks is None:
            ringback.out_of_line(board, now)
        if now >= board.assessed + _ASSESS_EVERY:
            self._assess(now)
        elif board.assess_at is None and board.waiting and board.policy.surge.steps:
            board.assess_again_at(board.assessed + _ASSESS_EVERY)

    @property
    def undecided(self) -> bool:
        """Whether `next_decision` may have one; cheaper than to ask."""
        return self.board.undecided

    def next_decision(self, command_id: str, now: Millis) -> AnyDecision | None:
        """What to do next, or `None`; nothing changes."""
        decision = matching.next_decision(self.board, command_id, now)
        if decision is None:
            matching.settled(self.board)
        return decision

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
