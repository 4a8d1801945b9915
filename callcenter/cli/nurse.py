"""Commands for a nurse: what she can dial from her phone, by hand or by a supervisor."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from callcenter.accepted import site_in_force
from callcenter.acd.board import Board
from callcenter.acd.events import (
    AnyEvent,
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    WrapUpExtended,
)
from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.cli.actor import actor, follow, tell, word
from callcenter.cli.nurse_rows import state, table
from callcenter.credentials import load_credentials
from callcenter.people_time import clock_time
from callcenter.settings import Settings
from callcenter.site import Site
from language_routing.languages import Language

_LONGEST_PAUSE_MINUTES = 600
_Why = Annotated[str, typer.Option(help="One word, if you do it for her; it is kept for good.")]


def register(app: typer.Typer) -> None:
    """Add `nurse` and its commands."""
    nurses = typer.Typer(help="Sign nurses in and out; show their accounts.", no_args_is_help=True)
    app.add_typer(nurses, name="nurse")
    _add_changes(nurses)
    _add_views(nurses)


def _add_changes(nurses: typer.Typer) -> None:
    @nurses.command("sign-in")
    def _sign_in(
        nurse: str,
        more: Annotated[list[str] | None, typer.Argument(metavar="", hidden=True)] = None,
        languages: Annotated[
            list[str] | None, typer.Option(help="Today's, of hers: --languages ar so")
        ] = None,
        why: _Why = "",
    ) -> None:
        """Signed in, not ready; in all her languages, or in some."""
        site = site_in_force(Settings.from_environment())
        who = _known(site, nurse)
        chosen = subset(site, who, [*(languages or ()), *(more or ())])
        before = _tell(
            NurseSignedIn(nurse=who, actor=actor(), languages=chosen, why=_word(why)), who
        )
        if before is not None and before.signed_in is not None:
            print(
                f"She was signed in already, since {clock_time(before.signed_in)}; "
                "what was said last holds."
            )

    @nurses.command("ready")
    def _ready(nurse: str, why: _Why = "") -> None:
        """Takes calls; signs in too."""
        who = _known(site_in_force(Settings.from_environment()), nurse)
        _tell(NurseReady(nurse=who, actor=actor(), why=_word(why)), who)

    @nurses.command("pause")
    def _pause(
        nurse: str,
        reason: Annotated[str, typer.Argument()] = "",
        minutes: Annotated[
            int | None, typer.Option(min=1, max=_LONGEST_PAUSE_MINUTES, help="As planned.")
        ] = None,
        why: _Why = "",
    ) -> None:
        """Takes no calls; during a call it takes effect afterwards."""
        site = site_in_force(Settings.from_environment())
        who = _known(site, nurse)
        chosen, planned = pause(site, reason, minutes)
        _tell(
            NursePaused(
                nurse=who, reason=chosen, actor=actor(), planned=planned, why=_word(why)
            ),
            who,
        )  # fmt: skip

    @nurses.command("wrap-up")
    def _wrap_up(
        nurse: str,
        more: Annotated[int, typer.Option(min=1, max=7200, help="So many seconds more.")] = 60,
    ) -> None:
        """More time for her after-call work."""
        settings = Settings.from_environment()
        who = _known(site_in_force(settings), nurse)
        before = can_extend(follow(settings).shard.board, who)
        tell(settings, WrapUpExtended(nurse=who, by=more * 1000, actor=actor()))
        after = follow(settings).shard.board.nurses[who]
        if after.wrap_up_ends is None:
            raise ValueError("it came too late: her wrap-up is over")
        added = (after.wrap_up_ends - before) // 1000
        print(f"{who}: wrap-up until {clock_time(after.wrap_up_ends)}, {added} s more")

    @nurses.command("sign-out")
    def _sign_out(nurse: str, why: _Why = "") -> None:
        """Goes home; during a call it takes effect afterwards."""
        who = _known(site_in_force(Settings.from_environment()), nurse)
        _tell(NurseSignedOut(nurse=who, actor=actor(), why=_word(why)), who)


def _add_views(nurses: typer.Typer) -> None:
    @nurses.command("list")
    def _list() -> None:
        """All nurses: what they can do, what they do, and what follows."""
        settings = Settings.from_environment()
        follower = follow(settings)
        now = max(follower.shard.now, follower.journal.clock.now())
        found = table(site_in_force(settings), follower.shard.board, now)
        Console(width=None if sys.stdout.isatty() else 200).print(found)

    @nurses.command("phone")
    def _phone(nurse: str) -> None:
        """The SIP account to enter in a softphone."""
        settings = Settings.from_environment()
        site = site_in_force(settings)
        who = _known(site, nurse)
        secret = load_credentials(settings.data, [n.id for n in site.nurses]).nurses[who]
        keys = ", ".join(f"{choice.key} {choice.language}" for choice in site.choices)
        pauses = ", ".join(f"{digit} {reason}" for digit, reason in site.pause_reasons.items())
        print(f"server    {settings.host}:{settings.sip_port} (UDP or TCP)")
        print(f"user      {who}\npassword  {secret}")
        print("dial      *51 ready, *52 pause, *53 sign out, *54 more time for wrap-up")
        print(f"          *50 sign in, or with keys of languages behind it: {keys}")
        print(f"          *52 and a digit: {pauses}")


def _known(site: Site, nurse: str) -> NurseId:
    """`nurse`, if the site has her.

    Raises:
        ValueError: It has not.
    """
    known = [n.id for n in site.nurses]
    if nurse not in known:
        raise ValueError(f"this site has no such nurse; its nurses: {', '.join(known)}")
    return NurseId(nurse)


def _word(why: str) -> str:
    return word(why) if why else ""


def subset(site: Site, nurse: NurseId, asked: list[str]) -> tuple[Language, ...]:
    """The languages of `asked`, all of which must be hers; none: all of hers.

    Raises:
        ValueError: One is not hers.
    """
    hers = next(n.languages for n in site.nurses if n.id == nurse)
    found = list(dict.fromkeys(tag for text in asked for tag in text.split(",") if tag))
    if not all(tag in hers for tag in found):
        raise ValueError(f"--languages: {nurse} has {', '.join(hers)}")
    return tuple(Language(tag) for tag in found)


def pause(site: Site, reason: str, minutes: int | None) -> tuple[str, Millis | None]:
    """The reason of a pause, the first one if none is given, and its planned length.

    Raises:
        ValueError: The site has no such reason.
    """
    known = tuple(site.pause_reasons.values())
    if reason and reason not in known:
        raise ValueError(f"pause reason: one of {', '.join(known)}")
    chosen = reason or known[0]
    planned = site.pause_minutes.get(chosen) if minutes is None else minutes
    return chosen, None if planned is None else planned * 60_000


def can_extend(board: Board, nurse: NurseId) -> Millis:
    """When her wrap-up ends, if it can be longer.

    Raises:
        ValueError: It cannot.
    """
    found = board.nurses.get(nurse)
    if found is None or found.state is not NurseState.WRAP_UP or found.wrap_up_ends is None:
        doing = "not known yet" if found is None else str(found.state)
        raise ValueError(f"{nurse} is not in wrap-up: {doing}")
    policy = board.policy
    assert policy is not None  # a nurse exists by the policy alone
    most = found.since + max(policy.wrap_up_most, policy.wrap_up)
    if found.wrap_up_ends >= most:
        raise ValueError(f"the wrap-up of {nurse} is as long as this site allows")
    return found.wrap_up_ends


def _tell(event: AnyEvent, who: NurseId) -> Nurse | None:
    """Publish, and print how she is now; how she was is returned."""
    settings = Settings.from_environment()
    before = follow(settings).shard.board.nurses.get(who)
    tell(settings, event)
    follower = follow(settings)
    nurse = follower.shard.board.nurses.get(who)
    if nurse is None:
        raise ValueError(f"the running site does not have {who} yet: `callcenter site reload`")
    print(f"{who}: {state(nurse, follower.shard.now)}")
    if not nurse.reachable:
        print("Her phone is not registered: no call can be offered to her.")
    return before
