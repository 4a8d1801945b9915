"""Translator: AMI events in, journal events out. It decides nothing.

Sans I/O: told events in their order, it keeps a view of the node's channels and says
what of it matters. A snapshot (`begin_snapshot`, then the lists' events) replaces the
view by the truth and becomes one `ChannelsSeen`. Lists come on the same connection as
the events, so events that were queued before the list may follow it: each event here
is therefore taken as "it is so now", never as "it has changed".
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Final

from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallQueued,
    CallRefused,
    CallReturned,
    ChannelsSeen,
    NurseRang,
    OfferEnded,
    OfferResult,
    Phase,
    ReturnReason,
    SeenContact,
    SeenPhone,
)
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId
from callcenter.acd.reconcile import REACHED, SAID
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.callers_words import CallersWords
from callcenter.asterisk.channels import Channel, entry, offer_id, phone, tag
from callcenter.asterisk.numbers import Numbers
from callcenter.asterisk.nurse_words import NurseWords
from callcenter.asterisk.patients_words import PATIENTS_WORDS, patients_word
from callcenter.asterisk.switchboard import Switchboard
from language_routing.languages import Language

# app_dial's DIALSTATUS: https://docs.asterisk.org, application Dial.
_RESULTS: Final = {
    "ANSWER": OfferResult.ANSWERED,
    "NOANSWER": OfferResult.NO_ANSWER,
    "BUSY": OfferResult.BUSY,
    "CHANUNAVAIL": OfferResult.UNREACHABLE,
    "CONGESTION": OfferResult.FAILED,
    "WITHDRAWN": OfferResult.WITHDRAWN,
}
_REFUSALS: Final = ("capacity", "surge")
_THERE: Final = ("dialled", REACHED, *SAID)
_RETURNS: Final = {"SHORT": ReturnReason.SHORT_TALK, "LOST": ReturnReason.LINE_LOST}


class Translator:
    """One node's events.

    Attributes:
        board: Who is where, by all events so far.
        ignored: How many events were of no form we know; they are dropped and counted.
    """

    def __init__(
        self,
        node: NodeId,
        nurses: Iterable[NurseId],
        numbers: Numbers,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        *,
        words: NurseWords | None = None,
    ) -> None:
        self.ignored = 0
        self._node = node
        self._numbers = numbers
        self._words = words if words is not None else NurseWords()
        self._callers = CallersWords(numbers)
        self._wall_ms = wall_ms
        self.board = Switchboard(nurses)
        self._snapshot: list[Event] | None = None
        self._switch = self._asked = ""

    # -- told by the reading connection ----------------------------------------------

    def begin_snapshot(self, switch: str, action_id: str) -> None:
        """`CoreShowChannels` is asked for under this id; an earlier request is forgotten.

        Args:
            switch: Which run of Asterisk this is.
        """
        self._switch, self._asked = switch, action_id
        self._snapshot = []
        self._members: dict[NurseId, str] = {}

    def forget(self) -> None:
        """The connection is gone, and with it the view."""
        self.board.empty()
        self.board.told, self._snapshot = {}, None

    def translate(self, event: Event) -> list[AnyEvent]:
        """What `event` means for the journal; mostly nothing."""
        match event.name:
            case "CoreShowChannel":
                if self._snapshot is not None and event.action_id == self._asked:
                    self._snapshot.append(event)
                return []
            case "CoreShowChannelsComplete":
                return self._end_snapshot(event)
            case "QueueMember":
                self._member(event)
                return []
            case "DeviceStateChange":
                return self._device(event)
            case "Newchannel":
                channel = self.board.channel(event)
                return self.board.phones(channel.phone)
            case "Hangup":
                return self._hangup(event)
            case "SoftHangupRequest":
                return self._going_down(event)
            case "DialBegin":
                return self._dial(event)
            case "BridgeEnter":
                return self.board.bridge(self.board.channel(event), event.get("BridgeUniqueid"))
            case "BridgeLeave":
                return self.board.bridge(self.board.channel(event), None)
            case "UserEvent":
                return self._user(event)
        return []

    # -- one event each ---------------------------------------------------------------

    def _hangup(self, event: Event) -> list[AnyEvent]:
        channel = self.board.channels.get(event.get("Uniqueid"))
        if channel is None:
            return []
        self.board.told_of(channel, event.variables())
        return self.board.remove(channel)

    def _going_down(self, event: Event) -> list[AnyEvent]:
        """Asterisk ends and takes every call along; only that event is let through to us.

        It comes before the bridge ends, so that a conversation is known to be cut off. What
        follows for this channel comes late then.
        """
        channel = self.board.channels.get(event.get("Uniqueid"))
        if channel is None:
            return []
        # The nurse's leg may be the first of the two to go.
        talks = [c for c, nurse in self.board.talking.items() if nurse == channel.phone]
        return [CallCutOff(contact=c) for c in (channel.contact, *talks) if c is not None]

    def _dial(self, event: Event) -> list[AnyEvent]:
        caller = self.board.channels.get(event.get("Uniqueid"))
        begun = self.board.channels.get(event.get("DestUniqueid"))
        if begun is not None and caller is None:  # by an Originate of ours
            self.board.told_of(begun, event.variables("Dest"))
        nurse = phone(event.get("DestChannel"))
        if caller is None or nurse is None:
            return []
        self.board.told_of(caller, event.variables())
        if caller.contact is None or caller.offer is None:
            return []
        return [NurseRang(offer=caller.offer, contact=caller.contact, nurse=nurse)]

    def _member(self, event: Event) -> None:
        """One row of `QueueStatus`: a nurse in the fallback queue."""
        nurse = NurseId(event.get("Name") or event.get("MemberName"))
        if self._snapshot is not None and nurse in self.board.devices:
            self._members[nurse] = "paused" if event.get("Paused") == "1" else "ready"

    def _device(self, event: Event) -> list[AnyEvent]:
        nurse = phone(event.get("Device"))
        if nurse is None or nurse not in self.board.devices:
            return []
        self.board.devices[nurse] = event.get("State")
        return self.board.phones(nurse)

    def _user(self, event: Event) -> list[AnyEvent]:
        channel = self.board.channel(event)
        contact = channel.contact
        if event.get("UserEvent") == "CcNurse":
            return self._nurse(channel, event)
        if event.get("UserEvent") == "CcRefused":
            return self._refused(channel, event)
        if event.get("UserEvent") in PATIENTS_WORDS:
            return self._said(patients_word(event))
        if contact is None:
            return self._said(None)
        match event.get("UserEvent"):
            case "CcDismissed":
                return []  # shows only where the caller is by now
            case "CcArrived":
                return self._arrived(channel, contact, event)
            case "CcQueued":
                chosen = tag(event.get("CcLanguage"))
                if chosen is None:
                    self.ignored += 1
                    chosen = Language("")  # the fold puts an unknown one into the default
                return [CallQueued(contact=contact, language=chosen)]
            case "CcFellBack":
                return [CallFellBack(contact=contact), *self.board.busy_phones()]
            case "CcOfferEnded":
                offer = offer_id(event.get("Offer"))
                nurse = NurseId(event.get("Nurse"))
                result = _RESULTS.get(event.get("Status"), OfferResult.FAILED)
                if offer is None or nurse not in self.board.devices:
                    self.ignored += 1
                    return []
                reason = _RETURNS.get(event.get("Status"))
                if reason is not None:
                    return [CallReturned(offer=offer, contact=contact, nurse=nurse, reason=reason)]
                return [OfferEnded(offer=offer, contact=contact, nurse=nurse, result=result)]
        return self._said(self._callers.event(event, channel, contact))

    def _said(self, said: AnyEvent | None) -> list[AnyEvent]:
        """`said`, if it was of a form of ours."""
        if said is None:
            self.ignored += 1
            return []
        return [said]

    def _nurse(self, channel: Channel, event: Event) -> list[AnyEvent]:
        """A feature code that nobody of ours confirmed; the phone had to log in to dial it."""
        nurse = channel.phone
        asked = None
        if nurse in self.board.devices and nurse is not None:
            asked = self._words.event(
                event.get("Asks"), nurse, reason=event.get("Reason"), keys=event.get("Keys")
            )
        return self._said(asked)

    def _refused(self, channel: Channel, event: Event) -> list[AnyEvent]:
        """A call that was turned away; it never became a contact."""
        entry_point, priority_class = entry(channel)
        reason = event.get("Why")
        if reason not in _REFUSALS:
            self.ignored += 1
            return []
        refused = CallRefused(
            node=self._node,
            entry_point=entry_point,
            priority_class=priority_class,
            reason=reason,
        )
        return [refused]

    def _arrived(self, channel: Channel, contact: ContactId, event: Event) -> list[AnyEvent]:
        entry_point, priority_class = entry(channel)
        number = "" if channel.variables.get("CC_PRIVATE") == "1" else event.get("Number")
        caller, sealed = self._numbers.sealed(number)
        return [
            CallArrived(
                contact=contact,
                node=self._node,
                channel=channel.name,
                entry_point=entry_point,
                priority_class=priority_class,
                waited=self._waited(channel),
                caller=caller,
                sealed=sealed,
            )
        ]

    # -- the whole truth --------------------------------------------------------------

    def _end_snapshot(self, event: Event) -> list[AnyEvent]:
        if self._snapshot is None or event.action_id != self._asked:
            return []  # an earlier request's
        shown, self._snapshot = self._snapshot, None
        if event.get("ListItems") != str(len(shown)):
            self.ignored += 1
            return []  # half a truth would end living calls; the fold asks again
        self.board.empty()
        numbers: dict[ContactId, str] = {}
        for item in shown:
            channel = self.board.channel(item)
            if item.get("BridgeId"):
                self.board.bridge(channel, item.get("BridgeId"))
            if channel.contact is not None:
                numbers[channel.contact] = item.get("CallerIDNum")
        self.board.told = {nurse: self.board.phone_state(nurse) for nurse in self.board.devices}
        contacts = tuple(
            self._seen(contact, self.board.channels[unique_id], numbers.get(contact, ""))
            for contact, unique_id in self.board.contacts.items()
        )
        phones = tuple(
            SeenPhone(
                nurse=nurse,
                reachable=state[0],
                busy=state[1],
                fallback=self._members.get(nurse, "out"),
            )
            for nurse, state in self.board.told.items()
        )
        return [
            ChannelsSeen(node=self._node, switch=self._switch, contacts=contacts, phones=phones)
        ]

    def _waited(self, channel: Channel) -> Millis:
        """Since the arrival, by this node's clock: the dialplan wrote it down by the same."""
        arrived = channel.variables.get("CC_ARRIVED", "")
        if not re.fullmatch("[0-9]{1,15}", arrived):
            return 0
        return max(0, self._wall_ms() - int(arrived))

    def _seen(self, contact: ContactId, channel: Channel, number: str) -> SeenContact:
        entry_point, priority_class = entry(channel)
        variables = channel.variables
        talking = self.board.talking.get(contact)
        ringing = NurseId(variables.get("CC_NURSE", ""))
        caller, sealed = self._numbers.sealed("" if variables.get("CC_PRIVATE") == "1" else number)
        return SeenContact(
            contact=contact,
            channel=channel.name,
            phase=Phase.TALKING if talking is not None else channel.phase,
            entry_point=entry_point,
            priority_class=priority_class,
            waited=self._waited(channel),
            language=tag(variables.get("CC_LANG", "")),
            offer=channel.offer,
            nurse=talking or (ringing if ringing in self.board.devices else None),
            caller=caller,
            sealed=sealed,
            wanted=tag(variables.get("CC_WANTED", "")),
            there=there if (there := variables.get("CC_THERE", "")) in _THERE else "",
        )
