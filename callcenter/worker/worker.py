"""Worker: RQ's, with the settings that narrow its windows of loss.

With RQ's defaults a Redis that is away for 20 s stops the scheduler for minutes: only
maintenance starts it again, and that waits for `worker_ttl`. Each job runs in a process of its
own, so that one that hangs or dies takes nothing with it.
"""

import ctypes
import os
import signal
import threading
from typing import Any, Final

import structlog
from prometheus_client import Gauge
from redis.exceptions import RedisError
from rq import Worker

from callcenter.settings import Settings
from callcenter.worker import check, replies, texting
from callcenter.worker.queue import KEEP_S, queue, rq_connection

log = structlog.get_logger()

# Between two looks at the scheduler and at abandoned jobs at most `worker_ttl - 15` pass.
WORKER_TTL_S: Final = 20
MAINTENANCE_S: Final = 5
_MONITORING_S: Final = 5
_AGAIN_S: Final = 0.5
_PR_SET_PDEATHSIG: Final = 1  # prctl(2)
# Loaded before the fork: a job then begins at once.
JOBS: Final = (texting.send_text, check.check, replies.replies)

_ALIVE: Final = Gauge("callcenter_worker_scheduler_alive", "1 while this worker's scheduler runs")


class _Worker(Worker):
    """Looks for a Redis that is away at least every five seconds; RQ: every minute."""

    max_connection_wait_time = 5.0

    def handle_exception(self, job: Any, *exc_info: Any) -> None:
        """Says the type alone; RQ's own writes the arguments and the words."""
        log.error("job failed", type=str(job.func_name), exc_info=exc_info[1])


def _die_with(parent: int) -> None:
    """A job or scheduler that outlived its worker would hold its lock, and run doubly."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def make(settings: Settings) -> Any:
    """A worker of this shard's queue, and of no other.

    Raises:
        redis.exceptions.RedisError: Redis is unreachable.
    """
    connection = rq_connection(settings)
    return _Worker(
        [queue(settings, connection)],
        connection=connection,
        serializer="json",
        worker_ttl=WORKER_TTL_S,
        maintenance_interval=MAINTENANCE_S,
        job_monitoring_interval=_MONITORING_S,
        default_result_ttl=KEEP_S,
        log_job_description=False,
    )


def work(settings: Settings) -> None:
    """Run jobs until SIGTERM; a job that runs is waited for.

    Raises:
        SystemExit: A second SIGTERM.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    while not stopping.is_set():
        try:
            worker = make(settings)
            break
        except RedisError:
            stopping.wait(_AGAIN_S)
    else:
        return
    parent = os.getpid()
    os.register_at_fork(after_in_child=lambda: _die_with(parent))
    _ALIVE.set_function(lambda: _scheduler_lives(worker))
    if stopping.is_set():
        return
    worker.work(with_scheduler=True, logging_level="WARNING")


def _scheduler_lives(worker: Any) -> float:
    process = getattr(worker.scheduler, "_process", None)
    try:
        return float(process is not None and process.pid is not None and _lives(process.pid))
    except OSError:
        return 0.0


def _lives(pid: int) -> bool:
    """Whether it runs, and is no zombie (proc(5)): `is_alive` would reap it in this thread."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
