"""Leader and followers on a real Redis."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from callcenter.acd import calls, shifts
from callcenter.acd.commands import LookUpChannels, RingNurse
from callcenter.acd.decisions import Quarantined
from callcenter.acd.distributor import HANDLERS
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    Connected,
    GatewayAlive,
    NurseReady,
    Phase,
    SeenContact,
    SeenPhone,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.nurse import NurseState
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


def break_arrivals(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = calls.arrived

    def buggy(board: Any, event: CallArrived, now: int) -> None:
        sound(board, event, now)
        if event.contact == "c2":
            raise ZeroDivisionError

    monkeypatch.setitem(HANDLERS, CallArrived, buggy)


def test_an_entry_that_the_fold_cannot_take_is_quarantined_for_everybody(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An injected bug: the second caller's arrival breaks the fold half-way."""
    bench.tell(SiteLoaded(policy=POLICY), SEEN)
    break_arrivals(monkeypatch)
    bench.tell(arrival("c1"), arrival("c2"), arrival("c3"))
    monkeypatch.undo()

    assert list(bench.follower.shard.board.contacts) == ["c1", "c3"]
    other = Follower(bench.client, "test", bench.journal)
    other.rebuild()
    assert other.shard.save() == bench.follower.shard.save()


def test_what_decides_nothing_waits_for_company_and_a_decision_takes_it_along(
    bench: Bench,
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    before = bench.journal.position()
    bench.journal.append(arrival("c1"))
    assert bench.leader.turn() == 1
    assert bench.journal.position() == before  # folded, not yet published
    queued = bench.journal.append(CallQueued(contact=ContactId("c1"), language=SV))
    assert bench.leader.turn() == 1
    assert bench.journal.position() == queued
    assert list(bench.journal.decisions(before, queued)) == [queued]
    other = Follower(bench.client, "test", bench.journal)
    other.rebuild()
    assert other.shard.save() == bench.follower.shard.save()


def test_what_waits_for_company_in_vain_is_published_a_moment_later(bench: Bench) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN)
    last = bench.journal.append(arrival("c1"))
    assert bench.leader.turn() == 1
    assert bench.leader.turn() == 0
    assert bench.journal.position() == last


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


def archived(folder: Path) -> list[str]:
    return [json.loads(line)["id"] for file in sorted(folder.iterdir()) for line in file.open()]


class Full:
    """A file on a disk that fills up in the midst of a line; the rest of it is sound."""

    def __init__(self, file: BinaryIO, room: int) -> None:
        self._file = file
        self._room = room

    def write(self, data: bytes) -> int:
        if len(data) > self._room:
            self._file.write(data[: self._room])
            self._file.flush()
            self._room = 0
            raise OSError(errno.ENOSPC, "No space left on device")
        self._room -= len(data)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 7, 40, 250])
def test_a_disk_that_was_full_for_a_while_leaves_no_entry_out_and_none_twice(
    bench: Bench, tmp_path: Path, room: int
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, arrival("c1"))
    archive = bench.archive
    assert archive._file is not None
    archive._file = Full(archive._file, room)  # type: ignore[assignment]
    bench.tell(arrival("c2"), arrival("c3"))
    assert bench.leader._metrics.archive_errors._value.get() == 1
    assert list(bench.follower.shard.board.contacts) == ["c1", "c2", "c3"]
    bench.tell(arrival("c4"))
    bench.tell(arrival("c5"), arrival("c6"))
    assert archived(tmp_path / "archive") == [entry.id for entry in bench.journal.read(START)]
    assert archive.position == bench.journal.position()


def test_a_folder_that_is_gone_for_a_while_stops_no_call_and_is_filled_afterwards(
    bench: Bench, tmp_path: Path
) -> None:
    folder, aside = tmp_path / "archive", tmp_path / "aside"
    folder.rename(aside)
    folder.write_bytes(b"in the way")  # root may write anywhere: no folder at all is for everybody
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"), CallQueued(contact=ContactId("c1"), language=SV))
    assert bench.leader._metrics.archive_errors._value.get() >= 2
    assert [c.contact for c in bench.commands() if isinstance(c, RingNurse)] == ["c1"]
    folder.unlink()
    aside.rename(folder)
    bench.tell(arrival("c2"))
    bench.tell(arrival("c3"))
    assert archived(folder) == [entry.id for entry in bench.journal.read(START)]


def test_a_new_leader_archives_what_the_last_one_did_not_live_to_archive(
    bench: Bench, tmp_path: Path
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    known = archived(tmp_path / "archive")
    # The old leader publishes this and dies before it has archived it.
    last = bench.journal.append(arrival("c1"), CallQueued(contact=ContactId("c1"), language=SV))
    entries = bench.journal.read(bench.follower.shard.position)
    outcomes = [bench.follower.shard.lead(e.id, decode_event(e.data)) for e in entries]
    assert bench.lead.token is not None
    bench.journal.step(bench.lead.token, outcomes)
    assert archived(tmp_path / "archive") == known

    heir = Bench(bench.client, tmp_path / "archive")
    assert heir.follower.shard.position == last
    heir.tell(arrival("c2"))
    assert archived(tmp_path / "archive") == [entry.id for entry in heir.journal.read(START)]
    (file,) = (tmp_path / "archive").iterdir()
    decided = [d["type"] for line in file.open() for d in json.loads(line).get("decisions", [])]
    assert decided.count("offer.1") == 1


def test_an_entry_that_was_quarantined_is_archived_with_the_others(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN)
    break_arrivals(monkeypatch)
    bench.tell(arrival("c1"), arrival("c2"), arrival("c3"))
    assert archived(tmp_path / "archive") == [entry.id for entry in bench.journal.read(START)]


def break_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(board: Any, nurse: Any, now: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shifts, "wrapped", buggy)


def test_a_timer_that_breaks_the_fold_costs_one_entry_and_the_node_is_asked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.tell(SiteLoaded(policy=replace(POLICY, wrap_up=1)), SEEN)
    n1 = NurseId("n1")
    bench.tell(NurseReady(nurse=n1, actor="t"), arrival("c1"))
    break_timers(monkeypatch)
    bench.tell(Connected(contact=ContactId("c1"), nurse=n1), CallHungUp(contact=ContactId("c1")))
    while (
        bench.follower.shard.next_deadline() == bench.follower.shard.board.nurses[n1].wrap_up_ends
    ):
        bench.leader.turn()  # until a tick meets the timer
    bench.tell(arrival("c2"))
    assert list(bench.follower.shard.board.contacts) == ["c2"]
    kinds = [
        decision
        for decisions in bench.journal.decisions(START, bench.journal.position()).values()
        for decision in decisions
    ]
    assert [d.error for d in kinds if isinstance(d, Quarantined)] == ["ZeroDivisionError"]
    assert any(isinstance(command, LookUpChannels) for command in bench.commands())
    other = Follower(bench.client, "test", bench.journal)
    other.rebuild()
    assert other.shard.save() == bench.follower.shard.save()


@pytest.mark.parametrize("snapshot", ["none", "unreadable"])
def test_a_trimmed_journal_without_a_readable_snapshot_is_made_whole_by_the_gateways_truth(
    bench: Bench, tmp_path: Path, snapshot: str
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"), CallQueued(contact=ContactId("c1"), language=SV))
    for number in range(300):  # Redis trims whole nodes of a hundred entries alone
        bench.tell(arrival(f"x{number}"), CallHungUp(contact=ContactId(f"x{number}")))
    if snapshot == "unreadable":
        assert bench.follower.snapshots.write(bench.follower.shard)
        bench.client.hset("{test}:snapshot", "state", b"{}")
    assert bench.journal.trim(bench.journal.position()) > 0
    assert bench.journal.read(START, count=1)[0].id != bench.archive.position
    position = bench.journal.position()

    heir = Bench(bench.client, tmp_path / "heir")
    assert heir.follower.shard.position == position
    assert not heir.follower.shard.board.contacts
    before = len(heir.commands())
    heir.tell(SiteLoaded(policy=POLICY), GatewayAlive(node=NODE))
    assert [type(c) for c in heir.commands()[before:]] == [LookUpChannels]
    ringing = SeenContact(
        contact=ContactId("c1"), channel="PJSIP/trunk-c1", phase=Phase.OFFER,
        entry_point="public", priority_class="public", waited=60_000, language=SV,
        offer=OfferId("1-1-0"), nurse=NurseId("n1"),
    )  # fmt: skip
    waiting = replace(
        ringing, contact=ContactId("c2"), phase=Phase.LINE, waited=90_000, offer=None, nurse=None
    )
    phones = (SeenPhone(nurse=NurseId("n1"), reachable=True, busy=False, fallback="ready"),)
    heir.tell(ChannelsSeen(node=NODE, switch="a", contacts=(ringing, waiting), phones=phones))
    board = heir.follower.shard.board
    assert board.nurses[NurseId("n1")].state is NurseState.RINGING
    assert list(board.line) == ["c2"]
    assert board.contacts[ContactId("c2")].arrived == heir.follower.shard.now - 90_000
    other = Follower(bench.client, "test", bench.journal)
    other.rebuild()
    assert other.shard.save() != b""
    assert other.shard.position == heir.follower.shard.position


def test_a_trim_that_cut_nothing_leaves_the_journal_whole(bench: Bench) -> None:
    """Redis cuts whole nodes of a hundred entries alone; a lost snapshot then costs nothing."""
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    assert bench.journal.trim(bench.journal.position()) == 0
    assert not bench.journal.trimmed()
    heir = Follower(bench.client, "test", bench.journal)
    heir.rebuild()
    assert heir.shard.board.nurses[NurseId("n1")].state is NurseState.READY
    for number in range(75):
        bench.tell(arrival(f"x{number}"), CallHungUp(contact=ContactId(f"x{number}")))
    assert bench.journal.trim(bench.journal.position()) > 0
    assert bench.journal.trim(bench.journal.position()) == 0
    assert bench.journal.trimmed()  # and what once went stays gone


def test_a_follower_that_began_empty_goes_on_behind_a_leader_who_knows_more(
    bench: Bench,
) -> None:
    bench.tell(SiteLoaded(policy=POLICY), SEEN, NurseReady(nurse=NurseId("n1"), actor="t"))
    bench.tell(arrival("c1"))
    bench.client.set(bench.journal.keys.trimmed, bench.journal.position())
    late = Follower(bench.client, "test", bench.journal)
    late.rebuild()
    assert (late.shard.position, late.shard.board.nurses) == (bench.journal.position(), {})
    bench.tell(CallQueued(contact=ContactId("c1"), language=SV))  # and she is offered
    late.catch_up()
    assert (late.shard.unfit, late.shard.position) == (1, bench.journal.position())


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
