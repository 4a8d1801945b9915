"""Debts: the callers whom we owe a call, and why."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import msgspec

from callcenter.acd.contact import Contact, ContactState, Dismissal, IllegalMove
from callcenter.acd.ids import ContactId, Millis
from language_routing.languages import Language

# For as long as a callback may take; later a debt is settled by people alone.
STANDS: Final[Millis] = 2 * 3_600_000


class DebtKind(StrEnum):
    """Why we owe somebody a call."""

    CUT_OFF = "cut_off"  # lost with an Asterisk
    WITHDRAWN = "withdrawn"  # taken out of the line by a supervisor
    CLOSED = "closed"  # the language line was closed
    KEPT_PLACE = "kept_place"  # has kept the place in line


_KINDS: Final = {
    None: DebtKind.CUT_OFF,
    Dismissal.WITHDRAWN: DebtKind.WITHDRAWN,
    Dismissal.CLOSED: DebtKind.CLOSED,
    Dismissal.KEPT: DebtKind.KEPT_PLACE,
}


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A caller whom we owe a call.

    Attributes:
        kind: Why; versions before 0.5 said it of nobody.
        arrived: The original arrival, from which her place in line counts.
        caller: The keyed hash of her number (the one that she typed, if she typed one); `None`
            if she sent none, or we no longer know.
        wanted, interpreter: As in `Contact`: what the nurse who rings needs.
        since: When we knew that she was lost.
        callback_at: She was promised a call from then on, when the line opens.
        state: What she did then; `state_since`: since when.
    """

    contact: ContactId
    arrived: Millis
    language: Language | None
    caller: str | None
    sealed: str | None
    priority_class: str = ""
    since: Millis = 0
    state: str = ""
    state_since: Millis = 0
    callback_at: Millis | None = None
    kind: DebtKind = DebtKind.CUT_OFF
    wanted: Language | None = None
    interpreter: bool = False
    entry_point: str = ""

    @property
    def waited(self) -> Millis:
        """How long she had been with us without a nurse."""
        ended = self.state_since if self.state == ContactState.TALKING else self.since
        return max(0, ended - self.arrived)

    @property
    def talked(self) -> Millis:
        """How long she had talked to the nurse whom she lost; 0 if to none."""
        return self.since - self.state_since if self.state == ContactState.TALKING else 0


def owed_to(contact: Contact, now: Millis) -> Owed:
    """The debt that remains of `contact`, which ended at `now`."""
    typed = contact.typed_sealed is not None
    return Owed(
        contact=contact.id,
        arrived=contact.original,
        language=contact.language,
        caller=contact.typed_caller if typed else contact.caller,
        sealed=contact.typed_sealed if typed else contact.sealed,
        priority_class=contact.priority_class,
        since=now,
        state=contact.state,
        state_since=contact.since,
        callback_at=contact.callback_at,
        kind=_KINDS[contact.dismissed],
        wanted=contact.wanted,
        interpreter=contact.interpreter,
        entry_point=contact.entry_point,
    )


class Debts:
    """All debts, in the order in which they came about."""

    def __init__(self, debts: Iterable[Owed] = ()) -> None:
        self._debts: dict[ContactId, Owed] = {}
        self._of_caller: dict[str, dict[ContactId, None]] = {}
        for debt in debts:
            self.add(debt)

    def __len__(self) -> int:
        return len(self._debts)

    def __contains__(self, contact: ContactId) -> bool:
        return contact in self._debts

    def __iter__(self) -> Iterator[Owed]:
        return iter(self._debts.values())

    def add(self, debt: Owed) -> None:
        """Note it; once for each contact."""
        self._debts.setdefault(debt.contact, debt)
        if debt.caller is not None:
            self._of_caller.setdefault(debt.caller, {})[debt.contact] = None

    def count(self, caller: str) -> int:
        """How many debts there are to this caller."""
        return len(self._of_caller.get(caller, ()))

    def oldest(self, caller: str | None, since: Millis, now: Millis) -> Owed | None:
        """The debt to this caller with the earliest arrival, of those that are not older.

        A promise to ring back when the line opens stays until then: somebody else may stand
        behind the number, or she may hang up in the menu.

        A switchboard may stand behind one number, so there can be several.
        """
        if caller not in self._of_caller:
            return None
        debts = [self._debts[contact] for contact in self._of_caller.get(caller or "", ())]
        found = [
            debt
            for debt in debts
            if (debt.callback_at or 0) <= now and max(debt.since, debt.callback_at or 0) >= since
        ]
        return min(found, key=lambda debt: (debt.arrived, debt.contact), default=None)

    def close(self, contact: ContactId) -> Owed:
        """It is settled.

        Raises:
            IllegalMove: Nothing is owed for this contact.
        """
        debt = self._debts.pop(contact, None)
        if debt is None:
            raise IllegalMove("owed: nothing, or closed already")
        if debt.caller is not None:
            same = self._of_caller[debt.caller]
            del same[contact]
            if not same:
                del self._of_caller[debt.caller]
        return debt
