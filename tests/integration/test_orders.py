"""Orders: what a gateway does with commands while Redis stands still."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from callcenter.acd.commands import AnyCommand, RingNurse
from callcenter.acd.events import (
    AnyEvent,
    CommandDone,
    CommandFailed,
    CommandStarted,
    GatewayAlive,
)
from callcenter.acd.ids import ContactId, EntryId, Millis, NodeId, NurseId, entry_time
from callcenter.asterisk import executor
from callcenter.asterisk.ami.messages import Action, Response
from callcenter.asterisk.channels import Channel
from callcenter.asterisk.orders import Orders
from callcenter.asterisk.switchboard import Switchboard
from callcenter.journal.codec import decode_event
from callcenter.journal.journal import START, Journal
from callcenter.journal.lead import Lead
from callcenter.journal.patience import Patience
from callcenter.settings import Settings
from callcenter.shard.shard import Outcome
from tests.conftest import RedisServer

pytestmark = pytest.mark.integration

NODE, SHARD = NodeId("node1"), "orders"
VALID: Millis = 3_000
STILL_S = 4.0


class Scribe:
    """The acting connection of an Asterisk that does all it is told, and writes it down."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def call_many(self, actions: Sequence[Action], _timeout: float) -> list[Response]:
        self.done += [action.name for action in actions]
        return [Response("Success", {}) for _ in actions]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(Settings(home=tmp_path, shard=SHARD))
    server.start()
    yield server
    server.kill()


def a_caller_in_line() -> Switchboard:
    view = Switchboard([NurseId("n001")])
    variables = {"CC_CONTACT": "node1-1.1", "CC_PHASE": "line"}
    view.channels["1.1"] = Channel("1.1", "PJSIP/trunk-00000001", "1.1", "cc-line", variables)
    view.contacts[ContactId("node1-1.1")] = "1.1"
    return view


@pytest.mark.parametrize("still", [False, True], ids=["redis lives", "redis stands still"])
def test_a_command_that_grew_stale_while_the_journal_stood_still_is_not_carried_out(
    server: RedisServer, still: bool
) -> None:
    client: Any = server.client()
    journal = Journal(client, SHARD, "orders")
    stamp = entry_time(journal.append(GatewayAlive(node=NODE)))
    lead = Lead(client, SHARD, "test")
    assert lead.watch()
    assert lead.take()
    ring = RingNurse(
        id="1-1-0", node=NODE, valid_until=stamp + (VALID if still else 60_000),
        contact=ContactId("node1-1.1"), channel="PJSIP/trunk-00000001", nurse=NurseId("n001"),
    )  # fmt: skip
    assert lead.token is not None
    journal.step(lead.token, [Outcome(entry=EntryId("1-1"), decisions=(), commands=(ring,))])
    view, scribe, stopping = a_caller_in_line(), Scribe(), threading.Event()
    redis_pid = int(client.info("server")["process_id"])
    timers: list[threading.Timer] = []

    def plan(
        commands: Sequence[AnyCommand], now: Millis
    ) -> list[executor.Planned | executor.Refused]:
        if still and not timers:
            os.kill(redis_pid, signal.SIGSTOP)
            timers.append(threading.Timer(STILL_S, os.kill, (redis_pid, signal.SIGCONT)))
            timers[0].start()
        return [executor.plan(command, view, now) for command in commands]

    orders = Orders(
        NODE, journal, Patience(stopping), plan=plan,
        acting=cast(Any, lambda: scribe), look_up=lambda: None,
    )  # fmt: skip
    thread = threading.Thread(target=orders.run, daemon=True)
    thread.start()
    reader, found = Journal(server.client(), SHARD, "reader"), list[AnyEvent]()
    deadline = time.monotonic() + 60
    while len(found) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)  # until the orders' thread has moved on
        found = [decode_event(entry.data) for entry in reader.read(START)]
    stopping.set()
    thread.join(30)
    failed, done = CommandFailed(command=ring.id, reason="stale"), CommandDone(command=ring.id)
    assert found[1:] == [CommandStarted(command=ring.id), failed if still else done]
    assert scribe.done == ([] if still else ["Redirect"])
