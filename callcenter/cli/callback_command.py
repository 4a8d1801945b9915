"""What the commands of `callcenter callback` have in common."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from callcenter.callback_desk.desk import CallbackDesk
from callcenter.callback_desk.records import Actor, Role
from callcenter.cli.actor import actor
from callcenter.settings import Settings

Id = Annotated[str, typer.Argument(metavar="ID")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
AsRole = Annotated[Role, typer.Option(help="As what you ask; logins come later.")]


def desk_of_here() -> CallbackDesk:
    """This installation's desk."""
    return CallbackDesk.of(Settings.from_environment())


def who(role: Role) -> Actor:
    """Whoever types this."""
    return Actor(name=actor(), role=role)


def print_table(made: Table) -> None:
    Console(width=None if sys.stdout.isatty() else 160).print(made)


def print_json(found: object) -> None:
    print(json.dumps(found, indent=2, ensure_ascii=False))
