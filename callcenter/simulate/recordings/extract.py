"""Extract: what a recorded journal says of callers and nurses, apart from who got whom.

A replayed day's answers belong to the matching of that day. What does not is taken out of
it: when callers came and what they asked for, how long they would wait, how long they
talked, and when nurses worked. The journal is folded with its recorded decisions, and the
board is looked at after each entry; there is no second model of its state.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from callcenter.acd.decisions import AnyDecision, Offer
from callcenter.acd.events import (
    AnyEvent,
    CallRefused,
    ChannelsSeen,
    Connected,
    NurseReady,
    OfferEnded,
    OfferResult,
    PhoneChanged,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, EntryId, Millis, NurseId, entry_time
from callcenter.acd.nurse import NurseState
from callcenter.acd.policy import Policy
from callcenter.people_time import STOCKHOLM
from callcenter.shard.shard import Shard
from callcenter.simulate.day_hours import midnight
from callcenter.simulate.model import Change, Move
from callcenter.simulate.recordings.duties import Duties, Staffed
from callcenter.simulate.recordings.journal_file import AnyEntry
from callcenter.simulate.recordings.stood import Standing, Stood
from language_routing.languages import Language

_NO_MISS: Final = (OfferResult.ANSWERED, OfferResult.WITHDRAWN)


class Counts(msgspec.Struct, kw_only=True):
    """What the board had counted for one language, since the journal began.

    Attributes:
        idle: Nurse-milliseconds of idle-while-eligible time.
        within, early, late: Answers by the waits that were stated.
    """

    inversions: int = 0
    idle: Millis = 0
    within: int = 0
    early: int = 0
    late: int = 0


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """All that a simulation needs of a recording.

    Attributes:
        begins, ends: The first and the last entry.
        calls: By `at`.
        changes: By time; see `Duties`, as for `chosen`, `staffed`, `wrap_ups` and `wrapped`.
        policies: The site's rules, and from when on.
        counts: What was counted up to an instant (local midnights, and the end), by language.
        refused: When callers were turned away before the answer; nobody knows what they wanted.
        assumed: Nurses who were there before the recording began.
        skipped: Entries that the service could not read either.
    """

    begins: Millis
    ends: Millis
    calls: tuple[Stood, ...]
    changes: tuple[Change, ...]
    policies: tuple[tuple[Millis, Policy], ...]
    chosen: dict[NurseId, tuple[tuple[Language, ...], ...]]
    staffed: dict[tuple[NurseId, Millis], Staffed]
    counts: tuple[tuple[Millis, dict[Language, Counts]], ...]
    refused: tuple[Millis, ...]
    wrap_ups: int
    wrapped: Millis
    assumed: tuple[NurseId, ...]
    skipped: int


def extract(entries: Iterable[AnyEntry], policy: Policy | None = None) -> Extract:
    """Fold a journal, and take out what a simulation needs.

    Args:
        policy: The rules in force when the journal begins, for one that does not begin with
            them; then every phone counts as reachable until something else is said.

    Raises:
        ValueError: There is no entry, or no site in it.
        JournalFault: The file is no journal.
    """
    fold = _Fold()
    for number, (entry, event, decisions) in enumerate(entries):
        if number == 0 and policy is not None and not isinstance(event, SiteLoaded):
            fold.assume(entry, policy)
        fold.take(entry, event, decisions)
    return fold.extract()


def local_day(at: Millis) -> date:
    """The day in Stockholm to which an instant belongs."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(STOCKHOLM).date()


class _Fold:
    """The fold, and what was seen on its board."""

    def __init__(self) -> None:
        self._shard = Shard()
        self._begins: Millis | None = None
        self._ends: Millis = 0
        self._calls: list[Stood] = []
        self._open: dict[ContactId, Standing] = {}
        self._persons: dict[str, int] = {}
        self._nameless = 0
        self._tries: dict[int, int] = {}
        self._duties = Duties()
        self._policies: list[tuple[Millis, Policy]] = []
        self._counts: list[tuple[Millis, dict[Language, Counts]]] = []
        self._midnight: Millis = 0
        self._refused: list[Millis] = []
        self._from_the_middle = False
        self._assumed: list[NurseId] = []
        self._skipped = 0

    def assume(self, entry: EntryId, policy: Policy) -> None:
        """The journal begins in the middle: these are the rules, and the phones are there."""
        self._shard.follow(entry, SiteLoaded(policy=policy), ())
        for spec in policy.nurses:
            phone = PhoneChanged(nurse=spec.id, reachable=True, busy=False)
            self._shard.follow(entry, phone, ())
        self._policies.append((entry_time(entry), policy))

    def take(
        self, entry: EntryId, event: AnyEvent | None, decisions: Sequence[AnyDecision]
    ) -> None:
        """One entry."""
        now = entry_time(entry)
        if self._begins is None:
            self._begins = now
            self._from_the_middle = not isinstance(event, SiteLoaded)
        if now >= self._midnight:
            self._day_begins(now)
        self._ends = now
        offers = [decision for decision in decisions if isinstance(decision, Offer)]
        for offer in offers if self._from_the_middle else ():
            if not (isinstance(event, NurseReady) and event.nurse == offer.nurse):
                self._was_there(entry, offer.nurse)
        touched = list(self._touched(event, offers))
        self._shard.follow(entry, event, decisions)
        for contact in touched:
            self._look_at(contact, event, now)
        self._note_event(event, now)
        for offer in offers:
            if (standing := self._open.get(offer.contact)) is not None:
                standing.offers += 1
                standing.offered_at = now
        self._duties.look(self._shard.board, now)

    def extract(self) -> Extract:
        """All that was seen.

        Raises:
            ValueError: There was no entry, or no site in it.
        """
        if self._begins is None:
            raise ValueError("the recording is empty")
        if not self._policies:
            raise ValueError(
                "the recording does not say the site's rules (site_loaded): give more of the "
                "journal, or a site file"
            )
        for standing in self._open.values():
            self._note(standing, None, self._ends)
        duties = self._duties
        duties.end(self._ends)
        self._counts.append((self._ends, self._count()))
        return Extract(
            begins=self._begins,
            ends=self._ends,
            calls=tuple(sorted(self._calls, key=lambda call: call.at)),
            changes=tuple(sorted(duties.changes, key=lambda change: change.at)),
            policies=tuple(self._policies),
            chosen={nurse: tuple(ways) for nurse, ways in duties.chosen.items()},
            staffed=duties.staffed,
            counts=tuple(self._counts),
            refused=tuple(self._refused),
            wrap_ups=duties.wrap_ups,
            wrapped=duties.wrapped,
            assumed=tuple(self._assumed),
            skipped=self._skipped,
        )

    # -- callers ------------------------------------------------------------------

    def _touched(self, event: AnyEvent | None, offers: Sequence[Offer]) -> Iterator[ContactId]:
        """Whose records may be others after this entry."""
        if isinstance(event, ChannelsSeen):
            yield from self._open
            yield from (seen.contact for seen in event.contacts if seen.contact not in self._open)
            return
        if isinstance(event, Connected):  # she may leave another caller for this one
            nurse = self._shard.board.nurses.get(event.nurse)
            if nurse is not None and nurse.contact is not None and nurse.contact != event.contact:
                yield nurse.contact
        named = getattr(event, "contact", None)
        if named is not None:
            yield ContactId(named)
        yield from (offer.contact for offer in offers if offer.contact != named)

    def _look_at(self, contact: ContactId, event: AnyEvent | None, now: Millis) -> None:
        record, standing = self._shard.board.contacts.get(contact), self._open.get(contact)
        if record is not None and standing is not None:
            standing.look(record, now)
        elif record is not None and record.queued is not None and record.callback is None:
            self._open[contact] = Standing(record)
        elif record is None and standing is not None:
            del self._open[contact]
            self._note(standing, event, now)

    def _note(self, standing: Standing, event: AnyEvent | None, now: Millis) -> None:
        person = self._person(standing.seen.caller)
        stood = standing.ended(now, event, person, self._tries.get(person, 0))
        self._calls.append(stood)
        if stood.gave_up:
            self._tries[person] = stood.tries + 1
        else:
            self._tries.pop(person, None)

    def _person(self, caller: str | None) -> int:
        if caller is None:  # somebody else each time
            self._nameless += 1
            return -self._nameless
        return self._persons.setdefault(caller, len(self._persons) + 1)

    def _note_event(self, event: AnyEvent | None, now: Millis) -> None:
        match event:
            case None:
                self._skipped += 1
            case SiteLoaded(policy=policy):
                self._policies.append((now, policy))
            case CallRefused():
                self._refused.append(now)
            case OfferEnded(contact=contact, result=result) if result not in _NO_MISS:
                if contact in self._open:
                    self._open[contact].missed += 1

    # -- nurses -------------------------------------------------------------------

    def _was_there(self, entry: EntryId, nurse_id: NurseId) -> None:
        """Whoever is offered a call has come before, though this journal does not say so."""
        nurse = self._shard.board.nurses.get(nurse_id)
        if (
            nurse is None
            or nurse.state is not NurseState.SIGNED_OUT
            or self._duties.known(nurse_id)
        ):
            return
        assert self._begins is not None  # there is an entry
        self._shard.follow(entry, NurseReady(nurse=nurse_id, actor="recording"), ())
        self._duties.wishes(nurse_id, Move.READY, self._begins)
        self._assumed.append(nurse_id)

    # -- days ---------------------------------------------------------------------

    def _day_begins(self, now: Millis) -> None:
        if self._midnight:
            self._counts.append((self._midnight, self._count()))
        self._midnight = midnight(local_day(now) + timedelta(days=1))

    def _count(self) -> dict[Language, Counts]:
        board, found = self._shard.board, dict[Language, Counts]()
        for tally in board.tallies:
            if tally.language is not None:
                counts = found.setdefault(tally.language, Counts())
                counts.inversions += tally.inversions
                counts.within += tally.estimated_within
                counts.early += tally.estimated_early
                counts.late += tally.estimated_late
        for row in board.figures.idling():
            found.setdefault(row.language, Counts()).idle += row.nurse_ms
        return found
