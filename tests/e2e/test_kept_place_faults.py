"""Something dies while a place is being kept: what the caller hears is what is true.

She hears that her place is kept, and we owe her a call; or she does not, and stands in line
where she stood. Never both, never neither.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from callcenter.acd.contact import ContactState
from callcenter.acd.events import CallStays, NurseReady, PlaceKept
from callcenter.acd.ids import EntryId, NurseId
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState, Phone
from tests.e2e.center import Center, until
from tests.e2e.faults import Fault
from tests.e2e.listener import Listener, stamped

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ANNA, BERTIL = "+46701740631", "+46701740632"


@contextmanager
def standing_still(center: Center, *processes: str) -> Iterator[None]:
    """SIGSTOP, and SIGCONT at the end."""
    pids = [center.living(process) for process in processes]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def asked(anna: Listener, times: int = 1) -> Listener:
    """She has been asked, for the so-manieth time, whether her number is right."""
    anna.presses("1")
    anna.until_said("keep-number", times=times)
    return anna


def words(center: Center, before: EntryId, anna: Listener) -> list[type]:
    """What the journal has about her place, published or not."""
    return [
        type(event)
        for _, event in stamped(center, before)
        if isinstance(event, PlaceKept | CallStays) and event.contact == anna.contact.id
    ]


def debts(center: Center, anna: Listener) -> int:
    return sum(debt.contact == anna.contact.id for debt in center.board.owed)


def stands_where_she_stood(center: Center, anna: Listener, later: Listener) -> None:
    """She does, and is served before who came later."""
    assert anna.call.state is CallState.UP
    until(
        lambda: anna.now.state is ContactState.WAITING and anna.now.dismissed is None,
        60,
        lambda: f"not in line: {anna.now}",
    )
    assert anna.now.arrived == anna.contact.arrived
    assert anna.now.key < later.now.key
    assert not anna.hears("keep-kept")
    assert debts(center, anna) == 0
    nurse = center.on_duty_patiently("n001")
    nurse.wait_for_call(60)
    nurse.answer()
    assert center.until_state("n001", NurseState.TALKING).contact == anna.contact.id


def what_she_hears_is_so(center: Center, anna: Listener, later: Listener) -> None:
    """Whichever of the two it is."""
    heard = anna.until_said("keep-kept", "keep-refused", "still-in-line").heard.sound
    if heard != "sv/keep-kept":
        stands_where_she_stood(center, anna, later)
        return
    anna.call.wait(CallState.ENDED, 60)
    until(lambda: not anna.is_here, 60, "a call that has ended is believed in")
    assert debts(center, anna) == 1
    assert not anna.hears("keep-refused", "still-in-line")
    nurse = center.on_duty_patiently("n001")
    nurse.wait_for_call(60)
    assert center.nurse("n001").contact == later.contact.id


@pytest.fixture
def anna(center: Center) -> Listener:
    return Listener(center, ANNA)


@pytest.fixture
def later(center: Center, anna: Listener) -> Listener:
    """Who came after her; she has asked to keep her place meanwhile."""
    bertil = Listener(center, BERTIL)
    asked(anna)
    return bertil


def test_the_ivr_dies_while_the_number_is_confirmed_and_the_caller_keeps_her_place_in_line(
    center: Center, anna: Listener, later: Listener
) -> None:
    before = center.position()
    center.kill("ivr")
    anna.until_music()
    assert words(center, before, anna) == []
    until(lambda: center.alive_again("ivr"), 60, "the ivr is not back")
    assert not anna.hears("keep-kept", "keep-refused")
    asked(anna, times=2).presses("3")  # the IVR that came after it knows nothing of that
    anna.until_said("still-in-line")
    stands_where_she_stood(center, anna, later)


def test_the_ivr_stands_still_before_it_can_confirm_and_the_place_is_not_kept(
    center: Center, anna: Listener, later: Listener
) -> None:
    before = center.position()
    with ExitStack() as ivr:
        with standing_still(center, "router", "standby"):  # so that it is not durable yet
            anna.presses("1")
            until(lambda: words(center, before, anna) == [PlaceKept], 30, "she cannot ask")
            ivr.enter_context(standing_still(center, "ivr"))
        # Nobody tells her. The dialplan's own timer has it undone.
        until(lambda: words(center, before, anna) == [PlaceKept, CallStays], 30, "it is not undone")
        anna.until_music()
    until(lambda: center.alive_again("ivr"), 60, "the service is not back")
    stands_where_she_stood(center, anna, later)
    assert not anna.hears("keep-refused")


@pytest.mark.parametrize("first", ["she presses the key", "Redis stops"])
def test_redis_stands_still_at_that_moment_and_what_the_caller_hears_is_so(
    center: Center, anna: Listener, later: Listener, first: str
) -> None:
    fault = Fault(victim="redis", stopped_s=6)
    if first == "she presses the key":
        anna.presses("1")
    with fault.strike(center):
        if first == "Redis stops":
            anna.presses("1")
    until(lambda: center.alive_again("redis"), 60, "the service is not back")
    what_she_hears_is_so(center, anna, later)


@pytest.mark.parametrize("victim", ["leader", "gateway", "redis"])
def test_a_part_is_killed_at_that_moment_and_what_the_caller_hears_is_so(
    center: Center, anna: Listener, later: Listener, victim: str
) -> None:
    anna.presses("1")
    with Fault(victim=victim).strike(center) as struck:
        pass
    until(lambda: center.alive_again(struck), 60, "the service is not back")
    what_she_hears_is_so(center, anna, later)


def test_a_nurse_is_found_at_that_very_moment_and_the_caller_talks_to_her(
    center: Center, anna: Listener, later: Listener
) -> None:
    nurse = center.phone("n001")
    before = center.position()
    with standing_still(center, "router", "standby"):
        center.append(NurseReady(nurse=NurseId("n001"), actor="test"))
        anna.presses("1")
        until(lambda: words(center, before, anna) == [PlaceKept], 30, "she cannot ask")
    talks_and_is_owed_nothing(center, anna, nurse)
    assert later.now.state is ContactState.WAITING


def test_a_nurse_is_found_while_the_number_is_confirmed_and_the_caller_talks_to_her(
    center: Center, anna: Listener, later: Listener
) -> None:
    before = center.position()
    talks_and_is_owed_nothing(center, anna, center.on_duty("n001"))
    assert words(center, before, anna) == []
    assert later.now.state is ContactState.WAITING


def talks_and_is_owed_nothing(center: Center, anna: Listener, nurse: Phone) -> None:
    nurse.wait_for_call(30)
    nurse.answer()
    assert center.until_state("n001", NurseState.TALKING).contact == anna.contact.id
    assert anna.now.dismissed is None
    assert not anna.hears("keep-kept", "keep-refused")
    anna.phone.hang_up()
    until(lambda: not anna.is_here, 30, "a call that has ended is believed in")
    assert debts(center, anna) == 0
