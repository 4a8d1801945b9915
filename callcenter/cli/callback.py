"""`callcenter callback`: promise to ring somebody, and see to it that it is kept."""

import sys
from typing import Annotated, Final

import typer

from callbacks.callback import CallbackState, Kind
from callcenter.acd.ids import Millis
from callcenter.callback_desk.records import Filters, Role, word
from callcenter.callback_desk.report import DEFINITION
from callcenter.cli import callback_report, callback_rows
from callcenter.cli.callback_book import add_booking
from callcenter.cli.callback_command import (
    AsRole,
    Id,
    Json,
    desk_of_here,
    print_json,
    print_table,
    who,
)
from callcenter.cli.callback_input import span

_PERSONAL: Final = (
    "Number and note are personal data and health data: keep them nowhere. "
    "That you looked is in the journal."
)
_Reason = Annotated[str, typer.Option(help="One word, kept for good; such as patient_asked.")]


def register(app: typer.Typer) -> None:
    """Add `callback` and its commands."""
    callbacks = typer.Typer(help="Callbacks: promise to ring patients, and follow it up.")
    app.add_typer(callbacks, name="callback", no_args_is_help=True)
    add_booking(callbacks)
    _add_views(callbacks)
    _add_ends(callbacks)


def _add_views(callbacks: typer.Typer) -> None:
    @callbacks.command("list")
    def _list(
        *,
        language: Annotated[str | None, typer.Option(help="One language's.")] = None,
        state: Annotated[CallbackState | None, typer.Option(help="In this state.")] = None,
        kind: Annotated[Kind | None, typer.Option(help="Why we ring.")] = None,
        late: Annotated[bool, typer.Option("--late", help="Whose promised time is over.")] = False,
        ended: Annotated[bool, typer.Option("--all", help="The ended ones, too.")] = False,
        as_json: Json = False,
    ) -> None:
        """Callbacks that are open, the first deadline first; no number and no note."""
        desk = desk_of_here()
        found = desk.list(
            Filters(
                language=language,
                state=state,
                kind=kind,
                late=late,
                ended=ended or (state is not None),
            )
        )
        if as_json:
            print_json([callback_rows.record(one, desk.now) for one in found])
        elif found:
            print_table(callback_rows.table(found, desk.routing().calendar.zone, desk.now))
        else:
            print("There are no such callbacks.")

    @callbacks.command("show")
    def _show(callback: Id, role: AsRole = Role.NURSE, as_json: Json = False) -> None:
        """One callback with its number and note. That you looked is noted before you see it."""
        desk = desk_of_here()
        shown = desk.show(callback, who(role))
        print(_PERSONAL, file=sys.stderr)
        if as_json:
            opened = {"number": shown.number, "note": shown.note, "erased": shown.erased}
            print_json(callback_rows.record(shown.callback, desk.now) | opened)
        else:
            print_table(callback_rows.card(shown, desk.routing().calendar.zone, desk.now))

    @callbacks.command("tasks")
    def _tasks(as_json: Json = False) -> None:
        """Patients who were not reached: for each of them a supervisor has to do something."""
        desk = desk_of_here()
        found = desk.tasks()
        if as_json:
            print_json([callback_rows.record(one, desk.now) for one in found])
        elif found:
            print_table(callback_rows.task_table(found, desk.routing().calendar.zone, desk.now))
            print("`callcenter callback show ID` has the number; `settle ID` when it is seen to.")
        else:
            print("Nobody is left to see to.")

    @callbacks.command("report")
    def _report(
        since: Annotated[
            str | None, typer.Option(help="Of the last 8h, 90m; without: since the journal began.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """How well promises were kept, by language."""
        desk = desk_of_here()
        start: Millis | None = None
        if since is not None:
            desk.list()  # the journal's time is known once it was looked at
            start = desk.now - span(since, "--since")
        rows = desk.report(start)
        if as_json:
            found = [callback_report.record(row) for row in rows]
            print_json({"definition": DEFINITION, "rows": found})
            return
        for table in callback_report.tables(rows):
            print_table(table)
        print(DEFINITION if rows else "Nothing was promised.")


def _add_ends(callbacks: typer.Typer) -> None:
    @callbacks.command("cancel")
    def _cancel(callback: Id, why: _Reason, role: AsRole = Role.NURSE) -> None:
        """Not to be rung, if no nurse's phone rings for it yet."""
        desk_of_here().cancel(callback, who(role), word(why, "--why"))
        print(f"{callback}: cancelled; nobody rings")

    @callbacks.command("done")
    def _done(callback: Id, why: _Reason, role: AsRole = Role.NURSE) -> None:
        """Done by people, so that nobody rings any more."""
        desk_of_here().settle(callback, who(role), word(why, "--why"))
        print(f"{callback}: done; nobody rings")

    @callbacks.command("settle")
    def _settle(callback: Id, why: _Reason, role: AsRole = Role.NURSE) -> None:
        """A supervisor has seen to a patient who was not reached."""
        desk_of_here().settle_task(callback, who(role), word(why, "--why"))
        print(f"{callback}: seen to")
