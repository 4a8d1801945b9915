"""What a flow is told of its caller, and what is carried from visit to visit."""

import time

import pytest

from callcenter.asterisk.visit import (
    Occasion,
    Outlook,
    count_of,
    is_sampled,
    telling_of,
    told_of,
)
from ivr_flows.facts import Facts, Wait
from ivr_flows.telling import is_news, telling
from tests.unit.asterisk.scripted_view import CONTACT, InLine, ScriptedView

WAIT = Wait(place=3, low_ms=300_000, high_ms=600_000)
BEFORE = Wait(place=5, low_ms=400_000, high_ms=900_000)
IN_LINE = Occasion(
    entry="public", contact=CONTACT, phase="line", caller="known", priority_class="public",
    visit=2, key="*", told=BEFORE,
)  # fmt: skip
NEW_IN_LINE = Occasion(entry="public", contact=CONTACT, phase="line")


def test_the_facts_are_those_of_the_occasion_and_of_the_view() -> None:
    view = ScriptedView(
        InLine(wait=WAIT, offered=True, priority_class="red_flag"),
        level="high",
        messages={"sv": "m-1/sv"},
    )
    assert Outlook(IN_LINE, view).look() == Facts(
        caller="known", surge="high", priority_class="red_flag", messages={"sv": "m-1/sv"},
        visit=2, key="*", wait=WAIT, told=BEFORE, offered=True,
    )  # fmt: skip


def test_what_was_told_is_what_the_next_look_compares_with() -> None:
    outlook = Outlook(IN_LINE, ScriptedView(InLine(wait=WAIT)))
    outlook.look()
    time.sleep(0.02)
    found = outlook.told_now()
    assert found is not None
    assert found[:2] == (InLine(wait=WAIT), WAIT)
    assert 20 <= found[2] < 5_000
    assert outlook.look().told == WAIT


def test_an_unknown_wait_leaves_what_was_told_before() -> None:
    outlook = Outlook(IN_LINE, ScriptedView(InLine(wait=None)))
    assert outlook.look().wait is None
    assert not outlook.knows_wait
    assert outlook.told_now() is None
    assert outlook.look().told == BEFORE


def test_nobody_s_wait_is_asked_for_before_the_line_or_after_the_call() -> None:
    view = ScriptedView(InLine(wait=WAIT))
    for phase in ("entry", "after"):
        occasion = Occasion(entry="public", contact=CONTACT, phase=phase)
        assert Outlook(occasion, view).look(patiently=True).wait is None
    assert view.asked == 0


def test_who_is_new_in_line_is_waited_for_only_when_it_is_asked_for() -> None:
    view = ScriptedView(InLine(wait=WAIT), unknown=2)
    outlook = Outlook(NEW_IN_LINE, view)
    assert outlook.look().wait is None
    assert outlook.look(patiently=True).wait == WAIT


def test_patience_with_a_view_that_knows_nothing_is_short() -> None:
    began = time.monotonic()
    assert Outlook(NEW_IN_LINE, ScriptedView()).look(patiently=True).wait is None
    assert 0.3 <= time.monotonic() - began < 5


def test_a_later_visit_does_not_wait_for_the_view() -> None:
    view = ScriptedView()
    Outlook(IN_LINE, view).look(patiently=True)
    assert view.asked == 1


@pytest.mark.parametrize(
    "text", ["", "3", "3-4", "a-1-2", "3-1-2-4", "-1-2-3", "3-1-" + "9" * 10, "3-1-2-so"]
)
def test_what_is_no_telling_is_none(text: str) -> None:
    assert told_of(text) is None


def test_whoever_was_told_that_it_is_soon_was_told_no_place() -> None:
    soon = Wait(place=1, low_ms=0, high_ms=20_000, soon=True)
    told = told_of(telling_of(soon))

    assert told == soon
    assert not is_news(Facts(visit=1, wait=soon, told=told))
    assert [say.prompt for say in telling(Facts(wait=WAIT, told=told), "sv")] == [
        "place",
        "wait-range",
    ]


def test_the_dialplan_s_texts_are_read() -> None:
    assert told_of(telling_of(WAIT)) == WAIT
    assert told_of("3-300000-600000") == WAIT
    assert [count_of(text) for text in ("0", "17", "", "x", "-1", "9" * 9)] == [0, 17, 0, 0, 0, 0]


def test_a_tenth_of_all_contacts_are_asked_and_always_the_same_ones() -> None:
    contacts = [f"node1-1791000{n}.{n}" for n in range(5_000)]
    sampled = {contact for contact in contacts if is_sampled(contact, 10)}

    assert 400 < len(sampled) < 600
    assert sampled == {contact for contact in contacts if is_sampled(contact, 10)}
    assert not any(is_sampled(contact, 0) for contact in contacts)
    assert all(is_sampled(contact, 100) for contact in contacts)
    assert not is_sampled("", 100)
