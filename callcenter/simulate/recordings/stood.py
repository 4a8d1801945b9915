"""Stood: one recorded call that stood in line, as it was and as it becomes known."""

import msgspec

from callcenter.acd.contact import Contact, ContactState, Dismissal
from callcenter.acd.events import AnyEvent, CallHungUp
from callcenter.acd.ids import Millis
from callcenter.simulate.outcome import End
from language_routing.languages import Language


class Stood(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call that stood in line.

    Attributes:
        at: Since when.
        language: The one that was asked for, whichever line served it; `None`: none.
        priority_class: As the caller came into line, whatever a supervisor made of it.
        person: A number in place of the keyed hash of the caller's number.
        tries: How often in a row this person had given up before.
        end: `WAITING` if nobody knows: the recording ended, or the call was lost.
        wait: Until the answer, until the caller was out of the line to be rung back, or until
            the end of the call.
        withdrawn: A supervisor took the caller out of the line.
        kept: The caller left the line with a kept place.
        gave_up: The wait is this caller's patience; else the patience is longer.
        talk: All conversations; 0: there was none.
        cut: The talk was longer than that.
        pick_up: From the decision of the offer to its answer; `None` where neither was seen.
        rang: A phone rang for so long when the call ended; her pick-up is longer.
    """

    at: Millis
    language: Language | None
    entry_point: str
    priority_class: str
    person: int
    tries: int
    end: End
    wait: Millis
    withdrawn: bool
    kept: bool = False
    gave_up: bool
    talk: Millis
    cut: bool
    pick_up: Millis | None
    rang: Millis
    offers: int
    missed: int


class Standing:
    """A contact that has stood in line and has not ended.

    Attributes:
        seen: The contact as it was last seen on the board.
        offers, missed: Ringings, and those that nobody took.
        offered_at: When the last ringing was decided.
    """

    def __init__(self, first: Contact) -> None:
        assert first.queued is not None  # what makes it one
        self.seen = first
        self.offers = self.missed = 0
        self.offered_at: Millis | None = None
        self._at = first.queued
        self._language = first.wanted or first.language
        self._priority_class = first.priority_class
        self._talk: Millis = 0
        self._pick_up: Millis | None = None
        self._dismissed_at: Millis = first.queued  # if it is already

    def look(self, contact: Contact, now: Millis) -> None:
        """The contact as it is after an entry."""
        if self._language is None:
            self._language = contact.wanted or contact.language
        before, self.seen = self.seen, contact
        if before.dismissed is None and contact.dismissed is not None:
            self._dismissed_at = now
        if (before.state, before.since) == (contact.state, contact.since):
            return
        if before.state is ContactState.TALKING:
            self._talk += now - before.since
        if contact.state is ContactState.TALKING:
            if contact.answered == contact.since:  # counts unless the caller is given back
                rang_at = self.offered_at
                self._pick_up = None if rang_at is None else contact.since - rang_at
            self.offered_at = None

    def ended(self, now: Millis, event: AnyEvent | None, person: int, tries: int) -> Stood:
        """What is known of it once the contact is gone.

        Args:
            event: What ended it; `None`: only the recording has ended.
        """
        seen, hung_up = self.seen, isinstance(event, CallHungUp)
        talks = seen.state is ContactState.TALKING
        if seen.answered is not None:
            end, until = End.ANSWERED, seen.answered
        elif seen.dismissed is not None:
            end, until = End.CALLED_BACK, self._dismissed_at
        else:
            end, until = (End.ABANDONED if hung_up else End.WAITING), now
        rings = seen.state is ContactState.OFFERED and self.offered_at is not None
        return Stood(
            at=self._at,
            language=self._language,
            entry_point=seen.entry_point,
            priority_class=self._priority_class,
            person=person,
            tries=tries,
            end=end,
            wait=max(0, until - self._at),
            withdrawn=end is End.CALLED_BACK and seen.dismissed is Dismissal.WITHDRAWN,
            kept=end is End.CALLED_BACK and seen.dismissed is Dismissal.KEPT,
            gave_up=end is End.ABANDONED,
            talk=self._talk + (now - seen.since if talks else 0),
            cut=talks and not hung_up,
            pick_up=self._pick_up if end is End.ANSWERED else None,
            rang=now - (self.offered_at or now) if rings else 0,
            offers=self.offers,
            missed=self.missed,
        )
