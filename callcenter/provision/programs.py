"""Programs: the ready-to-run Asterisk, Redis, SIPp, eSpeak NG, SoX and baresip.

`find("asterisk", settings).command("-f", "-C", conf)` is all that most callers need. Pass
`env={**os.environ, **program.environment()}` as well where `environment()` is not empty.

A private program is started through its prefix's own loader (ld.so(8)), so the host's
older C library does not matter. Therefore the kernel calls the process
`ld-linux-x86-64.so.2`, and /proc/self/exe is the loader: look for a process by its pid,
never by its name. No `LD_LIBRARY_PATH` is set, so nothing leaks into what it starts.
"""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callcenter.provision import host, manifest
from callcenter.provision.catalog import KINDS, Kind
from callcenter.provision.machine import Machine, UnknownMachine, machine
from callcenter.provision.manifest import Origin
from callcenter.settings import Settings

_HOST_MODULES: Final = (
    "/usr/lib/{triplet}/asterisk/modules",
    "/usr/lib/asterisk/modules",
    "/usr/lib64/asterisk/modules",
    "/usr/local/lib/asterisk/modules",
)
_HOST_DATA: Final = ("/usr/share/asterisk", "/var/lib/asterisk", "/usr/local/share/asterisk")
_HOST_BARESIP: Final = (
    "/usr/lib/baresip/modules",
    "/usr/lib/{triplet}/baresip/modules",
    "/usr/lib64/baresip/modules",
    "/usr/local/lib/baresip/modules",
)


class MissingProgram(Exception):
    """A program is not here. The text is one sentence: which one, and how to get it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One program that runs on this machine.

    Attributes:
        path: The program's own file. A private one is not to be started directly: see `command`.
        prefix: The private prefix; `None` for the host's own program.
        loader: The prefix's loader; `None` for the host's own program.
        libraries: Where the loader searches.
    """

    name: str
    version: str
    origin: Origin
    path: Path
    prefix: Path | None = None
    loader: Path | None = None
    libraries: tuple[Path, ...] = ()

    def command(self, *args: str) -> list[str]:
        """The whole argv that starts the program with `args`; its argv[0] is `path`."""
        if self.loader is None:
            return [str(self.path), *args]
        search = ":".join(str(folder) for folder in self.libraries)
        return [str(self.loader), "--library-path", search, str(self.path), *args]

    def environment(self) -> dict[str, str]:
        """Variables to add to those that the program inherits; mostly none."""
        if self.prefix is not None and self.name == "espeak-ng":
            # Its folder of voices is compiled in; this names the folder around it.
            return {"ESPEAK_DATA_PATH": str(self.libraries[0])}
        return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class AsteriskDirectories:
    """Two of the `[directories]` of asterisk.conf; every other one is the caller's own.

    Attributes:
        modules: `astmoddir`.
        data: `astdatadir`: documentation and Asterisk's English sounds.
    """

    modules: Path
    data: Path


def private(kind: Kind, version: str, prefix: Path, here: Machine) -> Program:
    """The program of that kind in `prefix`, whether it is there or not."""
    return Program(
        name=kind.name,
        version=version,
        origin="private",
        path=prefix / kind.place,
        prefix=prefix,
        loader=prefix / here.loader,
        libraries=here.libraries(prefix),
    )


def find(name: str, settings: Settings) -> Program:
    """The program called `name`: the one in the manifest, else the host's if it will do.

    Takes well under a millisecond when the manifest has it; a host's program without a
    manifest is asked for its version, some 20 ms.

    Raises:
        MissingProgram: It is neither installed privately nor new enough on the host.
        KeyError: No such name in the catalog.
    """
    kind = KINDS[name]
    installed = manifest.read(settings.programs)
    entry = installed.entries.get(name) if installed else None
    if entry is not None and entry.origin == "private":
        try:
            found = private(kind, entry.version, settings.programs, machine(platform.machine()))
        except UnknownMachine:
            found = None
        if (
            found is not None
            and os.access(found.path, os.X_OK)
            and not kind.objection(found.version)
        ):
            return found
    elif entry is not None and entry.stamp == manifest.stamp(Path(entry.path)) != "":
        return Program(name=name, version=entry.version, origin="host", path=Path(entry.path))
    return on_host(kind)


def on_host(kind: Kind) -> Program:
    """The host's own program of that kind.

    Raises:
        MissingProgram: The host has none, or not one that will do.
    """
    seen = ""
    for path in host.candidates(kind.name):
        version = host.version(kind, path)
        objection = kind.objection(version)
        if not objection:
            return Program(name=kind.name, version=version, origin="host", path=path)
        seen = seen or f" (the host's {version or 'unreadable version'} will not do: {objection})"
    raise MissingProgram(
        f"{kind.name} is missing{seen}: `callcenter up` fetches it without root on Debian 12 and"
        f" 13, or install {kind.wish()} so that it is on PATH."
    )


def asterisk_directories(program: Program) -> AsteriskDirectories:
    """The folders for asterisk.conf that belong to this Asterisk.

    Raises:
        MissingProgram: A host's Asterisk keeps its modules or data where we do not look.
    """
    if program.prefix is not None:
        modules = program.libraries[0] / "asterisk" / "modules"
        return AsteriskDirectories(
            modules=modules, data=program.prefix / "usr" / "share" / "asterisk"
        )
    return AsteriskDirectories(
        modules=_first(_HOST_MODULES, "asterisk's modules"),
        data=_first(_HOST_DATA, "asterisk's data"),
    )


def baresip_modules(program: Program) -> Path:
    """The folder for `module_path` in baresip's configuration.

    Tried with baresip 1.1.0 from the private prefix (tests/integration/test_provision.py):
    `command("-f", FOLDER)`, stdin closed, and in FOLDER an empty `contacts`, `accounts`

        <sip:anna@127.0.0.1:SIP>;regint=0;answermode=auto;audio_codecs=pcma/8000/1

    and `config`

        poll_method epoll
        sip_listen 127.0.0.1:SIP
        net_interface 127.0.0.1
        rtp_ports FIRST-LAST
        statmode_default off
        audio_source aufile,SAID.wav
        audio_player aufile,HEARD.wav
        audio_alert aufile,ALERT.wav
        module_path (this folder)
        module g711.so
        module aufile.so
        module_tmp account.so
        module_app menu.so
        module_app ctrl_tcp.so
        ctrl_tcp_listen 127.0.0.1:CONTROL

    It is ready when it prints "baresip is ready". Traps: it also takes TCP port SIP + 1,
    for TLS. `net_interface` is an address here, not "lo". SAID.wav is 8 kHz mono 16 bit,
    and where it ends baresip hangs up: make it longer than the call (`ausine.so` is no way
    out, it knows 48 kHz only). HEARD.wav is begun anew by each call, its header is
    finished when the call ends. With `module sndfile.so` and `snd_path FOLDER` each call
    also leaves its own dump-...-enc.wav and -dec.wav. CONTROL speaks JSON in netstrings
    (`{"command": "dial", "params": "sip:bo@...", "token": "t"}`); events come unasked,
    before the answer even.

    Raises:
        MissingProgram: A host's baresip keeps its modules where we do not look.
    """
    if program.prefix is not None:
        return program.prefix / "usr" / "lib" / "baresip" / "modules"
    return _first(_HOST_BARESIP, "baresip's modules")


def _first(places: tuple[str, ...], what: str) -> Path:
    try:
        triplet = machine(platform.machine()).triplet
    except UnknownMachine:
        triplet = ""
    folders = [Path(place.format(triplet=triplet)) for place in places]
    for folder in folders:
        if folder.is_dir():
            return folder
    raise MissingProgram(
        f"{what} are in none of {', '.join(map(str, folders))}:"
        " remove the host's program, and `callcenter up` fetches one that is complete."
    )
