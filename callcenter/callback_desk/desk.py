"""Desk: callbacks are booked, moved, cancelled, settled and shown here.

Every change is one event. It is told to be done only when the router has gone past the event and
the fold, looked at anew, says so: the fold has the last word, and a reply without it would be a
promise that nobody keeps.
"""

from collections.abc import Callable
from typing import Any, Final

from callbacks import booking
from callbacks.callback import Callback, CallbackId, CallbackState
from callbacks.times import show_time
from callcenter.accepted import site_in_force
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackSettled,
    TaskSettled,
)
from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import Millis
from callcenter.callback_desk.asking import (
    MOVABLE,
    again,
    asked_of,
    event_of,
    same,
    too_late,
    with_reason,
)
from callcenter.callback_desk.known import known, rules
from callcenter.callback_desk.link import Link
from callcenter.callback_desk.patient import patient
from callcenter.callback_desk.records import Actor, Booked, Refused, Request, chosen_id, word
from callcenter.callback_desk.views import Views
from callcenter.seal import Seal
from callcenter.settings import Settings
from callcenter.site import Site
from callcenter.store import connect

_WITHIN_S: Final = 5.0
_FREE_SHOWN: Final = 4
_JUST_NOW: Final = "that time was taken just now; choose another one"


class CallbackDesk(Views):
    """One client's desk. It keeps what it has read, so it is for one thread at a time.

    All methods raise `NotConfirmed` where Redis or the router is away, and `Refused` where
    something cannot be so; both are `ValueError`, and their texts are for people.
    """

    def __init__(
        self, client: Any, shard: str, site: Site, seal: Seal, *, within_s: float = _WITHIN_S
    ) -> None:
        """Connects at the first question.

        Args:
            client: A Redis of `callcenter.store.connect`.
            site: For our own numbers and entry points; the rules are those of the journal.
            within_s: So long the router may take.
        """
        super().__init__(Link(client, shard, within_s), seal)
        self._site = site

    @classmethod
    def of(cls, settings: Settings) -> "CallbackDesk":
        """The desk of an installation.

        Raises:
            YamlError: Its site cannot be used.
        """
        site = site_in_force(settings)
        return cls(connect(settings), settings.shard, site, Seal(settings.data / "keys"))

    def book(self, request: Request, actor: Actor) -> Booked:
        """Promise to ring; the promise is in the journal when this returns.

        Asked again with the same id it is booked once, and the same callback returned. After
        `NotConfirmed`: ask again with the same id.
        """
        name = chosen_id(request.id)
        with_reason(overbook=request.overbook, why=request.why)
        unsure = again(name)
        board = self._link.look(unsure)
        call = self.call(request.contact) if request.contact is not None else None
        who = patient(request, call, self._seal, self._own, self._link.now)
        known_already = board.ledger.get(name)
        if known_already is not None:
            return Booked(callback=same(known_already, who), again=True)
        event = event_of(
            name, request, call=call, who=who, actor=actor, site=self._site, seal=self._seal,
            now=self._link.now,
        )  # fmt: skip
        asked = asked_of(event, request, actor)

        def check() -> booking.Checked:
            return booking.check(asked, known(self._link.board, who.caller), self._link.now)

        self._refuse(check, event)
        found = self._link.tell(event, unsure).ledger.get(name)
        if found is None:
            self._refuse(check, event)
            raise Refused(_JUST_NOW)
        # Each sealing is another text: one that is not ours came of an earlier asking.
        return Booked(callback=same(found, who), again=found.sealed != event.sealed)

    def move(
        self,
        callback: str,
        earliest: Millis,
        latest: Millis,
        actor: Actor,
        *,
        why: str = "",
        overbook: bool = False,
    ) -> Callback:
        """Ring at another time.

        Args:
            why: A code of `callbacks.booking.WHYS`: later than promised, or overbooked.
        """
        with_reason(overbook=overbook, why=why)
        before = self.found(callback)
        if (before.earliest, before.latest) == (earliest, latest):
            return before
        if before.latest is None or before.language is None:
            raise Refused("no time was promised for this one: it keeps a place in line")
        if before.state not in MOVABLE:
            raise Refused(too_late(before))
        language = before.language

        def check() -> booking.Checked:
            return booking.check_time(
                known(self._link.board), language, earliest, latest, self._link.now,
                why=why, overbook=overbook, supervisor=actor.supervises, besides=before,
            )  # fmt: skip

        self._refuse(check, None)
        event = CallbackMoved(
            callback=before.id, earliest=earliest, latest=latest, reason=why or "moved",
            actor=actor.name, overbook=overbook,
        )  # fmt: skip
        after = self._link.tell(event, again(None)).ledger.get(before.id)
        times = None if after is None else (after.earliest, after.latest)
        # What begins by now begins now: the fold's earliest may be another than the one asked for.
        if after is None or after.latest != latest or times == (before.earliest, before.latest):
            if after is not None and after.state not in MOVABLE:
                raise Refused(too_late(after))
            self._refuse(check, None)
            raise Refused(_JUST_NOW)
        return after

    def cancel(self, callback: str, actor: Actor, reason: str) -> Callback:
        """Not to be rung any more, if no nurse's phone rings for it yet."""
        word(reason, "reason")
        return self._end(
            callback,
            CallbackState.CANCELLED,
            lambda name: CallbackCancelled(callback=name, reason=reason, actor=actor.name),
        )

    def settle(self, callback: str, actor: Actor, reason: str) -> Callback:
        """Done by people; not while a nurse has it."""
        word(reason, "reason")
        return self._end(
            callback,
            CallbackState.DONE,
            lambda name: CallbackSettled(callback=name, reason=reason, actor=actor.name),
        )

    def settle_task(self, callback: str, actor: Actor, reason: str) -> Callback:
        """A supervisor has seen to a patient who was not reached."""
        word(reason, "reason")
        if not actor.supervises:
            raise Refused("only a supervisor may settle this")
        found = self.found(callback)
        if found.task is None:
            raise Refused("nobody has to do anything about this one")
        if found.settled:
            return found
        event = TaskSettled(callback=found.id, reason=reason, actor=actor.name)
        after = self._link.tell(event, again(None)).ledger.get(found.id)
        if after is not None and not after.settled:
            raise Refused("it could not be settled")
        return after or found

    @property
    def _own(self) -> frozenset[str]:
        return frozenset(self._site.numbers)

    def _end(
        self, callback: str, state: CallbackState, event: Callable[[CallbackId], AnyEvent]
    ) -> Callback:
        before = self.found(callback)
        if before.state is state:
            return before
        if before.state not in MOVABLE:
            raise Refused(too_late(before))
        after = self._link.tell(event(before.id), again(None)).ledger.get(before.id)
        if after is None or after.state is not state:
            raise Refused(too_late(after or before))
        return after

    def _refuse(self, check: Callable[[], booking.Checked], event: CallbackBooked | None) -> None:
        """Raise what `check` has against it, with times that are free where that helps."""
        checked = check()
        if checked.accepted:
            return
        text = " ".join(checked.sentences)
        if event is not None and booking.Refusal.FULL in checked.refusals:
            free = [one for one in self.offers(event.language) if not one.full]
            zone = rules(self._link.board)[0].routing.calendar.zone
            times = [show_time(one.earliest, zone, self._link.now) for one in free[:_FREE_SHOWN]]
            shown = ", ".join(times)
            text += f" Free: {shown}." if shown else " Nothing is free within the promise."
        raise Refused(text)
