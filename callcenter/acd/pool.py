"""Pool: things in groups, each group in one order. The line is one, the free nurses another.

A sorted list for each group: looking is O(1), adding and removing a binary search and one
move of memory, which at ten thousand waiting still costs less than a heap that is swept.
The order of two things depends on their keys and names alone, never on how they got in.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Generic, TypeVar

Id = TypeVar("Id", bound=str)
Key = tuple[int, int]


class Pool(Generic[Id]):
    """Members, each with a key in one group.

    Attributes:
        groups: The groups that have members, each as sorted (first key, second key, member).
    """

    def __init__(self) -> None:
        self.groups: dict[int, list[tuple[int, int, Id]]] = {}
        self._places: dict[Id, tuple[int, tuple[int, int, Id]]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, member: object) -> bool:
        return member in self._places

    def __iter__(self) -> Iterator[Id]:
        """All members in their order; O(n log n), for people and snapshots."""
        return (entry[2] for entry in sorted(entry for _, entry in self._places.values()))

    def put(self, member: Id, key: Key, group: int) -> bool:
        """Add `member`, or change its key and group; whether anything changed."""
        entry = (key[0], key[1], member)
        place = self._places.get(member)
        if place is not None:
            if place == (group, entry):
                return False
            self.discard(member)
        self._places[member] = (group, entry)
        members = self.groups.get(group)
        if members is None:
            self.groups[group] = [entry]
        else:
            insort(members, entry)
        return True

    def discard(self, member: Id) -> None:
        """Remove `member` if it is there."""
        place = self._places.pop(member, None)
        if place is None:
            return
        group, entry = place
        members = self.groups[group]
        if len(members) == 1:
            del self.groups[group]
        else:
            del members[bisect_left(members, entry)]

    def first(self, group: int) -> tuple[int, int, Id] | None:
        """The least entry of `group`."""
        members = self.groups.get(group)
        return members[0] if members is not None else None

    def ahead(self, group: int, key: Key) -> int:
        """How many members of `group` come before `key`."""
        members = self.groups.get(group)
        return bisect_left(members, (key[0], key[1], "")) if members is not None else 0

    def key(self, member: Id) -> Key:
        """A member's key.

        Raises:
            KeyError: It is not in the pool.
        """
        entry = self._places[member][1]
        return entry[0], entry[1]

    def group(self, member: Id) -> int:
        """A member's group.

        Raises:
            KeyError: It is not in the pool.
        """
        return self._places[member][0]

    def count(self, group: int) -> int:
        """How many members a group has."""
        return len(self.groups.get(group, ()))
