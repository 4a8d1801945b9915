"""Dialogue: the part of an AGI session that a flow needs."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Dialogue(Protocol):
    """One channel; `agi.session.Session` is the real one.

    Every method raises `Hangup` when the channel has left, and anything else when the
    command failed. Paths of sounds are without the extension.
    """

    def ask(self, paths: Sequence[str], timeout_ms: int, *, playing_seconds: float) -> str:
        """Play until a key is pressed; the key, or an empty string.

        If a sound cannot be played, a key is waited for `timeout_ms` instead.
        """
        ...

    def play(self, paths: Sequence[str], *, playing_seconds: float) -> None:
        """Play to the end, whatever is pressed."""
        ...

    def wait_for_digit(self, timeout_ms: int, /) -> str:
        """The key pressed, or an empty string after `timeout_ms`."""
        ...

    def collect(self, timeout_ms: int, most: int, /) -> str:
        """Keys up to # (left out), or until none comes for `timeout_ms`, or `most` of them."""
        ...

    def set_variables(self, values: Mapping[str, str], /) -> None: ...

    def get_variable(self, name: str, /) -> str | None: ...

    def exec_command(self, application: str, /, *arguments: str) -> object:
        """Run a dialplan application; an argument holds no comma."""
        ...

    def look(self) -> None:
        """Notice that the channel has gone, without a command."""
        ...

    def hangup(self) -> None: ...
