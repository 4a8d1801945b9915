"""Asking: a request as the event and the check have it, and what is said where it cannot be."""

from typing import Final

from callbacks import booking
from callbacks.callback import Callback, CallbackId, CallbackState
from callcenter.acd.callback_events import CallbackBooked
from callcenter.acd.ids import ContactId, Millis, NurseId
from callcenter.callback_desk.patient import Call, Patient, day_of
from callcenter.callback_desk.records import Actor, Refused, Request
from callcenter.seal import Seal
from callcenter.site import Site
from language_routing.languages import language as parse_language

MOVABLE: Final = (CallbackState.SCHEDULED, CallbackState.DUE, CallbackState.WAITING)
"""While nobody's phone rings for it."""


def event_of(
    name: CallbackId,
    request: Request,
    *,
    call: Call | None,
    who: Patient,
    actor: Actor,
    site: Site,
    seal: Seal,
    now: Millis,
) -> CallbackBooked:
    """The event that asks the fold for it.

    Raises:
        Refused: Nobody said which language; the site has no such entry point.
    """
    wanted, interpreter = request.wanted, request.interpreter
    if wanted is not None:
        try:
            parse_language(wanted)
        except ValueError as error:
            raise Refused(f"the language that is wanted is {error}") from None
    language = request.language
    if language is None and call is not None:
        language = call.language
    if language is None:
        raise Refused("say in which language's line the patient is to be rung")
    entry_point = request.entry_point or (call.entry_point if call is not None else "")
    if entry_point and entry_point not in site.entry_points:
        raise Refused(f"this site has the entry points {', '.join(site.entry_points)}")
    if call is not None and wanted is None and not interpreter:
        wanted, interpreter = call.wanted, call.interpreter
    return CallbackBooked(
        callback=name,
        language=language,
        earliest=request.earliest,
        latest=request.latest,
        reason=request.reason,
        caller=who.caller,
        sealed=who.sealed,
        actor=actor.name,
        entry_point=entry_point or next(iter(site.entry_points)),
        wanted=wanted if wanted != language else None,
        interpreter=interpreter,
        competences=request.competences,
        note=seal.seal(request.note, day_of(now)) if request.note else None,
        nurse=NurseId(request.nurse) if request.nurse is not None else None,
        contact=ContactId(request.contact) if request.contact is not None else None,
        overbook=request.overbook,
        twice=request.twice,
        why=request.why,
    )


def same(callback: Callback, who: Patient) -> Callback:
    """`callback`, if it is the one that was asked for.

    Raises:
        Refused: It is for somebody else, or has ended: nobody is rung for it.
    """
    if callback.caller != who.caller:
        raise Refused("this id is another callback's: choose another one")
    if not callback.open:
        ended = callback.state.replace("_", " ")
        raise Refused(f"this id's callback has ended ({ended}): choose another id")
    return callback


def asked_of(event: CallbackBooked, request: Request, actor: Actor) -> booking.Request:
    """What the check is asked."""
    return booking.Request(
        language=event.language,
        earliest=event.earliest,
        latest=event.latest,
        reason=event.reason,
        caller=event.caller,
        note=request.note,
        competences=event.competences,
        nurse=event.nurse,
        contact=event.contact,
        why=event.why,
        overbook=event.overbook,
        twice=event.twice,
        supervisor=actor.supervises,
    )


def with_reason(*, overbook: bool, why: str) -> None:
    """See that nobody overbooks without a word.

    Raises:
        Refused: The word is missing.
    """
    if overbook and not why:
        raise Refused(f"say why it is overbooked: {', '.join(booking.WHYS)}")


def again(callback: CallbackId | None) -> str:
    """What is said where nobody knows whether it was done."""
    if callback is None:
        return "it is not confirmed: look at it, and ask again"
    return f"it is not confirmed, so promise nothing; ask again with the same id, {callback}"


def too_late(callback: Callback) -> str:
    """Why it can be changed no more."""
    words = {
        CallbackState.DONE: "it is done already",
        CallbackState.CANCELLED: "it was cancelled",
        CallbackState.GIVEN_UP: "the patient was not reached; `callcenter callback tasks` has it",
    }
    return words.get(callback.state, f"it came too late: it is {callback.state} by now")
