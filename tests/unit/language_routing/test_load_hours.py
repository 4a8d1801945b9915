"""Hours, night and holidays from YAML."""

from datetime import date
from pathlib import Path

import pytest

from language_routing.calendars import day_number
from language_routing.hours import Hours, Span
from language_routing.load_hours import load_calendar, load_hours, load_night
from language_routing.yaml_lines import Located, YamlError


def node(folder: Path, text: str) -> Located:
    path = folder / "site.yaml"
    path.write_text("x:\n" + text + "\n")
    return Located.read(path).mapping()["x"]


def hours(folder: Path, *items: str) -> Hours:
    return load_hours(node(folder, "\n".join(f"  - {{{item}}}" for item in items)), holidays=False)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("mon", [0]),
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("sat-sun", [5, 6]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
        ("[mon, wed, sat-sun]", [0, 2, 5, 6]),
    ],
)
def test_days_are_names_ranges_or_a_list(tmp_path: Path, days: str, expected: list[int]) -> None:
    found = hours(tmp_path, f'days: {days}, from: "08:00", to: "12:30"')
    assert found.spans == tuple(Span(weekday=day, opens=480, closes=750) for day in expected)


def test_spans_come_in_the_order_of_the_week_and_may_touch(tmp_path: Path) -> None:
    found = hours(
        tmp_path,
        'days: fri, from: "00:00", to: "24:00"',
        'days: mon, from: "12:00", to: "17:00"',
        'days: mon, from: "08:00", to: "12:00"',
    )
    assert [(s.weekday, s.opens, s.closes) for s in found.spans] == [
        (0, 480, 720), (0, 720, 1020), (4, 0, 1440),
    ]  # fmt: skip


def test_hours_may_go_on_when_others_end(tmp_path: Path) -> None:
    found = hours(
        tmp_path,
        'days: mon, from: "08:00", to: "12:00"',
        'days: mon, from: "12:00", to: "17:00"',
    )
    assert [(s.opens, s.closes) for s in found.spans] == [(480, 720), (720, 1020)]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ('days: mon, from: "17:00", to: "08:00"', "closes at 08:00, not after it opens (17:00)"),
        ('days: mon, from: "08:00", to: "08:00"', "closes at 08:00, not after it opens"),
        ('days: mån, from: "08:00", to: "09:00"', "day mån is unknown; known: mon, tue"),
        ('days: mon-, from: "08:00", to: "24:01"', 'a time from "00:00" to "24:00"'),
        ('days: mon-abc, from: "08:00", to: "09:00"', "day abc is unknown"),
        ('days: fri-mon, from: "08:00", to: "09:00"', "runs over the end of the week"),
        ('days: [mon, mon-tue], from: "08:00", to: "09:00"', "Monday is given twice"),
        ('days: mon, from: 8, to: "09:00"', 'a time from "00:00" to "24:00"'),
        ('days: mon, from: "08:60", to: "09:00"', 'a time from "00:00" to "24:00"'),
        ('days: mon, from: "8:00", to: "09:00"', 'a time from "00:00" to "24:00"'),
        ('days: mon, from: "٠٨:٠٠", to: "09:00"', 'a time from "00:00" to "24:00"'),
        ('days: mon, from: "08:00"', "to is missing"),
        ('days: mon, at: "08:00"', "at is not known here"),
        ('days: wed-sun, from: "21:59", to: "23:00"', "overlaps the hours 20:00-22:00 on Thursday"),
        ('days: thu, from: "19:00", to: "20:01"', "overlaps the hours 20:00-22:00 on Thursday"),
        ('days: thu, from: "20:30", to: "21:00"', "overlaps the hours 20:00-22:00 on Thursday"),
        ('days: daily, from: "00:00", to: "24:00"', "overlaps the hours 20:00-22:00 on Thursday"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused_at_their_line(
    tmp_path: Path, item: str, words: str
) -> None:
    with pytest.raises(YamlError) as caught:
        hours(tmp_path, 'days: thu, from: "20:00", to: "22:00"', item)
    assert words in str(caught.value)
    assert ":3: " in str(caught.value)


def test_night_is_two_times(tmp_path: Path) -> None:
    assert load_night(node(tmp_path, '  {from: "22:00", to: "07:00"}')) == (1320, 420)
    assert load_night(node(tmp_path, '  {from: "00:00", to: "23:59"}')) == (0, 1439)
    assert load_night(None) == (0, 0)
    for wrong in ('{from: "22:00", to: "22:00"}', '{from: "22:00", to: "24:00"}', "late"):
        with pytest.raises(YamlError, match=r"site\.yaml:2: "):
            load_night(node(tmp_path, "  " + wrong))


def test_holidays_are_swedens_with_eves_and_days_of_ones_own(tmp_path: Path) -> None:
    plain = load_calendar(None, holidays=True)
    assert load_calendar(node(tmp_path, "  {country: SE}"), holidays=True) == plain
    more = load_calendar(
        node(tmp_path, '  {country: SE, eves: true, also: ["2026-06-05"]}'), holidays=True
    )
    for day in (date(2026, 6, 5), date(2026, 12, 24)):
        assert more.is_holiday(day_number(day))
        assert not plain.is_holiday(day_number(day))


@pytest.mark.parametrize(
    "wrong",
    [
        "{country: NO}", "{also: ['2026-06-05']}", "{country: SE, also: ['2026-6-5']}",
        "{country: SE, also: ['20260605']}", "{country: SE, also: ['2026-02-30']}",
        "{country: SE, also: ['2051-01-01']}", "{country: SE, also: ['2026-06-05', '2026-06-05']}",
        "{country: SE, eves: some}",
    ],
)  # fmt: skip
def test_holidays_that_are_none_are_refused_at_their_line(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(YamlError, match=r"site\.yaml:2: "):
        load_calendar(node(tmp_path, "  " + wrong), holidays=True)
