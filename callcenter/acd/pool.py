"""Pool: things in one order, found by language. The line is one, the idle nurses another.

A heap for each language, with removals left in place until they surface: adding,
removing and looking cost O(log n), and ten thousand waiting slow nobody down.
The order of two things depends on their keys alone, never on how they got in.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from language_routing.languages import Language

Id = TypeVar("Id", bound=str)
Key = tuple[int, int]


class Pool(Generic[Id]):
    """Members with a key and the languages under which they can be found."""

    def __init__(self) -> None:
        self._members: dict[Id, tuple[Key, tuple[Language, ...]]] = {}
        self._heaps: dict[Language, list[tuple[Key, Id]]] = {}
        self._counts: dict[Language, int] = {}

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __iter__(self) -> Iterator[Id]:
        """All members in their order; O(n log n), for people and snapshots."""
        return iter(sorted(self._members, key=lambda m: (self._members[m][0], m)))

    def put(self, member: Id, key: Key, languages: Iterable[Language]) -> None:
        """Add `member`, or change its key and languages."""
        entry = (key, tuple(languages))
        if self._members.get(member) == entry:
            return
        self.discard(member)
        self._members[member] = entry
        for language in entry[1]:
            heap = self._heaps.setdefault(language, [])
            heapq.heappush(heap, (key, member))
            self._counts[language] = self._counts.get(language, 0) + 1
            if len(heap) > 64 + 4 * self._counts[language]:
                self._sweep(language)

    def discard(self, member: Id) -> None:
        """Remove `member` if it is there."""
        entry = self._members.pop(member, None)
        if entry is not None:
            for language in entry[1]:
                self._counts[language] -= 1

    def first(self, language: Language) -> Id | None:
        """The member with the least key among those of `language`."""
        heap = self._heaps.get(language, [])
        while heap and not self._lives(language, *heap[0]):
            heapq.heappop(heap)
        return heap[0][1] if heap else None

    def key(self, member: Id) -> Key:
        """A member's key.

        Raises:
            KeyError: It is not in the pool.
        """
        return self._members[member][0]

    def count(self, language: Language) -> int:
        """How many members can be found under `language`."""
        return self._counts.get(language, 0)

    def _lives(self, language: Language, key: Key, member: Id) -> bool:
        entry = self._members.get(member)
        return entry is not None and entry[0] == key and language in entry[1]

    def _sweep(self, language: Language) -> None:
        # A set, because a member put back with its old key may stand in the heap twice;
        # sorting makes a heap again and wipes out the order of the set.
        live = {pair for pair in self._heaps[language] if self._lives(language, *pair)}
        self._heaps[language] = sorted(live)
