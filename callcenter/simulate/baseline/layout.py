"""Layout: how a site's languages are expressed in app_queue's words, queues and penalties.

A ring of a language line in our routing can be said by a queue rule: `penaltychange` in
queuerules.conf raises QUEUE_MAX_PENALTY as a caller waits, so that members of higher penalties,
with an interpreter if need be, can be rung. Such a rule must be written, so two of the layouts
have none, and `CAREFUL` has one for each line with rings. Competences and years are unknown to
app_queue, so callers of every entry point stand in the same queues.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from callcenter.acd.ids import NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.simulate.baseline.careful import careful_queue
from callcenter.simulate.baseline.door import Door, Seat
from language_routing.languages import Language
from language_routing.skills import Level

Spoken = frozenset[Language]
"""The languages of the menu that a nurse speaks."""

_ONE: Final = "all languages"
_NO_END: Final = 10**6  # QUEUE_MAX_PENALTY is not set
_MOST_STEPS: Final = 20_000  # of the search for an order; real sites need some dozens


class Layout(StrEnum):
    """How queues.conf is written."""

    PENALTIES = "penalties"  # one queue; a language is a range of penalties
    QUEUES = "queues"  # one queue for each language
    CAREFUL = "careful"  # the same, with a reserve and queue rules (`careful.careful_queue`)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A site as app_queue has it.

    Attributes:
        doors: By the language of the line in which a caller is put.
        seats: Of every nurse of the policy; none if she speaks no language of the menu.
        priorities: QUEUE_PRIO by priority class: the shorter the target, the higher; targets
            are the day's. A class that is unknown has 0, as the class with the longest target.
    """

    doors: dict[Language, Door]
    seats: dict[NurseId, tuple[Seat, ...]]
    priorities: dict[str, int]

    @property
    def queues(self) -> tuple[str, ...]:
        """All queues, in the order of the menu."""
        return tuple(dict.fromkeys(door.queue for door in self.doors.values()))


def plan(policy: Policy, layout: Layout) -> Plan:
    """What an administrator would write for `policy`.

    Raises:
        ValueError: The nurses' languages cannot be expressed by penalties in one queue.
    """
    closed = [line.closed.language for line in policy.routing.lines if line.closed]
    languages = tuple(dict.fromkeys([*policy.languages, policy.default_language, *closed]))
    targets = sorted(set(policy.targets.values()), reverse=True)
    priorities = {name: targets.index(target) for name, target in policy.targets.items()}
    if layout is Layout.QUEUES:
        return Plan(
            doors={tag: Door(tag, 0, _NO_END) for tag in languages},
            seats={spec.id: _in_each(spec, languages) for spec in policy.nurses},
            priorities=priorities,
        )
    if layout is Layout.CAREFUL:
        queues = {
            tag: careful_queue(policy.routing.line(tag), policy.nurses, languages)
            for tag in languages
        }
        return Plan(
            doors={tag: door for tag, (door, _) in queues.items()},
            seats={
                spec.id: tuple(seats[spec.id] for _, seats in queues.values() if spec.id in seats)
                for spec in policy.nurses
            },
            priorities=priorities,
        )
    spoken = {spec.id: frozenset(spec.languages) & frozenset(languages) for spec in policy.nurses}
    order = in_one_order(frozenset(spoken.values()), policy.default_language)
    return Plan(
        doors={tag: _range(order, tag) for tag in languages},
        seats={
            nurse: (Seat(_ONE, order.index(tags)),) if tags else ()
            for nurse, tags in spoken.items()
        },
        priorities=priorities,
    )


def in_one_order(found: Iterable[Spoken], default: Language) -> tuple[Spoken, ...]:
    """Combinations of languages by rising penalty, the speakers of each language side by side.

    A caller's QUEUE_MIN_PENALTY and QUEUE_MAX_PENALTY are one range, and whoever has a penalty
    within it is rung. Who speaks the default language alone comes first.

    Raises:
        ValueError: There is no such order.
    """
    rest = frozenset(tags for tags in found if tags)
    alone = frozenset((default,))
    search = _Search()
    start = (alone,) if alone in rest else ()
    order = search.on(start[-1] if start else frozenset(), rest - set(start))
    if order is None:
        raise ValueError(
            f"one queue with penalties cannot express which languages the nurses speak: no order"
            f" of their {len(rest)} combinations was found in which the speakers of each language"
            f" stand side by side; a queue for each language can"
        )
    return (*start, *order)


class _Search:
    """Puts one combination after the other, and turns back where a language would be torn."""

    def __init__(self) -> None:
        self._in_vain: set[tuple[Spoken, frozenset[Spoken]]] = set()
        self._steps = 0

    def on(self, last: Spoken, rest: frozenset[Spoken]) -> tuple[Spoken, ...] | None:
        """An order of `rest` behind `last`; `None` if none was found."""
        if not rest:
            return ()
        goes_on = last & frozenset[Language]().union(*rest)  # whoever is next must speak these
        self._steps += 1
        if (goes_on, rest) in self._in_vain or self._steps > _MOST_STEPS:
            return None
        for tags in sorted(rest, key=lambda tags: (len(tags), sorted(tags))):
            if goes_on <= tags:
                order = self.on(tags, rest - {tags})
                if order is not None:
                    return (tags, *order)
        self._in_vain.add((goes_on, rest))
        return None


def _range(order: tuple[Spoken, ...], tag: Language) -> Door:
    """The penalties of those who speak `tag`; one that nobody has, if nobody does."""
    found = [penalty for penalty, tags in enumerate(order) if tag in tags]
    return Door(_ONE, min(found, default=len(order)), max(found, default=len(order)))


def _in_each(spec: NurseSpec, languages: tuple[Language, ...]) -> tuple[Seat, ...]:
    """Penalty 0 for native and fluent, 1 for working, who is rung while no other is available."""
    skills = spec.skills
    levels = [(tag, skills.level(tag)) for tag in languages]
    return tuple(
        Seat(tag, 1 if level is Level.WORKING else 0) for tag, level in levels if level is not None
    )
