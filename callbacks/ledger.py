"""Ledger: all callbacks of a shard, whom they are for, and how they ended. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

import msgspec
from msgspec.structs import replace

from callbacks.callback import Callback, CallbackId, CallbackState, Done, Kind
from language_routing.languages import Language

SLOT: Final = 1_800_000
"""Half an hour, in milliseconds: for so long a booking takes room."""


class Counts(msgspec.Struct, kw_only=True):
    """What has become of one language's callbacks of one kind, since the journal began.

    Attributes:
        kept: A nurse talked to her by the promised time, also because she had rung herself.
        late: A nurse talked to her, after it.
        settled: Over, promised for a time, and no nurse had talked to her: people say that it is
            done, or she hung up on us.
        unreached: Given up; `tried_in_time`: of these, rung at least once by the promised time.
        overbooked: Promised by a supervisor beyond what staffing can keep.
        dials: Times that a patient's phone was rung.
        predicted: Times that a patient was rung before there was a nurse; `error_sum`: by how
            many milliseconds the prediction of a free nurse was wrong, in sum and without sign;
            `early_sum`: by how many of these the nurse was free before the patient was ready.
        overlooked: Found overdue by the independent check. Must be 0.
    """

    language: Language | None
    kind: Kind
    booked: int = 0
    kept: int = 0
    late: int = 0
    done_without_promise: int = 0
    unreached: int = 0
    tried_in_time: int = 0
    cancelled: int = 0
    moved: int = 0
    overbooked: int = 0
    rang_in: int = 0
    settled: int = 0
    dials: int = 0
    failed: dict[str, int] = {}
    predicted: int = 0
    error_sum: int = 0
    early_sum: int = 0
    hold_sum: int = 0
    overlooked: int = 0


class Saved(msgspec.Struct, kw_only=True):
    """The ledger as a snapshot keeps it."""

    callbacks: list[Callback] = []
    counts: list[Counts] = []


class Call(Protocol):
    """What the ledger sees of a callback's contact."""

    @property
    def since(self) -> int: ...
    @property
    def dialled(self) -> int | None: ...
    @property
    def reached(self) -> int | None: ...


class Ledger:
    """Open callbacks, and those that ended lately."""

    def __init__(self, saved: Saved | None = None) -> None:
        self._all: dict[CallbackId, Callback] = {}
        self._of_caller: dict[str, dict[CallbackId, None]] = {}
        self._planned: dict[tuple[Language | None, int], int] = {}
        self._ended: dict[CallbackId, None] = {}
        self._held: dict[CallbackId, None] = {}
        self._of_contact: dict[str, CallbackId] = {}
        self._counts: dict[tuple[Language | None, Kind], Counts] = {}
        if saved is not None:
            for counts in saved.counts:
                self._counts[counts.language, counts.kind] = counts
            for callback in saved.callbacks:
                self.put(callback)

    def save(self) -> Saved:
        """Everything from which the same ledger is made."""
        return Saved(callbacks=list(self._all.values()), counts=list(self._counts.values()))

    def __iter__(self) -> Iterator[Callback]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def get(self, callback: str) -> Callback | None:
        return self._all.get(CallbackId(callback))

    def put(self, callback: Callback) -> None:
        """Add `callback`, or replace the record of the same id."""
        old = self._all.get(callback.id)
        if old is not None:
            self._take_out(old)
            if not callback.settled_for_good:
                self._ended.pop(old.id, None)
        self._all[callback.id] = callback
        if callback.settled_for_good and (old is None or not old.settled_for_good):
            self._all[callback.id] = self._all.pop(callback.id)  # in the order of their ends
        if callback.talks_with is not None:
            self._held[callback.id] = None
        if callback.contact is not None and callback.kind is not Kind.MEDICAL:
            self._of_contact[callback.contact] = callback.id
        if callback.open:
            if callback.caller is not None:
                self._of_caller.setdefault(callback.caller, {})[callback.id] = None
            if callback.kind is Kind.MEDICAL:
                slot = callback.language, callback.earliest // SLOT
                self._planned[slot] = self._planned.get(slot, 0) + 1
        elif callback.settled_for_good:
            self._ended[callback.id] = None

    def _take_out(self, old: Callback) -> None:
        self._held.pop(old.id, None)
        if not old.open:
            return
        if old.caller is not None:
            same = self._of_caller[old.caller]
            del same[old.id]
            if not same:
                del self._of_caller[old.caller]
        if old.kind is Kind.MEDICAL:
            slot = old.language, old.earliest // SLOT
            self._planned[slot] -= 1
            if not self._planned[slot]:
                del self._planned[slot]

    def follow(self, callback: Callback, state: CallbackState, call: "Call") -> None:
        """The callback as its call is seen to stand."""
        when = max(call.since, call.dialled or 0, call.reached or 0)
        followed = callback.follow(state, when)
        counts = self.counts(callback)
        if call.dialled is not None and callback.dialled is None:
            counts.dials += 1
            followed = replace(
                followed,
                dialled=call.dialled,
                first_tried=followed.first_tried or call.dialled,
            )
        if call.reached is not None and callback.reached is None:
            followed = replace(followed, reached=call.reached)
        if state is CallbackState.TALKING and callback.talked is None:
            followed = replace(followed, talked=when)
        if followed is not callback:
            self.put(followed)

    def forget(self, before: int) -> None:
        """Drop those that ended before then, with nothing left to do about them."""
        while self._ended:
            oldest = next(iter(self._ended))
            if (self._all[oldest].ended or 0) >= before:
                return
            contact = self._all[oldest].contact
            if contact is not None and self._of_contact.get(contact) == oldest:
                del self._of_contact[contact]
            del self._ended[oldest], self._all[oldest]

    def of(self, caller: str | None) -> list[Callback]:
        """The open callbacks to this number (its keyed hash), the earliest promised first."""
        found = [self._all[one] for one in self._of_caller.get(caller or "", ())]
        return sorted(found, key=lambda one: (one.deadline, one.id))

    @property
    def held(self) -> list[Callback]:
        """Those that are held back because the patient is, or was, on the phone herself."""
        return [self._all[one] for one in sorted(self._held)]

    def of_contact(self, contact: str) -> Callback | None:
        """The callback that comes from this call, and is no booked one."""
        one = self._of_contact.get(contact)
        return self._all.get(one) if one is not None else None

    def planned(self, language: Language | None, at: int) -> int:
        """How many open medical callbacks are planned for the half-hour of `at`."""
        return self._planned.get((language, at // SLOT), 0)

    def overdue(self, language: Language | None, at: int) -> int:
        """How many open medical callbacks are planned for a half-hour before that of `at`."""
        slot = at // SLOT
        found = self._planned.items()
        return sum(count for (each, when), count in found if each == language and when < slot)

    @property
    def tasks(self) -> list[Callback]:
        """Those about which a supervisor has to do something, the oldest first."""
        found = [one for one in self._all.values() if one.task is not None and not one.settled]
        return sorted(found, key=lambda one: (one.task or 0, one.id))

    # -- counting -------------------------------------------------------------------

    def counts(self, callback: Callback) -> Counts:
        """The counts that this callback belongs to."""
        key = callback.wanted or callback.language, callback.kind
        found = self._counts.get(key)
        if found is None:
            found = self._counts[key] = Counts(language=key[0], kind=key[1])
        return found

    @property
    def rows(self) -> Iterable[Counts]:
        """All counts, by language and kind."""
        return self._counts.values()

    def count_end(self, callback: Callback) -> None:
        """It has just ended: for good or ill."""
        count_end(callback, self.counts(callback))


def count_end(callback: Callback, counts: Counts) -> None:
    """Count in `counts` how `callback`, which has ended, came to its end."""
    match callback.state:
        case CallbackState.CANCELLED:
            counts.cancelled += 1
        case CallbackState.GIVEN_UP:
            counts.unreached += 1
            if callback.latest is not None and callback.first_tried is not None:
                counts.tried_in_time += callback.first_tried <= callback.latest
        case CallbackState.DONE:
            counts.rang_in += callback.done is Done.RANG_IN
            by = callback.served
            if callback.latest is None:
                counts.done_without_promise += 1
            elif by is None:
                counts.settled += 1
            elif by <= callback.latest:
                counts.kept += 1
            else:
                counts.late += 1
        case _:
            raise AssertionError("callback: has not ended")
