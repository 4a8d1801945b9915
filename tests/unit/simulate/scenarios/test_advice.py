"""Advice: Erlang C where it can say something, and nothing where it cannot."""

from itertools import pairwise
from math import exp
from pathlib import Path

import msgspec
import pytest
from pyworkforce.queuing import ErlangC

from callcenter.simulate.scenarios.advice import advise, positions
from language_routing.languages import Language
from tests.unit.simulate.scenarios.scenario_yaml import loaded

SV, AR = Language("sv"), Language("ar")
MINUTE = 60_000


def level(nurses: int, calls: float, handle_time: int, within: int) -> float:
    """Erlang C's share of those answered in time, written out from its definition."""
    at_once = calls * handle_time / (30 * MINUTE)
    term = total = 1.0
    for number in range(1, nurses):
        term *= at_once / number
        total += term
    last = term * at_once / nurses * nurses / (nurses - at_once)
    return 1 - last / (total + last) * exp(-(nurses - at_once) * within / handle_time)


@pytest.mark.parametrize(
    ("calls", "handle_time", "share", "within"),
    [
        (100, 3 * MINUTE, 0.8, 20_000),  # 14: the textbooks' own example
        (1440, MINUTE, 0.8, 20_000),
        (0.5, 9 * MINUTE, 0.8, 180_000),
        (55, 9 * MINUTE, 0.95, 60_000),
        (30, 10 * MINUTE, 0.05, 1_000),
        (31.8, 10 * MINUTE, 0.1, 300_000),
        (7, 9 * MINUTE, 0.0, 20_000),
    ],
)
def test_needed_are_the_fewest_who_answer_the_share_in_time(
    calls: float, handle_time: int, share: float, within: int
) -> None:
    found = positions(calls, handle_time, share, within)
    assert found is not None
    at_once = calls * handle_time / (30 * MINUTE)
    assert found > at_once
    assert level(found, calls, handle_time, within) >= share
    assert found - 1 <= at_once or level(found - 1, calls, handle_time, within) < share


def test_the_textbooks_example_needs_fourteen() -> None:
    assert positions(100, 3 * MINUTE, 0.8, 20_000) == 14


def test_the_library_itself_begins_too_high() -> None:
    formula = ErlangC(transactions=31.8, aht=10, asa=5, interval=30)
    assert formula.required_positions(service_level=0.1)["positions"] == 12
    assert positions(31.8, 10 * MINUTE, 0.1, 300_000) == 11


@pytest.mark.parametrize("calls", [0.0, 1e-300, 5e-324])
def test_where_nobody_comes_nothing_is_said(calls: float) -> None:
    assert positions(calls, 3 * MINUTE, 0.8, 20_000) is None


def test_more_at_once_than_the_search_can_bear_is_not_searched() -> None:
    assert positions(1e9, 3 * MINUTE, 0.8, 20_000) is None


@pytest.mark.parametrize("share", [1.0, 1.5, -0.1, float("nan")])
def test_a_share_that_no_number_of_nurses_can_promise_is_refused(
    tmp_path: Path, share: float
) -> None:
    with pytest.raises(ValueError, match="from 0 to"):
        advise(loaded(tmp_path), 0, share=share)


def test_every_half_hour_of_every_language_is_there_once(tmp_path: Path) -> None:
    found = advise(loaded(tmp_path), 0)
    assert len(found) == 96
    assert [each.half_hour for each in found if each.language == SV] == list(range(48))


def test_the_spring_day_lacks_two_half_hours(tmp_path: Path) -> None:
    found = [each for each in advise(loaded(tmp_path), 6) if each.language == SV]
    assert [each.half_hour for each in found] == [0, 1, 2, 3, *range(6, 48)]
    assert [b.at - a.at for a, b in pairwise(found)] == [1_800_000] * 45


def test_half_of_an_hours_calls_come_in_each_half_and_where_none_come_none_are_needed(
    tmp_path: Path,
) -> None:
    swedish = [each for each in advise(loaded(tmp_path), 0) if each.language == SV]
    assert [each.calls for each in swedish[15:21]] == [0, 50, 50, 100, 100, 0]
    assert swedish[15].needed is None
    assert swedish[16].needed == positions(50, 114_000, 0.8, 20_000)


def test_on_duty_are_all_who_speak_the_language_less_those_on_a_break(tmp_path: Path) -> None:
    found = {(each.language, each.half_hour): each.on_duty for each in advise(loaded(tmp_path), 1)}
    assert found[AR, 13] == 1  # 06:30: the night shift alone, who came the day before
    assert found[AR, 14] == 2  # 07:00: two of the early shift
    assert found[SV, 16] == 2 + 4  # 08:00: and the pool
    assert found[AR, 18] == 1  # 09:00: one has her fifteen minutes, then the other
    assert found[SV, 18] == 1 + 6
    assert found[SV, 20] == 2
    assert found[AR, 40] == 0
    assert found[AR, 42] == 1


def test_the_target_is_that_of_the_callers_class_unless_another_is_given(tmp_path: Path) -> None:
    assert {each.within for each in advise(loaded(tmp_path), 0) if each.calls} == {20_000}
    assert {each.within for each in advise(loaded(tmp_path), 0, within=60_000)} == {60_000}


def test_a_target_of_no_wait_at_all_is_taken_as_a_second(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, ("target_seconds: 20", "target_seconds: 0"))
    assert {each.within for each in advise(scenario, 0)} == {1000}


def test_too_many_calls_are_told_from_none(tmp_path: Path) -> None:
    (few, none, flood) = (
        msgspec.structs.replace(advise(loaded(tmp_path), 0)[0], calls=calls, needed=needed)
        for calls, needed in ((50.0, 7), (0.0, None), (1e6, None))
    )
    assert [each.too_many for each in (few, none, flood)] == [False, False, True]


def test_a_language_that_nobody_calls_in_needs_nobody(tmp_path: Path) -> None:
    found = advise(loaded(tmp_path, ("languages: [sv, ar]", "languages: [sv, ar, fi]")), 0)
    finnish = [each for each in found if each.language == "fi"]
    assert {(each.calls, each.needed, each.on_duty) for each in finnish} == {(0, None, 0)}
