"""`callcenter owed`: the callers whom we owe a call, and why."""

import json
import re
import sys
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from callbacks.callback import Callback, CallbackState
from callbacks.ledger import Ledger
from callcenter.acd.debts import Owed
from callcenter.acd.events import NumbersShown, OwedClosed
from callcenter.acd.ids import ContactId, Millis
from callcenter.cli.actor import actor, follow, tell
from callcenter.people_time import clock_time, span
from callcenter.seal import Seal, Unsealable
from callcenter.settings import Settings

# They enter the journal for good: words, and nothing that could be a number.
_WORD: Final = re.compile(r"[a-z][a-z_.-]{0,30}[0-9]{0,2}")
_PERSONAL: Final = (
    "These numbers are personal data: ring back, and keep them nowhere. "
    "That you asked is in the journal."
)


def register(app: typer.Typer) -> None:
    """Add `owed` and `owed close`."""
    owed = typer.Typer(help="Callers whom we owe a call, and why.")
    app.add_typer(owed, name="owed")

    @owed.callback(invoke_without_command=True)
    def _list(
        context: typer.Context,
        numbers: Annotated[
            bool, typer.Option("--numbers", help="Open the sealed numbers.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Whom we owe a call, the longest owed first."""
        if context.invoked_subcommand is not None:
            return
        settings = Settings.from_environment()
        follower = follow(settings)
        debts = sorted(follower.shard.board.owed, key=lambda debt: (debt.arrived, debt.contact))
        ledger = follower.shard.board.ledger
        opened: dict[ContactId, str] = {}
        if numbers:
            tell(settings, NumbersShown(count=len(debts), actor=actor()))
            print(_PERSONAL, file=sys.stderr)
            seal = Seal(settings.data / "keys")
            opened = {debt.contact: _number(seal, debt) for debt in debts}
        if as_json:
            found = [record(debt, opened.get(debt.contact), ledger) for debt in debts]
            print(json.dumps(found, indent=2))
        elif debts:
            now = max(follower.shard.now, follower.journal.clock.now())
            Console(width=None if sys.stdout.isatty() else 160).print(
                table(debts, opened, now, ledger)
            )
        else:
            print("Nobody is owed a call.")

    @owed.command("close")
    def _close(
        contact: str,
        by: Annotated[str, typer.Option(help="Who settled it.")],
        why: Annotated[str, typer.Option(help="One word, such as called_back.")],
    ) -> None:
        """Somebody has rung back, or it is settled otherwise."""
        for name, word in (("--by", by), ("--why", why)):
            if not _WORD.fullmatch(word):
                raise ValueError(f"{name}: one word of small letters, no number")
        settings = Settings.from_environment()
        follower = follow(settings)
        if not any(debt.contact == contact for debt in follower.shard.board.owed):
            raise ValueError("nothing is owed for this contact; `callcenter owed` lists them")
        tell(settings, OwedClosed(contact=ContactId(contact), reason=why, actor=by))
        print(f"{contact}: closed")


def table(
    debts: list[Owed], numbers: dict[ContactId, str], now: Millis, ledger: Ledger | None = None
) -> Table:
    """What a person reads; `numbers` are those that were opened, `ledger` knows who is rung."""
    found = Table(
        "contact", "arrived", "why", "language", "was", "waited", "talked", "owed for", "number",
        "is rung",
    )  # fmt: skip
    for debt in debts:
        sealed = "sealed" if debt.sealed is not None else "none"
        found.add_row(
            debt.contact,
            clock_time(debt.arrived),
            debt.kind.replace("_", " "),
            _language(debt),
            debt.state or "lost",
            span(debt.waited) if debt.since else "",
            span(debt.talked) if debt.talked else "",
            span(now - debt.since) if debt.since else "",
            numbers.get(debt.contact, sealed),
            rung(_callback(ledger, debt)),
        )
    return found


def _callback(ledger: Ledger | None, debt: Owed) -> Callback | None:
    return None if ledger is None else ledger.of_contact(debt.contact)


def rung(callback: Callback | None) -> str:
    """What becomes of a debt by itself: whoever reads it need not ring."""
    if callback is None:
        return "by hand"
    tries = len(callback.attempts)
    failed = f", {tries} failed" if tries else ""
    match callback.state:
        case CallbackState.SCHEDULED if callback.due_at is not None:
            return f"from {clock_time(callback.due_at)}{failed}"
        case CallbackState.GIVEN_UP:
            return f"not reached{failed}: by hand"
        case CallbackState.DUE:
            return f"held: {callback.held.replace('_', ' ') or 'due'}{failed}"
    return f"{callback.state}{failed}"


def record(debt: Owed, number: str | None, ledger: Ledger | None = None) -> dict[str, object]:
    """One debt for a program; times in UTC, spans in seconds."""
    callback = _callback(ledger, debt)
    found: dict[str, object] = {
        "contact": debt.contact,
        "kind": str(debt.kind),
        "arrived": _iso(debt.arrived),
        "language": debt.language,
        "wanted": debt.wanted or debt.language,
        "interpreter": debt.interpreter,
        "class": debt.priority_class,
        "was": debt.state,
        "waited_seconds": debt.waited / 1000,
        "talked_seconds": debt.talked / 1000,
        "owed_since": _iso(debt.since),
        "ring_from": _iso(debt.callback_at or 0),
        "has_number": debt.sealed is not None,
        "callback": None if callback is None else callback.id,
        "callback_state": None if callback is None else str(callback.state),
    }
    return found if number is None else found | {"number": number}


def _language(debt: Owed) -> str:
    """The line's language, and behind it the one that is wanted, if another."""
    if debt.language is None:
        return "not chosen"
    other = debt.wanted is not None and debt.wanted != debt.language
    text = f"{debt.language} ({debt.wanted})" if other else str(debt.language)
    return text + "+interpreter" * debt.interpreter


def _iso(instant: Millis) -> str | None:
    if not instant:
        return None  # nothing of that kind
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")


def _number(seal: Seal, debt: Owed) -> str:
    if debt.sealed is None:
        return "none"
    try:
        return seal.open(debt.sealed)
    except Unsealable:
        return "erased"
