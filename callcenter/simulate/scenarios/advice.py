"""Advice: how many nurses Erlang C would have in each half-hour, beside those on duty.

The formula is pyworkforce's (`pyworkforce.queuing.ErlangC`): positions for so many calls of so
many minutes within `interval` minutes, so that a share of them is answered within `asa` minutes.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec
from pyworkforce.queuing import ErlangC

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.tally import HALF_HOUR
from callcenter.simulate.day_hours import HOUR, hours
from callcenter.simulate.model import AnyChange, Change, Move
from callcenter.simulate.scenarios.scenario import Scenario
from language_routing.languages import Language

LEFT_OUT: Final = (
    "Erlang C knows nobody who gives up or rings again, and takes each language for itself: "
    "a nurse of two languages counts as on duty in both, and who helps out after some waiting, "
    "an interpreter too, in neither."
)
MOST_AT_ONCE: Final = 2000
"""Calls in progress; the library's search is quadratic in them."""
_MINUTE: Final = 60_000
_FEWEST: Final = 1e-6  # calls in a half-hour; what is less is nobody
_SOONEST: Final[Millis] = 1000  # it takes no target of 0


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One language in one half-hour.

    Attributes:
        at: When it begins.
        half_hour: Of the local day: 0 is 00:00, 47 is 23:30.
        calls: Expected first tries.
        needed: Nurses by Erlang C; `None` where nobody comes, or `too_many` do.
        on_duty: Nurses on duty who speak the language at all, averaged over the half-hour.
        share, within: So many of the callers (0 to 1) would be answered within this.
    """

    language: Language
    at: Millis
    half_hour: int
    calls: float
    needed: int | None
    on_duty: float
    share: float
    within: Millis

    @property
    def too_many(self) -> bool:
        """More than `MOST_AT_ONCE` calls are in progress, for which no number is reckoned."""
        return self.needed is None and self.calls >= _FEWEST


def advise(
    scenario: Scenario, day: int, *, share: float = 0.8, within: Millis | None = None
) -> list[Advice]:
    """What Erlang C says of one day, by time and language.

    Args:
        share: Of the callers, from 0 to 0.99, who are to be answered in time.
        within: In what time; `None`: the target of the class that calls most.

    Raises:
        ValueError: `share` is out of its range.
    """
    if not 0 <= share <= 0.99:
        raise ValueError("the share of calls answered in time goes from 0 to 0.99")
    duty = _on_duty(scenario, day)
    found: list[Advice] = []
    for place, (hour, begins) in enumerate(hours(scenario.date(day))):
        for half in (0, 1):
            at = begins + half * HALF_HOUR
            for language in scenario.policy.languages:
                calls, target = _asked(scenario, day, language, place, at)
                target = max(_SOONEST, target if within is None else within)
                found.append(
                    Advice(
                        language=language,
                        at=at,
                        half_hour=2 * hour + half,
                        calls=calls,
                        needed=positions(calls, scenario.handle_time(language), share, target),
                        on_duty=duty.get((language, at), 0.0),
                        share=share,
                        within=target,
                    )
                )
    return found


def positions(calls: float, handle_time: Millis, share: float, within: Millis) -> int | None:
    """The fewest nurses who answer `share` of `calls` in half an hour `within` so long.

    `None` for no calls, and for more than 2,000 at once.
    """
    at_once = calls * handle_time / HALF_HOUR
    if calls < _FEWEST or handle_time <= 0 or at_once > MOST_AT_ONCE:
        return None
    formula = ErlangC(
        transactions=calls,
        aht=handle_time / _MINUTE,
        asa=within / _MINUTE,
        interval=HALF_HOUR // _MINUTE,
    )
    found = int(formula.required_positions(service_level=share)["positions"])
    # It begins its search one above what the calls at once come to, which may be too many.
    while found - 1 > at_once and formula.service_level(found - 1) >= share:
        found -= 1
    return found


def _asked(
    scenario: Scenario, day: int, language: Language, place: int, at: Millis
) -> tuple[float, Millis]:
    """Expected calls in a half-hour, and the target of the class that most of them have."""
    by_class: dict[str, float] = {}
    for stream in scenario.demand:
        if stream.language == language:
            calls = stream.rates(scenario.date(day))[place][1] * HALF_HOUR / HOUR
            by_class[stream.priority_class] = by_class.get(stream.priority_class, 0.0) + calls
    if not by_class:
        return 0.0, 0
    most = max(by_class, key=lambda name: by_class[name])
    return sum(by_class.values()), scenario.policy.target(most, at)


class _Spell(NamedTuple):
    """So many nurses of the same languages are on duty."""

    languages: tuple[Language, ...]
    begins: Millis
    ends: Millis
    nurses: int


def _on_duty(scenario: Scenario, day: int) -> dict[tuple[Language, Millis], float]:
    """Nurses on duty by language and beginning of a half-hour, averaged over it."""
    found: dict[tuple[Language, Millis], float] = {}
    first, last = scenario.midnight(day), scenario.midnight(day + 1)
    for spell in _spells(scenario, day):
        begins, ends = max(spell.begins, first), min(spell.ends, last)
        at = begins - (begins - first) % HALF_HOUR
        while at < ends:
            share = (min(ends, at + HALF_HOUR) - max(begins, at)) / HALF_HOUR * spell.nurses
            for language in spell.languages:
                found[language, at] = found.get((language, at), 0.0) + share
            at += HALF_HOUR
    return found


def _spells(scenario: Scenario, day: int) -> Iterator[_Spell]:
    """Whoever is on duty on a day; those of the night came the day before."""
    spoken = {nurse.id: nurse.languages for nurse in scenario.policy.nurses}
    of_group = {name: spoken[nurses[0]] for name, nurses in scenario.groups.items()}
    since: dict[NurseId, Millis] = {}
    heads: dict[str, tuple[Millis, int]] = {}
    changes: list[AnyChange] = [*scenario.changes(day - 1), *scenario.changes(day)]
    for change in changes:
        if isinstance(change, Change):
            begins = since.pop(change.nurse, None)
            if begins is not None:
                yield _Spell(spoken[change.nurse], begins, change.at, 1)
            if change.move is Move.READY:
                since[change.nurse] = change.at
        else:
            begins, count = heads.get(change.group, (change.at, 0))
            yield _Spell(of_group[change.group], begins, change.at, count)
            heads[change.group] = (change.at, change.count)
    end = scenario.midnight(day + 1)
    for nurse, begins in since.items():
        yield _Spell(spoken[nurse], begins, end, 1)
    for group, (begins, count) in heads.items():
        yield _Spell(of_group[group], begins, end, count)
