"""Fixtures for all tests: a real private Redis, durable as in production."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import RedisError
from xdist.scheduler import LoadFileScheduling

from callcenter.provision.programs import find
from callcenter.settings import Settings
from callcenter.store import connect, write_config

# What a caller hears is found by correlation, which takes much of a core: of these files no more
# than two at once, whatever the number of workers (`--dist loadfile`).
_LISTENING = {
    "test_heard.py": "listening-1",
    "test_ivr_matrix.py": "listening-1",
    "test_ivr_hangups.py": "listening-1",
    "test_dtmf.py": "listening-1",
    "test_waiting.py": "listening-2",
    "test_kept_place.py": "listening-2",
    "test_kept_place_faults.py": "listening-2",
    "test_red_flag.py": "listening-2",
    "test_after_call.py": "listening-2",
}


class ByFile(LoadFileScheduling):
    """A file, a worker; the listening files in their groups."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return _LISTENING.get(file.rpartition("/")[2], file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


class RedisServer:
    """A Redis of this test's own, that can be killed and started again."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = find("redis-server", Settings.from_environment())
        argv = program.command(str(write_config(self.settings)))
        self._process = subprocess.Popen(
            argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        client = self.client()
        deadline = time.monotonic() + 60
        while True:
            try:
                client.ping()
                return
            except RedisError:
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.02)  # until it listens; bounded by the deadline

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def client(self) -> Any:
        return connect(self.settings)


@pytest.fixture(scope="session")
def redis_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("redis")


@pytest.fixture(scope="session")
def redis_server(redis_home: Path) -> Iterator[RedisServer]:
    server = RedisServer(Settings(home=redis_home, shard="test"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_client(redis_server: RedisServer) -> Any:
    """An empty Redis."""
    client = redis_server.client()
    client.flushall()
    return client
