"""Decisions: what the leader chose. Recorded with the entry that led to them.

Everybody else applies the recorded ones, so that a later fix to matching never
rewrites yesterday.
"""

from typing import TypeAlias

import msgspec

from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.policy import SurgeLevel


class Decision(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """Base of all decisions."""


class Offer(Decision, frozen=True, kw_only=True, tag="offer.1"):
    """Ring this nurse for this contact.

    Attributes:
        ring: The innermost ring that she fits; `interpreter`: it needs one in the call.
    """

    offer: OfferId
    contact: ContactId
    nurse: NurseId
    ring: int = 0
    interpreter: bool = False


class Withdraw(Decision, frozen=True, kw_only=True, tag="withdraw.1"):
    """Stop ringing her; the contact keeps the place. Not a RONA."""

    offer: OfferId
    contact: ContactId
    command: str = ""


class Dismiss(Decision, frozen=True, kw_only=True, tag="dismiss.1"):
    """Tell a caller who is out of the line why, and hang up; she is owed a call."""

    contact: ContactId
    command: str


class Surge(Decision, frozen=True, kw_only=True, tag="surge.1"):
    """The level of surge from now on; every node that is present is told.

    Attributes:
        refusing: Newcomers are turned away before they are answered.
    """

    level: SurgeLevel
    refusing: bool
    command: str = ""


class RingPatient(Decision, frozen=True, kw_only=True, tag="ring_patient.1"):
    """Ring the patient of a callback now: by the time she is ready a nurse should be free.

    Attributes:
        expected: When that should be.
    """

    contact: ContactId
    command: str
    expected: Millis


class LookUp(Decision, frozen=True, kw_only=True, tag="look_up.1"):
    """Ask the gateway for the whole truth; something is in doubt."""

    node: NodeId


class Mirror(Decision, frozen=True, kw_only=True, tag="mirror.1"):
    """Copy a nurse's state to the fallback queue.

    Attributes:
        member: Signed in. `False` takes her out of the queue.
        paused: Signed in, but takes no calls.
    """

    nurse: NurseId
    member: bool
    paused: bool
    command: str = ""


class Quarantined(Decision, frozen=True, kw_only=True, tag="quarantined.1"):
    """The entry could not be folded; everybody skips its event alike."""

    error: str


AnyDecision: TypeAlias = (
    Offer | Withdraw | Dismiss | Surge | RingPatient | LookUp | Mirror | Quarantined
)
