"""Rivals: who competes with whom for which nurses, worked out once for each kind of contact.

A contact's kind, its need, widens ring by ring. In each ring it has some nurses; those ahead of
other kinds have nurses too, and some of them are the same. All this depends on who is in rotation
alone, not on the line: an estimate only counts the line.
"""

from typing import NamedTuple

from msgspec.structs import replace

from callcenter.acd.ids import Millis
from callcenter.acd.reach import Need, Reach
from callcenter.acd.wait import competing
from language_routing.languages import Language
from language_routing.rings import open_ring

Kind = tuple[Language, bool, int]  # language, with an interpreter, ring (-1: any)


class Rival(NamedTuple):
    """One kind of callers who compete in a ring.

    Attributes:
        kind: Its number in the plan.
        nurses: Nurses in rotation who can serve it; `shared` of them can serve us too.
    """

    kind: int
    nurses: int
    shared: int


class Ring(NamedTuple):
    """What one ring means for a need.

    Attributes:
        nurses: In rotation, who can serve us once it is open.
        same: Kinds of callers who ask for nothing else than we do by then.
        rivals: The other kinds that compete.
    """

    nurses: int
    same: tuple[int, ...]
    rivals: tuple[Rival, ...]

    def ahead(self, counts: list[int]) -> tuple[int, int]:
        """How many ahead are as we are, and how many thousandths of the others compete.

        Args:
            counts: How many are ahead of each kind.
        """
        same = others = 0
        for kind in self.same:
            same += counts[kind]
        for kind, nurses, shared in self.rivals:
            count = counts[kind]
            if count:
                others += competing(same, self.nurses, count, nurses, shared)
        return same, others


class Plan(NamedTuple):
    """What the wait of one need depends on besides the line.

    Attributes:
        kinds: How many kinds of callers compete.
        kind: Need to kind, for those that compete in some ring.
        rings: From the one that is open now to the outermost.
    """

    kinds: int
    kind: dict[int, int]
    rings: tuple[Ring, ...]


class Rivals:
    """The plans of all needs, for as long as nobody enters or leaves rotation."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._plans: dict[int, Plan] = {}
        self._known = 0  # so many needs had turned up

    def forget(self) -> None:
        """Somebody has entered or left rotation."""
        self._plans.clear()

    def plan(self, need: int) -> Plan:
        """The plan of a need, as `reach` numbers it."""
        # Making one looks at rings that nobody was in yet; the next call counts them too.
        if len(self._reach.needs) != self._known:
            self._plans.clear()
            self._known = len(self._reach.needs)
        plan = self._plans.get(need)
        if plan is None:
            plan = self._plans[need] = self._made(need)
        return plan

    def _made(self, need: int) -> Plan:
        reach = self._reach
        asked = reach.needs[need]
        outermost = self._outermost(need)
        widening = [
            reach.need(replace(asked, ring=ring))
            for ring in range(asked.ring, reach.needs[outermost].ring + 1)
        ]
        kinds: dict[Kind, int] = {}
        kind: dict[int, int] = {}
        for number, other in enumerate(list(reach.needs)):
            # Their rings open too: what they cannot have now they may have before us.
            if reach.shared(outermost, self._outermost(number)):
                ours = other.language == asked.language
                name = (other.language, other.interpreter, other.ring if ours else -1)
                kind[number] = kinds.setdefault(name, len(kinds))
        rings = tuple(
            self._ring(asked, number, opening.after, kinds)
            for number, opening in zip(widening, reach.rings(asked)[asked.ring :], strict=True)
        )
        return Plan(len(kinds), kind, rings)

    def _outermost(self, need: int) -> int:
        """The need once all its rings are open."""
        asked = self._reach.needs[need]
        last = len(self._reach.rings(asked)) - 1
        return need if asked.ring >= last else self._reach.need(replace(asked, ring=last))

    def _ring(self, asked: Need, need: int, waited: Millis, kinds: dict[Kind, int]) -> Ring:
        """What the ring of `need` means, which opens after `waited`."""
        reach = self._reach
        nurses = reach.shared(need, need)
        same, rivals = [], []
        for (language, interpreter, ring), kind in kinds.items():
            ours = language == asked.language and interpreter == asked.interpreter
            if ours and ring <= reach.needs[need].ring:
                same.append(kind)  # by the time it opens for us, it has for them
                continue
            theirs = Need(language=language, interpreter=interpreter)
            # Who is ahead has waited at least as long; so many of their rings are open.
            opened = ring if ring >= 0 else open_ring(reach.rings(theirs), waited)
            number = reach.need(replace(theirs, ring=opened))
            shared = reach.shared(need, number)
            if shared:
                rivals.append(Rival(kind, reach.shared(number, number), shared))
        return Ring(nurses, tuple(same), tuple(rivals))
