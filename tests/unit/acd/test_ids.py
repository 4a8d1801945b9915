"""Entry ids: the time in them, and their order."""

import pytest

from callcenter.acd.ids import EntryId, entry_key, entry_time


def test_an_entrys_time_is_its_milliseconds() -> None:
    assert entry_time(EntryId("1764000000123-7")) == 1764000000123
    assert entry_time(EntryId("0-0")) == 0


@pytest.mark.parametrize(
    ("earlier", "later"), [("1-9", "1-10"), ("9-0", "10-0"), ("99-5", "100-0"), ("1", "1-1")]
)
def test_entries_are_ordered_as_numbers_and_not_as_texts(earlier: str, later: str) -> None:
    assert entry_key(EntryId(earlier)) < entry_key(EntryId(later))
