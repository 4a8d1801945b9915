"""Codec: events, decisions and commands as JSON that `redis-cli` shows readably."""

from collections.abc import Sequence
from typing import get_args

import msgspec

from callcenter.acd.commands import AnyCommand
from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import AnyEvent

_events: "msgspec.json.Decoder[AnyEvent]" = msgspec.json.Decoder(AnyEvent)
_decisions = msgspec.json.Decoder(tuple[AnyDecision, ...])
_commands: "msgspec.json.Decoder[AnyCommand]" = msgspec.json.Decoder(AnyCommand)
_names = {event.__struct_config__.tag for event in get_args(AnyEvent)}


class _Tagged(msgspec.Struct):
    type: str


class UnknownEvent(Exception):
    """An event of a type that this version cannot fold: upgrade before going on."""


class UnreadableEvent(Exception):
    """An entry that is no event at all: damaged, or written by nobody of ours."""


def encode(value: AnyEvent | AnyCommand | Sequence[AnyDecision]) -> bytes:
    """One event, one command, or the decisions of one entry."""
    return msgspec.json.encode(value)


def decode_event(data: bytes) -> AnyEvent:
    """The event in a journal entry.

    Raises:
        UnknownEvent: It is well formed, but of a type from a newer version.
        UnreadableEvent: It is not an event.
    """
    try:
        return _events.decode(data)
    except msgspec.MsgspecError:
        pass
    try:
        name = msgspec.json.decode(data, type=_Tagged).type
    except msgspec.MsgspecError:
        raise UnreadableEvent("journal entry: not an event") from None
    if name not in _names:
        raise UnknownEvent("journal entry: an event type this version does not know")
    raise UnreadableEvent("journal entry: an event with wrong fields")


def decode_decisions(data: bytes) -> tuple[AnyDecision, ...]:
    """The decisions recorded for one entry.

    Raises:
        UnknownEvent: They are of a newer version, or damaged.
    """
    try:
        return _decisions.decode(data)
    except msgspec.MsgspecError:
        raise UnknownEvent("recorded decisions: this version does not know them") from None


def decode_command(data: bytes) -> AnyCommand:
    """One command.

    Raises:
        UnknownEvent: It is of a newer version, or damaged.
    """
    try:
        return _commands.decode(data)
    except msgspec.MsgspecError:
        raise UnknownEvent("command: this version does not know it") from None
