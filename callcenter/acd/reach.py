"""Reach: which nurses can serve which contacts, by their kinds.

Contacts that ask for the same stand under one **need**, nurses who can do the same have
one **profile**. There are few of both, so who can serve whom is looked up once for each
pair of kinds, and a decision compares kinds: its cost does not grow with the line.
Kinds are numbered as they turn up; no decision depends on their numbers.
"""

import msgspec

from language_routing.languages import Language
from language_routing.lines import Routing
from language_routing.rings import ANY_LEVEL, INTERPRETER_NOW, Ring, innermost
from language_routing.skills import NOTHING, Requirement, Skills


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What a waiting contact asks for now.

    Attributes:
        ring: The outermost of the line's rings that is open.
        interpreter: With an interpreter from the start, instead of the line's rings.
    """

    language: Language
    ring: int = 0
    requirement: Requirement = NOTHING
    interpreter: bool = False


class Reach:
    """All kinds that turned up under one routing.

    Attributes:
        needs, profiles: The kinds by number.
        servers: For each need, its profiles as a mask of bits.
        served: For each profile, its needs.
        rotation: For each profile, how many nurses are in rotation.
        has_hours: Whether any line is ever closed.
    """

    def __init__(self, routing: Routing) -> None:
        self.routing = routing
        self.needs: list[Need] = []
        self.profiles: list[Skills] = []
        self.servers: list[int] = []
        self.rotation: list[int] = []
        self.served: list[list[int]] = []
        self.has_hours = any(line.hours is not None for line in routing.lines)
        self._rings_of = {line.language: line.rings for line in routing.lines}
        self._need: dict[Need, int] = {}
        self._profile: dict[Skills, int] = {}
        self._rings: list[dict[int, int]] = []  # for each need: profile to ring
        self._tiers: dict[int, tuple[int, ...]] = {}
        self._worth: dict[Language, int] = {}
        self._shared: dict[tuple[int, int], int] = {}

    # -- kinds ------------------------------------------------------------------------

    def need(self, need: Need) -> int:
        """The number of a need."""
        number = self._need.get(need)
        if number is None:
            number = self._need[need] = len(self.needs)
            self.needs.append(need)
            self.servers.append(0)
            self._rings.append({})
            for profile in range(len(self.profiles)):
                self._match(number, profile)
        return number

    def profile(self, skills: Skills) -> int:
        """The number of a profile."""
        number = self._profile.get(skills)
        if number is None:
            number = self._profile[skills] = len(self.profiles)
            self.profiles.append(skills)
            self.rotation.append(0)
            self.served.append([])
            for need in range(len(self.needs)):
                self._match(need, number)
            self._tiers.clear()
        return number

    def rings(self, need: Need) -> tuple[Ring, ...]:
        """The rings that count for a need."""
        return self.rings_for(need.language, interpreter=need.interpreter)

    def rings_for(self, language: Language, *, interpreter: bool) -> tuple[Ring, ...]:
        """The rings of a contact in `language`."""
        return INTERPRETER_NOW if interpreter else self._rings_of.get(language, ANY_LEVEL)

    def _match(self, number: int, profile: int) -> None:
        need = self.needs[number]
        ring = innermost(
            self.rings(need), need.ring, need.language, need.requirement, self.profiles[profile]
        )
        if ring is not None:
            self._rings[number][profile] = ring
            self.servers[number] |= 1 << profile
            self.served[profile].append(number)

    def ring(self, need: int, profile: int) -> int | None:
        """The innermost open ring that a profile fits; `None`: it cannot serve this need."""
        return self._rings[need].get(profile)

    def with_interpreter(self, need: int, ring: int) -> bool:
        """Whether whoever serves by this ring needs an interpreter."""
        return self.rings(self.needs[need])[ring].interpreter

    # -- choosing among free nurses -----------------------------------------------------

    def tiers(self, need: int) -> tuple[int, ...]:
        """The profiles that can serve a need as masks, the better ones first.

        Better: by a ring further in; then whose other languages are worth less.
        """
        found = self._tiers.get(need)
        if found is None:
            language = self.needs[need].language
            ranked: dict[tuple[int, int], int] = {}
            for profile, ring in self._rings[need].items():
                rank = (ring, self._spare(profile, language))
                ranked[rank] = ranked.get(rank, 0) | 1 << profile
            found = self._tiers[need] = tuple(mask for _, mask in sorted(ranked.items()))
        return found

    def _spare(self, profile: int, language: Language) -> int:
        """What a profile's other languages are worth."""
        worth = self._worth
        spare = 0
        for spoken, _ in self.profiles[profile].languages:
            if spoken != language:
                spare += worth.get(spoken, 0)
        return spare

    def value(self, worth: dict[Language, int]) -> None:
        """How much each language is in demand, from now on."""
        if worth != self._worth:
            self._worth = dict(worth)
            self._tiers.clear()

    # -- nurses in rotation -------------------------------------------------------------

    def rotate(self, profile: int, by: int) -> None:
        """So many nurses more, or fewer, of a profile are in rotation."""
        self.rotation[profile] += by
        self._shared.clear()

    def shared(self, one: int, other: int) -> int:
        """How many nurses in rotation can serve both needs."""
        found = self._shared.get((one, other))
        if found is None:
            found = 0
            rest = self.servers[one] & self.servers[other]
            while rest:
                low = rest & -rest
                found += self.rotation[low.bit_length() - 1]
                rest ^= low
            self._shared[one, other] = self._shared[other, one] = found
        return found
