"""A site that is wrong: `callcenter up` says where in one line, ends, and has started nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.settings import ROOT, Settings
from tests.e2e.center import free_base
from tests.e2e.conftest import write_site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

BOMB = "\n".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]" for n in range(1, 40))

WRONG = {
    "an unknown language": ("languages: [sv, ar]", "languages: [sv, xx]", "language xx is not one"),
    "a doubled nurse": ("id: n002", "id: n001", "nurse n001 is given twice"),
    "a missing number": (
        "entry_points:\n",
        "entry_points:\n  nobody: {flow: public, class: public}\n",
        "has no number",
    ),
    "a wrong type": ("ring_seconds: 12", "ring_seconds: [12]", "one word is expected"),
    "a bomb": ("name: demo", f"x0: &x0 [a]\n{BOMB}\nname: demo", "anchors"),
    "NUL": ("name: demo", "name: de\0mo", "U+0000"),
    "Latin-1": ("Björn", "Bj\udcf6rn", "not UTF-8"),
    "depth": ("name: demo", "name: " + "[" * 5_000, "nested too deeply"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_site_starts_nothing(tmp_path: Path, what: str) -> None:
    old, new, words = WRONG[what]
    site = write_site(tmp_path)
    text = site.read_text()
    assert old in text
    site.write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogateescape"))
    home = tmp_path / "home"
    settings = Settings(home=home, site=site, port_base=free_base())
    done = subprocess.run(
        [sys.executable, "-m", "callcenter", "up"], cwd=ROOT, env=settings.to_environment(),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    where, _, sentence = line.partition(f"{site}:")
    number = sentence.partition(":")[0]
    assert number.isdigit(), line
    assert words in sentence
    assert "Traceback" not in where
    assert done.stdout == ""
    assert not home.exists()
