"""Days on which everything happens that a site's rules know of."""

import random
from collections.abc import Sequence

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.simulate.model import AnyChange, Caller, Change, Headcount, Move, Redials, Ringing
from language_routing.hours import Calendar, Hours, Span, Zone
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement
from tests.unit.simulate.pools import AR, MONDAY, SV

SO, FI = Language("so"), Language("fi")
HOUR: Millis = 3_600_000
_OPENS, _CLOSES = 7, 12  # o'clock: callers come
_LEVELS = {AR: Level.FLUENT, SO: Level.FLUENT, FI: Level.NATIVE}


def rich_policy(**rules: object) -> Policy:
    """Two languages with rings, one that is closed at first, one that another line serves."""
    rings = (
        Ring(level=Level.FLUENT),
        Ring(after=60_000, level=Level.WORKING),
        Ring(after=150_000, level=None, competences=False),
    )
    week = tuple(Span(weekday=day, opens=480, closes=1020) for day in range(7))
    hours = Hours(spans=week, holidays=True)
    nurses = []
    for n in range(14):
        second = (AR, SO, FI)[n % 3]
        spoken = (SV, second) if n % 4 else (second, SV)
        levels = {SV: Level.NATIVE, second: Level.WORKING if n % 5 == 0 else _LEVELS[second]}
        nurses.append(
            NurseSpec(
                id=NurseId(f"n{n:02}"), languages=spoken, levels=levels,
                competences=("child",) if n % 2 else (), years=n,
            )
        )  # fmt: skip
    given: dict[str, object] = {
        "wrap_up": 30_000,
        "short_talk": 3_000,
        "targets": {"public": 120_000, "staff": 40_000},
        "requirements": {"child": Requirement(competences=("child",))},
        "routing": Routing(
            lines=(
                Line(language=AR, rings=rings),
                Line(language=SO, rings=rings, hours=hours,
                     closed=Closed(instead=Instead.CALLBACK, language=SV)),
                Line(language=FI, hours=hours,
                     closed=Closed(instead=Instead.LANGUAGE, language=SV)),
            ),
            calendar=Calendar(zone=Zone(offset=60)),
        ),
        "reserve": True,
        "follow_me": 2 * HOUR,
        "surge": SurgeRules(
            steps=(
                SurgeStep(level=SurgeLevel.HIGH, waiting=6, rings_percent=50, wrap_up=15_000),
                SurgeStep(level=SurgeLevel.CRISIS, waiting=12, rings_percent=200, wrap_up=10_000,
                          refuse_waiting=14),
            ),
            rises_after=5_000,
            falls_after=60_000,
        ),
    }  # fmt: skip
    return Policy(
        languages=(SV, AR, SO, FI),
        default_language=SV,
        nurses=tuple(nurses),
        **(given | rules),
    )


class BusyDays:
    """Some hours of calls a day, with a rush; nurses come, have breaks, and go."""

    def __init__(self, site: Policy, *, seed: int = 1, days: int = 1, rate: float = 150) -> None:
        self.title, self.policy, self.seed = "busy days", site, seed
        self.days, self.warm_up, self.parts = days, 0, 1
        self.redials = Redials(share=0.6, after=240_000, most=3)
        self.ringing = Ringing(missed=0.1, back_after=120_000)
        self.never_refused = ("staff",)
        half = len(site.nurses) // 2
        self.groups = {
            "one by one": tuple(spec.id for spec in site.nurses[:half]),
            "by number": tuple(spec.id for spec in site.nurses[half:]),
        }
        self._rate = rate

    def midnight(self, day: int) -> Millis:
        return MONDAY + day * 24 * HOUR

    def callers(self, day: int) -> Sequence[Caller]:
        chance = random.Random(f"{self.seed}/calls/{day}")
        found, now = [], _OPENS * HOUR
        while True:
            rush = 2.5 if 9 * HOUR < now < 9.5 * HOUR else 1.0
            now += round(chance.expovariate(self._rate * rush) * HOUR)
            if now >= _CLOSES * HOUR:
                return found
            entry = chance.choice(("public", "public", "child", "staff"))
            found.append(
                Caller(
                    number=(day + 10) * 100_000 + len(found),
                    at=self.midnight(day) + now,
                    language=chance.choice((SV, SV, SV, AR, SO, FI)),
                    person=chance.randrange(300),
                    patience=round(chance.expovariate(1 / 240_000)),
                    talk=3_000 + round(chance.expovariate(1 / 200_000)),
                    entry_point=entry,
                    priority_class="staff" if entry == "staff" else "public",
                    pick_up=chance.randrange(0, 12_000),
                    miss=chance.random(),
                    luck=chance.random(),
                )
            )

    def changes(self, day: int) -> Sequence[AnyChange]:
        chance, begins = random.Random(f"{self.seed}/nurses/{day}"), self.midnight(day)
        found: list[AnyChange] = []
        for nurse in self.groups["one by one"]:
            now, moves = 6 * HOUR, [Move.READY, *[Move.PAUSE, Move.READY] * 4, Move.OFF]
            for move in moves:
                now += chance.randrange(60_000, HOUR if move is Move.PAUSE else HOUR // 3)
                found.append(Change(at=begins + now, nurse=nurse, move=move))
        hours = ((6.8, 4), (8.5, 7), (9.7, 3), (10.2, 6), (11, 2), (12.5, 0))
        for hour, count in hours:
            instant = begins + round(hour * HOUR)
            found.append(Headcount(at=instant, group="by number", count=count))
        return sorted(found, key=lambda change: change.at)
