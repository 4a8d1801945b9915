"""Callback events: what happens to promises to ring somebody. See `events` for the rules."""

from typing import TypeAlias

from callbacks.callback import CallbackId, DialResult, TextKind
from callcenter.acd.event import Event
from callcenter.acd.ids import ContactId, Millis, NurseId
from language_routing.languages import Language


class CallbackBooked(Event, frozen=True, kw_only=True, tag="callback_booked.1"):
    """A medical callback is asked for; the fold takes it, or not (then it is not in the ledger).

    Attributes:
        callback: Chosen by whoever books; the same one twice is booked once.
        language: Whose line is to serve it; `wanted`, `interpreter`: as of a contact.
        competences: What the nurse must be trained in, all of them.
        earliest, latest: When a nurse is to talk to her, by the journal's time.
        reason: A code.
        caller, sealed: The number to ring, as of a contact.
        note: For the next nurse, sealed like a number: health data.
        nurse: Who is wished to ring.
        contact: The conversation that it comes from.
        overbook: Taken although staffing cannot keep it, by a supervisor; `why`: a word.
        twice: Taken although this number has an open callback, or is being talked to.
    """

    callback: CallbackId
    language: Language
    earliest: Millis
    latest: Millis
    reason: str
    caller: str
    sealed: str
    actor: str
    entry_point: str = ""
    wanted: Language | None = None
    interpreter: bool = False
    competences: tuple[str, ...] = ()
    note: str | None = None
    nurse: NurseId | None = None
    contact: ContactId | None = None
    overbook: bool = False
    twice: bool = False
    why: str = ""


class CallbackCancelled(Event, frozen=True, kw_only=True, tag="callback_cancelled.1"):
    """Not to be rung any more, if no nurse's phone rings for it yet."""

    callback: CallbackId
    reason: str
    actor: str


class CallbackMoved(Event, frozen=True, kw_only=True, tag="callback_moved.1"):
    """To be rung at another time, if no nurse's phone rings for it yet."""

    callback: CallbackId
    earliest: Millis
    latest: Millis
    reason: str
    actor: str
    overbook: bool = False


class CallbackSettled(Event, frozen=True, kw_only=True, tag="callback_settled.1"):
    """Done, says somebody.

    Attributes:
        callback: `None`: those of the patient with whom `nurse` talks, or talked last.
    """

    callback: CallbackId | None
    reason: str
    actor: str
    nurse: NurseId | None = None


class TaskSettled(Event, frozen=True, kw_only=True, tag="task_settled.1"):
    """A supervisor has done what had to be done about a patient who was not reached."""

    callback: CallbackId
    reason: str
    actor: str


class CallbackOverlooked(Event, frozen=True, kw_only=True, tag="callback_overlooked.1"):
    """The independent check found it overdue and in no line: to be brought forward now."""

    callback: CallbackId


class CallbackShown(Event, frozen=True, kw_only=True, tag="callback_shown.1"):
    """Somebody has opened a callback's number and note. Changes nothing; an audit."""

    callback: CallbackId
    actor: str


class PatientDialled(Event, frozen=True, kw_only=True, tag="patient_dialled.1"):
    """The patient's phone is about to be rung."""

    contact: ContactId


class PatientAnswered(Event, frozen=True, kw_only=True, tag="patient_answered.1"):
    """Somebody has answered; a patient who is rung before there is a nurse: has pressed 1."""

    contact: ContactId


class DialEnded(Event, frozen=True, kw_only=True, tag="dial_ended.1"):
    """The ringing led to no conversation; `CallHungUp` follows."""

    contact: ContactId
    result: DialResult


class TextSent(Event, frozen=True, kw_only=True, tag="text_sent.1"):
    """What became of a text message.

    Attributes:
        outcome: `sent`, `failed` (for good), `off`: nobody sends any here, or `obsolete`: by now
            it would be wrong.
        owed: Since when that text was owed; `None`: the first of its kind.
        reference: The carrier's own name for it.
    """

    callback: CallbackId
    kind: TextKind
    outcome: str
    reference: str = ""
    owed: Millis | None = None


AnyCallbackEvent: TypeAlias = (
    CallbackBooked
    | CallbackCancelled
    | CallbackMoved
    | CallbackSettled
    | TaskSettled
    | CallbackOverlooked
    | CallbackShown
    | PatientDialled
    | PatientAnswered
    | DialEnded
    | TextSent
)
