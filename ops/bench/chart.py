"""The chart of the race in README.md, drawn from what was measured: `python -m ops.bench.chart`."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "README.md"
RESULT = Path("build") / "bench" / "dispatch.json"
_MARK = "<!-- drawn: dispatch -->"


def chart(result: Mapping[str, float]) -> str:
    """Mermaid's bars: half and nine tenths of the hand-overs, for both systems."""
    names = [
        (label, system, share)
        for share in ("p50", "p90", "p99")
        for label, system in (("we", "ours"), ("app_queue", "app_queue"))
    ]
    labels = ", ".join(f'"{label} {share}"' for label, _, share in names)
    values = ", ".join(f"{result[f'{system}_{share}_ms']:.0f}" for _, system, share in names)
    return "\n".join(
        (
            "```mermaid",
            "xychart-beta horizontal",
            '    title "From a nurse\'s hang-up to the next caller ringing at her, milliseconds"',
            f"    x-axis [{labels}]",
            f"    bar [{values}]",
            "```",
        )
    )


def drawn(page: str, result: Mapping[str, float]) -> str:
    """`page` with its marked chart drawn anew."""
    block = f"{_MARK}\n{chart(result)}"
    return re.sub(rf"{_MARK}\n```mermaid\n.*?\n```", lambda _: block, page, flags=re.S)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(), json.loads(RESULT.read_text())))
    sys.exit(0)
