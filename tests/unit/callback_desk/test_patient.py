"""Whom a callback is for: typed numbers, and those of conversations."""

from pathlib import Path

import pytest

from callbacks.callback import CallbackId
from callcenter.acd.events import CallArrived, PlaceKept
from callcenter.acd.ids import ContactId, EntryId
from callcenter.callback_desk.patient import Call, call_of, day_of, patient
from callcenter.callback_desk.records import Refused, Request
from callcenter.journal.codec import encode
from callcenter.journal.entry import Entry
from callcenter.seal import Seal
from tests.unit.acd.world import SO, SV, World, arrival

NOW = 1_795_690_496_949  # 26 November 2026
NUMBER = "+46701740605"
AMBIGUOUS = "0701740607"
OWN = frozenset({"1177", "+46771117700"})


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path / "keys")


def asked(number: str | None, **more: bool) -> Request:
    return Request(
        id=CallbackId("a"), earliest=NOW, latest=NOW + 1, reason="other", number=number, **more
    )


def refused(seal: Seal, number: str | None, call: Call | None = None, **more: bool) -> str:
    with pytest.raises(Refused) as error:
        patient(asked(number, **more), call, seal, OWN, NOW)
    return str(error.value)


def test_every_spelling_of_a_number_is_the_same_patient(seal: Seal) -> None:
    found = [
        patient(asked(text), None, seal, OWN, NOW)
        for text in (NUMBER, "+46 70-174 06 05", "0046701740605")
    ]
    assert {one.caller for one in found} == {seal.recognise(NUMBER)}
    assert {seal.open(one.sealed) for one in found} == {NUMBER}
    assert all("2026-11-26" in one.sealed for one in found)
    assert NUMBER not in repr(found)


def test_who_may_not_be_rung_is_refused_and_the_number_is_not_named(seal: Seal) -> None:
    for number in ("112", "1177", "+46771117700", "0771117700", "abc", ""):
        text = refused(seal, number)
        assert text.endswith(".")
        assert not number or number not in text


def test_what_has_to_be_confirmed_is_taken_when_it_is(seal: Seal) -> None:
    assert "abroad" in refused(seal, "+358401234567")
    assert patient(asked("+358401234567", foreign=True), None, seal, OWN, NOW).caller
    assert "personal identity" in refused(seal, AMBIGUOUS, foreign=True)
    assert patient(asked(AMBIGUOUS, telephone=True), None, seal, OWN, NOW).caller


def test_a_conversations_number_is_sealed_anew(seal: Seal) -> None:
    old = seal.seal(NUMBER, day_of(NOW - 86_400_000))
    call = Call(contact=ContactId("c1"), sealed=old)
    found = patient(asked(None), call, seal, OWN, NOW)
    assert found.caller == seal.recognise(NUMBER)
    assert "2026-11-26" in found.sealed
    withheld = Call(contact=ContactId("c1"), sealed=None)
    assert "was withheld" in refused(seal, None, withheld)
    gone = Call(contact=ContactId("c1"), sealed="v1.2020-01-01.AAAA")
    assert "cannot be opened" in refused(seal, None, gone)
    assert "which number" in refused(seal, None)


def test_a_conversation_tells_its_line_and_the_number_that_was_typed() -> None:
    world = World()
    world.queues("c1", SO)
    world.tell(PlaceKept(contact=ContactId("c1"), caller="other", sealed="typed"))
    found = call_of(world.board, "c1", ())
    assert (found.language, found.entry_point, found.sealed) == (SO, "1177", "typed")


def test_a_conversation_that_is_over_is_found_in_the_journal() -> None:
    entries = [
        Entry(id=EntryId(f"{NOW}-{number}"), data=encode(event))
        for number, event in enumerate((arrival("c0"), arrival("c1"), arrival("c10")))
    ]
    entries.insert(1, Entry(id=EntryId(f"{NOW}-9"), data=b"rubbish about c1"))
    found = call_of(World().board, "c1", entries)
    assert (found.contact, found.sealed, found.language) == ("c1", "sealed-c1", None)
    assert isinstance(arrival("c1"), CallArrived)
    with pytest.raises(Refused, match="no such conversation lately"):
        call_of(World().board, "c2", entries)
    assert SV
