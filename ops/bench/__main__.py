"""Run all measurements, or those that are named: `python -m ops.bench acd`."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ops.bench import acd, dispatch, journal, published, year
from ops.bench.callbacks import bench as callbacks
from ops.bench.ivr import bench as ivr

_ALL: dict[str, Callable[[], Mapping[str, float | None]]] = {
    "acd": acd.measure,
    "journal": journal.measure,
    "dispatch": dispatch.measure,
    "ivr": ivr.measure,
    "callbacks": callbacks.measure,
    "published": published.measure,
    "year": year.measure,
}
_FOLDER = Path("build") / "bench"


def main(names: list[str]) -> int:
    """Measure, print, and write one file each; 2 for a name that is not known."""
    unknown = [name for name in names if name not in _ALL]
    if unknown:
        print(f"bench: one of {', '.join(_ALL)}", file=sys.stderr)
        return 2
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or _ALL:
        result = _ALL[name]()
        (_FOLDER / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
        print(name, json.dumps(result))
    return 0


raise SystemExit(main(sys.argv[1:]))
