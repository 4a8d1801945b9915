"""`callcenter call`: one real SIP call, and what became of it."""

from typing import Annotated

import typer

from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    Connected,
    Disconnected,
    NurseRang,
    OfferEnded,
)
from callcenter.acd.ids import EntryId, Millis, entry_time
from callcenter.journal.codec import UnreadableEvent, decode_event
from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower
from callcenter.seal import Seal, dialable
from callcenter.settings import Settings
from callcenter.site import load_site
from callcenter.softphone.dial import place_call
from callcenter.store import connect

_TOLD = (CallArrived, CallQueued, NurseRang, OfferEnded, Connected, Disconnected, CallHungUp)
_ANONYMOUS = "anonymous"


def register(app: typer.Typer) -> None:
    """Add this command."""

    @app.command("call")
    def _call(
        language: Annotated[
            str, typer.Option(help="The language to choose; empty: no key.")
        ] = "sv",
        from_: Annotated[
            str, typer.Option("--from", help="The caller's number, or: anonymous.")
        ] = "+46701740605",
        to: Annotated[str, typer.Option(help="The number to dial.")] = "1177",
        patience: Annotated[float, typer.Option(help="Hang up after so many seconds.")] = 30.0,
    ) -> None:
        """Place one real SIP call with DTMF and tell what happened to it."""
        settings = Settings.from_environment()
        keys = {choice.language: choice.key for choice in load_site(settings.site).choices}
        if language and language not in keys:
            raise ValueError(f"language: one of {', '.join(keys)}")
        journal = Journal(connect(settings), settings.shard, "call")
        before = journal.position()
        _hint(settings, journal, language)
        place_call(
            settings,
            to,
            from_number=None if from_ == _ANONYMOUS else from_,
            language_digit=keys.get(language),
            say=lambda line: print(line, flush=True),
            patience=patience,
        )
        for line in _story(settings, journal, before, from_):
            print(line)


def _hint(settings: Settings, journal: Journal, language: str) -> None:
    """Say beforehand that nobody can answer, if that is so."""
    follower = Follower(connect(settings), settings.shard, journal)
    follower.rebuild()
    board = follower.shard.board
    wanted = language or (board.policy.default_language if board.policy else "")
    ready = [n.id for n in board.nurses.values() if n.available and wanted in n.languages]
    if not ready:
        print(
            f"No nurse who speaks {wanted} is ready with a registered phone: "
            "the caller will wait, and give up. (`make demo` has nurses.)"
        )


def _story(settings: Settings, journal: Journal, before: EntryId, number: str) -> list[str]:
    """What the journal says of the call that this number made after `before`."""
    plain = dialable(number)
    caller = Seal(settings.data / "keys").recognise(plain) if plain is not None else None
    lines: list[str] = []
    contact, began = None, 0
    after = before
    while batch := journal.read(after):
        after = batch[-1].id
        for entry in batch:
            try:
                event = decode_event(entry.data)
            except UnreadableEvent:
                continue
            if contact is None and isinstance(event, CallArrived) and event.caller == caller:
                contact, began = event.contact, entry_time(entry.id)
                lines.append(f"The journal, of contact {contact}:")
            if isinstance(event, _TOLD) and contact is not None and event.contact == contact:
                lines.append(_line(event, entry_time(entry.id) - began))
    return lines or ["The journal knows nothing of this call: it was refused."]


def _line(event: AnyEvent, since: Millis) -> str:
    match event:
        case CallArrived():
            words = f"arrived at {event.entry_point}, class {event.priority_class}"
        case CallQueued():
            words = f"stands in line for {event.language}"
        case NurseRang():
            words = f"the phone of {event.nurse} rings"
        case OfferEnded():
            words = f"it rang out at {event.nurse}: {event.result}"
        case Connected():
            words = f"talks with {event.nurse}"
        case Disconnected():
            words = f"{event.nurse} and the caller have parted"
        case _:
            words = "the caller's call is over"
    return f"{since / 1000:7.2f} s  {words}"
