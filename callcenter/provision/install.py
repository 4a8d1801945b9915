"""Install: see to it that every program is here, fetching what the host lacks.

    host's programs tried --> all will do -----------------------------> manifest
            |                                                              ^
            +--> apt update --> download --> unpack --> each one proven ---+--> rename

Quick when all is there (one small file read), and safe to interrupt at any point.
"""

import os
import platform
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from callcenter.provision import host, manifest
from callcenter.provision.apt import SUITE, AptFailed, PrivateApt, host_mirror
from callcenter.provision.catalog import KINDS, Kind
from callcenter.provision.machine import Machine, UnknownMachine, machine
from callcenter.provision.manifest import Entry, Manifest
from callcenter.provision.prefix import Busy, Prefix
from callcenter.provision.programs import MissingProgram, Program, find, private
from callcenter.provision.proof import Unproven, prove
from callcenter.provision.unpack import UnpackFailed, unpack
from callcenter.settings import Settings

# Measured: 111 MB of packages and 368 MB unpacked, and as much again while one replaces another.
_ROOM_BYTES: Final = 1_000_000_000


class ProvisionError(Exception):
    """The programs could not be got. The text is one sentence: what is missing, how to get it."""


def provision(settings: Settings, *, say: Callable[[str], None], renew: bool = False) -> None:
    """Have every program of the catalog ready for `programs.find`.

    Args:
        say: Told each step as one short line; not called at all when nothing is to be done.
        renew: Fetch the private programs anew, for their security updates.

    Raises:
        ProvisionError: Something is missing and could not be fetched.
    """
    prefix = Prefix(settings.programs)
    if not renew and _complete(settings):
        _tidy(prefix)
        return
    try:
        with prefix.locked(say) as lock:
            prefix.recover()
            if renew or not _complete(settings):
                _install(settings, prefix, say, lock, renew=renew)
            prefix.clean()
    except Busy as error:
        raise ProvisionError(f"{error}: wait for it or end it, then start again.") from None
    except OSError as error:
        raise ProvisionError(
            f"the programs cannot be put into {settings.programs} ({error.strerror}):"
            " make room or set CALLCENTER_HOME to a folder of your own, then start again."
        ) from error


def _tidy(prefix: Prefix) -> None:
    """Remove what a killed start left, unless a start is at it just now."""
    if prefix.leftovers():
        with suppress(Busy, OSError), prefix.locked(lambda _: None, patience=0):
            prefix.recover()
            prefix.clean()


def missing(settings: Settings) -> list[str]:
    """The names of the programs that `find` does not find."""
    names = []
    for name in KINDS:
        try:
            find(name, settings)
        except MissingProgram:
            names.append(name)
    return names


def _complete(settings: Settings) -> bool:
    """Whether every program was tried once, and is still there."""
    installed = manifest.read(settings.programs)
    return (
        installed is not None and installed.entries.keys() >= KINDS.keys() and not missing(settings)
    )


def _install(
    settings: Settings, prefix: Prefix, say: Callable[[str], None], lock: int, *, renew: bool
) -> None:
    installed = manifest.read(settings.programs)
    ready = {name: entry for name, kind in KINDS.items() if (entry := _try_host(kind))}
    wanted = [kind for name, kind in KINDS.items() if name not in ready]
    had = installed.packages if installed and not renew else ()
    packages = tuple(sorted({kind.package for kind in wanted} | set(had)))
    if not wanted:
        settings.programs.mkdir(mode=0o755, exist_ok=True)
        manifest.write(settings.programs, Manifest(packages=had, entries=ready))
        return
    names = ", ".join(kind.name for kind in wanted)
    try:
        here = machine(platform.machine())
        _room(prefix, names)
        prefix.apt.mkdir(parents=True, exist_ok=True)
        apt = PrivateApt(prefix.apt, here, host_mirror(), lock=lock)
        say(f"Fetching {names} from Debian {SUITE} (about 110 MB, once)")
        apt.update()
        archives = apt.download(packages)
        say(f"Unpacking {len(archives)} packages")
        unpack(archives, prefix.tree, lock=lock)
        say("Trying each program")
        ready |= {kind.name: _try_private(kind, prefix.tree, here) for kind in wanted}
    except (AptFailed, UnpackFailed, UnknownMachine, Unproven) as error:
        if isinstance(error, UnpackFailed):
            prefix.clean()  # a damaged archive must not be met again
        wishes = ", ".join(kind.wish() for kind in wanted)
        raise ProvisionError(
            f"{names} missing, and fetching failed ({error}): see to the network and start again"
            f" (Debian 12 or 13 with apt), or install {wishes} so that they are on PATH."
        ) from error
    manifest.write(prefix.tree, Manifest(packages=packages, entries=ready))
    os.sync()
    prefix.publish()
    say("Programs ready: " + ", ".join(f"{name} {ready[name].version}" for name in KINDS))


def _try_host(kind: Kind) -> Entry | None:
    """The host's program, if it will do and does what we need."""
    for path in host.candidates(kind.name):
        program = Program(name=kind.name, version="", origin="host", path=path)
        try:
            version = prove(program)
        except (Unproven, MissingProgram):
            continue
        return Entry(version=version, origin="host", path=str(path), stamp=manifest.stamp(path))
    return None


def _try_private(kind: Kind, tree: Path, here: Machine) -> Entry:
    version = prove(private(kind, "", tree, here))
    return Entry(version=version, origin="private", path=kind.place)


def _room(prefix: Prefix, names: str) -> None:
    free = shutil.disk_usage(prefix.place.parent).free
    if free < _ROOM_BYTES:
        raise ProvisionError(
            f"{names} missing, and only {free // 1_000_000} MB free around {prefix.place}:"
            f" make {_ROOM_BYTES // 1_000_000} MB free, then start again."
        )
