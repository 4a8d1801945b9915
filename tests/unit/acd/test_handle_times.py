"""Handle times by language: from nothing, from little, from much."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.handle_times import HandleTimes
from language_routing.languages import Language

SV, AR, SO = Language("sv"), Language("ar"), Language("so")
EXPECTED = 360_000


def learnt(**calls: tuple[int, int]) -> HandleTimes:
    """So many calls of such a length, by language."""
    found = HandleTimes()
    for language, (count, handle) in calls.items():
        for _ in range(count):
            found.add(Language(language), handle)
    return found


def test_before_any_call_every_language_takes_what_the_site_expects() -> None:
    assert HandleTimes().mean(SV, EXPECTED) == EXPECTED


def test_a_language_never_heard_is_like_all_the_others_together() -> None:
    found = learnt(sv=(500, 200_000))
    assert found.mean(SO, EXPECTED) == found.overall(EXPECTED)
    assert 200_000 < found.mean(SO, EXPECTED) < 210_000


def test_one_odd_call_of_a_rare_language_changes_little() -> None:
    found = learnt(sv=(500, 200_000), so=(1, 3_600_000))
    assert found.mean(SO, EXPECTED) < 400_000


def test_a_language_with_much_data_stands_for_itself() -> None:
    found = learnt(sv=(2_000, 200_000), ar=(300, 600_000))
    assert 570_000 < found.mean(AR, EXPECTED) <= 600_000


def test_recent_calls_weigh_more() -> None:
    found = learnt(sv=(1_000, 200_000))
    for _ in range(600):
        found.add(SV, 400_000)
    assert 350_000 < found.mean(SV, EXPECTED) < 400_000


def test_a_line_that_nobody_hung_up_counts_as_three_hours_at_most() -> None:
    found, other = HandleTimes(), HandleTimes()
    found.add(SV, 86_400_000)
    other.add(SV, 10_800_000)
    assert found == other


@given(st.lists(st.tuples(st.sampled_from([SV, AR]), st.integers(0, 10_800_000)), max_size=60))
def test_a_mean_lies_within_what_was_seen_and_expected_and_survives_a_snapshot(
    calls: list[tuple[Language, int]],
) -> None:
    found = HandleTimes()
    for language, handle in calls:
        found.add(language, handle)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=HandleTimes)
    for language in (SV, AR, SO):
        mean = found.mean(language, EXPECTED)
        handles = [EXPECTED, *(handle for _, handle in calls)]
        assert max(1, min(handles) - 1) <= mean <= max(handles)
        assert again.mean(language, EXPECTED) == mean
