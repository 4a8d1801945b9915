"""Promised: whom we owe a call and are to ring; the part of the board that is about callbacks."""

from typing import Final

from callbacks.callback import Callback
from callbacks.ledger import Ledger
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.debts import Debts, Owed
from callcenter.acd.floor import Floor
from callcenter.acd.ids import ContactId, Millis, NodeId
from callcenter.acd.node import Node
from callcenter.acd.owing import call_state, callback_id, callback_of
from callcenter.acd.timers import Timers

_NOWHERE: Final = NodeId("")


class Promised(Floor):
    """Debts and callbacks, and what is derived of their calls.

    Attributes:
        owed: The callers whom we owe a call.
        ledger: Whom we are to ring, and what became of it.
        ring_due: Calls whose patient is to be rung before there is a nurse.
        calling: The calls whose patient is rung so, by the command that rings her.
        on_the_phone: The calls of a caller's own, by the hash of the number.
    """

    contacts: dict[ContactId, Contact]
    nodes: dict[NodeId, Node]
    timers: Timers[tuple[str, str]]

    def __init__(self) -> None:
        super().__init__()
        self.owed = Debts()
        self.ledger = Ledger()
        self._derive_promised()

    def _derive_promised(self) -> None:
        self.ring_due: dict[ContactId, None] = {}
        self.calling: dict[str, ContactId] = {}
        self.on_the_phone: dict[str, dict[ContactId, None]] = {}

    def put_callback(self, callback: Callback) -> None:
        """Add `callback`, or replace the record of the same id."""
        self.ledger.put(callback)
        if callback.due_at is not None:
            self.timers.set(callback.due_at, ("callback", callback.id))

    def ring_back(self, debt: Owed, now: Millis) -> None:
        """Whom we owe a call is rung, if the site rings anybody and there is a number."""
        if self.policy is None or self.policy.callbacks is None or debt.sealed is None:
            return
        known = self.ledger.get(callback_id(debt.contact))
        many = len(self.ledger.of(debt.caller)) >= self.policy.callbacks.most_open
        if (
            known is None and not many
        ):  # nobody makes us ring a number without end; people see to it
            target = self.policy.target(debt.priority_class, debt.arrived)
            callback = callback_of(debt, debt.arrived + target, now)
            self.ledger.counts(callback).booked += 1
            self.put_callback(callback)

    def _runs_promised(self, kind: str, key: str) -> Millis | None:
        """When this timer of a callback goes off by the present records."""
        if kind == "callback":
            callback = self.ledger.get(key)
            return callback.due_at if callback is not None else None
        contact = self.contacts.get(ContactId(key))
        if contact is None:
            return None
        if kind == "look":
            return contact.look_at
        if kind == "shuts":
            return contact.shuts if contact.id in self.absent else None
        return contact.held_until or None

    def home(self, node: NodeId = _NOWHERE) -> NodeId:
        """Where a call of ours is made: `node` if it is there, else the first that is."""
        known = self.nodes.get(node)
        if known is not None and known.present:
            return node
        present = [one.id for one in self.nodes.values() if one.present]
        return min(present, default=min(self.nodes, default=node))

    def _note_caller(self, contact: Contact) -> None:
        """Somebody has called us."""
        if contact.caller is not None:
            self.on_the_phone.setdefault(contact.caller, {})[contact.id] = None

    def _note_callback(self, old: Contact | None, contact: Contact) -> None:
        """The ledger follows what is seen of a callback's call."""
        was_absent = contact.id in self.absent
        if contact.absent and contact.state is ContactState.WAITING:
            self.absent[contact.id] = None
        else:
            self.absent.pop(contact.id, None)
        if old is not None and old.call is not None:
            self.calling.pop(old.call, None)
        if contact.call is not None:
            self.calling[contact.call] = contact.id
        if contact.expected is not None and contact.id in self.absent:
            self.ring_due[contact.id] = None
        else:
            self.ring_due.pop(contact.id, None)
        if contact.look_at is not None and (old is None or old.look_at != contact.look_at):
            self.timers.set(contact.look_at, ("look", contact.id))
        back = contact.id in self.absent and not was_absent
        if contact.shuts is not None and (back or old is None or old.shuts != contact.shuts):
            self.timers.set(contact.shuts, ("shuts", contact.id))
        if contact.held_until and (old is None or old.held_until != contact.held_until):
            self.timers.set(contact.held_until, ("held", contact.id))
        assert contact.callback is not None  # the caller has looked
        callback = self.ledger.get(contact.callback)
        if callback is not None and callback.now == contact.id:
            self.ledger.follow(callback, call_state(contact), contact)

    def _forget_call(self, contact: Contact) -> None:
        """The contact has ended, a callback's or a caller's."""
        self.absent.pop(contact.id, None)
        self.ring_due.pop(contact.id, None)
        if contact.call is not None:
            self.calling.pop(contact.call, None)
        calls = self.on_the_phone.get(contact.caller or "")
        if calls is not None and calls.pop(contact.id, 0) is None and not calls:
            del self.on_the_phone[contact.caller or ""]
