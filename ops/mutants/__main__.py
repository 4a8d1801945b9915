"""`make mutants`: try all mutants; `python -m ops.mutants callcenter.acd.matching ...` for some.

Results are in build/mutants/<module>.txt: the survivors with what was changed.
"""

import gc
import os
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from ops.mutants.made import Mutant, made, modules
from ops.mutants.tried import TESTS, Fate, Tests, Trial

RESULTS = Path("build/mutants")


class Loop:
    """Takes the place of pytest's own loop over the tests."""

    def __init__(self, wanted: list[str]) -> None:
        self._wanted = wanted

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise SystemExit("The tests cannot be collected.")
        mutants = {name: made(name) for name in self._wanted}
        tests = Tests(session)
        tests.measure({m.function.__code__: m.name for group in mutants.values() for m in group})
        gc.collect()
        gc.freeze()  # so that a fork copies nothing
        total: Counter[Fate] = Counter()
        for module, group in mutants.items():
            total += _module(module, group, tests)
        _say("all", total)
        return True


def _module(module: str, mutants: list[Mutant], tests: Tests) -> Counter[Fate]:
    RESULTS.mkdir(parents=True, exist_ok=True)
    counted: Counter[Fate] = Counter()
    with (RESULTS / f"{module}.txt").open("w", buffering=1) as file:
        for mutant in mutants:
            trial = tests.tried(mutant)
            counted[trial.fate] += 1
            file.write(_shown(trial))
    _say(module, counted)
    return counted


def _shown(trial: Trial) -> str:
    if trial.fate in (Fate.KILLED, Fate.TIMED_OUT):
        return ""
    mutant = trial.mutant
    kind = ", text only" if mutant.text_only else ""
    return "\n    ".join([f"{mutant.name} ({trial.fate.value}{kind})", *mutant.difference]) + "\n"


def _say(module: str, counted: Counter[Fate]) -> None:
    fates = ", ".join(f"{counted[fate]} {fate.value}" for fate in Fate)
    os.write(sys.__stdout__.fileno() if sys.__stdout__ else 1, f"{module}: {fates}\n".encode())


def main(patterns: list[str]) -> None:
    wanted = [name for pattern in patterns or ["*"] for name in modules() if fnmatch(name, pattern)]
    if not wanted:
        raise SystemExit("No module has such a name; for example: callcenter.acd.matching")
    settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=25,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    quiet = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "timeout=0"]
    raise SystemExit(pytest.main([*quiet, *TESTS], plugins=[Loop(wanted)]))


if __name__ == "__main__":
    main(sys.argv[1:])
