"""Journals of every released version stay readable, and mean what they meant."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from callcenter.acd.ids import EntryId
from callcenter.journal.codec import decode_decisions, decode_event
from callcenter.shard.shard import Shard

FOLDER = Path(__file__).parents[2] / "data" / "journals"
JOURNALS = sorted(FOLDER.glob("*.jsonl"))
# The versions whose decisions the present code would make again; a fix to matching ends
# this for the older ones, whose recorded decisions stay valid all the same.
SAME_DECISIONS = ("0.1.0", "0.2.0", "0.3.0")


def entries(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def test_there_is_a_journal_of_the_present_version() -> None:
    assert [journal.stem for journal in JOURNALS] == ["0.1.0", "0.2.0", "0.3.0"]


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
