"""Callers: people who ring us, stand in line, hang up in it or keep their places."""

from random import Random
from typing import Final

from callcenter.acd.contact import ContactState, Dismissal
from callcenter.acd.events import CallArrived, CallQueued, PlaceKept
from callcenter.acd.ids import ContactId, Millis
from callcenter.simulate.model import Caller
from ops.bench.callbacks.switch import NODE, TOLD, Call, Switch

_KEEPS_AFTER: Final[Millis] = 25_000
_KEEPS_FROM: Final[Millis] = 120_000  # whoever may have to wait for so long
_KEEPS: Final = 0.4


class Callers:
    """Those who ring us."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    def rings_in(self, caller: Caller, settles: str | None = None) -> None:
        """Somebody rings and stands in line; `settles`: the callback that her nurse settles."""
        if caller.person in self._switch.on_phone:
            return
        clock, contact = self._switch.clock, ContactId(f"c{caller.number}")
        call = self._switch.calls[contact] = Call(
            caller.person, caller.talk, self._switch.next_turn()
        )
        call.caller = caller
        self._switch.on_phone.add(caller.person)
        clock.tell(
            CallArrived(
                contact=contact,
                node=NODE,
                channel="simulated",
                entry_point=caller.entry_point,
                priority_class=caller.priority_class,
                caller=f"p{caller.person}",
                sealed="",
            )
        )
        clock.tell(CallQueued(contact=contact, language=caller.language))
        if settles is not None:
            call.callback = settles
        if contact in self._switch.calls:
            clock.later(clock.now + max(caller.patience, TOLD), self._switch.gives_up, contact)
            clock.later(clock.now + _KEEPS_AFTER, self._may_keep, contact)

    def _may_keep(self, contact: ContactId) -> None:
        """Who has to wait for long may keep the place: the IVR sees to it, and then tells her."""
        call, seen = self._switch.calls.get(contact), self._switch.seen(contact)
        if call is None or seen is None or call.caller is None or call.callback is not None:
            return
        wait = seen.estimate.high_at - self._switch.clock.now if seen.estimate is not None else 0
        chance = Random(f"{self._switch.seed}/keeps/{contact}").random()  # noqa: S311
        if seen.state is not ContactState.WAITING or wait < _KEEPS_FROM or chance >= _KEEPS:
            return
        self._switch.clock.tell(PlaceKept(contact=contact))
        seen = self._switch.seen(contact)
        if seen is not None and seen.dismissed is Dismissal.KEPT:
            self._switch.promised(contact, call.caller, "kept place")
            self._switch.clock.later(self._switch.clock.now + TOLD, self._switch.hangs_up, contact)
