"""Courses made in a few lines, and what mathematics says of them."""

import random
from collections.abc import Sequence
from math import inf

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.simulate.model import (
    NEVER,
    AnyChange,
    Caller,
    Headcount,
    Redials,
    Ringing,
)
from language_routing.languages import Language

SV, AR = Language("sv"), Language("ar")
MONDAY: Millis = 1_767_567_600_000  # 2026-01-05 in Stockholm


def policy(nurses: dict[str, tuple[Language, ...]], **rules: object) -> Policy:
    """Rules in which nothing but language, order and what is given matters."""
    given: dict[str, object] = {"wrap_up": 0, "targets": {"public": 20_000}} | rules
    return Policy(
        languages=(SV, AR),
        default_language=SV,
        nurses=tuple(NurseSpec(id=NurseId(name), languages=tags) for name, tags in nurses.items()),
        **given,
    )


class Course:
    """Calls and changes that are written out, all on one day of any length."""

    def __init__(
        self,
        site: Policy,
        callers: Sequence[Caller],
        changes: Sequence[AnyChange],
        length: Millis = 86_400_000,
        groups: dict[str, tuple[NurseId, ...]] | None = None,
    ) -> None:
        self.title, self.policy, self.seed = "written out", site, 1
        self.days, self.warm_up, self.parts = 1, 0, 1
        self.redials, self.ringing = Redials(), Ringing()
        self.never_refused: tuple[str, ...] = ()
        self.groups = groups or {}
        self._callers, self._changes, self._length = callers, changes, length

    def midnight(self, day: int) -> Millis:
        return MONDAY + day * self._length

    def callers(self, day: int) -> Sequence[Caller]:
        return self._callers if day == 0 else ()

    def changes(self, day: int) -> Sequence[AnyChange]:
        return self._changes if day == 0 else ()


class Pool:
    """M/M/n+M: one pool of nurses, everything exponential; a "day" is a batch of calls.

    Args:
        rate: Calls a second.
        talk, patience: Means in seconds; `inf`: nobody gives up.
        calls: About so many in a batch.
    """

    def __init__(
        self, nurses: int, rate: float, talk: float, patience: float = inf,
        *, calls: int = 500, batches: int = 20, seed: int = 1,
    ) -> None:  # fmt: skip
        self.title, self.seed = "a pool", seed
        self.days, self.warm_up, self.parts = batches, 2, 1
        self.redials, self.ringing = Redials(), Ringing()
        self.never_refused: tuple[str, ...] = ()
        self.policy = policy({f"n{n:03}": (SV,) for n in range(nurses)})
        self.groups = {"pool": tuple(spec.id for spec in self.policy.nurses)}
        self.length: Millis = round(calls / rate * 1000)
        self._rate, self._talk, self._patience = rate, talk, patience

    def midnight(self, day: int) -> Millis:
        return MONDAY + day * self.length

    def callers(self, day: int) -> Sequence[Caller]:
        chance = random.Random(f"{self.seed}/{day}")
        found, at = [], 0.0
        while True:
            at += chance.expovariate(self._rate) * 1000
            if at >= self.length:
                return found
            number = (day + self.warm_up) * 1_000_000 + len(found)
            gives_up = chance.expovariate(1 / self._patience) if self._patience < inf else inf
            found.append(
                Caller(
                    number=number, at=self.midnight(day) + round(at), language=SV, person=number,
                    patience=NEVER if gives_up == inf else round(gives_up * 1000),
                    talk=round(chance.expovariate(1 / self._talk) * 1000),
                )
            )  # fmt: skip

    def changes(self, day: int) -> Sequence[AnyChange]:
        if day != -self.warm_up:
            return ()
        count = len(self.policy.nurses)
        return [Headcount(at=self.midnight(day), group="pool", count=count)]


class Stationary:
    """The birth-and-death chain of M/M/n+M, solved: what a long run must come near.

    Attributes:
        abandoned: The share of callers who give up.
        mean_wait: Of all callers, in seconds (Little's law on the mean length of the line).
        occupancy: The share of the nurses' time in which they talk.
    """

    def __init__(self, nurses: int, rate: float, talk: float, patience: float = inf) -> None:
        weights, weight, number = [1.0], 1.0, 0
        while number < nurses or weight > 1e-15 * max(weights):
            number += 1
            waiting = max(0, number - nurses)
            weight *= rate / (min(number, nurses) / talk + waiting / patience)
            weights.append(weight)
        total = sum(weights)
        line = sum(max(0, n - nurses) * w for n, w in enumerate(weights)) / total
        self.mean_wait = line / rate
        self.abandoned = line / patience / rate
        self.occupancy = sum(min(n, nurses) * w for n, w in enumerate(weights)) / total / nurses
