"""Accepted: the copy of the site's file that passed every check, and is in force.

Whatever starts again reads this one: what somebody does to the site's own file meanwhile, half
an edit or an error, waits for the next `callcenter up` or `callcenter site reload`. Beside it
stands the policy that it means: a leading router takes that between two events, and has not
the seconds in which the file of a large site is read.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from callcenter.acd.policy import Policy
from callcenter.settings import Settings
from callcenter.site import Site, load_site
from callcenter.site_flows import check_flows
from language_routing.yaml_lines import YamlError

log = structlog.get_logger()


def copy_of(settings: Settings) -> Path:
    """Where the copy is."""
    return settings.run / "site.yaml"


def keep(settings: Settings, site: Site) -> Path:
    """Make the file that was read as `site` the accepted one, at once and whole; its path.

    Raises:
        ValueError: The file was changed since `site` was read from it.
        YamlError: A dialogue of the site cannot be had; the old copy stays.
        OSError: The copy cannot be written; the old one stays.
    """
    check_flows(site, settings.site)
    path = copy_of(settings)
    fresh = _written(path.with_suffix(".new"), settings.site.read_bytes())
    try:
        same = load_site(fresh) == site
    except YamlError:
        same = False
    if not same:
        fresh.unlink()
        raise ValueError(f"{settings.site} was changed while it was read: start again.")
    policy = _policy_of(path)
    meant = _written(policy.with_suffix(".new.json"), msgspec.json.encode(site.policy))
    # The policy first: a crash in between leaves one that the next reload still calls a change.
    meant.replace(policy)
    fresh.replace(path)
    return path


def site_in_force(settings: Settings) -> Site:
    """The accepted copy; the operator's file where nothing was accepted yet.

    Raises:
        YamlError: It cannot be used.
    """
    path = copy_of(settings)
    return load_site(path if path.exists() else settings.site)


def _policy_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _written(path: Path, content: bytes) -> Path:
    """`content` on the disk, for us alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Hold the lock of whoever changes the accepted copy; waits for another one."""
    with (settings.run / "site.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class AcceptedPolicy:
    """The policy in force, read again whenever another one was accepted.

    A router that takes the lead, now or in a week, must not bring back what was in force when
    it started.
    """

    def __init__(self, path: Path) -> None:
        """Read it once.

        Args:
            path: The accepted site; or any site, for a router that nobody else looks after.

        Raises:
            YamlError: There is nothing to begin with.
        """
        self._path = _policy_of(path)
        self._known = self._look()
        found = self._read()
        self._policy = load_site(path).policy if found is None else found

    def __call__(self) -> Policy:
        """The policy by now; the last good one if it cannot be read."""
        seen = self._look()
        if seen != self._known:
            self._policy = self._read() or self._policy
            self._known = seen
        return self._policy

    def _read(self) -> Policy | None:
        if self._known is None and not self._path.exists():
            return None
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Policy)
        except (OSError, msgspec.MsgspecError) as error:
            log.error("the accepted policy cannot be read: another stays", exc_info=error)
            return None

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
