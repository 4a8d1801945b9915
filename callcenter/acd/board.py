"""Board: the ACD's whole state, and the only places where it is changed.

Records are frozen; `put_*` swaps one for another and keeps everything that is derived
from records (line, idle nurses, timers, what is due) in step. Nothing derived is saved:
`restore` makes it again from the records.
"""

import msgspec

from callcenter.acd.contact import Contact, ContactState, IllegalMove, Outcome
from callcenter.acd.debts import Debts, Owed, owed_to
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.nurse import UNTOLD, Nurse, NurseState
from callcenter.acd.policy import Policy
from callcenter.acd.pool import Pool
from callcenter.acd.stats import Tally
from callcenter.acd.timers import Timers
from language_routing.languages import Language

_REMEMBER_ENDED: Millis = 600_000  # late events of an ended call come within seconds


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One Asterisk and its gateway.

    Attributes:
        present: Its gateway reports, and its truth has been seen since it last was absent.
        switch: Which run of Asterisk it is.
        look_up: Its truth must be asked for.
    """

    id: NodeId
    present: bool = False
    last_alive: Millis = 0
    switch: str | None = None
    look_up: bool = False
    asked: Millis = 0


class Saved(msgspec.Struct, kw_only=True):
    """The state as a snapshot keeps it."""

    policy: Policy | None
    contacts: list[Contact]
    nurses: list[Nurse]
    nodes: list[Node]
    ended: dict[ContactId, Millis]
    owed: list[Owed]
    tallies: list[Tally]
    sequence: int


class Board:
    """Records, and what is derived from them."""

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self.contacts: dict[ContactId, Contact] = {}
        self.nurses: dict[NurseId, Nurse] = {}
        self.nodes: dict[NodeId, Node] = {}
        self.ended: dict[ContactId, Millis] = {}
        self.owed = Debts()
        self.sequence = 0
        self._tallies: dict[tuple[Language | None, str], Tally] = {}
        self._derive()

    def _derive(self) -> None:
        self.line: Pool[ContactId] = Pool()
        self.idle: Pool[NurseId] = Pool()
        self.offers: dict[OfferId, ContactId] = {}
        self.mirror_due: dict[NurseId, None] = {}
        self.withdraw_due: dict[ContactId, None] = {}
        self.leaving: dict[NurseId, None] = {}
        self.withdrawing: dict[str, ContactId] = {}
        self.mirroring: dict[str, NurseId] = {}
        self.timers: Timers[tuple[str, str]] = Timers(self._runs)
        # Apart from the timers: nobody needs a `Tick` in order to count.
        self.proofs: Timers[tuple[str, str]] = Timers(self._proves)

    # -- records ------------------------------------------------------------------

    def contact(self, contact: ContactId) -> Contact:
        """A contact that has not ended.

        Raises:
            IllegalMove: There is none: the event is late, or not meant for us.
        """
        try:
            return self.contacts[contact]
        except KeyError:
            raise IllegalMove("contact: unknown or ended") from None

    def nurse(self, nurse: NurseId) -> Nurse:
        """A nurse of this site.

        Raises:
            IllegalMove: The site has no such nurse.
        """
        try:
            return self.nurses[nurse]
        except KeyError:
            raise IllegalMove("nurse: not of this site") from None

    def put_contact(self, contact: Contact) -> None:
        """Add `contact`, or replace the record of the same id."""
        old = self.contacts.get(contact.id)
        if old is not None and old.offer is not None and old.offer != contact.offer:
            self.offers.pop(old.offer, None)
        if old is not None and old.withdraw is not None:
            self.withdrawing.pop(old.withdraw, None)
        self.contacts[contact.id] = contact
        if contact.withdraw is not None:
            self.withdrawing[contact.withdraw] = contact.id
        if (proof := self._proves(("proof", contact.id))) is not None:
            self.proofs.set(proof, ("proof", contact.id))
        if contact.offer is not None and contact.state is ContactState.OFFERED:
            self.offers[contact.offer] = contact.id
        if contact.backstop is not None:
            self.timers.set(contact.backstop, ("backstop", contact.id))
        node = self.nodes.get(contact.node)
        if (
            contact.state is ContactState.WAITING
            and not contact.doubt
            and contact.language is not None
            and node is not None
            and node.present
        ):
            self.line.put(contact.id, contact.key, (contact.language,))
        else:
            self.line.discard(contact.id)
        self._note_withdrawal(contact.id)

    def put_nurse(self, nurse: Nurse) -> None:
        """Add `nurse`, or replace the record of the same id."""
        old = self.nurses.get(nurse.id)
        if old is not None and old.mirroring is not None:
            self.mirroring.pop(old.mirroring, None)
        self.nurses[nurse.id] = nurse
        if nurse.mirroring is not None:
            self.mirroring[nurse.mirroring] = nurse.id
        if nurse.languages:
            self.leaving.pop(nurse.id, None)
        else:
            self.leaving[nurse.id] = None  # the site no longer lists her
        if nurse.available:
            self.idle.put(nurse.id, (nurse.idle_since, 0), nurse.languages)
        else:
            self.idle.discard(nurse.id)
        if nurse.wrap_up_ends is not None:
            self.timers.set(nurse.wrap_up_ends, ("wrap_up", nurse.id))
        if nurse.mirrored not in (nurse.to_mirror, UNTOLD):
            self.mirror_due[nurse.id] = None
        else:
            self.mirror_due.pop(nurse.id, None)
        if nurse.contact is not None:
            self._note_withdrawal(nurse.contact)

    def put_node(self, node: Node) -> None:
        """Add `node`, or replace it; its waiting callers can be offered while it is present."""
        old = self.nodes.get(node.id)
        self.nodes[node.id] = node
        if node.present and self.policy is not None:
            self.timers.set(node.last_alive + self.policy.gateway_lost, ("node", node.id))
        if old is None or old.present != node.present:
            for contact in list(self.contacts.values()):
                if contact.node == node.id:
                    self.put_contact(contact)

    def drop_the_gone(self) -> None:
        """Forget nurses who are no longer of this site, once nothing is left of their calls."""
        for nurse_id in list(self.leaving):
            nurse = self.nurses[nurse_id]
            if nurse.state is NurseState.SIGNED_OUT and nurse.mirrored == "out":
                del self.leaving[nurse_id], self.nurses[nurse_id]
                if nurse.mirroring is not None:
                    self.mirroring.pop(nurse.mirroring, None)

    def drop_contact(self, contact: Contact, outcome: Outcome, now: Millis) -> None:
        """The contact has ended; it is counted, and remembered so that echoes are known."""
        self.contacts.pop(contact.id)
        self.line.discard(contact.id)
        self.withdraw_due.pop(contact.id, None)
        if contact.offer is not None:
            self.offers.pop(contact.offer, None)
        if contact.withdraw is not None:
            self.withdrawing.pop(contact.withdraw, None)
        self.ended[contact.id] = now
        while self.ended:
            oldest = next(iter(self.ended))
            if now - self.ended[oldest] <= _REMEMBER_ENDED:
                break
            del self.ended[oldest]
        tally = self.tally(contact)
        match outcome:
            case Outcome.LEFT_IVR:
                tally.left_ivr += 1
            case Outcome.ABANDONED:
                tally.abandoned += 1
            case Outcome.CUT_OFF:
                tally.cut_off += 1
                self.owed.add(owed_to(contact, now))
            case Outcome.ANSWERED:
                pass  # counted when it was sure

    def tally(self, contact: Contact) -> Tally:
        """The counts of this contact's language and class."""
        return self._tallies.setdefault(
            (contact.language, contact.priority_class),
            Tally(language=contact.language, priority_class=contact.priority_class),
        )

    @property
    def tallies(self) -> list[Tally]:
        return list(self._tallies.values())

    # -- what is derived ----------------------------------------------------------

    def _note_withdrawal(self, contact_id: ContactId) -> None:
        """A ringing is to be withdrawn when she asked to stop, or her phone is gone."""
        contact = self.contacts.get(contact_id)
        nurse = self.nurses.get(contact.nurse) if contact and contact.nurse else None
        if (
            contact is not None
            and nurse is not None
            and contact.state is ContactState.OFFERED
            and not contact.withdrawing
            and nurse.state is NurseState.RINGING
            and nurse.offer == contact.offer
            and (nurse.next is not None or not nurse.reachable)
        ):
            self.withdraw_due[contact_id] = None
        else:
            self.withdraw_due.pop(contact_id, None)

    def _runs(self, name: tuple[str, str]) -> Millis | None:
        """When this timer goes off by the present records."""
        kind, key = name
        if kind == "wrap_up":
            nurse = self.nurses.get(NurseId(key))
            return nurse.wrap_up_ends if nurse is not None else None
        if kind == "backstop":
            contact = self.contacts.get(ContactId(key))
            if contact is None:
                return None
            home = self.nodes.get(contact.node)
            # Suspended while nobody could answer the question.
            return contact.backstop if home is not None and home.present else None
        node = self.nodes.get(NodeId(key))
        if node is None or not node.present or self.policy is None:
            return None
        return node.last_alive + self.policy.gateway_lost

    def _proves(self, name: tuple[str, str]) -> Millis | None:
        """When a conversation that has just begun is sure to be one."""
        contact = self.contacts.get(ContactId(name[1]))
        if contact is None or not contact.unproven or contact.state is not ContactState.TALKING:
            return None
        return contact.since + (self.policy.short_talk if self.policy is not None else 0)

    # -- snapshots ----------------------------------------------------------------

    def save(self) -> Saved:
        """Everything from which `restore` makes the same board."""
        return Saved(
            policy=self.policy,
            contacts=list(self.contacts.values()),
            nurses=list(self.nurses.values()),
            nodes=list(self.nodes.values()),
            ended=self.ended,
            owed=list(self.owed),
            tallies=self.tallies,
            sequence=self.sequence,
        )

    def restore(self, saved: Saved) -> None:
        """Become the board that was saved."""
        self._derive()
        self.policy = saved.policy
        self.ended = dict(saved.ended)
        self.owed = Debts(saved.owed)
        self.sequence = saved.sequence
        self._tallies = {(t.language, t.priority_class): t for t in saved.tallies}
        self.contacts, self.nurses, self.nodes = {}, {}, {}
        for node in saved.nodes:
            self.put_node(node)
        for nurse in saved.nurses:
            self.put_nurse(nurse)
        for contact in saved.contacts:
            self.put_contact(contact)
