"""Scenario: the same callers at every asking, in order, as many as expected."""

import pickle
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import fmean, pvariance

import pytest

from callcenter.acd.ids import NurseId
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import Change, Course, Move
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End
from language_routing.languages import Language
from tests.unit.simulate.scenarios.scenario_yaml import loaded

SV, AR = Language("sv"), Language("ar")


def test_a_scenario_is_a_course(tmp_path: Path) -> None:
    course: Course = loaded(tmp_path)
    assert set(course.groups) == {"pool", "ar"}
    assert len(course.policy.nurses) == sum(len(nurses) for nurses in course.groups.values())


def test_a_days_callers_are_the_same_at_every_asking_and_in_every_process(tmp_path: Path) -> None:
    scenario = loaded(tmp_path)
    found = scenario.callers(3)
    assert found
    assert pickle.loads(pickle.dumps(scenario)).callers(3) == found


def test_other_staff_changes_nobody_who_calls(tmp_path: Path) -> None:
    before = loaded(tmp_path).callers(0)
    assert (
        loaded(tmp_path, ("[4, 6, 0, 6]", "[9, 9]"), ("nurses: 6", "nurses: 8")).callers(0)
        == before
    )


def test_another_stream_changes_no_caller_of_the_others(tmp_path: Path) -> None:
    def swedes(*changes: tuple[str, str]) -> list[tuple[int, int, int]]:
        return [
            (each.at, each.talk, each.patience)
            for each in loaded(tmp_path, *changes).callers(0)
            if each.language == SV
        ]

    assert swedes(("per_day: 240", "per_day: 700")) == swedes()


def test_another_seed_brings_other_callers(tmp_path: Path) -> None:
    assert loaded(tmp_path, ("seed: 7", "seed: 8")).callers(0) != loaded(tmp_path).callers(0)


def test_callers_come_in_order_within_their_day_each_with_a_number_of_their_own(
    tmp_path: Path,
) -> None:
    scenario = loaded(tmp_path)
    numbers: list[int] = []
    for day in range(-1, 14):
        times = [each.at for each in scenario.callers(day)]
        assert times == sorted(times)
        assert scenario.midnight(day) <= times[0]
        assert times[-1] < scenario.midnight(day + 1)
        numbers += [each.number for each in scenario.callers(day)]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 0


def test_first_tries_are_by_different_people(tmp_path: Path) -> None:
    found = loaded(tmp_path).callers(0)
    assert len({each.person for each in found}) == len(found)
    assert {each.tries for each in found} == {0}


def test_as_many_call_as_are_expected_hour_by_hour(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, ("days: 14", "days: 140"))
    hours = Counter(
        (each.at - scenario.midnight(day)) // 3_600_000
        for day in range(0, 140, 7)  # Mondays
        for each in scenario.callers(day)
        if each.language == SV
    )
    assert set(hours) == {8, 9}
    assert hours[8] == pytest.approx(20 * 100, rel=0.1)
    assert hours[9] == pytest.approx(20 * 200, rel=0.1)


def test_a_weekday_without_weight_has_no_callers(tmp_path: Path) -> None:
    scenario = loaded(tmp_path)
    assert scenario.date(5).strftime("%a") == "Sat"
    assert {each.language for each in scenario.callers(5)} == {SV}
    assert scenario.expected(5)[AR] == 0


def test_expected_calls_are_those_of_the_counted_days_by_language(tmp_path: Path) -> None:
    scenario = loaded(tmp_path)
    assert scenario.expected(0) == pytest.approx({SV: 300, AR: 240})
    assert scenario.expected(13) == pytest.approx({SV: 300, AR: 480})
    # The first Sunday has no hour from two to three.
    assert scenario.expected_calls() == pytest.approx(14 * 300 + 14 * 240 - 20)


def test_the_busyness_of_a_day_is_one_on_average_and_spread_as_asked(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        ("gamma: 100", "gamma: 25"),
        ("days: 14", "days: 400"),
        ("per_hour: [100, 200]", "per_hour: [50, 50]"),
        ("per_day: 240", "per_day: 1"),
    )
    calls = [sum(each.language == SV for each in scenario.callers(day)) for day in range(400)]
    assert fmean(calls) == pytest.approx(100, rel=0.04)
    # Variance of a Poisson number whose mean is itself Gamma(25, 1/25) times 100.
    assert pvariance(calls) == pytest.approx(100 + 100**2 / 25, rel=0.2)


def test_without_busyness_only_chance_tells_days_apart(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path, ("busyness: {gamma: 100}\n", ""), ("days: 14", "days: 400"),
        ("per_hour: [100, 200]", "per_hour: [50, 50]"), ("per_day: 240", "per_day: 1"),
    )  # fmt: skip
    calls = [sum(each.language == SV for each in scenario.callers(day)) for day in range(400)]
    assert pvariance(calls) == pytest.approx(100, rel=0.2)


def test_phones_are_picked_up_within_the_range_and_luck_is_a_chance(tmp_path: Path) -> None:
    found = [each for day in range(14) for each in loaded(tmp_path).callers(day)]
    assert all(2000 <= each.pick_up <= 6000 for each in found)
    assert fmean(each.pick_up for each in found) == pytest.approx(4000, rel=0.03)
    assert fmean(each.luck for each in found) == pytest.approx(0.5, abs=0.02)
    assert sum(each.miss < 0.01 for each in found) / len(found) == pytest.approx(0.01, abs=0.004)
    assert sum(each.patience == 0 for each in found) / len(found) == pytest.approx(0.1, abs=0.015)


def test_a_language_may_have_talks_of_its_own(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        ("talk: {mean_seconds: 100, shape: exponential}",
         "talk: {default: {mean_seconds: 100}, ar: {mean_seconds: 300, shape: constant}}"),
    )  # fmt: skip
    found = scenario.callers(0)
    assert {each.talk for each in found if each.language == AR} == {300_001}
    assert fmean(each.talk for each in found if each.language == SV) == pytest.approx(1e5, rel=0.2)


def test_the_handle_time_has_the_ringing_the_talk_and_the_wrap_up(tmp_path: Path) -> None:
    assert loaded(tmp_path).handle_time(SV) == 4_000 + 100_000 + 10_000


def test_days_before_the_first_are_the_warm_up(tmp_path: Path) -> None:
    scenario = loaded(tmp_path)
    assert scenario.date(-1) == scenario.starts - timedelta(days=1)
    assert scenario.midnight(0) - scenario.midnight(-1) == 24 * 3_600_000
    assert scenario.callers(-1)[0].number == 1


def test_the_day_before_says_who_is_on_duty_when_a_part_begins(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, ("starts: 2026-03-23", "starts: 2020-01-01"))
    there: dict[NurseId, Move] = {}
    over_night = 0
    for day in range(-3, 14):
        today: dict[NurseId, Move] = {}
        for each in scenario.changes(day):
            if isinstance(each, Change):
                there[each.nurse] = today[each.nurse] = each.move
        on_duty = {nurse for nurse, move in there.items() if move is not Move.OFF}
        assert {nurse for nurse, move in today.items() if move is not Move.OFF} == on_duty
        over_night += bool(on_duty)
    assert over_night > 8


def test_callers_who_never_give_up_while_all_their_nurses_are_away_wait_to_the_end(
    tmp_path: Path,
) -> None:
    scenario = loaded(
        tmp_path, ("days: 14", "days: 30"), ("per_day: 240", "per_day: 2"),
        ("per_hour: [100, 200]", "per_hour: [1, 1]"), ("parts: 2", "parts: 1"),
        ("{mean_seconds: 300, at_once: 0.1}", "never"),
        ("    nurses: 6\n", "    nurses: 6\n    away: {2026-03-01/2026-05-01: 1}\n"),
    )  # fmt: skip
    calls = Engine(scenario, Ours(looked_at=0), Part(0, 30, 1)).run().calls
    ends = {(calls.language[row], calls.end[row]) for row in range(len(calls))}
    assert ends == {(0, End.ANSWERED), (1, End.WAITING)}
    assert max(calls.wait) > 2**31  # milliseconds: some weeks
