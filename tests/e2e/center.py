"""Center: a whole service of the test's own, with real phones around it.

Whatever is told or done to a service is done by other processes, on a machine that may be
busy: a test waits `until` it has happened. A long patience costs nothing where all is well.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from xmlrpc.client import ServerProxy

from redis.exceptions import RedisError
from supervisor.xmlrpc import SupervisorTransport

from callcenter.acd.board import Board
from callcenter.acd.commands import AnyCommand
from callcenter.acd.contact import Contact
from callcenter.acd.decisions import AnyDecision
from callcenter.acd.events import (
    AnyEvent,
    ChannelsSeen,
    GatewayAlive,
    NurseReady,
    NurseSignedOut,
    OwedClosed,
    Tick,
)
from callcenter.acd.ids import EntryId, NodeId, NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.asterisk import config as asterisk_config
from callcenter.credentials import load_credentials
from callcenter.journal.codec import UnreadableEvent, decode_command, decode_event
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.provision.programs import find
from callcenter.router.follower import Follower, JournalLost
from callcenter.settings import ROOT, Settings
from callcenter.shard.shard import Outcome
from callcenter.softphone.phone import Account, Call, CallState, NotRegistered, Phone
from callcenter.store import connect

T = TypeVar("T")

CARRIER = "127.0.0.2"
KEYS = {"sv": "1", "fi": "2", "en": "3", "ar": "4", "so": "5"}
PATIENCE_S = 30.0  # for what is a matter of moments, where no promise says of how many
_LOOK_EVERY_S = 0.05
_OWN_CLIENT_S = 30.0  # a disk that holds Redis up for seconds is no finding of a test's
_SEEING = {"gateway", "asterisk", "all"}  # when these start, the channels are asked for anew


def free_base() -> int:
    """The first of a block of ports in which ours are free, below the ephemeral ones.

    Each worker of pytest-xdist has a thousand ports of its own: what is free while two
    services start is not free for both.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
    for block in range(10):
        base = 16_000 + worker * 1_000 + (os.getpid() + block) % 10 * 100
        wanted = [base + offset for offset in (38, 60, 73, 91, 92, 93, 94, 95, 96)]
        try:
            for port in wanted:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise AssertionError("no block of free ports below 20000")


def until(what: Callable[[], object], timeout: float, why: str | Callable[[], str]) -> None:
    """Wait for `what` to become true; `why` says what it means that it has not."""
    deadline = time.monotonic() + timeout
    while not what():
        if time.monotonic() >= deadline:
            raise AssertionError(f"after {timeout} s: {why if isinstance(why, str) else why()}")
        time.sleep(_LOOK_EVERY_S)  # until the system, not the test, has moved on


def _lives(pid: int) -> bool:
    """Whether the process runs still; one that only waits to be buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class Center:
    """`callcenter up` in a home of its own."""

    def __init__(self, home: Path, site: Path, *options: str, base: int | None = None) -> None:
        programs = Settings.from_environment()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("programs", "prompts", "music"):
            link = home / name
            if not link.is_symlink():
                link.symlink_to(programs.home / name)
        self.settings = Settings(
            home=home,
            site=site,
            port_base=base or free_base(),
            rtp_start=24_000,
            rtp_count=4_000,
            shard="e2e",
        )
        self._options = options
        self._up: subprocess.Popen[bytes] | None = None
        self.output = home / "up.out"
        self._phones = ExitStack()
        self._killed: dict[str, int] = {}
        self._struck: EntryId | None = None
        self._unseeing = False

    # -- the service ------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings.to_environment()}

    def start(self, timeout: float = 90) -> None:
        with self.output.open("wb") as output:
            self._up = up = subprocess.Popen(
                [sys.executable, "-m", "callcenter", "up", *self._options],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(
            lambda: b"takes calls" in self.output.read_bytes() or up.poll() is not None,
            timeout,
            "the service is not ready",
        )
        assert self._up.poll() is None, self.output.read_text()
        self._client = connect(self.settings, timeout_s=_OWN_CLIENT_S)
        self._journal = Journal(self._client, self.settings.shard, "e2e")
        self._follower = Follower(self._client, self.settings.shard, self._journal)
        self._follower.rebuild()
        self.mark()

    def interrupt(self) -> None:
        """Ctrl-C."""
        assert self._up is not None
        self._up.send_signal(signal.SIGINT)

    def wait_ended(self, timeout: float = 60) -> int:
        assert self._up is not None
        return self._up.wait(timeout)

    def stop(self) -> None:
        self._phones.close()
        if self._up is not None and self._up.poll() is None:
            self.interrupt()
            try:
                self.wait_ended()
            except subprocess.TimeoutExpired:
                self._up.kill()
                raise

    def __enter__(self) -> "Center":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def control(self, *words: str) -> str:
        """supervisorctl."""
        if words[0] == "restart":  # what the old one says as it ends is no sign of the new one
            return self.control("stop", *words[1:]) + self.control("start", *words[1:])
        if words[0] == "start":
            self.mark(*words[1:])
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", "-s",
             f"unix://{self.settings.redis_socket.parent / 'supervisor.sock'}", *words],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.stdout

    def processes(self) -> dict[str, tuple[str, int]]:
        """Each process of the service: its state by supervisord, and its id or 0."""
        url = f"unix://{self.settings.redis_socket.parent / 'supervisor.sock'}"
        # The address is not asked for, but has to be one.
        with ServerProxy("http://supervisord", SupervisorTransport(None, None, url)) as proxy:
            found: Any = proxy.supervisor.getAllProcessInfo()
        return {one["name"]: (one["statename"], one["pid"]) for one in found}

    def pid(self, process: str) -> int:
        """Its process id; 0 while it does not run."""
        return self.processes()[process][1]

    def living(self, process: str) -> int:
        """Its process id, once it runs: a signal to 0 would hit the test itself."""
        until(lambda: self.pid(process), PATIENCE_S, f"no {process} runs")
        pid = self.pid(process)
        assert pid, f"the {process} has ended just now"
        return pid

    def leader(self) -> str:
        """Which of the two routers leads."""
        _, number = self.lead()
        return next(name for name in ("router", "standby") if self.pid(name) == number)

    def kill(self, *processes: str) -> None:
        """kill -9; supervisord starts them again. They are dead when this returns."""
        pids = {process: self.living(process) for process in processes}
        self.mark(*processes)  # Redis itself may be among them
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
        self._killed.update(pids)
        until(lambda: not any(map(_lives, pids.values())), PATIENCE_S, "a killed process lives on")
        if not self._unseeing:  # the whole truth is told once, perhaps by now
            self.mark(*processes)

    def mark(self, *processes: str) -> None:
        """Something is done to these just now: `alive_again` asks for words from after it.

        Out of Redis's reach there is no mark; then `alive_again` makes one as soon as it can.
        """
        self._unseeing = not _SEEING.isdisjoint(processes)
        self._struck = None
        with suppress(RedisError):
            self._struck = self._newest()

    def _newest(self) -> EntryId:
        newest = self._journal.newest(1)
        return newest[0].id if newest else EntryId("0-0")

    def alive_again(self, process: str) -> bool:
        """Whether the service works again from end to end, after something was done to it.

        The router follows, the process that was killed has a successor, and the gateway has given
        a sign of life since; if it had lost sight of Asterisk, it has told the whole truth anew.
        """
        try:
            if self._struck is None:
                self._struck = self._newest()
            if not publish(self._journal, GatewayAlive(node=NodeId("elsewhere")), 5):
                return False
            present = self.board.nodes[NodeId(self.settings.node)].present
            told = self._told_by_the_node(self._struck)
        except (JournalLost, RedisError):
            return False
        wanted = ChannelsSeen if self._unseeing else GatewayAlive
        return present and wanted in told and self._runs(process)

    def _told_by_the_node(self, after: EntryId) -> set[type]:
        """Of what kinds the node's own words are since then."""
        found = set[type]()
        while batch := self._journal.read(after, count=1_000):
            after = batch[-1].id
            for entry in batch:
                with suppress(UnreadableEvent):  # some tests put rubbish there
                    event = decode_event(entry.data)
                    if getattr(event, "node", None) == self.settings.node:
                        found.add(type(event))
        return found

    def _runs(self, process: str) -> bool:
        """Whether supervisord has it running, and not still the one that was killed."""
        state, number = self.processes()[process]
        return state == "RUNNING" and number != self._killed.get(process)

    @contextmanager
    def silent_callers(self) -> Iterator[None]:
        """SIPp's callers send no sound, and after a minute of that Asterisk ends their calls."""
        self._rtp_timeout(60, 600)
        try:
            yield
        finally:
            self._rtp_timeout(600, 60)

    def _rtp_timeout(self, old: int, new: int) -> None:
        path = asterisk_config.etc(self.settings) / "pjsip.conf"
        pattern, line = rf"(?m)^rtp_timeout = {old}$", f"rtp_timeout = {new}"
        text, count = re.subn(pattern, line, path.read_text())
        assert count == 1, f"{count} lines say after how many seconds a silent caller is ended"
        path.write_text(text)
        self.asterisk("module reload res_pjsip.so")

    def keep_asking_for_the_ivr(self) -> None:
        """Callers in the menu ask for the IVR for a minute instead of three times.

        How soon a busy machine has started another one is not what a test of the dialplan asks.
        """
        for line in self.asterisk("core show channels concise").splitlines():
            if line.startswith("PJSIP/trunk-"):
                channel = line.partition("!")[0]
                self.asterisk(f"dialplan set chanvar {channel} CC_TRIES -30")

    def asterisk(self, command: str) -> str:
        """What Asterisk's console answers."""
        program = find("asterisk", self.settings)
        conf = str(asterisk_config.etc(self.settings) / "asterisk.conf")
        done = subprocess.run(
            program.command("-C", conf, "-rx", command),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.stdout

    def in_menu(self) -> int:
        """How many callers speak with the IVR before they stand in line."""
        lines = self.asterisk("core show channels concise").splitlines()
        speaking = ("!AGI!", "!BackGround!", "!Playback!")
        return sum("!cc-ivr!" in line and any(app in line for app in speaking) for line in lines)

    def callers_in_asterisk(self) -> set[str]:
        """Contact ids of the callers' channels, as Asterisk itself has them."""
        lines = self.asterisk("core show channels concise").splitlines()
        return {
            f"{self.settings.node}-{line.rpartition('!')[2]}"
            for line in lines
            if line.startswith("PJSIP/trunk-")
        }

    def callcenter(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "callcenter", *arguments], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def metrics(self, process: str) -> str:
        port = self.settings.metrics_port(process)
        url = f"http://127.0.0.1:{port}/metrics"
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    # -- what the journal says --------------------------------------------------------

    @property
    def board(self) -> Board:
        try:
            self._follower.catch_up()
        except JournalLost:
            self._follower.rebuild()
        return self._follower.shard.board

    def nurse(self, nurse: str) -> Nurse:
        return self.board.nurses[NurseId(nurse)]

    def contacts(self) -> list[Contact]:
        return sorted(self.board.contacts.values(), key=lambda contact: contact.order)

    def position(self) -> EntryId:
        return self._journal.position()

    def events(self, after: EntryId) -> list[AnyEvent]:
        """What was journalled since, ticks left out."""
        found = [decode_event(entry.data) for entry in self._journal.read(after, count=5_000)]
        return [event for event in found if not isinstance(event, Tick)]

    def all_events(self, after: EntryId) -> Iterator[AnyEvent]:
        """As `events`, however many."""
        while batch := self._journal.read(after, count=1_000):
            after = batch[-1].id
            yield from (decode_event(entry.data) for entry in batch)

    def append(self, event: AnyEvent) -> None:
        """Journal `event`, whether or not anybody leads."""
        self._journal.append(event)

    def commands(self, after: str = "0-0") -> list[tuple[str, AnyCommand]]:
        """What the gateway was told since, each with its place; that begins with its wall time."""
        found = self._journal.commands(self.settings.node, after, block=1, count=10_000)
        return [(place, decode_command(data)) for place, data in found]

    def decisions(self) -> dict[EntryId, tuple[AnyDecision, ...]]:
        """Everything that was ever decided."""
        return self._journal.decisions(EntryId("0-0"), self.position())

    def step(self, token: str, outcome: Outcome) -> None:
        """Publish as a router with this token would."""
        self._journal.step(token, [outcome])

    def lead(self) -> tuple[str, int]:
        """The present leader's token and process id."""
        token, owner = self._client.hmget(self._journal.keys.lead, "token", "owner")
        assert isinstance(token, bytes), "nobody leads"
        assert isinstance(owner, bytes), "nobody leads"
        return token.decode(), int(owner.rpartition(b".")[2])

    @property
    def has_standby(self) -> bool:
        """Whether a router follows, and could take over."""
        return bool(self._client.exists(self._journal.keys.standby))

    def tally(self, name: str) -> int:
        return sum(getattr(tally, name) for tally in self.board.tallies)

    def until_state(self, nurse: str, state: NurseState, timeout: float = PATIENCE_S) -> Nurse:
        until(
            lambda: self.nurse(nurse).state is state,
            timeout,
            lambda: f"{nurse} is {self.nurse(nurse).state}, not {state}",
        )
        return self.nurse(nurse)

    # -- people -----------------------------------------------------------------------

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.settings.sip_port}"

    def tell(self, event: AnyEvent) -> None:
        """Journal `event`, and wait until it is folded, also while another router takes over."""
        assert publish(self._journal, event, PATIENCE_S), "the router does not follow"

    def phone(self, nurse: str, *, say: int = 0) -> Phone:
        """A nurse's phone, registered, until `hang_up_all`."""
        names = [nurse.id for nurse in self._nurses]
        secret = load_credentials(self.settings.data, names).nurses[nurse]
        account = Account(user=nurse, server=self.server, password=secret)
        phone = self._phones.enter_context(Phone(account, say=say))
        phone.register(PATIENCE_S)
        until(lambda: self.nurse(nurse).reachable, PATIENCE_S, f"{nurse}'s phone is not reachable")
        return phone

    def on_duty(self, nurse: str, *, say: int = 0) -> Phone:
        """A nurse with a phone, ready for calls."""
        phone = self.phone(nurse, say=say)
        self.tell(NurseReady(nurse=NurseId(nurse), actor="test"))
        return phone

    def on_duty_patiently(self, nurse: str) -> Phone:
        """As `on_duty`, while a part of the service is still coming back."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.on_duty(nurse)
            except (AssertionError, RedisError, NotRegistered):
                assert time.monotonic() < deadline, "the service does not come back"
                time.sleep(0.2)  # between two attempts of a person

    def keep(self, phone: AbstractContextManager[T]) -> T:
        """A phone of a test's own, until `hang_up_all`."""
        return self._phones.enter_context(phone)

    def caller(self, number: str = "+46701740605", *, say: int = 0) -> Phone:
        account = Account(user=number, server=self.server)
        return self._phones.enter_context(Phone(account, address=CARRIER, say=say))

    def call(
        self, language: str = "sv", *, number: str = "+46701740605", say: int = 0
    ) -> tuple[Phone, Call]:
        """A caller who has chosen a language and stands in line, or is past it."""
        known = {contact.id for contact in self.contacts()}
        phone = self.caller(number, say=say)
        call = phone.dial("1177").wait(CallState.UP, PATIENCE_S)
        call.wait_for_sound(PATIENCE_S)  # before that nobody takes a key
        phone.send_dtmf(KEYS[language])

        def in_line() -> bool:
            fresh = [contact for contact in self.contacts() if contact.id not in known]
            return bool(fresh) and fresh[0].queued is not None

        until(in_line, PATIENCE_S, "the caller does not stand in line")
        return phone, call

    def hang_up_all(self) -> None:
        """Every phone gone, every nurse signed out, nobody in line."""
        self._phones.close()
        self._phones = ExitStack()
        try:
            until(lambda: not self.board.contacts, PATIENCE_S, "somebody is still in line")
        except AssertionError:
            self.asterisk("channel request hangup all")  # the next test finds it at rest
            raise
        for nurse in list(self.board.nurses.values()):
            if nurse.state is not NurseState.SIGNED_OUT:
                self.tell(NurseSignedOut(nurse=nurse.id, actor="test"))

        def at_rest() -> bool:
            everybody: Sequence[Nurse] = list(self.board.nurses.values())
            return all(
                n.state is NurseState.SIGNED_OUT
                and not n.reachable
                and (n.mirrored, n.mirroring) == ("out", None)  # no command is on its way
                for n in everybody
            )

        def restless() -> str:
            states = [
                (n.id, n.state, n.reachable, n.busy, n.mirrored, n.mirroring)
                for n in self._nurses
                if n.state is not NurseState.SIGNED_OUT or n.reachable or n.mirrored != "out"
            ]
            return f"a nurse is not signed out: {states}"

        until(at_rest, 2 * PATIENCE_S, restless)
        until(self._whole, PATIENCE_S, "a process is not back")

    def settle_all(self) -> None:
        """Nobody is owed a call: who rings from a number of an earlier test comes afresh."""
        for debt in list(self.board.owed):
            self.tell(OwedClosed(contact=debt.contact, reason="tidied", actor="test"))
        until(lambda: not len(self.board.owed), PATIENCE_S, "a call is still owed")

    def _whole(self) -> bool:
        """Every process runs, and the IVR answers."""
        states = [state for state, _ in self.processes().values()]
        return self.ivr_answers() and states == ["RUNNING"] * 8

    def ivr_answers(self) -> bool:
        """Whether the IVR takes a caller."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.settings.agi_port)) == 0

    @property
    def _nurses(self) -> list[Nurse]:
        return list(self.board.nurses.values())

    @property
    def late(self) -> int:
        """How many events came too late or twice, and have changed nothing."""
        assert self.board is not None  # has caught up
        return self._follower.shard.late
