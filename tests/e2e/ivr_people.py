"""People of the IVR's tests: real callers who hear what is played, and act on it.

    with Person(center, "+46701740700") as person:
        person.dial("1177")
        person.hears("sv/menu-choice")
        person.press("4")

What they do rests on the sound that arrived, not on the clock: a slow machine makes them slow.
"""

import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Self

from callcenter.acd.contact import Contact
from callcenter.seal import Seal, dialable
from ops.bench.ears import RATE, Ears, Heard, Samples, read
from ops.bench.ivr.audio import Recording
from ops.bench.ivr.caller import Caller
from ops.bench.ivr.timeline import Timeline
from tests.e2e.center import PATIENCE_S, Center, until
from tests.e2e.evidence import sinks
from tests.e2e.logs import Logs, metric

# What is behind the place of the last look, and may be the beginning of a prompt still.
_BEGINNING = RATE
_PACKET = 160
_NO_NURSES = "callers wait and no nurse who can serve them is signed in"
_NEWS = 10  # packets that are worth another look


class Person(Caller):
    """One caller, one call.

    Attributes:
        heard: The prompt that `hears` has found last.
    """

    def __init__(self, center: Center, number: str) -> None:
        super().__init__(center.server, number)
        self.heard: Heard | None = None
        self._prompts = center.settings.prompts
        self._past = 0
        self._looked = 0
        self._timeline = Timeline()
        self._timed = 0
        self._listening = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def calls(self, dialled: str) -> None:
        """Dial; the first word is heard when this returns."""
        self.dial(dialled)
        self.wait_for_sound(PATIENCE_S)

    def falls_silent(self) -> None:
        """Send no sound any more, as behind a firewall that lets none out."""
        self._audio.target = None

    def presses(self, keys: str) -> None:
        """Press them one after the other, as fast as a telephone can."""
        for press in [self.press(key) for key in keys]:
            assert press.sent.wait(PATIENCE_S), "a key was not sent"

    def hears(self, sound: str, seconds: float = 3 * PATIENCE_S) -> None:
        """Wait until `sound` begins to be played, behind what was heard before.

        Args:
            sound: `<language>/<sound id>`; with a star at its end, any that begins so. Of a
                message, the whole path.
        """
        ears = _ears(self._prompts, sound)
        self._looked = 0

        def now() -> bool:
            if len(self._audio.came) < self._looked + _NEWS:
                return False
            self._looked = len(self._audio.came)
            samples = self._recorded(self._past)
            found = ears.hear(samples)
            if found:
                self.heard = found[0]
                self._past += max(found[0].start, 0) // _PACKET * _PACKET + _BEGINNING // 2
                return True
            self._past += max(0, len(samples) - _BEGINNING) // _PACKET * _PACKET
            return False

        until(now, seconds, f"{sound} is not heard")

    def hears_out(self) -> None:
        """Wait until the prompt of the last `hears` is over."""
        until(lambda: not self.cut_short(), PATIENCE_S, "the prompt does not end")

    def cut_short(self) -> bool:
        """Whether the prompt of the last `hears` was not heard to its end."""
        assert self.heard is not None
        ears = _ears(self._prompts, self.heard.sound)
        found = ears.hear(self._recorded(self._past - _BEGINNING // 2))
        return not found or not found[0].whole

    def everything_heard(self, *languages: str, only: Iterable[str] = ()) -> list[set[str]]:
        """Every prompt so far, in its order: all names under which the same words are known.

        Args:
            only: The prompts that are listened for; empty: all, which takes its time.
        """
        ears = Ears.of(self._prompts, languages, only)
        return [{h.sound, *h.or_else} for h in ears.hear(self.recording().samples)]

    def timeline(self) -> Timeline:
        """What reached the ear so far, lost packets and pauses as silence."""
        with self._listening:
            came = self._audio.came[self._timed :]
            self._timeline.take(came)
            self._timed += len(came)
        return self._timeline

    def _recorded(self, begin: int) -> Samples:
        """What came from that sample on."""
        return Recording(self._audio.came[begin // _PACKET :]).samples


@cache
def _ears(prompts: Path, sound: str) -> Ears:
    folder, _, name = sound.rpartition("/")
    paths = (prompts / folder).glob(f"{name}.wav")
    return Ears({f"{folder}/{path.stem}": read(path) for path in sorted(paths)})


def speech_seconds(center: Center, sounds: Iterable[str]) -> float:
    """How long it takes to play all of these."""
    return sum(len(read(center.settings.prompts / f"{sound}.wav")) for sound in sounds) / RATE


def all_at_once(acts: Iterable[Callable[[], None]]) -> None:
    """Do all of these at the same time, each in a thread of its own.

    Raises:
        Exception: What the first of those that failed has raised.
    """
    todo = list(acts)
    with ThreadPoolExecutor(max(1, len(todo))) as threads:
        for done in [threads.submit(act) for act in todo]:
            done.result()


class Names:
    """Which contact is whose: the board knows callers by a keyed hash alone."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._seal = Seal(center.settings.data / "keys")

    def contact(self, number: str) -> Contact | None:
        """Who calls from there now."""
        plain = dialable(number)
        assert plain is not None
        name = self._seal.recognise(plain)
        return next((c for c in self._center.contacts() if c.caller == name), None)


class Traces:
    """What callers leave behind in the service, from now on.

    Only what the journal has sealed may be left of them.
    """

    def __init__(self, center: Center) -> None:
        self._center = center
        self._logs = Logs(center)

    def nobody_is_left(self) -> None:
        """No contact, no channel, no dialogue."""
        center = self._center
        until(lambda: not center.contacts(), PATIENCE_S, lambda: f"left over: {center.contacts()}")
        until(
            lambda: "0 active channels" in center.asterisk("core show channels"),
            PATIENCE_S,
            lambda: center.asterisk("core show channels"),
        )
        until(
            lambda: metric(center, "callcenter_agi_active_sessions", "ivr") == 0,
            PATIENCE_S,
            "a dialogue is left in the IVR",
        )

    def nothing_went_wrong(self) -> None:
        """No process of ours has said so; that nurses are missing is the tests' own doing."""
        wrong = [
            line
            for line in self._logs.lines()
            if line.get("level") not in ("info", "debug") and line["event"] != _NO_NURSES
        ]
        assert wrong == []

    def tell_no_number(self, numbers: Iterable[str]) -> None:
        """No log, metric or file has one of these numbers, however it is spelt."""
        wanted = [re.sub(r"^(\+46|0)", "", number).encode() for number in numbers]
        for name, content in sinks(self._center).items():
            assert not [number for number in wanted if number in content], f"a number is in {name}"

    def tell_no_key(self) -> None:
        """No line of ours has a field for what was pressed, and Asterisk's log has no DTMF."""
        fields = {name for line in self._logs.lines("ivr", "gateway") for name in line}
        assert not fields & {"key", "keys", "digit", "digits", "typed", "dtmf", "number"}
        told = (self._center.settings.run / "log").glob("*asterisk*")
        assert not [path for path in told if b"DTMF" in path.read_bytes()]


__all__ = ["Names", "Person", "Traces", "all_at_once", "speech_seconds"]
