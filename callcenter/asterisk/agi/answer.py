"""Answer: one line with which Asterisk ends a command. Pure.

    200 result=1 (value)           done; `value` may hold anything, even parentheses
    200 result=49 endpos=12320     a key (49 is "1") ended the playing
    510 ...   511 ...   520-...    unknown command, dead channel, usage
    HANGUP                         at any time: the channel is going

Formats from res_agi.c, Asterisk 22.
"""

import re
from dataclasses import dataclass
from typing import Final

from callcenter.asterisk.agi.errors import AGIProtocolError

_LINE: Final = re.compile(r"(?P<code>[1-5][0-9]{2})(?P<mark>[ \-])(?P<text>.*)", re.S)
_RESULT: Final = re.compile(
    r"result=(?P<result>[^\s()]*)(?: \((?P<data>.*)\))?(?: endpos=(?P<endpos>-?[0-9]+))?\s*", re.S
)

KEYS: Final = "0123456789*#ABCD"


@dataclass(frozen=True, slots=True)
class Status:
    """The first line of an answer: its code, whether lines follow it, the words after it."""

    code: int
    goes_on: bool
    text: str


def status(line: str) -> Status:
    """The status line.

    Raises:
        AGIProtocolError: It is none.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise AGIProtocolError("the answer is not a status line")
    return Status(int(match["code"]), match["mark"] == "-", match["text"])


def is_cut(text: str) -> bool:
    """Whether the value of a 200 answer has a line break in it, so that its end is to come."""
    return bool(re.match(r"result=[^\s()]* \(", text)) and _RESULT.fullmatch(text) is None


def result(text: str) -> dict[str, tuple[str, str]]:
    """pyst2's form of a 200 answer: "result" with its value and what stood in parentheses.

    Raises:
        AGIProtocolError: There is no result.
    """
    match = _RESULT.fullmatch(text)
    if match is None:
        raise AGIProtocolError("the answer has no result")
    found = {"result": (match["result"], match["data"] or "")}
    if match["endpos"] is not None:
        found["endpos"] = (match["endpos"], "")
    return found


def key(value: str) -> str:
    """The key of the telephone with that code; "" for 0, none was pressed.

    Raises:
        AGIProtocolError: No telephone has such a key. The text does not say which.
    """
    if value == "0":
        return ""
    if value.isascii() and value.isdigit() and len(value) <= 3 and chr(int(value)) in KEYS:
        return chr(int(value))
    raise AGIProtocolError("the answer names no key")
