"""Event: what baresip tells about its registration and its calls, as a frozen record."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_CALL_ID: Final = re.compile(r"call id: (\S+)")
_USER: Final = re.compile(r"sips?:([^@;>]+)@")


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event.

    Attributes:
        at: When it was read, in seconds of the monotonic clock.
        type: As baresip spells it, as in "CALL_INCOMING".
        param: What baresip adds, as in "486 Busy Here"; mostly empty.
        call_id: SIP's Call-ID; empty if it is not about a call.
        params: Everything, undigested.
    """

    at: float
    type: str
    param: str = ""
    call_id: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def incoming(self) -> bool:
        """True if the call came to this phone."""
        return self.params.get("direction") == "incoming"

    @property
    def peer_number(self) -> str:
        """The user part of the other end's address."""
        found = _USER.search(str(self.params.get("peeruri", "")))
        return found[1] if found else ""

    @property
    def peer_name(self) -> str:
        """The other end's display name; mostly empty."""
        return str(self.params.get("peerdisplayname", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The answer to the command with this token."""

    token: str
    ok: bool
    data: str

    @property
    def call_id(self) -> str:
        """The Call-ID of the call that `dial` began; empty otherwise."""
        found = _CALL_ID.search(self.data)
        return found[1] if found else ""


def read(payload: bytes, now: float) -> Event | Reply | None:
    """What `payload` says; `None` if it is neither, or not JSON at all.

    A caller's display name may hold any bytes, so nothing in here may raise.
    """
    try:
        said = json.loads(payload.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    if said.get("response"):
        token, data = str(said.get("token", "")), str(said.get("data", ""))
        return Reply(token=token, ok=bool(said.get("ok")), data=data)
    if not said.get("event"):
        return None
    return Event(
        at=now,
        type=str(said.get("type", "")),
        param=str(said.get("param", "")),
        call_id=str(said.get("id", "")),
        params=said,
    )
