"""A small site that rings people back: `World`, and what it needs of callbacks."""

from typing import Any

from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, DialResult
from callbacks.ledger import Counts
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import (
    CallbackBooked,
    DialEnded,
    PatientAnswered,
    PatientDialled,
)
from callcenter.acd.commands import CallNurse, CallPatient
from callcenter.acd.contact import ContactState
from callcenter.acd.events import ChannelsSeen, OfferResult, PlaceKept, SiteLoaded
from callcenter.acd.ids import ContactId, NodeId, NurseId
from language_routing.languages import Language
from tests.unit.acd.world import SV, World

MINUTE = 60_000
HOUR = 60 * MINUTE


class Promises(World):
    """A site that rings people back; `b1` is booked to be reached within an hour from now."""

    def __init__(self, nurses: dict[str, str] | None = None, **rules: Any) -> None:
        rules.setdefault("callbacks", CallbackPolicy())
        rules.setdefault("wrap_up", 0)
        super().__init__({"n1": "sv"} if nurses is None else nurses, **rules)

    def books(
        self,
        name: str = "b1",
        *,
        within: int = HOUR,
        after: int = 0,
        language: Language = SV,
        **known: Any,
    ) -> None:
        earliest = self.now + after
        event = CallbackBooked(
            callback=CallbackId(name), language=language, earliest=earliest,
            latest=earliest + within, reason="fever", caller=f"hash-{name}",
            sealed=f"sealed-{name}", actor="phone:n1",
        )  # fmt: skip
        self.tell(replace(event, **known))

    def works(self, *nurses: str) -> None:
        for nurse in nurses or ("n1",):
            self.signs_in(nurse)
            self.is_ready(nurse)

    def keeps(self, contact: str, **known: Any) -> str:
        """In line, keeps the place, and hangs up; the callback's id."""
        self.queues(contact)
        self.tell(PlaceKept(contact=ContactId(contact), **known))
        self.hangs_up(contact)
        return f"k-{contact}"

    def keeps_busy(self, contact: str) -> str:
        """As `keeps`, while the nurse has no time; then she is ready."""
        self.pauses("n1")
        name = self.keeps(contact)
        self.is_ready("n1")
        return name

    # -- our call, step by step --------------------------------------------------------

    def call(self, name: str = "b1") -> ContactId:
        """The present call of a callback."""
        now = self.callback(name).now
        assert now is not None
        return ContactId(now)

    def answers(self, name: str = "b1", nurse: str = "n1") -> None:
        """Its nurse; she sees what it is about."""
        self.connects(self.call(name), nurse)

    def dials(self, name: str = "b1") -> None:
        self.tell(PatientDialled(contact=self.call(name)))

    def reaches(self, name: str = "b1") -> None:
        self.tell(PatientAnswered(contact=self.call(name)))

    def is_reached(self, name: str = "b1", nurse: str = "n1") -> None:
        """The nurse first, then the patient, and they talk."""
        self.answers(name, nurse)
        self.dials(name)
        self.reaches(name)

    def fails(self, result: DialResult, name: str = "b1") -> None:
        call = self.call(name)
        self.tell(DialEnded(contact=call, result=result))
        self.hangs_up(call)

    def is_tried(self, result: DialResult, name: str = "b1", nurse: str = "n1") -> None:
        self.answers(name, nurse)
        self.dials(name)
        self.fails(result, name)

    def is_over(self, name: str = "b1") -> None:
        self.hangs_up(self.call(name))

    def is_missed(self, name: str = "b1", result: OfferResult = OfferResult.NO_ANSWER) -> None:
        self.tell(self.ended(self.call(name), result))

    # -- to look at ---------------------------------------------------------------------

    def callback(self, name: str = "b1") -> Callback:
        found = self.board.ledger.get(name)
        assert found is not None
        return found

    def known(self, name: str = "b1") -> bool:
        return self.board.ledger.get(name) is not None

    def state(self, name: str = "b1") -> CallbackState:
        return self.callback(name).state

    def counted(self, name: str = "b1") -> Counts:
        return self.board.ledger.counts(self.callback(name))

    def rung(self) -> list[tuple[str, NurseId | None]]:
        """Callbacks for which a nurse's phone, or the patient's (`None`), is to be rung now."""
        return [
            (command.callback, command.nurse if isinstance(command, CallNurse) else None)
            for command in self.commands
            if isinstance(command, CallNurse | CallPatient)
        ]

    def contact_state(self, name: str = "b1") -> ContactState:
        return self.contact(self.call(name)).state

    def see_node(self, node: str) -> None:
        """The truth of another node, which is there now."""
        self.tell(ChannelsSeen(node=NodeId(node), switch="x", contacts=(), phones=()))

    def site(self, **changed: Any) -> None:
        """The site is loaded anew."""
        self.policy = replace(self.policy, **changed)
        self.tell(SiteLoaded(policy=self.policy))
