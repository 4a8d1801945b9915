"""Who is faster at giving the next caller to a nurse: we, or Asterisk's own app_queue?

Both serve the same load on one Asterisk in one run, in turns: callers at random moments,
20 a second, talks between 0.5 and 2.6 s, and 1.1 times the load that the nurses can take,
so that a line stands. A second pair of turns has twice the nurses, for the caller who comes
while one is free; a third has 200 callers in the language menu beside it all. The times are
Asterisk's own stamps on its events.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ops.bench.race.ground import OURS, QUEUE, Ground
from ops.bench.race.people import callers, crowd, nurses
from ops.bench.race.witness import Witness, rank

CALLS_PER_SECOND = 20.0
_MEAN_TALK_S = 1.55 + 0.04  # and the time until the nurse has answered
_OVERLOAD = 1.1
_BUSY = round(CALLS_PER_SECOND * _MEAN_TALK_S / _OVERLOAD)
_PLENTY = 2 * _BUSY
_IN_MENU = 200
_OUR_PROCESSES = ("router", "standby", "gateway", "ivr")


@dataclass(kw_only=True)
class Heat:
    """One turn of one system.

    Attributes:
        failed: Calls that did not end as they should, for whichever reason.
        cpu_ms: Processor time a call, by process.
    """

    exten: str
    witness: Witness
    calls: int
    failed: int
    cpu_ms: dict[str, float]


def measure(calls: int = 700) -> dict[str, float | int | None]:
    """All turns; milliseconds, but for the counts."""
    with (
        tempfile.TemporaryDirectory(prefix="race-") as folder,
        Ground(Path(folder) / "home", _PLENTY) as ground,
        nurses(ground),
    ):
        busy = [_heat(ground, exten, _BUSY, calls) for exten in (OURS, QUEUE, QUEUE, OURS)]
        idle = [_heat(ground, exten, _PLENTY, calls // 2) for exten in (QUEUE, OURS)]
        with crowd(ground, _IN_MENU):
            time.sleep(32)  # until all of them are there
            in_menu = ground.calls_now()
            crowded = [_heat(ground, exten, _BUSY, calls) for exten in (QUEUE, OURS)]
    ours = [heat for heat in (*busy, *idle, *crowded) if heat.exten == OURS]
    theirs = [heat for heat in (*busy, *idle, *crowded) if heat.exten == QUEUE]
    cpu = [heat for heat in busy if heat.exten == OURS]
    served = sum(heat.calls for heat in cpu)
    return {
        **_spread("", busy, "handovers"),
        "calls": sum(heat.calls for heat in ours),
        "failed": sum(heat.failed for heat in ours),
        "app_queue_calls": sum(heat.calls for heat in theirs),
        "app_queue_failed": sum(heat.failed for heat in theirs),
        "handovers": sum(len(h.witness.handovers) for h in busy if h.exten == OURS),
        "app_queue_handovers": sum(len(h.witness.handovers) for h in busy if h.exten == QUEUE),
        **_spread("idle_", idle, "idle"),
        "callers_in_menu": in_menu,
        **_spread("menu200_", crowded, "handovers"),
        "cpu_ms_a_call": _share(cpu, served, _OUR_PROCESSES),
        "redis_cpu_ms_a_call": _share(cpu, served, ("redis",)),
        "asterisk_cpu_ms_a_call": _share(cpu, served, ("asterisk",)),
        "nurses": _BUSY,
        "calls_per_second": CALLS_PER_SECOND,
    }


def _heat(ground: Ground, exten: str, on_duty: int, calls: int) -> Heat:
    """One turn: these nurses work for one of the two systems, and the callers come."""
    working = ground.nurses[:on_duty]
    ground.on_duty(working if exten == OURS else [])
    ground.in_queue(working if exten == QUEUE else [])
    time.sleep(2)  # until the last turn's phones are at rest
    witness = Witness(exten, dict.fromkeys(working, time.time()))
    ground.witness = witness
    before = ground.cpu_ms()
    with callers(ground, exten, calls, CALLS_PER_SECOND) as run:
        result = run.wait()
    time.sleep(1)  # until the last events have come
    ground.witness = None
    after = ground.cpu_ms()
    twice = sum(count - 1 for count in witness.dialled.values())
    unserved = calls - len(witness.talked)
    heat = Heat(
        exten=exten, witness=witness, calls=calls,
        failed=max(result.failed, calls - result.successful, unserved) + twice,
        cpu_ms={name: after[name] - before[name] for name in after},
    )  # fmt: skip
    print(
        f"  {'ours' if exten == OURS else 'app_queue'}: {calls} calls, {on_duty} nurses, "
        f"failed {heat.failed}, hand-over p50 {rank(witness.handovers, 0.5)} ms "
        f"p99 {rank(witness.handovers, 0.99)} ms ({len(witness.handovers)}), "
        f"idle p50 {rank(witness.idle, 0.5)} ms ({len(witness.idle)})",
        flush=True,
    )
    return heat


def _spread(prefix: str, heats: list[Heat], what: str) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {}
    for system, exten in (("ours", OURS), ("app_queue", QUEUE)):
        values = [v for h in heats if h.exten == exten for v in getattr(h.witness, what)]
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            found[f"{prefix}{system}_{name}_ms"] = rank(values, share)
    return found


def _share(heats: list[Heat], calls: int, processes: tuple[str, ...]) -> float:
    return round(sum(heat.cpu_ms[name] for heat in heats for name in processes) / calls, 2)
