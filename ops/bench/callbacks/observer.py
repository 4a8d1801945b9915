"""Observer: its own record of who was promised what, who was rung, who answered and when.

It knows nothing of the ledger: it is told what people hear and what their phones do. Only at
the end is the ledger asked which promises it still means to keep.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from callcenter.acd.ids import Millis
from language_routing.languages import Language
from ops.bench.callbacks.promises import Answer

_FINAL: Final = (Answer.INVALID, Answer.WRONG)


@dataclass(slots=True, kw_only=True)
class Record:
    """One promise, as the patient sees it.

    Attributes:
        earliest, latest: What she was told; `None`: no time (a kept place).
        rung: When her phone rang; also when the call came to nothing before it did.
        failed: Ringings that came to nothing.
        talked: When a nurse first talked to her in a call of ours.
        held: How long she was on the phone before a nurse was.
        rang_in: When she talked to a nurse whom she had rung, who then said that it was done.
        over: How it ended; empty: not yet. A person who answers afterwards is called twice.
    """

    kind: str
    language: Language
    promised: Millis
    earliest: Millis | None = None
    latest: Millis | None = None
    offered: Millis | None = None
    rung: list[Millis] = field(default_factory=list)
    failed: list[Answer] = field(default_factory=list)
    talked: Millis | None = None
    rang_in: Millis | None = None
    over: str = ""
    doubled: int = 0
    held: Millis | None = None

    @property
    def by(self) -> Millis | None:
        """When what was promised had come about."""
        return self.talked if self.talked is not None else self.rang_in

    @property
    def rung_in_time(self) -> bool:
        return bool(self.rung) and self.latest is not None and self.rung[0] <= self.latest


class Observer:
    """One run.

    Args:
        attempts: So often, says the policy, a patient is rung who is not reached.
    """

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self.records: dict[str, Record] = {}
        self.refused = 0
        self.overbooked = 0
        self.nurse_rung_while_busy = 0
        self.refused_commands = 0
        self.answered: Counter[str] = Counter()
        self.errors: list[tuple[Language, Millis]] = []
        self._expected: dict[str, tuple[Language, Millis]] = {}

    # -- told -------------------------------------------------------------------------

    def promised(self, callback: str, record: Record) -> None:
        """She has heard that she will be rung."""
        self.records[callback] = record

    def moved(self, callback: str, earliest: Millis, latest: Millis) -> None:
        """She has heard of another time."""
        record = self.records[callback]
        record.earliest, record.latest, record.offered = earliest, latest, None

    def cancelled(self, callback: str) -> None:
        """She has heard that she will not be rung."""
        self.records[callback].over = "cancelled"

    def rang_in(self, callback: str, at: Millis) -> None:
        """A nurse whom she rang has heard that it is done."""
        record = self.records[callback]
        record.rang_in = at
        record.over = record.over or "rang in"

    def offered(self, callback: str, at: Millis) -> None:
        """A nurse's phone rings for it."""
        record = self.records[callback]
        record.offered = record.offered or at

    def rings(self, callback: str, at: Millis) -> int:
        """Her phone rings: for which time?"""
        record = self.records[callback]
        record.rung.append(at)
        return len(record.rung)

    def answers(self, callback: str) -> None:
        """She herself has answered a call of this callback."""
        record = self.records[callback]
        record.doubled += bool(record.over) or record.talked is not None

    def fails(self, callback: str, answer: Answer) -> None:
        """The ringing came to nothing."""
        record = self.records[callback]
        record.failed.append(answer)
        self.answered[answer] += 1
        if not record.over and (answer in _FINAL or len(record.failed) >= self._attempts):
            record.over = "unreached"

    def talks(self, callback: str, at: Millis, held: Millis) -> None:
        """A nurse talks to her in a call of this callback; for so long she had to wait on it."""
        record = self.records[callback]
        record.held = held
        record.talked = record.talked or at
        self.answered[Answer.PERSON] += 1

    def hangs_up(self, callback: str) -> None:
        """She ended the call: after a talk, or while she waited for a nurse."""
        record = self.records[callback]
        record.over = record.over or ("talked" if record.talked is not None else "hung up")

    def expects(self, contact: str, language: Language, at: Millis) -> None:
        """A patient is to be rung first: when should a nurse be free?"""
        self._expected[contact] = language, at

    def assigned(self, contact: str, at: Millis) -> None:
        """A nurse is rung; was she expected by then?"""
        expected = self._expected.pop(contact, None)
        if expected is not None:
            self.errors.append((expected[0], at - expected[1]))

    # -- asked ------------------------------------------------------------------------

    def lost(self, is_open: Callable[[str], bool]) -> list[str]:
        """Promises that came to no end that anybody saw, and that nobody means to keep."""
        return [one for one, record in self.records.items() if not record.over and not is_open(one)]

    def still_open(self, is_open: Callable[[str], bool], kind: str) -> int:
        """Promises that are neither kept nor at an end, and are meant to be kept."""
        return sum(
            record.kind == kind and not record.over and is_open(one)
            for one, record in self.records.items()
        )

    def held_by_kind(self, kind: str) -> list[Millis]:
        """How long patients were on the phone before a nurse was."""
        return [r.held for r in self.records.values() if r.kind == kind and r.held is not None]

    @property
    def doubled(self) -> int:
        """Answers by patients with whom it was over already."""
        return sum(record.doubled for record in self.records.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How promises with a time were kept.

    Attributes:
        kept: A nurse talked to her by the promised time.
        late: After it; `late_but_rung`: of these, her phone had rung in time.
        unreached: Nobody answered as often as the policy says; `never_rung_in_time`: of these,
            her phone did not ring by the promised time.
    """

    promised: int
    kept: int
    late: int
    late_but_rung: int
    unreached: int
    never_rung_in_time: int
    cancelled: int
    hung_up: int

    @property
    def kept_rate(self) -> float | None:
        """As the glossary has it: kept / (kept + late + unreached)."""
        whole = self.kept + self.late + self.unreached
        return round(self.kept / whole, 4) if whole else None

    @property
    def rate(self) -> float | None:
        """Of those whom anybody could reach, the share who were in time.

        Who was never rung in time counts against it; who did not answer in time does not.
        """
        whole = self.kept + self.late + self.never_rung_in_time
        return round(self.kept / whole, 4) if whole else None


def kept(records: Iterable[Record]) -> Kept:
    """Of `records`, those with a promised time."""
    timed = [record for record in records if record.latest is not None]
    ended = [record for record in timed if record.by is not None]
    late = [record for record in ended if _late(record)]
    unreached = [record for record in timed if record.over == "unreached" and record.by is None]
    return Kept(
        promised=len(timed),
        kept=len(ended) - len(late),
        late=len(late),
        late_but_rung=sum(record.rung_in_time for record in late),
        unreached=len(unreached),
        never_rung_in_time=sum(not record.rung_in_time for record in unreached),
        cancelled=sum(record.over == "cancelled" for record in timed),
        hung_up=sum(record.over == "hung up" for record in timed),
    )


def _late(record: Record) -> bool:
    assert record.by is not None
    assert record.latest is not None
    return record.by > record.latest


def rank(values: list[Millis], share: float) -> float | None:
    """The value below which `share` of them lie, in seconds."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))] / 1000, 1)
