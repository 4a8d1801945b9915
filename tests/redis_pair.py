"""Two Redis servers, one a replica of the other, and an address that moves between them."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from callcenter.provision.programs import find
from callcenter.settings import Settings


def until(what: Callable[[], object], why: str) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.01)  # until the servers have moved on


class Server:
    """A Redis on a port of its own: replication does not go over a unix socket."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        for _ in range(5):  # a port that was free may be taken by now
            self._start()
            until(lambda: self._ended or self._answers(), "Redis did not start")
            if not self._ended:
                return
        raise AssertionError("Redis does not start")

    def _start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        program = find("redis-server", Settings.from_environment())
        argv = program.command(
            "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder),
            "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            "--repl-diskless-sync-delay", "0",
        )  # fmt: skip
        self._process = subprocess.Popen(
            argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        self.client = client_of(self.port)

    @property
    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _answers(self) -> bool:
        """It is our own that answers, not somebody else's at the same port."""
        with suppress(RedisError):
            return bool(self.client.info("server")["process_id"] == self._process.pid)
        return False

    def follow(self, other: "Server | None") -> None:
        """Be a replica of `other`; of nobody: promoted."""
        if other is None:
            self.client.execute_command("REPLICAOF", "NO", "ONE")
        else:
            self.client.execute_command("REPLICAOF", "127.0.0.1", str(other.port))
            until(lambda: self.client.info()["master_link_status"] == "up", "no replication")

    def has_all_of(self, other: "Server") -> bool:
        mine = self.client.info("replication")
        return bool(
            mine.get("slave_repl_offset") == other.client.info("replication")["master_repl_offset"]
        )

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def client_of(port: int) -> Any:
    """As `callcenter.store.connect` makes one: an error is the caller's to see."""
    return redis.Redis(
        host="127.0.0.1", port=port, protocol=2, socket_timeout=5, retry=Retry(NoBackoff(), 0)
    )


class Address:
    """An address that can be moved from one server to another, as a virtual IP is."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        self.client = client_of(self.port)

    def move(self, server: Server) -> None:
        """Old connections break; new ones lead to `server`."""
        self.server = server
        self._hang_up()

    def move_unseen(self, server: Server) -> None:
        """As `move`, and our own client finds out between two commands."""
        self.move(server)
        # The end of its connection has come by then.
        until(self._noticed, "the client's connection is still whole")

    def _noticed(self) -> bool:
        pool = self.client.connection_pool
        connection = pool.get_connection()
        pool.release(connection)
        return bool(connection.is_connected)

    def close(self) -> None:
        self._listener.close()
        self._hang_up()

    def _hang_up(self) -> None:
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.server.port))
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
