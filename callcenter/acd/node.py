"""Node: one Asterisk and its gateway, as the ACD sees them."""

from typing import Final

import msgspec

from callcenter.acd.ids import Millis, NodeId

UNTOLD: Final = "untold"  # of the surge: it could not be told, and is told at the next sign of life


class Node(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One Asterisk and its gateway.

    Attributes:
        present: Its gateway reports, and its truth has been seen since it last was absent.
        switch: Which run of Asterisk it is.
        look_up: Its truth must be asked for.
        surge: What its dialplan was last told of the surge, as `level` or `level!` if it
            refuses newcomers; `None`: it must be told.
        telling: The command that tells it.
    """

    id: NodeId
    present: bool = False
    last_alive: Millis = 0
    switch: str | None = None
    look_up: bool = False
    asked: Millis = 0
    surge: str | None = None
    telling: str | None = None
