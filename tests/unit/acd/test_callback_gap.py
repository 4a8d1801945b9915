"""Gaps: callbacks after nobody has folded for hours, and after clocks have stepped.

A router that was down finds what came meanwhile in the journal, or nothing if all was down.
Redis's clock that steps is told of (`ClockStepped`); the journal's time never goes back.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from callbacks.callback import CallbackId, CallbackState, DialResult, Done
from callcenter.acd.commands import CallNurse
from callcenter.acd.events import ClockStepped, CommandFailed, GatewayAlive
from callcenter.acd.ids import ContactId, NurseId
from callcenter.worker.check import overlooked
from language_routing.hours import Calendar, Zone
from language_routing.lines import Routing
from tests.unit.acd.promises import HOUR, MINUTE, Promises
from tests.unit.acd.world import NODE

S = CallbackState
NURSES: Final = ("n1", "n2", "n3")
MANY: Final = 40


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def booked(world: Promises, many: int = MANY) -> list[str]:
    """So many over two hours, whose deadlines are in another order than their times; those
    in the order of their deadlines."""
    names = [f"b{n}" for n in range(many)]
    for n, name in enumerate(names):
        world.books(name, after=(n + 1) * 3 * MINUTE, within=(20 + n * 7 % 40) * MINUTE)
    assert all(map(world.known, names))
    return sorted(names, key=lambda name: world.callback(name).deadline)


def serve_all(world: Promises, talk: int = MINUTE) -> list[str]:
    """Every nurse answers what rings, reaches the patient and talks; who was rung, in order."""
    rung: list[str] = []
    ringing = {
        contact.nurse: contact.callback
        for contact in world.board.contacts.values()
        if contact.nurse is not None and contact.callback is not None
    }
    while ringing:
        nurse, name = min(ringing.items(), key=lambda pair: world.callback(pair[1]).deadline)
        del ringing[nurse]
        rung.append(name)
        world.is_reached(name, nurse)
        world.now += talk
        world.is_over(name)
        for callback, other in world.rung():
            assert other is not None
            ringing[other] = CallbackId(callback)
    return rung


@pytest.fixture
def world() -> Promises:
    world = Promises(dict.fromkeys(NURSES, "sv"))
    world.works(*NURSES)
    return world


# -- down for three hours ------------------------------------------------------------------


def test_after_three_hours_late_ones_come_first_by_their_deadlines_and_count_as_late(
    world: Promises,
) -> None:
    for nurse in NURSES:
        world.pauses(nurse)
    order = booked(world)
    world.books("later", after=5 * HOUR)
    gap = world.now + 3 * HOUR
    world.after(3 * HOUR)
    assert world.line() == [f"{name}-1.0" for name in order]
    for nurse in NURSES:
        world.is_ready(nurse)
    assert serve_all(world) == order
    assert all(world.callback(name).talked is not None for name in order)
    assert all((world.callback(name).talked or 0) >= gap for name in order)
    assert (world.counted("b0").late, world.counted("b0").kept) == (MANY, 0)
    assert world.state("later") is S.SCHEDULED
    assert not list(overlooked(world.board, world.now))


def test_nurses_who_were_ready_all_the_time_are_rung_for_the_earliest_deadlines(
    world: Promises,
) -> None:
    order = booked(world)
    world.after(3 * HOUR)
    assert [name for name, _ in world.rung()] == order[:3]
    assert serve_all(world) == order


def test_the_backlog_of_three_hours_is_folded_and_expired_commands_lose_nobody(
    world: Promises,
) -> None:
    """The gateway has gone on telling that it lives; what is decided for then is too late."""
    order = booked(world)
    expired: list[str] = []
    end = world.now + 3 * HOUR
    while world.now < end:
        world.now += 10_000
        world.tell(GatewayAlive(node=NODE))
        expired += [c.id for c in world.commands if isinstance(c, CallNurse)]
    assert expired
    for command in expired:
        world.tell(CommandFailed(command=command, reason="expired"))
    world.see()
    assert not [name for name in order if not world.callback(name).open]
    # No patient's phone has rung, so nobody has used up an attempt.
    assert all(world.callback(name).attempts == () for name in order)
    for nurse in NURSES:
        world.is_ready(nurse)
    served = serve_all(world)
    assert sorted(served) == sorted(order)
    assert len(set(served)) == len(served)
    assert {world.callback(name).done for name in order} == {Done.TALKED}


def test_an_attempt_that_came_due_in_the_gap_is_made_once(world: Promises) -> None:
    world.books(within=2 * HOUR)
    world.after(0)
    world.is_tried(DialResult.BUSY, nurse=str(world.contact("b1-1.0").nurse))
    assert world.state() is S.SCHEDULED
    world.after(3 * HOUR)
    assert len(world.rung()) == 1
    assert len(world.callback().attempts) == 1
    serve_all(world)
    assert (world.state(), world.counted().late) == (S.DONE, 1)


# -- clocks that step ------------------------------------------------------------------------


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_word_of_a_step_rings_nobody_early_and_nobody_twice(world: Promises, by: int) -> None:
    world.books(after=30 * MINUTE)
    world.tell(ClockStepped(by=by))
    world.after(0)
    assert (world.state(), world.rung()) == (S.SCHEDULED, [])
    world.after(30 * MINUTE - 1)
    assert world.state() is S.SCHEDULED
    world.after(1)
    assert world.state() is S.RINGING
    world.tell(ClockStepped(by=-by))
    assert (world.state(), world.rung()) == (S.RINGING, [])
    assert serve_all(world) == ["b1"]
    world.after(2 * HOUR)
    assert (world.state(), world.rung(), world.callback().calls) == (S.DONE, [], 1)


def test_time_that_goes_on_by_an_hour_at_once_rings_each_once(world: Promises) -> None:
    """The clock was set on, and back: the journal's time stays where it has come to."""
    order = booked(world)
    world.now += HOUR
    world.tell(ClockStepped(by=HOUR))
    world.tell(ClockStepped(by=-HOUR))
    due = {name for name in order if world.callback(name).earliest <= world.now}
    assert {name for name in order if world.state(name) is not S.SCHEDULED} == due
    served = serve_all(world)
    assert len(set(served)) == len(served)
    assert due <= set(served)


def test_a_conversation_and_a_ringing_phone_survive_the_step(world: Promises) -> None:
    world.books("b1")
    world.books("b2")
    world.after(0)
    world.is_reached("b1", str(world.contact("b1-1.0").nurse))
    world.now += HOUR
    world.tell(ClockStepped(by=HOUR))
    assert world.state("b1") is S.TALKING
    # How long it has rung nobody knows: the gateway is asked, and nobody else is rung for her.
    assert world.rung() == []
    assert world.contact(str(world.call("b2"))).callback == "b2"


# -- the two clock changes -------------------------------------------------------------------

STOCKHOLM: Final = Zone(
    offset=120, changes=((utc("2026-10-25T01:00"), 60), (utc("2027-03-28T01:00"), 120))
)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-10-25T00:15", "2026-10-25T00:30"),  # half past two, for the first time
        ("2026-10-25T00:45", "2026-10-25T01:30"),  # half past two again
        ("2027-03-28T00:45", "2027-03-28T01:15"),  # quarter past three, half an hour later
    ],
)
def test_around_a_clock_change_it_is_rung_once_and_at_its_instant(now: str, due: str) -> None:
    world = Promises(routing=Routing(calendar=Calendar(zone=STOCKHOLM)), gateway_lost=10**13)
    world.now = utc(now)
    world.see()
    world.works()
    world.books(after=utc(due) - utc(now))
    world.after(utc(due) - utc(now) - 1)
    assert (world.state(), world.rung()) == (S.SCHEDULED, [])
    world.after(1)
    assert world.rung() == [("b1", NurseId("n1"))]
    serve_all(world)
    for _ in range(5):
        world.after(HOUR)
        assert world.rung() == []
    assert (world.callback().calls, world.callback().done) == (1, Done.TALKED)


def test_a_promise_of_two_hours_over_a_clock_change_is_two_hours() -> None:
    world = Promises(routing=Routing(calendar=Calendar(zone=STOCKHOLM)), gateway_lost=10**13)
    world.now = utc("2026-10-25T00:00")
    world.see()
    world.books(within=2 * HOUR)
    world.after(2 * HOUR)  # an hour by the clock on the wall
    world.works()
    serve_all(world, talk=0)
    assert (world.counted().kept, world.counted().late) == (1, 0)
    assert ContactId("b1-1.0") not in world.board.contacts
