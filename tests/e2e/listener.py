"""Listener: a caller in line who hears what is said, and presses her keys when it is said.

    anna = Listener(center, "+46701740601", language="sv")
    anna.presses("1")
    anna.until_said("keep-number")
    anna.presses("1")

What was said is known from the RTP alone that reached her (`ops.bench.ivr.timeline`), never from
our software.
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
from callcenter.softphone.phone import CallState
from callcenter.store import connect
from ops.bench.ears import RATE, Ears, Heard
from ops.bench.ivr.timeline import Timeline
from tests.e2e.center import KEYS, Center, until
from tests.e2e.ivr_people import Person

_PATIENCE_S: Final = 60.0
_FAR: Final = 2_000_000_000  # Unix seconds; no visit comes by itself
# Prompts may begin with the same word; so much of one is no other.
_SURE: Final = 0.8
_LOOK_EVERY_S: Final = 0.2  # people's own rhythm


@dataclass(frozen=True, kw_only=True)
class Said:
    """A prompt that has begun.

    Attributes:
        at: When its first packet arrived here (Unix seconds).
    """

    heard: Heard
    at: float


class HerCall:
    """Her end of the call, answered by the time one can ask."""

    def __init__(self, person: Person) -> None:
        self._person = person

    @property
    def state(self) -> CallState:
        return CallState.ENDED if self._person.ended.is_set() else CallState.UP

    @property
    def ended_by(self) -> str:
        """Who ended it: "us", "them", or "" while it lasts."""
        return self._person.ended_by

    @property
    def times(self) -> dict[CallState, float]:
        """When each state was entered, in seconds of the monotonic clock."""
        person, ahead = self._person, time.time() - time.monotonic()
        wall = {CallState.UP: person.answered_at, CallState.ENDED: person.ended_at}
        return {state: at - ahead for state, at in wall.items() if at}

    def wait(self, state: CallState, timeout: float) -> None:
        """Wait for its end.

        Raises:
            TimeoutError: It lasts.
        """
        if state is CallState.ENDED and not self._person.ended.wait(timeout):
            raise TimeoutError(f"after {timeout} s the call lasts still")


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
        # She hangs up when every phone does.
        self.phone = center.keep(Person(center, number))
        self.phone.dial(dialled)
        self.call = HerCall(self.phone)

        def fresh() -> list[Contact]:
            came = [contact for contact in center.contacts() if contact.id not in known]
            return [
                contact for contact in came if contact.callback is None
            ]  # nobody rings us there

        until(fresh, 30, "the call has not arrived")
        self.contact = fresh()[0]
        if not visited:
            self.is_visited(1, at=_FAR)
        if dialled == "1177":
            self.phone.wait_for_sound(30)  # before that nobody takes a key
            self.presses(KEYS[language])
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
        until(
            lambda: self.contact.channel in holding(self._center),
            _PATIENCE_S,
            "not in the holding loop",
        )

    # -- what she hears and does ------------------------------------------------------

    def presses(self, keys: str) -> None:
        self.phone.presses(keys)

    def hears(self, *prompts: str, language: str | None = None) -> list[Heard]:
        """How often and when these were said so far, cut short or not."""
        return self._found(self.phone.timeline(), prompts, language)

    def until_said(self, *prompts: str, times: int = 1, language: str | None = None) -> Said:
        """One of these is said for the so-manieth time; while her call lasts, or just after."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            began = time.monotonic()
            timeline = self.phone.timeline()
            found = self._found(timeline, prompts, language)
            if len(found) >= times:
                heard = found[times - 1]
                return Said(heard=heard, at=timeline.at(heard.start))
            assert began < deadline, (
                f"{self.contact.id} does not hear {prompts} for the {times}. time; of "
                f"{len(timeline.samples) / RATE:.1f} s {timeline.lost} packets were lost"
            )
            time.sleep(max(_LOOK_EVERY_S, time.monotonic() - began))  # others want to look too

    def everything(self) -> list[Heard]:
        """All that was said to her in her language."""
        ears = _ears(self._center.settings.prompts, self._language, ())
        return ears.hear(self.phone.timeline().samples)

    def _found(
        self, timeline: Timeline, prompts: tuple[str, ...], language: str | None
    ) -> list[Heard]:
        ears = _ears(self._center.settings.prompts, language or self._language, prompts)
        found = ears.hear(timeline.samples)
        return [heard for heard in found if heard.length >= _SURE * RATE or heard.whole]


def holding(center: Center) -> set[str]:
    """The channels of those who are in the holding loop and hear music."""
    lines = center.asterisk("core show channels concise").splitlines()
    return {line.partition("!")[0] for line in lines if "!WaitExten!" in line}


@cache
def _ears(prompts: Path, language: str, only: tuple[str, ...]) -> Ears:
    return Ears.of(prompts, [language], only)


def stamped(center: Center, after: EntryId) -> Iterator[tuple[Millis, AnyEvent]]:
    """What was journalled since, each with its instant, published or not."""
    journal = Journal(connect(center.settings), center.settings.shard, "e2e-listener")
    while batch := journal.read(after, count=1_000):
        after = batch[-1].id
        yield from ((entry_time(entry.id), decode_event(entry.data)) for entry in batch)
