"""Callers of a line that is closed: over real SIP, none of them is lost."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from callcenter.acd.contact import Contact
from callcenter.acd.nurse import NurseState
from callcenter.people_time import STOCKHOLM
from callcenter.softphone.phone import CallState
from language_routing.words import WEEKDAYS
from tests.e2e.center import Center, until
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

_A_DAY = 86_400_000


@pytest.fixture(scope="module")
def _closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """Somali, Arabic and Finnish are open on one day alone, which is neither near nor far."""
    today = datetime.fromtimestamp(time.time(), STOCKHOLM).weekday()
    day = WEEKDAYS[(today + 3) % 7]
    rules = {"so": "language", "ar": "interpreter", "fi": "callback"}
    lines = {
        tag: {
            "hours": [{"days": day, "from": "10:00", "to": "11:00"}],
            "holidays": True,
            "closed": {rule: "sv"},
        }
        for tag, rule in rules.items()
    }
    folder = tmp_path_factory.mktemp("hours")
    site = write(folder / "site.yaml", demo(lines=lines))
    with Center(folder / "home", site) as center:
        yield center


@pytest.fixture
def closed(_closed: Center) -> Iterator[Center]:
    _closed.hang_up_all()
    yield _closed
    _closed.hang_up_all()


def only(center: Center) -> Contact:
    (contact,) = center.contacts()
    return contact


def test_a_closed_line_leads_into_another_languages_line(closed: Center) -> None:
    nurse = closed.on_duty("n001")
    closed.call("so")
    nurse.wait_for_call(30)
    nurse.answer()
    closed.until_state("n001", NurseState.TALKING)
    contact = only(closed)
    assert (contact.language, contact.wanted, contact.interpreter) == ("sv", "so", False)


def test_a_closed_line_with_an_interpreter_rings_any_nurse_at_once(closed: Center) -> None:
    nurse = closed.on_duty("n012")
    closed.call("ar")
    nurse.wait_for_call(30)
    nurse.answer()
    closed.until_state("n012", NurseState.TALKING)
    contact = only(closed)
    assert (contact.language, contact.interpreter) == ("ar", True)


def test_a_closed_line_that_rings_back_says_so_and_owes_the_call(closed: Center) -> None:
    closed.on_duty("n006")  # speaks Finnish, and is not rung out of hours
    before = {debt.contact for debt in closed.board.owed}
    _, call = closed.call("fi", number="+46701740691")
    call.wait(CallState.ENDED, 60)
    until(lambda: not closed.contacts(), 30, "the contact is still there")
    (debt,) = (debt for debt in closed.board.owed if debt.contact not in before)
    assert debt.language == "fi"
    assert debt.callback_at is not None
    assert 2 * _A_DAY < debt.callback_at - debt.since < 4 * _A_DAY
    assert closed.nurse("n006").state is NurseState.READY
    assert debt.contact in closed.callcenter("owed", "--json")


def test_a_caller_without_a_number_stands_in_the_other_line_instead(closed: Center) -> None:
    nurse = closed.on_duty("n001")
    closed.call("fi", number="anonymous")
    nurse.wait_for_call(30)
    contact = only(closed)
    assert (contact.language, contact.wanted) == ("sv", "fi")
