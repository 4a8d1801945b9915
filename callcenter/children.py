"""Children: the processes of one installation, as supervisord is told to keep them.

supervisord restarts what dies, each by itself, and stops all of them in reverse order.
"""

import getpass
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.accepted import keep
from callcenter.asterisk import config as asterisk
from callcenter.provision.programs import find
from callcenter.settings import ROOT, Settings, with_account_alone
from callcenter.site import Site
from callcenter.store import write_config as write_redis_config


@dataclass(frozen=True, kw_only=True)
class Child:
    """One `[program:x]`.

    Attributes:
        priority: Lower starts earlier and stops later.
    """

    name: str
    command: str
    environment: str
    priority: int
    stop_seconds: int


def write_config(settings: Settings, site: Site) -> Path:
    """Render everything the children need; the path of supervisord.conf.

    Raises:
        MissingProgram: Asterisk or Redis is not provisioned.
        ValueError: The site's file was changed since `site` was read from it.
        OSError: A file cannot be written.
    """
    log = settings.run / "log"
    for folder in (settings.home, settings.run, settings.redis_socket.parent, log):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    ours = replace(settings, site=keep(settings, site))
    children = [*_redis(settings), _asterisk(settings, site), *_ours(ours, os.environ)]
    path = settings.run / "supervisord.conf"
    path.unlink(missing_ok=True)  # or a mode that somebody gave it would stay
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w") as file:  # secrets are in it
        file.write(rendered(settings, children))
    return path


def rendered(settings: Settings, children: Sequence[Child]) -> str:
    """The text of supervisord.conf."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "deploy" / "supervisor"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  an ini file
    )
    return environment.get_template("supervisord.conf.j2").render(
        user=getpass.getuser(),
        log=settings.run / "log",
        sockets=settings.redis_socket.parent,
        root=ROOT,
        programs=children,
    )


def _redis(settings: Settings) -> list[Child]:
    if settings.redis_url is not None:
        return []
    program = find("redis-server", settings)
    argv = program.command(str(write_redis_config(settings)))
    return [_child("redis", argv, program.environment(), priority=1, stop_seconds=15)]


def _asterisk(settings: Settings, site: Site) -> Child:
    program = find("asterisk", settings)
    argv = program.command("-f", "-n", "-C", str(asterisk.write_config(settings, site)))
    return _child(
        "asterisk",
        argv,
        program.environment(),
        priority=2,
        stop_seconds=10,
    )


def _ours(settings: Settings, env: Mapping[str, str]) -> list[Child]:
    environment = settings.to_environment()
    sending = {**environment, **with_account_alone(env)}
    run = [sys.executable, "-m", "callcenter", "run"]
    return [
        _child("router", [*run, "router"], environment, priority=10, stop_seconds=5),
        _child("standby", [*run, "standby"], environment, priority=11, stop_seconds=5),
        _child("ivr", [*run, "ivr"], environment, priority=12, stop_seconds=12),
        _child("gateway", [*run, "gateway"], environment, priority=13, stop_seconds=5),
        # A text that is being sent has so long to be sent.
        _child("worker", [*run, "worker"], sending, priority=14, stop_seconds=12),
        _child("reconciler", [*run, "reconciler"], sending, priority=15, stop_seconds=3),
    ]


def _child(
    name: str,
    argv: list[str],
    environment: dict[str, str],
    *,
    priority: int,
    stop_seconds: int,
) -> Child:
    pairs = {"PYTHONUNBUFFERED": "1", **environment}
    return Child(
        name=name,
        command=_escape(shlex.join(argv)),
        environment=",".join(f'{key}="{_escape(value)}"' for key, value in pairs.items()),
        priority=priority,
        stop_seconds=stop_seconds,
    )


def _escape(text: str) -> str:
    """supervisord expands `%(x)s` in every value."""
    return text.replace("%", "%%")
