"""Listener: a caller in line who hears what is said, and presses her keys when it is said.

    anna = Listener(center, "+46701740601", language="sv")
    anna.presses("1")
    anna.until_said("keep-number")
    anna.presses("1")

What was said is known from her recording alone (`ops.bench.ears`), never from our software.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from callcenter.acd.contact import Contact
from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import EntryId, Millis, entry_time
from callcenter.journal.codec import decode_event
from callcenter.journal.journal import Journal
from callcenter.softphone.phone import Call, CallState, Phone
from callcenter.store import connect
from ops.bench.ears import RATE, Ears, Heard, read
from tests.e2e.center import KEYS, Center, until

_PATIENCE_S: Final = 60.0
_FAR: Final = 2_000_000_000  # Unix seconds; no visit comes by itself
# Prompts may begin with the same word; so much of one is no other.
_SURE: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Said:
    """A prompt that has begun.

    Attributes:
        at: When it arrived here (Unix seconds), or some hundredths of a second sooner.
    """

    heard: Heard
    at: float


class Listener:
    """One caller.

    Attributes:
        contact: As she came.
    """

    def __init__(
        self,
        center: Center,
        number: str,
        *,
        language: str = "sv",
        dialled: str = "1177",
        visited: bool = False,
    ) -> None:
        """She calls, chooses her language, and stands in line.

        Args:
            number: Hers; `anonymous` if the carrier does not tell it.
            dialled: Where there is no menu to press a key in, what is dialled has one language.
            visited: She is spoken to at once, as everybody is who comes into line. Otherwise she
                hears music, as if that had been said to her.
        """
        known = {contact.id for contact in center.contacts()}
        self._center, self._language = center, language
        self.phone: Phone = center.caller(number)
        self.call: Call = self.phone.dial(dialled).wait(CallState.UP, 30)

        def fresh() -> list[Contact]:
            return [contact for contact in center.contacts() if contact.id not in known]

        until(fresh, 30, "the call has not arrived")
        self.contact = fresh()[0]
        if not visited:
            self.is_visited(1, at=_FAR)
        if dialled == "1177":
            self.phone.send_dtmf(KEYS[language])
        until(lambda: self.now.queued is not None, 30, "she does not stand in line")
        if not visited:
            self.until_music()

    @property
    def now(self) -> Contact:
        """As the fold has her now.

        Raises:
            KeyError: She is gone.
        """
        return self._center.board.contacts[self.contact.id]

    @property
    def is_here(self) -> bool:
        """Whether the fold has her."""
        return self.contact.id in self._center.board.contacts

    # -- the channel ------------------------------------------------------------------

    def is_visited(self, visits: int | None, *, at: int = 0) -> None:
        """She was visited so often, and the next visit is at that time (Unix seconds)."""
        self.set("CC_VISIT", "" if visits is None else str(visits))
        self.set("CC_TELL_AT", str(at))

    def set(self, name: str, value: str) -> None:
        """A variable of her channel."""
        quoted = value or '""'
        self._center.asterisk(f"dialplan set chanvar {self.contact.channel} {name} {quoted}")

    def variable(self, name: str) -> str:
        """A variable of her channel; empty: it is not set."""
        for line in self._center.asterisk(f"core show channel {self.contact.channel}").splitlines():
            found, _, value = line.strip().partition("=")
            if found == name:
                return value
        return ""

    def until_music(self) -> None:
        """She is back in the holding loop."""
        pattern = f"{self.contact.channel}!"

        def holding() -> bool:
            lines = self._center.asterisk("core show channels concise").splitlines()
            return any(line.startswith(pattern) and "!WaitExten!" in line for line in lines)

        until(holding, _PATIENCE_S, "not in the holding loop")

    # -- what she hears and does ------------------------------------------------------

    def presses(self, keys: str) -> None:
        self.phone.send_dtmf(keys)

    def hears(self, *prompts: str, language: str | None = None) -> list[Heard]:
        """How often and when these were said so far, cut short or not."""
        recording = self.call.recording
        if recording is None or not recording.exists():
            return []
        ears = _ears(self._center.settings.prompts, language or self._language, prompts)
        found = ears.hear(read(recording))
        return [heard for heard in found if heard.length >= _SURE * RATE or heard.whole]

    def until_said(self, *prompts: str, times: int = 1, language: str | None = None) -> Said:
        """One of these is said for the so-manieth time; while her call lasts, or just after."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            length, at = self._length(), time.time()
            found = self.hears(*prompts, language=language)
            if len(found) >= times:
                heard = found[times - 1]
                return Said(heard=heard, at=at - (length - heard.start) / RATE)
            assert time.monotonic() < deadline, f"{self.contact.id} does not hear {prompts}"
            time.sleep(0.1)  # people's own rhythm

    def everything(self) -> list[Heard]:
        """All that was said to her in her language."""
        assert self.call.recording is not None
        return _ears(self._center.settings.prompts, self._language, ()).hear(
            read(self.call.recording)
        )

    def _length(self) -> int:
        """Samples recorded so far; a little less than there are by now."""
        recording = self.call.recording
        return 0 if recording is None or not recording.exists() else len(read(recording))


@cache
def _ears(prompts: Path, language: str, only: tuple[str, ...]) -> Ears:
    return Ears.of(prompts, [language], only)


def stamped(center: Center, after: EntryId) -> Iterator[tuple[Millis, AnyEvent]]:
    """What was journalled since, each with its instant, published or not."""
    journal = Journal(connect(center.settings), center.settings.shard, "e2e-listener")
    while batch := journal.read(after, count=1_000):
        after = batch[-1].id
        yield from ((entry_time(entry.id), decode_event(entry.data)) for entry in batch)
