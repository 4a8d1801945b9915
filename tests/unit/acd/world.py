"""A small site to tell things to: one shard, one node, nurses whose phones answer."""

from typing import Any

from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.commands import AnyCommand
from callcenter.acd.contact import Contact
from callcenter.acd.decisions import AnyDecision, LookUp, Mirror, Offer, Withdraw
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallFellBack,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    CommandDone,
    Connected,
    Disconnected,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferEnded,
    OfferResult,
    Phase,
    PhoneChanged,
    SeenContact,
    SeenPhone,
    SiteLoaded,
    SwitchLost,
    Tick,
)
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId, OfferId
from callcenter.acd.nurse import Nurse
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.acd.stats import Tally
from callcenter.shard.shard import Outcome, Shard
from language_routing.languages import Language
from language_routing.skills import Level

SV, AR, SO = Language("sv"), Language("ar"), Language("so")
NODE = NodeId("node1")
START = 1_000_000


def spec(name: str, said: str) -> NurseSpec:
    """A nurse by a few words: `"sv ar:working +child 7"`; fluent where no level is given."""
    languages, levels, competences, years = [], {}, [], 0
    for word in said.split():
        tag, _, level = word.partition(":")
        if word.startswith("+"):
            competences.append(word[1:])
        elif word.isdigit():
            years = int(word)
        else:
            languages.append(Language(tag))
            if level:
                levels[Language(tag)] = Level(level)
    return NurseSpec(
        id=NurseId(name), languages=tuple(languages), levels=levels,
        competences=tuple(competences), years=years,
    )  # fmt: skip


def policy(nurses: dict[str, str], **rules: Any) -> Policy:
    """A policy whose nurses can do what is written behind their names, as in `spec`."""
    return Policy(
        languages=(SV, AR, SO),
        default_language=SV,
        targets={"public": 180_000, "staff": 60_000},
        nurses=tuple(spec(name, said) for name, said in nurses.items()),
        **rules,
    )


def arrival(contact: str, priority: str = "public", node: str = NODE) -> CallArrived:
    return CallArrived(
        contact=ContactId(contact),
        node=NodeId(node),
        channel=f"PJSIP/trunk-{contact}",
        entry_point="1177",
        priority_class=priority,
        caller=f"hash-{contact}",
        sealed=f"sealed-{contact}",
    )


def seen(contact: str, phase: Phase, *, waited: int = 0, **known: Any) -> SeenContact:
    return SeenContact(
        contact=ContactId(contact),
        channel=known.pop("channel", f"PJSIP/trunk-{contact}"),
        phase=phase,
        entry_point="1177",
        priority_class=known.pop("priority", "public"),
        waited=waited,
        **known,
    )


class World:
    """A leader's fold, with the journal's time in `now`; `decisions` are those of the last entry.

    It starts with its site loaded and its node present; nobody is signed in. Unless a rule
    says otherwise, a silent gateway counts as present for long, so that tests may let time pass.
    """

    def __init__(self, nurses: dict[str, str] | None = None, **rules: Any) -> None:
        self.shard = Shard()
        self.now = START
        self.decisions: tuple[AnyDecision, ...] = ()
        self.commands: tuple[AnyCommand, ...] = ()
        self._number = 0
        rules.setdefault("gateway_lost", 100_000_000)
        rules.setdefault("short_talk", 0)  # an answer counts at once
        self.policy = policy({"n1": "sv"} if nurses is None else nurses, **rules)
        self.tell(SiteLoaded(policy=self.policy))
        self.see()

    @property
    def board(self) -> Board:
        return self.shard.board

    def tell(self, event: AnyEvent) -> Outcome:
        self._number += 1
        outcome = self.shard.lead(EntryId(f"{self.now}-{self._number}"), event)
        self.decisions, self.commands = outcome.decisions, outcome.commands
        return outcome

    def decided(self) -> tuple[AnyDecision, ...]:
        """The decisions of the last entry, for comparing (mypy would remember an attribute)."""
        return self.decisions

    def refuses(self, event: AnyEvent) -> bool:
        """Whether the event counts as late, and leaves everything as it was."""
        late, before = self.shard.late, self.shard.save()
        self.tell(event)
        if self.shard.late == late:
            return False
        self.shard.late = late
        assert self.shard.save() == before, "a late event has changed something"
        return True

    def after(self, span: int) -> None:
        """So many milliseconds pass, and a tick makes what is due happen."""
        self.now += span
        self.tell(Tick(deadline=self.now))

    # -- callers ------------------------------------------------------------------

    def arrives(
        self,
        contact: str,
        priority: str = "public",
        node: str = NODE,
        **known: Any,
    ) -> None:
        self.tell(replace(arrival(contact, priority, node), **known))

    def queues(self, contact: str, language: Language = SV, priority: str = "public") -> None:
        """Arrives if need be, and chooses."""
        if ContactId(contact) not in self.board.contacts:
            self.arrives(contact, priority)
        self.tell(CallQueued(contact=ContactId(contact), language=language))

    def hangs_up(self, contact: str) -> None:
        self.tell(CallHungUp(contact=ContactId(contact)))

    def falls_back(self, contact: str) -> None:
        self.tell(CallFellBack(contact=ContactId(contact)))

    def connects(self, contact: str, nurse: str) -> None:
        self.tell(Connected(contact=ContactId(contact), nurse=NurseId(nurse)))

    def parts(self, contact: str, nurse: str) -> None:
        self.tell(Disconnected(contact=ContactId(contact), nurse=NurseId(nurse)))

    def ended(self, contact: str, result: OfferResult) -> OfferEnded:
        """The event that ends the contact's present offer."""
        found = self.contact(contact)
        assert found.offer is not None
        assert found.nurse is not None
        return OfferEnded(offer=found.offer, contact=found.id, nurse=found.nurse, result=result)

    def rings_out(self, contact: str, result: OfferResult = OfferResult.NO_ANSWER) -> None:
        self.tell(self.ended(contact, result))

    def is_served(self, contact: str, nurse: str, talk: int = 60_000) -> None:
        """The nurse answers, they talk, and the caller hangs up."""
        self.connects(contact, nurse)
        self.now += talk
        self.hangs_up(contact)

    # -- nurses -------------------------------------------------------------------

    def signs_in(self, nurse: str) -> None:
        self.tell(NurseSignedIn(nurse=NurseId(nurse), actor="test"))

    def is_ready(self, nurse: str) -> None:
        self.tell(NurseReady(nurse=NurseId(nurse), actor="test"))

    def pauses(self, nurse: str, reason: str = "lunch") -> None:
        self.tell(NursePaused(nurse=NurseId(nurse), reason=reason, actor="test"))

    def signs_out(self, nurse: str) -> None:
        self.tell(NurseSignedOut(nurse=NurseId(nurse), actor="test"))

    def phone(self, nurse: str, *, reachable: bool = True, busy: bool = False) -> None:
        self.tell(PhoneChanged(nurse=NurseId(nurse), reachable=reachable, busy=busy))

    def told(self, nurse: str) -> None:
        """The fallback queue was told of her, and the gateway says that it was done."""
        command = self.nurse(nurse).mirroring
        assert command is not None
        self.tell(CommandDone(command=command))

    # -- the node -----------------------------------------------------------------

    def loses_the_switch(self) -> None:
        self.tell(SwitchLost(node=NODE))

    def see(self, *contacts: SeenContact, switch: str = "a", **fallback: str) -> None:
        """The whole truth of the node: these contacts, and every phone reachable.

        `fallback` says what the fallback queue holds of a nurse, where it was asked.
        """
        phones = tuple(
            SeenPhone(nurse=spec.id, reachable=True, busy=False, fallback=fallback.get(spec.id))
            for spec in self.policy.nurses
        )
        self.tell(ChannelsSeen(node=NODE, switch=switch, contacts=contacts, phones=phones))

    # -- to look at ---------------------------------------------------------------

    def command(self, number: int = 0) -> str:
        """The id of the command that carries out that decision of the last entry."""
        return f"{self.shard.position}-{number}"

    def withdrawals(self) -> list[Withdraw]:
        return [d for d in self.decisions if isinstance(d, Withdraw)]

    def mirrors(self) -> list[Mirror]:
        return [d for d in self.decisions if isinstance(d, Mirror)]

    def wanted(self) -> bool:
        """Whether the node's truth was asked for at the last entry."""
        return LookUp(node=NODE) in self.decisions

    def contact(self, name: str) -> Contact:
        return self.board.contacts[ContactId(name)]

    def nurse(self, name: str) -> Nurse:
        return self.board.nurses[NurseId(name)]

    def offer_of(self, contact: str) -> OfferId:
        offer = self.contact(contact).offer
        assert offer is not None
        return offer

    def offers(self) -> list[tuple[str, str]]:
        """Who was offered to whom at the last entry."""
        return [(d.contact, d.nurse) for d in self.decisions if isinstance(d, Offer)]

    def line(self) -> list[str]:
        return list(self.board.line)

    def tally(self, language: Language | None = SV, priority: str = "public") -> Tally:
        for tally in self.board.tallies:
            if (tally.language, tally.priority_class) == (language, priority):
                return tally
        return Tally(language=language, priority_class=priority)
