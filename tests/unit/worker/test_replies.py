"""Replies: whose callback an answer cancels."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackId, CallbackState
from callcenter.acd.callback_events import CallbackCancelled
from callcenter.seal import Seal
from callcenter.worker.carrier import Reply
from callcenter.worker.replies import cancelled_by
from tests.unit.worker.test_check import NOW, SOME, board

NUMBER = "+46701740605"


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path)


def reply(words: str = "avboka", number: str = NUMBER, at: int = NOW) -> Reply:
    return Reply(reference="SM1", number=number, words=words, at=at)


def test_it_cancels_her_callbacks_that_can_still_be_cancelled(seal: Seal) -> None:
    hers = replace(SOME, caller=seal.recognise(NUMBER))
    second = replace(hers, id=CallbackId("cb-2"), state=CallbackState.WAITING)
    ringing = replace(hers, id=CallbackId("cb-3"), state=CallbackState.RINGING)
    another = replace(SOME, id=CallbackId("cb-4"), caller=seal.recognise("+46701740606"))
    found = cancelled_by(board(hers, second, ringing, another), seal, reply())
    assert [(one.callback, one.reason, one.actor) for one in found] == [
        ("cb-1", "reply", "patient"),
        ("cb-2", "reply", "patient"),
    ]
    assert all(isinstance(one, CallbackCancelled) for one in found)


def test_it_does_not_cancel_what_was_booked_after_it(seal: Seal) -> None:
    hers = replace(SOME, caller=seal.recognise(NUMBER), booked=NOW)
    assert cancelled_by(board(hers), seal, reply(at=NOW - 60_000))
    assert not cancelled_by(board(hers), seal, reply(at=NOW - 600_000))


@pytest.mark.parametrize("number", ["", "1177", "Vard", "+46701740606", "+467017406051234567"])
def test_an_answer_of_nobody_we_know_cancels_nothing(seal: Seal, number: str) -> None:
    hers = replace(SOME, caller=seal.recognise(NUMBER))
    assert not cancelled_by(board(hers), seal, reply(number=number))


def test_another_answer_cancels_nothing(seal: Seal) -> None:
    hers = replace(SOME, caller=seal.recognise(NUMBER))
    assert not cancelled_by(board(hers), seal, reply("tack"))


def test_an_answer_is_shown_nowhere() -> None:
    assert repr(reply()) == "Reply(...)"
