"""Phones: what the fold wants is carried out, and nurses' phones ring and are answered.

A command takes a moment, as it does by way of router, gateway and AMI; the events are those that
the gateway journals of it (callcenter.asterisk). What nurses do is drawn from the seed.
"""

from random import Random
from typing import Final

from callbacks.callback import CallbackState
from callcenter.acd.callback_events import CallbackSettled
from callcenter.acd.commands import (
    AnyCommand,
    CallNurse,
    CallPatient,
    DismissCaller,
    LookUpChannels,
    ReturnToLine,
    RingNurse,
)
from callcenter.acd.decisions import AnyDecision, Offer, RingPatient
from callcenter.acd.events import (
    CommandDone,
    CommandStarted,
    Connected,
    NurseRang,
    OfferEnded,
    OfferResult,
)
from callcenter.acd.ids import ContactId, Millis, OfferId
from ops.bench.callbacks.patients import Patients
from ops.bench.callbacks.promises import ringing
from ops.bench.callbacks.switch import TOLD, Call, Switch

_ACTS_AFTER: Final[Millis] = 15  # router, Redis, gateway and AMI
_PHONE_RINGS_AFTER: Final[Millis] = 30
_MISSES, _DECLINES = 0.01, 0.005
_SETTLES_AFTER: Final[Millis] = 20_000  # of a conversation


class Phones:
    """Carries out commands.

    Args:
        ring: How long a nurse's phone rings.
    """

    def __init__(self, switch: Switch, ring: Millis) -> None:
        self._switch, self._ring_for = switch, ring
        self._patients = Patients(switch, self._talk)
        self._offers = 0
        switch.clock.on_command = self._command
        switch.clock.on_decision = self._decided

    # -- what the fold wants ------------------------------------------------------------

    def _decided(self, decision: AnyDecision) -> None:
        now = self._switch.clock.now
        match decision:
            case RingPatient(contact=contact, expected=expected):
                seen = self._switch.clock.shard.board.contacts[contact]
                assert seen.language is not None  # it stands in a line
                self._switch.observer.expects(contact, seen.language, expected)
            case Offer(contact=contact):
                self._switch.observer.assigned(contact, now)

    def _command(self, command: AnyCommand) -> None:
        match command:
            case LookUpChannels():
                raise AssertionError("nothing is in doubt here")
            case RingNurse() | CallNurse() | CallPatient() | ReturnToLine() | DismissCaller():
                self._switch.clock.later(self._switch.clock.now + _ACTS_AFTER, self._act, command)

    def _act(
        self, command: RingNurse | CallNurse | CallPatient | ReturnToLine | DismissCaller
    ) -> None:
        contact = command.contact
        call = self._switch.calls.get(contact)
        match command:
            case DismissCaller():
                if call is not None and call.caller is not None:
                    self._switch.promised(contact, call.caller, "line closed")
                    self._switch.clock.later(
                        self._switch.clock.now + 2 * TOLD, self._switch.hangs_up, contact
                    )
                return
            case ReturnToLine(offer=offer):
                if call is not None and call.offer == offer and not call.talking:
                    self._offer_ends(contact, OfferResult.WITHDRAWN)
                return
            case CallNurse(callback=callback) | CallPatient(callback=callback):
                if call is not None:
                    self._switch.observer.refused_commands += 1
                    return
                call = self._switch.calls[contact] = Call(
                    self._switch.persons[callback], 0, self._switch.next_turn()
                )
                call.callback = callback
        if call is None:
            return  # she has hung up meanwhile
        self._switch.clock.tell(CommandStarted(command=command.id))
        if isinstance(command, CallPatient):
            self._switch.clock.tell(CommandDone(command=command.id))
            self._patients.dials(contact, call.turn, first=True)
        else:
            self._rings_nurse(command, call)

    # -- a nurse's phone ------------------------------------------------------------------

    def _rings_nurse(self, command: RingNurse | CallNurse, call: Call) -> None:
        clock, nurse, contact = self._switch.clock, command.nurse, command.contact
        call.offer = OfferId(command.id)
        call.turn = self._switch.next_turn()
        if nurse in self._switch.engaged:
            self._switch.observer.nurse_rung_while_busy += 1
            call.nurse = nurse
            self._offer_ends(contact, OfferResult.BUSY)
            return
        call.nurse = nurse
        self._switch.engaged[nurse] = contact
        clock.later(clock.now + _PHONE_RINGS_AFTER, self._nurse_rang, contact, call.turn)
        self._offers += 1
        chance = Random(f"{self._switch.seed}/offer/{self._offers}")  # noqa: S311 - no secret
        fate = chance.random()
        if fate < _MISSES:
            when, what = self._ring_for, OfferResult.NO_ANSWER
        elif fate < _MISSES + _DECLINES:
            when, what = 3_000, OfferResult.BUSY
        else:
            pick_up = int(chance.uniform(2_000, 6_000))
            clock.later(clock.now + pick_up, self._nurse_answers, contact, call.turn)
            return
        clock.later(clock.now + when, self._nurse_misses, contact, call.turn, what)

    def _nurse_rang(self, contact: ContactId, turn: int) -> None:
        call = self._switch.current(contact, turn)
        if call is None or call.nurse is None or call.offer is None:
            return
        self._switch.clock.tell(NurseRang(offer=call.offer, contact=contact, nurse=call.nurse))
        self._switch.clock.tell(CommandDone(command=call.offer))
        if call.callback in self._switch.observer.records and call.caller is None:
            self._switch.observer.offered(call.callback, self._switch.clock.now)

    def _nurse_misses(self, contact: ContactId, turn: int, result: OfferResult) -> None:
        if self._switch.current(contact, turn) is not None:
            self._offer_ends(contact, result)

    def _offer_ends(self, contact: ContactId, result: OfferResult) -> None:
        """Nobody has answered. A call that we made for a nurse alone is over; nobody says so."""
        call = self._switch.calls[contact]
        offer, nurse = call.offer, call.nurse
        assert offer is not None  # her phone rings
        assert nurse is not None
        self._switch.lets_go(contact, call)
        call.offer = None
        if call.caller is None and call.reached is None:
            del self._switch.calls[contact]
        self._switch.clock.tell(
            OfferEnded(offer=offer, contact=contact, nurse=nurse, result=result)
        )

    def _nurse_answers(self, contact: ContactId, turn: int) -> None:
        call = self._switch.current(contact, turn)
        if call is None or call.nurse is None:
            return
        call.talking = True
        self._switch.clock.tell(Connected(contact=contact, nurse=call.nurse))
        if call.callback is not None and call.caller is None and call.reached is None:
            rung = len(self._switch.observer.records[call.callback].rung)
            preview = ringing(self._switch.seed, call.callback, rung + 1).preview
            self._switch.clock.later(
                self._switch.clock.now + preview, self._patients.dials, contact, call.turn
            )
            return
        self._talk(contact, call)

    # -- conversations and ends -----------------------------------------------------------

    def _talk(self, contact: ContactId, call: Call) -> None:
        clock = self._switch.clock
        if call.callback is not None and call.caller is None:
            held = clock.now - (call.reached or clock.now)
            self._switch.observer.talks(call.callback, clock.now, held)
        elif call.callback is not None:
            clock.later(clock.now + _SETTLES_AFTER, self._settles, contact, call.turn)
        clock.later(clock.now + call.talk, self._switch.hangs_up, contact, call.turn)

    def _settles(self, contact: ContactId, turn: int) -> None:
        """The nurse of a patient who rang herself says that the callback is done."""
        call = self._switch.current(contact, turn)
        if call is None or call.callback is None or call.nurse is None:
            return
        self._switch.clock.tell(
            CallbackSettled(callback=None, reason="said_so", actor="bench", nurse=call.nurse)
        )
        seen = self._switch.clock.shard.board.ledger.get(call.callback)
        if seen is not None and seen.state is CallbackState.DONE:  # as the nurse hears it
            self._switch.observer.rang_in(call.callback, self._switch.clock.now)
