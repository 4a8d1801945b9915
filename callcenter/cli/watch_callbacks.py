"""What `callcenter watch` shows of callbacks: one row for each language that has any open."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from callbacks.callback import Callback, CallbackState
from callcenter.acd.board import Board
from callcenter.acd.ids import Millis
from callcenter.people_time import clock_time

_COLUMNS: Final = {
    "later": CallbackState.SCHEDULED,
    "held": CallbackState.DUE,
    "line": CallbackState.WAITING,
    "ring": CallbackState.RINGING,
    "look": CallbackState.PREVIEW,
    "dial": CallbackState.DIALLING,
    "hold": CallbackState.HOLDING,
    "talk": CallbackState.TALKING,
}


def callback_table(board: Board, now: Millis) -> Table | None:
    """How open callbacks stand; `None` where nothing is promised and nothing is to be done.

    ring: a nurse's phone rings for it; look: she has it before her; dial: the patient's phone
    rings; hold: the patient waits for a nurse.
    """
    open_ = [callback for callback in board.ledger if callback.open]
    tasks = len(board.ledger.tasks)
    if not open_ and not tasks:
        return None
    found = Table("callbacks", *_COLUMNS, "late", "next")
    found.box, found.pad_edge, found.padding = box.SIMPLE_HEAD, False, (0, 1, 0, 0)
    for language in sorted({_language(one) for one in open_}):
        here = [one for one in open_ if _language(one) == language]
        states = Counter(one.state for one in here)
        late = sum(_late(one, now) for one in here)
        found.add_row(
            language,
            *(str(states[state] or "") for state in _COLUMNS.values()),
            Text(str(late or ""), style="bold red"),
            _next(here),
        )
    if tasks:
        who = "a patient was" if tasks == 1 else f"{tasks} patients were"
        found.caption = Text(f"{who} not reached: `callcenter callback tasks`", style="bold red")
    return found


def _language(callback: Callback) -> str:
    return callback.wanted or callback.language or "none"


def _late(callback: Callback, now: Millis) -> bool:
    return callback.latest is not None and callback.latest < now and callback.talked is None


def _next(here: Iterable[Callback]) -> str:
    due = [one.due_at for one in here if one.due_at is not None]
    return clock_time(min(due)) if due else ""
