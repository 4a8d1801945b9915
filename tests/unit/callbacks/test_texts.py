"""Texts: what a patient reads, in each language; and what she answers."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest

from callbacks.callback import TextKind
from callbacks.texts import LANGUAGES, _wording, body, cancels


def at(text: str) -> int:
    """An instant in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = at("2026-11-26T12:00")
START, END = at("2026-11-26T13:05"), at("2026-11-26T14:30")
CASES = list(product(TextKind, LANGUAGES))


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_every_kind_has_words_in_every_language(kind: TextKind, language: str) -> None:
    for answerable in (True, False):
        said = body(kind, language, NOW, start=START, end=END, answerable=answerable)
        assert said.startswith("1177: ")
        assert 20 < len(said) < 200
        assert "{" not in said
        assert "  " not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_booking_says_from_when_to_when_in_stockholms_time(language: str) -> None:
    said = body(TextKind.BOOKED, language, NOW, start=START, end=END)
    assert re.findall(r"\d+:\d+", said) == ["14:05", "15:30"]


def test_the_day_is_said_as_people_say_it() -> None:
    def said(now: str) -> str:
        return body(TextKind.BOOKED, "en", at(now), start=START, end=END)

    assert "today between 14:05 and 15:30" in said("2026-11-26T00:10")
    assert "tomorrow between" in said("2026-11-25T22:30")  # 23:30 in Stockholm
    assert "today between" in said("2026-11-25T23:30")  # half past midnight there
    assert "on 26/11 between" in said("2026-11-20T12:00")


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    night = at("2026-10-24T20:00")
    first, second = at("2026-10-25T00:30"), at("2026-10-25T01:30")
    assert "02:30 (sommartid) och 02:30 (normaltid)" in body(
        TextKind.BOOKED, "sv", night, start=first, end=second
    )
    assert "(" not in body(TextKind.BOOKED, "sv", night, start=first - 3_600_000, end=night)


def test_when_we_ring_again_is_said_if_it_is_known() -> None:
    assert "omkring 14:05." in body(TextKind.TRIED, "sv", NOW, start=START)
    for start in (None, NOW - 1):
        assert "Vi ringer snart igen." in body(TextKind.TRIED, "sv", NOW, start=start)


def test_a_language_without_words_is_told_in_swedish() -> None:
    assert body(TextKind.CANCELLED, "swl", NOW) == body(TextKind.CANCELLED, "sv", NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_to_answer_is_one_that_cancels(language: str) -> None:
    said = body(TextKind.BOOKED, language, NOW, start=START, end=END)
    told = next(word for word in re.findall(r"\w+", said) if word.isupper() or word == "إلغاء")
    assert cancels(told)
    unanswerable = body(TextKind.BOOKED, language, NOW, start=START, end=END, answerable=False)
    assert told not in re.findall(r"\w+", unanswerable)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_is_said_to_be_a_draft_and_has_the_same_messages(language: str) -> None:
    path = _wording.__wrapped__.__globals__["_WORDING"] / f"{language}.ftl"
    text = path.read_text("utf-8")
    assert "### review: draft" in text
    names = re.findall(r"^([a-z-]+) =", text, re.MULTILINE)
    swedish = (path.with_name("sv.ftl")).read_text("utf-8")
    assert names == re.findall(r"^([a-z-]+) =", swedish, re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    ["AVBOKA", "avboka.", " Avbryt! ", "Stopp", "STOP", "cancel", "Cancel please", "Peru",
     "peruuta", "إلغاء", "baaji", "BAAJI mahadsanid", "hej avboka", "avboka tack",
     "avboka avboka"],
)  # fmt: skip
def test_these_cancel(words: str) -> None:
    assert cancels(words)


@pytest.mark.parametrize(
    "words",
    ["", " ", "🙂", "tack", "ja", "1", "jag vill inte avboka", "inte avboka", "do not cancel",
     "ring inte före fyra", "avbokade",
     "avboka inte min tid utan flytta den", "ja nej", "\0", "1177", "a" * 1_600],
)  # fmt: skip
def test_these_do_not(words: str) -> None:
    assert not cancels(words)


@pytest.mark.parametrize(
    "words",
    ["ei peruuta", "Ei peru, kiitos", "لا إلغاء", "no cancel", "Nej, avboka", "maya baaji",
     "nej", "no", "ei", "لا", "maya", "stop cancel", "avbryt inte"],
)  # fmt: skip
def test_a_no_is_for_people_to_read(words: str) -> None:
    assert not cancels(words)
