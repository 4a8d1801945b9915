"""The reconciler: what is owed has a job, whatever RQ has; and the check is made."""

import signal
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from rq.job import Job

from callbacks.callback import TextKind
from callcenter.worker import metrics
from callcenter.worker.check import check_key, check_once
from callcenter.worker.note import Notes
from callcenter.worker.places import Place, clear, place
from callcenter.worker.queue import KEEP_S, text_job
from callcenter.worker.reconciler import Reconciler
from tests.conftest import RedisServer
from tests.integration.office import Office, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
BOOKED = TextKind.BOOKED


@pytest.fixture
def account(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reconciler of this process has an account as well."""
    for name, value in office.fake.environment.items():
        monkeypatch.setenv(name, value)


def where(office: Office, owed: int, tries: int = 0) -> Place:
    job = text_job(office.settings.shard, "cb-1", BOOKED, owed, tries)
    return place(office.jobs, job, office.now)


@pytest.mark.usefixtures("account")
def test_a_text_that_is_owed_gets_one_job(office: Office) -> None:
    owed = office.books("cb-1").owed
    reconciler = office.reconciler()
    for _ in range(3):
        reconciler.turn()
    assert where(office, owed) is Place.QUEUED
    assert [job for job in office.jobs.job_ids if "-text-" in job] == [
        f"{office.settings.shard}-text-cb-1-booked-{owed}-0"
    ]


@pytest.mark.usefixtures("account")
def test_two_reconcilers_at_the_same_moment_make_one_job(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.books("cb-1")
    both = threading.Barrier(2, timeout=20)

    def cleared(jobs: Any, job: str) -> None:
        clear(jobs, job)
        both.wait()  # neither has enqueued it, and both are about to

    monkeypatch.setattr("callcenter.worker.reconciler.clear", cleared)
    with ThreadPoolExecutor() as pool:
        turns = [pool.submit(office.reconciler().turn) for _ in range(2)]
        for turn in turns:
            turn.result()
    assert len([job for job in office.jobs.job_ids if "-text-" in job]) == 1
    assert len([job for job in office.jobs.job_ids if "-check-" in job]) in (1, 2)  # the minute


@pytest.mark.usefixtures("account")
def test_a_job_that_fails_again_and_again_is_run_less_and_less_often_and_counted_apart(
    office: Office,
) -> None:
    owed = office.books("cb-1").owed
    time = 1_000.0
    reconciler = Reconciler(office.settings, lambda: time)
    name = text_job(office.settings.shard, "cb-1", BOOKED, owed, 0)
    failed, lost = metrics.FAILED._value.get(), metrics.LOST.labels(Place.ENDED)._value.get()
    pauses = []
    reconciler.turn()
    for _ in range(5):
        assert where(office, owed) is Place.QUEUED
        office.jobs.connection.lrem(office.jobs.key, 0, name)
        Job.fetch(name, connection=office.jobs.connection, serializer="json").set_status("failed")
        began = time
        while where(office, owed) is Place.ENDED:
            assert time < began + 100
            time += 1.0
            reconciler.turn()
        pauses.append(time - began)
    assert pauses == sorted(pauses)
    assert pauses[0] < 10 < 40 < pauses[-1] < KEEP_S
    assert metrics.FAILED._value.get() == failed + 5
    assert metrics.LOST.labels(Place.ENDED)._value.get() == lost


@pytest.mark.usefixtures("account")
def test_a_text_that_is_being_sent_gets_no_other_job(office: Office) -> None:
    owed = office.books("cb-1").owed
    notes = Notes(office.client, office.settings.shard)
    assert notes.begin(notes.key("cb-1", BOOKED, owed), 60_000) is not None
    office.reconciler().turn()
    assert where(office, owed, 1) is Place.NOWHERE


def test_where_nobody_sends_texts_nothing_stays_owed(office: Office) -> None:
    office.books("cb-1")
    reconciler = office.reconciler()
    reconciler.turn()
    until(lambda: office.outcome("cb-1") == "off", 10, "still owed")
    reconciler.turn()
    assert metrics.ON._value.get() == 0
    assert metrics.OWED._value.get() == 0
    assert not [job for job in office.jobs.job_ids if "-text-" in job]


def test_where_the_account_is_broken_texts_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.books("cb-1")
    monkeypatch.setenv("CALLCENTER_TWILIO_ACCOUNT", "half of one")
    office.reconciler().turn()
    assert metrics.ON._value.get() == -1
    assert metrics.OWED._value.get() == 1
    assert office.outcome("cb-1") == ""


def test_the_check_is_enqueued_once_a_minute_and_says_what_it_found(office: Office) -> None:
    reconciler = office.reconciler()
    reconciler.turn()
    (job,) = [job for job in office.jobs.job_ids if "-check-" in job]
    assert Job.fetch(job, connection=office.jobs.connection, serializer="json").func_name == (
        "callbacks.jobs.check"
    )
    office.books("cb-1")
    assert check_once(office.client, office.settings) == 0
    at, overlooked = office.client.hmget(check_key(office.settings), "at", "overlooked")
    assert (abs(int(at) - office.now) < 5_000, overlooked) == (True, b"0")


def test_replies_are_read_where_an_answer_can_come(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in office.fake.environment.items():
        monkeypatch.setenv(name, value)
    office.reconciler().turn()
    assert [job for job in office.jobs.job_ids if "-replies-" in job]
    office.client.delete(office.jobs.key)
    monkeypatch.setenv("CALLCENTER_TWILIO_FROM", "1177Vard")
    office.reconciler().turn()
    assert not [job for job in office.jobs.job_ids if "-replies-" in job]


def test_worker_and_reconciler_send_what_is_owed_and_end_when_they_are_asked_to(
    office: Office,
) -> None:
    processes = [office.starts("worker"), office.starts("reconciler")]
    office.books("cb-1")
    until(lambda: office.outcome("cb-1") == "sent", 30, f"not sent\n{office.log}")
    assert len(office.fake.sent) == 1
    address = f"http://127.0.0.1:{office.settings.metrics_port('reconciler')}/metrics"
    until(lambda: "callcenter_rq_scheduler_alive 1.0" in read(address), 30, "no scheduler")
    until(lambda: "callcenter_texts_owed 0.0" in read(address), 10, "still said to be owed")
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(15) for process in processes] == [0, 0]


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())


def test_a_reconciler_outlives_a_redis_that_dies(office: Office, redis_server: RedisServer) -> None:
    reconciler = office.starts("reconciler")
    worker = office.starts("worker")

    def sent() -> bool:
        nonlocal worker
        if worker.poll() is not None:  # amid its own start it gives up; supervisord starts another
            worker = office.starts("worker")
        return office.outcome("cb-1") == "sent"

    until(lambda: office.jobs.connection.keys("{rq}:worker:*"), 30, "no worker")
    redis_server.kill()
    until(lambda: "journal out of reach" in office.log, 30, "has not noticed")
    redis_server.start()
    until(lambda: office.board.policy is not None, 30, "no router")
    office.books("cb-1")
    until(sent, 60, f"not sent\n{office.log}")
    assert reconciler.poll() is None
    assert len(office.fake.sent) == 1


def test_the_account_may_be_a_file(office: Office) -> None:
    file: Path = office.settings.twilio_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        '{"account": "AC%s", "secret": "secretsecret", "from": "+46100001177"}' % ("a" * 32)
    )
    file.chmod(0o600)
    try:
        office.books("cb-1")
        office.reconciler().turn()
        assert [job for job in office.jobs.job_ids if "-text-" in job]
    finally:
        file.unlink()
