"""Scenario: an invented course of days, reproducible to the last call (`model.Course`)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import Policy
from callcenter.simulate.day_hours import midnight
from callcenter.simulate.model import AnyChange, Caller, Redials, Ringing
from callcenter.simulate.scenarios.chance import Length, Patience, dice
from callcenter.simulate.scenarios.demand import Stream
from callcenter.simulate.scenarios.roster import Group, changes_of
from language_routing.languages import Language

_NUMBERS_A_DAY: Final = 1_000_000  # of its calls; the next day goes on behind them


@dataclass(kw_only=True, slots=True)
class Scenario:
    """What comes and who is there, by rule and by chance.

    Attributes:
        starts: The first local day that is counted.
        demand: Who calls.
        busyness: The shape k of a day's factor, Gamma(k, 1/k), 1 on average; `None`: all days
            are alike but for their callers' own chance.
        talk: By language; `usual_talk` for those that are not in it.
        pick_up: A nurse answers after between the first and the second (uniform).
        staff: Who works when.

    What is not explained here: see `Course`.
    """

    title: str
    policy: Policy
    demand: tuple[Stream, ...]
    staff: tuple[Group, ...]
    starts: date
    usual_talk: Length
    talk: dict[Language, Length] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    redials: Redials = field(default_factory=Redials)
    ringing: Ringing = field(default_factory=Ringing)
    pick_up: tuple[Millis, Millis] = (0, 0)
    busyness: float | None = None
    days: int = 1
    warm_up: int = 0
    parts: int = 1
    seed: int = 1177
    never_refused: tuple[str, ...] = ()
    groups: dict[str, tuple[NurseId, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = {group.name: group.nurses for group in self.staff}

    def date(self, day: int) -> date:
        """The local date of a day."""
        return self.starts + timedelta(days=day)

    def midnight(self, day: int) -> Millis:
        """When a day begins (local midnight); day 0 is the first that is counted."""
        return midnight(self.date(day))

    def changes(self, day: int) -> list[AnyChange]:
        """What the nurses do from midnight to midnight, in the order of time."""
        return changes_of(self.staff, self.date(day))

    def callers(self, day: int) -> list[Caller]:
        """The calls of one day in the order of their arrival; the same at every asking."""
        busyness = self._busyness(day)
        drawn = [
            (*call, number)
            for number, stream in enumerate(self.demand)
            for call in self._stream(stream, number, day, busyness)
        ]
        drawn.sort()
        base = (day + self.warm_up) * _NUMBERS_A_DAY + 1
        demand = self.demand
        return [
            Caller(
                number=base + place,
                at=at,
                language=demand[stream].language,
                person=base + place,
                patience=patience,
                talk=talk,
                entry_point=demand[stream].entry_point,
                priority_class=demand[stream].priority_class,
                pick_up=pick_up,
                miss=miss,
                luck=luck,
            )
            for place, (at, patience, talk, pick_up, miss, luck, stream) in enumerate(drawn)
        ]

    def expected(self, day: int) -> dict[Language, float]:
        """Expected first tries of one day by language."""
        found = {stream.language: 0.0 for stream in self.demand}
        for stream in self.demand:
            found[stream.language] += stream.expected(self.date(day))
        return found

    def expected_calls(self) -> float:
        """Expected first tries of all counted days."""
        return sum(sum(self.expected(day).values()) for day in range(self.days))

    def handle_time(self, language: Language) -> Millis:
        """Mean time that a call takes a nurse: her phone rings, they talk, she wraps up."""
        talk = self.talk.get(language, self.usual_talk)
        return sum(self.pick_up) // 2 + talk.mean + self.policy.wrap_up

    def _busyness(self, day: int) -> float:
        shape = self.busyness
        if shape is None:
            return 1.0
        return dice(self.seed, day, "busyness").gammavariate(shape, 1 / shape)

    def _stream(
        self, stream: Stream, number: int, day: int, busyness: float
    ) -> list[tuple[Millis, Millis, Millis, Millis, float, float]]:
        """Arrival, patience, talk, pick-up, miss and luck of each caller of one stream."""
        name = f"{number}/{stream.language}/{stream.entry_point}"
        chance = dice(self.seed, day, name)
        random = chance.random
        talk = self.talk.get(stream.language, self.usual_talk).drawn(chance)
        patience = self.patience.drawn(chance)
        soonest, span = self.pick_up[0], self.pick_up[1] - self.pick_up[0]
        arrivals = stream.arrivals(self.date(day), busyness, dice(self.seed, day, f"{name}/at"))
        return [
            (
                at,
                patience(),
                1 + int(talk()),
                soonest + int(span * random()),
                random(),
                random(),
            )
            for at in arrivals
        ]
