"""Stats: what the fold counts, by half-hour; `figures` derives ratios from it when shown.

The last 24 hours are kept apart, all before them as one sum.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from callcenter.acd.ids import Millis
from callcenter.acd.tally import HALF_HOUR, STATES, Idle, Staffed, Tally
from language_routing.languages import Language

__all__ = ["Figures", "SavedFigures", "Tally"]

KEPT: Final[Millis] = 48 * HALF_HOUR
_COLUMNS: Final = {state: column for column, state in enumerate(STATES)}


class SavedFigures(msgspec.Struct, kw_only=True):
    """The figures as a snapshot keeps them; `boundary` is the oldest half-hour kept apart."""

    tallies: list[Tally] = []
    staffed: list[Staffed] = []
    idle: list[Idle] = []
    boundary: Millis = 0


_Rows = defaultdict[Language | None, list[Millis]]


def _rows() -> _Rows:
    return defaultdict(lambda: [0] * len(STATES))


class Figures:
    """All counts of one fold.

    Attributes:
        boundary: The oldest half-hour that is kept apart.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.boundary: Millis = 0
        self._tallies: dict[tuple[Language | None, str, Millis], Tally] = {}
        self._staffed: defaultdict[Millis, _Rows] = defaultdict(_rows)
        self._idle: dict[tuple[Language, str, Millis], Millis] = {}
        # The sum of the tallies that nobody asked for since the last `totals`: to add up two
        # thousand of them each second would keep the router from its work.
        self._sums: dict[tuple[Language | None, str], Tally] = {}
        self._touched: dict[tuple[Language | None, str, Millis], Tally] = {}

    # -- counting -------------------------------------------------------------------

    def tally(self, language: Language | None, priority_class: str, at: Millis) -> Tally:
        """The counts of the half-hour of `at`; change them at once, and do not keep them."""
        tally = self._touched.get((language, priority_class, at - at % HALF_HOUR))
        return tally if tally is not None else self._touch(language, priority_class, at)

    def _touch(self, language: Language | None, priority_class: str, at: Millis) -> Tally:
        since = self._half_hour(at)
        key = (language, priority_class, since)
        tally = self._tallies.get(key)
        if tally is None:
            tally = Tally(language=language, priority_class=priority_class, since=since)
            self._tallies[key] = tally
        total = self._sums.get((language, priority_class))
        if total is None:
            total = Tally(language=language, priority_class=priority_class)
            self._sums[language, priority_class] = total
        if key not in self._touched:
            total.add(tally, -1)
            self._touched[key] = tally
        return tally

    def _half_hour(self, at: Millis) -> Millis:
        since = at - at % HALF_HOUR
        return since if since >= self.boundary else 0

    def staffed(
        self, languages: tuple[Language, ...], state: str, since: Millis, until: Millis
    ) -> None:
        """A nurse who speaks `languages` was in `state` from `since` to `until`."""
        column = _COLUMNS.get(state)
        if column is None:
            return
        while since < until:
            if since < self.boundary:
                start, ends = 0, min(until, self.boundary)
            else:
                start = since - since % HALF_HOUR
                ends = min(until, start + HALF_HOUR)
            rows, spent = self._staffed[start], ends - since
            rows[None][column] += spent
            for language in languages:
                rows[language][column] += spent
            since = ends

    def idle(self, language: Language, cause: str, nurse_ms: Millis, at: Millis) -> None:
        """Free nurses spent `nurse_ms` from `at` on while a caller was kept back for `cause`."""
        key = (language, cause, self._half_hour(at))
        self._idle[key] = self._idle.get(key, 0) + nurse_ms

    # -- reading --------------------------------------------------------------------

    def totals(self) -> list[Tally]:
        """All since the journal began, one for each language and class, by their first call."""
        for (language, priority_class, _), tally in self._touched.items():
            self._sums[language, priority_class].add(tally)
        self._touched.clear()
        return [total.copy() for total in self._sums.values()]

    def half_hours(self) -> list[Tally]:
        """Those kept apart, by time; within a half-hour as in `totals`."""
        found = [tally.copy() for tally in self._tallies.values() if tally.since]
        order = {key: place for place, key in enumerate(self._sums)}
        return sorted(found, key=lambda t: (t.since, order[t.language, t.priority_class]))

    def staffing(self) -> list[Staffed]:
        """Nurses' time of each half-hour and of all older ones, by time and language.

        What lasts is not in it: a state is counted when it ends.
        """
        return [
            Staffed(language=language, since=since, **dict(zip(STATES, row, strict=True)))
            for since, rows in sorted(self._staffed.items())
            for language, row in sorted(rows.items(), key=lambda item: item[0] or "")
        ]

    def idling(self) -> list[Idle]:
        """Idle-while-eligible time of each half-hour and of all older ones, by time."""
        return [
            Idle(language=language, cause=cause, since=since, nurse_ms=nurse_ms)
            for (language, cause, since), nurse_ms in sorted(
                self._idle.items(), key=lambda item: (item[0][2], item[0][0], item[0][1])
            )
        ]

    # -- age ------------------------------------------------------------------------

    def retire(self, now: Millis) -> None:
        """Add half-hours that ended 24 hours ago or more to the sum of all older ones."""
        if now < self.boundary + KEPT + HALF_HOUR:
            return
        self.boundary = now - now % HALF_HOUR - KEPT
        for key in [key for key in self._tallies if 0 < key[2] < self.boundary]:
            tally = self._tallies.pop(key)
            if self._touched.pop(key, None) is None:
                self._sums[key[:2]].add(tally, -1)
            self.tally(key[0], key[1], 0).add(tally)
        for since in [since for since in self._staffed if 0 < since < self.boundary]:
            older = self._staffed[0]
            for language, row in self._staffed.pop(since).items():
                pairs = zip(older[language], row, strict=True)
                older[language] = [one + other for one, other in pairs]
        for language, cause, since in list(self._idle):
            if 0 < since < self.boundary:
                self.idle(language, cause, self._idle.pop((language, cause, since)), 0)

    # -- snapshots ------------------------------------------------------------------

    def save(self) -> SavedFigures:
        """Everything from which `restore` makes the same figures."""
        order = {key: place for place, key in enumerate(self._sums)}
        return SavedFigures(
            tallies=sorted(
                (tally.copy() for tally in self._tallies.values()),
                key=lambda tally: (order[tally.language, tally.priority_class], tally.since),
            ),
            staffed=self.staffing(),
            idle=self.idling(),
            boundary=self.boundary,
        )

    def restore(self, saved: SavedFigures | Iterable[Tally]) -> None:
        """Become the figures that were saved; an old snapshot has tallies only."""
        if not isinstance(saved, SavedFigures):
            saved = SavedFigures(tallies=list(saved))
        self._forget()
        self.boundary = saved.boundary
        for tally in saved.tallies:
            kept = self._touch(tally.language, tally.priority_class, tally.since)
            kept.add(tally)
        for staffed in saved.staffed:
            row = [getattr(staffed, state) for state in STATES]
            self._staffed[staffed.since][staffed.language] = row
        for idle in saved.idle:
            self._idle[idle.language, idle.cause, idle.since] = idle.nurse_ms
