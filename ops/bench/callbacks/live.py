"""Live: callbacks that fall due on a running service, until a nurse's phone has its INVITE.

Real Asterisk, Redis, router and gateway; SIPp's nurses and patients. The time counts from the
instant at which a callback is due, by the journal's time, to the moment at which SIPp takes the
INVITE; both are this machine's clock.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callbacks.callback import CallbackId
from callcenter.acd.ids import Millis
from ops.bench.callbacks.ground import LOOK_MS, RINGS_MS, TALK_MS, CallbackGround, phones
from ops.bench.callbacks.release import (
    Released,
    Seen,
    answered_again,
    rank,
    released,
    seen,
    unanswered,
)

_NURSES: Final = 270
_DUE: Final = 1_000
_MINUTE: Final[Millis] = 60_000
_BOOKED_BEFORE: Final[Millis] = 5_000
_PROCESSES: Final = ("router", "standby", "gateway", "ivr", "redis", "asterisk")


@dataclass(frozen=True, kw_only=True)
class Heat:
    """One lot of callbacks.

    Attributes:
        lag: From due to INVITE, by callback; `first`: those for whom a nurse was certainly idle.
        lost: Patients to whom no call came through; `doubled`: who answered again after a
            nurse had talked to them; `unheard`: who hung up before they were connected, and were
            rung again.
        strange: INVITEs at nurses' phones that belong to no callback.
        seconds: From the first due to the last patient's answer.
    """

    lag: dict[str, Released]
    lost: int
    doubled: int
    unheard: int
    strange: int
    seconds: float
    cpu_ms: dict[str, float]

    def lags(self, most: int | None = None) -> list[float]:
        """In milliseconds, of the `most` that were released first, or of all."""
        return [one.lag for one in sorted(self.lag.values(), key=lambda one: one.at)[:most]]


def measure(count: int = _DUE, nurses: int = _NURSES) -> dict[str, float | int | None]:
    """Both ways to fall due: spread over a minute, and all at the same instant."""
    with tempfile.TemporaryDirectory(prefix="callbacks-") as folder:
        home = Path(folder)
        with (
            CallbackGround(home / "home", nurses) as ground,
            phones(ground, home / "nurses.log", home / "patients.log"),
        ):
            ground.on_duty(ground.nurses)
            _heat(ground, home, "w", 20, over=4_000)  # the first calls load what all share
            spread = _heat(ground, home, "s", count, over=_MINUTE)
            # As many as there are nurses, so that one is idle for each.
            burst = _heat(ground, home, "b", nurses, over=0)
            flood = _heat(ground, home, "f", count, over=0)
    return {
        "release_lag_ms_p50": rank(spread.lags(), 0.5),
        "release_lag_ms_p90": rank(spread.lags(), 0.9),
        "release_lag_ms_p99": rank(spread.lags(), 0.99),
        "release_lag_ms_most": rank(spread.lags(), 1.0),
        "released": len(spread.lag),
        "due_per_minute": count,
        "release_lag_burst_ms_p50": rank(burst.lags(), 0.5),
        "release_lag_burst_ms_p99": rank(burst.lags(), 0.99),
        "burst": nurses,
        # More than there are nurses: from the first round on a callback waits for one.
        "release_lag_flood_first_ms_p99": rank(flood.lags(nurses), 0.99),
        "release_lag_flood_ms_p99": rank(flood.lags(), 0.99),
        "flood": count,
        "flood_seconds": round(flood.seconds, 1),
        "live_lost": spread.lost + burst.lost + flood.lost,
        "live_doubled": spread.doubled + burst.doubled + flood.doubled,
        "live_rung_again_unheard": spread.unheard,
        "live_rung_again_unheard_burst": burst.unheard,
        "live_rung_again_unheard_flood": flood.unheard,
        "live_strange_invites": spread.strange + burst.strange + flood.strange,
        "live_nurses": nurses,
        "live_look_ms": LOOK_MS,
        "live_patient_rings_ms": RINGS_MS,
        "live_talk_ms": TALK_MS,
        **{
            f"{name}_cpu_ms_a_callback": round(spent / count, 2)
            for name, spent in spread.cpu_ms.items()
        },
    }


def _heat(ground: CallbackGround, home: Path, name: str, count: int, *, over: Millis) -> Heat:
    """`count` callbacks that fall due over so long, evenly; or all at once."""
    since = ground.position()
    began = time.time()
    # To book takes a while, and is no part of it.
    first = round(began * 1000) + _BOOKED_BEFORE + 10 * count
    plan = [
        (CallbackId(f"{name}{place}"), _number(name, place), first + place * over // count)
        for place in range(count)
    ]
    ground.book(plan)
    booked_s = time.time() - began
    numbers = [number for _, number, _ in plan]
    due: dict[str, Millis] = {callback: at for callback, _, at in plan}
    time.sleep(max(0.0, first / 1000 - time.time()))
    before = ground.cpu_ms()
    patients = _until_quiet(home / "patients.log", set(numbers), first / 1000 + over / 1000 + 120)
    after = ground.cpu_ms()
    time.sleep(3)  # until the last conversations have ended
    invites = [
        one
        for one in seen((home / "nurses.log").read_text(errors="replace"))
        if one.at >= began * 1000
    ]
    rang, reached = ground.said(since)
    found, strange = released(invites, rang, due)
    mine = [one for one in patients if one.at >= began * 1000]
    of_number = {number.removeprefix("+"): reached.get(name, []) for name, number, _ in plan}
    doubled, unheard = answered_again(mine, of_number)
    ends = max((one.at for one in mine), default=float(first))
    heat = Heat(
        lag=found, lost=unanswered(mine, numbers), doubled=doubled, unheard=unheard,
        strange=strange,
        seconds=(ends - first) / 1000,
        cpu_ms={each: after[each] - before[each] for each in _PROCESSES},
    )  # fmt: skip
    lags = heat.lags()
    print(
        f"  {count} due over {over / 1000:g} s: released {len(found)}, lost {heat.lost}, "
        f"doubled {heat.doubled}, rung again unheard {heat.unheard}, "
        f"lag p50 {rank(lags, 0.5)} ms p99 {rank(lags, 0.99)} ms, "
        f"all answered after {heat.seconds:.1f} s; booked in {booked_s:.1f} s",
        flush=True,
    )
    return heat


def _until_quiet(log: Path, numbers: set[str], until: float) -> list[Seen]:
    """Look on until every patient has answered, or nothing more is to be hoped for."""
    wanted = {number.removeprefix("+") for number in numbers}
    found: list[Seen] = []
    while time.time() < until:
        found = seen(log.read_text(errors="replace")) if log.exists() else []
        if wanted <= {one.who.removeprefix("+") for one in found if one.what == "answers"}:
            break
        time.sleep(0.5)
    return found


def _number(name: str, place: int) -> str:
    """A number of its own for each patient of each lot."""
    return f"+467{'0236'['wsbf'.index(name)]}{place:07}"
