"""The figures of a run, computed by hand beside."""

import warnings
from array import array
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from callcenter.simulate.outcome import End, Estimates, Outcome
from callcenter.simulate.summary import Clock, Figures, Summary, summarise
from tests.unit.simulate.pools import AR, MONDAY, SV

HALF = 1_800_000
WINTER = Clock(MONDAY // 1000, [(0, 3_600)])
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def outcome(*calls: tuple[End, float, bool], at: int = 0, language: int = 0) -> Outcome:
    found = Outcome("ours", (SV, AR), MONDAY)
    found.seconds = 86_400
    for end, wait, within in calls:
        found.calls.add(at, round(wait * 1000), language, end, within=within)
    return found


def summary(found: Outcome, clock: Clock = WINTER) -> Summary:
    return summarise(found, "a day", clock)


MIXED = (
    (End.ANSWERED, 0, True),
    (End.ANSWERED, 19.999, True),
    (End.ANSWERED, 20, True),
    (End.ANSWERED, 200, False),
    (End.ABANDONED, 5, True),
    (End.ABANDONED, 300, False),
    (End.ABANDONED, 400, False),
    (End.REFUSED, 0, True),
    (End.CALLED_BACK, 0, True),
    (End.WAITING, 1_000, False),
)


def test_the_shares_of_all_that_came() -> None:
    found = summary(outcome(*MIXED)).overall
    assert found.calls == 10
    assert (found.answered, found.abandoned) == (0.4, 0.3)
    assert (found.refused, found.called_back) == (0.1, 0.1)


def test_waits_are_those_of_all_who_stood_in_line() -> None:
    found = summary(outcome(*MIXED)).overall
    total = 0 + 19.999 + 20 + 200 + 5 + 300 + 400 + 1_000
    assert found.mean_wait_s == pytest.approx(total / 8)
    assert found.p50_wait_s == pytest.approx((20 + 200) / 2)
    assert found.served_within_20s == 3 / 8  # under 20 s: who waited just so long is not


def test_the_speed_of_answer_is_that_of_the_answered_alone() -> None:
    found = summary(outcome(*MIXED)).overall
    assert found.mean_answer_s == pytest.approx((0 + 19.999 + 20 + 200) / 4)


def test_both_forms_of_the_service_level() -> None:
    found = summary(outcome(*MIXED)).overall
    assert found.service_level == 3 / 4
    assert found.service_level_of_all == (3 + 1) / (4 + 3)


def test_the_95th_percentile() -> None:
    waits = [(End.ANSWERED, float(wait), True) for wait in range(101)]
    found = summary(outcome(*waits)).overall
    assert (found.p50_wait_s, found.p95_wait_s) == (50, 95)


def test_an_empty_outcome_has_no_shares_and_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = summary(Outcome("ours", (SV, AR), MONDAY))
    nothing = Figures(
        calls=0, **dict.fromkeys(Figures.__struct_fields__[1:])
    )  # fmt: skip
    assert found.overall == nothing
    assert found.by_language == {SV: nothing, AR: nothing}
    assert found.by_half_hour == {SV: [nothing] * 48, AR: [nothing] * 48}
    assert found.occupancy is found.hand_over_s is None
    assert found.occupancy_by_half_hour == [None] * 48
    assert found.events_per_s == 0
    assert found.promises[AR].within is found.promises[AR].early is None


def test_whoever_was_refused_did_not_wait_for_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = summary(outcome((End.REFUSED, 0, True))).overall
    assert (found.refused, found.mean_wait_s, found.p95_wait_s) == (1, None, None)
    assert found.service_level is found.service_level_of_all is found.served_within_20s is None


def test_each_language_and_half_hour_has_its_own_figures() -> None:
    found = outcome((End.ANSWERED, 10, True), at=8 * 3_600)
    for other in (
        outcome((End.ABANDONED, 30, False), at=8 * 3_600 + 1_799, language=1),
        outcome((End.ANSWERED, 50, True), at=8 * 3_600 + 1_800, language=1),
        outcome((End.ANSWERED, 70, True), at=86_400 + 8 * 3_600 + 1_800, language=1),
    ):
        found.add(other)
    result = summary(found)
    assert [result.by_language[tag].calls for tag in (SV, AR)] == [1, 3]
    swedish, arabic = result.by_half_hour[SV], result.by_half_hour[AR]
    assert [half for half in range(48) if swedish[half].calls] == [16]
    assert [(half, arabic[half].calls) for half in range(48) if arabic[half].calls] == [
        (16, 1), (17, 2),
    ]  # fmt: skip
    assert arabic[16].abandoned == 1
    assert arabic[17].mean_wait_s == 60
    assert result.days == 4  # each part says how long it was


def test_occupancy_is_busy_over_on_duty_in_all_three_cuts() -> None:
    found = outcome()
    found.busy = array("q", [0, HALF // 2])
    found.on_duty = array("q", [HALF, HALF, 2 * HALF])
    found.staff_busy, found.staff_on_duty = {"day": 30}, {"night": 50, "day": 40}
    result = summary(found)
    assert result.occupancy == 0.5 / 4
    assert result.occupancy_by_group == {"day": 0.75, "night": 0}
    assert result.occupancy_by_half_hour == [0, 0.5, 0, *[None] * 45]


def test_the_same_half_hour_of_two_days_is_one() -> None:
    found = outcome()
    found.busy = array("q", [100, *[0] * 47, 300])
    found.on_duty = array("q", [400, *[0] * 47, 400])
    assert summary(found).occupancy_by_half_hour[0] == 0.5


def test_sums_and_promises() -> None:
    found = outcome((End.ANSWERED, 1, True), (End.ANSWERED, 1, True), (End.ABANDONED, 1, True))
    found.ringing, found.offers, found.missed, found.redials = 9_000, 5, 2, 1
    found.inversions[AR], found.idle_while_eligible[SV] = 3, 1_500
    found.events, found.took = 500, 0.25
    found.estimates[AR] = Estimates(within=6, early=1, late=3, asked=20, grown=4, unexplained=2)
    result = summary(found)
    assert result.hand_over_s == 4.5
    assert (result.offers, result.missed, result.redials) == (5, 2, 1)
    assert result.inversions == {SV: 0, AR: 3}
    assert result.idle_while_eligible_s == {SV: 1.5, AR: 0}
    assert (result.events, result.events_per_s) == (500, 2_000)
    promise = result.promises[AR]
    assert (promise.answers, promise.within, promise.early, promise.late) == (10, 0.6, 0.1, 0.3)
    assert (promise.asked, promise.grown, promise.unexplained) == (20, 4, 2)
    assert (result.title, result.system, result.days) == ("a day", "ours", 1)


def test_a_summary_is_plain_numbers_that_json_can_hold() -> None:
    """No number of numpy's own is left in it."""
    found = summary(outcome(*MIXED))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Summary) == found


@pytest.mark.parametrize(
    ("day", "change_s", "before", "after", "length"),
    [
        ("2026-03-29", 2 * 3_600, 3_600, 7_200, 23),
        ("2026-10-25", 3 * 3_600, 7_200, 3_600, 25),
        ("2026-01-05", 2 * 3_600, 3_600, 3_600, 24),
    ],
)
def test_half_hours_are_those_of_the_local_day_on_both_clock_changes(
    day: str, change_s: int, before: int, after: int, length: int
) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=STOCKHOLM)
    begins = int(midnight.timestamp())
    clock = Clock(begins, [(0, before), (change_s, after)])
    seconds = np.arange(0, length * 3_600, 600, dtype=np.int64)
    local = [datetime.fromtimestamp(begins + int(second), STOCKHOLM).time() for second in seconds]
    assert list(clock.half_hours(seconds)) == [2 * at.hour + at.minute // 30 for at in local]
    assert (midnight + timedelta(days=1)).timestamp() == begins + length * 3_600
