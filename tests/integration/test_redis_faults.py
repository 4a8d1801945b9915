"""The journal on a real Redis that is killed, full, slow or damaged: what it took, it keeps."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from callcenter.acd.commands import LookUpChannels
from callcenter.acd.events import CallHungUp, GatewayAlive, Tick
from callcenter.acd.ids import ContactId, EntryId, NodeId, entry_time
from callcenter.journal.codec import decode_event
from callcenter.journal.journal import START, Journal, Mark
from callcenter.journal.lead import Lead
from callcenter.journal.patience import Patience
from callcenter.journal.snapshot import Snapshots
from callcenter.journal.trouble import ERRORS, OUT_OF_REACH, wrong_keys
from callcenter.settings import Settings
from callcenter.shard.shard import STATE_VERSION, Outcome, Shard
from callcenter.store import Damaged, connect, reason, weaknesses
from tests.conftest import RedisServer
from tests.integration.test_router import Bench

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

NODE = NodeId("node1")
ALIVE = GatewayAlive(node=NODE)


@pytest.fixture(autouse=True)
def said() -> Iterator[list[Any]]:
    """What was logged."""
    with capture_logs() as lines:
        yield lines


def journal(client: Any, producer: str = "test") -> Journal:
    made = Journal(client, "test", producer)
    made.load()
    return made


def numbered(number: int) -> CallHungUp:
    return CallHungUp(contact=ContactId(f"c{number}"))


def numbers(here: Journal) -> list[int]:
    """Which numbered events are there, in their order."""
    events = [decode_event(entry.data) for entry in here.read(START, count=100_000)]
    return [int(event.contact[1:]) for event in events if isinstance(event, CallHungUp)]


class Writer(threading.Thread):
    """Appends numbered events one after the other, each until it is acknowledged."""

    def __init__(self, client: Any) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()
        self.enough = threading.Event()
        self.acknowledged: list[EntryId] = []
        self._journal = journal(client, "writer")

    def run(self) -> None:
        patience = Patience(self.stopping)
        while not self.enough.is_set():
            event = numbered(len(self.acknowledged))
            self.acknowledged.append(
                patience.retry(lambda event=event: self._journal.append(event))
            )

    def wait_for(self, count: int, seconds: float = 60) -> None:
        clock = threading.Event()
        for _ in range(int(seconds / 0.01)):
            if len(self.acknowledged) >= count:
                return
            clock.wait(0.01)
        raise AssertionError("the writer does not come on")

    def finish(self) -> None:
        self.enough.set()
        self.join(60)
        self.stopping.set()
        assert not self.is_alive()


@pytest.fixture
def writer(redis_client: Any, redis_server: RedisServer) -> Iterator[Writer]:
    made = Writer(redis_server.client())
    made.start()
    yield made
    made.enough.set()
    made.stopping.set()
    made.join(60)


def test_of_events_written_through_ten_kills_every_one_is_there_once(
    redis_server: RedisServer, writer: Writer
) -> None:
    for _ in range(10):
        writer.wait_for(len(writer.acknowledged) + 30)
        redis_server.kill()
        redis_server.start()
    writer.wait_for(len(writer.acknowledged) + 30)
    writer.finish()
    here = journal(redis_server.client())
    assert numbers(here) == list(range(len(writer.acknowledged)))
    found = [entry.id for entry in here.read(START, count=100_000)]
    assert found == writer.acknowledged


def test_a_redis_that_stumbles_again_and_again_loses_and_doubles_nothing(
    redis_client: Any, writer: Writer
) -> None:
    for _ in range(5):
        redis_client.client_pause(200, all=True)
        writer.wait_for(len(writer.acknowledged) + 10)
    writer.finish()
    assert numbers(journal(redis_client)) == list(range(len(writer.acknowledged)))


def test_a_call_that_was_given_up_and_is_repeated_appends_once(
    redis_server: RedisServer, redis_client: Any
) -> None:
    """Redis holds still for longer than the client's patience, and then does both."""
    here = journal(connect(redis_server.settings, timeout_s=0.3))
    here.append(numbered(0))
    redis_client.client_pause(1_000, all=True)
    with pytest.raises(RedisError) as error:
        here.append(numbered(1))
    assert reason(error.value) == "slow"
    Patience(threading.Event()).retry(lambda: here.append(numbered(1)))
    here.append(numbered(2))
    assert numbers(here) == [0, 1, 2]


@pytest.fixture
def full(redis_client: Any) -> Iterator[Any]:
    """A Redis that refuses to grow, until the test is over at the latest."""
    yield redis_client
    redis_client.config_set("maxmemory", "0")


def test_a_full_redis_refuses_aloud_and_what_waited_is_written_once_there_is_room(
    full: Any, redis_server: RedisServer, said: list[Any]
) -> None:
    here = journal(redis_server.client())
    here.append(numbered(0))
    full.config_set("maxmemory", "1")
    with pytest.raises(RedisError) as error:
        here.append(numbered(1))
    assert reason(error.value) == "out_of_memory"
    assert numbers(here) == [0]  # reading goes on
    counted, others = ERRORS.labels("out_of_memory")._value.get(), OUT_OF_REACH._value.get()
    patience = Patience(threading.Event())
    waiting = threading.Thread(
        target=lambda: patience.retry(lambda: here.append(numbered(1))), daemon=True
    )
    waiting.start()
    deadline = time.monotonic() + 60
    while ERRORS.labels("out_of_memory")._value.get() < counted + 3 or patience.waits_s() <= 0.5:
        assert time.monotonic() < deadline, "it is not tried again and again"
        time.sleep(0.05)  # several attempts
    assert OUT_OF_REACH._value.get() == others + 1
    full.config_set("maxmemory", "0")
    waiting.join(30)
    assert numbers(here) == [0, 1]
    assert [(line["event"], line.get("reason")) for line in said] == [
        ("journal out of reach", "out_of_memory"),
        ("journal in reach again", None),
    ]
    assert (OUT_OF_REACH._value.get(), patience.waits_s()) == (others, 0)


def test_our_own_redis_has_no_weakness_and_one_that_evicts_is_named(redis_client: Any) -> None:
    assert weaknesses(redis_client) == []
    redis_client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert weaknesses(redis_client) == [
            "Redis: set maxmemory-policy to noeviction (it is allkeys-lru)."
        ]
    finally:
        redis_client.config_set("maxmemory-policy", "noeviction")


def fill(here: Journal, upto: int) -> int:
    """Append numbered events from 1 until Redis fails; the first that it did not take."""
    for number in range(1, upto):
        try:
            here.append(numbered(number))
        except RedisError:
            return number
    return upto


def test_what_was_acknowledged_before_the_disk_was_full_is_there_after_the_restart(
    redis_server: RedisServer, redis_client: Any, redis_home: Path
) -> None:
    here = journal(redis_server.client())
    here.append(numbered(0))
    files = (redis_home / "data" / "redis" / "appendonlydir").glob("*.aof")
    limit = max(file.stat().st_size for file in files) + 8_000
    assert redis_server._process is not None
    resource.prlimit(redis_server._process.pid, resource.RLIMIT_FSIZE, (limit, limit))
    acknowledged = fill(here, 1_000)
    assert 1 < acknowledged < 1_000
    redis_server.kill()
    redis_server.start()
    found = numbers(journal(redis_server.client()))
    # The one that was being written may be there: nobody was told that it is not.
    assert found in (list(range(acknowledged)), list(range(acknowledged + 1)))


# -- damaged keys ---------------------------------------------------------------------


class Leading:
    """A leader who publishes one entry at a time."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.journal = journal(client)
        self.lead = Lead(client, "test", "a", patience_s=0)
        assert self.lead.watch()
        assert self.lead.take()
        self.step(self.journal.append(ALIVE))

    def step(self, entry: EntryId) -> None:
        command = LookUpChannels(id=f"{entry}-0", node=NODE, valid_until=0)
        made = Shard().quarantine(entry, "Test").decisions
        assert self.lead.token is not None
        self.journal.step(
            self.lead.token, [Outcome(entry=entry, decisions=made, commands=(command,))]
        )

    def everything(self) -> None:
        """What a leader and a gateway do with the keys."""
        mark = Mark(node=NODE, field="done", stream_id="1-0")
        entry = self.journal.append(ALIVE, mark=mark)
        self.lead.watch()
        self.journal.position()
        self.journal.progress(NODE)
        self.journal.decisions(START, entry)
        self.step(entry)


KEYS = ["journal", "decisions", "commands:node1", "lead", "clock", "producers", "position"]


@pytest.mark.parametrize("name", [*KEYS, "progress:node1", "generation"])
def test_a_key_of_a_wrong_type_is_named_and_all_is_well_when_it_is_put_aside(
    redis_client: Any, name: str
) -> None:
    leading = Leading(redis_client)
    leading.everything()
    key = f"{{test}}:{name}"
    kind = redis_client.type(key).decode()
    wrong = "string" if kind != "string" else "list"
    redis_client.rename(key, "aside")
    if wrong == "string":
        redis_client.set(key, "rubbish")
    else:
        redis_client.lpush(key, "rubbish")
    if name != "generation":  # which is only read beside the others
        with pytest.raises(RedisError) as error:
            leading.everything()
        assert reason(error.value) == "damaged_key"
    assert wrong_keys(redis_client, "test") == [f"{key} ({wrong}, not {kind})"]
    redis_client.rename("aside", key)
    assert wrong_keys(redis_client, "test") == []
    leading.everything()


@pytest.mark.parametrize("name", ["position", "progress:node1"])
def test_an_id_that_is_none_is_named(redis_client: Any, name: str) -> None:
    leading = Leading(redis_client)
    leading.everything()
    key = f"{{test}}:{name}"
    if name == "position":
        redis_client.set(key, "rubbish")
    else:
        redis_client.hset(key, "done", "rubbish")
    with pytest.raises(Damaged):
        (leading.journal.position(), leading.journal.progress(NODE))
    assert wrong_keys(redis_client, "test") == [f"{key} (no entry's id)"]


def test_a_step_that_cannot_be_whole_leaves_nothing_behind(redis_client: Any) -> None:
    """A Redis Function that fails half-way is not undone: decisions without their position
    would be refused for ever after.
    """
    leading = Leading(redis_client)
    position = leading.journal.position()
    redis_client.rename("{test}:commands:node1", "aside")
    redis_client.set("{test}:commands:node1", "rubbish")
    entry = leading.journal.append(ALIVE)
    decided = redis_client.xlen("{test}:decisions")
    with pytest.raises(RedisError):
        leading.step(entry)
    assert redis_client.xlen("{test}:decisions") == decided
    assert leading.journal.position() == position
    redis_client.rename("aside", "{test}:commands:node1")
    leading.step(entry)
    assert leading.journal.position() == entry


@pytest.mark.parametrize("damage", ["no wall", "wall", "time"])
def test_a_damaged_clock_is_made_again_and_time_does_not_go_back(
    redis_client: Any, damage: str
) -> None:
    here = journal(redis_client)
    before = entry_time(here.append(ALIVE))
    if damage == "no wall":
        redis_client.hdel("{test}:clock", "wall")
    else:
        redis_client.hset("{test}:clock", "wall" if damage == "wall" else "t", "rubbish")
    first = entry_time(here.append(ALIVE))
    second = entry_time(here.append(ALIVE))
    assert before <= first <= second < before + 60_000


def test_an_entry_that_somebody_put_ahead_of_our_time_stops_no_append(redis_client: Any) -> None:
    """Its id would make XADD refuse ours for an hour."""
    here = journal(redis_client)
    ahead = entry_time(here.append(ALIVE)) + 3_600_000
    redis_client.xadd("{test}:journal", {"e": b"rubbish"}, id=f"{ahead}-0")
    first = here.append(numbered(1), numbered(2))
    threading.Event().wait(0.05)
    later = here.append(numbered(3))
    assert entry_time(first) == ahead
    assert ahead + 40 <= entry_time(later) < ahead + 60_000
    # Also where that entry has been taken away again.
    redis_client.xadd("{test}:journal", {"e": b"rubbish"}, id=f"{ahead + 60_000}-7")
    redis_client.xdel("{test}:journal", f"{ahead + 60_000}-7")
    assert entry_time(here.append(numbered(4))) == ahead + 60_000


def saved(client: Any) -> tuple[Leading, Shard]:
    """A journal with a snapshot that is good."""
    leading, shard = Leading(client), Shard()
    for entry in leading.journal.read(START):
        shard.follow(entry.id, decode_event(entry.data), ())
    snapshots = Snapshots(client, "test")
    assert snapshots.write(shard)
    assert snapshots.read().save() == shard.save()
    return leading, shard


def spoil(client: Any, damage: str) -> None:
    key = "{test}:snapshot"
    match damage:
        case "wrong type":
            client.delete(key)
            client.set(key, "rubbish")
        case "no id":
            client.hset(key, "position", b"\xff rubbish")
        case "not JSON":
            client.hset(key, "state", b"\x00")
        case "cut off":
            client.hset(key, "state", client.hget(key, "state")[:-20])
        case "another version":
            state = client.hget(key, "state")
            ours = f'"version":{STATE_VERSION}'.encode()
            assert ours in state
            client.hset(key, "state", state.replace(ours, b'"version":99'))
        case "ahead":
            client.hset(key, "position", "99999999999999-0")


@pytest.mark.parametrize(
    "damage", ["wrong type", "no id", "not JSON", "cut off", "another version", "ahead"]
)
def test_a_snapshot_that_cannot_be_read_is_not_believed_and_gives_way_to_the_next(
    redis_client: Any, damage: str, said: list[Any]
) -> None:
    leading, shard = saved(redis_client)
    spoil(redis_client, damage)
    snapshots = Snapshots(redis_client, "test")
    assert snapshots.read().position in ("0-0", "99999999999999-0")
    snapshots.position()
    assert damage == "ahead" or any("snapshot" in line["event"] for line in said)
    entry = leading.journal.append(Tick(deadline=0))
    leading.step(entry)
    shard.follow(entry, Tick(deadline=0), ())
    assert snapshots.write(shard)
    assert snapshots.read().save() == shard.save()


# -- the second copy ------------------------------------------------------------------


def test_an_archive_that_cannot_be_written_is_said_once_and_shown_until_it_can(
    redis_client: Any, tmp_path: Path, said: list[Any]
) -> None:
    bench = Bench(redis_client, tmp_path / "archive")
    behind = bench.leader._metrics.archive_behind._value
    bench.tell(ALIVE)
    folder, aside = tmp_path / "archive", tmp_path / "aside"
    folder.rename(aside)
    folder.write_bytes(b"in the way")
    bench.archive.close()
    for _ in range(20):
        bench.tell(ALIVE)
    assert [line["event"] for line in said if "archive" in line["event"]] == [
        "archive not written: the second copy is behind"
    ]
    assert behind.get() == 1
    folder.unlink()
    aside.rename(folder)
    bench.tell(ALIVE)
    assert [line["event"] for line in said if "archive" in line["event"]][1:] == [
        "archive written again"
    ]
    assert behind.get() == 0


def test_watch_says_in_one_sentence_that_the_journal_is_out_of_reach(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "callcenter", "watch", "--once"],
        env={**os.environ, **Settings(home=tmp_path).to_environment()},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("The journal is out of reach (unreachable)")
    assert "Traceback" not in done.stderr
