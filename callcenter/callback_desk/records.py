"""Records of the callback desk: what is asked for, and what is answered."""

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from callbacks.callback import Callback, CallbackId
from callcenter.acd.ids import Millis
from language_routing.languages import Language

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
# It stands in clear in the journal, in logs and in tables: no telephone number, no date of birth.
_CHOSEN: Final = re.compile(r"[a-z][a-z0-9-]{0,29}")
_NUMBER: Final = re.compile(r"[0-9]{6}")
# It enters the journal for good: a word, and nothing that could be a number or a name.
_WORD: Final = re.compile(r"[a-z][a-z_]{0,30}")


class Refused(ValueError):
    """It cannot be so; the text says why, in sentences for people. Nothing was promised."""


class NotConfirmed(ValueError):
    """Redis or the router is away: it may be in the journal, and nobody may be told that it is.

    To ask again with the same id does it once, and then the answer is true.
    """


class Role(StrEnum):
    """What somebody may do here, besides what everybody may."""

    NURSE = "nurse"
    SUPERVISOR = "supervisor"  # books beyond what can be kept, and settles tasks


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks.

    Attributes:
        name: As events name her: `cli:anna`.
    """

    name: str
    role: Role = Role.NURSE

    @property
    def supervises(self) -> bool:
        return self.role is Role.SUPERVISOR


@dataclass(frozen=True, kw_only=True)
class Request:
    """A callback as somebody asks for it.

    Attributes:
        id: Chosen by whoever asks (`new_id`): to ask twice with the same one books once.
        number: As somebody typed it; `None`: the number of `contact`.
        contact: The conversation that it comes from.
        language: Whose line is to serve it; `None`: that of `contact`.
        wanted, interpreter: As of a contact of the ACD; where nothing is said, as of `contact`.
        earliest, latest: When a nurse is to talk to her, by the journal's time in milliseconds.
        reason: A code of `callbacks.booking.REASONS`.
        note: For the next nurse, in clear; it is sealed before anybody else has it.
        nurse: Who is wished to ring.
        entry_point: Whose demands count; empty: that of `contact`, else the site's first.
        why: A code of `callbacks.booking.WHYS`: later than promised, or overbooked.
        overbook: Wanted although that time is full; by a supervisor.
        twice: Wanted although this number is to be rung already, or is on the phone.
        foreign: It is a number abroad, and that was asked; `telephone`: it could be a personal
            identity number, and is none.
    """

    id: CallbackId
    earliest: Millis
    latest: Millis
    reason: str
    number: str | None = field(default=None, repr=False)
    contact: str | None = None
    language: Language | None = None
    wanted: Language | None = None
    interpreter: bool = False
    competences: tuple[str, ...] = ()
    note: str | None = field(default=None, repr=False)
    nurse: str | None = None
    entry_point: str = ""
    why: str = ""
    overbook: bool = False
    twice: bool = False
    foreign: bool = False
    telephone: bool = False


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A promise that is in the journal.

    Attributes:
        callback: As it stands now, also if it was booked long ago.
        again: It had been booked with this id before.
    """

    callback: Callback
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A callback with what is sealed in it, opened.

    Attributes:
        number, note: `None`: there is none, or its day's key is destroyed (`erased`).
    """

    callback: Callback
    number: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    erased: bool = False


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which callbacks; what is not given does not matter.

    Attributes:
        ended: The ended ones as well, as long as they are kept.
        late: Those alone whose promised time is over, and no nurse has talked to the patient.
    """

    language: str | None = None
    state: str | None = None
    kind: str | None = None
    late: bool = False
    ended: bool = False


def new_id() -> CallbackId:
    """An id that nobody has used."""
    while True:
        made = f"m-{secrets.token_hex(5)}"
        if not _NUMBER.search(made):
            return CallbackId(made)


def chosen_id(text: str) -> CallbackId:
    """`text`, if a new callback may be called so.

    Raises:
        Refused: It is none, or could be a number of somebody's.
    """
    if not _CHOSEN.fullmatch(text) or _NUMBER.search(text.replace("-", "")):
        raise Refused(
            "a new callback's id is 1 to 30 of a-z, 0-9 and -, begins with a letter, and has no "
            "six digits in a row"
        )
    return CallbackId(text)


def checked_id(text: str) -> CallbackId:
    """`text`, if it can be a callback's id.

    Raises:
        Refused: It cannot.
    """
    if not _ID.fullmatch(text):
        raise Refused("a callback's id is 1 to 30 of a-z, 0-9 and -")
    return CallbackId(text)


def word(text: str, what: str) -> str:
    """`text`, if it may enter the journal.

    Raises:
        Refused: It is not one plain word.
    """
    if not _WORD.fullmatch(text):
        raise Refused(f"{what}: one word of small letters, no number")
    return text
