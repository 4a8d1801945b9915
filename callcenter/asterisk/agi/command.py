"""Command: the line that we send, quoted so that no value can end it or add a word. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_COMMAND: Final = re.compile(r"[A-Za-z]+(?: [A-Za-z]+){0,3}")
_BREAKS: Final = re.compile(r"[\r\n\x00]")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\([A-Za-z0-9_]*\))?")
_FILE: Final = re.compile(r'[^"\\&,\r\n\x00]+')
# No brackets either: within them Asterisk takes a comma for a part of the value.
_VALUE: Final = re.compile(r'[^"\\,()\[\]\r\n\x00]*')
_APPLICATION: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Setting some functions runs programs or writes files (SHELL, FILE, ODBC ...).
FUNCTIONS: Final = frozenset({"CALLERID", "CHANNEL", "TIMEOUT"})

LONGEST: Final = 8000  # res_agi.c, AGI_BUF_SIZE is 8192

Argument = str | int | float


class Quoted(str):
    """A word that is quoted already."""

    __slots__ = ()


def quote(value: Argument) -> Quoted:
    """`value` in double quotes, as res_agi.c's parse_args takes them off again.

    Raises:
        ValueError: It holds CR, LF or NUL; the text does not quote it.
    """
    text = str(value)
    if _BREAKS.search(text):
        raise ValueError("AGI argument with a line break or NUL")
    return Quoted('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')


def render(command: str, *args: Argument) -> bytes:
    """The line for `command`; text is quoted unless `Quoted`, a bare "" left out (pyst2's way).

    Raises:
        ValueError: The command is not words of letters, or the line is too long.
    """
    if not _COMMAND.fullmatch(command):
        raise ValueError("AGI command that is not words of letters")
    words = [command]
    for arg in args:
        if isinstance(arg, Quoted):
            words.append(arg)
        elif arg != "":
            words.append(quote(arg) if isinstance(arg, str) else str(arg))
    line = " ".join(words).encode("utf-8", "surrogateescape") + b"\n"
    if len(line) > LONGEST:
        raise ValueError(f"AGI {command}: the line is too long")
    return line


def check_variable(name: str) -> str:
    """`name`, a plain variable or one of the harmless functions.

    Raises:
        ValueError: It is neither.
    """
    function, bracket, _ = name.partition("(")
    if not _VARIABLE.fullmatch(name) or (bracket and function not in FUNCTIONS):
        raise ValueError("AGI variable with an odd name")
    return name


def check_application(name: str) -> str:
    """`name` of a dialplan application.

    Raises:
        ValueError: It is none.
    """
    if not _APPLICATION.fullmatch(name):
        raise ValueError("AGI application with an odd name")
    return name


def files(paths: Sequence[str]) -> str:
    """Sound files that an application plays one after another.

    Raises:
        ValueError: There is none, or one has a character that an application takes off or
            takes for an end.
    """
    if not paths or not all(map(_FILE.fullmatch, paths)):
        raise ValueError("a sound file with an odd name, or none")
    return "&".join(paths)


def assignments(values: Mapping[str, str]) -> str:
    """The argument of the application MSet.

    Raises:
        ValueError: A name is odd, or a value would end the assignment.
    """
    if not all(map(_VALUE.fullmatch, values.values())):
        raise ValueError("a value that cannot be set together with others")
    return ",".join(f"{check_variable(name)}={value}" for name, value in values.items())
