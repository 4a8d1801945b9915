"""One request, one document; what is refused or fails changes nothing."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.twilio_voice.contacts import BadRequest, Call
from callcenter.twilio_voice.document import Addresses
from callcenter.twilio_voice.store import MemoryStore
from callcenter.twilio_voice.twiml_runner import TwimlRunner
from tests.unit.twilio_voice.fake_twilio import ADDRESSES
from tests.unit.twilio_voice.recorded_contacts import RecordedContacts
from tests.unit.twilio_voice.walks import ENTRIES, NOON, NUMBER, SID, by_twilio, facts_of

CALL = Call(sid=SID, number=NUMBER)
HOSTILE = [
    "12", "a", "²", "１", "1 ", " ", "\n", "1\n", "-1", "+", "1;2", "<Hangup/>", "0" * 10_000,
    "\x00", "٣",
]  # fmt: skip


def runner(
    entry: str = "public", store: MemoryStore | None = None, addresses: Addresses = ADDRESSES
) -> TwimlRunner:
    return TwimlRunner(ENTRIES[entry], addresses, store or MemoryStore(), lambda: NOON)


def contacts(**how: object) -> RecordedContacts:
    return RecordedContacts(facts_of("public"), **how)


def asked_for_a_number() -> tuple[TwimlRunner, MemoryStore, RecordedContacts]:
    """A caller in line who is to type a number."""
    store, told = MemoryStore(), contacts()
    calls = runner(store=store)
    calls.arrive(CALL, told)
    calls.answer(CALL, told, "1")
    calls.wait(CALL, told)
    calls.answer(CALL, told, "")  # no red flag
    calls.answer(CALL, told, "1")  # keep the place
    assert "numDigits=" in calls.answer(CALL, told, "2")  # at another number
    return calls, store, told


@pytest.mark.parametrize("digits", HOSTILE)
def test_what_is_no_key_is_refused_and_the_question_stands(digits: str) -> None:
    store, told = MemoryStore(), contacts()
    calls = runner(store=store)
    calls.arrive(CALL, told)
    before = store.load(SID)
    with pytest.raises(BadRequest, match=r"^Digits: this is no answer to what was asked$"):
        calls.answer(CALL, told, digits)
    assert store.load(SID) == before
    assert told.effects == []
    calls.answer(CALL, told, "4")
    assert told.effects == [("queued", "ar")]


@pytest.mark.parametrize("digits", ["0812345678a", "+46812345678", "1" * 21, "08-123 456", "\n"])
def test_what_is_no_row_of_keys_is_refused_and_the_question_stands(digits: str) -> None:
    calls, store, told = asked_for_a_number()
    before = store.load(SID)
    with pytest.raises(BadRequest):
        calls.answer(CALL, told, digits)
    assert store.load(SID) == before
    calls.answer(CALL, told, "0812345678")
    calls.answer(CALL, told, "1")
    assert told.effects[-1] == ("keep", "+46812345678", True)


def test_a_typed_number_is_never_in_a_document_but_digit_by_digit_in_sounds() -> None:
    calls, _, told = asked_for_a_number()
    document = calls.answer(CALL, told, "0812345678")
    assert "812345678" not in document
    assert "digit.0.wav" in document
    assert SID not in document


def request(calls: TwimlRunner, told: RecordedContacts) -> dict[str, Callable[[], str]]:
    return {
        "answer": lambda: calls.answer(CALL, told, "1"),
        "wait": lambda: calls.wait(CALL, told),
        "served": lambda: calls.served(CALL, told),
        "transfer_ended": lambda: calls.transfer_ended(CALL, told, connected=False),
    }


@pytest.mark.parametrize("name", ["answer", "wait", "served", "transfer_ended"])
def test_a_call_that_nobody_knows_is_refused(name: str) -> None:
    told = contacts()
    calls = runner()
    with pytest.raises(BadRequest):
        request(calls, told)[name]()
    calls.arrive(CALL, told)
    calls.over(CALL)
    with pytest.raises(BadRequest):
        request(calls, told)[name]()
    assert told.effects == []


def test_who_is_in_no_line_cannot_ask_for_what_is_said_there() -> None:
    calls, told = runner(), contacts()
    calls.arrive(CALL, told)
    with pytest.raises(BadRequest):
        calls.wait(CALL, told)
    calls.answer(CALL, told, "1")
    with pytest.raises(BadRequest):  # in line, and asked for nothing yet
        calls.answer(CALL, told, "1")


def test_a_journal_out_of_reach_leaves_the_dialogue_as_it_was() -> None:
    store, told = MemoryStore(), contacts(fails="queued")
    calls = runner(store=store)
    calls.arrive(CALL, told)
    before = store.load(SID)
    with pytest.raises(ConnectionError):
        calls.answer(CALL, told, "4")
    assert store.load(SID) == before
    calls.answer(CALL, contacts(), "4")
    assert store.load(SID) != before


KEYS = st.one_of(st.sampled_from([*"0123456789*#"]), st.just(""))
NUMBERS = st.text("0123456789*#", min_size=2, max_size=20)


@settings(max_examples=300, deadline=None)
@given(
    entry=st.sampled_from(sorted(ENTRIES)),
    keys=st.lists(st.one_of(KEYS, KEYS, KEYS, NUMBERS), max_size=40),
    number=st.sampled_from([NUMBER, "", "anonymous", "+266696687"]),
    keeps=st.booleans(),
)
def test_whatever_is_pressed_every_document_is_taken_and_every_call_gets_somewhere(
    entry: str, keys: list[str], number: str, keeps: bool
) -> None:
    told = RecordedContacts(facts_of(entry, {"sv": "m-1-0/sv"}), keeps=keeps)
    call, _ = by_twilio(entry, keys, number=number, contacts=told)
    named = [effect[0] for effect in told.effects]
    assert named.count("queued") + named.count("transferred") == 1
    assert call.ended in {"left", "hung up", "transferred"}
    if call.ended == "hung up":
        assert told.effects[-1][0] == "keep"
