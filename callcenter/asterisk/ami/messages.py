"""Messages: the package's Action, Event and Response without their traps.

None of them shows a value when printed: headers hold callers' numbers, names and secrets.
"""

from collections.abc import Mapping
from typing import Any

from asterisk.ami.action import Action as PackageAction
from asterisk.ami.event import Event as PackageEvent
from asterisk.ami.response import Response as PackageResponse

from callcenter.asterisk.ami.wire import Headers, Value, render, unescape


class Action(PackageAction):  # type: ignore[misc]
    """One action to send: its name, headers (a list repeats the header) and variables.

    Attributes and items are ordinary here; in the package they fall through to the headers.
    """

    name: str
    keys: dict[str, Value]
    variables: dict[str, str | int]

    def __init__(
        self,
        name: str,
        headers: Mapping[str, Value] | None = None,
        variables: Mapping[str, str | int] | None = None,
        *,
        action_id: str | None = None,
    ) -> None:
        super().__init__(name, dict(headers or {}), dict(variables or {}))
        if action_id is not None:
            self.keys["ActionID"] = action_id

    def __getattr__(self, item: str) -> Any:
        raise AttributeError(item)

    def __setattr__(self, key: str, value: object) -> None:
        object.__setattr__(self, key, value)

    def __str__(self) -> str:
        return f"Action {self.name}"

    __repr__ = __str__

    def render(self) -> bytes:
        """The bytes to send.

        Raises:
            ValueError: See `wire.render`.
        """
        return render(self.name, self.keys, self.variables)


class _Headed:
    """What events and answers share: named values, some of them repeated."""

    keys: Headers

    @property
    def headers(self) -> Headers:
        """Every header but the first; a repeated one has the list of its values."""
        return self.keys

    def get(self, key: str, default: str = "") -> str:
        """The header's value, the first one if it is repeated.

        In a `UserEvent` the channel's own headers come first: a header of ours that is
        called like one of them (`Language`, `Priority`, ...) is only the second.
        """
        value = self.keys.get(key, default)
        return value if isinstance(value, str) else value[0]

    def get_all(self, key: str) -> list[str]:
        """All values of the header, in order."""
        value = self.keys.get(key, [])
        return [value] if isinstance(value, str) else list(value)


class Event(_Headed, PackageEvent):  # type: ignore[misc]
    """Something that happened in Asterisk, or one row of a list that we asked for."""

    name: str

    def __init__(self, name: str, headers: Headers) -> None:
        self.name = name  # not by `super()`: this runs for every event
        self.keys = headers

    def __str__(self) -> str:
        return f"Event {self.name}"

    __repr__ = __str__

    @property
    def action_id(self) -> str:
        """The action that this event belongs to; empty if none."""
        return self.get("ActionID")

    def variables(self, leg: str = "") -> dict[str, str]:
        """The channel variables that manager.conf's `channelvars` adds to each event.

        Asterisk escapes their values as C strings; here they are as they were set.

        Args:
            leg: Whose: "" for the event's own channel, "Dest" for the dialled one.
        """
        pairs = (each.partition("=") for each in self.get_all(f"{leg}ChanVariable"))
        return {name: unescape(value) for name, _, value in pairs}


class Response(_Headed, PackageResponse):  # type: ignore[misc]
    """Asterisk's answer to one action."""

    status: str

    def __init__(self, status: str, headers: Headers) -> None:
        super().__init__(status, headers, [])

    def __str__(self) -> str:
        return f"Response {self.status}"

    __repr__ = __str__

    @property
    def ok(self) -> bool:
        return not self.is_error()

    @property
    def message(self) -> str:
        """Asterisk's own words; they may quote what we sent, so keep them out of the log."""
        return self.get("Message")

    @property
    def starts_list(self) -> bool:
        """Whether events with the same ActionID follow, up to `EventList: Complete`."""
        return self.get("EventList").lower() == "start"
