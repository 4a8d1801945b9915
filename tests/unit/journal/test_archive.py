"""The archive: every entry once, in the file of its day, whatever a crash left behind."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from callcenter.acd.decisions import AnyDecision, LookUp, Offer, Quarantined
from callcenter.acd.events import CallHungUp, ChannelsSeen, Phase, SeenContact
from callcenter.acd.ids import ContactId, EntryId, NodeId, NurseId, OfferId
from callcenter.journal.archive import Archive
from callcenter.journal.codec import encode

MONDAY_NIGHT = 1_795_391_999_000  # 2026-11-22 23:59:59 UTC
HUNG_UP = encode(CallHungUp(contact=ContactId("c1")))
Line = tuple[EntryId, bytes, tuple[AnyDecision, ...]]


def line(number: int, event: bytes = HUNG_UP, *decisions: AnyDecision, at: int = 0) -> Line:
    return EntryId(f"{MONDAY_NIGHT + at}-{number}"), event, decisions


def lines(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(text)
        for path in sorted(folder.glob("*.jsonl"))
        for text in path.read_text().splitlines()
    ]


def ids(folder: Path) -> list[str]:
    return [found["id"].partition("-")[2] for found in lines(folder)]


def truth(callers: int) -> bytes:
    """What a gateway tells of so many callers: one long line."""
    seen = tuple(
        SeenContact(
            contact=ContactId(f"node1-{n}"), channel=f"PJSIP/trunk-{n}", phase=Phase.LINE,
            entry_point="1177", priority_class="public", waited=n,
        )
        for n in range(callers)
    )  # fmt: skip
    return encode(ChannelsSeen(node=NodeId("node1"), switch="a", contacts=seen, phones=()))


def test_an_empty_archive_stands_at_the_start(tmp_path: Path) -> None:
    assert Archive(tmp_path / "archive").position == "0-0"


def test_an_entry_is_archived_with_its_decisions(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    offer = Offer(offer=OfferId("5-1-0"), contact=ContactId("c1"), nurse=NurseId("n1"))
    archive.write([line(1, HUNG_UP, offer, LookUp(node=NodeId("node1"))), line(2)])
    first, second = lines(tmp_path)
    assert first["event"] == {"type": "call_hung_up.1", "contact": "c1"}
    assert [decision["type"] for decision in first["decisions"]] == ["offer.1", "look_up.1"]
    assert "decisions" not in second
    assert archive.position == second["id"] == f"{MONDAY_NIGHT}-2"


def test_what_is_archived_is_not_archived_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([line(n) for n in (1, 2, 10)])
    archive.write([line(n) for n in (2, 10, 11)])
    archive.write([line(9)])
    assert ids(tmp_path) == ["1", "2", "10", "11"]
    assert archive.position == f"{MONDAY_NIGHT}-11"


def test_a_new_archive_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    first = Archive(tmp_path)
    first.write([line(n) for n in range(1, 200)])
    first.close()
    again = Archive(tmp_path)
    assert again.position == f"{MONDAY_NIGHT}-199"
    again.write([line(199), line(200)])
    assert ids(tmp_path)[-3:] == ["198", "199", "200"]


def test_each_day_of_utc_has_its_file(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([line(1), line(2, at=999), line(3, at=1_000)])
    assert {path.name: len(path.read_text().splitlines()) for path in tmp_path.iterdir()} == {
        "journal-2026-11-22.jsonl": 2,
        "journal-2026-11-23.jsonl": 1,
    }
    archive.close()
    assert Archive(tmp_path).position == f"{MONDAY_NIGHT + 1_000}-3"


def test_an_archive_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.write([line(1)])
    assert stat.S_IMODE((tmp_path / "archive").stat().st_mode) == 0o700
    (path,) = (tmp_path / "archive").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_that_a_crash_left_half_written_is_cut_off(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([line(1), line(2)])
    archive.close()
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'{"id":"1795391999000-3","ev')
    again = Archive(tmp_path)
    assert again.position == f"{MONDAY_NIGHT}-2"
    again.write([line(3)])
    assert ids(tmp_path) == ["1", "2", "3"]


def test_a_file_that_a_crash_left_with_nothing_but_half_a_line_is_begun_anew(
    tmp_path: Path,
) -> None:
    (tmp_path / "journal-2026-11-22.jsonl").write_bytes(b'{"id":"1795391999000-1"')
    archive = Archive(tmp_path)
    assert archive.position == "0-0"
    archive.write([line(1)])
    assert ids(tmp_path) == ["1"]


def test_after_an_error_the_archive_stands_where_the_disk_does(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([line(1), line(2)])
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + 1] + b'{"id":"1795391999000-2","ev')
    archive.recover()
    assert archive.position == f"{MONDAY_NIGHT}-1"
    archive.write([line(2), line(3)])
    assert ids(tmp_path) == ["1", "2", "3"]


def test_an_archive_whose_folder_was_moved_away_begins_at_the_start(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.write([line(1)])
    (tmp_path / "archive").rename(tmp_path / "moved")
    (tmp_path / "archive").mkdir()
    archive.recover()
    assert archive.position == "0-0"
    archive.write([line(1), line(2)])
    assert ids(tmp_path / "archive") == ["1", "2"]


def test_a_day_whose_file_is_empty_does_not_hide_the_day_before(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([line(1)])
    archive.close()
    (tmp_path / "journal-2026-11-23.jsonl").touch()
    assert Archive(tmp_path).position == f"{MONDAY_NIGHT}-1"


def test_a_last_entry_longer_than_any_window_is_found(tmp_path: Path) -> None:
    """A gateway that tells of two thousand callers writes a line of some 400 kB."""
    archive = Archive(tmp_path)
    archive.write([line(1), line(2, truth(2_000))])
    archive.close()
    assert Archive(tmp_path).position == f"{MONDAY_NIGHT}-2"


def test_a_long_entry_that_a_crash_left_half_written_is_cut_off_whole(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([line(1), line(2, truth(2_000))])
    archive.close()
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1_000])
    again = Archive(tmp_path)
    assert again.position == f"{MONDAY_NIGHT}-1"
    again.write([line(2), line(3)])
    assert ids(tmp_path) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "rubbish", [b"", b"\xff\x00", b"[]", b'{"type":', b'{"type":"x"\n}', b"{rubbish}"]
)
def test_an_entry_nobody_can_read_leaves_the_archive_readable(
    tmp_path: Path, rubbish: bytes
) -> None:
    archive = Archive(tmp_path)
    archive.write([line(1, rubbish, Quarantined(error="UnreadableEvent")), line(2)])
    assert ids(tmp_path) == ["1", "2"]
    assert lines(tmp_path)[0]["decisions"] == [
        {"type": "quarantined.1", "error": "UnreadableEvent"}
    ]


def test_writing_nothing_makes_no_file(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write([])
    assert list(tmp_path.iterdir()) == []
    archive.close()
