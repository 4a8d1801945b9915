"""The year's table and chart in README.md, drawn from what was measured.

`make bench ONLY=year`, then `python -m ops.bench.fairness`.
"""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from callcenter.simulate.summary import Summary
from language_routing.words import name_of
from ops.bench.year import FOLDER

PAGE = Path(__file__).parent.parent.parent / "README.md"
CHART = Path(__file__).parent.parent / "scenarios" / "fairness.svg"
_MARK = "<!-- drawn: year -->"
_NONE = "–"


def table(ours: Summary, baseline: Summary) -> str:
    """A row for each language: calls, and both systems' waits and lost callers."""
    rows = [
        "| | calls | 95 of 100 wait at most | with `app_queue` | mean wait | with `app_queue` "
        "| give up | with `app_queue` |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for tag, mine in ours.by_language.items():
        theirs = baseline.by_language[tag]
        cells = [
            name_of(tag),
            f"{mine.calls:,}",
            f"**{_minutes(mine.p95_wait_s)}**",
            _minutes(theirs.p95_wait_s),
            _minutes(mine.mean_wait_s),
            _minutes(theirs.mean_wait_s),
            _share(mine.abandoned),
            _share(theirs.abandoned),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return _NONE
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _share(share: float | None) -> str:
    return _NONE if share is None else f"{share:.1%}"


def drawn(page: str, summaries: Sequence[Summary]) -> str:
    """`page` with its marked table drawn anew."""
    block = f"{_MARK}\n{table(summaries[0], summaries[1])}"
    return re.sub(rf"{_MARK}\n(?:\|.*\|\n?)+", lambda _: block + "\n", page)


if __name__ == "__main__":
    found = msgspec.json.decode((FOLDER / "summaries.json").read_bytes(), type=list[Summary])
    PAGE.write_text(drawn(PAGE.read_text(), found))
    shutil.copyfile(FOLDER / "fairness.svg", CHART)
    sys.exit(0)
