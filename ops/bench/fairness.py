"""The year's table and chart in README.md, drawn from what was measured.

`make bench ONLY=year`, then `python -m ops.bench.fairness`.
"""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from callcenter.people_time import span
from callcenter.simulate.reports.shown import NOTHING, count, percent
from callcenter.simulate.summary import Summary
from language_routing.words import name_of
from ops.bench.year import FOLDER

PAGE = Path(__file__).parent.parent.parent / "README.md"
CHART = Path(__file__).parent.parent / "scenarios" / "fairness.svg"
_MARK = "<!-- drawn: year -->"
NARROW = "\u00a0"
_HEADS = ("ours", "ours, no interpreters", "`app_queue`", "`app_queue`, with care")


def table(summaries: Sequence[Summary]) -> str:
    """A row for each language: how long 95 of 100 wait at most, and how many give up."""
    heads = ["", "calls", *_HEADS]
    rows = [
        f"| {' | '.join(heads)} |",
        f"| --- |{' ---: |' * (len(heads) - 1)}",
    ]
    for tag, mine in summaries[0].by_language.items():
        cells = [name_of(tag), count(mine.calls)]
        for number, summary in enumerate(summaries):
            found = summary.by_language[tag]
            wait, lost = _minutes(found.p95_wait_s), percent(found.abandoned)
            wait = f"**{wait}**" if number == 0 else wait
            cells.append(f"{wait} ({lost.replace(NARROW, ' ')})")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _minutes(seconds: float | None) -> str:
    return NOTHING if seconds is None else span(round(seconds) * 1000)


def drawn(page: str, summaries: Sequence[Summary]) -> str:
    """`page` with its marked table drawn anew."""
    block = f"{_MARK}\n{table(summaries)}\n"
    found, times = re.subn(rf"{_MARK}\n(?:\|.*\|\n)*", lambda _: block, page)
    if times != 1:
        raise ValueError(f"{PAGE} has the mark {_MARK} {times} times")
    return found


if __name__ == "__main__":
    found = msgspec.json.decode((FOLDER / "summaries.json").read_bytes(), type=list[Summary])
    PAGE.write_text(drawn(PAGE.read_text(), found))
    shutil.copyfile(FOLDER / "fairness.svg", CHART)
    sys.exit(0)
