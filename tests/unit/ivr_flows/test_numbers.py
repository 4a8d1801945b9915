"""Numbers: what may be rung, what may not, and how it is read out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows.numbers import spoken_digits, usable
from ivr_flows.prompts import load_catalog

# PTS keeps these series free for fiction: nobody has them.
MOBILE = "+46701740605"
STOCKHOLM = "+46846500401"
TEXTS = load_catalog()


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("0701740605", MOBILE),
        ("+46701740605", MOBILE),
        ("0046701740605", MOBILE),
        ("+460701740605", MOBILE),  # people write +46 (0)70
        ("0846500401", STOCKHOLM),
        ("0313900601", "+46313900601"),
        ("0812312300", "+46812312300"),  # a subscriber's number may begin with a one
        ("0101012345", "+46101012345"),  # of no area: companies, municipalities
        ("020123456", "+4620123456"),  # free to ring
        ("00358401234567", "+358401234567"),
        ("+358401234567", "+358401234567"),
        ("0014165550123", "+14165550123"),
    ],
)
def test_a_number_that_may_be_rung_is_made_one_in_every_spelling(digits: str, number: str) -> None:
    assert usable(digits) == number


@pytest.mark.parametrize(
    "short", ["112", "11414", "1177", "11313", "90000", "911", "999", "118118"]
)
@pytest.mark.parametrize("prefix", ["", "0", "+46", "0046", "+460", "00", "+", "+1", "+44"])
def test_emergency_and_short_numbers_are_refused_behind_every_prefix(
    short: str, prefix: str
) -> None:
    assert usable(prefix + short) is None


@pytest.mark.parametrize(
    "digits",
    [
        "0900123456",  # premium rate
        "0939123456",
        "+46900123456",
        "0771117700",  # shared cost, though it is ours
        "+449012345678",  # premium rate in another country
        "+19005550123",
        "0751234567",  # personal number: its holder says what it costs
        "+447012345678",
        "0740123456",  # pager
        "+881612345678",  # satellite
        "+979123456789",  # international premium rate
        "+80012345678",  # of no country
    ],
)
def test_a_number_that_makes_us_pay_or_reaches_no_person_is_refused(digits: str) -> None:
    assert usable(digits) is None


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "0",
        "+",
        "00",
        "070",
        "07017406",  # too short
        "07017406050",  # too long
        "0701740605" * 3,
        "+467017406051234",
        "465004",  # no area code
        "701740605",
        "46701740605",  # nor a prefix
        "0805121234",  # no subscriber's number begins with a zero
        "0000000000",
        "070-174 06 05",
        " 0701740605",
        "0701740605\n",
        "0701740605#",
        "0701740605*",
        "++46701740605",
        "+46701740605;ext=1",
        "tel:+46701740605",
        "٠٧٠١٧٤٠٦٠٥",  # digits, but of another script
        "０７０１７４０６０５",
        "07017406O5",
        "anonymous",
    ],
)
def test_what_is_no_number_is_refused(digits: str) -> None:
    assert usable(digits) is None


def test_our_own_numbers_are_refused_in_every_spelling() -> None:
    own = frozenset({STOCKHOLM})

    for digits in ("0846500401", "+46846500401", "0046846500401"):
        assert usable(digits) == STOCKHOLM
        assert usable(digits, own) is None
    assert usable("0701740605", own) == MOBILE


def checked(digits: str) -> str:
    """`digits` and their check digit (Luhn)."""
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 - place % 2)
        total += value // 10 + value % 10
    return digits + str(-total % 10)


BORN = st.dates(date(1910, 1, 1), date(2026, 12, 31))
SERIAL = st.integers(0, 999)


def test_the_check_digit_of_this_test_is_that_of_the_tax_agency() -> None:
    assert checked("811228987") == "8112289874"  # the example in SKV 704


@given(born=BORN, serial=SERIAL, coordination=st.booleans())
def test_a_personal_identity_number_typed_by_mistake_is_refused(
    born: date, serial: int, coordination: bool
) -> None:
    day = born.day + 60 * coordination
    short = checked(f"{born:%y%m}{day:02}{serial:03}")

    assert usable(f"{born.year // 100}{short}") is None
    if not 2001 <= born.year <= 2009:
        assert usable(short) is None


def test_one_that_is_some_subscribers_number_as_well_is_taken_for_that() -> None:
    # Born on 23 July 2007, or a mobile that somebody has: nobody can tell.
    both = checked("070723123")

    assert usable(both) == "+46" + both[1:]
    # Born in May 2008: a Stockholm number would begin with a zero.
    assert usable(checked("080523123")) is None


@given(st.text())
def test_any_text_is_answered_and_nothing_is_raised(text: str) -> None:
    number = usable(text)

    assert number is None or (number[0] == "+" and number[1:].isdigit() and number.isascii())


@given(st.from_regex(r"(\+|00|0)?[0-9]{0,22}", fullmatch=True))
def test_any_keys_are_answered_and_what_is_taken_is_stable(keys: str) -> None:
    number = usable(keys)

    if number is not None:
        assert 8 <= len(number) <= 16
        assert usable(number) == number
        assert usable("00" + number[1:]) == number
        assert usable(keys, frozenset({number})) is None


def test_a_swedish_number_is_read_from_its_zero_and_another_with_its_plus() -> None:
    def read(number: str) -> str:
        return " ".join(
            TEXTS.text("en", prompt, values) for prompt, values in spoken_digits(number)
        )

    assert read("+46701") == "zero seven zero one"
    assert read("+358 4") == "plus three five eight four"
    assert read("+47") == "plus four seven"
    assert read("112") == "one one two"
    assert spoken_digits("") == ()


@given(st.text())
def test_reading_out_any_text_gives_prompts_that_are_there(text: str) -> None:
    for prompt, values in spoken_digits(text):
        assert TEXTS.text("sv", prompt, values)


@pytest.mark.parametrize("digits", ["+252612345678", "+6772123456", "+18765550123", "+29022222"])
def test_a_number_that_somebody_far_away_earns_by_is_none_that_we_ring(digits: str) -> None:
    assert usable(digits) is None
