"""How figures are written for people."""

import pytest

from callcenter.simulate.reports import shown
from tests.unit.simulate.reports.summaries import (
    AR,
    NOBODY,
    SO,
    SV,
    UZ,
    figures,
    nobody_called,
    summary,
)  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"), (0.0, "0 s"), (0.04, "<0.1 s"), (3.21, "3.2 s"), (9.96, "10 s"),
        (40.4, "40 s"), (59.6, "1 min"), (370.0, "6 min 10 s"), (3599.8, "1 h"),
        (3899.0, "1 h 5 min"), (403_210.0, "112 h"),
    ],
)  # fmt: skip
def test_a_wait_is_told_in_the_units_that_matter(seconds: float | None, text: str) -> None:
    assert plain(shown.wait(seconds)) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"), (0.0, "0 %"), (0.0004, "<0.1 %"), (0.853, "85.3 %"), (0.29, "29.0 %"),
        (0.99999, "99.9 %"), (1.0, "100 %"),
    ],
)  # fmt: skip
def test_a_share_is_cut_and_never_rounded_up(share: float | None, text: str) -> None:
    assert plain(shown.percent(share)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.0, "0:00:00"), (0.2, "<0:00:01"), (3723.0, "1:02:03"), (4e6, "1,111:06:40")],
)
def test_a_long_span_is_hours_minutes_and_seconds(seconds: float | None, text: str) -> None:
    assert shown.long_span(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1 day"),
        (29.96, "30 days"),
        (0.5, "12 h"),
        (75 / 86_400, "1 min 15 s"),
        (1.04, "1 day"),
        (1.5, "1.5 days"),
    ],
)
def test_a_day_of_a_clock_change_is_a_day_too(value: float, text: str) -> None:
    assert plain(shown.days(value)) == text


def test_half_hours_are_clock_times_and_large_numbers_have_separators() -> None:
    assert [shown.half_hour(number) for number in (0, 17, 47)] == ["00:00", "08:30", "23:30"]
    assert [shown.count(value) for value in (None, 0, 12345.4)] == ["–", "0", "12,345"]
    assert [shown.decimal(value) for value in (None, 3.0, 1234.56)] == ["–", "3", "1,234.6"]


@pytest.mark.parametrize(
    ("parts", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")],
)
def test_what_is_told_together_is_joined_as_in_a_sentence(parts: list[str], text: str) -> None:
    assert shown.and_then(parts) == text


def test_languages_stand_in_the_order_of_their_calls_and_silent_ones_are_left_out() -> None:
    mine = summary({UZ: NOBODY, AR: figures(50), SV: figures(500)})
    other = summary({SO: figures(5), SV: figures(500)})
    assert shown.languages([mine, other]) == [SV, AR, SO]


def test_a_language_of_few_calls_is_not_drawn_unless_there_is_no_other() -> None:
    assert shown.often_called([summary({SV: figures(500), AR: figures(99)})]) == [SV]
    assert shown.often_called([summary({SV: figures(9), AR: figures(99)})]) == [AR, SV]
    assert shown.often_called([nobody_called()]) == []


def test_waits_of_several_half_hours_are_weighed_by_those_who_stood_in_line() -> None:
    half_refused = figures(200, mean=10.0, refused=0.5)
    assert shown.mean_wait([figures(300, mean=50.0), half_refused, NOBODY]) == pytest.approx(40.0)
    assert shown.mean_wait([NOBODY]) is None


def test_service_levels_of_several_half_hours_are_weighed_by_the_answers() -> None:
    parts = [figures(400, level=1.0, answered=0.75), figures(100, level=0.2, answered=1.0), NOBODY]
    assert shown.service_level(parts) == pytest.approx(0.8)
    assert shown.service_level([]) is None
