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
SAME_DECISIONS = ("0.1.0", "0.2.0", "0.3.0", "0.5.0", "0.6.0")
# What came with version 0.5.0 (0.4.0 brought nothing to the journal).
NEW_IN_0_5_0 = {
    "need_said.1", "place_kept.1", "call_stays.1", "wait_told.1", "call_transferred.1",
    "consent_given.1", "survey_scored.1", "message_set.1", "message_ended.1",
}  # fmt: skip
# All but `callback_overlooked.1`, which only a broken fold would need.
NEW_IN_0_6_0 = {
    "callback_booked.1", "callback_moved.1", "callback_cancelled.1", "callback_settled.1",
    "callback_shown.1", "task_settled.1", "patient_dialled.1", "patient_answered.1",
    "dial_ended.1", "text_sent.1",
}  # fmt: skip


def entries(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def test_there_is_a_journal_of_the_present_version() -> None:
    assert [journal.stem for journal in JOURNALS] == ["0.1.0", "0.2.0", "0.3.0", "0.5.0", "0.6.0"]
    assert {entry["event"]["type"] for entry in entries(JOURNALS[-1])} >= NEW_IN_0_6_0
    assert {entry["event"]["type"] for entry in entries(JOURNALS[-2])} >= NEW_IN_0_5_0


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


def test_what_was_promised_ends_as_it_ended() -> None:
    shard = Shard()
    for entry in entries(FOLDER / "0.6.0.jsonl"):
        event = decode_event(msgspec.json.encode(entry["event"]))
        decisions = decode_decisions(msgspec.json.encode(entry.get("decisions", [])))
        shard.follow(EntryId(entry["id"]), event, decisions)
    assert (shard.late, len(shard.board.owed)) == (0, 0)
    assert {one.id: (str(one.state), one.done and str(one.done)) for one in shard.board.ledger} == {
        "m-1": ("done", "talked"),
        "m-2": ("given_up", None),
        "m-3": ("cancelled", None),
        "m-4": ("done", "rang_in"),
        "k-node1-9-3": ("done", "talked"),  # a kept place, the patient first
    }


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
