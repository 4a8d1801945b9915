"""How sentences speak of what a report compares."""

import pytest

from callcenter.simulate.reports import systems
from callcenter.simulate.reports.systems import Kind
from callcenter.simulate.summary import Summary
from tests.unit.simulate.reports.summaries import ours, theirs

UNCHANGED, RECORDED = theirs("this ACD, unchanged"), theirs("as recorded")
QUEUES = theirs("app_queue, a queue for each language")
PENALTIES = theirs("app_queue, one queue with penalties")


@pytest.mark.parametrize(
    ("found", "kind", "said"),
    [
        (ours(), Kind.OURS, "with this ACD"),
        (UNCHANGED, Kind.UNCHANGED, "without the change"),
        (RECORDED, Kind.RECORDED, "really"),
        (QUEUES, Kind.APP_QUEUE, "with app_queue (a queue for each language)"),
        (theirs("first come, first served"), Kind.OTHER, "with first come (first served)"),
    ],
)
def test_a_system_is_known_by_how_its_name_begins(found: Summary, kind: Kind, said: str) -> None:
    assert systems.kind(found) is kind
    assert systems.under(found) == said


def test_ours_is_compared_with_rules_with_itself_and_with_what_was() -> None:
    assert [systems.than(ours(), other) for other in (QUEUES, UNCHANGED, RECORDED)] == [
        "with this ACD than with app_queue (a queue for each language)",
        "with the change than without it",
        "with this ACD than they really did",
    ]


def test_app_queue_differs_by_rules_and_by_what_the_simulation_leaves_out() -> None:
    ((name, text),) = systems.differences([ours(), QUEUES, PENALTIES])
    assert name == (
        "app_queue (a queue for each language) and app_queue (one queue with penalties)"
    )
    assert "only the rules differ" in text
    assert "hand-over of some 20\u00a0ms (measured by “make bench ONLY=dispatch”) is not in" in text
    assert "looks once a second are" in text
    assert "A surge shortens wrap-up, stretches the language rings and refuses callers only" in text


def test_what_was_recorded_is_no_simulation_of_rules() -> None:
    (_, unchanged), (_, recorded) = systems.differences([ours(), UNCHANGED, RECORDED])
    assert "simulated without the change" in unchanged
    assert "only the rules differ" not in unchanged
    assert recorded == "what really happened on these days; nothing of it is simulated."


def test_other_rules_are_a_simulation_too() -> None:
    assert [text for _, text in systems.differences([ours(), theirs("fair")])] == [
        "simulated: the same callers came, with the same patience and the same need for talk, "
        "and only the rules differ, and how many ring again after giving up."
    ]
    assert systems.differences([ours()]) == []


def test_order_is_judged_by_the_rules_of_each() -> None:
    assert systems.rules([ours()]) == "its own rules"
    assert systems.rules([ours(), QUEUES]) == "each system’s own rules"


def test_only_beside_a_recording_is_it_said_that_idle_time_is_counted_otherwise() -> None:
    assert systems.kept_back([ours(), QUEUES]) == ""
    assert systems.kept_back([ours(), RECORDED]).startswith(
        "“as recorded”: idle time as the live service counts it, only while a caller was kept back"
    )
