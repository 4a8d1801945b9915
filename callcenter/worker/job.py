"""Job: what every job of RQ's does around its work.

RQ keeps the text of an exception in Redis. What is raised here has a type and a place, and no
words of anybody's: a number may stand in them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from redis.exceptions import RedisError

from callcenter.settings import Settings
from callcenter.store import connect

T = TypeVar("T")


class JobFailed(Exception):
    """A job could not do its work. The text is a type and a line number."""


def run(work: Callable[[Any, Settings], T]) -> T:
    """Do `work` with a client of this job's own.

    Raises:
        JobFailed: It could not; whoever needs the work enqueues it again.
    """
    failed = ""
    settings = Settings.from_environment()
    client = connect(settings)
    try:
        return work(client, settings)
    except RedisError as error:
        failed = type(error).__name__
    except Exception as error:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        failed = f"{type(error).__name__}:{where.tb_lineno if where is not None else 0}"
    finally:
        client.close()
    raise JobFailed(failed)  # outside the handlers: RQ would write their words as well
