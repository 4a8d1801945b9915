"""Request: the header block with which Asterisk opens a dialogue. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from callcenter.asterisk.agi.errors import AGIProtocolError

MOST_LINES: Final = 200
MOST_BYTES: Final = 64 << 10

_KEY: Final = re.compile(r"agi_[a-z0-9_]{1,60}")
_PATH: Final = re.compile(r"/|(?:/[A-Za-z0-9_][A-Za-z0-9_.\-]*){1,16}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        path: From the URL, "/ivr/public"; only letters, digits, `_`, `.`, `-` and `/`, no "..".
        query: From the URL, each name once.
        arguments: What the dialplan gave after the URL, in order.
        env: Every `agi_*` header by its whole name. Personal: callers' numbers and names.
    """

    path: str
    query: dict[str, str] = field(repr=False)
    arguments: tuple[str, ...] = field(repr=False)
    env: dict[str, str] = field(repr=False)


def parse(lines: Iterable[str]) -> Request:
    """The request of a header block, its empty last line left out.

    Raises:
        AGIProtocolError: A line is no `agi_*` header, one comes twice (a line break in a
            caller's name could write a second), or the URL is not as described above.
    """
    env: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or not _KEY.fullmatch(key):
            raise AGIProtocolError("a line of the header block is not an agi_ header")
        if key in env:
            raise AGIProtocolError("a header comes twice")
        env[key] = value.removeprefix(" ")
    path, query = _url(env.get("agi_request", ""))
    arguments: list[str] = []
    while (argument := env.get(f"agi_arg_{len(arguments) + 1}")) is not None:
        arguments.append(argument)
    return Request(path=path, query=query, arguments=tuple(arguments), env=env)


def _url(text: str) -> tuple[str, dict[str, str]]:
    try:
        url = urlsplit(text)
        pairs = parse_qsl(
            url.query, keep_blank_values=True, strict_parsing=True, max_num_fields=32
        ) if url.query else []  # fmt: skip
    except ValueError:
        raise AGIProtocolError("the request's URL is malformed") from None
    path = url.path or "/"
    if url.scheme != "agi" or not _PATH.fullmatch(path) or url.fragment:
        raise AGIProtocolError("the request's URL is not agi://host/path")
    query = dict(pairs)
    good = all(_NAME.fullmatch(name) and not _CONTROLS.search(query[name]) for name in query)
    if len(query) != len(pairs) or not good:
        raise AGIProtocolError("the request's query is not name=value, each name once")
    return path, query
