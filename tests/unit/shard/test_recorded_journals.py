"""Journals of every released version stay readable, and mean what they meant."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from callcenter.acd.ids import ContactId, EntryId
from callcenter.journal.codec import decode_decisions, decode_event
from callcenter.shard.shard import Shard

FOLDER = Path(__file__).parents[2] / "data" / "journals"
JOURNALS = sorted(FOLDER.glob("*.jsonl"))
# The versions whose decisions the present code would make again; a fix to matching ends
# this for the older ones, whose recorded decisions stay valid all the same.
SAME_DECISIONS = ("0.1.0", "0.2.0", "0.3.0", "0.5.0")
# What came with version 0.5.0 (0.4.0 brought nothing to the journal).
NEW = {
    "need_said.1", "place_kept.1", "call_stays.1", "wait_told.1", "call_transferred.1",
    "consent_given.1", "survey_scored.1", "message_set.1", "message_ended.1",
}  # fmt: skip


def entries(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def test_there_is_a_journal_of_the_present_version() -> None:
    assert [journal.stem for journal in JOURNALS] == ["0.1.0", "0.2.0", "0.3.0", "0.5.0"]
    assert {entry["event"]["type"] for entry in entries(JOURNALS[-1])} >= NEW


def test_what_callers_did_by_their_keys_means_what_it_meant() -> None:
    shard = Shard()
    for entry in entries(FOLDER / "0.5.0.jsonl"):
        event = decode_event(msgspec.json.encode(entry["event"]))
        decisions = decode_decisions(msgspec.json.encode(entry.get("decisions", [])))
        shard.follow(EntryId(entry["id"]), event, decisions)
    board = shard.board
    assert shard.late == 0
    tallies = board.tallies
    assert (sum(t.kept for t in tallies), sum(t.transferred for t in tallies)) == (1, 1)
    assert sum(t.told for t in tallies) == 1
    assert [row.counts[4] for row in board.survey.rows()] == [3]
    assert (len(board.owed), len(board.messages)) == (0, 0)  # she has rung again
    again = board.contacts[ContactId("node1-17.6")]
    assert again.first_arrived is not None


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.stem)
def test_a_recorded_journal_folds_with_its_recorded_decisions(journal: Path) -> None:
    shard = Shard()
    for entry in entries(journal):
        decisions = decode_decisions(msgspec.json.encode(entry.get("decisions", [])))
        shard.follow(
            EntryId(entry["id"]), decode_event(msgspec.json.encode(entry["event"])), decisions
        )
    assert shard.unfit == 0
    assert sum(tally.answered for tally in shard.board.tallies) >= 1
    assert sum(tally.missed for tally in shard.board.tallies) >= 1


@pytest.mark.parametrize(
    "journal", [j for j in JOURNALS if j.stem in SAME_DECISIONS], ids=lambda path: path.stem
)
def test_the_present_code_decides_as_recorded(journal: Path) -> None:
    shard = Shard()
    made = 0
    for entry in entries(journal):
        event = decode_event(msgspec.json.encode(entry["event"]))
        outcome = shard.lead(EntryId(entry["id"]), event)
        recorded = decode_decisions(msgspec.json.encode(entry.get("decisions", [])))
        assert outcome.decisions == recorded
        made += len(outcome.decisions)
    assert made >= 8
