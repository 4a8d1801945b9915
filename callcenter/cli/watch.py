"""`callcenter watch`: who waits, what the nurses do, what happened last. Live."""

import time
from collections import deque
from typing import Annotated

import typer
from redis.exceptions import RedisError
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState
from callcenter.acd.events import AnyEvent, CommandDone, CommandStarted, GatewayAlive, Tick
from callcenter.acd.ids import Millis, entry_time
from callcenter.acd.nurse import NurseState
from callcenter.journal.codec import UnknownEvent, UnreadableEvent, decode_event
from callcenter.journal.entry import Entry
from callcenter.journal.journal import Journal
from callcenter.people_time import clock_time, span
from callcenter.router.follower import Follower, JournalLost
from callcenter.router.staffing import without_nurse
from callcenter.settings import Settings
from callcenter.store import connect, reason

_REFRESH_S = 0.25
_LOOK_BACK = 200
_QUIET = (Tick, GatewayAlive, CommandStarted, CommandDone)
_STYLES = {
    NurseState.READY: "green",
    NurseState.RINGING: "yellow",
    NurseState.TALKING: "cyan",
    NurseState.WRAP_UP: "blue",
    NurseState.NOT_READY: "magenta",
    NurseState.SIGNED_OUT: "dim",
}


def register(app: typer.Typer) -> None:
    """Add this command."""

    @app.command("watch")
    def _watch(
        once: Annotated[bool, typer.Option(help="Print the present state and leave.")] = False,
    ) -> None:
        """The queues, the nurses and the last events, live in the terminal."""
        settings = Settings.from_environment()
        client = connect(settings)
        follower = Follower(client, settings.shard, Journal(client, settings.shard, "watch"))
        events: deque[str] = deque(maxlen=10)
        try:
            follower.rebuild()
            for entry in follower.journal.newest(_LOOK_BACK):
                _note(entry, events)
        except (RedisError, JournalLost) as error:
            print(f"The journal is out of reach ({_why(error)}): see `callcenter doctor`.")
            raise typer.Exit(1) from None
        except UnknownEvent:
            print("The journal is of a newer version: start that version's `callcenter watch`.")
            raise typer.Exit(1) from None
        if once:
            Console().print(picture(follower, events))
            return
        with Live(picture(follower, events), auto_refresh=False, screen=True) as live:
            while True:
                try:
                    for entry in follower.catch_up():
                        _note(entry, events)
                    trouble = ""
                except JournalLost:
                    trouble = _again(follower)
                except RedisError as error:
                    trouble = f"the journal is out of reach: {_why(error)}"
                except UnknownEvent:
                    trouble = "the journal is of a newer version: upgrade this one"
                except KeyboardInterrupt:
                    return
                live.update(picture(follower, events, trouble), refresh=True)
                try:
                    time.sleep(_REFRESH_S)
                except KeyboardInterrupt:
                    return


def _again(follower: Follower) -> str:
    try:
        follower.rebuild()
    except (RedisError, JournalLost, UnknownEvent) as error:
        return f"the journal is out of reach: {_why(error)}"
    return ""


def _why(error: Exception) -> str:
    return reason(error) if isinstance(error, RedisError) else "another journal"


def _note(entry: Entry, events: deque[str]) -> None:
    try:
        event = decode_event(entry.data)
    except (UnreadableEvent, UnknownEvent) as error:
        word = "unreadable" if isinstance(error, UnreadableEvent) else "a newer version's"
        events.append(f"{clock_time(entry_time(entry.id))}  {word} entry")
        return
    if not isinstance(event, _QUIET):
        events.append(f"{clock_time(entry_time(entry.id))}  {describe(event)}")


def describe(event: AnyEvent) -> str:
    """One line for a person: what happened, to whom; never a number or a key press."""
    name = type(event).__name__
    words = [
        str(value)
        for field in ("contact", "nurse", "language", "result", "reason", "node")
        if (value := getattr(event, field, None)) is not None
    ]
    return " ".join([name, *words])


def picture(follower: Follower, events: deque[str], trouble: str = "") -> Group:
    """What the terminal shows; `trouble` is why it may be old."""
    board = follower.shard.board
    now = max(follower.shard.now, follower.journal.clock.now())
    parts: list[Table | Text] = [_line(board, now), _nurses(board, now)]
    parts += [
        Text(f"no nurse of {language} is signed in: {count} in line", style="bold red")
        for language, count in without_nurse(board).items()
    ]
    if trouble:
        parts.append(Text(trouble, style="bold red"))
    parts.append(Text("\n".join(["last events", *reversed(events)]), style="dim"))
    return Group(*parts)


def _line(board: Board, now: Millis) -> Table:
    table = Table("language", "in line", "ringing", "talking", "longest wait", "first in line")
    table.title = f"1177  {clock_time(now)}"
    for language in board.policy.languages if board.policy else ():
        here = [c for c in board.contacts.values() if c.language == language]
        waiting = sorted((c for c in here if c.state is ContactState.WAITING), key=lambda c: c.key)
        ringing = [c for c in here if c.state is ContactState.OFFERED]
        talking = [c for c in here if c.state is ContactState.TALKING]
        oldest = min((c.arrived for c in [*waiting, *ringing]), default=None)
        table.add_row(
            language,
            str(len(waiting)),
            str(len(ringing)),
            str(len(talking)),
            span(now - oldest) if oldest is not None else "",
            "  ".join(span(now - contact.arrived) for contact in waiting[:5]),
        )
    others = {ContactState.IVR: "in the menu", ContactState.FALLBACK: "in the fallback queue"}
    for state, words in others.items():
        count = sum(c.state is state for c in board.contacts.values())
        if count:
            table.add_row(words, str(count), "", "", "", "")
    return table


def _nurses(board: Board, now: Millis) -> Table:
    table = Table("nurse", "languages", "state", "since", "phone")
    order = list(NurseState)
    for nurse in sorted(board.nurses.values(), key=lambda n: (-order.index(n.state), n.id)):
        state = nurse.state + (f" ({nurse.reason})" if nurse.reason else "")
        state += f", then {nurse.next}" if nurse.next else ""
        phone = "busy" if nurse.busy else "reachable" if nurse.reachable else "not registered"
        table.add_row(
            nurse.id,
            " ".join(nurse.languages),
            Text(state, style=_STYLES[nurse.state]),
            span(now - nurse.since),
            phone,
        )
    return table
