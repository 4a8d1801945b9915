"""Numbers: whether a number that a nurse or a supervisor has typed may be rung.

Stricter in words than `ivr_flows.numbers`, which a caller's keys pass: whoever types here sees
a sentence and can say that it is meant. What this takes, `usable` takes too. No sentence names
a number, and nothing here raises.

A personal identity number is a date and four digits, of which the last is a check digit (Luhn;
Skatteverket, SKV 704); of a coordination number the day is sixty more (SKV 707). Those of people
born from 2000 to 2009 begin with a zero as telephone numbers do, and many are one.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

from ivr_flows.numbers import usable

_HOME: Final = "SE"
_LONGEST: Final = 40  # characters, with everything between the digits
_DIGITS: Final = range(7, 16)  # E.164: at most 15
_SHORT: Final = 6  # digits of the longest short code (116117)


class Fault(StrEnum):
    """Why a number may not be rung, or not before somebody says that it is meant."""

    EMPTY = "empty"
    CONTROL = "control"
    EXTENSION = "extension"
    LETTERS = "letters"
    EMERGENCY = "emergency"
    SHORT_CODE = "short_code"
    OUR_OWN = "our_own"
    PREMIUM = "premium"
    SATELLITE = "satellite"
    NO_PERSON = "no_person"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_PREFIX = "no_prefix"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    IDENTITY = "identity"
    IDENTITY_TOO = "identity_too"
    FOREIGN = "foreign"


TO_CONFIRM: Final = frozenset({Fault.IDENTITY_TOO, Fault.FOREIGN})
"""These may be rung when somebody says that they are meant."""

SENTENCES: Final = {
    Fault.EMPTY: "Give a telephone number.",
    Fault.CONTROL: "The number has characters that cannot be seen; type it again.",
    Fault.EXTENSION: "A number with an extension cannot be rung; give the direct one.",
    Fault.LETTERS: "A telephone number has only digits, and a plus before a country code.",
    Fault.EMERGENCY: "This is an emergency number; nobody is rung back on it.",
    Fault.SHORT_CODE: "This is a short number of a service, not a person's.",
    Fault.OUR_OWN: "This is a number of our own.",
    Fault.PREMIUM: "Ringing this number costs more than a call (premium rate or shared cost).",
    Fault.SATELLITE: "This is a number of a satellite or other network without a country.",
    Fault.NO_PERSON: "This is the number of a pager or voice mail; nobody answers it.",
    Fault.TOO_SHORT: "The number is too short.",
    Fault.TOO_LONG: "The number is too long.",
    Fault.NO_PREFIX: "Begin with the zero of the area code, or with plus and the country code.",
    Fault.ELSEWHERE: "Numbers of that country are not rung from here.",
    Fault.UNKNOWN: "There is no such telephone number.",
    Fault.IDENTITY: "This is a personal identity number, not a telephone number.",
    Fault.IDENTITY_TOO: "This may be a personal identity number; "
    "say that it is a telephone number, if it is one.",
    Fault.FOREIGN: "This is a number abroad; say that it is meant.",
}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is to be done with a number.

    Attributes:
        number: In E.164; `None`: it is refused.
        fault: Why it is refused or, with a number, what has to be confirmed first.
    """

    number: str | None = field(default=None, repr=False)
    fault: Fault | None = None

    @property
    def accepted(self) -> bool:
        return self.number is not None and self.fault is None

    @property
    def to_confirm(self) -> bool:
        return self.number is not None and self.fault is not None

    @property
    def refused(self) -> bool:
        return self.number is None

    @property
    def sentence(self) -> str | None:
        return SENTENCES[self.fault] if self.fault is not None else None


# Spaces and hyphens as programs paste them.
_PLAIN: Final = str.maketrans(dict.fromkeys("\t\xa0\u2007\u2009\u202f", " ") | dict.fromkeys(
    "\u2010\u2011\u2012\u2013\u2014\u2212", "-"))  # fmt: skip
_EXTENSION: Final = re.compile(
    r"[0-9)\s.;,]*(ext|extension|ankn|anknytning|x|#|;|,)", re.IGNORECASE
)
_WRITTEN: Final = re.compile(r"\+?[0-9 ()./-]+")
_PREFIX: Final = re.compile(r"^(\+46|0046|\+|00|0)")
_IDENTITY: Final = re.compile(r"(18|19|20)?([0-9]{2})([0-9]{2})([0-9]{2})([-+ ]?)([0-9]{4})")

# Of these countries the library knows the emergency numbers; and Sweden's old one.
_EMERGENCY_OF: Final = ("SE", "NO", "DK", "FI", "IS", "GB", "DE", "FR", "PL", "US", "AU")
_OLD_EMERGENCY: Final = "90000"
# International services without a country that cost what their holder asks (ITU-T E.169).
_SHARED: Final = (800, 808, 979)
_WORLD: Final = "001"
_DEAR: Final = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PERSONAL_NUMBER,
)
_NOBODY: Final = (PhoneNumberType.PAGER, PhoneNumberType.VOICEMAIL)


def check_number(
    text: str, own: Set[str] = frozenset(), *, confirmed: Set[Fault] = frozenset()
) -> Checked:
    """Whether a number may be rung. Never raises.

    Args:
        own: Our own numbers, as the site spells them.
        confirmed: Of `TO_CONFIRM`: what somebody has said is meant.
    """
    text = text.translate(_PLAIN).strip(" ")
    fault = _spelling(text)
    if fault is not None:
        return Checked(fault=fault)
    identity = _identity(text)
    digits = _compact(text)
    if identity is Fault.IDENTITY:
        return Checked(fault=identity)
    found = _telephone(digits, own)
    if isinstance(found, Fault):
        return Checked(fault=Fault.IDENTITY if identity is not None else found)
    if identity is not None and identity not in confirmed:
        return Checked(number=_e164(found), fault=identity)
    foreign = phonenumbers.region_code_for_number(found) != _HOME
    if foreign and Fault.FOREIGN not in confirmed:
        return Checked(number=_e164(found), fault=Fault.FOREIGN)
    return Checked(number=_e164(found))


def _spelling(text: str) -> Fault | None:
    """What is wrong with the characters."""
    if not text:
        return Fault.EMPTY
    if not text.isprintable():
        return Fault.CONTROL
    if len(text) > _LONGEST:
        return Fault.TOO_LONG
    if _WRITTEN.fullmatch(text) or _IDENTITY.fullmatch(text):
        return None if any(each.isdigit() for each in text) else Fault.LETTERS
    digits_first = text.removeprefix("+").lstrip("( ")[:1].isdigit()
    return Fault.EXTENSION if digits_first and _EXTENSION.search(text) else Fault.LETTERS


def _compact(text: str) -> str:
    """Digits, and the plus before them; without the zero that nobody dials: `+46 (0)8`."""
    if text.startswith(("+", "00")):
        text = text.replace("(0)", "", 1)
    plus = "+" if text.startswith("+") else ""
    return plus + "".join(each for each in text if each in "0123456789")


def _identity(text: str) -> Fault | None:
    """Whether it is, or may be, a personal identity number or a coordination number."""
    if text.startswith("+"):
        return None
    bare = "".join(each for each in text if each in "0123456789")
    found = _IDENTITY.fullmatch(text) or _IDENTITY.fullmatch(bare)
    if found is None:
        return None
    century, year, month, day, between, last = found.groups()
    if not _is_date(int(year), int(month), int(day)):
        return None
    if century is not None or between == "+" or year[0] != "0":
        return Fault.IDENTITY  # and no telephone number of any kind
    if between == "-" or _luhn(year + month + day + last):
        return Fault.IDENTITY_TOO
    return None


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(2000 + year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(digits):
        doubled = int(digit) * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def _telephone(digits: str, own: Set[str]) -> phonenumbers.PhoneNumber | Fault:
    """The number, if it may be rung at all."""
    if _is_ours(digits, own):
        return Fault.OUR_OWN
    short = _short(digits)
    if short is not None:
        return short
    international = _international(digits)
    if international is None:
        return Fault.NO_PREFIX
    try:
        number = phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        return _length(international) or Fault.UNKNOWN
    if _e164(number) in own:
        return Fault.OUR_OWN
    return _refusal(number, international) or number


def _is_ours(digits: str, own: Set[str]) -> bool:
    return digits in own or _international(digits) in own


def _international(digits: str) -> str | None:
    """With plus and country code; `None`: it has no prefix."""
    if digits.startswith("+"):
        return digits
    if digits.startswith("00"):
        return "+" + digits[2:]
    return "+46" + digits[1:] if digits.startswith("0") else None


def _short(digits: str) -> Fault | None:
    """Emergency numbers and short codes, also behind a prefix."""
    behind = _PREFIX.sub("", digits)
    for bare in (digits, behind, behind.removeprefix("0")):
        if len(bare) > _SHORT:
            continue
        if bare == _OLD_EMERGENCY or any(
            phonenumbers.is_emergency_number(bare, region) for region in _EMERGENCY_OF
        ):
            return Fault.EMERGENCY
        if bare.startswith("1"):
            return Fault.SHORT_CODE
    return None


def _length(international: str) -> Fault | None:
    count = len(international) - 1
    if count < _DIGITS.start:
        return Fault.TOO_SHORT
    return Fault.TOO_LONG if count >= _DIGITS.stop else None


def _refusal(number: phonenumbers.PhoneNumber, international: str) -> Fault | None:
    country = number.country_code or 0
    region = phonenumbers.region_code_for_country_code(country)
    if country in _SHARED:
        return Fault.PREMIUM
    if region == _WORLD:
        return Fault.SATELLITE
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Fault.TOO_SHORT
        case ValidationResult.TOO_LONG:
            return Fault.TOO_LONG
    kind = phonenumbers.number_type(number)
    if kind in _DEAR:
        return Fault.PREMIUM
    if kind in _NOBODY:
        return Fault.NO_PERSON
    fault = _length(international)
    if fault is not None:
        return fault
    if usable(_e164(number)) is not None:
        return None
    home = region == _HOME or kind == PhoneNumberType.UNKNOWN
    return Fault.UNKNOWN if home else Fault.ELSEWHERE


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
