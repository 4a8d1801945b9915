"""A follower keeps to what was published, and notices when that is gone."""

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import AnyEvent, CallQueued, ChannelsSeen, NurseReady, SiteLoaded
from callcenter.acd.ids import ContactId, EntryId, NurseId
from callcenter.journal.clock import JournalClock
from callcenter.journal.codec import UnknownEvent, encode
from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower, JournalLost
from tests.unit.acd.world import NODE, SV, arrival, policy
from tests.unit.router.stored import KEYS, Stored

SHIFT: list[AnyEvent] = [
    SiteLoaded(policy=policy({"n1": "sv"})),
    ChannelsSeen(node=NODE, switch="a", contacts=(), phones=()),
    arrival("c1"),
    CallQueued(contact=ContactId("c1"), language=SV),
    NurseReady(nurse=NurseId("n1"), actor="test"),
]


def follower(stored: Stored) -> Follower:
    journal = Journal(stored, "test", "follower", JournalClock(lambda: 0.0))
    return Follower(stored, "test", journal)


def test_an_empty_journal_is_followed_from_its_start() -> None:
    found = follower(Stored())
    found.rebuild()
    assert (found.shard.position, found.catch_up()) == ("0-0", [])


def test_it_folds_what_was_published_and_no_more() -> None:
    stored = Stored()
    last = stored.tell(*SHIFT)
    stored.append(encode(arrival("c2")))
    found = follower(stored)
    found.rebuild()
    assert found.shard.position == last
    assert found.shard.save() == stored.shard.save()
    assert list(found.shard.board.contacts) == ["c1"]


def test_it_goes_on_where_it_stood_and_says_what_it_folded() -> None:
    stored = Stored()
    stored.tell(*SHIFT[:2])
    found = follower(stored)
    found.rebuild()
    last = stored.tell(*SHIFT[2:])
    assert [entry.id for entry in found.catch_up()][-1] == last
    assert found.shard.save() == stored.shard.save()
    assert found.catch_up() == []
    assert found.journal.clock.now() == found.shard.now


def test_more_entries_than_one_batch_are_folded_in_one_go() -> None:
    stored = Stored()
    last = stored.tell(*SHIFT, *(arrival(f"x{number}") for number in range(1_100)))
    found = follower(stored)
    found.rebuild()
    assert found.shard.position == last
    assert len(found.shard.board.contacts) == 1_101


def test_it_starts_from_the_newest_snapshot() -> None:
    stored = Stored()
    stored.tell(*SHIFT[:4])
    stored.snapshot()
    stored.streams[KEYS.journal] = stored.streams[KEYS.journal][3:]  # trimmed up to it
    stored.tell(*SHIFT[4:])
    found = follower(stored)
    found.rebuild()
    assert found.shard.save() == stored.shard.save()


def test_a_snapshot_whose_entry_is_gone_is_not_believed() -> None:
    stored = Stored()
    stored.tell(*SHIFT)
    stored.snapshot()
    stored.hashes[KEYS.snapshot]["position"] = b"999999999-0"
    found = follower(stored)
    found.rebuild()
    assert found.shard.position == stored.shard.position
    assert found.shard.save() == stored.shard.save()


@pytest.mark.parametrize("snapshot", ["none", "damaged", "without its entry"])
def test_a_trimmed_journal_without_a_usable_snapshot_is_followed_from_its_end(
    snapshot: str,
) -> None:
    stored = Stored()
    stored.tell(*SHIFT)
    if snapshot != "none":
        stored.snapshot()
    if snapshot == "damaged":
        stored.hashes[KEYS.snapshot]["state"] = b"{}"
    if snapshot == "without its entry":
        stored.hashes[KEYS.snapshot]["position"] = b"1000100-0"
    stored.streams[KEYS.journal] = stored.streams[KEYS.journal][3:]
    stored.texts[KEYS.trimmed] = b"1000400-0"
    last = stored.tell(arrival("c2"))
    found = follower(stored)
    found.rebuild()
    assert (found.shard.position, found.shard.board.contacts) == (last, {})
    later = stored.tell(arrival("c3"))
    assert [entry.id for entry in found.catch_up()] == [later]
    assert list(found.shard.board.contacts) == ["c3"]
    found.check()


def test_a_trimmed_journal_with_a_snapshot_is_followed_from_that() -> None:
    stored = Stored()
    stored.tell(*SHIFT[:4])
    stored.snapshot()
    stored.streams[KEYS.journal] = stored.streams[KEYS.journal][3:]
    stored.texts[KEYS.trimmed] = b"1000400-0"
    stored.tell(*SHIFT[4:])
    found = follower(stored)
    found.rebuild()
    assert found.shard.save() == stored.shard.save()


def test_a_damaged_snapshot_is_not_believed() -> None:
    stored = Stored()
    stored.tell(*SHIFT)
    stored.snapshot()
    stored.hashes[KEYS.snapshot]["state"] = b"{}"
    found = follower(stored)
    found.rebuild()
    assert found.shard.save() == stored.shard.save()


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"type":"call_hung_up.1"}'])
def test_an_entry_nobody_can_read_is_skipped_as_its_leader_skipped_it(data: bytes) -> None:
    stored = Stored()
    stored.tell(*SHIFT[:3])
    stored.rubbish(data)
    last = stored.tell(*SHIFT[3:])
    found = follower(stored)
    found.rebuild()
    assert found.shard.position == last
    assert found.shard.save() == stored.shard.save()


def test_an_event_of_a_newer_version_stops_it_before_it() -> None:
    stored = Stored()
    stored.tell(*SHIFT[:3])
    found = follower(stored)
    found.rebuild()
    before = found.shard.position
    stored.publish(stored.append(b'{"type":"dance.9"}'))
    with pytest.raises(UnknownEvent):
        found.catch_up()
    assert found.shard.position == before


def test_a_decision_of_a_newer_version_stops_it_before_it() -> None:
    stored = Stored()
    stored.tell(*SHIFT[:3])
    found = follower(stored)
    found.rebuild()
    entry = stored.append(encode(SHIFT[3]))
    stored.streams[KEYS.decisions].append((entry.encode(), {b"d": b'[{"type":"dance.9"}]'}))
    stored.publish(entry)
    with pytest.raises(UnknownEvent):
        found.catch_up()
    assert found.shard.board.contacts[ContactId("c1")].state is ContactState.IVR


def test_published_entries_that_are_gone_are_a_lost_journal() -> None:
    stored = Stored()
    stored.tell(*SHIFT)
    found = follower(stored)
    found.rebuild()
    stored.publish(EntryId("9999999-0"))
    with pytest.raises(JournalLost, match="published entries are gone"):
        found.catch_up()


def test_the_same_journal_passes_the_check() -> None:
    stored = Stored()
    stored.tell(*SHIFT)
    found = follower(stored)
    found.rebuild()
    found.check()
    stored.tell(arrival("c2"))
    found.check()


def test_another_generation_is_a_lost_journal() -> None:
    stored = Stored()
    stored.tell(*SHIFT)
    found = follower(stored)
    found.rebuild()
    stored.texts[KEYS.generation] = b"g2"
    with pytest.raises(JournalLost, match="another generation"):
        found.check()
    del stored.texts[KEYS.generation]
    with pytest.raises(JournalLost):
        found.check()


def test_a_journal_without_the_last_entry_is_a_lost_one() -> None:
    """Redis failed over to a replica that had not got it yet."""
    stored = Stored()
    stored.tell(*SHIFT)
    found = follower(stored)
    found.rebuild()
    del stored.streams[KEYS.journal][-1]
    with pytest.raises(JournalLost, match="last entry"):
        found.check()


def test_a_journal_that_begins_while_it_is_followed_is_no_lost_one() -> None:
    stored = Stored()
    del stored.texts[KEYS.generation]
    found = follower(stored)
    found.rebuild()
    stored.texts[KEYS.generation] = b"g1"
    stored.tell(*SHIFT)
    found.check()
    assert (found.generation, len(found.catch_up())) == ("g1", 5)
    found.check()
