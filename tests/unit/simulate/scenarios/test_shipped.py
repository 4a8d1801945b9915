"""The scenarios that we ship: each loads, and what its comments say of it is so."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from callcenter.acd.ids import NurseId
from callcenter.settings import ROOT
from callcenter.simulate.day_hours import HOUR, instant
from callcenter.simulate.model import Headcount
from callcenter.simulate.scenarios.chance import Patience, Shape
from callcenter.simulate.scenarios.load_scenario import load_scenario
from callcenter.simulate.scenarios.roster import MINUTE, ShiftGroup
from callcenter.simulate.scenarios.scenario import Scenario
from callcenter.site import load_site
from language_routing.languages import Language

FOLDER = ROOT / "ops" / "scenarios"
SHIPPED = sorted(FOLDER.glob("*.yaml"))
IN_STOCKHOLM = ("stockholm_year", "march_2020", "arabic_line_collapses")
SV, AR = Language("sv"), Language("ar")


def shipped(name: str) -> Scenario:
    return load_scenario(FOLDER / f"{name}.yaml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_scenario_loads_and_the_readme_names_it(path: Path) -> None:
    scenario = load_scenario(path)
    assert scenario.callers(0)
    assert scenario.changes(0)
    assert f"`{path.name}`" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("name", IN_STOCKHOLM)
def test_nobody_works_without_eleven_hours_of_rest_or_more_than_a_full_week(name: str) -> None:
    scenario = shipped(name)
    for group in scenario.staff:
        assert isinstance(group, ShiftGroup)
        assert group.weekly_hours() <= 38.25
        ended: dict[NurseId, int] = {}
        for day in range(min(scenario.days, 120)):
            for nurse, shift, _ in group.on_shift(scenario.date(day)):
                begins = instant(scenario.date(day), shift.begins)
                assert begins - ended.get(nurse, 0) >= 11 * HOUR
                ended[nurse] = begins + shift.minutes * MINUTE


def test_the_tutorial_call_centre_is_that_of_its_definition() -> None:
    scenario = shipped("ssj")
    assert scenario.expected(0) == {SV: 1660}
    assert scenario.demand[0].by_hour[8:21] == (
        100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60,
    )  # fmt: skip
    counts = [
        ((each.at - scenario.midnight(0)) // HOUR, each.count)
        for each in scenario.changes(0)
        if isinstance(each, Headcount)
    ]
    assert counts == [
        (0, 0), (8, 4), (9, 6), (10, 8), (13, 7), (14, 8), (16, 6), (18, 4), (22, 0),
    ]  # fmt: skip
    assert scenario.busyness == 400
    assert scenario.patience == Patience(mean=1_000_000, at_once=0.1)
    assert (scenario.usual_talk.mean, scenario.usual_talk.shape) == (100_000, Shape.EXPONENTIAL)
    assert (scenario.policy.wrap_up, scenario.pick_up, scenario.redials.share) == (0, (0, 0), 0)
    assert (scenario.days, scenario.parts, scenario.warm_up) == (3000, 6, 0)


def test_erlang_a_is_48_calls_a_minute_at_50_nurses() -> None:
    scenario = shipped("erlang_a")
    assert [rate for _, rate in scenario.demand[0].rates(scenario.starts)] == [2880] * 24
    assert scenario.changes(5) == [
        Headcount(at=scenario.midnight(5), group="pool", count=50),
    ]
    assert scenario.handle_time(SV) == 60_000
    assert scenario.patience == Patience(mean=120_000)
    assert 1_500_000 < scenario.expected_calls() < 1_550_000


def test_two_languages_have_a_load_of_nine_tenths_and_four_of_eighty_nurses() -> None:
    scenario = shipped("two_languages")
    calls = scenario.expected(0)
    assert sum(calls.values()) * scenario.handle_time(SV) / (24 * HOUR) == pytest.approx(0.9 * 80)
    assert calls[AR] == pytest.approx(sum(calls.values()) / 10)
    assert Counter(AR in nurse.languages for nurse in scenario.policy.nurses) == {
        False: 76, True: 4,
    }  # fmt: skip


def test_the_ordinary_year_is_what_the_region_has_said_of_it() -> None:
    scenario = shipped("stockholm_year")
    assert scenario.expected_calls() == pytest.approx(1_400_000, rel=0.01)
    assert len(scenario.policy.nurses) == 270
    assert all(nurse.years >= 5 for nurse in scenario.policy.nurses)
    assert set(scenario.expected(0)) == set(scenario.policy.languages)
    assert len(scenario.policy.languages) == 5
    assert all(500_000 < scenario.handle_time(tag) < 660_000 for tag in scenario.policy.languages)


@pytest.mark.parametrize("name", IN_STOCKHOLM)
def test_the_rules_are_those_of_the_stockholm_site(name: str) -> None:
    policy = shipped(name).policy
    site = load_site(ROOT / "deploy" / "site" / "stockholm.yaml").policy
    assert (policy.routing, policy.targets, policy.surge) == (
        site.routing, site.targets, site.surge,
    )  # fmt: skip


def test_winter_evenings_and_weekends_are_busier() -> None:
    scenario = shipped("stockholm_year")

    def calls(day: date) -> float:
        return sum(stream.expected(day) for stream in scenario.demand)

    assert calls(date(2026, 2, 10)) > 1.05 * calls(date(2026, 7, 14))
    assert calls(date(2026, 2, 15)) > 1.05 * calls(date(2026, 2, 11))
    evening, afternoon = (
        sum(stream.by_hour[hour] for stream in scenario.demand if stream.by_weekday[0])
        for hour in (18, 13)
    )
    assert evening > 1.2 * afternoon


def test_in_march_2020_five_to_nine_thousand_more_come_to_one_line() -> None:
    scenario = shipped("march_2020")
    ordinary = scenario.expected(0)[SV]
    more = [scenario.expected(day)[SV] - scenario.expected(day % 7)[SV] for day in range(28)]
    assert more[:7] == [0] * 7
    assert all(5_000 <= each <= 9_000 for each in more[7:])
    peak = max(
        sum(stream.rates(scenario.date(10))[hour][1] for stream in scenario.demand)
        for hour in range(24)
    )
    assert 18 <= peak / (ordinary / 24) <= 25


def test_in_the_second_week_twice_as_many_call_in_arabic_and_a_quarter_is_there() -> None:
    scenario = shipped("arabic_line_collapses")
    (arabic,) = (group for group in scenario.staff if group.name == "ar")
    assert isinstance(arabic, ShiftGroup)
    calls = [sum(scenario.expected(day + 7 * week)[AR] for day in range(7)) for week in (0, 1)]
    shifts = [
        sum(len(arabic.on_shift(scenario.date(day + 7 * week))) for day in range(7))
        for week in (0, 1)
    ]
    assert calls[1] == pytest.approx(2 * calls[0])
    assert shifts[1] == shifts[0] // 4
