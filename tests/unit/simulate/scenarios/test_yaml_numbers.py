"""Numbers and dates of a scenario: read as written, refused with the line."""

from datetime import date
from pathlib import Path

import pytest

from callcenter.simulate.scenarios.demand import Dates
from callcenter.simulate.scenarios.yaml_numbers import (
    dates_of,
    decimal,
    decimals,
    seconds,
    share,
    weekdays_of,
    whole_hour,
)
from language_routing.yaml_lines import Located, YamlError


@pytest.fixture
def node(tmp_path: Path, request: pytest.FixtureRequest) -> Located:
    path = tmp_path / "numbers.yaml"
    path.write_text(f"# first line\n{request.param}\n")
    return Located.read(path)


@pytest.mark.parametrize("node", ["0.25"], indirect=True)
def test_a_number_may_have_decimals(node: Located) -> None:
    assert decimal(node, 0, 1) == share(node) == 0.25
    assert seconds(node, 0, 1) == 250


@pytest.mark.parametrize(
    "node",
    [
        "-1",
        "+1",
        "1e1",
        "nan",
        ".inf",
        "1_0",
        "0x1",
        "1.",
        ".5",
        "٣",
        "1,5",
        "9" * 5000,
        "[1]",
        '""',
    ],
    indirect=True,
)
def test_what_is_no_plain_number_is_refused(node: Located) -> None:
    with pytest.raises(YamlError, match=r"numbers\.yaml:2: "):
        decimal(node, 0, 10**12)


@pytest.mark.parametrize("node", ["1.5"], indirect=True)
def test_a_number_out_of_its_range_is_refused(node: Located) -> None:
    with pytest.raises(YamlError, match=r"numbers\.yaml:2: 1\.5 is not a number from 0 to 1"):
        share(node)
    with pytest.raises(YamlError, match="from 2 to 3"):
        decimal(node, 2, 3)


@pytest.mark.parametrize("node", ["[0, 2.5]"], indirect=True)
def test_a_list_has_exactly_so_many_numbers(node: Located) -> None:
    assert decimals(node, 2, "weights", 10) == (0, 2.5)
    with pytest.raises(YamlError, match="weights has 2 numbers instead of 3"):
        decimals(node, 3, "weights", 10)


@pytest.mark.parametrize(("node", "hour"), [('"08:00"', 8), ('"00:00"', 0)], indirect=["node"])
def test_a_whole_hour_is_read(node: Located, hour: int) -> None:
    assert whole_hour(node) == hour


@pytest.mark.parametrize("node", ["2026-12-24"], indirect=True)
def test_one_date_is_a_first_and_a_last(node: Located) -> None:
    day = date(2026, 12, 24)
    assert dates_of(node) == Dates(first=day, last=day)
    assert day in dates_of(node)
    assert date(2026, 12, 25) not in dates_of(node)


@pytest.mark.parametrize("node", ["2026-12-24/2026-12-26"], indirect=True)
def test_two_dates_are_all_days_between(node: Located) -> None:
    found = dates_of(node)
    inside = [day for day in range(20, 31) if date(2026, 12, day) in found]
    assert inside == [24, 25, 26]


@pytest.mark.parametrize(
    ("node", "days"),
    [
        ("mon", (0,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("daily", (0, 1, 2, 3, 4, 5, 6)),
        ("[sat-sun, wed]", (5, 6, 2)),
    ],
    indirect=["node"],
)
def test_weekdays_are_read_as_in_opening_hours(node: Located, days: tuple[int, ...]) -> None:
    assert weekdays_of(node) == days
