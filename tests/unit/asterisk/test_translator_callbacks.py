"""AMI events of callbacks: a Local channel whose first half alone is the contact's."""

from pathlib import Path

import pytest

from callbacks.callback import DialResult
from callcenter.acd.callback_events import DialEnded, PatientAnswered, PatientDialled
from callcenter.acd.events import (
    AnyEvent,
    CallHungUp,
    CallQueued,
    CallReturned,
    ChannelsSeen,
    Connected,
    NurseRang,
    Phase,
    ReturnReason,
)
from callcenter.acd.ids import ContactId
from tests.unit.asterisk.test_translator import OFFER, Switch

CONTACT = ContactId("c-17-1.0")
NEAR, FAR = "1764000000.1", "1764000000.7"
VARIABLES = {
    "CC_CONTACT": CONTACT, "CC_ARRIVED": "1764000000000", "CC_ENTRY": "", "CC_CLASS": "medical",
    "CC_PHASE": "offer", "CC_LANG": "ar", "CC_OFFER": "", "CC_NURSE": "", "CC_THERE": "",
}  # fmt: skip


class Called(Switch):
    """Makes the events of a callback's channels."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.variables = dict(VARIABLES)

    def near(self, name: str, **headers: str) -> list[AnyEvent]:
        return self._half(1, NEAR, name, **headers)

    def far(self, name: str, **headers: str) -> list[AnyEvent]:
        return self._half(2, FAR, name, **headers)

    def _half(self, half: int, unique_id: str, name: str, **headers: str) -> list[AnyEvent]:
        return self.tell(
            name,
            Channel=f"Local/nurse@cc-callback-00000000;{half}",
            Uniqueid=unique_id,
            Linkedid=NEAR,
            ChanVariable=self.shown,
            **headers,
        )

    @property
    def shown(self) -> list[str]:
        return [f"{name}={word}" for name, word in self.variables.items()]

    def begun(self) -> list[AnyEvent]:
        """As an Originate makes them: without variables first."""
        found: list[AnyEvent] = []
        for half, unique_id in ((1, NEAR), (2, FAR)):
            found += self.tell(
                "Newchannel",
                Channel=f"Local/nurse@cc-callback-00000000;{half}",
                Uniqueid=unique_id,
                Linkedid=NEAR,
            )
        return found + self.tell(
            "DialBegin",
            DestChannel="Local/nurse@cc-callback-00000000;1",
            DestUniqueid=NEAR,
            DestLinkedid=NEAR,
            DestChanVariable=self.shown,
        )


@pytest.fixture
def switch(tmp_path: Path) -> Called:
    return Called(tmp_path)


def rung(switch: Called) -> list[AnyEvent]:
    switch.begun()
    switch.now(CC_OFFER=OFFER, CC_NURSE="n017")
    found = switch.leg("Newchannel")
    return found + switch.near("DialBegin", DestChannel="PJSIP/n017-00000002")


def test_the_first_half_is_the_contacts_as_soon_as_it_is_made(switch: Called) -> None:
    assert switch.begun() == []
    channel = switch.translator.board.channel_of(CONTACT)
    assert channel is not None
    assert channel.unique_id == NEAR


def test_the_far_half_has_the_same_variables_and_is_nobodys(switch: Called) -> None:
    switch.begun()
    assert switch.far("UserEvent", UserEvent="CcQueued", CcLanguage="ar") == []
    channel = switch.translator.board.channel_of(CONTACT)
    assert channel is not None
    assert channel.unique_id == NEAR
    assert switch.far("Hangup") == []
    assert switch.near("Hangup") == [CallHungUp(contact=CONTACT)]


def test_a_nurse_is_rung_and_connected_as_for_any_caller(switch: Called) -> None:
    switch.tell("DeviceStateChange", Device="PJSIP/n017", State="NOT_INUSE")
    assert rung(switch) == [NurseRang(offer=OFFER, contact=CONTACT, nurse="n017")]
    switch.leg("BridgeEnter", BridgeUniqueid="b1")
    assert switch.near("BridgeEnter", BridgeUniqueid="b1") == [
        Connected(contact=CONTACT, nurse="n017")
    ]
    assert switch.translator.board.phone_state("n017")[1] is False


def test_the_patients_phone_is_nobodys_offer(switch: Called) -> None:
    rung(switch)
    assert switch.far("DialBegin", DestChannel="PJSIP/carrier-00000003") == []
    leg = {"Channel": "PJSIP/carrier-00000003", "Uniqueid": "1764000000.9", "Linkedid": NEAR}
    assert switch.tell("Newchannel", **leg) == []
    assert switch.far("BridgeEnter", BridgeUniqueid="b2") == []
    assert switch.tell("BridgeEnter", **leg, BridgeUniqueid="b2") == []
    assert switch.tell("Hangup", **leg) == []


def test_how_her_ringing_goes_is_told_by_other_channels_about_the_contact(switch: Called) -> None:
    rung(switch)
    whose = {"CcWhose": CONTACT}
    assert switch.far("UserEvent", UserEvent="CcDialled", **whose) == [
        PatientDialled(contact=CONTACT)
    ]
    leg = {"Channel": "PJSIP/carrier-00000003", "Uniqueid": "1764000000.9", "Linkedid": NEAR}
    assert switch.tell("UserEvent", UserEvent="CcReached", **whose, **leg) == [
        PatientAnswered(contact=CONTACT)
    ]
    assert switch.far("UserEvent", UserEvent="CcDialEnded", CcResult="busy", **whose) == [
        DialEnded(contact=CONTACT, result=DialResult.BUSY)
    ]
    assert switch.translator.ignored == 0


def test_a_word_about_nobody_is_dropped_and_counted(switch: Called) -> None:
    rung(switch)
    assert switch.far("UserEvent", UserEvent="CcDialled", CcWhose="../etc") == []
    assert switch.far("UserEvent", UserEvent="CcDialEnded", CcWhose=CONTACT, CcResult="?") == []
    assert switch.translator.ignored == 2


def test_a_nurse_who_hangs_up_before_the_patient_is_rung_ends_no_contact(switch: Called) -> None:
    rung(switch)
    ended = {"Offer": OFFER, "Nurse": "n017", "Status": "SHORT"}
    assert switch.near("UserEvent", UserEvent="CcOfferEnded", **ended) == [
        CallReturned(offer=OFFER, contact=CONTACT, nurse="n017", reason=ReturnReason.SHORT_TALK)
    ]
    switch.now(CC_CONTACT="")
    assert switch.near("Hangup") == []
    assert switch.translator.board.channel_of(CONTACT) is None


def test_a_contact_that_was_given_up_has_no_channel_although_the_channel_lasts(
    switch: Called,
) -> None:
    rung(switch)
    switch.now(CC_CONTACT="")
    switch.near("BridgeLeave")
    assert switch.translator.board.channel_of(CONTACT) is None


def test_the_next_call_of_the_contact_is_not_ended_by_the_last_ones_end(switch: Called) -> None:
    rung(switch)
    newer = {"Channel": "Local/nurse@cc-callback-00000001;1", "Uniqueid": "1764000000.30"}
    switch.tell("UserEvent", UserEvent="CcDismissed", ChanVariable=switch.shown, **newer)
    switch.now(CC_CONTACT="")
    assert switch.near("Hangup") == []
    channel = switch.translator.board.channel_of(CONTACT)
    assert channel is not None
    assert channel.unique_id == "1764000000.30"


def test_a_patient_who_was_rung_first_comes_into_line(switch: Called) -> None:
    switch.now(CC_PHASE="calling")
    switch.begun()
    switch.now(CC_PHASE="line", CC_THERE="reached")
    assert switch.near("UserEvent", UserEvent="CcQueued", CcLanguage="ar") == [
        CallQueued(contact=CONTACT, language="ar")
    ]


def test_a_call_to_a_patient_that_came_to_nothing_ends(switch: Called) -> None:
    switch.now(CC_PHASE="calling")
    switch.begun()
    assert switch.near("Hangup") == [CallHungUp(contact=CONTACT)]


@pytest.mark.parametrize(
    ("there", "seen"), [("", ""), ("dialled", "dialled"), ("reached", "reached"), ("x\r\n", "")]
)
def test_the_truth_of_a_node_says_how_far_her_ringing_is(
    switch: Called, there: str, seen: str
) -> None:
    switch.now(CC_PHASE="calling", CC_THERE=there)
    switch.translator.begin_snapshot("s1", "look-1-1")
    switch.near("CoreShowChannel", ActionID="look-1-1")
    switch.far("CoreShowChannel", ActionID="look-1-1")
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1-1", ListItems="2")
    assert isinstance(event, ChannelsSeen)
    (contact,) = event.contacts
    assert (contact.contact, contact.phase, contact.there) == (CONTACT, Phase.CALLING, seen)


def remembered(switch: Called, name: str, **headers: str) -> list[AnyEvent]:
    """An event of the channel that stays when the call is over."""
    switch.now(CC_PHASE="after", CC_THERE="reached")
    return switch.tell(
        name,
        Channel="Local/far@cc-memory-00000009;1",
        Uniqueid="1764000000.40",
        Linkedid="1764000000.40",
        ChanVariable=switch.shown,
        **headers,
    )


def test_a_call_ends_when_it_ends_although_a_channel_remembers_it(switch: Called) -> None:
    rung(switch)
    assert remembered(switch, "Newchannel") == []
    assert switch.near("Hangup") == [CallHungUp(contact=CONTACT)]


def test_a_call_whose_end_nobody_saw_is_seen_as_one_that_reached_her(switch: Called) -> None:
    switch.translator.begin_snapshot("s1", "look-1-1")
    remembered(switch, "CoreShowChannel", ActionID="look-1-1")
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1-1", ListItems="1")
    assert isinstance(event, ChannelsSeen)
    (contact,) = event.contacts
    assert (contact.phase, contact.there) == (Phase.AFTER, "reached")
    assert remembered(switch, "Hangup") == [CallHungUp(contact=CONTACT)]
