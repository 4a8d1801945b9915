"""Stats rows: the service's figures, grouped as somebody asked for them."""

from collections.abc import Container
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from callbacks.callback import Kind
from callcenter.acd import figures
from callcenter.acd.board import Board
from callcenter.acd.ids import Millis
from callcenter.acd.tally import COUNTS, HALF_HOUR, STATES, WAIT_BOUNDS, Idle, Staffed, Tally
from callcenter.people_time import STOCKHOLM
from language_routing.languages import Language

_HAND_OVER = "hand_over"
_NOT_CHOSEN = "not chosen"


class By(StrEnum):
    """What makes a row."""

    HALF_HOUR = "half-hour"
    LANGUAGE = "language"
    CLASS = "class"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one half-hour, language or class, or of all of them.

    Attributes:
        label: For people; `keys` say the same to programs.
        staffed: `None` for a class: nurses' time belongs to none.
        idle: Idle-while-eligible in nurse-milliseconds by cause, the hand-over among them.
    """

    label: str
    keys: dict[str, str | None]
    tally: Tally
    staffed: Staffed | None
    idle: dict[str, Millis]


def first_half_hour(now: Millis, hours: int) -> Millis:
    """The half-hour with which the last `hours` begin; the present one comes on top of them."""
    return now - now % HALF_HOUR - hours * 2 * HALF_HOUR


def rows(board: Board, by: By, since: Millis, now: Millis) -> list[Row]:
    """All rows of the half-hours from `since` up to `now`; the last one is their sum."""
    tallies = [tally for tally in board.figures.half_hours() if tally.since >= since]
    staffing = figures.staffed_until(board.figures, board.nurses.values(), now)
    staffing = [row for row in staffing if row.since >= since]
    idling = [row for row in board.figures.idling() if row.since >= since]
    of_all = [row for row in staffing if row.language is None]
    match by:
        case By.HALF_HOUR:
            found = [
                _row(
                    half_hour(at),
                    {"since": _iso(at)},
                    [tally for tally in tallies if tally.since == at],
                    [row for row in of_all if row.since == at],
                    [row for row in idling if row.since == at],
                )
                for at in range(_first(tallies, of_all, since, now), now + 1, HALF_HOUR)
            ]
        case By.LANGUAGE:
            found = [
                _row(
                    language or _NOT_CHOSEN,
                    {"language": language},
                    [tally for tally in tallies if tally.language == language],
                    [row for row in staffing if language and row.language == language],
                    [row for row in idling if row.language == language],
                )
                for language in _languages(board, tallies)
            ]
        case By.CLASS:
            known = dict.fromkeys(board.policy.targets if board.policy else ())
            found = [
                _row(
                    _class(name, known),
                    {"class": name},
                    [t for t in tallies if t.priority_class == name],
                )
                for name in known | dict.fromkeys(tally.priority_class for tally in tallies)
            ]
    return [*found, _row("all", {"all": "all"}, tallies, of_all, idling)]


def _class(name: str, known: Container[str]) -> str:
    """A class of the site's; or why we ring: a callback's call counts in a class of that name."""
    is_ours = name in set(Kind) and name not in known
    return f"rung: {name.replace('_', ' ')}" if is_ours else name


def _first(tallies: list[Tally], staffing: list[Staffed], since: Millis, now: Millis) -> Millis:
    """Before the first half-hour in which anything was, there is nothing to show."""
    present = max(since, now - now % HALF_HOUR)
    return min([present, *(t.since for t in tallies), *(row.since for row in staffing)])


def _languages(board: Board, tallies: list[Tally]) -> list[Language | None]:
    """Those of the site in their order, then those that it had; none chosen is the last."""
    found: dict[Language | None, None] = {}
    found |= dict.fromkeys(board.policy.languages if board.policy else ())
    found |= dict.fromkeys(tally.language for tally in tallies)
    return sorted(found, key=lambda language: language is None)


def _row(
    label: str,
    keys: dict[str, str | None],
    tallies: list[Tally],
    staffing: list[Staffed] | None = None,
    idling: list[Idle] | None = None,
) -> Row:
    tally = figures.added_up(tallies)
    idle: dict[str, Millis] = {}
    for spent in idling or ():
        idle[spent.cause] = idle.get(spent.cause, 0) + spent.nurse_ms
    if tally.hand_over_sum:
        idle[_HAND_OVER] = tally.hand_over_sum
    staffed = figures.worked(staffing) if staffing is not None else None
    return Row(label=label, keys=keys, tally=tally, staffed=staffed, idle=idle)


def half_hour(instant: Millis) -> str:
    """`Tue 08:30`, in Stockholm; what comes twice in the night of the clock change has its zone."""
    local = datetime.fromtimestamp(instant / 1000, UTC).astimezone(STOCKHOLM)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return local.strftime("%a %H:%M" + (" %Z" if twice else ""))


def _iso(instant: Millis) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="seconds")


def record(row: Row) -> dict[str, object]:
    """One row for a program: counts, spans in seconds, shares from 0 to 1; `null`: nothing yet."""
    tally, staffed = row.tally, row.staffed
    counts = {name: getattr(tally, name) for name in COUNTS if not name.endswith("_sum")}
    sums = {
        f"{name.removesuffix('_sum')}_seconds": getattr(tally, name) / 1000
        for name in COUNTS
        if name.endswith("_sum")
    }
    bounds = [bound // 1000 for bound in WAIT_BOUNDS]
    buckets = {str(b): n for b, n in zip([*bounds, "more"], tally.wait_buckets, strict=True)}
    nurses = None if staffed is None else {
        state: getattr(staffed, state) / 1000
        for state in STATES
    }  # fmt: skip
    return {
        **row.keys,
        **counts,
        **sums,
        "answers_by_wait_seconds": buckets,
        "service_level_1": figures.service_level(tally),
        "service_level_2": figures.service_level_of_all(tally),
        "abandonment_rate": figures.abandonment(tally),
        "speed_of_answer_seconds": _seconds(figures.speed_of_answer(tally)),
        "wait_percentile_seconds": {
            str(percent): _seconds(figures.answered_by(tally, percent)) for percent in (50, 90)
        },
        "handle_time_seconds": _seconds(figures.handle_time(tally)),
        "hand_over_mean_seconds": _seconds(figures.hand_over(tally)),
        "within_estimate": figures.within_estimate(tally),
        "nurse_seconds": nurses,
        "occupancy": figures.occupancy(staffed) if staffed is not None else None,
        "idle_while_eligible_seconds": {cause: ms / 1000 for cause, ms in row.idle.items()},
    }


def _seconds(span: Millis | None) -> float | None:
    return None if span is None else span / 1000
