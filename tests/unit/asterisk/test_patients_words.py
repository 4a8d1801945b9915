"""How the ringing of a patient goes, as the dialplan says it."""

import pytest

from callbacks.callback import DialResult
from callcenter.acd.callback_events import DialEnded, PatientAnswered, PatientDialled
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.patients_words import PATIENTS_WORDS, patients_word

CONTACT = "kept-node1-1764000000-7-2.0"


def said(word: str, whose: str = CONTACT, **headers: str) -> Event:
    return Event("UserEvent", {"UserEvent": word, "CcWhose": whose, **headers})


def test_her_phone_is_rung_and_she_answers() -> None:
    assert patients_word(said("CcDialled")) == PatientDialled(contact=CONTACT)
    assert patients_word(said("CcReached")) == PatientAnswered(contact=CONTACT)


@pytest.mark.parametrize(
    "result", ["no_answer", "busy", "invalid", "failed", "machine", "wrong_person", "no_key"]
)
def test_a_ringing_ends_as_the_dialplan_sees_it(result: str) -> None:
    ended = patients_word(said("CcDialEnded", CcResult=result))
    assert ended == DialEnded(contact=CONTACT, result=DialResult(result))


@pytest.mark.parametrize("result", ["", "abandoned", "unknown", "reached", "busy\r\nX: 1"])
def test_a_result_that_the_dialplan_does_not_know_of_is_nothing(result: str) -> None:
    assert patients_word(said("CcDialEnded", CcResult=result)) is None


@pytest.mark.parametrize("whose", ["", "c-17", "C-17-1.0", "c-17-1.0\r\nX: 1", "a" * 60 + "-1.0"])
@pytest.mark.parametrize("word", PATIENTS_WORDS)
def test_a_word_about_nobody_is_nothing(word: str, whose: str) -> None:
    assert patients_word(said(word, whose, CcResult="busy")) is None


def test_another_word_is_nothing() -> None:
    assert patients_word(said("CcQueued")) is None
