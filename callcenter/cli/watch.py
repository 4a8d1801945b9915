"""`callcenter watch`: who waits, what the nurses do, what happened last. Live."""

import time
from collections import deque
from typing import Annotated

import typer
from redis.exceptions import RedisError
from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from callcenter.acd.board import Board
from callcenter.acd.callback_events import CallbackBooked
from callcenter.acd.contact import Contact, ContactState, Dismissal
from callcenter.acd.events import (
    AnyEvent,
    CommandDone,
    CommandStarted,
    GatewayAlive,
    SurveyScored,
    Tick,
)
from callcenter.acd.ids import Millis, entry_time
from callcenter.acd.nurse import NurseState
from callcenter.acd.policy import SurgeLevel
from callcenter.acd.widening import rings
from callcenter.cli import nurse_rows
from callcenter.cli.contact_rows import expectation
from callcenter.cli.watch_callbacks import callback_table
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
_TOLD = (
    "contact", "nurse", "language", "priority_class", "level", "result", "reason", "node",
    "wanted", "target", "place", "about", "entry_point", "callback", "kind", "outcome",
)  # fmt: skip
# A score right behind its caller's consent would say who gave it.
_QUIET = (Tick, GatewayAlive, CommandStarted, CommandDone, SurveyScored)
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
                note(entry, events)
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
                        note(entry, events)
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


def note(entry: Entry, events: deque[str]) -> None:
    """Add a line on `entry` to `events`, if it is one for people."""
    try:
        event = decode_event(entry.data)
    except (UnreadableEvent, UnknownEvent) as error:
        word = "unreadable" if isinstance(error, UnreadableEvent) else "a newer version's"
        events.append(f"{clock_time(entry_time(entry.id))}  {word} entry")
        return
    if not isinstance(event, _QUIET):
        events.append(f"{clock_time(entry_time(entry.id))}  {describe(event)}")


def describe(event: AnyEvent) -> str:
    """One line for a person: what happened, to whom; never a number, a key press, or an ailment."""
    name = type(event).__name__
    told = [field for field in _TOLD if field != "reason" or not isinstance(event, CallbackBooked)]
    words = [
        str(value) for field in told if (value := getattr(event, field, None)) not in (None, "")
    ]
    return " ".join([name, *words])


def picture(follower: Follower, events: deque[str], trouble: str = "") -> Group:
    """What the terminal shows; `trouble` is why it may be old."""
    board = follower.shard.board
    now = max(follower.shard.now, follower.journal.clock.now())
    parts: list[Table | Text] = [_title(board, now), line_table(board, now)]
    callbacks = callback_table(board, now)
    parts += [callbacks] if callbacks is not None else []
    parts += [nurse_table(board, now)]
    parts += [
        Text(f"no nurse for {language} is signed in: {count} in line", style="bold red")
        for language, count in without_nurse(board).items()
    ]
    if trouble:
        parts.append(Text(trouble, style="bold red"))
    parts.append(Text("\n".join(["last events", *reversed(events)]), style="dim"))
    return Group(*parts)


def _title(board: Board, now: Millis) -> Text:
    """The time, and how far demand is above what can be served."""
    level = board.surge.level
    text = Text(f"1177  {clock_time(now)}", style="bold")
    if level is not SurgeLevel.NORMAL or board.surge.by_hand is not None:
        text.append(f"  surge: {level}", style="bold red")
        text.append(" (by hand)" if board.surge.by_hand is not None else "")
    if board.surge.refusing:
        text.append("  newcomers are refused", style="bold red")
    return text


def line_table(board: Board, now: Millis) -> Table:
    """One row for each language line; who comes first, and who else is here."""
    found = Table(
        "line", "wait", "ring", "talk", "rings", "classes", "longest", "first expects",
        box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    for language in board.policy.languages if board.policy else ():
        # A callback whose patient is not on the phone stands in a table of its own.
        here = [c for c in board.contacts.values() if c.language == language and not c.absent]
        waiting = sorted(
            (c for c in here if c.state is ContactState.WAITING and c.dismissed is None),
            key=lambda c: c.key,
        )
        ringing = [c for c in here if c.state is ContactState.OFFERED]
        talking = [c for c in here if c.state is ContactState.TALKING]
        oldest = min((c.original for c in [*waiting, *ringing]), default=None)
        first = waiting[0] if waiting else None
        found.add_row(
            language,
            str(len(waiting)),
            str(len(ringing)),
            str(len(talking)),
            _open_rings(board, waiting),
            _mix(waiting),
            span(now - oldest) if oldest is not None else "",
            expectation(board, first, now) if first is not None else "",
        )
    others = {
        ContactState.IVR: "in the menu",
        ContactState.FALLBACK: "in the fallback queue",
        ContactState.TRANSFERRED: "transferred",
    }
    counts = [
        f"{words}: {count}"
        for state, words in others.items()
        if (count := sum(c.state is state for c in board.contacts.values()))
    ]
    out = [c.dismissed for c in board.contacts.values() if c.dismissed is not None]
    if kept := out.count(Dismissal.KEPT):
        counts.append(f"keep their place: {kept}")
    if back := len(out) - kept:
        counts.append(f"hear that we ring back: {back}")
    if counts:
        found.caption = ", ".join(counts)
    return found


def _open_rings(board: Board, waiting: list[Contact]) -> str:
    """How many wait in each ring, the innermost first: `9/2/1`; nothing for a line of one ring."""
    most = max((len(rings(board, contact)) for contact in waiting), default=0)
    if most < 2:
        return ""
    counts = [0] * most
    for contact in waiting:
        counts[min(contact.ring, most - 1)] += 1
    return "/".join(str(count) for count in counts)


def _mix(waiting: list[Contact]) -> str:
    """How many of each class wait: `staff 2 public 9`, the most urgent first."""
    counts: dict[str, int] = {}
    for contact in waiting:
        counts[contact.priority_class] = counts.get(contact.priority_class, 0) + 1
    return " ".join(f"{name} {count}" for name, count in counts.items())


def nurse_table(board: Board, now: Millis) -> Table:
    """Every nurse, whoever works first."""
    found = Table("nurse", "languages", "state", "since", "phone")
    found.box, found.pad_edge = box.SIMPLE_HEAD, False
    order = list(NurseState)
    for nurse in sorted(board.nurses.values(), key=lambda n: (-order.index(n.state), n.id)):
        late = nurse_rows.overdue(nurse, now) is not None
        found.add_row(
            nurse.id,
            " ".join(nurse.chosen or nurse.languages),
            Text(nurse_rows.state(nurse, now), style="bold red" if late else _STYLES[nurse.state]),
            span(now - nurse.since),
            nurse_rows.phone(nurse),
        )
    return found
