"""From an event's append to the leader's command, on a real Redis that syncs every write."""

import subprocess
import tempfile
import time
from pathlib import Path

from redis.exceptions import RedisError

from callcenter.acd.events import GatewayAlive
from callcenter.acd.ids import NodeId
from callcenter.journal.journal import Journal
from callcenter.journal.lead import Lead
from callcenter.provision.programs import find
from callcenter.settings import Settings
from callcenter.shard.shard import Outcome
from callcenter.store import connect, write_config

_ROUNDS = 2_000


def measure() -> dict[str, float]:
    """Milliseconds of one append, and of append, read and step together."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(home=Path(folder), shard="bench")
        program = find("redis-server", Settings.from_environment())
        server = subprocess.Popen(
            program.command(str(write_config(settings))),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return _measure(settings)
        finally:
            server.terminate()
            server.wait()


def _measure(settings: Settings) -> dict[str, float]:
    client = connect(settings)
    deadline = time.monotonic() + 20
    while True:
        try:
            client.ping()
            break
        except RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    journal = Journal(client, settings.shard, "bench")
    journal.load()
    lead = Lead(client, settings.shard, "bench", patience_s=0)
    lead.watch()
    lead.take()
    assert lead.token is not None
    alone, whole = [], []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        entry = journal.append(GatewayAlive(node=NodeId("bench")))
        appended = time.perf_counter()
        position = journal.position()
        journal.read(position)
        journal.step(lead.token, [Outcome(entry=entry, decisions=(), commands=())])
        alone.append(appended - began)
        whole.append(time.perf_counter() - began)
    return {
        "append_ms_p50": _rank(alone, 0.5),
        "append_ms_p99": _rank(alone, 0.99),
        "append_read_step_ms_p50": _rank(whole, 0.5),
        "append_read_step_ms_p99": _rank(whole, 0.99),
        "rounds": _ROUNDS,
    }


def _rank(values: list[float], share: float) -> float:
    return round(sorted(values)[int(len(values) * share)] * 1000, 3)
