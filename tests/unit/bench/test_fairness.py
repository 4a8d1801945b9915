"""The year's table in README.md."""

import pytest
from msgspec.structs import replace

from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import Caller
from callcenter.simulate.ours import Ours
from callcenter.simulate.summary import Clock, Summary, summarise
from ops.bench.fairness import PAGE, drawn, table
from tests.unit.simulate.noted import call, on_duty
from tests.unit.simulate.pools import AR, SV, Course, policy


@pytest.fixture
def summary() -> Summary:
    callers: list[Caller] = [call(1, 10, talk=90), call(2, 20, patience=65), call(3, 30, talk=1)]
    course = Course(policy({"n1": (SV,)}), callers, on_duty("n1"))
    return summarise(Engine(course, Ours(), Part(0, 1, 0)).run(), "three calls", Clock(0, [(0, 0)]))


def test_a_row_says_how_long_most_wait_and_how_many_give_up(summary: Summary) -> None:
    rows = table([summary] * 4).splitlines()
    assert rows[2].startswith("| Swedish | 3 | **1:10** (33.3 %) | 1:10 (33.3 %) |")
    assert rows[3].startswith("| Arabic | 0 | **–** (–) |")
    assert len({row.count("|") for row in rows}) == 1


def test_a_page_gets_the_table_at_its_mark_and_keeps_the_rest(summary: Summary) -> None:
    page = "before\n<!-- drawn: year -->\n| old |\n| --- |\nafter\n"
    once = drawn(page, [summary] * 4)
    assert once.startswith("before\n<!-- drawn: year -->\n|  | calls |")
    assert once.endswith("|\nafter\n")
    other = replace(summary, by_language={SV: summary.by_language[SV], AR: summary.by_language[AR]})
    assert drawn(once, [other] * 4) == once


def test_a_page_without_the_mark_is_refused(summary: Summary) -> None:
    with pytest.raises(ValueError, match="0 times"):
        drawn("no mark", [summary] * 4)


def test_the_readme_has_a_place_for_it(summary: Summary) -> None:
    assert drawn(PAGE.read_text(), [summary] * 4) != PAGE.read_text()
