"""Doctor: looks at every part that the service needs and says what to mend.

It changes nothing and needs no network. `examine` first, then `render`.
"""

import platform
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from callcenter.provision import host
from callcenter.provision.catalog import KINDS, Kind
from callcenter.provision.finding import Finding, Level, render
from callcenter.provision.programs import MissingProgram, find
from callcenter.provision.prompt_findings import prompt_findings
from callcenter.provision.redis_findings import redis_findings
from callcenter.provision.text_findings import text_finding
from callcenter.settings import ROOT, Settings

__all__ = ["Finding", "Level", "examine", "render"]

_PYTHON: Final = (3, 11)
# Below the first the journal may stop within a day; below the second, at any moment.
_ROOMY_BYTES: Final = 2_000_000_000
_TIGHT_BYTES: Final = 200_000_000
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def examine(settings: Settings) -> list[Finding]:
    """Every part, in the order in which a newcomer would mend them. Takes about a second."""
    return [
        _python(sys.version_info[:2], platform.python_version()),
        _venv(Path(sys.prefix), Path(sys.base_prefix)),
        _home(settings.home),
        _site(settings.site),
        _disk(settings.home, lambda place: shutil.disk_usage(place).free),
        *(_program(kind, settings) for kind in KINDS.values()),
        *redis_findings(settings),
        *prompt_findings(settings.prompts),
        text_finding(settings),
        _chromium(),
    ]


def _python(have: tuple[int, ...], version: str) -> Finding:
    if have >= _PYTHON:
        return Finding(part="python", version=version, where=sys.executable)
    return Finding(
        part="python",
        version=version,
        where=sys.executable,
        level="missing",
        mend="install Python 3.11 or newer (Debian 12 and 13 have it), then `make`",
    )


def _venv(prefix: Path, base: Path) -> Finding:
    if prefix == base:
        return Finding(
            part="venv",
            where=str(prefix),
            level="warning",
            mend="run `sh deploy/bootstrap.sh`, then use .venv/bin/callcenter",
        )
    if prefix.resolve() != (ROOT / ".venv").resolve():
        return Finding(part="venv", version="not the project's own", where=str(prefix))
    if not (prefix / ".made-from").is_file():
        return Finding(
            part="venv",
            where=str(prefix),
            level="warning",
            mend="not made by deploy/bootstrap.sh, or not to its end: run it",
        )
    return Finding(part="venv", where=str(prefix))


def _home(home: Path) -> Finding:
    try:
        mode = stat.S_IMODE(home.stat().st_mode)
    except OSError:
        return Finding(
            part="home",
            where=str(home),
            level="missing",
            mend="`callcenter up` makes it; or set CALLCENTER_HOME",
        )
    if mode & 0o077:
        return Finding(
            part="home",
            version=f"mode {mode:04o}",
            where=str(home),
            level="missing",
            mend=f"it holds keys and callers' data: chmod 700 '{home}'",
        )
    return Finding(part="home", version=f"mode {mode:04o}", where=str(home))


def _site(site: Path) -> Finding:
    try:
        site.read_bytes()
    except OSError as error:
        return Finding(
            part="site",
            version=error.strerror or "unreadable",
            where=str(site),
            level="missing",
            mend="set CALLCENTER_SITE to your site YAML, or restore the one in deploy/site",
        )
    return Finding(part="site", where=str(site))


def _disk(home: Path, free_at: Callable[[Path], int]) -> Finding:
    place = next((folder for folder in (home, *home.parents) if folder.exists()), Path("/"))
    free = free_at(place)
    level: Level = "ok"
    mend = ""
    if free < _ROOMY_BYTES:
        level = "missing" if free < _TIGHT_BYTES else "warning"
        mend = f"make {_ROOMY_BYTES // 1_000_000} MB free: a full disk stops the journal"
    return Finding(
        part="disk",
        version=f"{free // 1_000_000} MB free",
        where=str(place),
        level=level,
        mend=mend,
    )


def _program(kind: Kind, settings: Settings) -> Finding:
    try:
        program = find(kind.name, settings)
    except MissingProgram as error:
        return Finding(part=kind.name, level="missing", mend=str(error))
    runs = host.ask(kind, program.command(*kind.asks), program.environment())
    where = f"{program.path} ({program.origin})"
    if objection := kind.objection(runs):
        return Finding(
            part=kind.name,
            version=runs or program.version,
            where=where,
            level="missing",
            mend=f"{objection}: remove '{settings.programs}' and run `callcenter up`"
            if program.origin == "private"
            else f"{objection}: install {kind.wish()}, or remove it and run `callcenter up`",
        )
    return Finding(part=kind.name, version=runs, where=where)


def _chromium() -> Finding:
    for name in _BROWSERS:
        if path := shutil.which(name):
            return Finding(part="chromium", version="present", where=path)
    return Finding(
        part="chromium",
        version="absent",
        level="warning",
        mend="optional, for the browser tests only: apt-get install chromium",
    )
