"""What a nurse types as a number: taken, asked about, or refused with a sentence."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callbacks.numbers import SENTENCES, TO_CONFIRM, Fault, check_number
from ivr_flows.numbers import usable

OWN = {"1177", "+46771117700", "+46846500410"}
# Somebody born in 2007, and digit for digit a mobile; the last digit is the check digit.
BOTH = "0707171237"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0701740605", "+46701740605"),
        ("070-174 06 05", "+46701740605"),
        (" (070) 174 06 05 ", "+46701740605"),
        ("0046 70 174 06 05", "+46701740605"),
        ("+46 (0)70-174 06 05", "+46701740605"),
        ("070\u2011174\xa006\xa005", "+46701740605"),  # as a browser copies it
        ("08-465 004 33", "+46846500433"),
        ("010-123 45 67", "+46101234567"),
    ],
)
def test_swedish_numbers_are_taken_in_every_spelling(text: str, number: str) -> None:
    found = check_number(text, OWN)
    assert found.accepted
    assert found.number == number
    assert found.sentence is None


@pytest.mark.parametrize(
    ("fault", "texts"),
    [
        (Fault.EMPTY, ["", "   "]),
        (Fault.CONTROL, ["070\n1740605", "0701740605\x00", "\u202e0701740605"]),
        (
            Fault.EXTENSION,
            ["0701740605x12", "08-465 004 33 ext. 4", "0846500433,12", "0846500433#"],
        ),
        (Fault.LETTERS, ["070174060a", "tel:0701740605", "٠٧٠١٧٤٠٦٠٥", "+", "--", "0-800-NURSE"]),
        (
            Fault.EMERGENCY,
            ["112", "911", "999", "000", "90000", "0112", "+46112", "1 1 2", "0046112"],
        ),
        (Fault.SHORT_CODE, ["1177", "11313", "113 13", "11414", "116117", "116 000", "+4611414"]),
        (Fault.PREMIUM, ["0900 123 456", "0939-1001000", "+1 900 555 0123", "077-123 45 67"]),
        (Fault.SATELLITE, ["+870773111632", "+881612345678", "0088 1612345678"]),
        (Fault.NO_PERSON, ["0742123456"]),
        (Fault.TOO_SHORT, ["0812", "+46 8 12"]),
        (Fault.TOO_LONG, ["070174060512345", "+4670174060512345678", "0" * 41]),
        (Fault.NO_PREFIX, ["701740605", "46701740605"]),
        (Fault.ELSEWHERE, ["+252 61 1234567", "+20 2 25761234"]),
        (Fault.UNKNOWN, ["0701 000", "+47 000 00 000"]),
    ],
)
def test_others_are_refused_with_a_sentence(fault: Fault, texts: list[str]) -> None:
    for text in texts:
        found = check_number(text, frozenset())
        assert (found.fault, found.number) == (fault, None), text
        assert found.refused
        assert found.sentence == SENTENCES[fault]


@pytest.mark.parametrize(
    "text", ["1177", "0771-11 77 00", "0046771117700", "+46 (0)8 465 004 10", "08-465 004 10"]
)
def test_our_own_numbers_are_refused_in_every_spelling(text: str) -> None:
    assert check_number(text, OWN).fault is Fault.OUR_OWN


@pytest.mark.parametrize(
    "text", ["+44 20 7946 0000", "004722123456", "+358 9 1234567", "+12125550123"]
)
def test_a_number_abroad_is_taken_when_it_is_meant(text: str) -> None:
    found = check_number(text, OWN)
    assert found.to_confirm
    assert found.fault is Fault.FOREIGN
    meant = check_number(text, OWN, confirmed={Fault.FOREIGN})
    assert meant.accepted
    assert meant.number == found.number


@pytest.mark.parametrize(
    "text",
    [
        "850101-1234", "8501011234", "850101 1234", "19850101-1234", "198501011234",
        "1985-01-01-1234", "20070717-1237", "120101+1234", "070717+1237",
        "850161-1234", "198501611234",  # coordination numbers: the day is sixty more
        "000101-1234", "0001011238",
    ],
)  # fmt: skip
def test_personal_identity_numbers_are_refused_as_what_they_are(text: str) -> None:
    found = check_number(text, OWN, confirmed=TO_CONFIRM)
    assert (found.fault, found.number) == (Fault.IDENTITY, None)


def test_what_is_both_is_asked_about() -> None:
    for text in (BOTH, "070717-1237", "070-717 12 37"):
        found = check_number(text, OWN)
        assert (found.fault, found.number) == (Fault.IDENTITY_TOO, "+46707171237"), text
        assert check_number(text, OWN, confirmed={Fault.IDENTITY_TOO}).accepted
        assert not check_number(text, OWN, confirmed={Fault.FOREIGN}).accepted


def test_a_number_whose_check_digit_is_another_is_only_a_telephone_number() -> None:
    assert check_number("0707171239", OWN).accepted
    assert check_number("0713321231", OWN).fault is not Fault.IDENTITY  # no such day


def test_a_number_with_its_country_code_is_no_identity_number() -> None:
    assert check_number("+46" + BOTH[1:], OWN).accepted


def test_every_fault_has_a_sentence_that_names_no_number() -> None:
    assert set(SENTENCES) == set(Fault)
    for sentence in SENTENCES.values():
        assert not any(each.isdigit() for each in sentence)


@given(st.one_of(st.text(max_size=60), st.text("0123456789+-() .x", max_size=24)))
@example("0701740605")
@example(BOTH)
@example("+" * 40)
@example("²³")
def test_whatever_is_typed_nothing_raises_and_no_number_is_quoted(text: str) -> None:
    found = check_number(text, OWN)
    assert found.accepted + found.to_confirm + found.refused == 1
    assert (found.fault in TO_CONFIRM) == found.to_confirm
    if found.number is not None:
        assert usable(found.number, OWN) == found.number
        assert found.number not in repr(found)
        assert check_number(text, OWN, confirmed=TO_CONFIRM).number == found.number
    shown = f"{found!r} {found.sentence}"
    assert not any(each.isdigit() for each in shown)
