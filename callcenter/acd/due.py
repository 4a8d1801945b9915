"""Due: what is to be decided, what is on its way, and when; a part of the board."""

from callcenter.acd.contact import Contact, ContactState, IllegalMove
from callcenter.acd.counted import Counted
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.messages import Message
from callcenter.acd.nurse import NurseState
from callcenter.acd.policy import SurgeLevel
from callcenter.acd.surge import SurgeState
from callcenter.acd.timers import Timers


class Due(Counted):
    """Decisions that are due, commands on their way, and timers.

    Attributes:
        offers: Whose offer it is, by its id.
        mirror_due: Nurses whose state the fallback queue is to be told.
        withdraw_due, dismiss_due: Contacts whose ringing, whose call is to be ended.
        look_up_due: Nodes whose channels are to be looked up.
        withdrawing, dismissing, mirroring: Whom a command on its way is about, by its id.
        untold: Nurses of whom the fallback queue could not be told.
        messages: What supervisors have switched on to be said, by id; only what is in force.
        surge: How surge stands; `surge_news`: something of it, or of a node, has changed.
        assessed, assess_at: When it was assessed; when it must be, though nothing happens.
    """

    def __init__(self) -> None:
        super().__init__()
        self.surge = SurgeState()
        self.messages: dict[str, Message] = {}
        self.assessed: Millis = 0
        self.assess_at: Millis | None = None

    def _derive_due(self) -> None:
        self._derive_promised()
        self.offers: dict[OfferId, ContactId] = {}
        self.mirror_due: dict[NurseId, None] = {}
        self.withdraw_due: dict[ContactId, None] = {}
        self.dismiss_due: dict[ContactId, None] = {}
        self.untold: dict[NurseId, None] = {}
        self.look_up_due: dict[NodeId, None] = {}
        self.surge_news = True
        self.withdrawing: dict[str, ContactId] = {}
        self.dismissing: dict[str, ContactId] = {}
        self.mirroring: dict[str, NurseId] = {}
        self.timers: Timers[tuple[str, str]] = Timers(self._runs)
        # Apart from the timers: nobody needs a `Tick` in order to count.
        self.proofs: Timers[tuple[str, str]] = Timers(self._proves)

    @property
    def undecided(self) -> bool:
        """Whether there may be something to decide."""
        return bool(
            self.fresh_needs
            or self.fresh_profiles
            or self.withdraw_due
            or self.dismiss_due
            or self.ring_due
            or self.mirror_due
            or self.look_up_due
            or self.surge_news
            or self.surge.level is SurgeLevel.CRISIS
        )

    def take_surge(self, state: SurgeState) -> None:
        """How surge stands from now on."""
        if state is not self.surge:
            self.surge, self.surge_news = state, True

    def assess_again_at(self, when: Millis | None) -> None:
        """The surge must be assessed then, whatever happens."""
        self.assess_at = when
        if when is not None:
            self.timers.set(when, ("surge", ""))

    def put_message(self, message: Message) -> None:
        """Switch it on, in place of an earlier one for the same callers."""
        for old in list(self.messages.values()):
            if old.id == message.id or old.place == message.place:
                del self.messages[old.id]
        self.messages[message.id] = message
        self.timers.set(message.until, ("message", message.id))

    def drop_message(self, message_id: str) -> None:
        """It is over.

        Raises:
            IllegalMove: There is no such message.
        """
        if self.messages.pop(message_id, None) is None:
            raise IllegalMove("message: unknown or over")

    def _note_offer(self, old: Contact | None, contact: Contact) -> None:
        """What is known by the offer, and by the command that takes it back."""
        if old is not None and old.offer is not None and old.offer != contact.offer:
            self.offers.pop(old.offer, None)
        if old is not None and old.withdraw is not None:
            self.withdrawing.pop(old.withdraw, None)
        if contact.offer is not None and contact.state is ContactState.OFFERED:
            self.offers[contact.offer] = contact.id
        if contact.withdraw is not None:
            self.withdrawing[contact.withdraw] = contact.id
        self._note_withdrawal(contact.id)

    def _note_dismissal(self, old: Contact | None, contact: Contact) -> None:
        if old is not None and old.dismiss is not None:
            self.dismissing.pop(old.dismiss, None)
        if contact.dismiss is not None:
            self.dismissing[contact.dismiss] = contact.id

    def _note_withdrawal(self, contact_id: ContactId) -> None:
        """A ringing is to be withdrawn when nobody wants it any more, or her phone is gone."""
        contact = self.contacts.get(contact_id)
        nurse = self.nurses.get(contact.nurse) if contact and contact.nurse else None
        if (
            contact is not None
            and nurse is not None
            and contact.state is ContactState.OFFERED
            and not contact.withdrawing
            and nurse.state is NurseState.RINGING
            and nurse.offer == contact.offer
            and (
                nurse.next is not None
                or not nurse.reachable
                or contact.unwanted
                or contact.dismissed is not None
            )
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
        if kind == "gone":
            nurse = self.nurses.get(NurseId(key))
            return nurse.gone_at if nurse is not None else None
        if kind == "ring":
            contact = self.contacts.get(ContactId(key))
            return contact.ring_ends if contact is not None else None
        if kind == "backstop":
            contact = self.contacts.get(ContactId(key))
            if contact is None:
                return None
            home = self.nodes.get(contact.node)
            # Suspended while nobody could answer the question.
            return contact.backstop if home is not None and home.present else None
        if kind in ("look", "shuts", "held", "callback"):
            return self._runs_promised(kind, key)
        if kind == "surge":
            return self.assess_at
        if kind == "message":
            message = self.messages.get(key)
            return message.until if message is not None else None
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
