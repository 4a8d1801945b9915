"""Runs the tests that call a mutant's function against the mutant, in a forked process."""

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from types import CodeType, FrameType

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from ops.mutants.made import Mutant

TESTS = ("tests/unit/acd", "tests/unit/shard", "tests/unit/language_routing")
OTHERS_S = 4.0
"""For so long a mutant is tried on the quickest tests of other modules, after all tests of its own.

As measured on the right code, under a profiler, thus a third of it in truth.
"""
MEMORY_BYTES = 3 << 30


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"  # a test ran for ever: as good as killed
    SURVIVED = "survived"
    UNTESTED = "no test"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A mutant's fate, and by which test."""

    mutant: Mutant
    fate: Fate
    by: str = ""


class Tests:
    """The unit tests, collected once, and which functions' code each of them runs."""

    def __init__(self, session: pytest.Session) -> None:
        self.seconds: dict[str, float] = {}
        self._items = {item.nodeid: item for item in session.items}
        self._of: dict[CodeType, list[str]] = {}

    def measure(self, wanted: dict[CodeType, str]) -> None:
        """Run all tests once, on the right code. `wanted` is the code that will be mutated.

        Raises: SystemExit when a test fails, for then no mutant can be judged.
        """
        items = list(self._items.values())
        for item, after in zip(items, [*items[1:], None], strict=True):
            called: dict[CodeType, None] = {}
            began = time.process_time()
            with _watching(wanted, called):
                reports = runtestprotocol(item, nextitem=after, log=False)
            if any(report.failed for report in reports):
                raise SystemExit(f"{item.nodeid} fails on the code as it is.")
            self.seconds[item.nodeid] = time.process_time() - began
            for code in called:
                self._of.setdefault(code, []).append(item.nodeid)

    def of(self, mutant: Mutant) -> list[str]:
        """Which tests call this mutant's function, the likeliest to fail first."""
        module = mutant.function.__module__.rpartition(".")[2]
        mine = (f"/test_{module}.py", f"/test_{module}_")
        found = sorted(
            (not any(part in name for part in mine), self.seconds[name], name)
            for name in self._of.get(mutant.function.__code__, [])
        )
        chosen, spent = [], 0.0
        for other, seconds, name in found:
            spent += seconds if other else 0
            if spent < OTHERS_S:
                chosen.append(name)
        return chosen

    def tried(self, mutant: Mutant) -> Trial:
        """Try one mutant."""
        names = self.of(mutant)
        if not names:
            return Trial(mutant=mutant, fate=Fate.UNTESTED)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._run(mutant, names, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if said:
            return Trial(mutant=mutant, fate=Fate.KILLED, by=said)
        if status == 0:
            return Trial(mutant=mutant, fate=Fate.SURVIVED)
        return Trial(mutant=mutant, fate=Fate.TIMED_OUT)

    def _run(self, mutant: Mutant, names: list[str], writing: int) -> None:
        """In the child: never returns. Says the test that failed; ends with 0 when none did."""
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process
        mutant.function.__code__ = mutant.code
        items = [self._items[name] for name in names]
        try:
            for item, after in zip(items, [*items[1:], None], strict=True):
                signal.setitimer(signal.ITIMER_PROF, 1 + 2 * self.seconds[item.nodeid])
                reports = runtestprotocol(item, nextitem=after, log=False)
                if any(report.failed for report in reports):
                    os.write(writing, item.nodeid.encode())
                    os._exit(0)
        except BaseException:
            os.write(writing, b"(the test run broke off)")
        os._exit(0)


@contextmanager
def _watching(wanted: dict[CodeType, str], called: dict[CodeType, None]) -> Iterator[None]:
    def profile(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code in wanted:
            called[frame.f_code] = None

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
