"""Sites of a test's own: the demo site with some of its parts replaced."""

from pathlib import Path
from typing import Any

import yaml

from callcenter.settings import ROOT

# Callbacks with times for tests, and without a forecast: any time can be promised.
CALLBACKS: dict[str, Any] = {
    "attempts": 3,
    "again_after_seconds": 2,
    "margin_seconds": 1,
    "ring_seconds": 10,
    "preview_seconds": 2,
    "ready_within_seconds": 10,
    "after_talk_seconds": 2,
}


def demo(**parts: Any) -> dict[str, Any]:
    """The demo site as a mapping, with times for tests, and with `parts` instead of its own.

    It rings nobody back unless `callbacks` is among the parts, and asks nobody how it was unless
    `survey` is: whom it asks would be chance, and she is on the telephone for longer.
    """
    site: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "site" / "demo.yaml").read_text())
    del site["callbacks"]
    if "survey" not in parts:
        for entry in site["entry_points"].values():
            entry.pop("survey", None)
    return {**site, "ring_seconds": 12, "wrap_up_seconds": 1, "short_talk_seconds": 0, **parts}


def write(path: Path, site: dict[str, Any]) -> Path:
    """`site` as a file."""
    path.write_text(yaml.safe_dump(site, allow_unicode=True, sort_keys=False))
    return path
