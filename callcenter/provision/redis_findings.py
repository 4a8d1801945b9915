"""Redis findings: does the running private Redis keep what it has acknowledged?"""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import redis

from callcenter.provision.finding import Finding
from callcenter.settings import Settings
from callcenter.store import DURABLE, connect

_SECONDS: Final = 2.0


def redis_findings(settings: Settings) -> list[Finding]:
    """Findings about the Redis that runs; one that says so when none does."""
    if settings.redis_url is not None:
        where = "CALLCENTER_REDIS_URL"  # not the address: it may hold a password
    else:
        where = str(settings.redis_socket)
        if not settings.redis_socket.exists():
            return [Finding(part="redis", version="not running", where=where)]
    client = connect(settings, timeout_s=_SECONDS)
    try:
        with client:
            have = {name: _setting(client, name) for name in DURABLE}
    except redis.RedisError as error:
        return [
            Finding(
                part="redis",
                version=type(error).__name__,
                where=where,
                level="missing",
                mend="does not answer, or will not tell its settings: `callcenter up` starts ours,"
                " and one of your own must allow CONFIG GET",
            )
        ]
    findings = [durability(have, where)]
    if settings.redis_url is None:
        findings.append(socket_folder(settings.redis_socket.parent))
    return findings


def _setting(client: redis.Redis, name: str) -> str:
    answer = client.config_get(name)
    value = answer.get(name, "") if isinstance(answer, dict) else ""
    return value.decode() if isinstance(value, bytes) else str(value)


def durability(have: Mapping[str, str], where: str) -> Finding:
    """Whether the settings that Redis tells are `DURABLE`."""
    wrong = [f"{name} {value}" for name, value in DURABLE.items() if have[name] != value]
    told = ", ".join(f"{name} {have[name]}" for name in DURABLE)
    if not wrong:
        return Finding(part="redis durability", version=told, where=where)
    return Finding(
        part="redis durability",
        version=told,
        where=where,
        level="missing",
        mend=f"set {', '.join(wrong)} (CONFIG SET, then CONFIG REWRITE)",
    )


def socket_folder(folder: Path) -> Finding:
    """Who may enter the socket's folder may read every caller's data."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        return Finding(
            part="redis socket",
            version=f"mode {mode:04o}",
            where=str(folder),
            level="missing",
            mend=f"chmod 700 '{folder}'",
        )
    return Finding(part="redis socket", version=f"mode {mode:04o}", where=str(folder))
