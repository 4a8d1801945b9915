"""Numbers: whether we may ring a number that a caller has typed or the carrier has told.

What is typed by mistake, or to make us pay, is refused; whoever types is asked again, and a
number that is taken is read back digit by digit before anybody rings it. Nothing here ever
quotes a number in an error: there are no errors, only `None`.

Personal identity numbers are typed by mistake by people whom health care always asks for
them. They are refused, for they begin with no zero, with one exception: YYMMDDNNNN of
somebody born from 2001 to 2009. Many of these are some subscriber's number as well, digit
for digit (`0707...` is a mobile), and there the telephone number wins: who has such a number
could otherwise never be rung back, and who typed the other hears it read back and corrects
it. That a date and the check digit are right proves nothing here: one number in ten has that.
"""

import re
from collections.abc import Set
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

_HOME: Final = "SE"
_HOME_CODE: Final = "46"
# E.164 has at most 15 digits; 00 before them.
_DIALLED: Final = re.compile(r"(\+|00|0)([1-9][0-9]{3,14})")

# Who rings these pays by what the holder asks (premium, shared cost, personal numbers), or
# reaches no person (pager, voice mail). Of unknown numbers nobody knows what they cost.
_REFUSED: Final = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.UNKNOWN,
    }
)
# The European Economic Area, its neighbours, and North America: where callers of 1177 live and
# travel. A call elsewhere may be what somebody earns by; satellite networks have no country.
_REGIONS: Final = re.compile(
    "AD|AT|AX|BE|BG|CA|CH|CY|CZ|DE|DK|EE|ES|FI|FO|FR|GB|GL|GR|HR|HU|IE|IS|IT|LI|LT|LU|LV|MC|MT|"
    "NL|NO|PL|PT|RO|SE|SI|SK|SM|US|VA"
)


def usable(digits: str, own: Set[str] = frozenset()) -> str | None:
    """The number in E.164 if we may ring it, else `None`. Never raises.

    Taken are Swedish numbers with an area code (`08...`, `070...`), `+46...`, `0046...`, and
    numbers of Europe and North America with `+` or `00`. Emergency and other short numbers are
    none of these, also behind a prefix.

    Args:
        own: Our own numbers in E.164: ringing them would ring ourselves.
    """
    dialled = _DIALLED.fullmatch(digits)
    if dialled is None:
        return None
    prefix, rest = dialled.groups()
    international = f"+{_HOME_CODE}{rest}" if prefix == "0" else f"+{rest}"
    try:
        number = phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        return None
    if not _may_ring(number):
        return None
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None if found in own else found


def spoken_digits(number: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The prompts, with their arguments, that read `number` out; none for an empty one.

    A Swedish number is read as people in Sweden dial it, from its zero.
    """
    plain = number
    if number.startswith(f"+{_HOME_CODE}"):
        plain = "0" + number.removeprefix(f"+{_HOME_CODE}")
    found: list[tuple[str, tuple[int, ...]]] = []
    for character in plain:
        if character == "+":
            found.append(("digit-plus", ()))
        elif character in "0123456789":
            found.append(("digit", (int(character),)))
    return tuple(found)


def _may_ring(number: phonenumbers.PhoneNumber) -> bool:
    region = phonenumbers.region_code_for_number(number)
    if region is None or not _REGIONS.fullmatch(region):
        return False
    if phonenumbers.number_type(number) in _REFUSED:
        return False
    return region != _HOME or not _has_zero_after_area_code(number)


def _has_zero_after_area_code(number: phonenumbers.PhoneNumber) -> bool:
    # The library knows lengths only. No Swedish subscriber's number begins with a zero, and
    # many a personal identity number has one there: 08 then is the year, 05 the month.
    length = phonenumbers.length_of_geographical_area_code(number)
    national = phonenumbers.national_significant_number(number)
    return length > 0 and national[length : length + 1] == "0"
