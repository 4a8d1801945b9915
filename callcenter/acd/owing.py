"""Owing: a call that we owe as a callback, and how a callback's call stands. Pure.

A medical callback is booked (`bookings.booked`); all others are debts: whoever kept the place,
was cut off or taken out of the line is rung at the place in line that the arrival gives.
"""

import re
from typing import Final

from callbacks.callback import Callback, CallbackId, CallbackState, Kind
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.debts import Owed
from callcenter.acd.ids import ContactId, Millis

_STRANGE: Final = re.compile(r"[^a-z0-9-]")
_LONGEST: Final = 32
_STATES: Final = {
    ContactState.CALLING: CallbackState.DIALLING,
    ContactState.OFFERED: CallbackState.RINGING,
    ContactState.FALLBACK: CallbackState.HOLDING,
}


def callback_id(contact: ContactId) -> CallbackId:
    """The callback that a contact leaves behind."""
    return CallbackId(f"k-{_STRANGE.sub('-', contact)[-_LONGEST:]}")  # its end tells calls apart


def callback_of(debt: Owed, deadline: Millis, now: Millis) -> Callback:
    """The callback by which a debt is paid.

    Args:
        deadline: When the caller should have been answered: her place in line.
    """
    assert debt.sealed is not None  # whoever asks has looked
    due = max(now, debt.callback_at or 0)
    return Callback(
        id=callback_id(debt.contact),
        kind=Kind(debt.kind),
        state=CallbackState.SCHEDULED,
        since=now,
        language=debt.language,
        wanted=debt.wanted,
        interpreter=debt.interpreter,
        booked=now,
        earliest=due,
        deadline=deadline,
        arrived=debt.arrived,
        caller=debt.caller,
        sealed=debt.sealed,
        entry_point=debt.entry_point,
        priority_class=debt.priority_class,
        contact=debt.contact,
        due_at=due,
    )


def contact_id(callback: CallbackId, calls: int) -> ContactId:
    """The contact of a callback's call number `calls`, in the form of all contact ids."""
    return ContactId(f"{callback}-{calls}.0")


def call_state(contact: Contact) -> CallbackState:
    """How the callback of this contact stands."""
    known = _STATES.get(contact.state)
    if known is not None:
        return known
    if contact.state is ContactState.WAITING:
        return CallbackState.WAITING if contact.absent else CallbackState.HOLDING
    if contact.reached is not None:
        return CallbackState.TALKING
    return CallbackState.PREVIEW if contact.dialled is None else CallbackState.DIALLING
