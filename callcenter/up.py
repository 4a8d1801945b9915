"""Up: the whole service in the foreground. It prepares, starts, reports, waits and stops.

supervisord keeps the processes; this one only prepares what they need, says when the
service can take calls, and sees to it that nothing is left behind.
"""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from callcenter.acd.contact import ContactState
from callcenter.asterisk import config as asterisk
from callcenter.children import write_config
from callcenter.journal.codec import UnknownEvent
from callcenter.journal.journal import Journal
from callcenter.provision.programs import find
from callcenter.router.follower import Follower, JournalLost
from callcenter.settings import Settings, without_account
from callcenter.site import Site
from callcenter.site_flows import check_flows, site_catalog
from callcenter.speech.render import render
from callcenter.store import connect, weaknesses

Say = Callable[[str], None]

_READY_WITHIN_S: Final = 60.0
_STOPPED_WITHIN_S: Final = 70.0  # longer than all the children's `stopwaitsecs` together
_LOOK_EVERY_S: Final = 0.5
_PR_SET_PDEATHSIG: Final = 1  # prctl(2): what we are sent when the parent dies


class NotStarted(Exception):
    """The service cannot start. The text is one sentence that says why, and what helps."""


class _Asked:
    """Whether somebody has asked to stop; set by a signal's handler.

    No lock: `threading.Event` has one, which the interrupted thread may hold just then, and would
    wait for itself for ever.
    """

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        self._asked = True

    def is_set(self) -> bool:
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Until it is set, or so long."""
        until = time.monotonic() + seconds
        while not self._asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))
        return self._asked


class Service:
    """One installation, running. Next: `start`, `wait_until_ready`, `wait`, `stop`."""

    def __init__(self, settings: Settings, site: Site, say: Say, *, keep_calls: bool) -> None:
        self._settings = settings
        self._site = site
        self._say = say
        self._keep_calls = keep_calls
        self._child: subprocess.Popen[bytes] | None = None
        self._signals = 0
        self._since: int | None = None
        self._asked_to_stop = _Asked()

    def start(self) -> None:
        """Render speech and configuration, check the ports, start the children.

        Raises:
            NotStarted: A port is taken.
            MissingProgram, SpeechError: Something was not provisioned.
        """
        settings = self._settings
        check_flows(self._site, settings.site)
        render(settings, self._say, site_catalog(self._site))
        _check_ports(settings)
        path = write_config(settings, self._site)
        most, _ = asterisk.callers_at_once(settings, self._site)
        if most < self._site.most_callers:
            self._say(
                f"WARNING: {settings.rtp_count} ports for audio are enough for {most} callers at "
                f"once, not for {self._site.most_callers}: raise CALLCENTER_RTP_COUNT."
            )
        libc = ctypes.CDLL(None)

        def die_with_us() -> None:
            os.setsid()  # a Ctrl-C at the terminal is for us alone
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

        self._child = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Its children inherit it; who sends text messages is told the account by the file.
            env=without_account(os.environ),
            preexec_fn=die_with_us,  # noqa: PLW1509  no other thread runs yet
        )

    def wait_until_ready(self) -> None:
        """Return when the service can take calls.

        Raises:
            NotStarted: It could not within a minute, or cannot; the text says why.
        """
        deadline = time.monotonic() + _READY_WITHIN_S
        missing = "supervisord"
        while time.monotonic() < deadline and not self._asked_to_stop.is_set():
            if self._child is None or self._child.poll() is not None:
                raise NotStarted(f"supervisord has ended: see {self._logs}.")
            missing = self._missing()
            if not missing:
                self._warn_of_redis()
                return
            self._asked_to_stop.wait(0.1)
        if not self._asked_to_stop.is_set():
            raise NotStarted(f"{missing} is not ready after a minute: see {self._logs}.")

    def wait(self) -> None:
        """Wait until somebody asks to stop, or supervisord has died.

        Raises:
            NotStarted: supervisord has ended by itself.
        """
        while not self._asked_to_stop.wait(0.5):
            if self._child is None or self._child.poll() is not None:
                raise NotStarted(f"supervisord has ended: see {self._logs}.")
        if self._keep_calls:
            self._drain()

    def ask_to_stop(self) -> None:
        """From a signal handler; asked twice, conversations are not waited for."""
        self._signals += 1
        self._asked_to_stop.set()

    def stop(self) -> None:
        """End all children, in reverse order of their start; nothing is left running."""
        child = self._child
        if child is None:
            return
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(_STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        # supervisord may have died without them; all of its children are of its session.
        for number, within_s in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 2.0)):
            deadline = time.monotonic() + within_s
            for pid in _session(child.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            while _session(child.pid) and time.monotonic() < deadline:
                time.sleep(0.1)

    @property
    def _logs(self) -> Path:
        return self._settings.run / "log"

    def _missing(self) -> str:
        """The first part that is not ready, or nothing."""
        settings = self._settings
        client = connect(settings, timeout_s=1.0)
        try:
            client.ping()
            journal = Journal(client, settings.shard, "up")
            follower = Follower(client, settings.shard, journal)
            follower.rebuild()
            board = follower.shard.board
            if board.policy != self._site.policy:
                return "the router"
            if self._since is None:
                self._since = follower.shard.now  # what is older tells of an earlier run
            alive = [
                node.present and node.last_alive > self._since for node in board.nodes.values()
            ]
            if not any(alive):
                return "the gateway or its Asterisk"
        except UnknownEvent:
            raise NotStarted(
                f"the journal in {settings.data} is of a newer version: start that version."
            ) from None
        except (RedisError, JournalLost):
            return "Redis"
        finally:
            client.close()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", settings.agi_port)) != 0:
                return "the IVR"
        return ""

    def _warn_of_redis(self) -> None:
        """An operator's own Redis may not keep what it acknowledges."""
        if self._settings.redis_url is None:
            return
        try:
            for sentence in weaknesses(connect(self._settings, timeout_s=1.0)):
                self._say(f"WARNING: {sentence}")
        except RedisError:
            self._say("WARNING: Redis does not tell whether it keeps what it acknowledges.")

    def _drain(self) -> None:
        """Take no new calls, and serve the present ones until they have ended by themselves."""
        program = find("asterisk", self._settings)
        conf = str(asterisk.etc(self._settings) / "asterisk.conf")
        close = program.command("-C", conf, "-rx", "dialplan set global CC_CLOSED 1")
        subprocess.run(
            close, capture_output=True, timeout=10, check=False, env=without_account(os.environ)
        )
        self._say("No new calls; waiting for the present ones. Ctrl-C again ends them.")
        client = connect(self._settings, timeout_s=1.0)
        follower = Follower(
            client, self._settings.shard, Journal(client, self._settings.shard, "up")
        )
        told = -1
        while self._signals < 2:
            try:
                follower.rebuild()
            except (RedisError, JournalLost):
                time.sleep(_LOOK_EVERY_S)
                continue
            contacts = follower.shard.board.contacts.values()
            # A callback in line is no call yet; it waits for the next start.
            left = sum(not c.absent or c.state is not ContactState.WAITING for c in contacts)
            if self._child is None or self._child.poll() is not None:
                return
            if left != told:
                self._say(f"{left} calls left" if left else "The last call has ended.")
                told = left
            if not left:
                return
            time.sleep(_LOOK_EVERY_S)


def _session(leader: int) -> list[int]:
    """The processes of the session that `leader` began (proc(5), stat, field 6)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(folder.name))
    return found


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold this installation's lock.

    Raises:
        NotStarted: Another `callcenter up` runs with the same home.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.home / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotStarted(
                f"the service runs already with home {settings.home}: stop it, "
                "or set CALLCENTER_HOME and CALLCENTER_PORT_BASE for a second one."
            ) from None
        yield


def _check_ports(settings: Settings) -> None:
    """See that nobody else listens where we want to.

    Raises:
        NotStarted: Somebody does.
    """
    wanted = [
        (settings.host, settings.sip_port, socket.SOCK_DGRAM, "SIP"),
        (settings.host, settings.sip_port, socket.SOCK_STREAM, "SIP"),
        ("127.0.0.1", settings.ami_port, socket.SOCK_STREAM, "AMI"),
        ("127.0.0.1", settings.agi_port, socket.SOCK_STREAM, "FastAGI"),
        *(
            ("127.0.0.1", settings.metrics_port(name), socket.SOCK_STREAM, "metrics")
            for name in ("router", "standby", "gateway", "ivr", "worker", "reconciler")
        ),
    ]
    for host, port, kind, what in wanted:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise NotStarted(
                    f"port {port} on {host} is wanted for {what} and cannot be had "
                    f"({error.strerror}): free it, or set CALLCENTER_PORT_BASE."
                ) from None
