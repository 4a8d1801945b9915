"""`callcenter callback offer`, `book` and `move`: which times there are, and to promise one."""

from typing import Annotated

import typer

from callbacks.booking import REASONS, WHYS
from callbacks.callback import Callback, CallbackId
from callcenter.callback_desk.desk import CallbackDesk
from callcenter.callback_desk.records import Request, Role, new_id
from callcenter.cli import callback_rows
from callcenter.cli.callback_command import (
    AsRole,
    Id,
    Json,
    desk_of_here,
    print_json,
    print_table,
    who,
)
from callcenter.cli.callback_input import secrets, when
from language_routing.languages import Language

_Why = Annotated[
    str, typer.Option(help=f"Later than promised, or overbooked, why: {', '.join(WHYS)}.")
]
_At = Annotated[str | None, typer.Option(help='From when: 14:30, "tomorrow 08:15".')]
_Within = Annotated[str | None, typer.Option(help="From now, within 2h, 90m or 1h30m.")]
_Overbook = Annotated[
    bool, typer.Option("--overbook", help="Although it cannot be kept; a supervisor, with --why.")
]


def add_booking(callbacks: typer.Typer) -> None:
    """Add them."""
    _add_offer(callbacks)
    _add_book(callbacks)
    _add_move(callbacks)


def _add_offer(callbacks: typer.Typer) -> None:
    @callbacks.command("offer")
    def _offer(
        language: Annotated[str, typer.Option(help="Whose line, such as ar.")],
        later: Annotated[bool, typer.Option("--later", help="Beyond the promise, too.")] = False,
        full: Annotated[bool, typer.Option("--full", help="The full ones, too.")] = False,
        as_json: Json = False,
    ) -> None:
        """Times that the forecast staffing can keep."""
        desk = desk_of_here()
        found = desk.offers(Language(language), beyond=later, full=full)
        if as_json:
            print_json([callback_rows.offer_record(one) for one in found])
        elif found:
            zone = desk.routing().calendar.zone
            print_table(callback_rows.offer_table(found, zone, desk.now))
        else:
            print("No time can be kept; a supervisor may overbook (--full shows the times).")


def _add_book(callbacks: typer.Typer) -> None:
    @callbacks.command("book")
    def _book(
        *,
        reason: Annotated[str, typer.Option(help=f"One of {', '.join(REASONS)}.")],
        number: Annotated[
            str | None, typer.Option(help="- : the first line of stdin; at a terminal it is asked.")
        ] = None,
        from_contact: Annotated[
            str | None, typer.Option(help="The number of this conversation; it is not shown.")
        ] = None,
        contact: Annotated[
            str | None, typer.Option(help="The conversation, where another number is to be rung.")
        ] = None,
        language: Annotated[
            str | None, typer.Option(help="Whose line; without: the conversation's.")
        ] = None,
        wanted: Annotated[
            str | None, typer.Option(help="The language that the patient speaks, if another.")
        ] = None,
        interpreter: Annotated[
            bool, typer.Option("--interpreter", help="With an interpreter.")
        ] = False,
        competence: Annotated[
            list[str] | None, typer.Option(help="What the nurse must be trained in; repeat it.")
        ] = None,
        at: _At = None,
        within: _Within = None,
        note: Annotated[
            str | None, typer.Option(help="- : for the next nurse, from stdin or a prompt.")
        ] = None,
        nurse: Annotated[str | None, typer.Option(help="Who is wished to ring, as n003.")] = None,
        why: _Why = "",
        overbook: _Overbook = False,
        twice: Annotated[
            bool, typer.Option("--twice", help="Although this number is to be rung already.")
        ] = False,
        foreign: Annotated[
            bool, typer.Option("--foreign", help="It is a number abroad, and meant.")
        ] = False,
        telephone: Annotated[
            bool, typer.Option("--telephone", help="It is no personal identity number.")
        ] = False,
        name: Annotated[
            str | None, typer.Option("--id", help="Of a booking that was not confirmed.")
        ] = None,
        role: AsRole = Role.NURSE,
        as_json: Json = False,
    ) -> None:
        """Promise to ring a patient. What this prints is in the journal, and will be done."""
        if contact is not None and from_contact is not None:
            raise ValueError("give --contact or --from-contact, not both")
        typed, written = secrets(number, note, from_contact)
        desk = desk_of_here()
        call = from_contact or contact
        line = language or (desk.call(call).language if call is not None else None)
        if line is None:
            raise ValueError("--language: say in whose line the patient is to be rung")
        earliest, latest = when(desk, Language(line), at, within, beyond=bool(why))
        asked = Request(
            id=new_id() if name is None else CallbackId(name),
            earliest=earliest,
            latest=latest,
            reason=reason,
            number=typed,
            contact=call,
            language=Language(line),
            wanted=Language(wanted) if wanted is not None else None,
            interpreter=interpreter,
            competences=tuple(competence or ()),
            note=written,
            nurse=nurse,
            why=why,
            overbook=overbook,
            twice=twice,
            foreign=foreign,
            telephone=telephone,
        )
        booked = desk.book(asked, who(role))
        before = "It was booked already. " if booked.again else ""
        _say(desk, booked.callback, as_json=as_json, before=before)


def _add_move(callbacks: typer.Typer) -> None:
    @callbacks.command("move")
    def _move(
        *,
        callback: Id,
        at: _At = None,
        within: _Within = None,
        why: _Why = "",
        overbook: _Overbook = False,
        role: AsRole = Role.NURSE,
        as_json: Json = False,
    ) -> None:
        """Ring at another time, if no nurse's phone rings for it yet."""
        if at is None and within is None:
            raise ValueError("say to which time: --at 14:30 or --within 2h")
        desk = desk_of_here()
        found = desk.found(callback)
        if found.language is None:
            raise ValueError("no time was promised for this one: it keeps a place in line")
        earliest, latest = when(desk, found.language, at, within, beyond=bool(why))
        moved = desk.move(callback, earliest, latest, who(role), why=why, overbook=overbook)
        _say(desk, moved, as_json=as_json)


def _say(desk: CallbackDesk, callback: Callback, *, as_json: bool, before: str = "") -> None:
    """What is promised from now on."""
    if as_json:
        print_json(callback_rows.record(callback, desk.now))
        return
    zone, now = desk.routing().calendar.zone, desk.now
    print(f"{before}{callback.id}: {callback_rows.sentence(callback, zone, now)}")
