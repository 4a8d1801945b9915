"""What `callcenter callback` is told in secret, and in times: by stdin or a prompt, never as an
argument, which stands in the list of processes and in the shell's history.
"""

import re
import sys
from typing import Final

import typer

from callbacks.times import TIME_SENTENCES, TimeFault, read_time
from callcenter.acd.ids import Millis
from callcenter.callback_desk.desk import CallbackDesk
from callcenter.callback_desk.records import Refused
from language_routing.languages import Language

_STDIN: Final = "-"
_SPAN: Final = re.compile(r"(?:([0-9]{1,2})h)?(?:([0-9]{1,4})m(?:in)?)?")
_NO_ARGUMENT: Final = "give - and type it behind that: an argument stands in the list of processes"


def secrets(
    number: str | None, note: str | None, from_contact: str | None
) -> tuple[str | None, str | None]:
    """The number and the note: from a terminal each by a prompt, else from stdin: the number is
    its first line, the note is what follows.

    Args:
        number: `-` or nothing; nothing: asked for, unless the conversation has it.
        note: `-`: there is one.

    Raises:
        ValueError: Either stands in the command itself.
    """
    for name, given in (("--number", number), ("--note", note)):
        if given not in (None, _STDIN):
            raise ValueError(f"{name}: {_NO_ARGUMENT}")
    if number is not None and from_contact is not None:
        raise ValueError("give --number or --from-contact, not both")
    asks = from_contact is None
    if sys.stdin.isatty():
        typed: str | None = typer.prompt("Number to ring") if asks else None
        written: str | None = typer.prompt("Note for the next nurse") if note else None
        return typed, written
    first = sys.stdin.readline().strip() if asks else None
    return first, sys.stdin.read().strip() or None if note else None


def span(text: str, option: str) -> Millis:
    """`2h`, `90m`, `1h30m`.

    Raises:
        ValueError: It is none.
    """
    found = _SPAN.fullmatch(text.replace(" ", ""))
    hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0)
    if not hours and not minutes:
        raise ValueError(f"{option}: give a time such as 2h, 90m or 1h30m")
    return (hours * 60 + minutes) * 60_000


def when(
    desk: CallbackDesk, language: Language, at: str | None, within: str | None, *, beyond: bool
) -> tuple[Millis, Millis]:
    """Between which instants the patient is to be rung; nothing said: within the promise.

    Raises:
        ValueError: A time is none, or both are given.
    """
    if at is not None and within is not None:
        raise ValueError("give --at or --within, not both")
    if within is not None:
        return desk.window(language, None, within=span(within, "--within"))
    if at is None:
        return desk.window(language, None)
    zone, most = desk.routing().calendar.zone, desk.beyond()
    found = read_time(at, zone, desk.now, most=most)
    if isinstance(found, TimeFault):
        raise Refused(f"--at: {TIME_SENTENCES[found]}")
    return desk.window(language, found, beyond=beyond)
