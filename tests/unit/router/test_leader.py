"""How far the journal may be cut (the leader's turns are tested on a real Redis)."""

from pathlib import Path

import pytest

from callcenter.acd.events import Tick
from callcenter.acd.ids import EntryId
from callcenter.journal.archive import Archive
from callcenter.router.follower import Follower
from callcenter.router.leader import trim_before
from tests.unit.router.stored import KEYS, Stored
from tests.unit.router.test_follower import follower

LIMIT = 1_000_000


@pytest.fixture
def stored() -> Stored:
    """A hundred entries, a tenth of a second apart; the first is stamped 1000100."""
    stored = Stored()
    stored.tell(*(Tick(deadline=0) for _ in range(100)))
    return stored


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    archive.write([(EntryId("1008000-0"), b"{}", ())])
    return archive


def caught_up(stored: Stored) -> Follower:
    found = follower(stored)
    found.rebuild()
    assert found.shard.now == 1_010_000
    return found


def snapshot_at(stored: Stored, position: str) -> None:
    stored.snapshot()
    stored.hashes[KEYS.snapshot]["position"] = position.encode()


def test_without_a_snapshot_nothing_is_cut(stored: Stored, archive: Archive) -> None:
    stored.bytes = LIMIT + 1
    assert trim_before(caught_up(stored), archive, 0, LIMIT) == (None, False)


def test_what_is_young_enough_is_kept(stored: Stored, archive: Archive) -> None:
    found = caught_up(stored)
    snapshot_at(stored, "1009000-0")
    assert trim_before(found, archive, 5_000, LIMIT) == ("1005000-0", False)


def test_what_the_snapshot_does_not_cover_is_kept(stored: Stored, archive: Archive) -> None:
    found = caught_up(stored)
    snapshot_at(stored, "1003000-0")
    assert trim_before(found, archive, 5_000, LIMIT) == ("1003000-0", False)


def test_what_is_not_archived_is_kept(stored: Stored, tmp_path: Path) -> None:
    found = caught_up(stored)
    snapshot_at(stored, "1009000-0")
    assert trim_before(found, Archive(tmp_path / "empty"), 5_000, LIMIT) == ("0-0", False)


def test_over_the_hard_limit_only_the_snapshot_holds_it(stored: Stored, tmp_path: Path) -> None:
    found = caught_up(stored)
    snapshot_at(stored, "1009000-0")
    empty = Archive(tmp_path / "empty")
    stored.bytes = LIMIT
    assert trim_before(found, empty, 5_000, LIMIT) == ("0-0", False)
    stored.bytes = LIMIT + 1
    assert trim_before(found, empty, 5_000, LIMIT) == ("1009000-0", True)


def test_a_young_journal_is_cut_nowhere(stored: Stored, archive: Archive) -> None:
    found = caught_up(stored)
    snapshot_at(stored, "1009000-0")
    assert trim_before(found, archive, 24 * 3_600_000, LIMIT) == ("0-0", False)
