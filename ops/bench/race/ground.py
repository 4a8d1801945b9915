"""Ground: where the race is run: a whole private service, with a plain app_queue beside it.

The product's own configuration is left as it is rendered; the queue `race` and its number
are added to the private copy of this run.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from callcenter.acd.events import AnyEvent, NursePaused, NurseReady
from callcenter.acd.ids import NurseId
from callcenter.asterisk import config as asterisk_config
from callcenter.asterisk.ami.connection import Connection
from callcenter.asterisk.ami.messages import Event
from callcenter.credentials import Credentials, load_credentials
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.provision.programs import find
from callcenter.settings import ROOT, Settings
from callcenter.store import connect
from ops.bench.race.witness import Witness

OURS, QUEUE, MENU = "7001", "7002", "1177"
PORT_BASE = 17_000
PROCESSES = ("router", "standby", "gateway", "ivr", "redis", "asterisk")
_TICKS = os.sysconf("SC_CLK_TCK")
_READY_WITHIN_S = 120.0

_SITE = """\
name: race
languages:
  - {{tag: sv, key: 1}}
  - {{tag: fi, key: 2}}
  - {{tag: en, key: 3}}
  - {{tag: ar, key: 4}}
  - {{tag: so, key: 5}}
classes:
  public: {{target_seconds: 180}}
entry_points:
  race: {{flow: direct, class: public}}
  menu: {{flow: public, class: public}}
numbers:
  "{ours}": race
  "{menu}": menu
trunk: {{addresses: [127.0.0.2]}}
ring_seconds: 20
wrap_up_seconds: 0
short_talk_seconds: 0
nurses:
{nurses}
"""
# app_queue at its best: no wrap-up, all free members at once, no pause after a missed ring
# longer than it must be. Everything else is the default of queues.conf.
_QUEUE = """
[race]
strategy = rrmemory
autofill = yes
ringinuse = no
wrapuptime = 0
timeout = 20
retry = 1
musicclass = default
"""
_PLAN = f"""
[from-trunk](+)
exten => {QUEUE},1,Answer()
 same => n,Queue(race)
 same => n,Hangup()
"""


class Ground:
    """One running service, used as a context.

    Attributes:
        witness: Who is told of Asterisk's events at the moment.
    """

    def __init__(self, home: Path, nurses: int) -> None:
        shared = Settings.from_environment()
        home.mkdir(mode=0o700, exist_ok=True)
        for name in ("programs", "prompts", "music"):
            (home / name).symlink_to(shared.home / name)
        self.nurses = [NurseId(f"n{number:03}") for number in range(1, nurses + 1)]
        lines = [
            f"  - {{id: {n}, name: {n}, languages: [sv, fi, en, ar, so]}}" for n in self.nurses
        ]
        site = home / "site.yaml"
        site.write_text(_SITE.format(ours=OURS, menu=MENU, nurses="\n".join(lines)))
        self.settings = Settings(
            home=home, site=site, port_base=PORT_BASE, rtp_start=28_000, rtp_count=4_000,
            shard="race",
        )  # fmt: skip
        self.witness: Witness | None = None

    def __enter__(self) -> "Ground":
        self._up = subprocess.Popen(
            [sys.executable, "-m", "callcenter", "up"], cwd=ROOT,
            env={**os.environ, **self.settings.to_environment()}, stdin=subprocess.DEVNULL,
            stdout=(self.settings.home / "up.out").open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            self._wait_until_ready()
            self._journal = Journal(connect(self.settings), self.settings.shard, "race")
            self._add_queue()
            self._reading = self._login("reading", "on")
            self._acting = self._login("acting", "off")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._up.send_signal(signal.SIGINT)
        self._up.wait(90)

    @property
    def secrets(self) -> Credentials:
        return load_credentials(self.settings.data, list(self.nurses))

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.settings.sip_port}"

    def tell(self, *events: AnyEvent) -> None:
        """Journal `events`, and see that the router has taken them.

        Raises:
            RuntimeError: The router does not follow.
        """
        for event in events:
            if not publish(self._journal, event, 10):
                raise RuntimeError("the router does not follow")

    def on_duty(self, nurses: Sequence[NurseId]) -> None:
        """These nurses are ready in our service, all others are not."""
        for nurse in self.nurses:
            ready = nurse in nurses
            self.tell(
                NurseReady(nurse=nurse, actor="race")
                if ready
                else NursePaused(nurse=nurse, reason="race", actor="race")
            )

    def in_queue(self, nurses: Sequence[NurseId]) -> None:
        """These nurses, and no others, are members of app_queue's queue."""
        for nurse in self.nurses:
            headers = {"Queue": "race", "Interface": f"PJSIP/{nurse}"}
            self._acting.call("QueueAdd" if nurse in nurses else "QueueRemove", headers)

    def calls_now(self) -> int:
        """How many calls Asterisk has."""
        return int(self._acting.call("CoreStatus").get("CoreCurrentCalls"))

    def cpu_ms(self) -> dict[str, float]:
        """Milliseconds of processor time that each process has used so far."""
        found = {}
        for name in PROCESSES:
            fields = Path(f"/proc/{self._pid(name)}/stat").read_text().rpartition(")")[2].split()
            found[name] = (int(fields[11]) + int(fields[12])) * 1000 / _TICKS
        return found

    # -- inside -------------------------------------------------------------------------

    def _wait_until_ready(self) -> None:
        output = self.settings.home / "up.out"
        deadline = time.monotonic() + _READY_WITHIN_S
        while "takes calls" not in output.read_text():
            if self._up.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not start: {output.read_text()[-500:]}")
            time.sleep(0.2)

    def _add_queue(self) -> None:
        etc = asterisk_config.etc(self.settings)
        for name, text in (("queues.conf", _QUEUE), ("extensions.conf", _PLAN)):
            with (etc / name).open("a") as file:
                file.write(text)
        # SIPp registers the phones from another port than the one at which they listen.
        phones = etc / "pjsip.conf"
        phones.write_text(
            phones.read_text().replace("rewrite_contact = yes", "rewrite_contact = no")
        )
        program = find("asterisk", self.settings)
        for command in ("queue reload all", "dialplan reload", "module reload res_pjsip.so"):
            words = program.command("-C", str(etc / "asterisk.conf"), "-rx", command)
            subprocess.run(words, capture_output=True, timeout=20, check=True)

    def _login(self, user: str, events: str) -> Connection:
        connection = Connection(
            "127.0.0.1", self.settings.ami_port, on_events=self._on_events, dead_after=3_600
        )
        connection.connect()
        connection.login(user, self.secrets.ami[user], events)
        return connection

    def _on_events(self, events: list[Event]) -> None:
        # Who only looks on must not take the processor from those who race.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        witness = self.witness
        if witness is not None:
            for event in events:
                witness.tell(event)

    def _pid(self, process: str) -> int:
        socket = self.settings.redis_socket.parent / "supervisor.sock"
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", "-s", f"unix://{socket}",
             "pid", process], capture_output=True, text=True, timeout=20, check=True,
        )  # fmt: skip
        return int(done.stdout)
