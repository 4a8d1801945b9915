"""Rows of `callcenter stats`: what is summed in which, their names, and what programs get."""

import json

import pytest
from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.policy import Policy
from callcenter.acd.tally import HALF_HOUR
from callcenter.cli.stats_rows import By, Row, first_half_hour, half_hour, record, rows
from language_routing.languages import Language

SV, AR, FI = Language("sv"), Language("ar"), Language("fi")
START = 986_112 * HALF_HOUR  # 1 April 2026, 02:00 in Stockholm
NOW = START + 2 * HALF_HOUR + 600_000


def board() -> Board:
    """Two half-hours and a bit: Swedish callers in two classes, one Arabic, one in the menu."""
    made = Board()
    made.policy = Policy(
        languages=(SV, AR, FI), default_language=SV,
        targets={"public": 180_000, "staff": 60_000}, nurses=(),
    )  # fmt: skip
    counted = made.figures
    counted.tally(SV, "public", START - 1).queued += 100  # before
    for at, wait in ((START, 4_000), (START + 1, 8_000), (START + HALF_HOUR, 200_000)):
        tally = counted.tally(SV, "public", at)
        tally.queued += 1
        tally.answered_after(wait)
        tally.answered_within += wait <= 180_000
        tally.hand_overs += 1
        tally.hand_over_sum += 20
    counted.tally(SV, "staff", START).queued += 1
    counted.tally(AR, "public", START + HALF_HOUR).queued += 1
    counted.tally(AR, "public", START + HALF_HOUR).abandoned += 1
    counted.tally(None, "public", START).left_ivr += 1
    counted.staffed((SV, AR), "ready", START - 60_000, START + 60_000)
    counted.staffed((SV,), "talking", START + HALF_HOUR, START + HALF_HOUR + 30_000)
    counted.idle(SV, "gateway", 4_000, START + HALF_HOUR)
    nurse = Nurse(
        id=NurseId("n1"), languages=(SV, AR), state=NurseState.TALKING, since=NOW - 90_000
    )
    made.nurses[nurse.id] = nurse
    return made


def made(by: By) -> dict[str, Row]:
    return {row.label: row for row in rows(board(), by, START, NOW)}


def test_each_half_hour_up_to_now_has_a_row_and_the_last_row_is_all_of_them() -> None:
    found = made(By.HALF_HOUR)
    assert list(found) == ["Wed 02:00", "Wed 02:30", "Wed 03:00", "all"]
    assert [row.tally.queued for row in found.values()] == [3, 2, 0, 5]
    assert [row.tally.left_ivr for row in found.values()] == [1, 0, 0, 1]
    assert [row.staffed.ready for row in found.values() if row.staffed] == [60_000, 0, 0, 60_000]
    talking = [row.staffed.talking for row in found.values() if row.staffed]
    assert talking == [0, 30_000, 90_000, 120_000]  # the call that lasts is in it
    assert [row.idle for row in found.values()] == [
        {"hand_over": 40}, {"gateway": 4_000, "hand_over": 20}, {},
        {"gateway": 4_000, "hand_over": 60},
    ]  # fmt: skip


def test_half_hours_before_anything_happened_are_left_out_and_those_between_are_not() -> None:
    made = Board()
    assert [row.label for row in rows(made, By.HALF_HOUR, START, NOW)] == ["Wed 03:00", "all"]
    made.figures.staffed((SV,), "not_ready", START + HALF_HOUR, START + HALF_HOUR + 1)
    labels = [row.label for row in rows(made, By.HALF_HOUR, START, NOW)]
    assert labels == ["Wed 02:30", "Wed 03:00", "all"]
    made.figures.tally(SV, "public", START).queued += 1
    labels = [row.label for row in rows(made, By.HALF_HOUR, START, NOW)]
    assert labels == ["Wed 02:00", "Wed 02:30", "Wed 03:00", "all"]


def test_each_language_of_the_site_has_a_row_also_if_nothing_happened_in_it() -> None:
    found = made(By.LANGUAGE)
    assert list(found) == ["sv", "ar", "fi", "not chosen", "all"]
    assert [row.tally.queued for row in found.values()] == [4, 1, 0, 0, 5]
    assert found["not chosen"].tally.left_ivr == 1
    talking = [row.staffed.talking for row in found.values() if row.staffed]
    assert talking == [120_000, 90_000, 0, 0, 120_000]  # a nurse of two counts in both, once in all
    assert found["sv"].idle == {"gateway": 4_000, "hand_over": 60}


def test_each_class_has_a_row_and_nurses_time_belongs_to_none() -> None:
    found = made(By.CLASS)
    assert list(found) == ["public", "staff", "all"]
    assert [row.tally.queued for row in found.values()] == [4, 1, 5]
    assert [row.staffed is None for row in found.values()] == [True, True, False]
    assert found["staff"].idle == {}


def test_looking_back_begins_at_a_half_hour() -> None:
    assert first_half_hour(NOW, 1) == START
    assert first_half_hour(START, 2) == START - 4 * HALF_HOUR


@pytest.mark.parametrize(
    ("first", "labels"),
    [
        # 25 October 2026, 00:30 UTC on: the hour from two to three comes twice.
        (1_792_888_200_000, ["Sun 02:30 CEST", "Sun 02:00 CET", "Sun 02:30 CET", "Sun 03:00"]),
        # 29 March 2026, 00:30 UTC on: there is no hour from two to three.
        (1_774_744_200_000, ["Sun 01:30", "Sun 03:00", "Sun 03:30", "Sun 04:00"]),
    ],
)
def test_half_hours_are_told_apart_over_both_clock_changes(first: int, labels: list[str]) -> None:
    assert [half_hour(first + n * HALF_HOUR) for n in range(4)] == labels


def test_a_program_gets_counts_spans_in_seconds_and_shares() -> None:
    found = json.loads(json.dumps(record(made(By.LANGUAGE)["sv"])))
    assert (found["language"], found["queued"], found["answered"]) == ("sv", 4, 3)
    assert found["wait_seconds"] == pytest.approx(212)
    assert found["answers_by_wait_seconds"]["5"] == 1
    assert sum(found["answers_by_wait_seconds"].values()) == 3
    assert found["service_level_1"] == pytest.approx(2 / 3)
    assert found["speed_of_answer_seconds"] == pytest.approx(70.666)
    assert found["wait_percentile_seconds"] == {"50": 10, "90": 240}
    assert found["occupancy"] == pytest.approx(120 / 180)
    assert found["nurse_seconds"]["talking"] == 120
    assert found["idle_while_eligible_seconds"] == {"gateway": 4, "hand_over": 0.06}
    assert found["within_estimate"] is None
    (half,) = [r for r in rows(board(), By.HALF_HOUR, START, NOW) if r.label == "Wed 02:30"]
    assert record(half)["since"] == "2026-04-01T00:30:00+00:00"


def test_a_board_before_any_call_has_rows_too() -> None:
    for by in By:
        *_, total = rows(Board(), by, START, NOW)
        assert (total.label, total.tally.queued, record(total)["service_level_1"]) == (
            "all",
            0,
            None,
        )


def test_the_calls_of_callbacks_are_classes_that_say_why_we_ring() -> None:
    made = board()
    made.figures.tally(SV, "kept_place", START).queued += 1
    found = {row.label: row for row in rows(made, By.CLASS, START, NOW)}
    assert list(found) == ["public", "staff", "rung: kept place", "all"]
    assert found["rung: kept place"].keys == {"class": "kept_place"}


def test_a_class_of_the_sites_own_keeps_its_name() -> None:
    made = board()
    assert made.policy is not None
    made.policy = replace(made.policy, targets={"medical": 1})
    assert rows(made, By.CLASS, START, NOW)[0].label == "medical"
