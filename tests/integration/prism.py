"""Prism, serving Twilio's description of itself; where that, node and npm are there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from callcenter.settings import ROOT
from tests.e2e.center import free_base
from tests.integration.office import until

SPEC: Final = ROOT.parent / "shared" / "data" / "twilio_api_v2010.json"
PRISM: Final = ROOT / "tests" / "prism" / "node_modules" / ".bin" / "prism"
ABSENT: Final = next(
    (
        why
        for there, why in (
            (SPEC.is_file(), "no ../shared/data/twilio_api_v2010.json"),
            (shutil.which("node") is not None, "no node"),
            (shutil.which("npm") is not None or PRISM.exists(), "no npm"),
        )
        if not there
    ),
    "",
)


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its address. It refuses what is not in the description.

    Not with `--errors`: by that it refuses the description's own example of a list as well.
    """
    if not PRISM.exists():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=PRISM.parents[2], capture_output=True, check=True)
    port, log = free_base() + 97, folder / "prism.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(PRISM), "mock", "-p", str(port), "-h", "127.0.0.1", str(SPEC)],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, env={**os.environ, "CI": "1"},
        )  # fmt: skip
    try:
        until(lambda: b"listening" in log.read_bytes() or process.poll() is not None, 60, "Prism")
        assert process.poll() is None, log.read_text()[-500:]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def needed(described: str | None) -> str:
    """Prism's address; a test that needs it is skipped where it is not, with the reason."""
    if described is None:
        pytest.skip(ABSENT)
    return described
