"""Places: where in RQ a job is, and whether it can still run from there.

RQ 3.0.0 has windows in which a job is nowhere, or in a place that it never leaves:

* a worker dies between taking a job from the queue and registering it: the job stays in the
  intermediate queue, and is called failed after a minute or more (intermediate_queue.py:99);
* an abandoned job that is tried again later: `status=scheduled`, in no list (job.py:1795);
* the hash of a scheduled job is gone when it is due: dropped without a word (scheduler.py:257);
* the scheduler is dead, or another one holds its lock: what is due stays where it is.
"""

from enum import StrEnum
from typing import Any, Final

from rq.registry import ScheduledJobRegistry

# A scheduler looks every second.
_OVERDUE_S: Final = 10


class Place(StrEnum):
    QUEUED = "queued"  # a worker will take it
    SCHEDULED = "scheduled"  # the scheduler will queue it
    TAKEN = "taken"  # a worker has taken it, and may be dead
    OVERDUE = "overdue"  # the scheduler should have queued it
    ENDED = "ended"  # it has run, or failed
    NOWHERE = "nowhere"


def place(jobs: Any, job_id: str, now: int) -> Place:
    """Where the job is; `now` is Redis's time in ms.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    connection = jobs.connection
    scheduled: Any = _registry(jobs)
    with connection.pipeline(transaction=True) as pipeline:
        pipeline.hget(jobs.job_class.key_for(job_id), "status")
        pipeline.lpos(jobs.key, job_id)
        pipeline.lpos(jobs.intermediate_queue_key, job_id)
        pipeline.zscore(scheduled.key, job_id)
        status, queued, taken, due = pipeline.execute()
    if status is None:
        return Place.NOWHERE  # what still stands in a list is passed over
    if queued is not None:
        return Place.QUEUED
    if due is not None:
        return Place.OVERDUE if due * 1000 + _OVERDUE_S * 1000 < now else Place.SCHEDULED
    if taken is not None or status == b"started":
        return Place.TAKEN
    return Place.ENDED if status in (b"finished", b"failed", b"stopped") else Place.NOWHERE


def _registry(jobs: Any) -> Any:
    return ScheduledJobRegistry(queue=jobs)  # type: ignore[no-untyped-call]


def clear(jobs: Any, job_id: str) -> None:
    """Take the job out of every place.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    scheduled: Any = _registry(jobs)
    with jobs.connection.pipeline(transaction=True) as pipeline:
        pipeline.lrem(jobs.key, 0, job_id)
        pipeline.lrem(jobs.intermediate_queue_key, 0, job_id)
        pipeline.zrem(scheduled.key, job_id)
        pipeline.delete(jobs.job_class.key_for(job_id))
        pipeline.execute()
