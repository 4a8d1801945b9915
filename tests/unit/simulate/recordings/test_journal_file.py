"""A recorded journal is read entry by entry, or refused with its line and nothing of its text."""

from pathlib import Path

import pytest

from callcenter.acd.decisions import Offer, Quarantined
from callcenter.acd.events import CallHungUp, GatewayAlive, SiteLoaded
from callcenter.acd.ids import ContactId, EntryId, NodeId
from callcenter.journal.archive import Archive
from callcenter.journal.codec import encode
from callcenter.simulate.recordings.journal_file import JournalFault, read_file
from tests.unit.acd.world import policy
from tests.unit.simulate.recordings.recorded import at

RECORDED = Path(__file__).parents[3] / "data" / "journals" / "0.3.0.jsonl"
ALIVE = b'{"type":"gateway_alive.1","node":"node1"}'


def lines(path: Path, *texts: bytes, end: bytes = b"\n") -> Path:
    path.write_bytes(b"\n".join(texts) + end)
    return path


def line(entry: str, event: bytes = ALIVE, more: bytes = b"") -> bytes:
    return b'{"id":"%s","event":%s%s}' % (entry.encode(), event, more)


def test_a_recorded_journal_is_read_with_its_decisions() -> None:
    entries = list(read_file(RECORDED))
    assert len(entries) == 131
    assert entries[0][0] == "1795547605800-0"
    assert isinstance(entries[0][1], SiteLoaded)
    offers = [d for _, _, decisions in entries for d in decisions if isinstance(d, Offer)]
    assert len(offers) == 5


def test_an_archives_folder_is_read_day_after_day(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    hung_up = encode(CallHungUp(contact=ContactId("c1")))
    times = [at(hour, day=day) for day in (0, 1) for hour in (9, 17)]
    archive.write([(EntryId(f"{when}-0"), hung_up, ()) for when in times])
    archive.close()
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert [entry for entry, _, _ in read_file(tmp_path)] == [f"{when}-0" for when in times]


def test_an_entry_that_the_service_skipped_has_no_event(tmp_path: Path) -> None:
    decided = b',"decisions":[{"type":"quarantined.1","error":"UnreadableEvent"}]'
    path = lines(tmp_path / "j.jsonl", line("1-0", b"null", decided), line("1-1"))
    assert list(read_file(path)) == [
        (EntryId("1-0"), None, (Quarantined(error="UnreadableEvent"),)),
        (EntryId("1-1"), GatewayAlive(node=NodeId("node1")), ()),
    ]


def test_a_last_line_that_is_still_being_written_is_left_out(tmp_path: Path) -> None:
    path = lines(tmp_path / "j.jsonl", line("1-0"), line("2-0")[:20], end=b"")
    assert [entry for entry, _, _ in read_file(path)] == ["1-0"]


def test_a_last_line_without_its_end_of_line_counts_if_it_is_whole(tmp_path: Path) -> None:
    path = lines(tmp_path / "j.jsonl", line("1-0"), line("2-0"), end=b"")
    assert [entry for entry, _, _ in read_file(path)] == ["1-0", "2-0"]


@pytest.mark.parametrize(
    "wrong",
    [
        b"+46700000000 not json",
        b'{"id":"2-0"}',
        b'{"id":"+46700000000","event":%s}' % ALIVE,
        b'{"id":"2-0","event":{"type":"gateway_alive.1","node":46700000000}}',
        b'["46700000000"]',
        '{"id":"٢-0","event":{"type":"gateway_alive.1","node":"node1"}}'.encode(),
        b"",
    ],
)
def test_a_line_that_is_no_entry_is_refused_by_its_number_and_not_quoted(
    tmp_path: Path, wrong: bytes
) -> None:
    path = lines(tmp_path / "j.jsonl", line("1-0"), wrong, line("3-0"))
    with pytest.raises(JournalFault) as fault:
        list(read_file(path))
    assert str(fault.value) == f"{path}:2: this is no entry of a journal"


@pytest.mark.parametrize(
    "newer",
    [
        line("2-0", b'{"type":"call_teleported.1"}'),
        line("2-0", ALIVE, b',"decisions":[{"type":"teleport.1"}]'),
    ],
)
def test_an_entry_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path, newer: bytes) -> None:
    path = lines(tmp_path / "j.jsonl", line("1-0"), newer)
    with pytest.raises(JournalFault, match=r"j\.jsonl:2: a newer version wrote this entry"):
        list(read_file(path))


@pytest.mark.parametrize("second", ["9-5", "9-4", "8-9"])
def test_entries_that_are_not_in_their_order_are_refused(tmp_path: Path, second: str) -> None:
    path = lines(tmp_path / "j.jsonl", line("9-5"), line(second))
    with pytest.raises(JournalFault, match=r"j\.jsonl:2: not later than the entry before it"):
        list(read_file(path))


def test_an_entry_of_a_year_that_no_calendar_knows_is_refused(tmp_path: Path) -> None:
    path = lines(tmp_path / "j.jsonl", line(f"{10**15 - 1}-0"))
    with pytest.raises(JournalFault, match=r"j\.jsonl:1: this entry is of a year after 2050"):
        list(read_file(path))
    known = lines(tmp_path / "k.jsonl", line("2556143999999-0"))  # the last moment of 2050
    assert len(list(read_file(known))) == 1


def test_a_journal_of_more_than_ten_years_is_refused(tmp_path: Path) -> None:
    longest = at(0) + 3700 * 86_400_000
    path = lines(tmp_path / "j.jsonl", line(f"{at(0)}-0"), line(f"{longest}-0"))
    assert len(list(read_file(path))) == 2
    path = lines(tmp_path / "j.jsonl", line(f"{at(0)}-0"), line(f"{longest + 1}-0"))
    with pytest.raises(JournalFault, match=r"j\.jsonl:2: more than 3700 days after the first"):
        list(read_file(path))


def test_a_site_whose_names_are_none_is_refused_and_not_quoted(tmp_path: Path) -> None:
    site = policy({"n1": "sv", "\x1b[31mso": "sv"})
    path = lines(tmp_path / "j.jsonl", line("1-0"), line("2-0", encode(SiteLoaded(policy=site))))
    with pytest.raises(JournalFault) as fault:
        list(read_file(path))
    assert str(fault.value) == f"{path}:2: this site has names that no site can have"


def test_the_tenth_entry_of_a_millisecond_is_later_than_the_ninth(tmp_path: Path) -> None:
    path = lines(tmp_path / "j.jsonl", line("9-9"), line("9-10"), line("10-0"))
    assert len(list(read_file(path))) == 3


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(JournalFault, match=r"none\.jsonl:1: the file cannot be read: No such file"):
        list(read_file(tmp_path / "none.jsonl"))


def test_a_folder_without_a_journal_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(JournalFault, match=r"no journal-<day>\.jsonl"):
        list(read_file(tmp_path))
