"""After the call: who is asked how it was, what becomes of the answers, and who waits for them."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callcenter.acd.events import ConsentGiven, SurveyScored
from callcenter.acd.nurse import NurseState
from callcenter.asterisk.visit import is_sampled
from callcenter.softphone.phone import CallState, Phone
from tests.e2e.center import Center, until
from tests.e2e.listener import Listener
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STAFF_LINE = "+46846500411"  # its callers are never asked


@pytest.fixture(scope="module")
def _own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("after")
    site = write(folder / "site.yaml", demo(survey={"percent": 100}))
    with Center(folder / "home", site) as center:
        yield center


@pytest.fixture
def center(_own: Center) -> Iterator[Center]:
    """A service that asks everybody whom it may ask."""
    yield _own
    _own.hang_up_all()


@pytest.fixture
def nurse(center: Center) -> Phone:
    return center.on_duty("n001")


def served(center: Center, nurse: Phone, number: str, *, dialled: str = "1177") -> Listener:
    """A caller who talks to her."""
    caller = Listener(center, number, dialled=dialled, visited=True)
    nurse.wait_for_call(30)
    nurse.answer()
    until(
        lambda: (
            center.nurse("n001").state is NurseState.TALKING
            and center.nurse("n001").contact == caller.contact.id
        ),
        30,
        "she does not talk to the caller",
    )
    return caller


def test_who_agrees_is_asked_two_questions_and_the_answers_are_counted_for_nobody(
    center: Center, nurse: Phone
) -> None:
    before = center.position()
    caller = served(center, nurse, "+46701740671")
    nurse.hang_up()
    caller.until_said("survey-ask")
    # She is free meanwhile, and serves the next one.
    center.until_state("n001", NurseState.READY)
    served(center, nurse, "+46701740672")
    assert caller.is_here
    caller.presses("1")
    caller.until_said("survey-recommend")
    caller.presses("4")
    caller.until_said("survey-helped")
    caller.presses("5")
    caller.until_said("survey-thanks")
    caller.call.wait(CallState.ENDED, 30)
    assert caller.call.ended_by == "them"
    until(lambda: not caller.is_here, 30, "a call that has ended is believed in")

    events = center.events(before)
    consents = [event for event in events if isinstance(event, ConsentGiven)]
    assert [(e.contact, e.about, e.given) for e in consents] == [(None, "survey", True)]
    scores = [event for event in events if isinstance(event, SurveyScored)]
    assert [(e.entry_point, e.language, e.question, e.score) for e in scores] == [
        ("public", "sv", "survey-recommend", 4),
        ("public", "sv", "survey-helped", 5),
    ]
    assert caller.contact.id not in str(scores)
    rows: list[dict[str, Any]] = json.loads(center.callcenter("survey", "--json"))
    found = {(row["question"], row["answers"], row["mean"]) for row in rows}
    assert found == {("survey-recommend", 1, 4.0), ("survey-helped", 1, 5.0)}
    shown = center.callcenter("survey")
    assert "survey-recommend" in shown
    assert "4.00" in shown
    assert "survey-helped" in shown


def test_who_does_not_agree_or_hangs_up_in_the_survey_is_counted_as_answered_all_the_same(
    center: Center, nurse: Phone
) -> None:
    before, answered = center.position(), center.tally("answered")
    silent = served(center, nurse, "+46701740673")
    nurse.hang_up()
    center.until_state("n001", NurseState.READY)
    leaves = served(center, nurse, "+46701740674")
    nurse.hang_up()
    leaves.until_said("survey-ask")
    leaves.presses("1")
    leaves.until_said("survey-recommend")
    leaves.phone.hang_up()
    silent.call.wait(CallState.ENDED, 60)
    assert silent.call.ended_by == "them"
    assert not silent.hears("survey-recommend")
    until(lambda: not leaves.is_here and not silent.is_here, 30, "a call is believed in")
    assert not [e for e in center.events(before) if isinstance(e, SurveyScored)]
    assert center.tally("answered") == answered + 2
    center.until_state("n001", NurseState.READY)


def test_who_rings_where_nobody_is_asked_is_hung_up_at_once(center: Center, nurse: Phone) -> None:
    caller = served(center, nurse, "+46701740675", dialled=STAFF_LINE)
    hung_up_at_once(caller, nurse)


def test_who_is_not_among_those_to_be_asked_is_hung_up_at_once(tmp_path: Path) -> None:
    site = write(tmp_path / "site.yaml", demo(survey={"percent": 1}))
    with Center(tmp_path / "home", site) as center:
        nurse = center.on_duty("n001")
        caller = served(center, nurse, "+46701740677")
        while is_sampled(caller.contact.id, 1):  # that one in a hundred
            caller.phone.hang_up()
            center.until_state("n001", NurseState.READY)
            caller = served(center, nurse, "+46701740677")
        hung_up_at_once(caller, nurse)


def test_while_the_ivr_is_dead_the_caller_is_hung_up_at_once(center: Center, nurse: Phone) -> None:
    caller = served(center, nurse, "+46701740676")
    center.control("stop", "ivr")
    try:
        hung_up_at_once(caller, nurse)
    finally:
        center.control("start", "ivr")
    until(lambda: center.alive_again("ivr"), 60, "the ivr is not back")


def hung_up_at_once(caller: Listener, nurse: Phone) -> None:
    before = time.monotonic()
    nurse.hang_up()
    caller.call.wait(CallState.ENDED, 30)
    assert caller.call.ended_by == "them"
    assert caller.call.times[CallState.ENDED] - before < 5  # the question alone takes longer
    assert not caller.hears("survey-ask")
