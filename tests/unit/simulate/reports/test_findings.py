"""What the figures are said to mean."""

import re

import msgspec
import pytest

from callcenter.simulate.reports import findings
from callcenter.simulate.summary import Figures, Summary
from language_routing.languages import Language
from tests.unit.simulate.reports.summaries import (
    AR,
    NOBODY,
    SO,
    SV,
    UZ,
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


def turned_away(calls: int) -> Figures:
    """All were told that we ring back."""
    return msgspec.structs.replace(NOBODY, calls=calls, called_back=1.0, refused=0.0)


def test_the_headline_says_which_language_waits_longest_and_how_long_both_wait() -> None:
    assert headline(ours()) == (
        "Somali callers wait longest, 1 min 20 s at the 95th percentile against 40 s "
        "of Swedish ones."
    )


def test_the_headline_puts_the_same_of_another_system_beside_ours() -> None:
    assert headline(ours(), theirs()) == (
        "Somali callers wait longest, 1 min 20 s at the 95th percentile against 40 s "
        "of Swedish ones; with app_queue Arabic callers, 6 min 40 s against 30 s."
    )


def test_the_headline_says_of_what_was_recorded_that_it_really_happened() -> None:
    text = headline(ours(), theirs("this ACD, unchanged"), theirs("as recorded"))
    assert text.endswith(
        "; without the change Arabic callers, 6 min 40 s against 30 s"
        "; really Arabic callers, 6 min 40 s against 30 s."
    )
    assert "would" not in text


def test_the_headline_does_not_hide_that_the_other_system_is_fairer() -> None:
    fair = summary({SV: figures(500, 30.0), AR: figures(500, 20.0)}, system="fair")
    assert headline(ours(), fair).endswith(
        "; with fair none of those often called longer than Swedish ones (30 s)."
    )
    assert headline(fair, ours()) == (
        "In no language of those often called do callers wait longer than in Swedish: 30 s at "
        "the 95th percentile; with this ACD Somali callers, 1 min 20 s against 40 s."
    )


def test_a_language_that_waits_as_long_to_the_second_does_not_wait_longest() -> None:
    alike = summary({SV: figures(500, 40.1), AR: figures(400, 40.4)})
    assert headline(alike).startswith("In no language of those often called")


def test_the_headline_rests_on_no_language_of_few_calls() -> None:
    few = summary({SV: figures(900, 40.0), AR: figures(200, 50.0), SO: figures(99, 900.0)})
    assert headline(few) == (
        "Arabic callers wait longest, 50 s at the 95th percentile against 40 s of Swedish ones."
    )


@pytest.mark.parametrize(
    ("swedish", "said"),
    [
        (figures(99, 10.0), "too few Swedish callers came to say"),
        (NOBODY, "too few Swedish callers came to say"),
        (turned_away(500), "no Swedish caller stood in line"),
    ],
)
def test_the_headline_says_why_another_system_has_nothing_to_compare(
    swedish: Figures, said: str
) -> None:
    other = summary({SV: swedish, SO: figures(500)}, system="app_queue")
    assert headline(ours(), other).endswith(f"; with app_queue {said}.")


def test_the_headline_compares_no_languages_of_a_system_that_has_but_one() -> None:
    other = summary({SV: figures(500, 30.0), SO: figures(99, 900.0)}, system="app_queue")
    assert headline(ours(), other).endswith(
        "; with app_queue only of Swedish callers is there anything to say: 30 s."
    )


def test_a_single_language_is_told_without_a_comparison_of_languages() -> None:
    mine = summary({SV: figures(500, 40.0), AR: figures(3, 900.0)})
    other = summary({SV: figures(500, 70.0)}, system="app_queue")
    few = summary({SV: figures(5, 70.0)}, system="few")
    assert headline(mine, other, few) == (
        "Of a hundred Swedish callers in line 95 wait no longer than 40 s; "
        "with app_queue 1 min 10 s."
    )


def test_a_run_without_calls_says_so_and_finds_nothing_else() -> None:
    assert headline(nobody_called(), theirs()) == "No calls came."
    assert told(nobody_called(), theirs()) == []


def test_few_calls_are_told_from_nobody_in_line() -> None:
    few = summary({SV: figures(99), AR: figures(9)})
    assert headline(few).startswith("Fewer than 100 calls came in each language")
    away = summary({SV: turned_away(900), AR: turned_away(9)}, overall=turned_away(909))
    assert headline(away) == (
        "Nobody stood in line: all callers were refused or told that we ring back."
    )
    some = summary({SV: turned_away(900), AR: figures(9)})
    assert headline(some) == (
        "In the languages often called nobody stood in line: "
        "all callers were refused or told that we ring back."
    )


def test_who_waits_longer_with_ours_is_told_as_is_who_waits_shorter() -> None:
    mine = summary({SV: figures(900, 500.0), AR: figures(300, 60.0), SO: figures(200, 80.0)})
    other = summary(
        {SV: figures(900, 259.0), AR: figures(300, 400.0), SO: figures(200, 200.0)},
        system="app_queue, a queue for each language",
    )
    assert told(mine, other)[0] == (
        "At the 95th percentile callers wait longer with this ACD than with app_queue (a queue "
        "for each language) in Swedish (8 min 20 s against 4 min 19 s); "
        "shorter in Arabic (1 min against 6 min 40 s) and Somali (1 min 20 s against 3 min 20 s)."
    )


def test_with_each_other_system_it_is_told_who_waits_longer() -> None:
    slow, fast = figures(900, 90.0), figures(900, 20.0)
    longer, shorter, *_ = told(
        summary({SV: figures(900, 40.0)}),
        summary({SV: fast}, system="this ACD, unchanged"),
        summary({SV: slow}, system="as recorded"),
    )
    assert longer == (
        "At the 95th percentile callers wait longer with the change than without it "
        "in Swedish (40 s against 20 s); shorter in none."
    )
    assert shorter == (
        "At the 95th percentile callers wait longer with this ACD than they really did "
        "in none of the languages often called; shorter in Swedish (40 s against 1 min 30 s)."
    )


def test_who_waits_longer_is_not_said_where_it_is_equal_or_not_known() -> None:
    mine = summary({SV: figures(900, 40.1), AR: figures(300), SO: figures(100), UZ: figures(99)})
    other = summary(
        {SV: figures(900, 40.4), AR: turned_away(300), SO: figures(99), UZ: figures(99, 900.0)},
        system="app_queue",
    )
    assert told(mine, other)[0] == (
        "At the 95th percentile callers wait longer with this ACD than with app_queue "
        "in none of the languages often called; shorter in none; alike in Swedish (40 s); "
        "nothing can be compared in Arabic and Somali."
    )
    nothing = summary({SV: figures(99)}, system="app_queue")
    assert told(mine, nothing)[0].startswith("Callers wait")


def test_the_findings_are_ours_with_the_others_behind() -> None:
    assert told(ours(), theirs(), theirs("as recorded"))[2:] == [
        "Callers wait 13 s on average; with app_queue 30 s; really 30 s.",
        "5.0 % of callers give up; with app_queue 5.0 %; really 5.0 %.",
        "The lowest service level of any language often called is 90.0 % (Arabic); "
        "with app_queue 90.0 % (Arabic); really 90.0 % (Arabic).",
        "A caller was passed over for one further back in line, though the same nurse could have "
        "served both by each system’s own rules: never; "
        "with app_queue 1,234 times (111.8 per 1,000 calls); "
        "really 1,234 times (111.8 per 1,000 calls).",
        "Nurses stood free for 0 s while a caller waited whom they could serve by each system’s "
        "own rules; with app_queue 1 h 2 min; "
        "really 1 h 2 min (counting only callers who were kept back).",
    ]


def test_a_finding_leaves_out_a_system_whose_number_is_missing() -> None:
    assert told(ours(), nobody_called())[0] == "Callers wait 13 s on average."


def test_one_inversion_is_one_time() -> None:
    one = summary({SV: figures(1000)}, inversions={SV: 1})
    assert (
        "A caller was passed over for one further back in line, though the same nurse could "
        "have served both by its own rules: 1 time (1 per 1,000 calls)."
    ) in told(one)


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
