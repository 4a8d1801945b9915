"""How are 10,000 promises of a day kept, and how soon does a nurse's phone ring for one?

First a day in the production fold, seen from outside: with any window that a patient wishes,
and with those alone that the forecast staffing can keep. Then a day without bookings and with
the callers of three, for kept places: their patients are rung by prediction. Then the live part.

`kept_rate` is that of the glossary, kept / (kept + late + unreached). `kept_rate_of_reachable`
leaves those out who did not answer, although they were rung by the promised time.
`lost` and `doubled` are those of all three days; the live part's own begin with `live_`.
"""

from typing import Final

from ops.bench.callbacks import live
from ops.bench.callbacks.day import Day
from ops.bench.callbacks.observer import Kept, kept, rank
from ops.bench.callbacks.promises import SHARES, TALK_MEAN
from ops.bench.callbacks.setting import CALLBACK_HANDLE, SEED, Setting, load, setting

_CALLBACKS: Final = 10_000
_KINDS: Final = ("medical", "kept place", "line closed")


def measure() -> dict[str, float | int | None]:
    """All of it. Shares from 0 to 1; the rest as its name says."""
    return {**simulated(_CALLBACKS), **live.measure()}


def simulated(count: int) -> dict[str, float | int | None]:
    """The days in the fold; no clock of this machine's matters."""
    wished, forecast = setting(count), setting(count, with_room=True)
    crowded = setting(0, days_of_callers=3)
    freely, within, places = _run(wished), _run(forecast), _run(crowded)
    promised = kept(freely.observer.records.values())
    return {
        "callbacks": promised.promised,
        "kept_rate": promised.kept_rate,
        "kept_rate_of_reachable": promised.rate,
        "kept": promised.kept,
        "late": promised.late,
        "late_though_rung_in_time": promised.late_but_rung,
        "lost": sum(_lost(day) for day in (freely, within, places)),
        "doubled": sum(day.observer.doubled for day in (freely, within, places)),
        "nurse_rung_while_busy": sum(
            day.observer.nurse_rung_while_busy for day in (freely, within, places)
        ),
        "unreached": promised.unreached,
        "unreached_never_rung_in_time": promised.never_rung_in_time,
        "cancelled": promised.cancelled,
        "rang_in_and_settled": sum(
            record.over == "rang in" for record in freely.observer.records.values()
        ),
        "open_at_end": sum(freely.observer.still_open(freely.is_open, kind) for kind in _KINDS),
        "dials": sum(len(record.rung) for record in freely.observer.records.values()),
        **_waits("", freely),
        **_by_language(freely),
        **_differs(freely, promised),
        "room_callbacks": (roomy := kept(within.observer.records.values())).promised,
        "room_not_offered": within.observer.refused,
        "room_kept_rate": roomy.kept_rate,
        "room_kept_rate_of_reachable": roomy.rate,
        "room_late": roomy.late,
        **_waits("room_", within),
        **_predictions(places),
        **_assumed(wished),
    }


def _run(chosen: Setting) -> Day:
    day = Day(chosen)
    day.run()
    promised = kept(day.observer.records.values())
    print(
        f"  {promised.promised} promised: kept {promised.kept}, late {promised.late}, lost "
        f"{_lost(day)}, doubled {day.observer.doubled}, {len(day.observer.errors)} rung by "
        f"prediction; {day.clock.events} events",
        flush=True,
    )
    return day


def _lost(day: Day) -> int:
    return len(day.observer.lost(day.is_open))


def _waits(prefix: str, day: Day) -> dict[str, float | int | None]:
    """From the window's begin until a nurse's phone rang for it, in seconds."""
    waits = [
        record.offered - record.earliest
        for record in day.observer.records.values()
        if record.offered is not None and record.earliest is not None
    ]
    return {
        f"{prefix}nurse_rung_after_earliest_s_p50": rank(waits, 0.5),
        f"{prefix}nurse_rung_after_earliest_s_p99": rank(waits, 0.99),
    }


def _by_language(day: Day) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {}
    for language in SHARES:
        one = kept(
            record for record in day.observer.records.values() if record.language == language
        )
        found |= {
            f"callbacks_{language}": one.promised,
            f"kept_rate_{language}": one.kept_rate,
            f"late_{language}": one.late,
        }
    return found


def _differs(day: Day, promised: Kept) -> dict[str, float | int | None]:
    """By how much the ledger's own counts differ from what was seen: all must be 0."""
    said = day.ledger_says()
    return {
        "ledger_differs_kept": said["kept"] - promised.kept,
        "ledger_differs_late": said["late"] - promised.late,
        "ledger_differs_unreached": said["unreached"] - promised.unreached,
        "ledger_differs_cancelled": said["cancelled"] - promised.cancelled,
    }


def _predictions(day: Day) -> dict[str, float | int | None]:
    """Of patients who kept their places: was a nurse free when she should have been?"""
    observer = day.observer
    errors = [abs(error) for _, error in observer.errors]
    by_language: dict[str, float | int | None] = {}
    for language in SHARES:
        mine = [abs(error) for tag, error in observer.errors if tag == language]
        by_language |= {
            f"predictions_{language}": len(mine),
            f"prediction_error_s_p50_{language}": rank(mine, 0.5),
            f"prediction_error_s_p90_{language}": rank(mine, 0.9),
        }
    kept_places = [r for r in observer.records.values() if r.kind == "kept place"]
    held = observer.held_by_kind("kept place")
    return {
        "prediction_error_s_p50": rank(errors, 0.5),
        "prediction_error_s_p90": rank(errors, 0.9),
        "predictions": len(errors),
        **by_language,
        "predictions_calls": len(day.setting.callers),
        "nurse_free_before_predicted": _share(
            sum(error < 0 for _, error in observer.errors), len(errors)
        ),
        "kept_places": len(kept_places),
        "kept_places_talked": sum(record.talked is not None for record in kept_places),
        "kept_places_hung_up_waiting": sum(record.over == "hung up" for record in kept_places),
        "kept_places_open": observer.still_open(day.is_open, "kept place"),
        "patient_waited_for_nurse_s_p50": rank(held, 0.5),
        "patient_waited_for_nurse_s_p90": rank(held, 0.9),
    }


def _assumed(chosen: Setting) -> dict[str, float | int | None]:
    """What the day was made of; the load is that of nurses' time by calls and callbacks."""
    by_half_hour = load(chosen)
    nurses, work = (sum(column) for column in zip(*by_half_hour, strict=True))
    # A callback may be rung at any time of its window: over two hours peaks are smoothed.
    rolling = [
        sum(w for _, w in by_half_hour[at : at + 4]) / sum(n for n, _ in by_half_hour[at : at + 4])
        for at in range(len(by_half_hour) - 3)
    ]
    talks = [caller.talk for caller in chosen.callers]
    return {
        "seed": SEED,
        "nurses": len(chosen.policy.nurses),
        "calls": len(chosen.callers),
        "assumed_call_talk_s": round(sum(talks) / len(talks) / 1000),
        "assumed_callback_talk_s": TALK_MEAN // 1000,
        "assumed_callback_handle_s": CALLBACK_HANDLE // 1000,
        "assumed_wrap_up_s": chosen.policy.wrap_up // 1000,
        "nurse_hours": round(nurses / 2),
        "load": round(work / nurses, 3),
        "load_busiest_two_hours": round(max(rolling), 3),
        "load_busiest_half_hour": round(max(w / n for n, w in by_half_hour if n), 3),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
