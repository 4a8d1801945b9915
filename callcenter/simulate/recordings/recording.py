"""Recording: a course made from a recorded journal, and what could have been otherwise.

`Recording(extract(read_file(path)))` is what was; `add_nurses`, `without` and `changed_rules`
each make another one, of the same callers with the same patience.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from callcenter.acd.ids import Millis, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.simulate.day_hours import instant, midnight
from callcenter.simulate.local_clock import MOST_DAYS
from callcenter.simulate.model import Caller, Change, Move, Redials, Ringing
from callcenter.simulate.recordings.extra_nurses import ExtraNurses, shown
from callcenter.simulate.recordings.extract import Extract, local_day
from callcenter.simulate.recordings.remarks import remarks
from callcenter.simulate.recordings.unseen import Unseen


class Recording:
    """The days of a recording (`model.Course`).

    What the journal shows is taken as it is. What it cannot show is drawn (`Unseen`), always
    the same for the same call and seed: how much longer those who were answered would have
    waited, and how long those who never talked would have.

    Where the recording ends in the middle of a day, so does the simulation: the nurses leave,
    and whoever is in line by then counts as still waiting, as in the recording. Missed ringings
    are in the nurses' pauses that followed, redials among the calls.

    Args:
        found: What the journal says.
        seed: Of what is drawn.
        first, last: Local days to count; all of the recording where nothing is said.
        policy: Other rules than the recorded ones.
        extra: More nurses.
        absent: Nurses who do not come.
        never_refused: Priority classes that no surge turns away. A journal does not say; where
            nothing is said here it is those with a shorter target than others.

    Attributes:
        all_callers: Those of all days of the recording, in the order of `found.calls`.
        notes: What a reader of the result should know, a sentence each.

    Raises:
        ValueError: No call stood in line in the days to count, or there are too many of them.
    """

    def __init__(
        self,
        found: Extract,
        *,
        seed: int = 1,
        first: date | None = None,
        last: date | None = None,
        policy: Policy | None = None,
        extra: tuple[ExtraNurses, ...] = (),
        absent: frozenset[NurseId] = frozenset(),
        never_refused: tuple[str, ...] | None = None,
    ) -> None:
        if not found.calls:
            raise ValueError("no call stood in line in this recording")
        self.found, self.seed = found, seed
        self.first = local_day(found.calls[0].at) if first is None else first
        self.last = local_day(found.calls[-1].at) if last is None else last
        self.days = (self.last - self.first).days + 1
        self.warm_up, self.parts = 0, 1
        self.redials, self.ringing = Redials(), Ringing()
        if self.first > local_day(found.calls[-1].at) or self.last < local_day(found.calls[0].at):
            raise ValueError("no call stood in line in these days of the recording")
        if self.days > MOST_DAYS:
            raise ValueError(f"these are more than {MOST_DAYS} days")
        self._begins = midnight(self.first)
        self._ends = midnight(self.last + timedelta(days=1))
        counted = [call for call in found.calls if self._begins <= call.at < self._ends]
        if not counted:
            raise ValueError("no call stood in line in these days of the recording")
        self.other_rules = policy
        self.extra, self.absent = extra, absent
        recorded = _recorded_policy(found, counted[0].at)
        rules = recorded if policy is None else policy
        more = _specs(extra, {spec.id for spec in (*rules.nurses, *recorded.nurses)})
        self.policy = replace(rules, nurses=(*rules.nurses, *(spec for spec, _ in more)))
        self.groups = _groups(self.policy)
        self._never_refused = never_refused
        self.never_refused = _urgent(rules) if never_refused is None else never_refused
        self.all_callers = Unseen(found, self.policy, seed).callers(self._ends)
        self._arrivals = [caller.at for caller in self.all_callers]
        self._changes = sorted(
            (*self._recorded_changes(), *self._shifts(more)), key=lambda change: change.at
        )
        self._times = [change.at for change in self._changes]
        self.title = self._title()
        self.notes = remarks(
            found, counted, self.policy, self._begins, self._ends,
            assumed=self.never_refused if never_refused is None else None,
        )  # fmt: skip

    # -- what could have been -------------------------------------------------------

    def add_nurses(self, *extra: ExtraNurses) -> "Recording":
        """The same days with more nurses.

        Raises:
            ValueError: The site has no such language, or knows no such competence.
        """
        known = set(self.policy.languages)
        trained = {name for spec in self.policy.nurses for name in spec.competences}
        asked = self.policy.requirements.values()
        trained |= {name for requirement in asked for name in requirement.competences}
        for more in extra:
            for tag in more.spoken:
                if tag not in known:
                    raise ValueError(f"extra nurses: {tag}: no caller of this site can choose it")
            for name in more.competences:
                if name not in trained:
                    raise ValueError(f"extra nurses: +{name}: nobody of this site asks for it")
        return self._otherwise(extra=self.extra + extra)

    def without(self, *nurses: NurseId) -> "Recording":
        """The same days without some nurses.

        Raises:
            ValueError: One is no nurse of the recording.
        """
        there = {spec.id for spec in self.policy.nurses}
        for nurse in nurses:
            if nurse not in there:
                raise ValueError(f"{shown(nurse)} is no nurse of this recording")
        return self._otherwise(absent=self.absent | set(nurses))

    def changed_rules(
        self, policy: Policy, never_refused: tuple[str, ...] | None = None
    ) -> "Recording":
        """The same days under other rules, with the nurses who are listed there."""
        return self._otherwise(policy=policy, never_refused=never_refused)

    def _otherwise(
        self,
        policy: Policy | None = None,
        extra: tuple[ExtraNurses, ...] | None = None,
        absent: frozenset[NurseId] | None = None,
        never_refused: tuple[str, ...] | None = None,
    ) -> "Recording":
        return Recording(
            self.found,
            seed=self.seed,
            first=self.first,
            last=self.last,
            policy=self.other_rules if policy is None else policy,
            extra=self.extra if extra is None else extra,
            absent=self.absent if absent is None else absent,
            never_refused=self._never_refused if policy is None else never_refused,
        )

    # -- the course -----------------------------------------------------------------

    def midnight(self, day: int) -> Millis:
        """When a day begins in Stockholm; what comes after the recording's end is no day."""
        return min(midnight(self.first + timedelta(days=day)), self.found.ends + 1)

    def callers(self, day: int) -> Sequence[Caller]:
        """The calls of one day."""
        since, until = self._day(day)
        found = self._arrivals
        return self.all_callers[bisect_left(found, since) : bisect_left(found, until)]

    def changes(self, day: int) -> Sequence[Change]:
        """What the nurses of one day do."""
        since, until = self._day(day)
        return self._changes[bisect_left(self._times, since) : bisect_left(self._times, until)]

    def _day(self, day: int) -> tuple[Millis, Millis]:
        today = self.first + timedelta(days=day)
        return midnight(today), midnight(today + timedelta(days=1))

    # -- making it ------------------------------------------------------------------

    def _recorded_changes(self) -> list[Change]:
        """Those of the counted days; whoever was there before comes at the first midnight."""
        listed = {spec.id for spec in self.policy.nurses} - self.absent
        first: dict[NurseId, Change] = {}
        left: dict[NurseId, Move] = {}
        made: list[Change] = []
        for change in self.found.changes:
            if change.nurse not in listed:
                continue
            left[change.nurse] = change.move
            if change.at < self._begins:
                first[change.nurse] = replace(change, at=self._begins)
            else:
                made.append(change)
        began = [change for change in first.values() if change.move is not Move.OFF]
        if self.found.ends < self._ends:
            made += [
                Change(at=self.found.ends, nurse=nurse, move=Move.OFF)
                for nurse, move in left.items()
                if move is not Move.OFF
            ]
        return began + made

    def _shifts(self, more: Sequence[tuple[NurseSpec, ExtraNurses]]) -> Iterable[Change]:
        """The nurses who were not there, in the hours that were recorded."""
        since, until = max(self._begins, self.found.begins), min(self._ends, self.found.ends)
        for spec, hours in more:
            if spec.id in self.absent:
                continue
            spans: list[tuple[Millis, Millis]] = []
            for day in range(-1, self.days):
                today = self.first + timedelta(days=day)
                over_night = hours.ends <= hours.begins
                comes = max(since, instant(today, hours.begins))
                goes = min(until, instant(today, hours.ends + 24 * 60 * over_night))
                if comes < goes and spans and comes == spans[-1][1]:
                    spans[-1] = spans[-1][0], goes
                elif comes < goes:
                    spans.append((comes, goes))
            for comes, goes in spans:
                yield Change(at=comes, nurse=spec.id, move=Move.READY)
                yield Change(at=goes, nurse=spec.id, move=Move.OFF)

    def _title(self) -> str:
        days = str(self.first) if self.days == 1 else f"{self.first} to {self.last}"
        parts = [f"recorded {days}"]
        parts += [f"with {more} more" for more in self.extra]
        if self.absent:
            parts.append("without " + ", ".join(sorted(self.absent)))
        if self.other_rules is not None:
            parts.append("by other rules")
        return ", ".join(parts)


def _recorded_policy(found: Extract, at: Millis) -> Policy:
    """The rules in force at an instant, with all nurses of the recording.

    A nurse who always took calls in some of her languages only, speaks only those.
    """
    policy = found.policies[0][1]
    for since, loaded in found.policies:
        if since <= at:
            policy = loaded
    nurses = {spec.id: spec for spec in policy.nurses}
    for _, loaded in found.policies:
        for spec in loaded.nurses:
            nurses.setdefault(spec.id, spec)
    return replace(policy, nurses=tuple(_today(spec, found) for spec in nurses.values()))


def _urgent(policy: Policy) -> tuple[str, ...]:
    """The classes that are answered sooner than others."""
    longest = max(policy.targets.values(), default=0)
    return tuple(name for name, target in policy.targets.items() if target < longest)


def _today(spec: NurseSpec, found: Extract) -> NurseSpec:
    ways = found.chosen.get(spec.id, ())
    if len(ways) != 1 or not ways[0]:
        return spec
    languages = tuple(tag for tag in spec.languages if tag in ways[0])
    levels = {tag: level for tag, level in spec.levels.items() if tag in languages}
    return replace(spec, languages=languages or spec.languages, levels=levels)


def _specs(
    extra: Iterable[ExtraNurses], taken: set[NurseId]
) -> list[tuple[NurseSpec, ExtraNurses]]:
    found: list[tuple[NurseSpec, ExtraNurses]] = []
    number = 0
    for more in extra:
        for _ in range(more.count):
            number += 1
            while (nurse := NurseId(f"extra{number:03}")) in taken:
                number += 1
            spec = NurseSpec(
                id=nurse,
                languages=tuple(more.spoken),
                levels=dict(more.spoken),
                competences=more.competences,
                years=more.years,
            )
            found.append((spec, more))
    return found


def _groups(policy: Policy) -> dict[str, tuple[NurseId, ...]]:
    """Nurses by what they speak."""
    found: dict[str, list[NurseId]] = {}
    for spec in policy.nurses:
        name = " ".join(tag for tag in policy.languages if tag in spec.languages) or "none"
        found.setdefault(name, []).append(spec.id)
    return {name: tuple(nurses) for name, nurses in found.items()}
