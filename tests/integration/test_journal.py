"""The journal on a real Redis: time, order, doubled calls, the lead and its fence."""

import threading
from typing import Any

import pytest

from callcenter.acd.events import CallHungUp, GatewayAlive, SwitchLost, Tick
from callcenter.acd.ids import ContactId, EntryId, NodeId, entry_time
from callcenter.journal.codec import decode_event
from callcenter.journal.functions import Fenced
from callcenter.journal.journal import START, Journal, Mark
from callcenter.journal.lead import Lead
from callcenter.journal.snapshot import Snapshots
from callcenter.shard.shard import Outcome, Shard

pytestmark = pytest.mark.integration

ALIVE = GatewayAlive(node=NodeId("node1"))


def journal(client: Any, producer: str = "test") -> Journal:
    made = Journal(client, "test", producer)
    made.load()
    return made


def leader(client: Any) -> Lead:
    lead = Lead(client, "test", "a", patience_s=0)
    assert lead.watch()
    assert lead.take()
    return lead


def outcome(entry: EntryId) -> Outcome:
    return Outcome(entry=entry, decisions=(), commands=())


def test_events_come_back_in_their_order_with_times_that_never_go_back(redis_client: Any) -> None:
    here = journal(redis_client)
    written = [Tick(deadline=number) for number in range(200)]
    for start in range(0, 200, 10):
        here.append(*written[start : start + 10])

    entries = here.read(START, count=500)

    assert [decode_event(entry.data) for entry in entries] == written
    times = [entry_time(entry.id) for entry in entries]
    assert times == sorted(times)


def test_a_call_that_is_repeated_after_a_lost_answer_appends_once(redis_client: Any) -> None:
    here = journal(redis_client)
    first = here.append(ALIVE)
    # As if the answer to this call had been lost: the same number again.
    here._number -= 1
    assert here.append(ALIVE) == first
    assert len(here.read(START)) == 1
    here.append(SwitchLost(node=NodeId("node1")))
    assert len(here.read(START)) == 2


def test_two_producers_and_two_lives_of_one_producer_do_not_mask_each_other(
    redis_client: Any,
) -> None:
    for made in (
        journal(redis_client, "a"),
        journal(redis_client, "b"),
        journal(redis_client, "a"),
    ):
        made.append(ALIVE)
    assert redis_client.xlen("{test}:journal") == 3


def test_an_entry_from_the_future_does_not_freeze_the_journals_time(redis_client: Any) -> None:
    """`XADD *` would repeat the future millisecond for an hour, and no timer would fire."""
    here = journal(redis_client)
    seconds, micro = redis_client.time()
    future = seconds * 1000 + micro // 1000 + 3_600_000
    redis_client.xadd("{test}:journal", {"e": b"{}"}, id=f"{future}-0")

    first = entry_time(here.append(ALIVE))
    threading.Event().wait(0.05)
    second = entry_time(here.append(ALIVE))

    assert first >= future
    assert 40 <= second - first < 2_000


def test_a_wall_clock_that_is_set_back_is_noted_and_time_goes_on_evenly(redis_client: Any) -> None:
    here = journal(redis_client)
    first = entry_time(here.append(ALIVE))
    wall = int(redis_client.hget("{test}:clock", "wall"))
    redis_client.hset("{test}:clock", "wall", wall + 3_600_000)  # as if it were set back now

    second = entry_time(here.append(ALIVE))
    threading.Event().wait(0.05)
    third = entry_time(here.append(ALIVE))

    assert second == first
    assert third > second
    names = [type(decode_event(entry.data)).__name__ for entry in here.read(START)]
    assert names == ["GatewayAlive", "ClockStepped", "GatewayAlive", "GatewayAlive"]


def test_time_that_is_ahead_of_the_wall_clock_comes_back_to_it_without_a_halt(
    redis_client: Any,
) -> None:
    """Else what is promised for half past two would be rung at half past one for ever."""
    here = journal(redis_client)
    here.append(ALIVE)
    wall, time = (int(redis_client.hget("{test}:clock", name)) for name in ("wall", "t"))
    redis_client.hset("{test}:clock", mapping={"wall": wall - 100_000, "t": time + 60_000})
    first = entry_time(here.append(ALIVE))  # a hundred seconds have gone by since
    assert 139_000 <= first - time <= 142_000
    redis_client.hset("{test}:clock", "wall", int(redis_client.hget("{test}:clock", "wall")) - 300)
    second = entry_time(here.append(ALIVE))
    assert 230 <= second - first < 1_000


def test_time_that_is_hardly_ahead_agrees_with_the_wall_clock_soon(redis_client: Any) -> None:
    here = journal(redis_client)
    here.append(ALIVE)
    redis_client.hset("{test}:clock", "wall", int(redis_client.hget("{test}:clock", "wall")) - 10)
    threading.Event().wait(0.1)
    last = entry_time(here.append(ALIVE))
    assert last == int(redis_client.hget("{test}:clock", "wall"))


def test_progress_is_marked_in_the_same_step_as_the_event(redis_client: Any) -> None:
    here = journal(redis_client)
    assert here.progress("node1") == ("0-0", "0-0")
    here.append(ALIVE, mark=Mark(node="node1", field="started", stream_id="5-1"))
    assert here.progress("node1") == ("0-0", "5-1")
    here.append(ALIVE, mark=Mark(node="node1", field="done", stream_id="5-1"))
    assert here.progress("node1") == ("5-1", "5-1")


def test_of_many_who_want_the_lead_one_gets_it(redis_client: Any) -> None:
    journal(redis_client)
    leads = [Lead(redis_client, "test", f"r{n}", patience_s=0) for n in range(8)]
    assert all(lead.watch() for lead in leads)
    taken = [lead.take() for lead in leads]
    assert sum(taken) == 1


def test_a_beating_leader_is_not_replaced_and_a_silent_one_is(redis_client: Any) -> None:
    journal(redis_client)
    first = leader(redis_client)
    now = [0.0]
    second = Lead(redis_client, "test", "b", patience_s=1.0, monotonic=lambda: now[0])
    for _ in range(5):
        assert not second.watch()
        now[0] += 0.9
        first.beat()
    now[0] += 0.5
    assert not second.watch()  # the last beat is news
    now[0] += 1.1
    assert second.watch()
    assert second.take()
    with pytest.raises(Fenced):
        first.beat()


def test_a_fenced_leader_writes_nothing(redis_client: Any) -> None:
    here = journal(redis_client)
    old = leader(redis_client)
    assert old.token is not None
    entry = here.append(ALIVE)
    here.step(old.token, [outcome(entry)])
    leader(redis_client)
    before = {key: redis_client.dump(key) for key in redis_client.keys("*")}

    later = here.append(ALIVE)
    before = {key: redis_client.dump(key) for key in redis_client.keys("*")}
    with pytest.raises(Fenced):
        here.step(old.token, [outcome(later)])

    assert {key: redis_client.dump(key) for key in redis_client.keys("*")} == before
    assert here.position() == entry


def test_a_snapshot_is_never_ahead_of_what_was_published_nor_replaced_by_an_older(
    redis_client: Any,
) -> None:
    here = journal(redis_client)
    lead = leader(redis_client)
    assert lead.token is not None
    snapshots = Snapshots(redis_client, "test")
    shard = Shard()
    entries = [here.append(ALIVE) for _ in range(2)]
    shard.lead(entries[0], ALIVE)
    assert not snapshots.write(shard)  # not published yet
    here.step(lead.token, [outcome(entries[1])])
    older = Shard()
    older.lead(entries[0], ALIVE)
    shard.lead(entries[1], ALIVE)
    assert snapshots.write(shard)
    assert not snapshots.write(older)
    assert snapshots.read().save() == shard.save()


def test_nothing_that_was_acknowledged_is_lost_when_redis_is_killed(
    redis_server: Any, redis_client: Any
) -> None:
    here = journal(redis_client)
    entries = [here.append(CallHungUp(contact=ContactId(f"c{n}"))) for n in range(50)]
    redis_server.kill()
    redis_server.start()
    again = journal(redis_server.client())
    assert [entry.id for entry in again.read(START)] == entries
    again.append(ALIVE)  # the functions are there again too
