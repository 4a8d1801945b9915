"""Our distribution, noting what it is told; and the words in which the tests invent calls."""

from collections.abc import Sequence

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import NEVER, AnyChange, Caller, Change, Headcount, Move
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End, Outcome
from language_routing.languages import Language
from tests.unit.simulate.pools import MONDAY, SV, Course


def at(seconds: float) -> Millis:
    """So long after the first midnight."""
    return MONDAY + round(seconds * 1000)


def call(
    number: int,
    comes: float,
    talk: float = 60,
    patience: float | None = None,
    pick_up: float = 0,
    language: Language = SV,
    **more: object,
) -> Caller:
    """A caller, in seconds; `patience` of `None`: never gives up."""
    stays = NEVER if patience is None else round(patience * 1000)
    return Caller(
        number=number, at=at(comes), person=number, language=language, patience=stays,
        talk=round(talk * 1000), pick_up=round(pick_up * 1000), **more,
    )  # fmt: skip


def change(when: float, nurse: str, move: Move) -> Change:
    """A nurse comes, goes or has a break."""
    return Change(at=at(when), nurse=NurseId(nurse), move=move)


def on_duty(*nurses: str) -> list[AnyChange]:
    """They are ready from midnight on."""
    return [change(0, nurse, Move.READY) for nurse in nurses]


def count(when: float, number: int, group: str = "all") -> Headcount:
    """From then on so many are on duty."""
    return Headcount(at=at(when), group=group, count=number)


class Noted(Ours):
    """Ours, and what it was told: after how many seconds, what, to or by whom."""

    def __init__(self) -> None:
        super().__init__(looked_at=0)
        self.told: list[tuple[float, str, str]] = []
        self.by: dict[int, NurseId] = {}
        self.came: list[Caller] = []

    def _note(self, now: Millis, what: str, who: object) -> None:
        self.told.append(((now - MONDAY) / 1000, what, str(who)))

    def changes(self, nurse: NurseId, move: Move, now: Millis) -> None:
        self._note(now, move, nurse)
        super().changes(nurse, move, now)

    def comes(self, caller: Caller, now: Millis) -> None:
        self.came.append(caller)
        super().comes(caller, now)

    def answers(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        self._note(now, "answers", f"{caller.number} {nurse}")
        self.by[caller.number] = nurse
        super().answers(caller, nurse, now)

    def misses(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        self._note(now, "misses", f"{caller.number} {nurse}")
        super().misses(caller, nurse, now)

    def noted(self, *what: str) -> list[tuple[float, str]]:
        """When, and to or by whom."""
        return [(when, who) for when, kind, who in self.told if kind in what]


def lived(
    site: Policy,
    callers: Sequence[Caller],
    changes: Sequence[AnyChange],
    **course: object,
) -> tuple[Outcome, Noted]:
    """One day under our distribution; what is in `course` is set on it."""
    day = Course(site, callers, changes, groups={"all": tuple(n.id for n in site.nurses)})
    for name, value in course.items():
        setattr(day, name, value)
    ours = Noted()
    outcome = Engine(day, ours, Part(0, day.days, day.warm_up)).run()
    assert ours.shard.late == 0
    return outcome, ours


def ends(outcome: Outcome) -> list[tuple[End, float]]:
    """How each call ended, and after how many seconds in line."""
    pairs = zip(outcome.calls.end, outcome.calls.wait, strict=True)
    return [(End(end), wait / 1000) for end, wait in pairs]
