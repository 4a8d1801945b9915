"""The live state and the sounds, as a test says that they are."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from callcenter.asterisk.ivr_runner import Voice
from callcenter.asterisk.silence import Silence
from ivr_flows.facts import Wait
from language_routing.lines import Routing

CONTACT = "node1-1791.17"


class InLine(msgspec.Struct, frozen=True, kw_only=True):
    wait: Wait | None
    offered: bool = False
    ahead: int = 0
    nurses: int = 0
    priority_class: str = ""


class ScriptedView:
    """Answers what it holds.

    Args:
        unknown: So many questions for the wait are answered with nothing before `waiting`.
        keeps: After so many questions a place is kept; `None`: never.
    """

    def __init__(
        self,
        waiting: InLine | None = None,
        *,
        unknown: int = 0,
        keeps: int | None = None,
        level: str = "normal",
        messages: Mapping[str, str] | None = None,
        routing: Routing | None = None,
        lives: bool = True,
    ) -> None:
        self.waiting = waiting
        self.asked = 0
        self._unknown = unknown
        self._keeps = keeps
        self._level = level
        self._messages = messages or {}
        self._routing = routing
        self._lives = lives

    def lives(self) -> bool:
        return self._lives

    def routing(self) -> Routing | None:
        return self._routing

    def wait(self, contact: str) -> InLine | None:
        assert contact == CONTACT
        self.asked += 1
        return self.waiting if self.asked > self._unknown else None

    def kept(self, contact: str) -> bool:
        assert contact == CONTACT
        if self._keeps is None:
            return False
        self._keeps -= 1
        return self._keeps < 0

    def surge(self) -> str:
        return self._level

    def promised(self, nurse: str) -> bool | None:
        return None

    def messages(self, entry_point: str) -> Mapping[str, str]:
        return self._messages


class ScriptedSounds:
    """Every sound is there, but those in `missing`; each plays a second, if not in `lengths`."""

    def __init__(
        self, *, missing: tuple[str, ...] = (), lengths: Mapping[str, float] | None = None
    ) -> None:
        self._missing = missing
        self._lengths = lengths or {}

    def find(self, language: str, sound_id: str) -> Path | None:
        name = f"{language}/{sound_id}"
        return None if name in self._missing else Path("/prompts") / name

    def seconds(self, language: str, sound_id: str) -> float:
        return self._lengths.get(f"{language}/{sound_id}", 1.0)

    def message(self, sound: str) -> Path | None:
        return None if sound in self._missing else Path("/messages") / sound


def voice(folder: Path, sounds: ScriptedSounds | None = None) -> Voice:
    return Voice(sounds or ScriptedSounds(), Silence(folder / "silence"))
