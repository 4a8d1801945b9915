"""What callers tell the IVR, as Asterisk's `UserEvent`s bring it; a forged one does nothing."""

from pathlib import Path

import pytest

from callcenter.acd.events import (
    AnyEvent,
    CallStays,
    CallTransferred,
    ConsentGiven,
    ContactClassed,
    NeedSaid,
    PlaceKept,
    SurveyScored,
    WaitTold,
)
from callcenter.acd.ids import ContactId, NodeId
from callcenter.asterisk.ami.messages import Event
from callcenter.asterisk.callers_words import tells_a_key
from callcenter.asterisk.numbers import Numbers
from callcenter.asterisk.translator import Translator
from callcenter.seal import Seal
from language_routing.languages import Language

CONTACT = ContactId("node1-1764000000.1")
NUMBER = "+46701740605"
FORGED = "+46701740605\r\nAction: Originate"
TOLD = {"CcPlace": "4", "CcLow": "300000", "CcHigh": "600000", "CcAhead": "3", "CcNurses": "2"}


class Caller:
    """A caller's channel in the IVR."""

    def __init__(self, folder: Path) -> None:
        self.seal = Seal(folder)
        self.translator = Translator(NodeId("node1"), [], Numbers(self.seal))
        self.variables = {
            "CC_CONTACT": str(CONTACT), "CC_ENTRY": "public", "CC_CLASS": "public",
            "CC_LANG": "sv", "CC_SPOKEN": "ar",
        }  # fmt: skip

    def says(self, name: str, **headers: str) -> list[AnyEvent]:
        event = Event(
            "UserEvent",
            {
                "UserEvent": name,
                "Channel": "PJSIP/trunk-00000001",
                "Uniqueid": "1764000000.1",
                "ChanVariable": [f"{key}={value}" for key, value in self.variables.items()],
                **headers,
            },
        )
        return self.translator.translate(event)

    def is_ignored(self, name: str, **headers: str) -> bool:
        """Whether it is counted as ignored and nothing else comes of it."""
        before = self.translator.ignored
        return self.says(name, **headers) == [] and self.translator.ignored == before + 1


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller(tmp_path)


def test_her_own_key_changes_her_class(caller: Caller) -> None:
    assert caller.says("CcClassed", CcNewClass="red_flag") == [
        ContactClassed(
            contact=CONTACT, priority_class="red_flag", actor="caller", reason="own_key"
        )
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "Red", "a b", "x" * 32, FORGED])
def test_a_class_of_another_form_is_ignored(caller: Caller, name: str) -> None:
    assert caller.is_ignored("CcClassed", CcNewClass=name)


@pytest.mark.parametrize("wanted", ["swl", "und", "zh-Hant"])
def test_she_needs_an_interpreter(caller: Caller, wanted: str) -> None:
    assert caller.says("CcNeed", CcWanted=wanted) == [NeedSaid(contact=CONTACT, wanted=wanted)]


@pytest.mark.parametrize("wanted", ["", "Swedish", "sv; drop", FORGED])
def test_a_need_for_no_language_is_ignored(caller: Caller, wanted: str) -> None:
    assert caller.is_ignored("CcNeed", CcWanted=wanted)


def test_she_has_heard_of_her_wait(caller: Caller) -> None:
    assert caller.says("CcWaitTold", **TOLD) == [
        WaitTold(contact=CONTACT, place=4, low=300_000, high=600_000, ahead=3, nurses=2)
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"CcPlace": "0"},
        {"CcPlace": "-1"},
        {"CcPlace": ""},
        {"CcLow": "600001"},
        {"CcHigh": "1e6"},
        {"CcHigh": "٣٠٠٠٠٠"},  # digits, but not ours
        {"CcHigh": "9" * 10},
        {"CcAhead": "three"},
        {"CcNurses": " 2"},
    ],
)
def test_a_wait_of_another_form_is_ignored(caller: Caller, wrong: dict[str, str]) -> None:
    assert caller.is_ignored("CcWaitTold", **(TOLD | wrong))


def test_she_keeps_her_place_for_the_number_that_she_rings_from(caller: Caller) -> None:
    assert caller.says("CcKeep", CcKeepNumber="caller") == [PlaceKept(contact=CONTACT)]


def test_a_typed_number_is_sealed_at_once(caller: Caller) -> None:
    [event] = caller.says("CcKeep", CcKeepNumber=NUMBER)
    assert isinstance(event, PlaceKept)
    assert event.sealed is not None
    assert NUMBER not in repr(event)
    assert caller.seal.open(event.sealed) == NUMBER
    assert event.caller == caller.seal.recognise(NUMBER)


@pytest.mark.parametrize(
    "number",
    ["", "0701740605", "+", "+0701740605", "+4670", "+46" + "7" * 14, "Caller", "+46 70", FORGED],
)
def test_a_place_for_no_number_is_kept_by_nobody(caller: Caller, number: str) -> None:
    assert caller.is_ignored("CcKeep", CcKeepNumber=number)


def test_a_number_that_cannot_be_sealed_is_kept_by_nobody(caller: Caller, tmp_path: Path) -> None:
    for key in tmp_path.iterdir():
        if key.name != "recognise.key":
            key.unlink()
    tmp_path.joinpath("recognise.key").unlink()
    tmp_path.rmdir()
    assert caller.is_ignored("CcKeep", CcKeepNumber=NUMBER)


def test_she_stays_after_all(caller: Caller) -> None:
    assert caller.says("CcStays") == [CallStays(contact=CONTACT)]


def test_she_is_transferred_whatever_the_name_of_the_place(caller: Caller) -> None:
    for name, target in (("switchboard", "switchboard"), (NUMBER, "unknown"), ("", "unknown")):
        assert caller.says("CcTransferring", CcTarget=name) == [
            CallTransferred(contact=CONTACT, target=target)
        ]


@pytest.mark.parametrize("about", ["survey", "recording"])
@pytest.mark.parametrize(("word", "given"), [("yes", True), ("no", False)])
def test_she_agrees_or_does_not(caller: Caller, about: str, word: str, given: bool) -> None:
    whose = None if about == "survey" else CONTACT  # its answers are to be nobody's
    assert caller.says("CcConsent", CcAbout=about, CcGiven=word) == [
        ConsentGiven(contact=whose, about=about, given=given)
    ]


@pytest.mark.parametrize(("about", "word"), [("sale", "yes"), ("survey", "Yes"), ("", "")])
def test_a_consent_of_another_form_is_none(caller: Caller, about: str, word: str) -> None:
    assert caller.is_ignored("CcConsent", CcAbout=about, CcGiven=word)


def test_a_score_counts_for_the_language_that_was_spoken_and_names_nobody(caller: Caller) -> None:
    asked = {"CcQuestion": "survey-helped", "CcScored": "5"}
    scored = SurveyScored(entry_point="public", language="ar", question="survey-helped", score=5)
    assert caller.says("CcScore", **asked) == [scored]
    caller.variables["CC_SPOKEN"] = ""
    [event] = caller.says("CcScore", **asked)
    assert isinstance(event, SurveyScored)
    assert event.language == "sv"
    caller.variables["CC_LANG"] = ""
    assert caller.is_ignored("CcScore", **asked)


@pytest.mark.parametrize(
    ("question", "score"),
    [("survey-helped", "0"), ("survey-helped", "10"), ("survey-helped", ""), ("", "5"),
     (NUMBER, "5"), ("Survey", "5"), ("s" * 42, "5")],
)  # fmt: skip
def test_a_score_of_another_form_is_ignored(caller: Caller, question: str, score: str) -> None:
    assert caller.is_ignored("CcScore", CcQuestion=question, CcScored=score)


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("CcClassed", {"CcNewClass": "red_flag"}),
        ("CcNeed", {"CcWanted": "swl"}),
        ("CcWaitTold", TOLD),
        ("CcKeep", {"CcKeepNumber": "caller"}),
        ("CcStays", {}),
        ("CcTransferring", {"CcTarget": "switchboard"}),
        ("CcConsent", {"CcAbout": "survey", "CcGiven": "yes"}),
        ("CcScore", {"CcQuestion": "survey-helped", "CcScored": "5"}),
    ],
)
def test_a_channel_that_is_no_callers_says_nothing(
    caller: Caller, name: str, headers: dict[str, str]
) -> None:
    caller.variables["CC_CONTACT"] = "none of ours"
    assert caller.is_ignored(name, **headers)


def test_a_word_that_nobody_knows_is_ignored(caller: Caller) -> None:
    assert caller.is_ignored("CcSomething")


def test_what_only_a_key_can_have_said_is_known_as_that() -> None:
    by_key: list[AnyEvent] = [
        ContactClassed(contact=CONTACT, priority_class="red_flag", actor="caller", reason=""),
        NeedSaid(contact=CONTACT, wanted=Language("swl")),
        ConsentGiven(contact=CONTACT, about="survey", given=True),
    ]
    assert all(map(tells_a_key, by_key))
    assert not tells_a_key(CallStays(contact=CONTACT))
