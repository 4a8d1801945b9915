"""Metrics of what is owed and of RQ, shown by the reconciler: jobs run in processes that end."""

from typing import Any, Final

from prometheus_client import Counter, Gauge
from rq import Worker
from rq.scheduler import SCHEDULER_KEY_TEMPLATE, RQScheduler
from rq.utils import utcparse

from callcenter.settings import Settings
from callcenter.worker.check import check_key
from callcenter.worker.replies import Became, replies_key

# A scheduler says so every second.
_DEAD_MS: Final = 30_000

OWED: Final = Gauge("callcenter_texts_owed", "Text messages that are owed to patients")
OLDEST: Final = Gauge("callcenter_texts_oldest_owed_seconds", "Age of the oldest of them")
ON: Final = Gauge("callcenter_texts_on", "1 if text messages are sent; 0: off, -1: broken")
ENQUEUED: Final = Counter("callcenter_texts_enqueued", "Jobs of text messages enqueued")
LOST: Final = Counter(
    "callcenter_jobs_lost", "Jobs enqueued again because they were not where they should", ["place"]
)
FAILED: Final = Counter(
    "callcenter_jobs_failed", "Jobs enqueued again because they ended and nothing came of them"
)
REPLIES: Final = Gauge(
    "callcenter_text_replies",
    "Answers to text messages since the beginning: cancelled something; unmatched: there was "
    "nothing to cancel; unread: they say something else",
    ["became"],
)
SCHEDULER: Final = Gauge("callcenter_rq_scheduler_alive", "1 while RQ's scheduler gives news")
WORKERS: Final = Gauge("callcenter_rq_workers", "RQ's workers")
QUEUED: Final = Gauge("callcenter_rq_jobs_queued", "Jobs that wait for a worker")
CHECK_AGE: Final = Gauge(
    "callcenter_callback_check_age_seconds", "Since the last independent check; -1: never"
)
OVERLOOKED: Final = Gauge(
    "callcenter_callbacks_overlooked_at_check", "Found by the last check; must be 0"
)
LATE: Final = Gauge("callcenter_callbacks_past_promise", "Wait longer than was promised")
TASKS: Final = Gauge(
    "callcenter_callback_tasks_old", "Patients not reached whom nobody has seen to for 15 minutes"
)


def refresh(jobs: Any, settings: Settings, now: int) -> None:
    """Look again. `now` is Redis's time in ms.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    QUEUED.set(jobs.count)
    WORKERS.set(Worker.count(queue=jobs))
    SCHEDULER.set(scheduler_lives(jobs, now))
    at, overlooked, late, tasks = jobs.connection.hmget(
        check_key(settings), "at", "overlooked", "late", "tasks"
    )
    counts = jobs.connection.hmget(replies_key(settings), *map(str, Became))
    for became, count in zip(Became, counts, strict=True):
        REPLIES.labels(str(became)).set(int(count or 0))
    CHECK_AGE.set(-1 if at is None else max(0, now - int(at)) / 1000)
    OVERLOOKED.set(int(overlooked or 0))
    LATE.set(int(late or 0))
    TASKS.set(int(tasks or 0))


def scheduler_lives(jobs: Any, now: int) -> bool:
    """Whether some scheduler holds this queue's lock and has given news lately.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    holder = jobs.connection.get(RQScheduler.get_locking_key(jobs.name))
    if holder is None:
        return False
    said = jobs.connection.hget(SCHEDULER_KEY_TEMPLATE % holder.decode(), "last_heartbeat")
    if said is None:
        return False
    return now - utcparse(said.decode()).timestamp() * 1000 < _DEAD_MS
