"""Store: the Redis of this installation. A private one, unless the operator names another."""

from pathlib import Path
from typing import Any, Final

import redis
from redis import exceptions
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from callcenter.settings import Settings

# What a promise needs: every write on disk before it is confirmed, and no key evicted.
DURABLE: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
}


class Damaged(exceptions.RedisError):
    """A key holds something that we never write; `callcenter doctor` or the log names it."""


def connect(settings: Settings, *, timeout_s: float = 5.0) -> "redis.Redis":
    """A client with time-outs; it connects at the first call.

    A blocking read must ask for less than `timeout_s`.
    """
    url = settings.redis_url or f"unix://{settings.redis_socket}"
    return redis.Redis.from_url(
        url,
        protocol=2,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        health_check_interval=15,
        # Whoever calls decides whether to repeat: an append must not be repeated blindly.
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 0),
    )


def weaknesses(client: Any) -> list[str]:
    """What keeps this Redis from keeping promises, a sentence each."""
    found = []
    for name, wanted in DURABLE.items():
        have = client.config_get(name).get(name)
        if have != wanted:
            found.append(f"Redis: set {name} to {wanted} (it is {have}).")
    return found


def reason(error: exceptions.RedisError) -> str:
    """Why Redis failed, in one of a few fixed words: for a log line and a metric's label."""
    text = str(error)
    match error:
        case Damaged():
            return "damaged_key"
        case exceptions.OutOfMemoryError():
            return "out_of_memory"
        case exceptions.ReadOnlyError():
            return "read_only"
        case exceptions.BusyLoadingError():
            return "loading"
        case exceptions.TimeoutError():
            return "slow"
        case exceptions.ConnectionError():
            return "unreachable"
    if text.startswith("OOM"):
        return "out_of_memory"
    if text.startswith("MISCONF"):
        return "disk"
    if "WRONGTYPE" in text:
        return "damaged_key"
    return "refused"


def write_config(settings: Settings) -> Path:
    """Render redis.conf for the private Redis: no TCP port, a socket in a folder of mode 0700."""
    data = settings.data / "redis"
    for folder in (settings.run, settings.data, data, settings.redis_socket.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.redis_socket.parent.chmod(0o700)
    lines = [
        "port 0",
        f'unixsocket "{settings.redis_socket}"',
        "unixsocketperm 700",
        f'dir "{data}"',
        "daemonize no",
        "supervised no",
        'save "3600 1"',
        "aof-use-rdb-preamble yes",
        'logfile ""',
        "loglevel notice",
        *(f"{name} {value}" for name, value in DURABLE.items()),
    ]
    path = settings.run / "redis.conf"
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return path
