"""The worker: RQ's own process, with a real Redis that dies and comes back."""

import base64
import os
import signal
import subprocess
import time
import urllib.request
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rq import Worker
from rq.job import Job

from callbacks.callback import TextKind
from callcenter.worker import PREFIX
from callcenter.worker.queue import milliseconds, once, text_call, text_job
from tests.conftest import RedisServer
from tests.integration.fake_twilio import SECRET, Day
from tests.integration.office import NUMBER, Office, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
BOOKED = TextKind.BOOKED


def enqueue(office: Office, name: str = "cb-1") -> None:
    owed = office.callback(name).texts[0].owed
    job = text_job(office.settings.shard, name, BOOKED, owed, 0)
    office.jobs.enqueue_call(**text_call(name, BOOKED, owed, job))


def children(process: subprocess.Popen[bytes]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in found.split()]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def sent(office: Office, name: str = "cb-1", within: float = 30) -> None:
    until(lambda: office.outcome(name) == "sent", within, f"not sent\n{office.log}")


def test_a_job_is_run_and_its_worker_ends_when_it_is_asked_to(office: Office) -> None:
    office.books("cb-1")
    worker = office.starts("worker")
    enqueue(office)
    sent(office)
    assert len(office.fake.sent) == 1
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0


def test_a_job_that_runs_is_waited_for(office: Office) -> None:
    office.books("cb-1")
    worker = office.starts("worker")
    office.fake.hold_s = 3.0
    enqueue(office)
    until(lambda: office.fake.sent, 30, "no job ran")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    sent(office)
    assert office.fake.asked == ["POST good"]


def test_jobs_that_waited_while_there_was_no_worker_are_run_when_one_comes(office: Office) -> None:
    for number in range(3):
        office.books(f"cb-{number}", f"{NUMBER[:-1]}{number}")
        enqueue(office, f"cb-{number}")
    owed = office.books("cb-9", f"{NUMBER[:-1]}9").owed
    job = text_job(office.settings.shard, "cb-9", BOOKED, owed, 0)
    call = text_call("cb-9", BOOKED, owed, job)
    # Its time was three hours ago.
    long_ago = milliseconds(office.jobs.connection) / 1000 - 3 * 3600
    office.jobs.enqueue_at(datetime.fromtimestamp(long_ago, UTC), call.pop("func"), **call)
    office.starts("worker")
    for number in (0, 1, 2, 9):
        sent(office, f"cb-{number}")
    assert len(office.fake.sent) == 4


@pytest.mark.parametrize("away_s", [20, pytest.param(60, marks=pytest.mark.chaos)])
def test_the_worker_and_its_scheduler_outlive_a_redis_that_is_away(
    office: Office, redis_server: RedisServer, away_s: int
) -> None:
    office.books("cb-1")
    worker = office.starts("worker")
    until(lambda: len(children(worker)) >= 1, 30, "no scheduler")
    until(lambda: Worker.count(queue=office.jobs), 30, "no worker")
    redis_server.kill()
    time.sleep(away_s)  # the fault itself: RQ's scheduler is dead by then
    redis_server.start()
    until(office.client.ping, 10, "no Redis")
    if worker.poll() is not None:  # supervisord would
        worker = office.starts("worker")
    office.fake.days = [Day.BUSY]  # the second try comes by the scheduler, 20 s later
    until(lambda: office.board.policy is not None, 30, "no router")
    enqueue(office)
    sent(office, within=150)  # RQ's own scheduler comes back only after minutes
    assert office.fake.asked == ["POST 429", "POST good"]


def test_what_a_killed_worker_leaves_behind_ends_with_it(office: Office) -> None:
    office.books("cb-1")
    office.fake.hold_s = 30.0
    worker = office.starts("worker")
    until(lambda: Worker.count(queue=office.jobs), 30, "no worker")
    enqueue(office)
    until(lambda: len(children(worker)) >= 2 and office.fake.sent, 30, "no job runs")
    left = children(worker)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    until(lambda: not any(map(lives, left)), 10, "its scheduler or its job lives on")


def test_no_number_and_no_words_are_anywhere_in_rq_or_in_a_log(office: Office) -> None:
    for number in range(4):
        office.books(f"cb-{number}", f"{NUMBER[:-1]}{number}")
    office.fake.days = [Day.WRONG, Day.BROKEN, Day.GARBLED, Day.GOOD]
    office.starts("worker")
    for number in range(4):
        enqueue(office, f"cb-{number}")
    office.jobs.enqueue_call(  # a job that raises, with a number in its arguments' place
        "callbacks.jobs.send_text",
        kwargs={"callback": "cb-1", "kind": "nonsense", "owed": 1},
        job_id="broken",
        failure_ttl=600,
    )
    once(office.jobs, "callbacks.jobs.check", "one-check")
    until(lambda: office.outcome("cb-3") == "sent", 30, f"not sent\n{office.log}")
    office.fake.receives(f"{NUMBER[:-1]}3", "avboka")
    once(office.jobs, "callbacks.jobs.replies", "one-answer")
    until(lambda: not office.callback("cb-3").open, 30, f"not cancelled\n{office.log}")
    until(lambda: len(office.fake.asked) >= 4, 30, "not all tried")
    broken = Job.fetch("broken", connection=office.jobs.connection, serializer="json")
    until(lambda: broken.get_status() == "failed", 30, "did not fail")
    kept = dump(office.client)
    assert b"JobFailed: ValueError" in kept  # what RQ keeps of an exception can be read here
    found = office.log.encode() + kept
    for word in (NUMBER[1:-1], NUMBER[-9:-1], "Vi ringer", "1177:", "avboka", "Avboka", SECRET):
        assert word.encode() not in found, word
    assert b"nonsense" not in office.log.encode()


def dump(client: Any) -> bytes:
    """Every key of RQ's and of ours beside it, with all that is in it."""
    found = b""
    for key in client.scan_iter(match=f"{PREFIX}*"):
        match client.type(key):
            case b"hash":
                held = client.hgetall(key)
            case b"list":
                held = client.lrange(key, 0, -1)
            case b"set":
                held = client.smembers(key)
            case b"zset":
                held = client.zrange(key, 0, -1)
            case b"stream":
                held = client.xrange(key)
            case _:
                held = client.get(key)
        found += key + b" " + _plain(held) + b"\n"
    return found


def _plain(held: Any) -> bytes:
    """What is packed is unpacked: RQ compresses what is long."""
    if isinstance(held, dict):
        return b" ".join(_plain(part) for pair in held.items() for part in pair)
    if isinstance(held, list | set | tuple):
        return b" ".join(map(_plain, held))
    if isinstance(held, bytes):
        for packed in (lambda: held, lambda: base64.b64decode(held, validate=True)):
            with suppress(zlib.error, ValueError):
                return zlib.decompress(packed())
        return held
    return str(held).encode()


def test_its_metrics_say_whether_its_scheduler_lives(office: Office) -> None:
    worker = office.starts("worker")
    address = f"http://127.0.0.1:{office.settings.metrics_port('worker')}/metrics"

    def shown() -> str:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    until(lambda: "callcenter_worker_scheduler_alive 1.0" in shown(), 30, office.log)
    (scheduler,) = children(worker)
    os.kill(scheduler, signal.SIGKILL)
    until(lambda: "callcenter_worker_scheduler_alive 0.0" in shown(), 10, "still said to live")
    until(lambda: "callcenter_worker_scheduler_alive 1.0" in shown(), 90, "not started again")
