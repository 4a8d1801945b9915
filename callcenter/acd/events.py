"""Events: everything that can happen, one journal entry each.

The tag is the event's name and version: a changed meaning is a new tag, and the old
one stays readable as long as journals hold it (tests/unit/journal has one of each).
An event says what was seen, never what to do. No caller's number stands here in clear:
`sealed` opens only with a key outside Redis, `caller` is a keyed hash.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from callcenter.acd.callback_events import AnyCallbackEvent
from callcenter.acd.event import Event
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.policy import Policy, SurgeLevel
from language_routing.languages import Language


class OfferResult(StrEnum):
    """How the ringing of one nurse ended; from Asterisk's DIALSTATUS.

    A caller who hangs up meanwhile is no result: that is `CallHungUp`.
    """

    ANSWERED = "answered"  # and the conversation is over by now
    NO_ANSWER = "no_answer"  # the ring time ran out: RONA
    BUSY = "busy"  # 486: the phone is in use, or she declined
    UNREACHABLE = "unreachable"  # no contact registered, or the phone did not respond
    FAILED = "failed"  # any other SIP failure
    WITHDRAWN = "withdrawn"  # we took the caller back to the line


class Phase(StrEnum):
    """Where a caller's channel stands in the dialplan."""

    IVR = "ivr"
    LINE = "line"
    OFFER = "offer"
    TALKING = "talking"
    FALLBACK = "fallback"
    AFTER = "after"
    CALLING = "calling"  # we ring the patient of a callback, who is not there yet


class SiteLoaded(Event, frozen=True, kw_only=True, tag="site_loaded.1"):
    policy: Policy


class CallArrived(Event, frozen=True, kw_only=True, tag="call_arrived.1"):
    """A caller is there.

    Attributes:
        waited: Since the arrival itself; more than moments if the journal was out of reach.
    """

    contact: ContactId
    node: NodeId
    channel: str
    entry_point: str
    priority_class: str
    waited: Millis = 0
    caller: str | None = None
    sealed: str | None = None


class CallQueued(Event, frozen=True, kw_only=True, tag="call_queued.1"):
    """The caller has chosen a language and stands in line."""

    contact: ContactId
    language: Language


class NeedSaid(Event, frozen=True, kw_only=True, tag="need_said.1"):
    """The caller is to be served with an interpreter, whichever line she chooses; in the IVR only.

    Attributes:
        wanted: BCP 47: `swl` is Swedish Sign Language, `und` a language not yet known.
    """

    contact: ContactId
    wanted: Language


class PlaceKept(Event, frozen=True, kw_only=True, tag="place_kept.1"):
    """A caller in line keeps her place and will be rung back; the IVR tells her so.

    Attributes:
        caller, sealed: The number that she has typed; both `None`: the one she rings from.
    """

    contact: ContactId
    caller: str | None = None
    sealed: str | None = None


class CallStays(Event, frozen=True, kw_only=True, tag="call_stays.1"):
    """The kept place came to nothing: the caller was not told of it, and stands in line still."""

    contact: ContactId


class WaitTold(Event, frozen=True, kw_only=True, tag="wait_told.1"):
    """A caller in line has heard where she stands.

    Attributes:
        place: 1 is who is served next; `low`, `high`: the range, from this event on.
        ahead, nurses: What the range rests on, as in `Estimate`.
    """

    contact: ContactId
    place: int
    low: Millis
    high: Millis
    ahead: int
    nurses: int


class CallTransferred(Event, frozen=True, kw_only=True, tag="call_transferred.1"):
    """The IVR connects the caller to another place. If nobody answers there, `CallQueued` follows.

    Attributes:
        target: The name that the entry point gives to that place; no number.
    """

    contact: ContactId
    target: str


class ConsentGiven(Event, frozen=True, kw_only=True, tag="consent_given.1"):
    """A caller has agreed, or not, to a survey or a recording. Changes nothing; an audit.

    Attributes:
        contact: `None` for a survey, whose answers are to be nobody's.
    """

    contact: ContactId | None
    about: str
    given: bool


class SurveyScored(Event, frozen=True, kw_only=True, tag="survey_scored.1"):
    """Somebody has answered a question of the survey; no field says who.

    It comes shortly after the end of that caller's conversation: where few call, whoever may
    read the journal can guess whose it is. Only the counts (`Survey`) are anonymous.

    Attributes:
        question: The prompt that asked it.
        score: From 1, the least, to 9.
    """

    entry_point: str
    language: Language
    question: str
    score: int


class MessageSet(Event, frozen=True, kw_only=True, tag="message_set.1"):
    """A supervisor switches a spoken message on.

    It takes the place of an earlier one for the same entry point and language.

    Attributes:
        entry_point: Where it is played; `None`: at every entry point.
        language: To callers of which language; `None`: to all.
        until: When it ends by itself.
        sound: Its name below the messages' folder.
        text: What it says; empty if it was recorded.
    """

    id: str
    entry_point: str | None
    language: Language | None
    until: Millis
    sound: str
    text: str
    actor: str


class MessageEnded(Event, frozen=True, kw_only=True, tag="message_ended.1"):
    """A supervisor switches a message off before its time is over."""

    id: str
    actor: str


class CallHungUp(Event, frozen=True, kw_only=True, tag="call_hung_up.1"):
    """The caller's channel is gone. Only AMI's `Hangup` says so, never AGI."""

    contact: ContactId


class CallCutOff(Event, frozen=True, kw_only=True, tag="call_cut_off.1"):
    """The caller's Asterisk goes down and takes the call along: we owe her one."""

    contact: ContactId


class CallFellBack(Event, frozen=True, kw_only=True, tag="call_fell_back.1"):
    """The dialplan gave the caller to the plain fallback queue."""

    contact: ContactId


class NurseRang(Event, frozen=True, kw_only=True, tag="nurse_rang.1"):
    """The nurse's phone is being tried (AMI `DialBegin`)."""

    offer: OfferId
    contact: ContactId
    nurse: NurseId


class OfferEnded(Event, frozen=True, kw_only=True, tag="offer_ended.1"):
    offer: OfferId
    contact: ContactId
    nurse: NurseId
    result: OfferResult


class Connected(Event, frozen=True, kw_only=True, tag="connected.1"):
    """Caller and nurse are in one bridge. A fact, whoever brought it about."""

    contact: ContactId
    nurse: NurseId


class Disconnected(Event, frozen=True, kw_only=True, tag="disconnected.1"):
    """They no longer are."""

    contact: ContactId
    nurse: NurseId


class ReturnReason(StrEnum):
    """Why a conversation was none."""

    SHORT_TALK = "short_talk"  # the nurse hung up at once
    LINE_LOST = "line_lost"  # her phone or its line died


class CallReturned(Event, frozen=True, kw_only=True, tag="call_returned.1"):
    """The conversation was none: the dialplan has put the caller back in line."""

    offer: OfferId
    contact: ContactId
    nurse: NurseId
    reason: ReturnReason


class OwedClosed(Event, frozen=True, kw_only=True, tag="owed_closed.1"):
    """Somebody has settled what we owed a caller who was cut off."""

    contact: ContactId
    reason: str
    actor: str


class NumbersShown(Event, frozen=True, kw_only=True, tag="numbers_shown.1"):
    """Somebody has opened the sealed numbers of so many callers. Changes nothing; an audit."""

    count: int
    actor: str


class NurseSignedIn(Event, frozen=True, kw_only=True, tag="nurse_signed_in.1"):
    """She is there, and takes no calls yet.

    Attributes:
        languages: Those of hers in which she takes calls today; none: all.
        why: Why somebody else did it for her; so for the three events below.
    """

    nurse: NurseId
    actor: str
    languages: tuple[Language, ...] = ()
    why: str = ""


class NurseReady(Event, frozen=True, kw_only=True, tag="nurse_ready.1"):
    """She wants calls; signs her in too where she was not."""

    nurse: NurseId
    actor: str
    why: str = ""


class NursePaused(Event, frozen=True, kw_only=True, tag="nurse_paused.1"):
    """She takes no calls, for a reason.

    Attributes:
        planned: How long it is meant to last; nothing happens by itself when that is over.
    """

    nurse: NurseId
    reason: str
    actor: str
    planned: Millis | None = None
    why: str = ""


class NurseSignedOut(Event, frozen=True, kw_only=True, tag="nurse_signed_out.1"):
    nurse: NurseId
    actor: str
    why: str = ""


class WrapUpExtended(Event, frozen=True, kw_only=True, tag="wrap_up_extended.1"):
    """She needs so much longer for her after-call work."""

    nurse: NurseId
    by: Millis
    actor: str


class ContactMoved(Event, frozen=True, kw_only=True, tag="contact_moved.1"):
    """A supervisor puts a contact into another language's line; the deadline stays."""

    contact: ContactId
    language: Language
    actor: str
    reason: str


class ContactClassed(Event, frozen=True, kw_only=True, tag="contact_classed.1"):
    """A supervisor, or the caller's own key, changes the priority class, and so the deadline."""

    contact: ContactId
    priority_class: str
    actor: str
    reason: str


class ContactWithdrawn(Event, frozen=True, kw_only=True, tag="contact_withdrawn.1"):
    """A supervisor takes a contact out of the line; the caller is told so and owed a call."""

    contact: ContactId
    actor: str
    reason: str


class CallRefused(Event, frozen=True, kw_only=True, tag="call_refused.1"):
    """A call was turned away before it was answered (SIP 503), by rule."""

    node: NodeId
    entry_point: str
    priority_class: str
    reason: str


class SurgeSet(Event, frozen=True, kw_only=True, tag="surge_set.1"):
    """A supervisor sets the level of surge.

    Attributes:
        level: `None` gives it back to the rules.
    """

    level: SurgeLevel | None
    actor: str
    reason: str


class PhoneChanged(Event, frozen=True, kw_only=True, tag="phone_changed.1"):
    """A nurse's phone: whether it can be reached, and whether other calls keep it busy."""

    nurse: NurseId
    reachable: bool
    busy: bool


class SeenContact(msgspec.Struct, frozen=True, kw_only=True):
    """One caller's channel in a snapshot of a node.

    Attributes:
        waited: Since the arrival, by the node's own clock.
        wanted: The caller needs an interpreter for this language (`NeedSaid`).
        there: Of a callback: the patient's phone is rung (`dialled`), she is or was on the phone
            (`reached`), or a nurse has said who was instead (`machine`, `wrong_person`).
    """

    contact: ContactId
    channel: str
    phase: Phase
    entry_point: str
    priority_class: str
    waited: Millis
    language: Language | None = None
    offer: OfferId | None = None
    nurse: NurseId | None = None
    caller: str | None = None
    sealed: str | None = None
    wanted: Language | None = None
    there: str = ""


class SeenPhone(msgspec.Struct, frozen=True, kw_only=True):
    """One nurse's phone in a snapshot.

    Attributes:
        fallback: What the fallback queue holds of her: out, paused or ready; `None` if
            that was not asked for.
    """

    nurse: NurseId
    reachable: bool
    busy: bool
    fallback: str | None = None


class ChannelsSeen(Event, frozen=True, kw_only=True, tag="channels_seen.1"):
    """The whole truth about one node at one moment, in order with its other events.

    Attributes:
        switch: Which run of Asterisk this is; another one has lost every earlier call.
    """

    node: NodeId
    switch: str
    contacts: tuple[SeenContact, ...]
    phones: tuple[SeenPhone, ...]


class GatewayAlive(Event, frozen=True, kw_only=True, tag="gateway_alive.1"):
    """Every two seconds, while the gateway has its Asterisk."""

    node: NodeId


class SwitchLost(Event, frozen=True, kw_only=True, tag="switch_lost.1"):
    """The gateway has lost its AMI connection; `ChannelsSeen` follows when it is back."""

    node: NodeId


class CommandStarted(Event, frozen=True, kw_only=True, tag="command_started.1"):
    """Journalled before the action: from here on it may have happened."""

    command: str


class CommandDone(Event, frozen=True, kw_only=True, tag="command_done.1"):
    command: str


class CommandFailed(Event, frozen=True, kw_only=True, tag="command_failed.1"):
    """It was not carried out, and will not be."""

    command: str
    reason: str


class CommandUnknown(Event, frozen=True, kw_only=True, tag="command_unknown.1"):
    """Started, and nobody can say whether it happened."""

    command: str


class ClockStepped(Event, frozen=True, kw_only=True, tag="clock_stepped.1"):
    """Redis's wall clock jumped by so much; the journal's time went on evenly."""

    by: Millis


class Tick(Event, frozen=True, kw_only=True, tag="tick.1"):
    """Nothing happened, and a deadline passed."""

    deadline: Millis


AnyEvent: TypeAlias = (
    AnyCallbackEvent
    | SiteLoaded
    | CallArrived
    | CallQueued
    | NeedSaid
    | PlaceKept
    | CallStays
    | WaitTold
    | CallTransferred
    | ConsentGiven
    | SurveyScored
    | MessageSet
    | MessageEnded
    | CallHungUp
    | CallCutOff
    | CallFellBack
    | NurseRang
    | OfferEnded
    | Connected
    | Disconnected
    | CallReturned
    | OwedClosed
    | NumbersShown
    | NurseSignedIn
    | NurseReady
    | NursePaused
    | NurseSignedOut
    | WrapUpExtended
    | ContactMoved
    | ContactClassed
    | ContactWithdrawn
    | CallRefused
    | SurgeSet
    | PhoneChanged
    | ChannelsSeen
    | GatewayAlive
    | SwitchLost
    | CommandStarted
    | CommandDone
    | CommandFailed
    | CommandUnknown
    | ClockStepped
    | Tick
)
