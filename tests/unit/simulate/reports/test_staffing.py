"""What Erlang C asks for, beside what was."""

from callcenter.simulate.reports import staffing
from callcenter.simulate.scenarios.advice import Advice
from tests.unit.simulate.reports.summaries import AR, SV, UZ, advice, figures, summary

ADVICE = [
    advice(AR, 16, needed=3, on_duty=2.0),
    advice(SV, 16, needed=8, on_duty=9.5, calls=90.0),
    advice(AR, 17, needed=5, on_duty=2.5),
    advice(SV, 17, needed=9, on_duty=9.0 - 1e-9, calls=95.5),
    advice(AR, 18, needed=None, on_duty=0.0, calls=0.0),
    advice(UZ, 16, needed=None, on_duty=1.0, calls=0.0),
]
LEVELS = [figures(100, level=0.5 if number == 17 else 0.9) for number in range(48)]
OURS = summary({AR: figures(4800)}, by_half_hour={AR: LEVELS})


def test_shortages_are_told_by_language_with_the_widest_gap() -> None:
    assert staffing.shortages(ADVICE) == (
        "Half-hours with fewer nurses on duty than Erlang C asks for: "
        "Arabic in 2 of 3, most at 08:30 (5 needed, 2.5 on duty)."
    )


def test_enough_nurses_are_told_too() -> None:
    assert staffing.shortages([advice(SV, 3, needed=2, on_duty=2.0)]) == (
        "In every half-hour at least as many nurses are on duty as Erlang C asks for."
    )


def test_more_calls_than_can_be_reckoned_with_are_never_told_as_enough_nurses() -> None:
    flood = advice(AR, 16, needed=None, on_duty=9.0, calls=1e6)
    beyond = (
        "Half-hours with more than 2,000 calls in progress at once, which need more than "
        "2,000 nurses; how many is not reckoned: Arabic in 1 of "
    )
    enough, short = (advice(AR, 17, needed=2, on_duty=nurses) for nurses in (2.0, 1.0))
    assert staffing.shortages([flood]) == f"{beyond}1."
    assert staffing.shortages([flood, enough]) == (
        f"{beyond}2. In every other half-hour at least as many nurses are on duty as Erlang C "
        "asks for."
    )
    assert staffing.shortages([flood, short]) == (
        f"{beyond}2. Half-hours with fewer nurses on duty than Erlang C asks for: "
        "Arabic in 1 of 1, most at 08:30 (2 needed, 1 on duty)."
    )


def test_more_calls_than_can_be_reckoned_with_need_more_than_a_number() -> None:
    flood = advice(AR, 16, needed=None, on_duty=9.0, calls=1e6)
    short = advice(AR, 17, needed=2, on_duty=1.0)

    def rows(*found: Advice) -> list[tuple[str, ...]]:
        return [row.cells for row in staffing.staffing(found, OURS).groups[0].rows]

    assert [cells[1:4] for cells in rows(flood)] == [(">2,000", "–", "–")]
    assert [cells[1:4] for cells in rows(flood, short)] == [(">2,000", "1 of 1", "1 at 08:30")]
    (group,) = staffing.half_hours([flood], OURS).groups
    assert group.rows[0].cells[1] == ">2,000"


def test_the_service_level_beside_one_days_nurses_is_of_all_days() -> None:
    by_language, by_half_hour = staffing.staffing(ADVICE, OURS), staffing.half_hours(ADVICE, OURS)
    levels = [by_language.heads[-2], by_language.heads[-1], by_half_hour.heads[-1]]
    assert all(head.text.endswith("over all days of the run") for head in levels)


def test_a_language_has_its_service_level_in_the_short_half_hours_and_otherwise() -> None:
    (group,) = staffing.staffing(ADVICE, OURS).groups
    found = {row.label: [cell.replace("\u00a0", " ") for cell in row.cells] for row in group.rows}
    assert found == {
        "Swedish": ["186", "9", "0 of 2", "–", "–", "–"],
        "Arabic": ["20", "5", "2 of 3", "2.5 at 08:30", "70.0 %", "90.0 %"],
    }


def test_every_half_hour_stands_in_the_order_of_time() -> None:
    swedish, arabic = staffing.half_hours(ADVICE[::-1], OURS).groups
    assert [row.label for row in swedish.rows] == ["08:00", "08:30"]
    assert [[cell.replace("\u00a0", " ") for cell in row.cells] for row in arabic.rows] == [
        ["10", "3", "2", "1", "90.0 %"],
        ["10", "5", "2.5", "2.5", "50.0 %"],
        ["0", "–", "0", "–", "90.0 %"],
    ]


def test_the_aim_is_the_share_and_the_target() -> None:
    assert staffing.aim(ADVICE).replace("\u00a0", " ") == (
        "80 % of callers are answered within 3 min"
    )
    assert staffing.aim([]) == "callers are answered in time"
