"""Store: where a dialogue rests between two requests, as a port and in memory.

A state never travels in a URL: whoever sees or changes a URL would see or change it.
"""

from collections import OrderedDict
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from ivr_flows.facts import Wait
from ivr_flows.flow import State
from ivr_flows.verbs import Verb

_MOST: Final = 10_000


class Asks(StrEnum):
    """What the last document asks the caller for."""

    NOTHING = "nothing"
    KEY = "key"
    NUMBER = "number"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A dialogue at rest.

    Attributes:
        flow: Name of the flow that `state` belongs to.
        state: Where the caller is in it.
        asks: What the next answer must be.
        rest: Verbs that the next document carries out first: what followed a place in line.
        typed: The number that the caller has typed, E.164. A store that leaves this
            process seals it (see `callcenter.seal`).
        line: The language whose line the caller stands in; empty: in none.
        visits: In line: how many visits have begun.
        told: In line: the wait as it was told last; `None`: nothing yet.
        later_s: In line: seconds until the next visit.
    """

    flow: str
    state: State
    asks: Asks = Asks.NOTHING
    rest: tuple[Verb, ...] = ()
    typed: str = ""
    line: str = ""
    visits: int = 0
    told: Wait | None = None
    later_s: int = 0

    def __repr__(self) -> str:
        return f"Held(flow={self.flow!r})"  # the number that was typed belongs in no message


class Store(Protocol):
    """Dialogues by CallSid, as JSON."""

    def load(self, sid: str) -> bytes | None:
        """What was saved last; `None`: nothing."""
        ...

    def save(self, sid: str, data: bytes) -> None:
        """Replace what was saved."""
        ...

    def drop(self, sid: str) -> None:
        """The call is over. Nothing happens if nothing was saved."""
        ...


class MemoryStore:
    """A store in this process. The longest untouched dialogue makes room for a new one."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._data: OrderedDict[str, bytes] = OrderedDict()

    def load(self, sid: str) -> bytes | None:
        return self._data.get(sid)

    def save(self, sid: str, data: bytes) -> None:
        self._data[sid] = data
        self._data.move_to_end(sid)
        while len(self._data) > self._most:
            self._data.popitem(last=False)

    def drop(self, sid: str) -> None:
        self._data.pop(sid, None)
