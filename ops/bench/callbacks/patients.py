"""Patients: their phones, which ring, are answered or are not; drawn from the seed."""

from collections.abc import Callable
from typing import Final

from callbacks.callback import DialResult
from callcenter.acd.callback_events import DialEnded, PatientAnswered, PatientDialled
from callcenter.acd.events import CallQueued
from callcenter.acd.ids import ContactId, Millis
from ops.bench.callbacks.promises import Answer, ringing
from ops.bench.callbacks.switch import TOLD, Call, Switch

_HOLDS_FOR: Final[Millis] = 300_000
_RESULTS: Final = {
    Answer.NOBODY: DialResult.NO_ANSWER,
    Answer.BUSY: DialResult.BUSY,
    Answer.MACHINE: DialResult.MACHINE,
    Answer.FAILED: DialResult.FAILED,
    Answer.WRONG: DialResult.WRONG_PERSON,
    Answer.INVALID: DialResult.INVALID,
}
_NETWORK_SAYS: Final[Millis] = 1_500
_HEARS: Final[Millis] = 6_000  # until it is clear that a machine, or somebody else, speaks


class Patients:
    """Those whom we ring.

    Args:
        on_talk: Told that one of them talks to a nurse from now on.
    """

    def __init__(self, switch: Switch, on_talk: Callable[[ContactId, Call], None]) -> None:
        self._switch, self._talk = switch, on_talk

    def dials(self, contact: ContactId, turn: int, *, first: bool = False) -> None:
        """Her phone is rung; `first`: before there is a nurse."""
        call = self._switch.current(contact, turn)
        if call is None or call.callback is None:
            return
        clock, now = self._switch.clock, self._switch.clock.now
        clock.tell(PatientDialled(contact=contact))
        meets = ringing(
            self._switch.seed, call.callback, self._switch.observer.rings(call.callback, now)
        )
        call.talk = meets.talk
        busy = call.person in self._switch.on_phone
        answer = Answer.BUSY if busy else meets.answer
        if answer in (Answer.BUSY, Answer.FAILED, Answer.INVALID):
            clock.later(now + _NETWORK_SAYS, self._nobody, contact, turn, answer)
        elif answer is Answer.NOBODY:
            clock.later(now + self._switch.policy.ring, self._nobody, contact, turn, answer)
        else:
            clock.later(now + meets.rings, self._answers, contact, turn, answer, meets.ready, first)

    def _answers(
        self, contact: ContactId, turn: int, answer: Answer, ready: Millis, first: bool
    ) -> None:
        call = self._switch.current(contact, turn)
        if call is None or call.callback is None:
            return
        clock = self._switch.clock
        if call.person in self._switch.on_phone:  # she has rung us while her phone rang
            self._nobody(contact, turn, Answer.BUSY)
            return
        if answer is Answer.PERSON:
            self._switch.on_phone.add(call.person)
            self._switch.observer.answers(call.callback)
        if first:  # who is not ready says so, or does not press 1
            if answer is Answer.PERSON:
                clock.later(clock.now + ready, self._is_ready, contact, turn)
            else:
                within = self._switch.policy.ready_within if answer is Answer.MACHINE else ready
                clock.later(clock.now + within, self._nobody, contact, turn, answer)
            return
        call.reached = clock.now
        clock.tell(PatientAnswered(contact=contact))
        if answer is Answer.PERSON:
            self._talk(contact, call)
        else:
            clock.later(clock.now + _HEARS, self._nobody, contact, turn, answer)

    def _is_ready(self, contact: ContactId, turn: int) -> None:
        call = self._switch.current(contact, turn)
        if call is None or call.callback is None:
            return
        clock = self._switch.clock
        call.reached = clock.now
        language = self._switch.observer.records[call.callback].language
        clock.tell(PatientAnswered(contact=contact))
        clock.tell(CallQueued(contact=contact, language=language))
        if contact in self._switch.calls:
            clock.later(clock.now + _HOLDS_FOR, self._switch.gives_up, contact)

    def _nobody(self, contact: ContactId, turn: int, answer: Answer) -> None:
        """The ringing came to nothing; the nurse hears so, and the call is over."""
        call = self._switch.current(contact, turn)
        if call is None or call.callback is None:
            return
        self._switch.observer.fails(call.callback, answer)
        result = _RESULTS[answer]
        if call.nurse is None and answer is Answer.MACHINE:
            result = DialResult.NO_KEY
        self._switch.clock.tell(DialEnded(contact=contact, result=result))
        call.turn = self._switch.next_turn()
        self._switch.clock.later(self._switch.clock.now + TOLD, self._switch.ends, contact)
