"""The live journal in Redis can be replayed: what is published of it, trimmed or not."""

from typing import Any

import pytest

from callcenter.acd.events import AnyEvent, GatewayAlive
from callcenter.acd.ids import NodeId, entry_key
from callcenter.journal.journal import Journal
from callcenter.journal.lead import Lead
from callcenter.journal.snapshot import Snapshots
from callcenter.shard.shard import Shard
from callcenter.simulate.outcome import End
from callcenter.simulate.recordings.as_recorded import as_recorded
from callcenter.simulate.recordings.extract import extract
from callcenter.simulate.recordings.journal_file import AnyEntry, live_policy, read_live
from callcenter.simulate.recordings.recording import Recording
from tests.unit.simulate.recordings.recorded import Days, callers, shifts, simulate

pytestmark = pytest.mark.integration

ALIVE = GatewayAlive(node=NodeId("node1"))


class Live:
    """A leader on a real Redis, which stamps entries by its own clock."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.journal = Journal(client, "test", "test")
        self.journal.load()
        self._lead = Lead(client, "test", "a", patience_s=0)
        assert self._lead.watch()
        assert self._lead.take()
        self.shard = Shard()
        self.told: list[AnyEntry] = []

    def tell(self, event: AnyEvent) -> None:
        entry = self.journal.append(event)
        step = self.shard.lead(entry, event)
        assert self._lead.token is not None
        self.journal.step(self._lead.token, [step])
        self.told.append((entry, event, step.decisions))


def day() -> list[AnyEvent]:
    """What a gateway and nurses told on a small day; its times are Redis's here."""
    _, shard = simulate(Days(callers(60, patient=True), shifts()))
    return [event for _, event, _ in shard.journal]


def test_the_live_journal_is_read_with_its_decisions(redis_client: Any) -> None:
    live = Live(redis_client)
    for event in day():
        live.tell(event)
    live.journal.append(ALIVE)  # that nobody has decided on yet
    before = redis_client.dbsize()
    assert list(read_live(redis_client, "test")) == live.told
    assert len(live.told) > 200
    assert redis_client.dbsize() == before
    outcome = as_recorded(Recording(extract(read_live(redis_client, "test"))))
    assert list(outcome.calls.end).count(End.ANSWERED) == 60


def test_an_entry_that_is_no_event_is_passed_on_without_one(redis_client: Any) -> None:
    live = Live(redis_client)
    live.tell(ALIVE)
    rubbish = redis_client.xadd(live.journal.keys.journal, {"e": b"no event"})
    live.tell(ALIVE)
    found = list(read_live(redis_client, "test"))
    assert [entry for entry, _, _ in found] == [
        live.told[0][0], rubbish.decode(), live.told[1][0],
    ]  # fmt: skip
    assert found[1][1] is None


def test_a_journal_that_was_trimmed_has_the_rules_of_the_snapshot(redis_client: Any) -> None:
    live = Live(redis_client)
    assert live_policy(redis_client, "test") is None
    events = day()
    for event in events:
        live.tell(event)
    assert Snapshots(redis_client, "test").write(live.shard)
    cut = live.told[len(live.told) // 2][0]
    redis_client.xtrim(live.journal.keys.journal, minid=cut, approximate=False)
    rest = list(read_live(redis_client, "test"))
    assert [entry for entry, _, _ in rest] == [
        entry for entry, _, _ in live.told if entry_key(entry) >= entry_key(cut)
    ]
    policy = live_policy(redis_client, "test")
    assert policy is not None
    found = extract(rest, policy)
    assert len(found.calls) > 20
    assert len(found.assumed) >= 1
    assert len(Recording(found).callers(0)) == len(found.calls)


def test_an_empty_redis_has_an_empty_journal(redis_client: Any) -> None:
    assert list(read_live(redis_client, "test")) == []
