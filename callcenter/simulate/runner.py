"""Runner: a whole course under one distribution, its parts in processes of their own.

Into how many parts the days are cut is the course's own choice and never depends on the
machine, so a run gives the same figures everywhere; only how many are simulated at once does.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from multiprocessing.connection import wait
from multiprocessing.queues import Queue
from queue import Empty
from typing import Final

from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import Course, Distribution
from callcenter.simulate.outcome import Outcome

Progress = Callable[[int], None]
"""Told how many days more have been simulated."""
_LOOK_EVERY: Final = 0.2  # seconds, at the progress


def parts(course: Course) -> list[Part]:
    """The days of a course in its number of parts, as equal as may be."""
    number = max(1, min(course.parts, course.days))
    edges = [course.days * n // number for n in range(number + 1)]
    return [Part(a, b, course.warm_up) for a, b in pairwise(edges)]


def days(course: Course) -> int:
    """How many days are simulated in all, the warm-ups included."""
    return sum(part.last - part.first + part.warm_up for part in parts(course))


def run(
    course: Course,
    make: Callable[[], Distribution],
    progress: Progress = lambda _: None,
    at_once: int | None = None,
) -> Outcome:
    """What comes of `course` under the distribution that `make` makes, one for each part.

    Args:
        make: Can be pickled.
        at_once: So many parts at once; as many as there are cores if `None`.

    Raises:
        ChildProcessError: A part's process was ended by somebody else.
        Exception: Whatever breaks a part breaks the run.
    """
    found = parts(course)
    workers = min(len(found), at_once or cores())
    if workers <= 1:
        outcomes = [_part(course, make, part, lambda: progress(1)) for part in found]
    else:
        outcomes = _in_processes(course, make, found, progress, workers)
    total = outcomes[0]
    for outcome in outcomes[1:]:
        total.add(outcome)
    return total


def cores() -> int:
    """So many processes can run at once on this machine."""
    return len(os.sched_getaffinity(0))


def _part(
    course: Course, make: Callable[[], Distribution], part: Part, on_day: Callable[[], None]
) -> Outcome:
    return Engine(course, make(), part, on_day).run()


def _in_processes(
    course: Course,
    make: Callable[[], Distribution],
    found: list[Part],
    progress: Progress,
    workers: int,
) -> list[Outcome]:
    context = multiprocessing.get_context("spawn")  # nothing of ours is inherited
    load = pickle.dumps((course, make))
    told: Queue[int] = context.Queue()
    with ProcessPoolExecutor(workers, context, _begin, (told,)) as pool:
        waiting = [pool.submit(_child, load, part) for part in found]
        pending = set(waiting)
        try:
            while pending:
                for done in [each for each in pending if each.done()]:
                    done.result()  # breaks at once what is broken
                    pending.discard(done)
                _hear(told, progress, wait=bool(pending))
            return [each.result() for each in waiting]
        except BrokenProcessPool:
            raise ChildProcessError(
                "a part of the run was ended from outside: was there too little memory?"
            ) from None
        except BaseException:
            children = list(pool._processes.values())
            pool.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.terminate()
            raise


def _hear(told: "Queue[int]", progress: Progress, *, wait: bool) -> None:
    try:
        if wait:
            progress(told.get(timeout=_LOOK_EVERY))
        while True:
            progress(told.get_nowait())
    except Empty:
        pass


_told: "Queue[int] | None" = None  # of a child: where it tells its progress


def _begin(told: "Queue[int]") -> None:
    """A child goes with its parent, however that ends; Ctrl-C is the parent's affair."""
    global _told  # noqa: PLW0603  a queue reaches a child at its start alone
    _told = told
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_go_with, args=(parent.sentinel,), daemon=True).start()


def _go_with(parent: int) -> None:
    wait([parent])
    os._exit(1)


def _child(load: bytes, part: Part) -> Outcome:
    course, make = pickle.loads(load)  # noqa: S301  our own
    gc.set_threshold(50_000, 50, 100)  # the records of the fold hold no cycles
    assert _told is not None  # set at the beginning
    told = _told
    return _part(course, make, part, lambda: told.put(1))
