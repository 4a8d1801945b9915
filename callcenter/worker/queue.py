"""Queue: RQ as we use it. One queue for each shard, JSON instead of pickle, keys of its own.

RQ is a trigger, never the truth: what is owed stands in the journal's fold, and a job that RQ
loses is enqueued again by the reconciler. Its windows of loss, by name, are in `places`.
"""

from typing import Any, Final

import redis
import rq.defaults
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError

from callbacks.callback import TextKind
from callcenter.settings import Settings
from callcenter.worker import PREFIX

if rq.defaults.RQ_KEY_PREFIX != PREFIX:
    raise ImportError("rq was imported before callcenter.worker: its keys would be others")

SEND_TEXT: Final = "callbacks.jobs.send_text"
CHECK: Final = "callbacks.jobs.check"
REPLIES: Final = "callbacks.jobs.replies"
# A job that takes longer hangs. Texts: two requests of at most 10 s each, and a fold.
JOB_TIMEOUT_S: Final = 45
# What ended is of no use: whether a text was sent is in the journal.
KEEP_S: Final = 60
# A check that nobody ran in time is made by the next one.
_STALE_S: Final = 90


def rq_connection(settings: Settings) -> Any:
    """A client for RQ, which repeats by itself what it may."""
    return redis.Redis.from_url(
        settings.redis_url or f"unix://{settings.redis_socket}",
        protocol=2,
        socket_timeout=20.0,
        socket_connect_timeout=5.0,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 3),
    )


def queue(settings: Settings, connection: Any) -> Any:
    """This shard's queue."""
    return Queue(
        f"{settings.shard}-jobs",
        connection=connection,
        serializer="json",
        default_timeout=JOB_TIMEOUT_S,
    )


def text_job(shard: str, callback: str, kind: TextKind, owed: int, tries: int) -> str:
    """The name of the job that makes one try to send one text; nobody else has it."""
    return f"{shard}-text-{callback}-{kind}-{owed}-{tries}"


def text_call(callback: str, kind: TextKind, owed: int, job_id: str) -> dict[str, Any]:
    """What `enqueue_call` is to be told. Nothing in it is personal."""
    return {
        "func": SEND_TEXT,
        "kwargs": {"callback": callback, "kind": str(kind), "owed": owed},
        "job_id": job_id,
        "description": SEND_TEXT,  # RQ's own would quote the arguments
        "result_ttl": KEEP_S,
        "failure_ttl": KEEP_S,
    }


def once(jobs: Any, function: str, job_id: str) -> bool:
    """Enqueue a job that takes no arguments, if there is none of this name; whether it was so.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    try:
        jobs.enqueue_call(
            function,
            job_id=job_id,
            description=function,
            ttl=_STALE_S,
            result_ttl=KEEP_S,
            failure_ttl=KEEP_S,
            unique=True,
        )
    except DuplicateJobError:
        return False
    return True


def milliseconds(connection: Any) -> int:
    """Redis's time: the one clock that all who use the queue share."""
    seconds, micros = connection.time()
    return int(seconds) * 1000 + int(micros) // 1000
