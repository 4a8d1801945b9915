"""Switch: the calls of a simulated switch, and who is on the phone."""

from typing import Final

from callbacks.policy import CallbackPolicy
from callcenter.acd.contact import Contact
from callcenter.acd.events import CallHungUp
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.owing import callback_id
from callcenter.simulate.model import Caller
from ops.bench.callbacks.clock import Clock
from ops.bench.callbacks.observer import Observer, Record

NODE: Final = NodeId("simulated")
TOLD: Final[Millis] = 3_000
"""So long it takes to hear a sentence."""


class Call:
    """One call of the switch's: a caller's, or one that we make.

    `turn` is another number after each thing that makes void what was planned for it.
    """

    __slots__ = ("callback", "caller", "nurse", "offer", "person", "reached", "talk", "talking",
                 "turn")  # fmt: skip

    def __init__(self, person: int, talk: Millis, turn: int) -> None:
        self.person, self.talk = person, talk
        self.caller: Caller | None = None
        self.callback: str | None = None
        self.nurse: NurseId | None = None
        self.offer: OfferId | None = None
        self.reached: Millis | None = None
        self.talking = False
        self.turn = turn


class Switch:
    """What is known of all calls.

    Attributes:
        calls: By the contact that the fold knows.
        engaged: Nurses whose phones ring or who talk.
        on_phone: Callers and patients who are in a call.
        persons: Who is behind a callback.
    """

    def __init__(self, clock: Clock, observer: Observer, policy: CallbackPolicy, seed: int) -> None:
        self.clock, self.observer, self.policy, self.seed = clock, observer, policy, seed
        self.calls: dict[ContactId, Call] = {}
        self.engaged: dict[NurseId, ContactId] = {}
        self.on_phone: set[int] = set()
        self.persons: dict[str, int] = {}
        self._turns = 0

    def promised(self, contact: ContactId, caller: Caller, kind: str) -> None:
        """A caller is told that we ring her back."""
        callback = callback_id(contact)
        self.persons[callback] = caller.person
        record = Record(kind=kind, language=caller.language, promised=self.clock.now)
        self.observer.promised(callback, record)

    def seen(self, contact: ContactId) -> Contact | None:
        """How the fold sees her."""
        return self.clock.shard.board.contacts.get(contact)

    def gives_up(self, contact: ContactId) -> None:
        """She hangs up unless a nurse is there."""
        call = self.calls.get(contact)
        if call is not None and not call.talking:
            self.hangs_up(contact)

    def hangs_up(self, contact: ContactId, turn: int | None = None) -> None:
        """She ends the call, unless it has come to another `turn`."""
        call = self.calls.get(contact) if turn is None else self.current(contact, turn)
        if call is None:
            return
        if call.callback is not None and call.caller is None:
            self.observer.hangs_up(call.callback)
        self.ends(contact)

    def ends(self, contact: ContactId) -> None:
        """All of its channels are gone."""
        call = self.calls.pop(contact, None)
        if call is None:
            return
        self.lets_go(contact, call)
        if call.caller is not None or call.reached is not None:
            self.on_phone.discard(call.person)
        self.clock.tell(CallHungUp(contact=contact))

    def lets_go(self, contact: ContactId, call: Call) -> None:
        """The nurse's phone is free."""
        if call.nurse is not None and self.engaged.get(call.nurse) == contact:
            del self.engaged[call.nurse]
        call.nurse = None
        call.turn = self.next_turn()

    def next_turn(self) -> int:
        """A number that nothing planned so far has."""
        self._turns += 1
        return self._turns

    def current(self, contact: ContactId, turn: int) -> Call | None:
        """The call, if nothing has made void what was planned at `turn`."""
        call = self.calls.get(contact)
        return call if call is not None and call.turn == turn else None
