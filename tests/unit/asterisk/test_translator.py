"""AMI events to journal events, as Asterisk 22 sends them for our dialplan."""

from pathlib import Path

import pytest

from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallRefused,
    CallReturned,
    ChannelsSeen,
    Connected,
    Disconnected,
    NurseRang,
    NurseReady,
    NurseSignedIn,
    OfferEnded,
    OfferResult,
    Phase,
    PhoneChanged,
    ReturnReason,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.numbers import Numbers
from callcenter.asterisk.nurse_words import NurseWords
from callcenter.asterisk.translator import Translator
from callcenter.seal import Seal
from language_routing.languages import Language

CONTACT = ContactId("node1-1764000000.1")
OFFER = "1764000000123-0-1"
NUMBER = "+46701740605"


class Switch:
    """Makes the events of one Asterisk."""

    def __init__(self, folder: Path) -> None:
        self.seal = Seal(folder)
        self.translator = Translator(
            NodeId("node1"),
            [NurseId("n017"), NurseId("n018")],
            Numbers(self.seal),
            wall_ms=lambda: 1_764_000_030_000,
        )
        self.variables = {
            "CC_CONTACT": CONTACT, "CC_ARRIVED": "1764000000000", "CC_ENTRY": "public",
            "CC_CLASS": "public", "CC_PHASE": "ivr", "CC_LANG": "", "CC_OFFER": "",
            "CC_NURSE": "", "CC_PRIVATE": "0",
        }  # fmt: skip

    def tell(self, name: str, **headers: str | list[str]) -> list[AnyEvent]:
        return self.translator.translate(Event(name, headers))

    def caller(self, name: str, **headers: str) -> list[AnyEvent]:
        """An event of the caller's channel."""
        return self.tell(
            name,
            Channel="PJSIP/trunk-00000001",
            Uniqueid="1764000000.1",
            Linkedid="1764000000.1",
            Context="cc-line",
            ChanVariable=[f"{key}={value}" for key, value in self.variables.items()],
            **headers,
        )

    def leg(self, name: str, nurse: str = "n017", **headers: str) -> list[AnyEvent]:
        """An event of the leg to a nurse's phone that the caller's channel dials."""
        given = {
            "Channel": f"PJSIP/{nurse}-00000002",
            "Uniqueid": f"1764000000.2{nurse}",
            "Linkedid": "1764000000.1",
            "Context": "from-nurse",
            **headers,
        }
        return self.tell(name, **given)

    def now(self, **variables: str) -> None:
        self.variables.update(variables)


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    return Switch(tmp_path)


def arrive(switch: Switch, number: str = NUMBER) -> list[AnyEvent]:
    return switch.caller("UserEvent", UserEvent="CcArrived", Number=number)


def test_a_caller_arrives_with_the_number_sealed(switch: Switch) -> None:
    (event,) = arrive(switch)
    assert isinstance(event, CallArrived)
    assert (event.contact, event.channel) == (CONTACT, "PJSIP/trunk-00000001")
    assert (event.entry_point, event.priority_class) == ("public", "public")
    assert event.sealed is not None
    assert switch.seal.open(event.sealed) == NUMBER
    assert event.caller == switch.seal.recognise(NUMBER)
    assert event.waited == 30_000


@pytest.mark.parametrize("number", ["", "anonymous", "4" * 40, "+", "07\r\nX: 1"])
def test_a_caller_without_a_usable_number_arrives_all_the_same(switch: Switch, number: str) -> None:
    (event,) = arrive(switch, number)
    assert isinstance(event, CallArrived)
    assert (event.caller, event.sealed) == (None, None)


def test_a_withheld_number_is_not_kept(switch: Switch) -> None:
    switch.now(CC_PRIVATE="1")
    (event,) = arrive(switch)
    assert isinstance(event, CallArrived)
    assert event.sealed is None


def test_the_language_comes_with_the_place_in_line(switch: Switch) -> None:
    assert switch.caller("UserEvent", UserEvent="CcQueued", CcLanguage="ar") == [
        CallQueued(contact=CONTACT, language="ar")
    ]


def test_a_forged_language_still_gives_a_place_in_line(switch: Switch) -> None:
    (event,) = switch.caller("UserEvent", UserEvent="CcQueued", CcLanguage="xx; drop")
    assert isinstance(event, CallQueued)
    assert event.language == ""
    assert switch.translator.ignored == 1


def ring(switch: Switch) -> list[AnyEvent]:
    switch.now(CC_PHASE="offer", CC_OFFER=OFFER, CC_NURSE="n017")
    found = switch.leg("Newchannel")
    return found + switch.caller("DialBegin", DestChannel="PJSIP/n017-00000002")


def test_a_phone_that_rings_for_an_offer_is_not_busy_for_another_reason(switch: Switch) -> None:
    arrive(switch)
    switch.tell("DeviceStateChange", Device="PJSIP/n017", State="NOT_INUSE")
    assert ring(switch) == [NurseRang(offer=OFFER, contact=CONTACT, nurse="n017")]


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("NOANSWER", OfferResult.NO_ANSWER),
        ("BUSY", OfferResult.BUSY),
        ("CHANUNAVAIL", OfferResult.UNREACHABLE),
        ("CONGESTION", OfferResult.FAILED),
        ("WITHDRAWN", OfferResult.WITHDRAWN),
        ("ANSWER", OfferResult.ANSWERED),
        ("SOMETHING NEW", OfferResult.FAILED),
    ],
)
def test_an_offer_ends_as_the_dialplan_says(
    switch: Switch, status: str, result: OfferResult
) -> None:
    arrive(switch)
    ring(switch)
    assert switch.caller(
        "UserEvent", UserEvent="CcOfferEnded", Offer=OFFER, Nurse="n017", Status=status
    ) == [OfferEnded(offer=OFFER, contact=CONTACT, nurse="n017", result=result)]


def test_an_offer_that_is_none_of_ours_is_dropped_and_counted(switch: Switch) -> None:
    arrive(switch)
    for offer, nurse in ((OFFER, "stranger"), ("1; 2", "n017")):
        assert not switch.caller(
            "UserEvent", UserEvent="CcOfferEnded", Offer=offer, Nurse=nurse, Status="BUSY"
        )
    assert switch.translator.ignored == 2


def talk(switch: Switch) -> list[AnyEvent]:
    switch.leg("BridgeEnter", BridgeUniqueid="b1")
    return switch.caller("BridgeEnter", BridgeUniqueid="b1")


def test_caller_and_nurse_in_one_bridge_talk_and_then_no_longer(switch: Switch) -> None:
    arrive(switch)
    ring(switch)
    assert talk(switch) == [Connected(contact=CONTACT, nurse="n017")]
    assert talk(switch) == []  # as before
    assert switch.leg("BridgeLeave", BridgeUniqueid="b1") == [
        Disconnected(contact=CONTACT, nurse="n017")
    ]


def test_a_hang_up_in_conversation_ends_the_conversation_first(switch: Switch) -> None:
    arrive(switch)
    ring(switch)
    talk(switch)
    assert switch.caller("Hangup") == [
        Disconnected(contact=CONTACT, nurse="n017"),
        CallHungUp(contact=CONTACT),
    ]
    assert switch.caller("Hangup") == []  # doubled


def test_two_callers_in_one_bridge_talk_to_nobody(switch: Switch) -> None:
    arrive(switch)
    switch.caller("BridgeEnter", BridgeUniqueid="b1")
    other = {**switch.variables, "CC_CONTACT": "node1-1764000000.9"}
    assert not switch.tell(
        "BridgeEnter", Channel="PJSIP/trunk-00000009", Uniqueid="1764000000.9",
        Linkedid="1764000000.9", BridgeUniqueid="b1",
        ChanVariable=[f"{key}={value}" for key, value in other.items()],
    )  # fmt: skip


def test_a_phone_is_reachable_by_its_device_state_and_told_once(switch: Switch) -> None:
    device = {"Device": "PJSIP/n017"}
    assert switch.tell("DeviceStateChange", **device, State="NOT_INUSE") == [
        PhoneChanged(nurse="n017", reachable=True, busy=False)
    ]
    assert switch.tell("DeviceStateChange", **device, State="INUSE") == []
    assert switch.tell("DeviceStateChange", **device, State="UNAVAILABLE") == [
        PhoneChanged(nurse="n017", reachable=False, busy=False)
    ]
    assert switch.tell("DeviceStateChange", Device="Queue:fallback", State="INUSE") == []
    assert switch.tell("DeviceStateChange", Device="PJSIP/stranger", State="INUSE") == []


def test_a_phone_that_the_fallback_queue_rings_is_busy(switch: Switch) -> None:
    arrive(switch)
    switch.tell("DeviceStateChange", Device="PJSIP/n017", State="NOT_INUSE")
    switch.now(CC_PHASE="fallback")
    assert switch.caller("UserEvent", UserEvent="CcFellBack") == [CallFellBack(contact=CONTACT)]
    assert switch.leg("Newchannel") == [PhoneChanged(nurse="n017", reachable=True, busy=True)]
    assert switch.leg("Hangup") == [PhoneChanged(nurse="n017", reachable=True, busy=False)]


def test_a_phone_that_dials_a_feature_code_is_busy_until_it_has_hung_up(switch: Switch) -> None:
    switch.tell("DeviceStateChange", Device="PJSIP/n017", State="NOT_INUSE")
    own = {"Uniqueid": "1764000000.7", "Linkedid": "1764000000.7", "Context": "from-nurse"}
    assert switch.leg("Newchannel", **own) == [
        PhoneChanged(nurse="n017", reachable=True, busy=True)
    ]
    assert switch.leg("Hangup", **own) == [PhoneChanged(nurse="n017", reachable=True, busy=False)]


def test_a_feature_code_that_nobody_confirmed_is_told_to_the_journal(switch: Switch) -> None:
    own = {"Uniqueid": "1764000000.7", "Linkedid": "1764000000.7", "Context": "from-nurse"}
    switch.leg("Newchannel", **own)
    code = {**own, "UserEvent": "CcNurse"}
    assert switch.leg("UserEvent", **code, Asks="ready", Reason="") == [
        NurseReady(nurse="n017", actor="phone:n017")
    ]
    assert switch.leg("UserEvent", **code, Asks="pause", Reason="x y\r\n") == []
    assert switch.leg("UserEvent", **code, Asks="dance", Reason="") == []
    assert switch.translator.ignored == 2


def shown(switch: Switch, action: str, **headers: str) -> None:
    assert switch.caller("CoreShowChannel", ActionID=action, CallerIDNum=NUMBER, **headers) == []


def test_a_snapshot_is_the_whole_truth(switch: Switch) -> None:
    switch.translator.begin_snapshot("run 1", "look-1")
    switch.tell("DeviceStateChange", Device="PJSIP/n017", State="NOT_INUSE", ActionID="look-1d")
    member = {"Queue": "fallback", "Name": "n017", "Paused": "1"}
    switch.tell("QueueMember", **member, ActionID="look-1q")
    switch.tell("QueueMember", **member | {"Name": "stranger"}, ActionID="look-1q")
    switch.now(CC_PHASE="line", CC_LANG="ar")
    shown(switch, "look-1")
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="1")
    assert isinstance(event, ChannelsSeen)
    assert event.switch == "run 1"
    (seen,) = event.contacts
    assert (seen.contact, seen.phase, seen.language) == (CONTACT, Phase.LINE, "ar")
    assert seen.waited == 30_000
    assert seen.sealed is not None
    assert switch.seal.open(seen.sealed) == NUMBER
    assert {(phone.nurse, phone.reachable, phone.fallback) for phone in event.phones} == {
        ("n017", True, "paused"),
        ("n018", False, "out"),
    }


@pytest.mark.parametrize(("variable", "wanted"), [("swl", "swl"), ("", None), ("x\r\ny", None)])
def test_a_snapshot_says_who_needs_an_interpreter(
    switch: Switch, variable: str, wanted: str | None
) -> None:
    switch.translator.begin_snapshot("run 1", "look-1")
    switch.now(CC_PHASE="line", CC_LANG="sv", CC_WANTED=variable)
    shown(switch, "look-1")
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="1")
    assert isinstance(event, ChannelsSeen)
    assert event.contacts[0].wanted == wanted


@pytest.mark.parametrize(("paused", "fallback"), [("1", "paused"), ("0", "ready"), ("", "ready")])
@pytest.mark.parametrize("name", ["Name", "MemberName"])
def test_a_snapshot_says_what_the_fallback_queue_holds_of_a_nurse(
    switch: Switch, paused: str, fallback: str, name: str
) -> None:
    switch.translator.begin_snapshot("run 1", "look-1")
    switch.tell("QueueMember", **{name: "n018"}, Queue="fallback", Paused=paused)
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="0")
    assert isinstance(event, ChannelsSeen)
    assert {phone.nurse: phone.fallback for phone in event.phones} == {
        "n017": "out",
        "n018": fallback,
    }


def test_a_snapshot_remembers_nobody_of_an_earlier_one(switch: Switch) -> None:
    row = {"Queue": "fallback", "Name": "n017", "Paused": "0"}
    switch.tell("QueueMember", **row)  # nobody asked
    for action, members in (("look-1", ["n017"]), ("look-2", [])):
        switch.translator.begin_snapshot("run 1", action)
        for _ in members:
            switch.tell("QueueMember", **row)
        (event,) = switch.tell("CoreShowChannelsComplete", ActionID=action, ListItems="0")
        assert isinstance(event, ChannelsSeen)
        held = [phone.nurse for phone in event.phones if phone.fallback != "out"]
        assert held == members


def test_a_phone_that_changes_while_a_snapshot_is_open_is_told_at_once(switch: Switch) -> None:
    device = {"Device": "PJSIP/n017"}
    switch.translator.begin_snapshot("run 1", "look-1")
    assert switch.tell("DeviceStateChange", **device, State="NOT_INUSE") == [
        PhoneChanged(nurse="n017", reachable=True, busy=False)
    ]
    assert switch.tell("DeviceStateChange", **device, State="UNAVAILABLE") == [
        PhoneChanged(nurse="n017", reachable=False, busy=False)
    ]
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="0")
    assert isinstance(event, ChannelsSeen)
    assert [(p.nurse, p.reachable) for p in event.phones] == [("n017", False), ("n018", False)]


@pytest.mark.parametrize("arrived", ["", "soon", "1" * 16, "²", "1764000090000", "-5"])
def test_an_arrival_at_an_hour_nobody_can_read_or_to_come_waited_for_nothing(
    switch: Switch, arrived: str
) -> None:
    switch.now(CC_ARRIVED=arrived)
    (event,) = arrive(switch)
    assert isinstance(event, CallArrived)
    assert event.waited == 0


def test_a_snapshot_finds_a_conversation_that_began_unseen(switch: Switch) -> None:
    switch.translator.begin_snapshot("run 1", "look-1")
    shown(switch, "look-1", BridgeId="b1")
    switch.leg("CoreShowChannel", ActionID="look-1", BridgeId="b1")
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="2")
    assert isinstance(event, ChannelsSeen)
    assert (event.contacts[0].phase, event.contacts[0].nurse) == (Phase.TALKING, "n017")
    assert switch.leg("Hangup") == [Disconnected(contact=CONTACT, nurse="n017")]


def test_half_a_list_ends_no_call(switch: Switch) -> None:
    switch.translator.begin_snapshot("run 1", "look-1")
    assert switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="1") == []


def test_the_list_of_an_earlier_question_is_not_mixed_into_a_later_one(switch: Switch) -> None:
    switch.translator.begin_snapshot("run 1", "look-1")
    shown(switch, "look-1")
    switch.translator.begin_snapshot("run 1", "look-2")
    assert switch.tell("CoreShowChannelsComplete", ActionID="look-1", ListItems="1") == []
    shown(switch, "look-2")
    (event,) = switch.tell("CoreShowChannelsComplete", ActionID="look-2", ListItems="1")
    assert isinstance(event, ChannelsSeen)
    assert len(event.contacts) == 1


@pytest.mark.parametrize("name", ["Newchannel", "Hangup", "BridgeEnter", "UserEvent", "DialBegin"])
def test_an_event_without_its_headers_does_nothing(switch: Switch, name: str) -> None:
    assert switch.tell(name) == []


@pytest.mark.parametrize(
    ("status", "reason"), [("SHORT", ReturnReason.SHORT_TALK), ("LOST", ReturnReason.LINE_LOST)]
)
def test_a_conversation_that_was_none_is_a_return(
    switch: Switch, status: str, reason: ReturnReason
) -> None:
    arrive(switch)
    assert switch.caller(
        "UserEvent", UserEvent="CcOfferEnded", Offer=OFFER, Nurse="n017", Status=status
    ) == [CallReturned(offer=OfferId(OFFER), contact=CONTACT, nurse=NurseId("n017"), reason=reason)]


def test_an_asterisk_that_goes_down_cuts_off_its_callers_also_by_the_nurses_leg(
    switch: Switch,
) -> None:
    arrive(switch)
    assert switch.caller("SoftHangupRequest", Cause="4") == [CallCutOff(contact=CONTACT)]
    ring(switch)
    talk(switch)
    assert switch.leg("SoftHangupRequest", Cause="4") == [CallCutOff(contact=CONTACT)]
    assert switch.leg("SoftHangupRequest", nurse="n018", Cause="4") == []


def refused(switch: Switch, why: str) -> list[AnyEvent]:
    switch.now(CC_CONTACT="", CC_PHASE="")
    return switch.caller("UserEvent", UserEvent="CcRefused", Why=why)


@pytest.mark.parametrize("why", ["surge", "capacity"])
def test_a_call_that_is_turned_away_is_told_and_is_no_contact(switch: Switch, why: str) -> None:
    assert refused(switch, why) == [
        CallRefused(node=NodeId("node1"), entry_point="public", priority_class="public", reason=why)
    ]
    assert switch.caller("Hangup") == []


def test_a_refusal_in_no_known_words_is_counted_and_one_of_no_known_entry_says_so(
    switch: Switch,
) -> None:
    assert refused(switch, "+46701740605") == []
    assert switch.translator.ignored == 1
    switch.now(CC_ENTRY="+46701740605", CC_CLASS="a b")
    (event,) = refused(switch, "surge")
    assert isinstance(event, CallRefused)
    assert (event.entry_point, event.priority_class) == ("unknown", "unknown")


def test_a_code_that_nobody_confirmed_keeps_its_languages_and_a_forged_one_is_counted(
    tmp_path: Path,
) -> None:
    switch = Switch(tmp_path)
    nurse = NurseId("n017")
    switch.translator = Translator(
        NodeId("node1"),
        [nurse],
        Numbers(switch.seal),
        words=NurseWords(keys={"4": Language("ar")}, spoken={nurse: (Language("ar"),)}),
    )
    own = {"Uniqueid": "1764000000.7", "Linkedid": "1764000000.7"}
    dialled = {**own, "UserEvent": "CcNurse", "Asks": "sign_in", "Reason": ""}
    assert switch.leg("UserEvent", Keys="4", **dialled) == [
        NurseSignedIn(nurse=nurse, actor="phone:n017", languages=(Language("ar"),))
    ]
    assert switch.leg("UserEvent", Keys="49", **dialled) == []
    assert switch.translator.ignored == 1
