"""Replies: whose callback an answer cancels."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, Kind, Text, TextKind
from callcenter.acd.callback_events import CallbackCancelled
from callcenter.seal import Seal
from callcenter.worker.carrier import Reply
from callcenter.worker.replies import ahead, cancelled_by
from tests.unit.worker.test_check import NOW, SOME, board

NUMBER = "+46701740605"


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path)


def texted(outcome: str = "sent", owed: int = NOW - 60_000) -> tuple[Text, ...]:
    return (Text(kind=TextKind.BOOKED, owed=owed, outcome=outcome),)


def of_hers(seal: Seal) -> Callback:
    return replace(SOME, caller=seal.recognise(NUMBER), texts=texted())


def reply(words: str = "avboka", number: str = NUMBER, at: int = NOW) -> Reply:
    return Reply(reference="SM1", number=number, words=words, at=at)


def test_it_cancels_her_callbacks_that_can_still_be_cancelled(seal: Seal) -> None:
    hers = of_hers(seal)
    second = replace(hers, id=CallbackId("cb-2"), state=CallbackState.WAITING)
    ringing = replace(hers, id=CallbackId("cb-3"), state=CallbackState.RINGING)
    another = replace(hers, id=CallbackId("cb-4"), caller=seal.recognise("+46701740606"))
    found = cancelled_by(board(hers, second, ringing, another), seal, reply())
    assert [(one.callback, one.reason, one.actor) for one in found] == [
        ("cb-1", "reply", "patient"),
        ("cb-2", "reply", "patient"),
    ]
    assert all(isinstance(one, CallbackCancelled) for one in found)


def test_it_does_not_cancel_what_was_booked_after_it(seal: Seal) -> None:
    hers = replace(of_hers(seal), booked=NOW, texts=texted(owed=0))
    assert cancelled_by(board(hers), seal, reply(at=NOW - 60_000))
    assert not cancelled_by(board(hers), seal, reply(at=NOW - 600_000))


@pytest.mark.parametrize("number", ["", "1177", "Vard", "+46701740606", "+467017406051234567"])
def test_an_answer_of_nobody_we_know_cancels_nothing(seal: Seal, number: str) -> None:
    hers = of_hers(seal)
    assert not cancelled_by(board(hers), seal, reply(number=number))


def test_another_answer_cancels_nothing(seal: Seal) -> None:
    hers = of_hers(seal)
    assert not cancelled_by(board(hers), seal, reply("tack"))


@pytest.mark.parametrize("outcome", ["", "failed", "off", "obsolete"])
def test_it_cancels_nothing_of_which_she_was_sent_no_message(seal: Seal, outcome: str) -> None:
    hers = replace(of_hers(seal), texts=texted(outcome))
    assert not cancelled_by(board(hers), seal, reply())
    assert not cancelled_by(board(replace(hers, texts=())), seal, reply())


def test_it_cancels_nothing_of_which_she_was_sent_a_message_after_it(seal: Seal) -> None:
    hers = replace(of_hers(seal), texts=texted(owed=NOW + 600_000))
    assert not cancelled_by(board(hers), seal, reply())


def test_whoever_forges_a_number_cannot_stop_us_from_seeing_whether_she_is_well(
    seal: Seal,
) -> None:
    hers = replace(of_hers(seal), reason="welfare_check")
    assert not cancelled_by(board(hers), seal, reply())


def test_a_place_in_line_is_not_given_up_by_an_answer(seal: Seal) -> None:
    hers = replace(of_hers(seal), kind=Kind.KEPT_PLACE, latest=None)
    assert not cancelled_by(board(hers), seal, reply())


def test_an_answer_may_be_ahead_of_our_knowing_that_the_message_was_sent(seal: Seal) -> None:
    hers = board(replace(of_hers(seal), texts=texted("")))
    assert ahead(hers, seal, reply(), NOW + 60_000)
    assert not ahead(hers, seal, reply(), NOW + 900_000)
    assert not ahead(hers, seal, reply("tack"), NOW)
    assert not ahead(board(of_hers(seal)), seal, reply(), NOW)


def test_an_answer_is_shown_nowhere() -> None:
    assert repr(reply()) == "Reply(...)"
