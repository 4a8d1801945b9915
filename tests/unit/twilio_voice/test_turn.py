"""What one request's part of a dialogue does, verb by verb."""

from xml.etree import ElementTree

import msgspec

from callcenter.twilio_voice.contacts import Call
from callcenter.twilio_voice.document import Addresses
from callcenter.twilio_voice.store import Held, MemoryStore
from callcenter.twilio_voice.twiml_runner import TwimlRunner
from tests.unit.twilio_voice.fake_twilio import ADDRESSES
from tests.unit.twilio_voice.recorded_contacts import RecordedContacts
from tests.unit.twilio_voice.twiml_rules import faults
from tests.unit.twilio_voice.walks import ENTRIES, NOON, NUMBER, SID, WAIT, by_twilio, facts_of

CALL = Call(sid=SID, number=NUMBER)


def runner(entry: str = "public", addresses: Addresses = ADDRESSES) -> TwimlRunner:
    return TwimlRunner(ENTRIES[entry], addresses, MemoryStore(), lambda: NOON)


def contacts(*, keeps: bool = True) -> RecordedContacts:
    return RecordedContacts(facts_of("public"), keeps=keeps)


def test_a_place_that_cannot_be_kept_is_said_to_be_so_and_the_caller_stays_in_line() -> None:
    call, told = by_twilio("public", ["5", "", "1", "1", ""], contacts=contacts(keeps=False))
    assert told.effects[-1] == ("keep", NUMBER, False)
    assert "so/keep-refused" in call.heard
    assert "so/keep-kept" not in call.heard
    assert call.ended == "left"


def test_a_transfer_that_nobody_answers_ends_in_line() -> None:
    calls, told = runner("emergency_north"), contacts()
    calls.arrive(CALL, told)
    assert "<Dial" in calls.answer(CALL, told, "9")
    document = calls.transfer_ended(CALL, told, connected=False)
    assert faults(document) == []
    assert told.effects == [("transferred", "switchboard"), ("queued", "sv")]
    assert "sv/in-line.wav" in calls.wait(CALL, told)


def test_a_transfer_that_was_answered_is_the_end() -> None:
    calls, told = runner("emergency_north"), contacts()
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "9")
    assert "<Hangup" in calls.transfer_ended(CALL, told, connected=True)


def test_a_caller_who_was_served_answers_the_survey_in_her_language() -> None:
    calls, told = runner(), contacts()
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "4")
    told.effects.clear()
    documents = [calls.served(CALL, told)]
    documents += [calls.answer(CALL, told, key) for key in "154"]
    assert [effect[0] for effect in told.effects] == ["consent", "score", "score"]
    assert told.effects[1:] == [("score", "survey-recommend", 5), ("score", "survey-helped", 4)]
    assert "/ar/survey-ask.wav" in documents[0]
    assert "<Hangup" in documents[-1]
    assert all(faults(document) == [] for document in documents)


def test_where_nobody_is_asked_a_served_call_is_over() -> None:
    calls, told = runner("staff"), contacts()
    calls.arrive(CALL, told)
    document = calls.served(CALL, told)
    assert "<Hangup" in document


def test_a_supervisors_message_is_played_from_its_own_folder() -> None:
    told = RecordedContacts(facts_of("public", {"fi": "m-1791-0/fi"}))
    call, _ = by_twilio("public", ["2", "", ""], contacts=told)
    assert "messages/m-1791-0/fi" in call.heard


def test_between_two_visits_there_is_music_that_any_key_ends() -> None:
    addresses = Addresses(
        sounds=ADDRESSES.sounds,
        answer=ADDRESSES.answer,
        wait=ADDRESSES.wait,
        left=ADDRESSES.left,
        transferred=ADDRESSES.transferred,
        music="https://sounds.example/music/calm.wav",
        music_s=25,
    )
    calls, told = runner(addresses=addresses), contacts()
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "1")
    calls.wait(CALL, told)
    calls.answer(CALL, told, "")
    document = calls.answer(CALL, told, "")
    assert faults(document, waiting=True) == []
    assert '<Play loop="2">https://sounds.example/music/calm.wav</Play>' in document
    assert 'timeout="10"' in document
    assert "keep-number.wav" in calls.wait(CALL, told, "1")


def test_what_is_to_be_heard_out_stands_before_the_question_and_the_rest_in_it() -> None:
    calls, told = runner(), contacts()
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "1")
    response = ElementTree.fromstring(calls.wait(CALL, told).encode())
    assert [verb.tag for verb in response] == ["Play", "Play", "Gather"]
    assert [verb.text for verb in response[:2]] == [
        ADDRESSES.sound("sv", "in-line"),
        ADDRESSES.sound("sv", "emergency"),
    ]
    assert [nested.text for nested in response[2]] == [ADDRESSES.sound("sv", "red-flag")]


def test_a_look_in_the_middle_of_a_visit_forgets_neither_the_visit_nor_its_key() -> None:
    store, told = MemoryStore(), contacts()
    calls = TwimlRunner(ENTRIES["public"], ADDRESSES, store, lambda: NOON)
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "1")
    for digits in ("", "*"):
        calls.wait(CALL, told, digits)
    held = msgspec.json.decode(store.load(SID) or b"", type=Held)
    facts = held.state.facts
    assert (facts.visit, facts.key, facts.wait) == (1, "*", WAIT)
    assert told.effects[-1][0] == "told"


def test_a_caller_who_shows_a_number_of_ours_is_asked_for_another_one() -> None:
    entry = msgspec.structs.replace(ENTRIES["public"], own=frozenset({NUMBER}))
    calls, told = TwimlRunner(entry, ADDRESSES, MemoryStore(), lambda: NOON), contacts()
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "1")
    calls.wait(CALL, told)
    document = calls.wait(CALL, told, "1")
    assert "keep-type.wav" in document
    assert "keep-number.wav" not in document
