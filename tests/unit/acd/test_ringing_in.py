"""A patient whom we are to ring rings in herself."""

import pytest

from callbacks.callback import CallbackId, CallbackState, DialResult, Done
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackMoved, CallbackSettled
from callcenter.acd.events import CommandFailed, OwedClosed, PlaceKept, SwitchLost
from callcenter.acd.ids import ContactId, NodeId, NurseId
from tests.unit.acd.promises import HOUR, MINUTE, Promises

S = CallbackState
AFTER_TALK = CallbackPolicy().after_talk


@pytest.fixture
def world() -> Promises:
    world = Promises({"n1": "sv", "n2": "sv"})
    world.books(after=30 * MINUTE)
    return world


def rings_in(world: Promises, contact: str = "c1", name: str = "b1") -> None:
    world.arrives(contact, caller=f"hash-{name}")
    world.queues(contact)


def settles(nurse: str = "n1") -> CallbackSettled:
    return CallbackSettled(callback=None, reason="rang_in", actor="phone", nurse=NurseId(nurse))


def test_while_she_is_in_line_she_is_not_rung(world: Promises) -> None:
    rings_in(world)
    assert (world.state(), world.callback().held) == (S.DUE, "on_the_phone")
    world.after(40 * MINUTE)
    assert world.state() is S.DUE
    assert not world.board.absent


def test_in_the_menu_she_may_still_be_rung(world: Promises) -> None:
    world.arrives("c1", caller="hash-b1")
    assert world.state() is S.SCHEDULED


def test_her_place_in_line_is_given_up_while_she_stands_there_herself(world: Promises) -> None:
    world.after(30 * MINUTE)
    assert world.line() == ["b1-1.0"]
    rings_in(world)
    assert world.line() == ["c1"]


def test_her_nurse_settles_it(world: Promises) -> None:
    world.works("n1")
    rings_in(world)
    world.connects("c1", "n1")
    assert world.callback().talks_with == "n1"
    assert world.refuses(settles("n2"))
    world.tell(settles())
    callback = world.callback()
    assert (callback.state, callback.done, callback.talked) == (S.DONE, Done.RANG_IN, world.now)
    assert (world.counted().rang_in, world.counted().kept) == (1, 1)


def test_after_the_conversation_there_is_a_while_to_settle_it(world: Promises) -> None:
    world.works("n1")
    rings_in(world)
    world.is_served("c1", "n1")
    callback = world.callback()
    assert (callback.state, callback.held, callback.held_by) == (S.DUE, "talked", None)
    assert callback.due_at == world.now - 60_000 + 30 * MINUTE  # its own time is later
    world.tell(settles())
    assert world.state() is S.DONE


def test_served_and_not_settled_it_stands_again_after_a_while(world: Promises) -> None:
    world.after(30 * MINUTE)
    rings_in(world)
    world.works("n1")
    world.is_served("c1", "n1")
    assert world.callback().due_at == world.now + AFTER_TALK
    world.pauses("n1")
    world.after(AFTER_TALK)
    assert (world.state(), world.line()) == (S.WAITING, ["b1-2.0"])
    assert world.refuses(settles())


def test_who_gives_up_in_line_is_rung_at_her_time_or_at_once(world: Promises) -> None:
    rings_in(world)
    world.hangs_up("c1")
    assert world.callback().due_at == world.now + 30 * MINUTE
    world.after(30 * MINUTE)
    rings_in(world, "c2")
    world.hangs_up("c2")
    world.after(0)
    assert world.state() is S.WAITING


def test_the_key_closes_no_promise_to_an_earlier_patient(world: Promises) -> None:
    world.books("b2", after=30 * MINUTE)
    world.works("n1")
    rings_in(world)
    world.is_served("c1", "n1")
    rings_in(world, "c2", "b2")
    world.connects("c2", "n1")
    world.tell(settles())
    assert (world.state("b1"), world.state("b2")) == (S.DUE, S.DONE)
    world.hangs_up("c2")
    world.queues("c3")  # to whom nothing was promised
    world.connects("c3", "n1")
    assert world.refuses(settles())


def test_two_at_once_are_a_switchboard_and_nobody_holds_anything_back(world: Promises) -> None:
    world.books("b2", caller="hash-b1", twice=True, after=30 * MINUTE)
    rings_in(world, "c1")
    assert [world.state("b1"), world.state("b2")] == [S.DUE, S.DUE]
    rings_in(world, "c2")
    assert [world.callback(name).held_by for name in ("b1", "b2")] == [None, None]
    world.after(30 * MINUTE)
    assert [world.state("b1"), world.state("b2")] == [S.WAITING, S.WAITING]
    rings_in(world, "c3")
    assert [world.state("b1"), world.state("b2")] == [S.WAITING, S.WAITING]


def test_a_number_is_rung_for_one_promise_at_a_time() -> None:
    world = Promises({"n1": "sv", "n2": "sv"})
    world.books("b1")
    world.books("b2", caller="hash-b1", twice=True)
    world.works("n1", "n2")
    world.after(0)
    assert world.state("b1") is S.RINGING
    assert (world.state("b2"), world.callback("b2").held_by) == (S.DUE, "b1-1.0")
    world.is_reached("b1")
    assert world.callback("b2").talks_with == "n1"  # who may settle that one too
    world.is_over("b1")
    assert world.callback("b2").due_at == world.now + AFTER_TALK
    world.after(AFTER_TALK)
    assert world.state("b2") is S.RINGING


def test_a_promise_waits_no_longer_when_the_first_was_not_rung() -> None:
    world = Promises({"n1": "sv", "n2": "sv"})
    world.books("b1")
    world.books("b2", caller="hash-b1", twice=True)
    world.works("n1", "n2")
    world.after(0)
    world.is_tried(DialResult.NO_ANSWER)
    world.after(0)
    assert (world.callback("b1").held_by, world.state("b2")) == ("b2-2.0", S.RINGING)
    assert world.callback("b1").resume == world.now + 10 * MINUTE


def test_who_rings_in_while_a_nurse_looks_is_not_rung_after_it(world: Promises) -> None:
    world.works("n1")
    world.after(30 * MINUTE)
    world.answers()
    rings_in(world)
    world.dials()
    world.fails(DialResult.BUSY)
    assert (world.state(), world.callback().held_by) == (S.DUE, "c1")


# -- what we owe --------------------------------------------------------------------------


def test_a_kept_place_is_taken_up_in_line_and_ends_the_callback() -> None:
    world = Promises()
    name = world.keeps("c1")
    world.after(1)
    assert world.state(name) is S.WAITING
    world.arrives("c2", caller="hash-c1")
    assert world.state(name) is S.WAITING
    world.queues("c2")
    assert (world.state(name), world.callback(name).done) == (S.DONE, Done.RANG_IN)
    assert not world.board.owed
    assert world.line() == ["c2"]


def test_of_a_shared_number_one_place_is_taken_up_and_the_other_is_held() -> None:
    world = Promises()
    world.queues("c1")
    world.arrives("c2", caller="hash-c1")
    world.queues("c2")
    for contact in ("c1", "c2"):
        world.tell(PlaceKept(contact=ContactId(contact)))
        world.hangs_up(contact)
    world.arrives("c3", caller="hash-c1")
    world.queues("c3")
    assert world.state("k-c1") is S.DONE
    assert world.callback("k-c2").open


def test_while_her_phone_is_rung_her_ringing_in_is_the_end_of_it() -> None:
    world = Promises()
    world.works("n1")
    name = world.keeps_busy("c1")
    world.after(1)
    assert world.state(name) is S.RINGING
    world.arrives("c2", caller="hash-c1")
    world.queues("c2")
    assert (world.state(name), world.callback(name).over) == (S.RINGING, True)
    world.is_missed(name)
    assert (world.state(name), world.callback(name).done) == (S.DONE, Done.RANG_IN)


@pytest.mark.parametrize("result", list(DialResult))
def test_whatever_the_ringing_came_to_then(result: DialResult) -> None:
    world = Promises()
    world.works("n1")
    name = world.keeps_busy("c1")
    world.after(1)
    world.answers(name)
    world.tell(OwedClosed(contact=ContactId("c1"), actor="cli:anna", reason="visited"))
    world.dials(name)
    world.fails(result, name)
    assert (world.state(name), world.callback(name).done) == (S.DONE, Done.RANG_IN)


def test_what_people_close_is_rung_no_more() -> None:
    world = Promises()
    name = world.keeps("c1")
    world.tell(OwedClosed(contact=ContactId("c1"), actor="cli:anna", reason="visited"))
    assert world.state(name) is S.DONE
    assert world.shard.next_deadline() is None or world.shard.next_deadline() > world.now + HOUR  # type: ignore[operator]


def test_a_call_on_a_lost_node_holds_nothing_back() -> None:
    world = Promises()
    world.books(after=30 * MINUTE)
    world.arrives("c1", caller="hash-b1", node="node2")
    world.see_node("node2")
    world.arrives("c2", caller="hash-b1", node="node2")
    world.queues("c2")
    assert world.state() is S.DUE
    world.tell(SwitchLost(node=NodeId("node2")))
    world.tell(CallbackMoved(
        callback=CallbackId("b1"), earliest=world.now + MINUTE, latest=world.now + HOUR,
        reason="asks", actor="t",
    ))  # fmt: skip
    world.after(MINUTE)
    assert world.state() is S.WAITING


def test_a_command_that_came_to_nothing_lets_the_other_promise_stand() -> None:
    world = Promises({"n1": "sv"})
    world.works("n1")
    world.books("b1")
    world.books("b2", caller="hash-b1", twice=True)
    world.after(0)
    assert world.callback("b2").held_by == "b1-1.0"
    world.tell(CommandFailed(command=world.offer_of("b1-1.0"), reason="no_channel"))
    assert (world.callback("b2").held_by, world.callback("b2").due_at) == (None, world.now)
