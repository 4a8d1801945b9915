"""Every type that the journal holds, once: it comes back as it was, under its old name."""

import json
import re
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackId, DialResult, Kind, TextKind
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackOverlooked,
    CallbackSettled,
    CallbackShown,
    DialEnded,
    PatientAnswered,
    PatientDialled,
    TaskSettled,
    TextSent,
)
from callcenter.acd.commands import (
    AnyCommand,
    CallNurse,
    CallPatient,
    DismissCaller,
    LookUpChannels,
    MirrorNurse,
    ReturnToLine,
    RingNurse,
    TellSurge,
)
from callcenter.acd.decisions import (
    AnyDecision,
    Dismiss,
    LookUp,
    Mirror,
    Offer,
    Quarantined,
    RingPatient,
    Surge,
    Withdraw,
)
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallCutOff,
    CallFellBack,
    CallHungUp,
    CallQueued,
    CallRefused,
    CallReturned,
    CallStays,
    CallTransferred,
    ChannelsSeen,
    ClockStepped,
    CommandDone,
    CommandFailed,
    CommandStarted,
    CommandUnknown,
    Connected,
    ConsentGiven,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    Disconnected,
    GatewayAlive,
    MessageEnded,
    MessageSet,
    NeedSaid,
    NumbersShown,
    NursePaused,
    NurseRang,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    OfferEnded,
    OfferResult,
    OwedClosed,
    Phase,
    PhoneChanged,
    PlaceKept,
    ReturnReason,
    SeenContact,
    SeenPhone,
    SiteLoaded,
    SurgeSet,
    SurveyScored,
    SwitchLost,
    Tick,
    WaitTold,
    WrapUpExtended,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.policy import NurseSpec, Policy, SurgeLevel
from callcenter.journal.codec import (
    UnknownEvent,
    UnreadableEvent,
    decode_command,
    decode_decisions,
    decode_event,
    encode,
)
from language_routing.languages import Language

C1, N1, NODE = ContactId("node1-17.1"), NurseId("n017"), NodeId("node1")
B1 = CallbackId("b1")
OFFER = OfferId("1764000000000-3-0")
SV = Language("sv")

# How each stood in a journal when it was first written. A line here is never changed, only
# added: a changed meaning is a new tag, and old journals stay readable. What is written now
# may have more fields, each with a default.
EVENTS: list[tuple[AnyEvent, str]] = [
    (
        SiteLoaded(
            policy=Policy(
                languages=(SV,), default_language=SV, targets={"public": 180000},
                nurses=(NurseSpec(id=N1, languages=(SV,)),),
            )
        ),
        '{"type":"site_loaded.1","policy":{"languages":["sv"],"default_language":"sv",'
        '"targets":{"public":180000},"nurses":[{"id":"n017","languages":["sv"]}],"ring":20000,'
        '"backstop":30000,"wrap_up":30000,"rona_after":1,"gateway_lost":10000,'
        '"command_valid":5000,"short_talk":0}}',
    ),
    (
        CallArrived(
            contact=C1, node=NODE, channel="PJSIP/trunk-1", entry_point="1177",
            priority_class="public", waited=30000, caller="hash", sealed="v1.2026-11-23.x",
        ),
        '{"type":"call_arrived.1","contact":"node1-17.1","node":"node1","channel":"PJSIP/trunk-1",'
        '"entry_point":"1177","priority_class":"public","waited":30000,"caller":"hash",'
        '"sealed":"v1.2026-11-23.x"}',
    ),
    (
        CallQueued(contact=C1, language=SV),
        '{"type":"call_queued.1","contact":"node1-17.1","language":"sv"}',
    ),
    (
        NeedSaid(contact=C1, wanted=Language("swl")),
        '{"type":"need_said.1","contact":"node1-17.1","wanted":"swl"}',
    ),
    (
        PlaceKept(contact=C1, caller="hash", sealed="v1.2026-11-26.x"),
        '{"type":"place_kept.1","contact":"node1-17.1","caller":"hash",'
        '"sealed":"v1.2026-11-26.x"}',
    ),
    (CallStays(contact=C1), '{"type":"call_stays.1","contact":"node1-17.1"}'),
    (
        WaitTold(contact=C1, place=4, low=300000, high=600000, ahead=3, nurses=2),
        '{"type":"wait_told.1","contact":"node1-17.1","place":4,"low":300000,"high":600000,'
        '"ahead":3,"nurses":2}',
    ),
    (
        CallTransferred(contact=C1, target="switchboard"),
        '{"type":"call_transferred.1","contact":"node1-17.1","target":"switchboard"}',
    ),
    (
        ConsentGiven(contact=C1, about="survey", given=True),
        '{"type":"consent_given.1","contact":"node1-17.1","about":"survey","given":true}',
    ),
    (
        SurveyScored(entry_point="public", language=SV, question="survey-helped", score=4),
        '{"type":"survey_scored.1","entry_point":"public","language":"sv",'
        '"question":"survey-helped","score":4}',
    ),
    (
        MessageSet(
            id="m-1764000000000-0", entry_point="public", language=SV, until=1764003600000,
            sound="m-1764000000000-0/sv", text="Influensan", actor="cli:anna",
        ),
        '{"type":"message_set.1","id":"m-1764000000000-0","entry_point":"public","language":"sv",'
        '"until":1764003600000,"sound":"m-1764000000000-0/sv","text":"Influensan",'
        '"actor":"cli:anna"}',
    ),
    (
        MessageEnded(id="m-1764000000000-0", actor="cli:anna"),
        '{"type":"message_ended.1","id":"m-1764000000000-0","actor":"cli:anna"}',
    ),
    (
        CallReturned(offer=OFFER, contact=C1, nurse=N1, reason=ReturnReason.SHORT_TALK),
        '{"type":"call_returned.1","offer":"1764000000000-3-0","contact":"node1-17.1",'
        '"nurse":"n017","reason":"short_talk"}',
    ),
    (
        OwedClosed(contact=C1, reason="called_back", actor="anna"),
        '{"type":"owed_closed.1","contact":"node1-17.1","reason":"called_back","actor":"anna"}',
    ),
    (
        NumbersShown(count=3, actor="anna"),
        '{"type":"numbers_shown.1","count":3,"actor":"anna"}',
    ),
    (CallCutOff(contact=C1), '{"type":"call_cut_off.1","contact":"node1-17.1"}'),
    (CallHungUp(contact=C1), '{"type":"call_hung_up.1","contact":"node1-17.1"}'),
    (CallFellBack(contact=C1), '{"type":"call_fell_back.1","contact":"node1-17.1"}'),
    (
        NurseRang(offer=OFFER, contact=C1, nurse=N1),
        '{"type":"nurse_rang.1","offer":"1764000000000-3-0","contact":"node1-17.1",'
        '"nurse":"n017"}',
    ),
    (
        OfferEnded(offer=OFFER, contact=C1, nurse=N1, result=OfferResult.NO_ANSWER),
        '{"type":"offer_ended.1","offer":"1764000000000-3-0","contact":"node1-17.1",'
        '"nurse":"n017","result":"no_answer"}',
    ),
    (
        Connected(contact=C1, nurse=N1),
        '{"type":"connected.1","contact":"node1-17.1","nurse":"n017"}',
    ),
    (
        Disconnected(contact=C1, nurse=N1),
        '{"type":"disconnected.1","contact":"node1-17.1","nurse":"n017"}',
    ),
    (
        NurseSignedIn(nurse=N1, actor="phone"),
        '{"type":"nurse_signed_in.1","nurse":"n017","actor":"phone"}',
    ),
    (
        NurseReady(nurse=N1, actor="phone"),
        '{"type":"nurse_ready.1","nurse":"n017","actor":"phone"}',
    ),
    (
        NursePaused(nurse=N1, reason="lunch", actor="phone"),
        '{"type":"nurse_paused.1","nurse":"n017","reason":"lunch","actor":"phone"}',
    ),
    (
        NurseSignedOut(nurse=N1, actor="phone"),
        '{"type":"nurse_signed_out.1","nurse":"n017","actor":"phone"}',
    ),
    (
        PhoneChanged(nurse=N1, reachable=True, busy=False),
        '{"type":"phone_changed.1","nurse":"n017","reachable":true,"busy":false}',
    ),
    (
        ChannelsSeen(
            node=NODE, switch="2026-11-23 07:00:00",
            contacts=(
                SeenContact(
                    contact=C1, channel="PJSIP/trunk-1", phase=Phase.OFFER, entry_point="1177",
                    priority_class="public", waited=4000, language=SV, offer=OFFER, nurse=N1,
                ),
            ),
            phones=(SeenPhone(nurse=N1, reachable=True, busy=False, fallback="paused"),),
        ),
        '{"type":"channels_seen.1","node":"node1","switch":"2026-11-23 07:00:00","contacts":'
        '[{"contact":"node1-17.1","channel":"PJSIP/trunk-1","phase":"offer","entry_point":"1177",'
        '"priority_class":"public","waited":4000,"language":"sv","offer":"1764000000000-3-0",'
        '"nurse":"n017","caller":null,"sealed":null}],"phones":[{"nurse":"n017",'
        '"reachable":true,"busy":false,"fallback":"paused"}]}',
    ),
    (
        WrapUpExtended(nurse=N1, by=60000, actor="phone:n017"),
        '{"type":"wrap_up_extended.1","nurse":"n017","by":60000,"actor":"phone:n017"}',
    ),
    (
        ContactMoved(contact=C1, language=SV, actor="cli:anna", reason="wrong_key"),
        '{"type":"contact_moved.1","contact":"node1-17.1","language":"sv","actor":"cli:anna",'
        '"reason":"wrong_key"}',
    ),
    (
        ContactClassed(contact=C1, priority_class="red_flag", actor="cli:anna", reason="pain"),
        '{"type":"contact_classed.1","contact":"node1-17.1","priority_class":"red_flag",'
        '"actor":"cli:anna","reason":"pain"}',
    ),
    (
        ContactWithdrawn(contact=C1, actor="cli:anna", reason="prank"),
        '{"type":"contact_withdrawn.1","contact":"node1-17.1","actor":"cli:anna",'
        '"reason":"prank"}',
    ),
    (
        CallRefused(
            node=NODE, entry_point="public", priority_class="public", reason="capacity"
        ),
        '{"type":"call_refused.1","node":"node1","entry_point":"public",'
        '"priority_class":"public","reason":"capacity"}',
    ),
    (
        SurgeSet(level=SurgeLevel.HIGH, actor="cli:anna", reason="flu"),
        '{"type":"surge_set.1","level":"high","actor":"cli:anna","reason":"flu"}',
    ),
    (GatewayAlive(node=NODE), '{"type":"gateway_alive.1","node":"node1"}'),
    (SwitchLost(node=NODE), '{"type":"switch_lost.1","node":"node1"}'),
    (CommandStarted(command="5-1-0"), '{"type":"command_started.1","command":"5-1-0"}'),
    (CommandDone(command="5-1-0"), '{"type":"command_done.1","command":"5-1-0"}'),
    (
        CommandFailed(command="5-1-0", reason="no_channel"),
        '{"type":"command_failed.1","command":"5-1-0","reason":"no_channel"}',
    ),
    (CommandUnknown(command="5-1-0"), '{"type":"command_unknown.1","command":"5-1-0"}'),
    (ClockStepped(by=-3600000), '{"type":"clock_stepped.1","by":-3600000}'),
    (
        CallbackBooked(
            callback=B1, language=SV, earliest=5, latest=9, reason="fever", caller="hash",
            sealed="sealed", actor="phone:n017", entry_point="1177", wanted=Language("so"),
            interpreter=True, competences=("child",), note="sealed-note", nurse=N1, contact=C1,
            overbook=True, twice=True, why="short",
        ),
        '{"type":"callback_booked.1","callback":"b1","language":"sv","earliest":5,"latest":9,'
        '"reason":"fever","caller":"hash","sealed":"sealed","actor":"phone:n017",'
        '"entry_point":"1177","wanted":"so","interpreter":true,"competences":["child"],'
        '"note":"sealed-note","nurse":"n017","contact":"node1-17.1","overbook":true,'
        '"twice":true,"why":"short"}',
    ),
    (
        CallbackCancelled(callback=B1, reason="better", actor="patient"),
        '{"type":"callback_cancelled.1","callback":"b1","reason":"better","actor":"patient"}',
    ),
    (
        CallbackMoved(callback=B1, earliest=6, latest=8, reason="asleep", actor="cli:anna"),
        '{"type":"callback_moved.1","callback":"b1","earliest":6,"latest":8,"reason":"asleep",'
        '"actor":"cli:anna","overbook":false}',
    ),
    (
        CallbackSettled(callback=None, reason="rang_in", actor="phone:n017", nurse=N1),
        '{"type":"callback_settled.1","callback":null,"reason":"rang_in","actor":"phone:n017",'
        '"nurse":"n017"}',
    ),
    (
        TaskSettled(callback=B1, reason="visited", actor="cli:anna"),
        '{"type":"task_settled.1","callback":"b1","reason":"visited","actor":"cli:anna"}',
    ),
    (CallbackOverlooked(callback=B1), '{"type":"callback_overlooked.1","callback":"b1"}'),
    (
        CallbackShown(callback=B1, actor="cli:anna"),
        '{"type":"callback_shown.1","callback":"b1","actor":"cli:anna"}',
    ),
    (PatientDialled(contact=C1), '{"type":"patient_dialled.1","contact":"node1-17.1"}'),
    (PatientAnswered(contact=C1), '{"type":"patient_answered.1","contact":"node1-17.1"}'),
    (
        DialEnded(contact=C1, result=DialResult.NO_ANSWER),
        '{"type":"dial_ended.1","contact":"node1-17.1","result":"no_answer"}',
    ),
    (
        TextSent(callback=B1, kind=TextKind.BOOKED, outcome="sent", reference="SM1"),
        '{"type":"text_sent.1","callback":"b1","kind":"booked","outcome":"sent",'
        '"reference":"SM1"}',
    ),
    (Tick(deadline=1764000000000), '{"type":"tick.1","deadline":1764000000000}'),
]  # fmt: skip

DECISIONS: list[tuple[AnyDecision, str]] = [
    (
        Offer(offer=OFFER, contact=C1, nurse=N1),
        '{"type":"offer.1","offer":"1764000000000-3-0","contact":"node1-17.1","nurse":"n017"}',
    ),
    (
        Withdraw(offer=OFFER, contact=C1, command="5-1-0"),
        '{"type":"withdraw.1","offer":"1764000000000-3-0","contact":"node1-17.1",'
        '"command":"5-1-0"}',
    ),
    (LookUp(node=NODE), '{"type":"look_up.1","node":"node1"}'),
    (
        Dismiss(contact=C1, command="5-1-0"),
        '{"type":"dismiss.1","contact":"node1-17.1","command":"5-1-0"}',
    ),
    (
        Surge(level=SurgeLevel.CRISIS, refusing=True, command="5-1-0"),
        '{"type":"surge.1","level":"crisis","refusing":true,"command":"5-1-0"}',
    ),
    (
        Mirror(nurse=N1, member=True, paused=False, command="5-1-0"),
        '{"type":"mirror.1","nurse":"n017","member":true,"paused":false,"command":"5-1-0"}',
    ),
    (
        RingPatient(contact=C1, command="5-1-0", expected=9),
        '{"type":"ring_patient.1","contact":"node1-17.1","command":"5-1-0","expected":9}',
    ),
    (Quarantined(error="KeyError"), '{"type":"quarantined.1","error":"KeyError"}'),
]

COMMANDS: list[tuple[AnyCommand, str]] = [
    (
        RingNurse(
            id="5-1-0", node=NODE, valid_until=9, contact=C1, channel="PJSIP/trunk-1", nurse=N1
        ),
        '{"type":"ring_nurse.1","id":"5-1-0","node":"node1","valid_until":9,'
        '"contact":"node1-17.1","channel":"PJSIP/trunk-1","nurse":"n017"}',
    ),
    (
        ReturnToLine(
            id="5-1-0", node=NODE, valid_until=9, contact=C1, channel="PJSIP/trunk-1", offer=OFFER
        ),
        '{"type":"return_to_line.1","id":"5-1-0","node":"node1","valid_until":9,'
        '"contact":"node1-17.1","channel":"PJSIP/trunk-1","offer":"1764000000000-3-0"}',
    ),
    (
        DismissCaller(
            id="5-1-0",
            node=NODE,
            valid_until=9,
            contact=C1,
            channel="PJSIP/trunk-1",
            prompt="dismissed",
            language=SV,
        ),
        '{"type":"dismiss_caller.1","id":"5-1-0","node":"node1","valid_until":9,'
        '"contact":"node1-17.1","channel":"PJSIP/trunk-1","prompt":"dismissed","language":"sv"}',
    ),
    (
        TellSurge(id="5-1-0", node=NODE, valid_until=9, level=SurgeLevel.NORMAL, refusing=False),
        '{"type":"tell_surge.1","id":"5-1-0","node":"node1","valid_until":9,"level":"normal",'
        '"refusing":false}',
    ),
    (
        CallNurse(
            id="5-1-0",
            node=NODE,
            valid_until=9,
            contact=C1,
            callback=B1,
            kind=Kind.MEDICAL,
            nurse=N1,
            sealed="sealed",
            language=SV,
            interpreter=False,
            priority_class="medical",
            entry_point="1177",
            arrived=3,
            latest=8,
            preview=20000,
            ring=30000,
            attempt=1,
        ),
        '{"type":"call_nurse.1","id":"5-1-0","node":"node1","valid_until":9,'
        '"contact":"node1-17.1","callback":"b1","kind":"medical","nurse":"n017",'
        '"sealed":"sealed","language":"sv","interpreter":false,"priority_class":"medical",'
        '"entry_point":"1177","arrived":3,"latest":8,"preview":20000,"ring":30000,"attempt":1}',
    ),
    (
        CallPatient(
            id="5-1-0",
            node=NODE,
            valid_until=9,
            contact=C1,
            callback=B1,
            sealed="sealed",
            language=SV,
            priority_class="public",
            entry_point="1177",
            arrived=3,
            ring=30000,
            ready_within=15000,
        ),
        '{"type":"call_patient.1","id":"5-1-0","node":"node1","valid_until":9,'
        '"contact":"node1-17.1","callback":"b1","sealed":"sealed","language":"sv",'
        '"priority_class":"public","entry_point":"1177","arrived":3,"ring":30000,'
        '"ready_within":15000}',
    ),
    (
        LookUpChannels(id="5-1-0", node=NODE, valid_until=9),
        '{"type":"look_up_channels.1","id":"5-1-0","node":"node1","valid_until":9}',
    ),
    (
        MirrorNurse(id="5-1-0", node=NODE, valid_until=9, nurse=N1, member=True, paused=True),
        '{"type":"mirror_nurse.1","id":"5-1-0","node":"node1","valid_until":9,"nurse":"n017",'
        '"member":true,"paused":true}',
    ),
]


def name(example: Any) -> str:
    return type(example).__name__ if isinstance(example, msgspec.Struct) else ""


def holds(now: bytes, then: str) -> bool:
    """Whether what is written now has all that was written then, and at most more fields."""

    def more(new: Any, old: Any) -> bool:
        if isinstance(old, dict):
            return isinstance(new, dict) and all(
                name in new and more(new[name], value) for name, value in old.items()
            )
        if isinstance(old, list):
            same = isinstance(new, list) and len(new) == len(old)
            return same and all(map(more, new, old))
        return bool(new == old)

    return more(json.loads(now), json.loads(then))


@pytest.mark.parametrize(
    ("union", "examples"),
    [(AnyEvent, EVENTS), (AnyDecision, DECISIONS), (AnyCommand, COMMANDS)],
    ids=["events", "decisions", "commands"],
)
def test_every_type_has_its_example_and_its_version(union: Any, examples: Any) -> None:
    types = get_args(union)
    assert {type(example) for example, _ in examples} == set(types)
    assert len(examples) == len(types)
    tags = [known.__struct_config__.tag for known in types]
    assert len(set(tags)) == len(tags)
    for tag in tags:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[1-9][0-9]*", tag)


@pytest.mark.parametrize(("event", "written"), EVENTS, ids=name)
def test_an_event_is_written_and_read_as_it_always_was(event: AnyEvent, written: str) -> None:
    assert decode_event(written.encode()) == event
    assert decode_event(encode(event)) == event
    assert holds(encode(event), written)


@pytest.mark.parametrize(("decision", "written"), DECISIONS, ids=name)
def test_a_decision_is_written_and_read_as_it_always_was(
    decision: AnyDecision, written: str
) -> None:
    assert decode_decisions(f"[{written}]".encode()) == (decision,)
    assert decode_decisions(encode((decision,))) == (decision,)
    assert holds(encode((decision,)), f"[{written}]")


@pytest.mark.parametrize(("command", "written"), COMMANDS, ids=name)
def test_a_command_is_written_and_read_as_it_always_was(command: AnyCommand, written: str) -> None:
    assert decode_command(written.encode()) == command
    assert decode_command(encode(command)) == command
    assert holds(encode(command), written)


def test_a_site_that_an_older_version_loaded_knows_no_short_talk() -> None:
    event, written = EVENTS[0]
    assert decode_event(written.replace(',"short_talk":0', "").encode()) == event


def test_an_arrival_that_an_older_version_wrote_waited_for_nothing() -> None:
    event, written = EVENTS[1]
    assert decode_event(written.replace('"waited":30000,', "").encode()) == replace(event, waited=0)


def test_a_truth_that_an_older_version_wrote_did_not_ask_the_fallback_queue() -> None:
    written = next(w for e, w in EVENTS if isinstance(e, ChannelsSeen))
    found = decode_event(written.replace(',"fallback":"paused"', "").encode())
    assert isinstance(found, ChannelsSeen)
    assert found.phones[0].fallback is None


@pytest.mark.parametrize("written", [DECISIONS[1][1], DECISIONS[5][1]])
def test_a_decision_that_an_older_version_wrote_is_still_read(written: str) -> None:
    older = written.replace(',"command":"5-1-0"', "")
    assert older != written
    (decision,) = decode_decisions(f"[{older}]".encode())
    assert isinstance(decision, Withdraw | Mirror)


def test_the_decisions_of_one_entry_keep_their_order() -> None:
    decisions = tuple(decision for decision, _ in DECISIONS)
    assert decode_decisions(encode(decisions)) == decisions
    assert decode_decisions(encode(())) == ()


def test_a_field_that_a_newer_version_added_is_overlooked() -> None:
    newer = json.dumps({"type": "call_hung_up.1", "contact": C1, "cause": 16}).encode()
    assert decode_event(newer) == CallHungUp(contact=C1)


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"dance.9"}',
        b'{"type":"call_arrived.2","contact":"c1"}',
        b'{"type":"call_arrived"}',
        b'{"contact":7,"type":"never_heard.1"}',
        b'{"type":"offer.1","offer":"x","contact":"c","nurse":"n"}',
    ],
)
def test_an_event_of_a_type_from_elsewhere_is_unknown(data: bytes) -> None:
    with pytest.raises(UnknownEvent):
        decode_event(data)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\x00", b"{", b"[]", b"null", b"7", b'"call_hung_up.1"', b"{}",
        b'{"type":7}', b'{"type":null}', b'{"contact":"c1"}',
        b'{"type":"call_hung_up.1"}',
        b'{"type":"call_hung_up.1","contact":7}',
        b'{"type":"offer_ended.1","offer":"o","contact":"c","nurse":"n","result":"danced"}',
        b'{"type":"call_hung_up.1","contact":"c1"} trailing',
    ],
)  # fmt: skip
def test_what_is_no_event_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        decode_event(data)


@pytest.mark.parametrize("data", [b"", b"{}", b'[{"type":"dance.9"}]', b'[{"type":"look_up.1"}]'])
def test_decisions_that_cannot_be_read_stop_the_reader(data: bytes) -> None:
    with pytest.raises(UnknownEvent):
        decode_decisions(data)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"type":"dance.9"}', b'{"type":"ring_nurse.1"}'])
def test_a_command_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownEvent):
        decode_command(data)


def test_an_errors_text_does_not_quote_the_entry() -> None:
    for data in (b'{"type":"x.1","number":"0701740605"}', b'{"type":"call_hung_up.1","x":"070"}'):
        with pytest.raises((UnknownEvent, UnreadableEvent)) as caught:
            decode_event(data)
        assert "070" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
