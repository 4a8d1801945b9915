"""RQ's windows of loss, each made to happen: the text is sent in the end, and once.

The windows are in `callcenter/worker/places.py`. Where a text must be sent nevertheless, the
worker is a real one, and so is the reconciler.
"""

import os
import signal
from datetime import timedelta

import pytest
from rq import Worker
from rq.job import Job, JobStatus
from rq.registry import ScheduledJobRegistry, StartedJobRegistry
from rq.scheduler import RQScheduler

from callbacks.callback import TextKind
from callcenter.worker.note import Notes
from callcenter.worker.places import Place, place
from callcenter.worker.queue import text_call, text_job
from tests.integration.fake_twilio import Day
from tests.integration.office import Office, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
BOOKED = TextKind.BOOKED


class Ground:
    """One text that is owed, and its job."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.owed = office.books("cb-1").owed
        self.job = self.name(0)

    def name(self, tries: int) -> str:
        return text_job(self.office.settings.shard, "cb-1", BOOKED, self.owed, tries)

    def enqueue(self) -> Job:
        call = text_call("cb-1", BOOKED, self.owed, self.job)
        found: Job = self.office.jobs.enqueue_call(**call)
        return found

    @property
    def where(self) -> Place:
        return place(self.office.jobs, self.job, self.office.now)

    def runs(self) -> None:
        self.office.starts("reconciler")
        self.office.starts("worker")

    def sent_once(self, within: float = 90) -> None:
        office = self.office
        until(lambda: office.outcome("cb-1") == "sent", within, f"not sent\n{office.log}")
        assert len(office.fake.sent) == 1
        assert "job enqueued again" in office.log


@pytest.fixture
def ground(office: Office) -> Ground:
    return Ground(office)


def test_s5_a_job_taken_from_the_queue_and_in_no_list(ground: Ground) -> None:
    """As by BLPOP of a worker with two queues that dies at once: RQ never finds it."""
    ground.enqueue()
    ground.office.client.lpop(ground.office.jobs.key)
    assert ground.where is Place.NOWHERE
    job = Job.fetch(ground.job, connection=ground.office.jobs.connection, serializer="json")
    assert job.get_status() is JobStatus.QUEUED
    ground.runs()
    until(lambda: ground.office.outcome("cb-1") == "sent", 60, ground.office.log)
    assert len(ground.office.fake.sent) == 1


def test_s5_again_where_the_reconciler_had_seen_the_job(ground: Ground) -> None:
    reconciler = ground.office.starts("reconciler")
    until(lambda: ground.where is Place.QUEUED, 30, "no job")
    os.kill(reconciler.pid, signal.SIGSTOP)  # it must not mistake our pop for anything else
    ground.office.client.lpop(ground.office.jobs.key)
    os.kill(reconciler.pid, signal.SIGCONT)
    until(lambda: "job enqueued again" in ground.office.log, 30, "not missed")
    ground.office.starts("worker")
    ground.sent_once()


def test_s6_a_worker_dies_between_taking_a_job_and_registering_it(ground: Ground) -> None:
    ground.enqueue()
    jobs = ground.office.jobs
    ground.office.client.lmove(jobs.key, jobs.intermediate_queue_key, "LEFT", "RIGHT")
    assert ground.where is Place.TAKEN
    ground.runs()
    ground.sent_once()


def test_s2_the_hash_of_a_scheduled_job_is_gone_when_it_is_due(ground: Ground) -> None:
    ground.office.fake.days = [Day.BUSY]
    ground.runs()
    jobs = ground.office.jobs
    registry = ScheduledJobRegistry(queue=jobs)
    until(lambda: ground.name(1) in registry, 30, "no second try is scheduled")
    ground.office.client.delete(jobs.job_class.key_for(ground.name(1)))
    ground.sent_once()
    assert ground.office.fake.asked == ["POST 429", "POST good"]


def test_s4_an_abandoned_job_to_be_tried_again_is_in_no_list(ground: Ground) -> None:
    job = ground.enqueue()
    ground.office.client.lpop(ground.office.jobs.key)
    job.set_status(JobStatus.SCHEDULED)
    assert ground.where is Place.NOWHERE
    ground.runs()
    until(lambda: ground.office.outcome("cb-1") == "sent", 60, ground.office.log)
    assert len(ground.office.fake.sent) == 1


def test_a_scheduler_whose_lock_another_holds_does_nothing_and_the_text_is_sent(
    ground: Ground,
) -> None:
    jobs = ground.office.jobs
    key = RQScheduler.get_locking_key(jobs.name)
    ground.office.client.set(key, "a host that is gone", ex=600)
    ground.office.fake.days = [Day.BUSY]
    ground.runs()
    registry = ScheduledJobRegistry(queue=jobs)
    until(lambda: ground.name(1) in registry, 30, "no second try is scheduled")
    ground.sent_once()
    assert ground.office.client.get(key) == b"a host that is gone"


def test_a_worker_killed_while_it_sends_has_sent_once(ground: Ground) -> None:
    ground.office.fake.hold_s = 20.0  # taken, and no answer yet
    ground.office.starts("reconciler")
    worker = ground.office.starts("worker")
    until(lambda: ground.office.fake.sent, 30, "no job ran")
    started = StartedJobRegistry(queue=ground.office.jobs)
    assert started.get_job_ids(cleanup=False)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    ground.office.fake.hold_s = 0.0
    ground.office.starts("worker")
    # Not before the lease of the one that was killed is over.
    until(lambda: ground.office.outcome("cb-1") == "sent", 150, ground.office.log)
    assert len(ground.office.fake.sent) == 1
    assert ground.office.fake.asked == ["POST good", "GET"]


def test_a_worker_killed_before_it_sends_sends_once(ground: Ground) -> None:
    """The note says begun, the carrier has nothing."""
    notes = Notes(ground.office.client, ground.office.settings.shard)
    assert notes.begin(notes.key("cb-1", BOOKED, ground.owed), 2_000) is not None
    ground.runs()
    until(lambda: ground.office.outcome("cb-1") == "sent", 60, ground.office.log)
    assert ground.office.fake.asked == ["GET", "POST good"]


def test_a_job_that_failed_for_a_reason_of_ours_is_run_again(ground: Ground) -> None:
    ground.enqueue()
    place_ = ground.office.settings.data / "keys"
    hidden = place_.with_name("keys.away")
    place_.rename(hidden)
    place_.write_text("no folder")  # the seal cannot be made: the job fails
    try:
        ground.office.starts("worker")
        until(lambda: ground.where is Place.ENDED, 30, "did not fail")
    finally:
        place_.unlink()
        hidden.rename(place_)
    ground.office.starts("reconciler")
    ground.sent_once()


def test_the_same_job_queued_twice_sends_once(ground: Ground) -> None:
    """S3, two schedulers at once."""
    ground.enqueue()
    ground.office.client.rpush(ground.office.jobs.key, ground.job)
    ground.office.starts("worker")
    until(lambda: ground.office.outcome("cb-1") == "sent", 60, ground.office.log)
    until(lambda: not ground.office.jobs.count, 30, "the second is not run")
    assert len(ground.office.fake.sent) == 1


def test_an_overdue_job_counts_as_overdue_and_not_before(ground: Ground) -> None:
    jobs = ground.office.jobs
    call = text_call("cb-1", BOOKED, ground.owed, ground.job)
    jobs.enqueue_in(timedelta(seconds=60), call.pop("func"), **call)
    assert ground.where is Place.SCHEDULED
    assert place(jobs, ground.job, ground.office.now + 75_000) is Place.OVERDUE
    assert Worker.count(queue=jobs) == 0
