"""`callcenter contact`: who is in line, and what a supervisor does to one of them."""

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.events import ContactClassed, ContactMoved, ContactWithdrawn
from callcenter.acd.ids import ContactId
from callcenter.cli.actor import actor, follow, tell, word
from callcenter.cli.contact_rows import IN_LINE, ordered, places, record, sentence, table
from callcenter.settings import Settings
from language_routing.languages import Language

_Why = Annotated[str, typer.Option(help="One word, such as wrong_key; it is kept for good.")]


def register(app: typer.Typer) -> None:
    """Add `contact` and its commands."""
    contacts = typer.Typer(help="Callers in line: list, move, class, withdraw.")
    app.add_typer(contacts, name="contact", no_args_is_help=True)

    @contacts.command("list")
    def _list(
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Everybody who is here, in the order in which they should be answered."""
        follower = follow(Settings.from_environment())
        board, now = follower.shard.board, max(follower.shard.now, follower.journal.clock.now())
        if as_json:
            place = places(board)
            found = [record(board, c, now, place.get(c.id)) for c in ordered(board)]
            print(json.dumps(found, indent=2))
        elif board.contacts:
            Console(width=None if sys.stdout.isatty() else 160).print(table(board, now))
        else:
            print("Nobody is here.")

    @contacts.command("move")
    def _move(
        contact: str,
        language: Annotated[str, typer.Option(help="Whose line, such as fi.")],
        why: _Why,
    ) -> None:
        """Into another language's line; the caller's deadline stays."""
        settings = Settings.from_environment()
        word(why)
        moved = check_move(follow(settings).shard.board, contact, language)
        asked = ContactMoved(
            contact=moved.id, language=Language(language), actor=actor(), reason=why
        )
        tell(settings, asked)
        _result(settings, moved.id, lambda after: after.language == language)

    @contacts.command("class")
    def _class(
        contact: str,
        to: Annotated[str, typer.Option(help="A priority class of this site.")],
        why: _Why,
    ) -> None:
        """Another priority class: the deadline is counted anew, from the same arrival."""
        settings = Settings.from_environment()
        word(why)
        found = check_class(follow(settings).shard.board, contact, to)
        tell(
            settings,
            ContactClassed(contact=found.id, priority_class=to, actor=actor(), reason=why),
        )
        _result(settings, found.id, lambda after: after.priority_class == to)

    @contacts.command("withdraw")
    def _withdraw(contact: str, why: _Why) -> None:
        """Out of the line: the caller hears that we ring back, and is owed a call."""
        settings = Settings.from_environment()
        word(why)
        found = check_withdraw(follow(settings).shard.board, contact)
        tell(settings, ContactWithdrawn(contact=found.id, actor=actor(), reason=why))
        board = follow(settings).shard.board
        after = board.contacts.get(found.id)
        owed = any(debt.contact == found.id for debt in board.owed)
        if not owed and (after is None or after.dismissed is None):
            raise ValueError("it came too late: the caller is served or gone")
        print(f"{found.id}: hears that we ring back; then `callcenter owed` lists the call")


def check_move(board: Board, contact: str, language: str) -> Contact:
    """The contact, if it may go into that language's line.

    Raises:
        ValueError: It may not; the text says why.
    """
    found = _in_line(board, contact)
    known = board.policy.languages if board.policy is not None else ()
    if language not in known:
        raise ValueError(f"--language: this site has {', '.join(known)}")
    if language == found.language:
        raise ValueError(f"the contact is in the line of {language} already")
    return found


def check_class(board: Board, contact: str, priority_class: str) -> Contact:
    """The contact, if it may get that class.

    Raises:
        ValueError: It may not; the text says why.
    """
    found = _a_callers(_known(board, contact))
    known = board.policy.targets if board.policy is not None else {}
    if found.state not in (ContactState.IVR, *IN_LINE):
        raise ValueError(f"the contact is no longer in line: {found.state}")
    if priority_class not in known:
        raise ValueError(f"--to: this site has the classes {', '.join(known)}")
    if priority_class == found.priority_class:
        raise ValueError(f"the contact is of class {priority_class} already")
    return found


def check_withdraw(board: Board, contact: str) -> Contact:
    """The contact, if it may be taken out of the line.

    Raises:
        ValueError: It may not; the text says why.
    """
    return _a_callers(_in_line(board, contact))


def _a_callers(contact: Contact) -> Contact:
    """The contact, if it is one of somebody who has rung us.

    A callback's place is what was promised, and whoever is rung hears no goodbye.

    Raises:
        ValueError: It is a callback's.
    """
    if contact.callback is not None:
        raise ValueError(
            f"this is the callback {contact.callback}: `callcenter callback move` or `cancel`"
        )
    return contact


def _known(board: Board, contact: str) -> Contact:
    found = board.contacts.get(ContactId(contact))
    if found is None:
        raise ValueError("there is no such contact now; `callcenter contact list` has them")
    return found


def _in_line(board: Board, contact: str) -> Contact:
    found = _known(board, contact)
    if found.dismissed is not None:
        raise ValueError("the contact is out of the line already, and is rung back")
    if found.state not in IN_LINE:
        raise ValueError(f"the contact is not in line: {found.state}")
    return found


def _result(settings: Settings, contact: ContactId, done: Callable[[Contact], bool]) -> None:
    """Say how the contact stands after the fold."""
    follower = follow(settings)
    board, after = follower.shard.board, follower.shard.board.contacts.get(contact)
    if after is None or not done(after):
        raise ValueError("it came too late: the caller is served or gone")
    now = max(follower.shard.now, follower.journal.clock.now())
    print(f"{contact}: {sentence(board, after, now)}")
