"""What may be an id and a word, and that nothing personal stands in a record's text."""

import pytest

from callbacks.callback import CallbackId
from callcenter.callback_desk.records import (
    Actor,
    Refused,
    Request,
    Role,
    checked_id,
    chosen_id,
    new_id,
    word,
)


def test_new_ids_are_ids_and_no_two_are_alike() -> None:
    found = {new_id() for _ in range(100)}
    assert len(found) == 100
    assert all(checked_id(one) == chosen_id(one) == one for one in found)


def test_a_new_id_has_no_six_digits_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["0701740633", "ab123456cd", "0123a45678"])
    monkeypatch.setattr("secrets.token_hex", lambda _length: next(drawn))
    assert new_id() == "m-0123a45678"


@pytest.mark.parametrize("text", ["a", "m-0123a45678", "visit-2026-1"])
def test_an_id_may_be_chosen(text: str) -> None:
    assert chosen_id(text) == text


@pytest.mark.parametrize(
    "text", ["0701740633", "a0701740633", "a-19-90-01-01", "1a", "", "A", "a" * 31]
)
def test_an_id_that_could_be_somebodys_number_is_not_chosen(text: str) -> None:
    with pytest.raises(Refused, match="begins with a letter, and has no six digits"):
        chosen_id(text)
    if text.islower() and len(text) < 31:
        assert checked_id(text) == text  # one that is there may be looked at


@pytest.mark.parametrize("text", ["", "-a", "A", "a" * 31, "a b", "å", "a_b", "a\n", "0701 "])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="1 to 30 of a-z"):
        checked_id(text)


@pytest.mark.parametrize("text", ["", "Anna", "0701740605", "a b", "a" * 32, "å"])
def test_what_could_be_a_name_or_a_number_is_no_word(text: str) -> None:
    with pytest.raises(Refused, match="reason: one word"):
        word(text, "reason")


def test_a_request_shows_neither_number_nor_note() -> None:
    asked = Request(
        id=CallbackId("a"), earliest=1, latest=2, reason="other", number="0701740605", note="feber"
    )
    assert "0701740605" not in repr(asked)
    assert "feber" not in repr(asked)


def test_a_supervisor_supervises() -> None:
    assert Actor(name="x", role=Role.SUPERVISOR).supervises
    assert not Actor(name="x").supervises
