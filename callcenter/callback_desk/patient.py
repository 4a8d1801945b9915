"""Patient: whom a callback is for. Her number comes in typed, or sealed from a conversation."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from callbacks.numbers import Fault, check_number
from callcenter.acd.board import Board
from callcenter.acd.events import CallArrived
from callcenter.acd.ids import ContactId, Millis
from callcenter.callback_desk.records import Refused, Request
from callcenter.journal.codec import UnknownEvent, UnreadableEvent, decode_event
from callcenter.journal.entry import Entry
from callcenter.seal import Seal, Unsealable
from language_routing.languages import Language


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a conversation says about who is to be rung.

    Attributes:
        sealed: Her number; `None`: it was withheld.
    """

    contact: ContactId
    sealed: str | None = field(repr=False)
    language: Language | None = None
    wanted: Language | None = None
    interpreter: bool = False
    entry_point: str = ""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Her number as the journal may have it: the keyed hash, and the sealed text."""

    caller: str
    sealed: str = field(repr=False)


def call_of(board: Board, contact: str, newest: Iterable[Entry]) -> Call:
    """The conversation `contact`, which may be over: a nurse books in her wrap-up, too.

    Args:
        newest: The journal's last entries; looked at only where the board knows it no more.

    Raises:
        Refused: Nobody has heard of it lately.
    """
    found = board.contacts.get(ContactId(contact))
    if found is not None:
        typed = found.typed_sealed
        return Call(
            contact=found.id,
            sealed=found.sealed if typed is None else typed,
            language=found.language,
            wanted=found.wanted,
            interpreter=found.interpreter,
            entry_point=found.entry_point,
        )
    for entry in newest:
        if contact.encode() not in entry.data:
            continue
        try:
            event = decode_event(entry.data)
        except (UnreadableEvent, UnknownEvent):
            continue
        if isinstance(event, CallArrived) and event.contact == contact:
            return Call(
                contact=event.contact, sealed=event.sealed, entry_point=event.entry_point
            )  # fmt: skip
    raise Refused("there was no such conversation lately; `callcenter contact list` has them")


def patient(request: Request, call: Call | None, seal: Seal, own: Set[str], now: Millis) -> Patient:
    """Whom to ring.

    Args:
        own: Our own numbers, as the site spells them.

    Raises:
        Refused: The number is none that may be rung, or is to be confirmed first; the text
            never names it.
    """
    confirmed = {Fault.FOREIGN} if request.foreign else set()
    confirmed |= {Fault.IDENTITY_TOO} if request.telephone else set()
    text = request.number if request.number is not None else _from(call, seal)
    checked = check_number(text, own, confirmed=frozenset(confirmed))
    if checked.number is None or not checked.accepted:
        raise Refused(checked.sentence or "the number cannot be rung")
    return Patient(
        caller=seal.recognise(checked.number), sealed=seal.seal(checked.number, day_of(now))
    )


def _from(call: Call | None, seal: Seal) -> str:
    if call is None:
        raise Refused("say which number is to be rung, or from which conversation it is")
    if call.sealed is None:
        raise Refused("the caller's number was withheld: ask for it, and type it")
    try:
        return seal.open(call.sealed)
    except Unsealable:
        raise Refused("the conversation's number cannot be opened: ask for it") from None


def day_of(now: Millis) -> date:
    """With which day's key something is sealed."""
    return datetime.fromtimestamp(now / 1000, UTC).date()
