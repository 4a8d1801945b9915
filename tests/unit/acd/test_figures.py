"""Each figure by its definition, worked out by hand; and nothing divided by zero."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from callcenter.acd import figures
from callcenter.acd.ids import NurseId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.stats import Figures
from callcenter.acd.tally import HALF_HOUR, Staffed, Tally
from language_routing.languages import Language

SV, AR = Language("sv"), Language("ar")
START = 986_112 * HALF_HOUR


def morning() -> Tally:
    """40 answered (30 in time), 10 gave up (4 in time), 6 more at once; 8 talked."""
    tally = Tally(
        language=SV, priority_class="public", queued=60, answered_within=30, abandoned=10,
        abandoned_within=4, abandoned_short=6, cut_off=2, withdrawn=1, refused=1,
        talks=8, talk_sum=800_000, wraps=6, wrap_sum=80_000, hand_overs=4, hand_over_sum=90,
        estimated_within=27, estimated_early=9, estimated_late=4,
    )  # fmt: skip
    for wait in [4_000] * 20 + [25_000] * 15 + [90_000] * 5:
        tally.answered_after(wait)
    return tally


EACH: list[tuple[Callable[[Tally], float | int | None], float | Fraction]] = [
    (figures.service_level, Fraction(30, 40)),
    (figures.service_level_of_all, Fraction(30 + 4, 40 + 10)),
    (figures.speed_of_answer, (20 * 4_000 + 15 * 25_000 + 5 * 90_000) // 40),
    (figures.abandonment, Fraction(10, 50)),
    (figures.handle_time, 110_000),
    (figures.within_estimate, Fraction(27, 40)),
    (figures.hand_over, 22),
]


@pytest.mark.parametrize(
    ("figure", "expected"), EACH, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_figure_follows_its_definition(
    figure: Callable[[Tally], float | int | None], expected: float | Fraction
) -> None:
    assert figure(morning()) == pytest.approx(float(expected), abs=0.000_001)


@pytest.mark.parametrize("figure", [figure for figure, _ in EACH], ids=lambda f: f.__name__)
def test_there_is_no_figure_of_nothing(figure: Callable[[Tally], float | int | None]) -> None:
    assert figure(Tally(language=SV, priority_class="public", queued=3, abandoned_short=2)) is None


@pytest.mark.parametrize(
    ("percent", "bound"), [(1, 5_000), (50, 5_000), (51, 30_000), (87, 30_000), (88, 120_000)]
)
def test_a_percentile_is_the_least_bound_that_holds_so_many(percent: int, bound: int) -> None:
    assert figures.answered_by(morning(), percent) == bound


def test_whoever_was_moved_stood_in_line_once() -> None:
    left = Tally(language=SV, priority_class="public", queued=3, moved=1)
    taken = Tally(language=AR, priority_class="public", queued=1)
    assert [figures.stood_in_line(t) for t in (left, taken)] == [2, 1]
    assert figures.stood_in_line(figures.added_up([left, taken])) == 3


def test_a_percentile_beyond_the_last_bound_is_not_made_up() -> None:
    tally = Tally(language=SV, priority_class="public")
    assert figures.answered_by(tally, 90) is None
    tally.answered_after(1_000)
    tally.answered_after(9_000_000)
    assert figures.answered_by(tally, 50) == 5_000
    assert figures.answered_by(tally, 51) is None


def test_occupancy_knows_no_pauses() -> None:
    worked = Staffed(
        language=SV, ready=4_000, ringing=1_000, talking=10_000, wrap_up=5_000, not_ready=99_000
    )
    assert figures.occupancy(worked) == pytest.approx(0.8)
    assert figures.occupancy(Staffed(language=SV, not_ready=5)) is None
    assert figures.occupancy(Staffed(language=SV, ready=5)) == 0


def test_a_sum_has_the_shares_of_all_its_parts_together() -> None:
    idle = Tally(language=AR, priority_class="staff", answered=10)
    total = figures.added_up([morning(), idle])
    assert figures.service_level(total) == pytest.approx(30 / 50)
    assert (total.queued, total.hand_overs) == (60, 4)


def test_a_state_that_lasts_counts_up_to_now_and_changes_nothing() -> None:
    kept = Figures()
    kept.staffed((SV,), "ready", START, START + 1_000)
    states = {
        "n1": (NurseState.TALKING, START - 2_000),
        "n2": (NurseState.SIGNED_OUT, 0),
        "n3": (NurseState.READY, START + 4_000),
    }
    nurses = [
        Nurse(id=NurseId(name), languages=(SV, AR), state=state, since=since)
        for name, (state, since) in states.items()
    ]
    before = kept.save()
    found = figures.staffed_until(kept, nurses, START + 5_000)
    assert {(s.since, s.language): (s.ready, s.talking) for s in found} == {
        (START - HALF_HOUR, None): (0, 2_000),
        (START - HALF_HOUR, AR): (0, 2_000),
        (START - HALF_HOUR, SV): (0, 2_000),
        (START, None): (2_000, 5_000),
        (START, AR): (1_000, 5_000),
        (START, SV): (2_000, 5_000),
    }
    assert kept.save() == before


def test_a_pause_that_has_lasted_for_years_is_no_more_than_a_day_of_half_hours() -> None:
    kept = Figures()
    kept.retire(START)
    nurse = Nurse(id=NurseId("n1"), languages=(SV,), state=NurseState.NOT_READY, since=0)
    found = figures.staffed_until(kept, [nurse], START)
    assert len([row for row in found if row.language is None]) == 49
    assert figures.worked(row for row in found if row.language == SV).not_ready == START
