"""What a SIPp run came to, read from the files that it leaves. Pure; it opens no file."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_COLUMN: Final = re.compile(r"\d+_(\w+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class SippResult:
    """One run.

    Attributes:
        created: Calls (or registrations) begun; for a listening SIPp, OPTIONS too.
        successful: Those that went through the whole scenario.
        failed: The others: refused, timed out, or something unforeseen came.
        codes: How often each SIP code came that the scenario did not foresee.
        counts: Messages by name, as in {"INVITE_Sent": 5, "200_Recv": 10}.
        answer_ms: Milliseconds from each INVITE to its 200, where the scenario measures it.
        exit_code: 0 if no call failed, 1 if some did, above that SIPp itself gave up.
    """

    created: int
    successful: int
    failed: int
    codes: Mapping[int, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    answer_ms: tuple[float, ...] = ()
    exit_code: int = 0


def result(
    *, stat: str, codes: str = "", counts: str = "", rtt: str = "", exit_code: int = 0
) -> SippResult:
    """The result told by `-trace_stat`, `-trace_error_codes`, `-trace_counts`, `-trace_rtt`.

    Raises:
        ValueError: `stat` holds no statistics.
    """
    totals = _last_row(stat)
    try:
        created, successful, failed = (
            int(totals[name]) for name in ("TotalCallCreated", "SuccessfulCall(C)", "FailedCall(C)")
        )
    except KeyError:
        raise ValueError("SIPp left no statistics") from None
    return SippResult(
        created=created,
        successful=successful,
        failed=failed,
        codes=_codes(codes),
        counts=_counts(counts),
        answer_ms=_times(rtt),
        exit_code=exit_code,
    )


def _last_row(text: str) -> dict[str, str]:
    """The last row of a CSV with a heading, by column."""
    lines = text.splitlines()
    if len(lines) < 2:
        return {}
    return dict(zip(lines[0].split(";"), lines[-1].split(";"), strict=False))


def _codes(text: str) -> dict[int, int]:
    """Rows as in `time;elapsed;486,486,404,`, without a heading."""
    found: Counter[int] = Counter()
    for line in text.splitlines():
        found.update(int(code) for code in line.split(";")[-1].split(",") if code.isdigit())
    return dict(found)


def _counts(text: str) -> dict[str, int]:
    """Columns as in `1_200_Recv`; the steps of the scenario with one name are added up."""
    found: Counter[str] = Counter()
    for column, value in _last_row(text).items():
        name = _COLUMN.fullmatch(column)
        if name and value.isdigit() and int(value):
            found[name[1]] += int(value)
    return dict(found)


def _times(text: str) -> tuple[float, ...]:
    """Rows as in `date;12.000;1`, with a heading."""
    rows = (line.split(";") for line in text.splitlines()[1:])
    return tuple(float(row[1]) for row in rows if len(row) > 2)
