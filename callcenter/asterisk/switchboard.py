"""Switchboard: who is where on one Asterisk: channels, bridges, nurses' phones.

Told events one by one, it says what has changed of conversations and phones. It only
looks at what is so now, so an event that comes twice or too late changes nothing.
"""

from collections.abc import Iterable
from typing import Final

from callcenter.acd.events import (
    AnyEvent,
    CallHungUp,
    Connected,
    Disconnected,
    Phase,
    PhoneChanged,
)
from callcenter.acd.ids import ContactId, NurseId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.channels import Channel

_UNREACHABLE: Final = ("UNAVAILABLE", "INVALID", "UNKNOWN")


class Switchboard:
    """The view of one node.

    Attributes:
        channels: By Asterisk's unique id.
        contacts: Each caller's channel.
        devices: Each nurse's phone to its device state.
        told: Each nurse's phone as it was last told: reachable, busy.
        talking: Who talks to whom.
    """

    def __init__(self, nurses: Iterable[NurseId]) -> None:
        self.devices: dict[NurseId, str] = dict.fromkeys(nurses, "UNKNOWN")
        self.told: dict[NurseId, tuple[bool, bool]] = {}
        self.empty()

    def channel_of(self, contact: ContactId) -> Channel | None:
        """The caller's channel, if it is there."""
        unique_id = self.contacts.get(contact)
        return self.channels.get(unique_id) if unique_id is not None else None

    def empty(self) -> None:
        """Forget every channel."""
        self.channels: dict[str, Channel] = {}
        self.contacts: dict[ContactId, str] = {}
        self.talking: dict[ContactId, NurseId] = {}
        self._legs: dict[NurseId, dict[str, None]] = {}
        self._bridges: dict[str, dict[str, None]] = {}

    def channel(self, event: Event) -> Channel:
        """The channel of `event`, as the event shows it."""
        unique_id = event.get("Uniqueid")
        channel = self.channels.get(unique_id)
        if channel is None:
            channel = Channel(unique_id, event.get("Channel"), event.get("Linkedid"), "")
            channel.context = event.get("Context")
            self.channels[unique_id] = channel
            if channel.phone is not None:
                self._legs.setdefault(channel.phone, {})[unique_id] = None
        channel.name = event.get("Channel") or channel.name
        channel.linked_id = event.get("Linkedid") or channel.linked_id
        self.told_of(channel, event.variables())
        return channel

    def told_of(self, channel: Channel, variables: dict[str, str]) -> None:
        """The variables of `channel` by the newest event; none: it carried none.

        A callback's channel on which nobody stands gives the contact up before it ends: then
        its end is not the contact's.
        """
        before = channel.contact
        channel.variables = variables or channel.variables
        given_up = before if before != channel.contact else None
        if given_up is not None and self.contacts.get(given_up) == channel.unique_id:
            del self.contacts[given_up]
        if channel.contact is not None and channel.memory:
            self.contacts.setdefault(channel.contact, channel.unique_id)
        elif channel.contact is not None:
            self.contacts[channel.contact] = channel.unique_id

    def remove(self, channel: Channel) -> list[AnyEvent]:
        """The channel is gone: what ends with it."""
        found = self.bridge(channel, None)
        del self.channels[channel.unique_id]
        if channel.phone is not None:
            self._legs.get(channel.phone, {}).pop(channel.unique_id, None)
        if channel.contact is not None and self.contacts.get(channel.contact) == channel.unique_id:
            del self.contacts[channel.contact]
            found.append(CallHungUp(contact=channel.contact))
        return found + self.phones(channel.phone)

    def bridge(self, channel: Channel, bridge: str | None) -> list[AnyEvent]:
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
            found += self._conversation(self.channels[unique_id])
        return found

    def _conversation(self, channel: Channel) -> list[AnyEvent]:
        contact = channel.contact
        if contact is None or self.contacts.get(contact) != channel.unique_id:
            return []
        before, now = self.talking.get(contact), self._partner(channel)
        if before == now:
            return []
        found: list[AnyEvent] = []
        if before is not None:
            del self.talking[contact]
            found.append(Disconnected(contact=contact, nurse=before))
        if now is not None:
            self.talking[contact] = now
            found.append(Connected(contact=contact, nurse=now))
        return found

    def _partner(self, channel: Channel) -> NurseId | None:
        """The nurse in the same bridge."""
        for unique_id in self._bridges.get(channel.bridge or "", {}):
            nurse = self.channels[unique_id].phone
            if nurse in self.devices:
                return nurse
        return None

    def phone_state(self, nurse: NurseId) -> tuple[bool, bool]:
        """Whether her phone can be reached, and whether a call that is not ours keeps it busy.

        Ours are the legs of an offer. Her own call to a feature code keeps it busy: most
        phones have one line, and would refuse the caller whom "ready" brings at once.
        """
        reachable = self.devices[nurse] not in _UNREACHABLE
        legs = self._legs.get(nurse, {})
        return reachable, any(not self._ours(self.channels[leg]) for leg in legs)

    def _ours(self, leg: Channel) -> bool:
        caller = self.channels.get(leg.linked_id)
        return (
            caller is not None
            and caller is not leg
            and caller.contact is not None
            and caller.phase is not Phase.FALLBACK
        )

    def phones(self, *nurses: NurseId | None) -> list[AnyEvent]:
        """What has changed of these nurses' phones since it was last told."""
        found: list[AnyEvent] = []
        for nurse in nurses:
            if nurse is None or nurse not in self.devices:
                continue
            state = self.phone_state(nurse)
            if self.told.get(nurse) != state:
                self.told[nurse] = state
                found.append(PhoneChanged(nurse=nurse, reachable=state[0], busy=state[1]))
        return found

    def busy_phones(self) -> list[AnyEvent]:
        """As `phones`, of every nurse who has a channel."""
        return self.phones(*self._legs)
