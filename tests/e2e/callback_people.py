"""Callback people: nurses and patients who go on as people do, whatever has happened.

A nurse answers whatever rings, looks at the callback for a moment and has the patient rung. A
patient answers, presses 1 until she is believed, and hangs up a moment after she has heard a
nurse's voice: a tone that nobody else says. So it is her own ear that knows whom she talked to.
"""

import contextlib
import itertools
import time
from collections.abc import Callable
from dataclasses import replace

from redis.exceptions import RedisError

from callbacks.callback import CallbackState
from callcenter.acd.events import NurseReady
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.call import CallOver
from callcenter.softphone.phone import Call, CallState, Phone, Refused
from callcenter.softphone.tone import RATE, goertzel
from tests.e2e.center import Center, until
from tests.e2e.patients import ANSWERS, Patient, Rung

_LOOKS_S = 1.5
_AGAIN_S = 3.0
_TALK_S = 1.0
_HEARD = 0.05  # as `softphone.call`
_ABSENT = (NurseState.SIGNED_OUT, NurseState.NOT_READY)


class People:
    """Attributes:
    nurses: Their phones, by name.
    """

    def __init__(self, center: Center, nurse_hz: int) -> None:
        self._center, self._hz = center, nurse_hz
        self.nurses: dict[str, Phone] = {}
        self.patients: list[Patient] = []
        self._pressed: dict[int, float] = {}
        self._served: dict[int, tuple[Rung, float]] = {}

    def was_served(self, rung: Rung) -> bool:
        """Whether she has heard a nurse in that call."""
        return id(rung) in self._served

    def live_until(self, over: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
        """All of them go on until then."""

        def moment() -> bool:
            with contextlib.suppress(RedisError):
                self._moment()
                return over()
            return False

        until(moment, seconds, why)

    def asterisk_is_gone(self) -> None:
        """Who is on the phone hears nothing any more, and hangs up; no phone rings any longer."""
        self._listen()
        for phone in self.nurses.values():
            phone.hang_up()
        for patient in self.patients:
            for rung in patient.rung:
                if rung.up:
                    patient.hangs_up()
                elif not rung.ended_at:  # the carrier gives up a call whose other end is gone
                    rung.ended_at, rung.ended_by = time.time(), "carrier"

    def register(self) -> None:
        """All nurses' phones, anew."""
        for phone in self.nurses.values():
            phone.register(30)

    def press_until(self, phone: Phone, done: Callable[[], object]) -> None:
        """A nurse's key 1, again until it is taken."""

        def tries() -> bool:
            if not done():
                self._every(id(phone), lambda: phone.send_dtmf("1"))
            return bool(done())

        until(tries, 30, "the nurse's key is not taken")

    def press_for(self, patient: Patient, done: Callable[[], object]) -> None:
        """A patient's key 1, again until it is taken."""

        def tries() -> bool:
            if patient.talks and not done():
                self._every(id(patient), lambda: patient.presses("1"))
            return bool(done())

        until(tries, 30, "the patient's key is not taken")

    # -- a moment -------------------------------------------------------------------------

    def _every(self, whose: int, press: Callable[[], object]) -> None:
        if time.monotonic() - self._pressed.get(whose, 0.0) >= _AGAIN_S:
            self._pressed[whose] = time.monotonic()
            press()

    def _moment(self) -> None:
        self._listen()
        for patient in self.patients:
            if patient.rung:
                self._patient(patient, patient.rung[-1])
        for name, phone in self.nurses.items():
            # The other end may be quicker than she.
            with contextlib.suppress(Refused, CallOver, TimeoutError):
                self._nurse(name, phone)

    def _nurse(self, name: str, phone: Phone) -> None:
        call, nurse = phone.call, self._center.nurse(name)
        if call is None:
            if nurse.state in _ABSENT:
                self._center.tell(NurseReady(nurse=NurseId(name), actor="test"))
        elif call.state is CallState.RINGING and call.incoming:
            phone.answer(10)
        elif call.state is CallState.UP and self._looks_at(name, call):
            self._every(id(call), lambda: phone.send_dtmf("1"))

    def _looks_at(self, name: str, call: Call) -> bool:
        board = self._center.board
        contact = board.contacts.get(board.nurses[NurseId(name)].contact or "")
        if contact is None or time.monotonic() - call.times[CallState.UP] < _LOOKS_S:
            return False
        callback = board.ledger.get(contact.callback or "")
        return callback is not None and callback.state is CallbackState.PREVIEW

    def _patient(self, patient: Patient, rung: Rung) -> None:
        if rung.ended_at:
            return
        if not rung.answered_at:
            if rung.manner.code is None:  # she comes to the phone at last
                patient.is_like(ANSWERS)
                rung.manner = replace(ANSWERS)
            return
        served = self._served.get(id(rung))
        if served is None:
            self._every(id(rung), lambda: rung.voice.press("1"))
        elif time.monotonic() - served[1] >= _TALK_S:
            patient.hangs_up()

    def _listen(self) -> None:
        for patient in self.patients:
            if not patient.rung or id(patient.rung[-1]) in self._served:
                continue
            samples = patient.timeline().samples[-3 * RATE :]
            window = RATE // 4
            levels = [
                goertzel([int(s) for s in samples[place : place + window]], self._hz)
                for place in range(0, len(samples) - window + 1, window)
            ]
            if any(a >= _HEARD and b >= _HEARD for a, b in itertools.pairwise(levels)):
                self._served[id(patient.rung[-1])] = patient.rung[-1], time.monotonic()
