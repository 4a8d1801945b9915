"""What the figures are said to mean."""

import re

import pytest

from callcenter.simulate.reports import findings
from callcenter.simulate.summary import Figures, Summary
from language_routing.languages import Language
from tests.unit.simulate.reports.summaries import (
    AR,
    NOBODY,
    SO,
    SV,
    figures,
    nobody_called,
    ours,
    summary,
    theirs,
)  # fmt: skip


def headline(*summaries: Summary) -> str:
    return findings.headline(summaries).replace("\u00a0", " ")


def told(*summaries: Summary) -> list[str]:
    return [sentence.replace("\u00a0", " ") for sentence in findings.findings(summaries)]


def test_the_headline_says_how_much_longer_the_worst_served_language_waits() -> None:
    assert headline(ours()) == (
        "Somali callers wait 40 s longer than Swedish ones at the 95th percentile."
    )


def test_the_headline_puts_the_same_gap_of_another_system_beside_ours() -> None:
    other = summary({SV: figures(9600, 30.0), SO: figures(480, 400.0)}, system="app_queue")
    assert headline(ours(), other) == (
        "Somali callers wait 40 s longer than Swedish ones at the 95th percentile; "
        "with app_queue it would be 6 min 10 s."
    )


def test_the_headline_names_the_language_that_another_system_serves_worst() -> None:
    assert headline(ours(), theirs()) == (
        "Somali callers wait 40 s longer than Swedish ones at the 95th percentile; "
        "with app_queue Arabic callers would wait 6 min 10 s longer than Swedish ones."
    )


def test_the_headline_does_not_hide_that_the_other_system_is_fairer() -> None:
    fair = summary({SV: figures(500, 30.0), AR: figures(500, 20.0)}, system="fair")
    assert headline(ours(), fair) == (
        "Somali callers wait 40 s longer than Swedish ones at the 95th percentile; "
        "with fair none would wait longer than Swedish ones."
    )
    assert headline(fair, ours()) == (
        "In no language do callers wait longer than Swedish ones at the 95th percentile; "
        "with this ACD Somali callers would wait 40 s longer than Swedish ones."
    )


def test_the_headline_rests_on_no_language_of_few_calls() -> None:
    few = summary({SV: figures(900, 40.0), AR: figures(200, 50.0), SO: figures(99, 900.0)})
    assert headline(few) == (
        "Arabic callers wait 10 s longer than Swedish ones at the 95th percentile."
    )


@pytest.mark.parametrize("other", [figures(99, 10.0), NOBODY])
def test_the_headline_says_when_another_system_had_too_few_calls(other: Figures) -> None:
    few = summary({SV: other, SO: figures(500)}, system="app_queue")
    assert headline(ours(), few).endswith("; with app_queue too few calls came to say.")


def test_a_single_language_is_told_without_a_comparison_of_languages() -> None:
    mine = summary({SV: figures(500, 40.0), AR: figures(3, 900.0)})
    other = summary({SV: figures(500, 70.0)}, system="app_queue")
    assert headline(mine, other, summary({}, system="none")) == (
        "Of a hundred Swedish callers 95 wait no longer than 40 s; with app_queue 1 min 10 s."
    )


def test_a_run_without_calls_says_so_and_finds_nothing_else() -> None:
    empty = nobody_called()
    assert headline(empty, theirs()).startswith("Fewer than 100 calls came in each language")
    assert told(empty, theirs()) == []


def test_the_findings_are_ours_with_the_others_behind() -> None:
    assert told(ours(), theirs()) == [
        "Callers wait 13 s on average; with app_queue 30 s.",
        "5.0 % of callers give up; with app_queue 5.0 %.",
        "The lowest service level of any language is 90.0 % (Arabic); "
        "with app_queue 90.0 % (Arabic).",
        "A caller was passed over for one further back in line: never; "
        "with app_queue 1,234 times (111.8 per 1,000 calls).",
        "Nurses stood free for 0 s while a caller waited whom they could serve; "
        "with app_queue 1 h 2 min.",
    ]


def test_a_finding_leaves_out_a_system_whose_number_is_missing() -> None:
    assert told(ours(), nobody_called())[0] == "Callers wait 13 s on average."


def test_one_inversion_is_one_time() -> None:
    one = summary({SV: figures(1000)}, inversions={SV: 1})
    assert "A caller was passed over for one further back in line: 1 time (1 per 1,000 calls)." in (
        told(one)
    )


def halves(peak: int, at: Figures, rest: Figures) -> list[Figures]:
    return [at if number == peak else rest for number in range(48)]


def day(language: Language, found: list[Figures], system: str = "this ACD") -> Summary:
    return summary({language: figures(2000)}, by_half_hour={language: found}, system=system)


def test_the_peak_is_named_with_its_time_and_language_for_each_system() -> None:
    mine = day(AR, halves(34, figures(40, mean=182.0, level=0.5), figures(40, mean=9.0)))
    other = day(SO, halves(17, figures(40, mean=600.0, level=0.25), figures(40, mean=9.0)), "old")
    assert findings.longest_half_hours([mine, other]).replace("\u00a0", " ") == (
        "The mean wait is longest with this ACD in Arabic at 17:00 (3 min 2 s) "
        "and with old in Somali at 08:30 (10 min)."
    )
    assert findings.lowest_half_hours([mine]).replace("\u00a0", " ") == (
        "The service level is lowest with this ACD in Arabic at 17:00 (50.0 %)."
    )


def test_a_half_hour_of_few_calls_is_no_peak() -> None:
    mine = day(AR, halves(34, figures(19, mean=900.0), figures(20, mean=9.0)))
    assert "17:00" not in findings.longest_half_hours([mine])
    few = day(AR, halves(34, figures(19, mean=900.0), NOBODY))
    assert "too few to name a peak" in findings.longest_half_hours([few])


def test_occupancy_is_told_by_its_lowest_and_highest_half_hour() -> None:
    busy: list[float | None] = [None, 0.25, 0.96, *[0.5] * 45]
    mine = summary({SV: figures(500)}, occupancy=busy)
    assert findings.occupancy_range([mine, nobody_called()]).replace("\u00a0", " ") == (
        "Occupancy goes with this ACD from 25.0 % at 00:30 to 96.0 % at 01:00."
    )
    assert findings.occupancy_range([nobody_called()]) == "No nurse was on duty."


def test_slow_waits_are_listed_by_language_for_each_system() -> None:
    text = findings.slow_waits([ours(), theirs()]).replace("\u00a0", " ")
    assert re.search(r"with this ACD Swedish 40 s, Arabic 1 min, Somali 1 min 20 s", text)
    assert re.search(r"with app_queue Swedish 30 s, Arabic 6 min 40 s, Somali 3 min 20 s\.$", text)
