"""Commands for a nurse: what she can dial from her phone, by hand."""

import getpass
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from callcenter.acd.events import (
    AnyEvent,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
)
from callcenter.acd.ids import NurseId
from callcenter.credentials import load_credentials
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.router.follower import Follower
from callcenter.settings import Settings
from callcenter.site import load_site
from callcenter.store import connect

_PUBLISHED_WITHIN_S = 5.0


def register(app: typer.Typer) -> None:
    """Add `nurse` and its commands."""
    nurses = typer.Typer(help="Sign nurses in and out; show their accounts.", no_args_is_help=True)
    app.add_typer(nurses, name="nurse")

    @nurses.command("sign-in")
    def _sign_in(nurse: str) -> None:
        """Signed in, not ready."""
        _tell(nurse, lambda who, actor: NurseSignedIn(nurse=who, actor=actor))

    @nurses.command("ready")
    def _ready(nurse: str) -> None:
        """Takes calls; signs in too."""
        _tell(nurse, lambda who, actor: NurseReady(nurse=who, actor=actor))

    @nurses.command("pause")
    def _pause(nurse: str, reason: Annotated[str, typer.Argument()] = "") -> None:
        """Takes no calls; during a call it takes effect afterwards."""
        known = tuple(load_site(Settings.from_environment().site).pause_reasons.values())
        if reason and reason not in known:
            raise ValueError(f"pause reason: one of {', '.join(known)}")
        chosen = reason or known[0]
        _tell(nurse, lambda who, actor: NursePaused(nurse=who, reason=chosen, actor=actor))

    @nurses.command("sign-out")
    def _sign_out(nurse: str) -> None:
        """Goes home; during a call it takes effect afterwards."""
        _tell(nurse, lambda who, actor: NurseSignedOut(nurse=who, actor=actor))

    @nurses.command("list")
    def _list() -> None:
        """All nurses with their languages and states."""
        settings = Settings.from_environment()
        board = _follower(settings).shard.board
        table = Table("nurse", "name", "languages", "state", "phone")
        for nurse in load_site(settings.site).nurses:
            known = board.nurses.get(nurse.id)
            state = (
                "" if known is None else known.state + (f" ({known.reason})" * bool(known.reason))
            )
            phone = "reachable" if known is not None and known.reachable else "not registered"
            table.add_row(nurse.id, nurse.name, " ".join(nurse.languages), state, phone)
        Console().print(table)

    @nurses.command("phone")
    def _phone(nurse: str) -> None:
        """The SIP account to enter in a softphone."""
        settings = Settings.from_environment()
        site = load_site(settings.site)
        who = _known(nurse, [n.id for n in site.nurses])
        secret = load_credentials(settings.data, [n.id for n in site.nurses]).nurses[who]
        print(f"server    {settings.host}:{settings.sip_port} (UDP or TCP)")
        print(f"user      {who}\npassword  {secret}")
        print("dial      *51 ready, *52 pause, *53 sign out")


def _known(nurse: str, nurses: list[NurseId]) -> NurseId:
    """`nurse`, if the site has her.

    Raises:
        ValueError: It has not.
    """
    if nurse not in nurses:
        raise ValueError(f"this site has no such nurse; its nurses: {', '.join(nurses)}")
    return NurseId(nurse)


def _follower(settings: Settings) -> Follower:
    client = connect(settings)
    follower = Follower(client, settings.shard, Journal(client, settings.shard, "cli"))
    follower.rebuild()
    return follower


def _tell(nurse: str, event: Callable[[NurseId, str], AnyEvent]) -> None:
    settings = Settings.from_environment()
    who = _known(nurse, [n.id for n in load_site(settings.site).nurses])
    # Whoever may open the socket (mode 0700) is the operator; the event says who it was.
    journal = Journal(connect(settings), settings.shard, f"cli-{getpass.getuser()}")
    if not publish(journal, event(who, f"cli:{getpass.getuser()}"), _PUBLISHED_WITHIN_S):
        raise ValueError("the router has not taken it yet; `callcenter watch` shows when it does")
    state = _follower(settings).shard.board.nurses[who]
    print(f"{who}: {state.state}" + (f" ({state.reason})" if state.reason else ""))
    if not state.reachable:
        print("Her phone is not registered: no call can be offered to her.")
