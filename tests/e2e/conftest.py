"""One service for all end-to-end tests; each test finds it at rest."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.settings import ROOT
from tests.e2e.center import Center

# The section up to the next name that is not indented.
_CALLBACKS = re.compile("^callbacks:\n(?: .*\n|\n)*", re.MULTILINE)


def write_site(folder: Path, *, ring: int = 12, wrap_up: int = 1, short_talk: int = 0) -> Path:
    """The demo site, with times for tests; it rings nobody back, and asks nobody how it was."""
    text = (ROOT / "deploy" / "site" / "demo.yaml").read_text()
    for old, new in (
        ("ring_seconds: 20", f"ring_seconds: {ring}"),
        ("wrap_up_seconds: 15", f"wrap_up_seconds: {wrap_up}"),
        # Simulated nurses talk for moments; tests/e2e/test_front.py has the real rule.
        ("short_talk_seconds: 3", f"short_talk_seconds: {short_talk}"),
        # So do callers wait; who hangs up is to be counted.
        ("short_abandon_seconds: 10", "short_abandon_seconds: 0"),
    ):
        assert old in text
        text = text.replace(old, new)
    text = _CALLBACKS.sub("", text).replace(", survey: true", "")
    assert "survey: true" not in text
    assert "callbacks:" not in text
    path = folder / "site.yaml"
    path.write_text(text)
    return path


@pytest.fixture(scope="session")
def _center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("center")
    with Center(folder / "home", write_site(folder)) as center:
        yield center


@pytest.fixture
def center(_center: Center) -> Iterator[Center]:
    _center.hang_up_all()
    _center.settle_all()
    yield _center
    _center.hang_up_all()
