"""Visit: what one caller's flow is told of the world, and what the next visit must know.

A caller in line is visited now and then. Between two visits nothing of her is held here: the
channel's variables are the memory, and the fold is the truth.
"""

import hashlib
import re
import time
from typing import Final

import msgspec

from callcenter.asterisk.view import View, Waiting
from ivr_flows.facts import Facts, Wait

# A caller who has just come into line is in the fold some milliseconds later.
_NEW_IN_LINE_S: Final = 0.3
_LOOK_EVERY_S: Final = 0.02

_TOLD: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})(-soon)?")
_COUNT: Final = re.compile(r"[0-9]{1,6}")
KEYS: Final = frozenset("0123456789*#")


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """Why a flow is run.

    Attributes:
        contact: Empty: it is not known, and neither is the wait.
        phase: `entry` (before the line), `line` or `after` (see `Flow.phase`).
        caller: `known` or `anonymous`.
        visit: In line: how often she was spoken to before.
        key: In line: the key that she has pressed; empty: none.
        told: In line: what she was told last.
        sampled: After the call: she is asked for the survey.
    """

    entry: str
    contact: str
    phase: str = "entry"
    caller: str = "anonymous"
    priority_class: str = ""
    visit: int = 0
    key: str = ""
    told: Wait | None = None
    sampled: bool = False


class Outlook:
    """The facts of one occasion, as they change while the flow runs."""

    def __init__(self, occasion: Occasion, view: View) -> None:
        self._occasion = occasion
        self._view = view
        self._waiting: Waiting | None = None
        self._looked = 0.0
        self._told = occasion.told
        self._own_class = ""

    @property
    def before_line(self) -> bool:
        """Whether the caller has no place in line when the flow begins."""
        return self._occasion.phase == "entry"

    @property
    def knows_wait(self) -> bool:
        """Whether the last look has found how long the caller will wait."""
        return self._waiting is not None and self._waiting.wait is not None

    @property
    def is_lost(self) -> bool:
        """Whether a caller in line waits in a service that gives no sign of life."""
        return self._occasion.phase == "line" and not self._view.lives()

    def look(self, *, patiently: bool = False) -> Facts:
        """The facts by now.

        Args:
            patiently: On the first visit, give the fold a moment to hear of the new caller.
        """
        occasion = self._occasion
        self._waiting = (
            self._wait(patiently=patiently)
            if occasion.phase == "line" and occasion.contact
            else None
        )
        self._looked = time.monotonic()
        waiting = self._waiting
        return Facts(
            caller=occasion.caller,
            surge=self._view.surge(),
            priority_class=self._own_class
            or (waiting and waiting.priority_class)
            or occasion.priority_class,
            messages=dict(self._view.messages(occasion.entry)),
            visit=occasion.visit,
            key=occasion.key,
            wait=waiting.wait if waiting is not None else None,
            told=self._told,
            offered=waiting.offered if waiting is not None else False,
            sampled=occasion.sampled,
        )

    def told_now(self) -> tuple[Waiting, Wait, int] | None:
        """The wait of the last look was told: what it was, and how long ago that look is (ms).

        `None`: it was told that the wait is not known.
        """
        if self._waiting is None or self._waiting.wait is None:
            return None
        self._told = self._waiting.wait
        return self._waiting, self._told, round((time.monotonic() - self._looked) * 1000)

    def classed(self, priority_class: str) -> None:
        """Her own key has changed the class; the fold may hear of it later than she acts."""
        self._own_class = priority_class

    def kept(self) -> bool:
        """Whether the caller's place is kept for good."""
        return self._view.kept(self._occasion.contact)

    def _wait(self, *, patiently: bool) -> Waiting | None:
        is_new = patiently and self._occasion.visit == 0
        deadline = time.monotonic() + (_NEW_IN_LINE_S if is_new else 0.0)
        while (found := self._view.wait(self._occasion.contact)) is None:
            if time.monotonic() >= deadline:
                return None
            time.sleep(_LOOK_EVERY_S)
        return found


def telling_of(wait: Wait) -> str:
    """`wait` for `CC_TOLD`: `place-low-high` in milliseconds, with `-soon` if no place was said."""
    return f"{wait.place}-{wait.low_ms}-{wait.high_ms}{'-soon' if wait.soon else ''}"


def told_of(text: str) -> Wait | None:
    """What `CC_TOLD` says (see `telling_of`); `None`: nothing was told."""
    match = _TOLD.fullmatch(text)
    if match is None:
        return None
    place, low, high = map(int, match.groups()[:3])
    return Wait(place=place, low_ms=low, high_ms=high, soon=match[4] is not None)


def count_of(text: str) -> int:
    """A number from the dialplan; 0 if it is none."""
    return int(text) if _COUNT.fullmatch(text) else 0


def is_sampled(contact: str, percent: int) -> bool:
    """Whether this caller is among the `percent` of a hundred; always the same for a contact."""
    if not contact:
        return False
    drawn = hashlib.sha256(contact.encode()).digest()
    return int.from_bytes(drawn[:8], "big") % 100 < percent
