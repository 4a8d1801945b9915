"""Office: a router, patients with callbacks, and whoever sends them texts, on a real Redis."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from callbacks.callback import Callback, CallbackId, Text, TextKind
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackBooked, CallbackCancelled
from callcenter.acd.events import AnyEvent
from callcenter.acd.policy import Policy
from callcenter.journal.journal import Journal
from callcenter.journal.publish import publish
from callcenter.router.metrics import RouterMetrics
from callcenter.router.router import Router
from callcenter.seal import Seal
from callcenter.settings import ROOT, Settings
from callcenter.worker.carrier import Carrier
from callcenter.worker.fold import folded
from callcenter.worker.queue import queue, rq_connection
from callcenter.worker.reconciler import Reconciler
from callcenter.worker.texting import Texting
from language_routing.languages import Language
from tests.e2e.center import free_base
from tests.integration.fake_twilio import FakeTwilio

SV = Language("sv")
POLICY = Policy(
    languages=(SV,),
    default_language=SV,
    targets={"public": 180_000},
    nurses=(),
    callbacks=CallbackPolicy(texts=True),
)
NUMBER = "+46701740605"
HOUR = 3_600_000


def until(what: Callable[[], object], timeout: float, why: str) -> None:
    deadline = time.monotonic() + timeout
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)  # until the processes have moved on; bounded by the deadline


class Office:
    """Next: `open`; at the end `close`."""

    def __init__(self, settings: Settings, client: Any, fake: FakeTwilio, folder: Path) -> None:
        self.settings = replace(settings, port_base=free_base(), site=folder / "none.yaml")
        self.client = client
        self.fake = fake
        self.seal = Seal(settings.data / "keys")
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.journal = Journal(client, settings.shard, "office")
        self._processes: list[subprocess.Popen[bytes]] = []
        self._router = Router(self.settings, lambda: POLICY, RouterMetrics(CollectorRegistry()))
        self._thread = threading.Thread(target=self._router.run)
        self.jobs = queue(settings, rq_connection(settings))

    def open(self) -> None:
        self._thread.start()
        until(lambda: self.board.policy is not None, 20, "no router leads")

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._router.stop()
        self._thread.join()

    # -- what is owed -----------------------------------------------------------------

    @property
    def board(self) -> Any:
        return folded(self.client, self.settings, "office").shard.board

    def tell(self, event: AnyEvent) -> None:
        assert publish(self.journal, event, 20)

    def books(self, name: str, number: str = NUMBER) -> Text:
        """A callback is booked; the text that is owed by it."""
        now = self.now
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        self.tell(
            CallbackBooked(
                callback=CallbackId(name), language=SV, earliest=now + HOUR, latest=now + 2 * HOUR,
                reason="test", caller=self.seal.recognise(number),
                sealed=self.seal.seal(number, today), actor="t",
            )
        )  # fmt: skip
        return self.callback(name).texts[0]

    def cancels(self, name: str) -> None:
        self.tell(CallbackCancelled(callback=CallbackId(name), reason="test", actor="t"))

    @property
    def now(self) -> int:
        seconds, micros = self.client.time()
        return int(seconds) * 1000 + int(micros) // 1000

    def callback(self, name: str) -> Callback:
        found: Callback | None = self.board.ledger.get(name)
        assert found is not None
        return found

    def outcome(self, name: str, kind: TextKind = TextKind.BOOKED) -> str:
        return next(text.outcome for text in self.callback(name).texts if text.kind is kind)

    # -- who sends it -----------------------------------------------------------------

    def texting(self, *pauses_s: float, timeout_s: float = 1.0) -> Texting:
        return Texting(
            client=self.client,
            settings=self.settings,
            seal=self.seal,
            carrier=Carrier(self.fake.account, timeout_s),
            pauses_s=pauses_s or (0.0, 0.0, 0.0),
        )

    @property
    def environment(self) -> dict[str, str]:
        ours = self.settings.to_environment()
        return {**os.environ, **ours, **self.fake.environment, "PYTHONUNBUFFERED": "1"}

    def starts(self, process: str) -> subprocess.Popen[bytes]:
        with (self.logs / f"{process}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "callcenter", "run", process],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._processes.append(child)
        return child

    def reconciler(self) -> Reconciler:
        return Reconciler(self.settings)

    @property
    def log(self) -> str:
        return "".join(path.read_text() for path in self.logs.iterdir())
