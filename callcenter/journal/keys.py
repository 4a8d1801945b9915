"""Names of one shard's Redis keys. All carry one hash tag, so they live in one slot."""

from dataclasses import dataclass
from typing import Final

# What each holds, by the first word of its name; see TYPE in Redis's documentation.
_KINDS: Final = {
    "journal": "stream",
    "decisions": "stream",
    "commands": "stream",
    "lead": "hash",
    "clock": "hash",
    "producers": "hash",
    "snapshot": "hash",
    "progress": "hash",
    "position": "string",
    "generation": "string",
    "trimmed": "string",
    "standby": "string",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """`Keys("sthlm").journal` is `{sthlm}:journal`."""

    shard: str

    def _key(self, name: str) -> str:
        return f"{{{self.shard}}}:{name}"

    @property
    def journal(self) -> str:
        """The events."""
        return self._key("journal")

    @property
    def decisions(self) -> str:
        """What the leader decided, under the ids of the entries."""
        return self._key("decisions")

    @property
    def position(self) -> str:
        """The last entry whose decisions and commands are published."""
        return self._key("position")

    @property
    def lead(self) -> str:
        """Fencing token, heart beat and name of the leader."""
        return self._key("lead")

    @property
    def clock(self) -> str:
        """The journal's time, and the wall clock when it was stamped."""
        return self._key("clock")

    @property
    def producers(self) -> str:
        """The last call of each producer, so that a repeated one appends nothing."""
        return self._key("producers")

    @property
    def generation(self) -> str:
        """A random name: another one means that the journal was lost and begun anew."""
        return self._key("generation")

    @property
    def trimmed(self) -> str:
        """Before which entry the journal was last cut."""
        return self._key("trimmed")

    @property
    def standby(self) -> str:
        """There while a standby follows; it writes the snapshots then."""
        return self._key("standby")

    @property
    def snapshot(self) -> str:
        return self._key("snapshot")

    def commands(self, node: str) -> str:
        """Commands for one node's gateway."""
        return self._key(f"commands:{node}")

    def progress(self, node: str) -> str:
        """How far one node's gateway has come with its commands."""
        return self._key(f"progress:{node}")

    def kind(self, key: str) -> str | None:
        """The Redis type that `key` must have; `None` if it is not one of ours."""
        name = key.removeprefix(self._key(""))
        word, _, node = name.partition(":")
        if name == key or (node and word not in ("commands", "progress")):
            return None
        return _KINDS.get(word)
