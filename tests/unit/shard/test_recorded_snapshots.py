"""A snapshot of an older version is taken over: nobody in it is lost, and its counts go on."""

import json
from pathlib import Path

from callcenter.acd.events import SiteLoaded, Tick
from callcenter.acd.ids import EntryId
from callcenter.shard.shard import Shard
from tests.unit.acd.world import policy

OLD = Path(__file__).parents[2] / "data" / "snapshots" / "0.2.0.json"


def restored() -> Shard:
    kept = json.loads(OLD.read_text())
    shard = Shard()
    assert shard.restore(EntryId(kept["position"]), json.dumps(kept["state"]).encode())
    return shard


def test_contacts_nurses_and_counts_are_those_that_it_holds() -> None:
    state, board = json.loads(OLD.read_text())["state"]["acd"], restored().board
    assert [c["id"] for c in state["contacts"]] == list(board.contacts)
    assert [n["id"] for n in state["nurses"]] == list(board.nurses)
    for old, new in zip(state["tallies"], board.tallies, strict=True):
        assert (old["language"], old["queued"], old["answered"]) == (
            new.language,
            new.queued,
            new.answered,
        )
    assert len(board.contacts) >= 1


def test_a_nurse_can_do_what_she_could() -> None:
    for nurse in restored().board.nurses.values():
        assert nurse.skills.spoken == nurse.languages


def test_it_goes_on_and_takes_the_next_site() -> None:
    shard = restored()
    before = set(shard.board.contacts)
    now = shard.now + 1_000
    shard.lead(EntryId(f"{now}-1"), Tick(deadline=now))
    shard.lead(EntryId(f"{now}-2"), SiteLoaded(policy=policy({"n001": "sv"}, reserve=True)))
    assert set(shard.board.contacts) == before
    again = Shard()
    assert again.restore(shard.position, shard.save())
    assert again.save() == shard.save()
