"""The pretend line."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.cli.flow_line import PretendLine

LINE = PretendLine(joined_ms=1_000_000)


@given(st.integers(0, 3_600_000), st.integers(0, 600_000))
def test_place_and_wait_only_shrink(gone: int, more: int) -> None:
    before = LINE.wait(LINE.joined_ms + gone)
    after = LINE.wait(LINE.joined_ms + gone + more)
    assert 1 <= after.place <= before.place <= LINE.ahead + 1
    assert 0 <= after.low_ms <= before.low_ms
    assert after.low_ms <= after.high_ms <= before.high_ms


def test_who_has_just_come_stands_behind_those_ahead_and_waits_the_whole_range() -> None:
    wait = LINE.wait(LINE.joined_ms)
    assert (wait.place, wait.low_ms, wait.high_ms) == (7, LINE.low_ms, LINE.high_ms)
    assert not wait.soon


def test_a_nurse_is_there_in_the_middle_of_the_range() -> None:
    assert not LINE.wait(LINE.answered_ms - 1).soon
    assert LINE.wait(LINE.answered_ms).soon
    assert LINE.low_ms < LINE.answered_ms - LINE.joined_ms < LINE.high_ms
