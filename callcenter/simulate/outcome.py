"""Outcome: what came of a run, call by call and half-hour by half-hour; parts add up."""

from array import array
from enum import IntEnum
from typing import Final

import msgspec

from callcenter.acd.ids import Millis
from callcenter.acd.tally import HALF_HOUR
from language_routing.languages import Language


class End(IntEnum):
    """How a caller's time in line ended."""

    ANSWERED = 0
    ABANDONED = 1
    REFUSED = 2  # turned away before the answer; never stood in line
    CALLED_BACK = 3  # out of the line, and told that we ring back
    WAITING = 4  # the run was over first


class Calls:
    """One row for each call, in columns; in the order in which they ended.

    Attributes:
        at: When the caller came, in seconds since the run's first counted midnight.
        wait: In line, in milliseconds; until the answer, or until the caller left.
        language: Index into the outcome's languages.
        end: An `End`.
        within: Whether the wait was at most the target of the caller's class.
    """

    def __init__(self) -> None:
        self.at = array("q")
        self.wait = array("q")
        self.language = array("h")
        self.end = array("b")
        self.within = array("b")

    def __len__(self) -> int:
        return len(self.wait)

    def add(self, at: int, wait: Millis, language: int, end: End, *, within: bool) -> None:
        """One more call."""
        self.at.append(at)
        self.wait.append(wait)
        self.language.append(language)
        self.end.append(end)
        self.within.append(within)

    def extend(self, other: "Calls") -> None:
        """The calls of another part."""
        self.at.extend(other.at)
        self.wait.extend(other.wait)
        self.language.extend(other.language)
        self.end.extend(other.end)
        self.within.extend(other.within)


class Estimates(msgspec.Struct, kw_only=True):
    """What became of the waits that were stated to callers in one language.

    Attributes:
        within, early, late: Answers within, before and after the range that was stated.
        asked: How often a waiting caller's remaining wait was looked at.
        grown: How often of these it had grown, with a cause that could be named.
        unexplained: How often it had grown without one; 0 unless something is wrong.
    """

    within: int = 0
    early: int = 0
    late: int = 0
    asked: int = 0
    grown: int = 0
    unexplained: int = 0

    @property
    def answers(self) -> int:
        """All answers to callers who were told a range."""
        return self.within + self.early + self.late

    def add(self, other: "Estimates", times: int = 1) -> None:
        """Count what `other` has counted too; with `times` -1, no longer."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + times * getattr(other, name))


class Outcome:
    """What came of one run, or of one part of it.

    Attributes:
        system: Whose rules (`Distribution.name`).
        languages: Of the policy, in its order.
        begins: The first counted midnight; half-hours are numbered from there.
        seconds: The length of the counted time.
        busy, on_duty: Nurse-milliseconds by half-hour: ringing, talking and wrap-up; and
            these together with ready.
        staff_busy, staff_on_duty: The same by group of nurses, over the whole time.
        inversions: Contacts given to a nurse while another whom she could serve stood before
            them: by language of who was passed over.
        idle_while_eligible: Nurse-milliseconds for which a nurse was free while a caller
            waited whom she could serve, by the caller's language.
        ringing: Milliseconds between an offer and its answer, summed over all answers.
        offers, missed: Phones that rang; and those that nobody answered.
        redials: Calls of people who had given up before.
        estimates: By language; only ours states waits.
        events: Entries that the ACD took; `took`: seconds of computing, summed over the parts.
    """

    def __init__(self, system: str, languages: tuple[Language, ...], begins: Millis) -> None:
        self.system = system
        self.languages = languages
        self.begins = begins
        self.seconds = 0
        self.calls = Calls()
        self.busy: array[int] = array("q")
        self.on_duty: array[int] = array("q")
        self.staff_busy: dict[str, int] = {}
        self.staff_on_duty: dict[str, int] = {}
        self.inversions: dict[Language, int] = dict.fromkeys(languages, 0)
        self.idle_while_eligible: dict[Language, Millis] = dict.fromkeys(languages, 0)
        self.ringing: Millis = 0
        self.offers = self.missed = self.redials = 0
        self.estimates: dict[Language, Estimates] = {tag: Estimates() for tag in languages}
        self.events = 0
        self.took = 0.0

    def spent(self, what: "array[int]", since: Millis, until: Millis) -> None:
        """Nurse time from `since` to `until`, to the half-hours in which it was spent."""
        since, until = since - self.begins, until - self.begins
        first, last = since // HALF_HOUR, (until - 1) // HALF_HOUR
        if until <= since:
            return
        if last >= len(what):
            what.extend([0] * (last + 1 - len(what)))
        if first == last:
            what[first] += until - since
            return
        what[first] += (first + 1) * HALF_HOUR - since
        for middle in range(first + 1, last):
            what[middle] += HALF_HOUR
        what[last] += until - last * HALF_HOUR

    def add(self, other: "Outcome") -> None:
        """What came of another part of the same run."""
        self.calls.extend(other.calls)
        self.seconds += other.seconds
        for mine, theirs in ((self.busy, other.busy), (self.on_duty, other.on_duty)):
            if len(mine) < len(theirs):
                mine.extend([0] * (len(theirs) - len(mine)))
            for number, value in enumerate(theirs):
                mine[number] += value
        for sums, more in (
            (self.staff_busy, other.staff_busy),
            (self.staff_on_duty, other.staff_on_duty),
        ):
            for group, value in more.items():
                sums[group] = sums.get(group, 0) + value
        for tag in self.languages:
            self.inversions[tag] += other.inversions[tag]
            self.idle_while_eligible[tag] += other.idle_while_eligible[tag]
            self.estimates[tag].add(other.estimates[tag])
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_SUMS: Final = ("ringing", "offers", "missed", "redials", "events", "took")
