"""Booking: whether a callback may be booked, or moved, as asked. Pure.

The fold has the last word (`callcenter.acd.bookings`): two nurses may ask for the last place of
a half-hour at once. What is refused here is refused with a sentence, before anything is written.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from callbacks.callback import Callback
from callbacks.ledger import Ledger
from callbacks.offers import closes, least, opens
from callbacks.policy import CallbackPolicy
from callbacks.room import places_left
from language_routing.languages import Language
from language_routing.lines import Routing

MOST_NOTE: Final = 500
"""Characters of a note."""
# What was offered a moment ago may begin by now; longer ago it was not now that was meant.
_STALE: Final = 300_000

# Why somebody is to be rung, and why later than promised or beyond what can be kept. Codes, as
# the journal keeps them in clear: what is said of the patient belongs in the note.
REASONS: Final = {
    "follow_up_symptom": "how the symptom develops",
    "follow_up_child": "how the child is",
    "follow_up_care": "whether self-care helps",
    "test_result": "a test result",
    "medication": "a medicine",
    "after_consulting": "an answer after asking a doctor",
    "welfare_check": "whether she is well: she was not reached, or was cut off",
    "other": "another reason, in the note",
}
WHYS: Final = {
    "patient_asked": "the patient asked for that time",
    "waiting_for_result": "something has to be known first",
    "line_closed": "the language line is closed before",
    "surge": "more patients than places",
    "medical_need": "it is needed medically",
    "other": "another reason",
}


class Refusal(StrEnum):
    """Why a callback cannot be booked so."""

    LANGUAGE = "language"
    REASON = "reason"
    COMPETENCE = "competence"
    NURSE = "nurse"
    NOTE_LONG = "note_long"
    NOTE_UNREADABLE = "note_unreadable"
    WHY = "why"
    PAST = "past"
    BACKWARDS = "backwards"
    SHORT = "short"
    BEYOND = "beyond"
    TOO_FAR = "too_far"
    CLOSED = "closed"
    FULL = "full"
    NO_SUPERVISOR = "no_supervisor"
    OPEN_ALREADY = "open_already"
    TOO_MANY = "too_many"
    ON_THE_PHONE = "on_the_phone"


SENTENCES: Final = {
    Refusal.LANGUAGE: "This language is not one of the site's.",
    Refusal.REASON: "The reason is none of the known codes.",
    Refusal.COMPETENCE: "No nurse of this site is trained in that competence.",
    Refusal.NURSE: "The nurse who is wished is not one of the site's.",
    Refusal.NOTE_LONG: f"The note is longer than {MOST_NOTE} characters.",
    Refusal.NOTE_UNREADABLE: "The note has characters that cannot be shown.",
    Refusal.WHY: "Why it is promised later, or beyond what can be kept, is none of the codes.",
    Refusal.PAST: "That time is over.",
    Refusal.BACKWARDS: "It would end before it begins.",
    Refusal.SHORT: "In so short a time nobody can be sure to ring.",
    Refusal.BEYOND: "That is later than is promised; choose an earlier time, or say why.",
    Refusal.TOO_FAR: "That is later than any callback may be booked.",
    Refusal.CLOSED: "The language line is closed then, or closes before that time is over.",
    Refusal.FULL: "No more callbacks can be kept then; choose another time, or ask a supervisor.",
    Refusal.NO_SUPERVISOR: "Only a supervisor may book beyond what can be kept.",
    Refusal.OPEN_ALREADY: "This number is to be rung already; move that callback, or say twice.",
    Refusal.TOO_MANY: "This number has as many callbacks as one may have.",
    Refusal.ON_THE_PHONE: "Somebody with this number is on the phone with us now.",
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A callback as somebody asks for it.

    Attributes:
        earliest, latest: When a nurse is to talk to her (`window`).
        caller: The keyed hash of her number.
        note: In clear; shown nowhere.
        contact: The conversation that it comes from.
        why: A code of `WHYS`: why later than promised, or overbooked.
        overbook: Wanted although that time is full.
        twice: Wanted although she is to be rung already, or is on the phone.
        supervisor: Whether it is a supervisor who asks.
    """

    language: Language
    earliest: int
    latest: int
    reason: str
    caller: str
    note: str | None = field(default=None, repr=False)
    competences: tuple[str, ...] = ()
    nurse: str | None = None
    contact: str | None = None
    why: str = ""
    overbook: bool = False
    twice: bool = False
    supervisor: bool = False


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a booking is measured by.

    Attributes:
        on_phone: Her calls that are in line or talk to a nurse now, other than ours to her.
    """

    ledger: Ledger
    policy: CallbackPolicy
    routing: Routing
    languages: Collection[Language]
    competences: Collection[str] = ()
    nurses: Collection[str] = ()
    on_phone: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Whether it may be booked.

    Attributes:
        refusals: Every reason why not.
        earliest: When she is to be rung from: as asked, but not before now.
        overbook: It may, by a supervisor, and is more than can be kept.
        opens: The line is closed then, and opens at this time.
    """

    refusals: tuple[Refusal, ...] = ()
    earliest: int = 0
    overbook: bool = False
    opens: int | None = None

    @property
    def accepted(self) -> bool:
        return not self.refusals

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(SENTENCES[one] for one in self.refusals)


# -- whether it may be booked so --------------------------------------------------------


def check(request: Request, known: Known, now: int) -> Checked:
    """Whether a callback may be booked as asked, and every reason why not."""
    refusals = list(_words(request, known))
    if request.language in known.languages:
        time = check_time(
            known,
            request.language,
            request.earliest,
            request.latest,
            now,
            why=request.why,
            overbook=request.overbook,
            supervisor=request.supervisor,
        )
    else:
        refusals.insert(0, Refusal.LANGUAGE)
        time = Checked()
    refusals += time.refusals
    refusals += _number(request, known)
    return replace(time, refusals=tuple(refusals))


def check_time(
    known: Known,
    language: Language,
    earliest: int,
    latest: int,
    now: int,
    *,
    why: str = "",
    overbook: bool = False,
    supervisor: bool = False,
    besides: Callback | None = None,
) -> Checked:
    """Whether a callback may be promised for a time.

    Args:
        besides: It is this one that is moved there: it takes no second place, and how late it
            may be counts from when it was booked, or else every move would put it off.
    """
    refusals: list[Refusal] = []
    if why and why not in WHYS:
        refusals.append(Refusal.WHY)
    until = _promised_until(known.policy, now, besides)
    refusals += _span(known.policy, earliest, latest, now, until, later=bool(why))
    earliest = max(earliest, now)
    opening = opens(known.routing, language, earliest)
    closed = opening != earliest
    end = min(latest, now + known.policy.beyond)  # later is refused anyway
    if closed or closes(known.routing, language, earliest, end) < end:
        refusals.append(Refusal.CLOSED)
    left = places_left(
        known.policy, known.routing, known.ledger, language, earliest, now=now, besides=besides
    )
    full = not closed and left == 0
    if full and not overbook:
        refusals.append(Refusal.FULL)
    if overbook and not supervisor:
        refusals.append(Refusal.NO_SUPERVISOR)
    return Checked(
        refusals=tuple(refusals),
        earliest=earliest,
        overbook=full and overbook and supervisor,
        opens=opening if closed else None,
    )


def _promised_until(policy: CallbackPolicy, now: int, moved: Callback | None) -> int:
    """So late it may be without a word: not later than it is promised already, at least."""
    if moved is None:
        return now + policy.promise
    return max(moved.booked + policy.promise, moved.latest or 0)


def _span(
    policy: CallbackPolicy, earliest: int, latest: int, now: int, until: int, *, later: bool
) -> Iterator[Refusal]:
    """What is wrong with the time itself.

    Args:
        until: The end of what is promised without a word.
        later: Whether it was said why it is later than promised.
    """
    if latest <= now or earliest < now - _STALE:
        yield Refusal.PAST
    elif latest <= earliest:
        yield Refusal.BACKWARDS
    elif latest - max(earliest, now) < least(policy):
        yield Refusal.SHORT
    if latest > now + policy.beyond:
        yield Refusal.TOO_FAR
    elif latest > until and not later:
        yield Refusal.BEYOND


def _words(request: Request, known: Known) -> Iterator[Refusal]:
    """What is wrong with all but the time and the number."""
    if request.reason not in REASONS:
        yield Refusal.REASON
    if any(one not in known.competences for one in request.competences):
        yield Refusal.COMPETENCE
    if request.nurse is not None and request.nurse not in known.nurses:
        yield Refusal.NURSE
    if request.note is not None:
        if len(request.note) > MOST_NOTE:
            yield Refusal.NOTE_LONG
        if not request.note.replace("\n", "").isprintable():
            yield Refusal.NOTE_UNREADABLE


def _number(request: Request, known: Known) -> Iterator[Refusal]:
    """Whether she is to be rung already, or is on the phone with somebody else."""
    to_her = len(known.ledger.of(request.caller))
    if to_her >= known.policy.most_open:
        yield Refusal.TOO_MANY
    elif to_her and not request.twice:
        yield Refusal.OPEN_ALREADY
    if not request.twice and any(call != request.contact for call in known.on_phone):
        yield Refusal.ON_THE_PHONE
