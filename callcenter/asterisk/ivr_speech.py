"""Speech of the IVR: which files a flow's speech is, and how long it takes."""

import wave
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Protocol, assert_never

from ivr_flows import verbs
from ivr_flows.numbers import spoken_digits, usable
from ivr_flows.prompts import sound_id
from ivr_flows.verbs import Whose

# A supervisor's message that cannot be measured.
_MESSAGE_S = 60.0


class Sounds(Protocol):
    """The rendered sounds; `speech.sounds.Sounds` is the real one."""

    def find(self, language: str, sound_id: str, /) -> Path | None:
        """The file without its extension; `None`: there is none in any language."""
        ...

    def seconds(self, language: str, sound_id: str, /) -> float: ...

    def message(self, sound: str, /) -> Path | None: ...


class Numbers:
    """The telephone numbers of one call. In memory only, and never shown.

    Attributes:
        caller: As the carrier told it; empty: hidden, or none that can be rung.
        typed: As the caller has typed it, in E.164; empty: not yet.
        relay: The site's number for text telephones; empty: there is none.
        own: Those that lead to us, in E.164: nobody is to be rung back there.
    """

    __slots__ = ("caller", "own", "relay", "typed")

    def __init__(self, *, caller: str = "", relay: str = "", own: Set[str] = frozenset()) -> None:
        self.caller, self.relay, self.own = caller, relay, own
        self.typed = ""

    def take(self, keys: str) -> bool:
        """Keep what the caller has typed, if it is a number that we may ring."""
        self.typed = usable(keys, self.own) or ""
        return bool(self.typed)

    def of(self, whose: Whose) -> str:
        match whose:
            case Whose.CALLER:
                return self.caller
            case Whose.TYPED:
                return self.typed
            case Whose.RELAY:
                return self.relay
            case _:
                assert_never(whose)


class Spoken:
    """Speech as files: `paths` to play, which takes `seconds`."""

    __slots__ = ("paths", "seconds")

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.seconds = 0.0

    def add(self, more: "Spoken") -> None:
        """Play `more` behind it."""
        self.paths += more.paths
        self.seconds += more.seconds


def spoken(speech: Iterable[verbs.Speech], sounds: Sounds, numbers: Numbers) -> Spoken:
    """The files of `speech`; what is nowhere to be found is left out."""
    found = Spoken()
    for each in speech:
        match each:
            case verbs.Say(language=language, prompt=prompt, arguments=arguments):
                _add(found, sounds, language, sound_id(prompt, arguments))
            case verbs.SayNumber(language=language, whose=whose):
                for prompt, values in spoken_digits(numbers.of(whose)):
                    _add(found, sounds, language, sound_id(prompt, values))
            case verbs.Play(sound=sound):
                path = sounds.message(sound)
                if path is not None:
                    found.paths.append(str(path))
                    found.seconds += _length(path)
            case _:
                assert_never(each)
    return found


def _add(found: Spoken, sounds: Sounds, language: str, sound: str) -> None:
    path = sounds.find(language, sound)
    if path is not None:
        found.paths.append(str(path))
        found.seconds += sounds.seconds(language, sound)


def _length(message: Path) -> float:
    """Seconds of a supervisor's message; no manifest has them."""
    try:
        with wave.open(f"{message}.wav", "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (OSError, EOFError, wave.Error, ZeroDivisionError):
        return _MESSAGE_S
