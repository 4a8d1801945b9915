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
    CallFellBack,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    Connected,
    Disconnected,
    NurseRang,
    OfferEnded,
    OfferResult,
    Phase,
    PhoneChanged,
    SeenContact,
    SeenPhone,
)
from callcenter.acd.ids import ContactId, Millis, NodeId, NurseId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.channels import Channel, offer_id, phone
from callcenter.asterisk.numbers import Numbers
from callcenter.asterisk.nurse_words import nurse_event
from language_routing.languages import Language, language

# app_dial's DIALSTATUS: https://docs.asterisk.org, application Dial.
_RESULTS: Final = {
    "ANSWER": OfferResult.ANSWERED,
    "NOANSWER": OfferResult.NO_ANSWER,
    "BUSY": OfferResult.BUSY,
    "CHANUNAVAIL": OfferResult.UNREACHABLE,
    "CONGESTION": OfferResult.FAILED,
    "WITHDRAWN": OfferResult.WITHDRAWN,
}
_UNREACHABLE: Final = ("UNAVAILABLE", "INVALID", "UNKNOWN")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")


class Translator:
    """The view of one node.

    Attributes:
        ignored: How many events were of no form we know; they are dropped and counted.
    """

    def __init__(
        self,
        node: NodeId,
        nurses: Iterable[NurseId],
        numbers: Numbers,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.ignored = 0
        self._node = node
        self._numbers = numbers
        self._wall_ms = wall_ms
        self._channels: dict[str, Channel] = {}
        self._contacts: dict[ContactId, str] = {}
        self._legs: dict[NurseId, dict[str, None]] = {}
        self._bridges: dict[str, dict[str, None]] = {}
        self._talking: dict[ContactId, NurseId] = {}
        self._devices: dict[NurseId, str] = dict.fromkeys(nurses, "UNKNOWN")
        self._told: dict[NurseId, tuple[bool, bool]] = {}
        self._snapshot: list[Event] | None = None
        self._switch = self._asked = ""

    # -- looked at by the executor of commands ---------------------------------------

    def channel_of(self, contact: ContactId) -> Channel | None:
        """The caller's channel, if it is there."""
        unique_id = self._contacts.get(contact)
        return self._channels.get(unique_id) if unique_id is not None else None

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
        self._empty()
        self._told, self._snapshot = {}, None

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
                channel = self._channel(event)
                return self._phones(channel.phone)
            case "Hangup":
                return self._hangup(event)
            case "DialBegin":
                return self._dial(event)
            case "BridgeEnter":
                return self._bridge(self._channel(event), event.get("BridgeUniqueid"))
            case "BridgeLeave":
                return self._bridge(self._channel(event), None)
            case "UserEvent":
                return self._user(event)
        return []

    # -- one event each ---------------------------------------------------------------

    def _empty(self) -> None:
        self._channels, self._contacts = {}, {}
        self._legs, self._bridges, self._talking = {}, {}, {}

    def _channel(self, event: Event) -> Channel:
        """The channel of `event`, as the event shows it."""
        unique_id = event.get("Uniqueid")
        channel = self._channels.get(unique_id)
        if channel is None:
            channel = Channel(unique_id, event.get("Channel"), event.get("Linkedid"), "")
            channel.context = event.get("Context")
            self._channels[unique_id] = channel
            if channel.phone is not None:
                self._legs.setdefault(channel.phone, {})[unique_id] = None
        channel.name = event.get("Channel") or channel.name
        channel.linked_id = event.get("Linkedid") or channel.linked_id
        channel.variables = event.variables() or channel.variables
        if channel.contact is not None:
            self._contacts[channel.contact] = unique_id
        return channel

    def _hangup(self, event: Event) -> list[AnyEvent]:
        channel = self._channels.get(event.get("Uniqueid"))
        if channel is None:
            return []
        found = self._bridge(channel, None)
        del self._channels[channel.unique_id]
        if channel.phone is not None:
            self._legs.get(channel.phone, {}).pop(channel.unique_id, None)
        if channel.contact is not None and self._contacts.get(channel.contact) == channel.unique_id:
            del self._contacts[channel.contact]
            found.append(CallHungUp(contact=channel.contact))
        return found + self._phones(channel.phone)

    def _dial(self, event: Event) -> list[AnyEvent]:
        caller = self._channels.get(event.get("Uniqueid"))
        nurse = phone(event.get("DestChannel"))
        if caller is None or nurse is None:
            return []
        caller.variables = event.variables() or caller.variables
        if caller.contact is None or caller.offer is None:
            return []
        return [NurseRang(offer=caller.offer, contact=caller.contact, nurse=nurse)]

    def _member(self, event: Event) -> None:
        """One row of `QueueStatus`: a nurse in the fallback queue."""
        nurse = NurseId(event.get("Name") or event.get("MemberName"))
        if self._snapshot is not None and nurse in self._devices:
            self._members[nurse] = "paused" if event.get("Paused") == "1" else "ready"

    def _device(self, event: Event) -> list[AnyEvent]:
        nurse = phone(event.get("Device"))
        if nurse is None or nurse not in self._devices:
            return []
        self._devices[nurse] = event.get("State")
        return self._phones(nurse)

    def _user(self, event: Event) -> list[AnyEvent]:
        channel = self._channel(event)
        contact = channel.contact
        if event.get("UserEvent") == "CcNurse":
            return self._nurse(channel, event)
        if contact is None:
            self.ignored += 1
            return []
        match event.get("UserEvent"):
            case "CcArrived":
                return self._arrived(channel, contact, event)
            case "CcQueued":
                try:
                    chosen = language(event.get("CcLanguage"))
                except ValueError:
                    self.ignored += 1
                    chosen = Language("")  # the fold puts an unknown one into the default
                return [CallQueued(contact=contact, language=chosen)]
            case "CcFellBack":
                return [CallFellBack(contact=contact), *self._busy_phones()]
            case "CcOfferEnded":
                offer = offer_id(event.get("Offer"))
                nurse = NurseId(event.get("Nurse"))
                result = _RESULTS.get(event.get("Status"), OfferResult.FAILED)
                if offer is None or nurse not in self._devices:
                    self.ignored += 1
                    return []
                return [OfferEnded(offer=offer, contact=contact, nurse=nurse, result=result)]
        self.ignored += 1
        return []

    def _nurse(self, channel: Channel, event: Event) -> list[AnyEvent]:
        """A feature code that nobody of ours confirmed; the phone had to log in to dial it."""
        nurse = channel.phone
        asked = None
        if nurse in self._devices and nurse is not None:
            asked = nurse_event(event.get("Asks"), nurse, event.get("Reason"))
        if asked is None:
            self.ignored += 1
            return []
        return [asked]

    def _arrived(self, channel: Channel, contact: ContactId, event: Event) -> list[AnyEvent]:
        entry_point, priority_class = _entry(channel)
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

    # -- what follows from the view ---------------------------------------------------

    def _bridge(self, channel: Channel, bridge: str | None) -> list[AnyEvent]:
        """`channel` is in `bridge` now, or in none: who talks, and who no longer does."""
        touched = dict(self._bridges.get(channel.bridge or "", {}))
        if channel.bridge is not None and channel.bridge != bridge:
            members = self._bridges.get(channel.bridge, {})
            members.pop(channel.unique_id, None)
            if not members:
                self._bridges.pop(channel.bridge, None)
        channel.bridge = bridge
        if bridge is not None:
            self._bridges.setdefault(bridge, {})[channel.unique_id] = None
            touched |= self._bridges[bridge]
        touched[channel.unique_id] = None
        found: list[AnyEvent] = []
        for unique_id in touched:
            found += self._conversation(self._channels[unique_id])
        return found

    def _conversation(self, channel: Channel) -> list[AnyEvent]:
        contact = channel.contact
        if contact is None or self._contacts.get(contact) != channel.unique_id:
            return []
        before, now = self._talking.get(contact), self._partner(channel)
        if before == now:
            return []
        found: list[AnyEvent] = []
        if before is not None:
            del self._talking[contact]
            found.append(Disconnected(contact=contact, nurse=before))
        if now is not None:
            self._talking[contact] = now
            found.append(Connected(contact=contact, nurse=now))
        return found

    def _partner(self, channel: Channel) -> NurseId | None:
        """The nurse in the same bridge."""
        for unique_id in self._bridges.get(channel.bridge or "", {}):
            nurse = self._channels[unique_id].phone
            if nurse in self._devices:
                return nurse
        return None

    def _phone_state(self, nurse: NurseId) -> tuple[bool, bool]:
        """Whether her phone can be reached, and whether a call that is not ours keeps it busy.

        Ours are the legs of an offer. Her own call to a feature code keeps it busy: most
        phones have one line, and would refuse the caller whom "ready" brings at once.
        """
        reachable = self._devices[nurse] not in _UNREACHABLE
        legs = self._legs.get(nurse, {})
        return reachable, any(not self._ours(self._channels[leg]) for leg in legs)

    def _ours(self, leg: Channel) -> bool:
        caller = self._channels.get(leg.linked_id)
        return (
            caller is not None
            and caller is not leg
            and caller.contact is not None
            and caller.phase is not Phase.FALLBACK
        )

    def _phones(self, *nurses: NurseId | None) -> list[AnyEvent]:
        found: list[AnyEvent] = []
        for nurse in nurses:
            if nurse is None or nurse not in self._devices:
                continue
            state = self._phone_state(nurse)
            if self._told.get(nurse) != state:
                self._told[nurse] = state
                found.append(PhoneChanged(nurse=nurse, reachable=state[0], busy=state[1]))
        return found

    def _busy_phones(self) -> list[AnyEvent]:
        return self._phones(*self._legs)

    def _end_snapshot(self, event: Event) -> list[AnyEvent]:
        if self._snapshot is None or event.action_id != self._asked:
            return []  # an earlier request's
        shown, self._snapshot = self._snapshot, None
        if event.get("ListItems") != str(len(shown)):
            self.ignored += 1
            return []  # half a truth would end living calls; the fold asks again
        self._empty()
        numbers: dict[ContactId, str] = {}
        for item in shown:
            channel = self._channel(item)
            if item.get("BridgeId"):
                self._bridge(channel, item.get("BridgeId"))
            if channel.contact is not None:
                numbers[channel.contact] = item.get("CallerIDNum")
        self._told = {nurse: self._phone_state(nurse) for nurse in self._devices}
        contacts = tuple(
            self._seen(contact, self._channels[unique_id], numbers.get(contact, ""))
            for contact, unique_id in self._contacts.items()
        )
        phones = tuple(
            SeenPhone(
                nurse=nurse,
                reachable=state[0],
                busy=state[1],
                fallback=self._members.get(nurse, "out"),
            )
            for nurse, state in self._told.items()
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
        entry_point, priority_class = _entry(channel)
        variables = channel.variables
        talking = self._talking.get(contact)
        try:
            chosen = language(variables.get("CC_LANG", ""))
        except ValueError:
            chosen = None
        ringing = NurseId(variables.get("CC_NURSE", ""))
        caller, sealed = self._numbers.sealed("" if variables.get("CC_PRIVATE") == "1" else number)
        return SeenContact(
            contact=contact,
            channel=channel.name,
            phase=Phase.TALKING if talking is not None else channel.phase,
            entry_point=entry_point,
            priority_class=priority_class,
            waited=self._waited(channel),
            language=chosen,
            offer=channel.offer,
            nurse=talking or (ringing if ringing in self._devices else None),
            caller=caller,
            sealed=sealed,
        )


def _entry(channel: Channel) -> tuple[str, str]:
    """Entry point and priority class, from the dialplan's own variables."""
    entry_point = channel.variables.get("CC_ENTRY", "")
    priority_class = channel.variables.get("CC_CLASS", "")
    return (
        entry_point if _WORD.fullmatch(entry_point) else "unknown",
        priority_class if _WORD.fullmatch(priority_class) else "unknown",
    )
