"""Recorded days to replay: told to the production fold, and written down as the service does."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import AnyEvent
from callcenter.acd.ids import EntryId, Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.journal.codec import encode
from callcenter.shard.shard import Outcome as Step
from callcenter.shard.shard import Shard
from callcenter.simulate.day_hours import midnight
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import NEVER, AnyChange, Caller, Change, Move, Redials, Ringing
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import Outcome
from callcenter.simulate.recordings.extract import Extract, extract
from language_routing.languages import Language
from tests.unit.acd.world import AR, SO, SV, World, policy

MONDAY = date(2026, 11, 23)
MINUTE: Millis = 60_000
HOUR: Millis = 60 * MINUTE
NURSES = {
    "n1": "sv", "n2": "sv", "n3": "sv", "n4": "sv ar:working", "n5": "ar:native", "n6": "so sv",
}  # fmt: skip


class Written(Shard):
    """The fold of a leader who writes a journal."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[tuple[EntryId, AnyEvent, tuple[AnyDecision, ...]]] = []

    def lead(self, entry: EntryId, event: AnyEvent) -> Step:
        step = super().lead(entry, event)
        self.journal.append((entry, event, step.decisions))
        return step


class Days:
    """A course of hand-made callers and shifts (`model.Course`), from a Monday on."""

    def __init__(
        self,
        callers: Sequence[Caller],
        changes: Sequence[AnyChange],
        rules: Policy | None = None,
        days: int = 1,
    ) -> None:
        self.title = "hand-made"
        self.policy = policy(NURSES, wrap_up=20_000, follow_me=0) if rules is None else rules
        self.groups = {"all": tuple(spec.id for spec in self.policy.nurses)}
        self.redials, self.ringing = Redials(), Ringing()
        self.never_refused: tuple[str, ...] = ()
        self.days, self.warm_up, self.parts, self.seed = days, 0, 1, 1
        self._callers = sorted(callers, key=lambda caller: caller.at)
        self._changes = sorted(changes, key=lambda change: change.at)

    def midnight(self, day: int) -> Millis:
        return midnight(MONDAY + timedelta(days=day))

    def callers(self, day: int) -> list[Caller]:
        return [c for c in self._callers if self.midnight(day) <= c.at < self.midnight(day + 1)]

    def changes(self, day: int) -> list[AnyChange]:
        return [c for c in self._changes if self.midnight(day) <= c.at < self.midnight(day + 1)]


def at(hour: int, minute: int = 0, second: int = 0, day: int = 0) -> Millis:
    """A time of Stockholm's day."""
    local = midnight(MONDAY + timedelta(days=day))
    return local + hour * HOUR + minute * MINUTE + second * 1000


def change(move: Move, nurse: str, when: Millis) -> Change:
    return Change(at=when, nurse=NurseId(nurse), move=move)


def shifts(nurses: Iterable[str] = NURSES, day: int = 0) -> list[Change]:
    """Everybody works from 08 to 16, with a break that begins at another time for each."""
    made = []
    for number, nurse in enumerate(nurses):
        noon = at(11, 7 * number, 13, day)
        made += [
            change(Move.READY, nurse, at(8, 0, number, day)),
            change(Move.PAUSE, nurse, noon),
            change(Move.READY, nurse, noon + 20 * MINUTE),
            change(Move.OFF, nurse, at(16, 0, number, day)),
        ]
    return made


def callers(count: int, *, patient: bool, seed: int = 1, day: int = 0) -> list[Caller]:
    """Callers from 08 to 15, half of them in Arabic, at no two of the same millisecond."""
    chance = random.Random(seed)
    times = sorted(chance.sample(range(at(8, 1, 0, day), at(15, 0, 0, day)), count))
    return [
        Caller(
            number=number + 100_000 * day,
            at=when,
            language=chance.choice([SV, AR, AR, SO]),
            person=number,
            patience=NEVER if patient else round(chance.expovariate(1 / (4 * MINUTE))) + 1,
            talk=round(chance.gammavariate(4, 75_000)) + 1,
            priority_class=chance.choice(["public", "public", "staff"]),
            pick_up=chance.randrange(2_000, 6_000),
        )
        for number, when in enumerate(times)
    ]


def simulate(course: Any) -> tuple[Outcome, Written]:
    """What comes of a course under the production fold, and the journal of it."""
    ours, shard = Ours(looked_at=0), Written()
    ours.shard = shard
    return Engine(course, ours, Part(0, course.days, 0)).run(), shard


def write(shard: Written, path: Path) -> Path:
    """The journal as the archive's lines."""
    with path.open("wb") as file:
        for entry, event, decisions in shard.journal:
            file.write(b'{"id":"%s","event":%s' % (entry.encode(), encode(event)))
            if decisions:
                file.write(b',"decisions":%s' % encode(decisions))
            file.write(b"}\n")
    return path


def answers(outcome: Outcome) -> list[tuple[int, int, Language, int]]:
    """Each call: when it came (s), its wait (ms), language and end."""
    calls = outcome.calls
    return sorted(
        (when, wait, outcome.languages[language], end)
        for when, wait, language, end in zip(
            calls.at, calls.wait, calls.language, calls.end, strict=True
        )
    )


class Journalled(World):
    """A small site whose every entry is kept, for `extract`."""

    def __init__(self, nurses: dict[str, str] | None = None, **rules: Any) -> None:
        self.entries: list[tuple[EntryId, AnyEvent | None, tuple[AnyDecision, ...]]] = []
        super().__init__(nurses, **rules)

    def tell(self, event: AnyEvent) -> Step:
        step = super().tell(event)
        self.entries.append((step.entry, event, step.decisions))
        return step

    def extract(self) -> Extract:
        return extract(self.entries)
