"""Setting: the site, the nurses, the calls and the promises that a day begins with."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from callbacks.capacity import Staffing, places
from callbacks.ledger import SLOT
from callbacks.policy import CallbackPolicy, Room
from callcenter.acd.ids import Millis
from callcenter.acd.policy import Policy
from callcenter.simulate.day_hours import midnight
from callcenter.simulate.model import Caller
from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.scenarios.scenario import Scenario
from language_routing.languages import Language
from ops.bench.callbacks.promises import SHARES, Promise, promises
from ops.bench.callbacks.roster import Duty, duties, staffed

SEED: Final = 1177
_SCENARIO: Final = Path(__file__).parents[2] / "scenarios" / "stockholm_year.yaml"
_DAY: Final = date(2026, 1, 7)  # a Wednesday
_NEVER_LOST: Final[Millis] = 10**14
# Nurse time of one callback, as a site would expect it, its failed ringings included.
CALLBACK_HANDLE: Final[Millis] = 430_000
CALL_HANDLE: Final[Millis] = 540_000


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a run begins with."""

    midnight: Millis
    policy: Policy
    duties: Sequence[Duty]
    callers: Sequence[Caller]
    promises: Sequence[Promise]
    seed: int


def setting(
    count: int, seed: int = SEED, *, with_room: bool = False, days_of_callers: int = 1
) -> Setting:
    """The site, nurses and calls of one day of the ordinary year, with `count` bookings.

    Args:
        days_of_callers: Those of so many days come all on this one.
    """
    scenario = load_scenario(_SCENARIO)
    assert isinstance(scenario, Scenario)
    starts = midnight(_DAY)
    day = (_DAY - scenario.starts).days
    callers = [
        replace(caller, at=caller.at - (scenario.midnight(each) - starts))
        for each in range(day, day + days_of_callers)
        for caller in scenario.callers(each)
    ]
    duty = duties(scenario.policy, starts)
    room = rooms(duty, callers, starts) if with_room else ()
    policy = replace(
        scenario.policy,
        gateway_lost=_NEVER_LOST,
        callbacks=CallbackPolicy(room=room),
    )
    return Setting(
        midnight=starts, policy=policy, duties=duty, callers=callers,
        promises=promises(count, starts, seed), seed=seed,
    )  # fmt: skip


def rooms(duty: Sequence[Duty], callers: Sequence[Caller], starts: Millis) -> tuple[Room, ...]:
    """What the site's forecast would say: nurses by first language, and the day's own calls.

    English has its own few nurses and, of those who speak Swedish first, as many as its share
    of all calls.
    """
    found = []
    staffing = Staffing(handle=CALL_HANDLE, callback=CALLBACK_HANDLE)
    sv, en = Language("sv"), Language("en")
    for language in SHARES:
        nurses = staffed(duty, starts, language=language)
        if language in (sv, en):
            swedish = staffed(duty, starts, language=sv)
            lent = [SHARES[en][0] * number for number in swedish]
            nurses = (
                [n - less for n, less in zip(nurses, lent, strict=True)]
                if language == sv
                else [n + more for n, more in zip(nurses, lent, strict=True)]
            )
        calls = [0] * 48
        for caller in callers:
            if caller.language == language:
                calls[(caller.at - starts) // SLOT] += 1
        slots = tuple(
            places(number, math.floor(able), staffing)
            for number, able in zip(calls, nurses, strict=True)
        )
        found.append(Room(language=language, days=tuple(range(8)), slots=slots))
    return tuple(found)


def load(setting: Setting) -> list[tuple[float, float]]:
    """By half-hours: nurses at work, and how many of them calls and callbacks should need.

    A callback's work is spread evenly over its window, but for the last ten minutes.
    """
    work = [0.0] * 52
    for caller in setting.callers:
        handle = caller.talk + caller.pick_up + setting.policy.wrap_up
        work[min(51, (caller.at - setting.midnight) // SLOT)] += handle
    for promise in setting.promises:
        first = (promise.earliest - setting.midnight) // SLOT
        last = max(first, (promise.latest - 600_000 - setting.midnight) // SLOT)
        for slot in range(first, last + 1):
            work[min(51, slot)] += CALLBACK_HANDLE / (last - first + 1)
    nurses = staffed(setting.duties, setting.midnight, 48)
    return [(n, w / SLOT) for n, w in zip(nurses, work, strict=False)]
