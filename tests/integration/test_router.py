"""Leader and followers on a real Redis."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from callcenter.acd import calls
from callcenter.acd.commands import RingNurse
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallQueued,
    ChannelsSeen,
    GatewayAlive,
    NurseReady,
    SeenPhone,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId
from callcenter.acd.policy import NurseSpec, Policy
from callcenter.journal.archive import Archive, fill
from callcenter.journal.codec import UnknownEvent, decode_command, decode_event
from callcenter.journal.functions import Fenced
from callcenter.journal.journal import START, Journal
from callcenter.journal.lead import Lead
from callcenter.router.follower import Follower, JournalLost
from callcenter.router.leader import Leader
from callcenter.router.metrics import RouterMetrics
from callcenter.shard.shard import Shard
from language_routing.languages import Language

pytestmark = pytest.mark.integration

SV = Language("sv")
POLICY = Policy(
    languages=(SV,),
    default_language=SV,
    targets={"public": 180_000},
    nurses=(NurseSpec(id=NurseId("n1"), languages=(SV,)),),
)
NODE = NodeId("node1")
SEEN = ChannelsSeen(
    node=NODE,
    switch="a",
    contacts=(),
    phones=(SeenPhone(nurse=NurseId("n1"), reachable=True, busy=False),),
)


def arrival(name: str) -> CallArrived:
    return CallArrived(
        contact=ContactId(name), node=NODE, channel=f"PJSIP/trunk-{name}",
        entry_point="public", priority_class="public",
    )  # fmt: skip


class Bench:
    """One leader and its journal."""

    def __init__(self, client: Any, folder: Path) -> None:
        self.client = client
        self.journal = Journal(client, "test", "router")
        self.journal.load()
        self.follower = Follower(client, "test", self.journal)
        self.follower.rebuild()
        self.lead = Lead(client, "test", "me", patience_s=0)
        assert self.lead.watch()
        assert self.lead.take()
        self.archive = Archive(folder)
        metrics = RouterMetrics(CollectorRegistry())
        self.leader = Leader(self.follower, self.lead, self.archive, metrics)

    def tell(self, *events: AnyEvent) -> None:
        last = self.journal.append(*events)
        while self.journal.position() != last:
            self.leader.turn()

    def commands(self) -> list[Any]:
        return [decode_command(data) for _, data in self.journal.commands(NODE, "0-0", 1)]


@pytest.fixture
def bench(redis_client: Any, tmp_path: Path) -> Bench:
    return Bench(redis_client, tmp_path / "archive")


def test_a_caller_and_a_ready_nurse_become_one_command(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"))
    bench.tell(CallQueued(contact=ContactId("c1"), language=SV))

    rings = [command for command in bench.commands() if isinstance(command, RingNurse)]

    assert [(ring.contact, ring.nurse, ring.channel) for ring in rings] == [
        ("c1", "n1", "PJSIP/trunk-c1")
    ]
    assert rings[0].id.rpartition("-")[0] == bench.journal.read(START)[4].id


def test_a_follower_sees_the_leaders_state_from_a_snapshot_and_from_the_start(
    bench: Bench,
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, arrival("c1"))
    bench.tell(CallQueued(contact=ContactId("c1"), language=SV))
    from_start = Follower(bench.client, "test", bench.journal)
    from_start.rebuild()
    assert from_start.shard.save() == bench.follower.shard.save()

    assert bench.follower.snapshots.write(bench.follower.shard)
    bench.tell(NurseReady(nurse=NurseId("n1"), actor="t"))
    from_snapshot = Follower(bench.client, "test", bench.journal)
    from_snapshot.rebuild()
    assert from_snapshot.shard.save() == bench.follower.shard.save()


def test_an_entry_that_the_fold_cannot_take_is_quarantined_for_everybody(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An injected bug: the second caller's arrival breaks the fold half-way."""
    bench.tell(SiteLoaded(policy=POLICY), SEEN)
    sound = calls.arrived

    def buggy(board: Any, event: CallArrived, now: int) -> None:
        sound(board, event, now)
        if event.contact == "c2":
            raise ZeroDivisionError

    monkeypatch.setattr(calls, "arrived", buggy)
    bench.tell(arrival("c1"), arrival("c2"), arrival("c3"))
    monkeypatch.undo()

    assert list(bench.follower.shard.board.contacts) == ["c1", "c3"]
    other = Follower(bench.client, "test", bench.journal)
    other.rebuild()
    assert other.shard.save() == bench.follower.shard.save()


def test_rubbish_in_the_stream_is_quarantined(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN)
    for rubbish in (b"", b"\xff\x00", b"[]", b'{"type":"call_arrived.1","contact":7}'):
        bench.client.xadd("{test}:journal", {"e": rubbish}, id=f"{bench.follower.shard.now}-*")
        while bench.leader.turn():
            pass
    bench.tell(arrival("c1"))
    other = Follower(bench.client, "test", bench.journal)
    other.rebuild()
    assert list(other.shard.board.contacts) == ["c1"]


def test_an_event_of_a_newer_version_stops_leader_and_follower_loudly(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN)
    now = bench.follower.shard.now
    entry = bench.client.xadd("{test}:journal", {"e": b'{"type":"dance.9"}'}, id=f"{now}-*")
    with pytest.raises(UnknownEvent):
        bench.leader.turn()
    follower = Follower(bench.client, "test", bench.journal)
    follower.rebuild()  # not published: not reached
    bench.client.set("{test}:position", entry)
    with pytest.raises(UnknownEvent):
        follower.catch_up()


def test_a_leader_that_was_replaced_finds_itself_fenced(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY))
    other = Lead(bench.client, "test", "other", patience_s=0)
    assert other.watch()
    assert other.take()
    bench.journal.append(SEEN)
    position = bench.journal.position()
    with pytest.raises(Fenced):
        bench.leader.turn()
    assert bench.journal.position() == position


def test_a_new_leader_goes_on_from_the_next_entry_and_repeats_no_command(
    bench: Bench, tmp_path: Path
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"), CallQueued(contact=ContactId("c1"), language=SV))
    before = bench.commands()
    # The old leader dies here, with an entry that it has not read.
    bench.journal.append(arrival("c2"))

    heir = Bench(bench.client, tmp_path / "heir")
    while heir.leader.turn():
        pass

    assert heir.commands() == before
    assert list(heir.follower.shard.board.contacts) == ["c1", "c2"]


def test_another_journal_under_our_feet_is_noticed(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY))
    bench.follower.generation = bench.journal.generation()
    bench.follower.check()
    bench.client.flushall()
    bench.journal.append(GatewayAlive(node=NODE))
    with pytest.raises(JournalLost):
        bench.follower.check()


def test_deadlines_pass_by_ticks_when_nothing_else_happens(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=replace(POLICY, gateway_lost=200)), SEEN)
    for _ in range(200):
        bench.leader.turn()
        if not bench.follower.shard.board.nodes[NODE].present:
            break
    assert not bench.follower.shard.board.nodes[NODE].present
    ticks = sum(b"tick.1" in entry.data for entry in bench.journal.read(START))
    assert 1 <= ticks <= 3  # none of them early by more than a moment, no spinning


def test_the_archive_holds_every_entry_once_also_those_an_earlier_leader_left(
    bench: Bench, tmp_path: Path
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"), CallQueued(contact=ContactId("c1"), language=SV))
    second = Archive(tmp_path / "second")
    fill(second, bench.journal, bench.journal.position())
    second.close()
    file = next((tmp_path / "archive").glob("journal-*.jsonl"))
    with file.open("ab") as crashed:
        crashed.write(b'{"id":"half a li')
    again = Archive(tmp_path / "archive")
    assert again.position == bench.journal.position()
    again.write([])
    lines = [json.loads(line) for line in next((tmp_path / "second").iterdir()).open()]
    assert [line["id"] for line in lines] == [e.id for e in bench.journal.read(START)]
    assert [d["type"] for line in lines for d in line.get("decisions", [])].count("offer.1") == 1


_REPLAY = """
import json, sys
from callcenter.acd.ids import EntryId
from callcenter.journal.codec import decode_event, encode
from callcenter.shard.shard import Shard
shard = Shard()
for line in sys.stdin:
    entry = json.loads(line)
    outcome = shard.lead(EntryId(entry["id"]), decode_event(json.dumps(entry["event"]).encode()))
    for command in outcome.commands:
        print(encode(command).decode())
print(shard.save().decode())
"""


def replay(journal: str, seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _REPLAY], input=journal, text=True, capture_output=True,
        env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def test_a_recorded_journal_gives_the_same_commands_whatever_the_hash_seed(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    for number in range(20):
        bench.tell(arrival(f"c{number}"))
        bench.tell(CallQueued(contact=ContactId(f"c{number}"), language=SV))
    recorded = next(bench.archive._folder.iterdir()).read_text()
    one, two = replay(recorded, "1"), replay(recorded, "4242")
    assert one == two
    assert one.splitlines()[-1] == bench.follower.shard.save().decode()
    commands = [json.loads(line) for line in one.splitlines()[:-1]]
    assert [c["id"] for c in commands] == [c.id for c in bench.commands()]


def test_folding_afresh_agrees_with_the_recorded_decisions(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"), CallQueued(contact=ContactId("c1"), language=SV))
    derived = Shard()
    recorded = bench.journal.decisions(START, bench.journal.position())
    for entry in bench.journal.read(START):
        outcome = derived.lead(entry.id, decode_event(entry.data))
        assert outcome.decisions == recorded.get(entry.id, ())
