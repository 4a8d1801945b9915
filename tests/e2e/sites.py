"""Sites of a test's own: the demo site with some of its parts replaced."""

from pathlib import Path
from typing import Any

import yaml

from callcenter.settings import ROOT


def demo(**parts: Any) -> dict[str, Any]:
    """The demo site as a mapping, with times for tests, and with `parts` instead of its own."""
    site: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "site" / "demo.yaml").read_text())
    return {**site, "ring_seconds": 12, "wrap_up_seconds": 1, "short_talk_seconds": 0, **parts}


def write(path: Path, site: dict[str, Any]) -> Path:
    """`site` as a file."""
    path.write_text(yaml.safe_dump(site, allow_unicode=True, sort_keys=False))
    return path
