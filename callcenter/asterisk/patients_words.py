"""Patients' words: how the ringing of a callback's patient goes, as journal events. Pure.

The dialplan says it by `UserEvent`s on the far half of the callback's Local channel, or on the
patient's own leg: so they name the contact in a header.
"""

from collections.abc import Callable
from typing import Final

from callbacks.callback import DialResult
from callcenter.acd.callback_events import (
    AnyCallbackEvent,
    DialEnded,
    PatientAnswered,
    PatientDialled,
)
from callcenter.acd.ids import ContactId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.channels import contact_id

# What the dialplan sees itself; the others are worked out by the fold.
_RESULTS: Final = frozenset(DialResult) - {DialResult.UNKNOWN, DialResult.ABANDONED}


def _ended(event: Event, contact: ContactId) -> DialEnded | None:
    result = event.get("CcResult")
    return DialEnded(contact=contact, result=DialResult(result)) if result in _RESULTS else None


PATIENTS_WORDS: Final[dict[str, Callable[[Event, ContactId], AnyCallbackEvent | None]]] = {
    "CcDialled": lambda _, contact: PatientDialled(contact=contact),
    "CcReached": lambda _, contact: PatientAnswered(contact=contact),
    "CcDialEnded": _ended,
}


def patients_word(event: Event) -> AnyCallbackEvent | None:
    """What this `UserEvent` means for the journal; `None`: nothing, or it is malformed."""
    contact = contact_id(event.get("CcWhose"))
    known = PATIENTS_WORDS.get(event.get("UserEvent"))
    return known(event, contact) if known is not None and contact is not None else None
