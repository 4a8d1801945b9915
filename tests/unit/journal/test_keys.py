"""Names of keys: one slot, and no two alike."""

from callcenter.journal.keys import Keys


def names(shard: str) -> list[str]:
    keys = Keys(shard)
    return [
        keys.journal, keys.decisions, keys.position, keys.lead, keys.clock, keys.producers,
        keys.generation, keys.snapshot, keys.trimmed, keys.standby,
        keys.commands("node1"), keys.commands("node2"),
        keys.progress("node1"), keys.progress("node2"),
    ]  # fmt: skip


def test_all_keys_of_a_shard_carry_its_hash_tag_and_so_lie_in_one_slot() -> None:
    for name in names("sthlm"):
        assert name.startswith("{sthlm}:")
        assert name.count("{") == name.count("}") == 1


def test_no_two_keys_are_alike_within_a_shard_or_between_two() -> None:
    both = names("sthlm") + names("skane")
    assert len(set(both)) == len(both)


def test_the_journal_keeps_its_name() -> None:
    assert Keys("sthlm").journal == "{sthlm}:journal"
    assert Keys("sthlm").commands("node1") == "{sthlm}:commands:node1"


def test_each_key_has_its_type_and_what_is_not_ours_has_none() -> None:
    keys = Keys("sthlm")
    assert keys.kind(keys.journal) == "stream"
    assert keys.kind(keys.commands("node1")) == "stream"
    assert keys.kind(keys.progress("node1")) == "hash"
    assert keys.kind(keys.position) == "string"
    for other in ("journal", "{other}:journal", "{sthlm}:aside", "{sthlm}:snapshot:damaged"):
        assert keys.kind(other) is None
