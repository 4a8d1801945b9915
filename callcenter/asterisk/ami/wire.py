"""Wire: the bytes of the manager protocol, without any I/O.

A message is a block of `Key: value` lines, each ended by CR LF, and an empty line
(https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/).
Only CR LF ends a line. `str.splitlines` would also cut at U+2028 and eight others, and
a caller chooses her own display name: with it she could write headers of her own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from callcenter.asterisk.ami.errors import AMIProtocolError

Value = str | int | Iterable[str]
Headers = dict[str, str | list[str]]

LARGEST_MESSAGE: Final = 4 << 20

_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.()\-]*")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\([A-Za-z0-9_\-]*\))?")
_BREAKS: Final = re.compile(r"[\r\n\x00]")
# manager.c cuts `Variable:` at commas as it does an application's arguments
# (AST_STANDARD_APP_ARGS), so a comma in a value would set a second variable.
_SEPARATORS: Final = re.compile(r'([\\,"()\[\]])')
_BANNER: Final = re.compile(r"Asterisk *Call *Manager/(?P<version>[0-9]+(?:\.[0-9]+)*)", re.I)
_LONGEST_BANNER: Final = 200


_ESCAPE: Final = re.compile(r"\\(.)", re.S)
_ESCAPES: Final = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


class Message(NamedTuple):
    """One block: `kind` and `value` of its first line ("Event", "Newchannel"), then the rest.

    A header that comes more than once has the list of its values, in order.
    """

    kind: str
    value: str
    headers: Headers


def render(
    name: str,
    headers: Mapping[str, Value] | None = None,
    variables: Mapping[str, str | int] | None = None,
) -> bytes:
    """The bytes of one action; `variables` become `Variable: NAME=value`, as Originate reads it.

    Raises:
        ValueError: A key is odd, or a value holds CR, LF or NUL. The text names the
            header and never quotes the value.
    """
    lines = [_line("Action", name)]
    for key, value in (headers or {}).items():
        several = [value] if isinstance(value, str | int) else value
        lines += [_line(key, str(each)) for each in several]
    for key, each in (variables or {}).items():
        if not _VARIABLE.fullmatch(key):
            raise ValueError("AMI variable with an odd name")
        escaped = _SEPARATORS.sub(r"\\\1", str(each))
        lines.append(_line("Variable", f"{key}={escaped}", label=key))
    lines.append("\r\n")
    try:
        return "".join(lines).encode()
    except UnicodeEncodeError:
        raise ValueError(f"AMI action {name}: a value is not valid Unicode") from None


def _line(key: str, value: str, label: str = "") -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("AMI header with an odd key")
    if _BREAKS.search(value):
        raise ValueError(f"AMI header {label or key}: line break or NUL in the value")
    return f"{key}: {value}\r\n"


class Parser:
    """Bytes in, messages out; feed it whatever the socket gave, however it was cut.

    Attributes:
        version: The protocol version of the greeting; empty until the greeting has come.
    """

    def __init__(self, largest: int = LARGEST_MESSAGE) -> None:
        self.version = ""
        self._largest = largest
        self._rest = bytearray()
        self._searched = 0  # no message ends before this index of `_rest`

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes.

        Raises:
            AMIProtocolError: Not a manager's greeting, or a message larger than
                `largest` bytes. The parser is of no use afterwards.
        """
        rest = self._rest
        rest += data
        if not self.version and not self._greet():
            return []
        end = rest.rfind(b"\r\n\r\n", self._searched)
        if end < 0:
            self._searched = max(0, len(rest) - 3)
            self._check(len(rest) - 3)
            return []
        block = bytes(memoryview(rest)[:end])
        del rest[: end + 4]
        self._searched = max(0, len(rest) - 3)
        if len(block) > self._largest:
            self._check(max(map(len, block.split(b"\r\n\r\n"))))
        self._check(len(rest) - 3)
        texts = block.decode("utf-8", "replace").split("\r\n\r\n")
        return [message for text in texts if (message := parse(text)) is not None]

    def _check(self, size: int) -> None:
        if size > self._largest:
            raise AMIProtocolError("AMI message beyond the size limit")

    def _greet(self) -> bool:
        end = self._rest.find(b"\r\n", 0, _LONGEST_BANNER)
        if end < 0:
            if len(self._rest) >= _LONGEST_BANNER:
                raise AMIProtocolError("the peer's greeting is not a manager's")
            return False
        match = _BANNER.match(self._rest[:end].decode("utf-8", "replace"))
        if match is None:
            raise AMIProtocolError("the peer's greeting is not a manager's")
        self.version = match["version"]
        del self._rest[: end + 2]
        return True


def parse(text: str) -> Message | None:
    """The message of one block without its last empty line; `None` if no line is a header."""
    lines = iter(text.split("\r\n"))
    first = next((line for line in lines if ":" in line), None)
    if first is None:
        return None
    headers: Headers = {}
    for line in lines:
        key, colon, value = line.partition(": ")
        if not colon or ":" in key:  # a user event's `Key:value`, or no header at all
            key, colon, value = line.partition(":")
            if not colon:
                continue
        if key not in headers:
            headers[key] = value
            continue
        before = headers[key]
        if isinstance(before, list):
            before.append(value)
        else:
            headers[key] = [before, value]
    kind, _, start = first.partition(":")
    return Message(kind, start.removeprefix(" "), headers)


def unescape(text: str) -> str:
    """`text` as it was before Asterisk escaped it as a C string (utils.c, ast_escape_c).

    That is done to channel variables and to callers' names, not to most other values.
    """
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)
