"""Commands: what a gateway is told to do. Each ends in an event: done, failed or unknown."""

from typing import TypeAlias

import msgspec

from callbacks.callback import CallbackId, Kind
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.policy import SurgeLevel
from language_routing.languages import Language


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """Base of all commands.

    Attributes:
        id: `<journal entry>-<n>`; it is the AMI ActionID too.
        node: Whose gateway carries it out.
        valid_until: In the journal's time; later it is stale and must be refused.
    """

    id: str
    node: NodeId
    valid_until: Millis


class RingNurse(Command, frozen=True, kw_only=True, tag="ring_nurse.1"):
    """Presumes that the contact stands in line on `channel`.

    Attributes:
        language, priority_class: What her phone shows; as the caller chose where not given.
        promised: We are to ring this caller back: her phone shows that, too.
    """

    contact: ContactId
    channel: str
    nurse: NurseId
    interpreter: bool = False
    language: Language | None = None
    priority_class: str = ""
    promised: bool = False


class DismissCaller(Command, frozen=True, kw_only=True, tag="dismiss_caller.1"):
    """Presumes that the contact is in nobody's conversation.

    Attributes:
        prompt: What the caller hears before the hang-up.
    """

    contact: ContactId
    channel: str
    prompt: str
    language: Language


class TellSurge(Command, frozen=True, kw_only=True, tag="tell_surge.1"):
    """Make the dialplan know the level of surge, and whether newcomers are refused."""

    level: SurgeLevel
    refusing: bool


class ReturnToLine(Command, frozen=True, kw_only=True, tag="return_to_line.1"):
    """Presumes that the contact's channel rings for `offer`, unanswered."""

    contact: ContactId
    channel: str
    offer: OfferId


class CallNurse(Command, frozen=True, kw_only=True, tag="call_nurse.1"):
    """Ring a nurse for a callback. She sees what it is; then the dialplan rings the patient.

    Presumes that the contact has no channel.

    Attributes:
        sealed: The patient's number; only the gateway opens it.
        language: In which the patient is spoken to, and what the nurse's phone shows.
        arrived: When she rang first, or when it came due; `latest`: promised to be rung by.
        preview: So long the nurse may look at it before the patient is rung by itself.
        ring: How long the patient's phone rings.
        attempt: 1 for the first time that her phone is rung.
        promised: The same number is to be rung for something else, too.
    """

    contact: ContactId
    callback: CallbackId
    kind: Kind
    nurse: NurseId
    sealed: str
    language: Language
    interpreter: bool
    priority_class: str
    entry_point: str
    arrived: Millis
    latest: Millis | None
    preview: Millis
    ring: Millis
    attempt: int
    promised: bool = False


class CallPatient(Command, frozen=True, kw_only=True, tag="call_patient.1"):
    """Ring the patient of a callback before there is a nurse; who presses 1 stands in line.

    Presumes that the contact has no channel.

    Attributes:
        ready_within: So long she may take to press 1.

    What is not explained here: see `CallNurse`.
    """

    contact: ContactId
    callback: CallbackId
    sealed: str
    language: Language
    priority_class: str
    entry_point: str
    arrived: Millis
    ring: Millis
    ready_within: Millis


class LookUpChannels(Command, frozen=True, kw_only=True, tag="look_up_channels.1"):
    """Journal a `ChannelsSeen`."""


class MirrorNurse(Command, frozen=True, kw_only=True, tag="mirror_nurse.1"):
    """Make the fallback queue's member like this."""

    nurse: NurseId
    member: bool
    paused: bool


AnyCommand: TypeAlias = (
    RingNurse
    | ReturnToLine
    | DismissCaller
    | TellSurge
    | CallNurse
    | CallPatient
    | LookUpChannels
    | MirrorNurse
)
