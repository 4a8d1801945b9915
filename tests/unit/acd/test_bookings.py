"""Medical callbacks are booked, moved, cancelled and settled."""

import pytest

from callbacks.callback import CallbackId, CallbackState, DialResult, Done, TextKind
from callbacks.policy import CallbackPolicy, Room
from callcenter.acd.callback_events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackMoved,
    CallbackSettled,
    TaskSettled,
    TextSent,
)
from callcenter.acd.ids import ContactId, NurseId
from tests.unit.acd.promises import HOUR, MINUTE, Promises
from tests.unit.acd.world import SV

S = CallbackState


@pytest.fixture
def world() -> Promises:
    return Promises()


def moves(world: Promises, by: int = HOUR, name: str = "b1", **known: object) -> CallbackMoved:
    fields: dict[str, object] = {"latest": world.now + by + HOUR, "reason": "asleep", **known}
    return CallbackMoved(callback=CallbackId(name), earliest=world.now + by, actor="t", **fields)


def cancels(name: str = "b1", actor: str = "cli:anna") -> CallbackCancelled:
    return CallbackCancelled(callback=CallbackId(name), reason="better", actor=actor)


def settles(name: str = "b1") -> CallbackSettled:
    return CallbackSettled(callback=CallbackId(name), reason="visited", actor="cli:anna")


def brings_to(world: Promises, state: CallbackState) -> None:
    """`b1` into this state, by what happens to it."""
    world.books(after=10 * MINUTE if state is S.SCHEDULED else 0)
    if state is S.SCHEDULED:
        return
    if state is S.DUE:
        world.queues("c1")
        world.arrives("c2", caller="hash-b1")
        world.queues("c2")
        return
    world.after(0)
    if state is S.WAITING:
        return
    world.works()
    steps = {S.RINGING: 0, S.PREVIEW: 1, S.DIALLING: 2, S.TALKING: 3}
    for step in (world.answers, world.dials, world.reaches)[: steps[state]]:
        step()


QUIET = [S.SCHEDULED, S.DUE, S.WAITING]
BUSY = [S.RINGING, S.PREVIEW, S.DIALLING, S.TALKING]


# -- booked --------------------------------------------------------------------------


def test_it_is_promised_with_a_deadline_ten_minutes_before_the_promise_ends(
    world: Promises,
) -> None:
    world.books(after=HOUR, within=2 * HOUR)
    callback = world.callback()
    assert callback.state is S.SCHEDULED
    assert (callback.earliest, callback.due_at) == (world.now + HOUR, world.now + HOUR)
    assert (callback.latest, callback.deadline) == (
        world.now + 3 * HOUR, world.now + 3 * HOUR - 10 * MINUTE,
    )  # fmt: skip
    assert (callback.caller, callback.sealed, callback.reason) == (
        "hash-b1", "sealed-b1", "fever",
    )  # fmt: skip
    assert world.shard.next_deadline() == callback.due_at
    assert world.counted().booked == 1


def test_booked_twice_is_booked_once(world: Promises) -> None:
    world.books()
    world.now += 5
    world.books()
    assert world.shard.late == 1
    assert (world.callback().booked, world.counted().booked) == (world.now - 5, 1)


@pytest.mark.parametrize(
    "wrong",
    [{"language": "fi"}, {"within": -MINUTE}, {"after": -2 * HOUR}],
    ids=["no such language", "ends before it begins", "over"],
)
def test_what_cannot_be_kept_is_not_taken(world: Promises, wrong: dict[str, int]) -> None:
    world.books(**wrong)
    assert not world.known()
    assert world.shard.late == 1


def test_a_time_that_began_already_begins_now(world: Promises) -> None:
    world.books(after=-30 * MINUTE)
    assert world.callback().earliest == world.now


def test_one_number_is_booked_twice_only_when_somebody_says_so(world: Promises) -> None:
    world.books("b1", caller="hash")
    world.books("b2", caller="hash")
    assert not world.known("b2")
    world.books("b2", caller="hash", twice=True)
    world.books("b3", caller="hash", twice=True)
    world.books("b4", caller="hash", twice=True)
    assert (world.known("b3"), world.known("b4")) == (True, False)


def test_who_talks_to_somebody_else_just_now_is_booked_only_when_somebody_says_so(
    world: Promises,
) -> None:
    world.queues("c1")
    world.books("b1", caller="hash-c1", contact=ContactId("c1"))  # in that conversation
    assert world.known("b1")
    world.arrives("c2")
    world.queues("c2")
    world.books("b2", caller="hash-c2")
    assert not world.known("b2")
    world.books("b2", caller="hash-c2", twice=True)
    assert world.known("b2")


def test_a_site_that_rings_nobody_books_nothing() -> None:
    world = Promises(callbacks=None)
    world.books()
    assert not world.known()


def full(most: int) -> CallbackPolicy:
    room = Room(language=SV, days=tuple(range(8)), slots=(most,) * 48)
    return CallbackPolicy(room=(room,))


def test_a_full_time_is_taken_for_a_supervisor_alone_and_counted() -> None:
    world = Promises(callbacks=full(1))
    world.books("b1", after=HOUR)
    world.books("b2", after=HOUR)
    assert not world.known("b2")
    world.books("b2", after=HOUR, overbook=True)
    assert world.callback("b2").overbooked
    assert not world.callback("b1").overbooked
    assert world.counted().overbooked == 1


def test_an_ended_one_makes_room() -> None:
    world = Promises(callbacks=full(1))
    world.books("b1", after=HOUR)
    world.tell(cancels("b1"))
    world.books("b2", after=HOUR)
    assert world.known("b2")


# -- moved -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", QUIET)
def test_it_can_be_moved_until_a_phone_rings(world: Promises, state: CallbackState) -> None:
    brings_to(world, state)
    world.tell(moves(world))
    callback = world.callback()
    assert (callback.state, callback.due_at) == (S.SCHEDULED, world.now + HOUR)
    assert callback.deadline == callback.latest - 10 * MINUTE  # type: ignore[operator]
    assert (callback.held_by, callback.now) == (None, None)
    assert not world.board.absent
    assert world.counted().moved == 1


@pytest.mark.parametrize("state", BUSY)
def test_once_a_phone_rings_it_is_too_late_to_move_cancel_or_settle(
    world: Promises, state: CallbackState
) -> None:
    brings_to(world, state)
    assert world.state() is state
    assert world.refuses(moves(world))
    assert world.refuses(cancels())
    assert world.refuses(settles())


def test_moved_within_a_full_half_hour_it_is_not_in_its_own_way() -> None:
    world = Promises(callbacks=full(1))
    world.books("b1", after=HOUR)
    slot = world.callback().earliest // 1_800_000 * 1_800_000
    to = slot + 20 * MINUTE - world.now
    world.tell(moves(world, to))
    assert world.callback().earliest == slot + 20 * MINUTE
    world.books("b2", after=4 * HOUR)
    assert world.refuses(moves(world, 4 * HOUR))
    world.tell(moves(world, 4 * HOUR, overbook=True))
    assert world.callback().overbooked


def test_it_is_not_moved_into_the_past_nor_without_a_promise(world: Promises) -> None:
    world.books(after=HOUR)
    assert world.refuses(moves(world, latest=world.now))
    name = world.keeps("c1")
    world.after(0)
    assert world.refuses(moves(world, name=name))
    assert world.refuses(moves(world, name="unknown"))


def test_a_reason_is_only_a_word(world: Promises) -> None:
    world.books()
    world.tell(moves(world, 0, reason="rang_in"))
    world.works()
    world.after(0)
    world.is_tried(DialResult.BUSY)
    assert world.state() is S.SCHEDULED


# -- cancelled, settled ------------------------------------------------------------------


@pytest.mark.parametrize("state", QUIET)
def test_it_can_be_cancelled_until_a_phone_rings(world: Promises, state: CallbackState) -> None:
    brings_to(world, state)
    world.tell(cancels())
    assert world.state() is S.CANCELLED
    assert not world.board.absent
    assert world.counted().cancelled == 1
    world.works()
    assert ("b1", NurseId("n1")) not in world.rung()
    assert world.refuses(cancels())


@pytest.mark.parametrize("state", QUIET)
def test_people_settle_it_until_a_phone_rings(world: Promises, state: CallbackState) -> None:
    brings_to(world, state)
    world.tell(settles())
    assert (world.state(), world.callback().done) == (S.DONE, Done.SETTLED)
    assert not world.board.absent
    assert world.refuses(settles())


def test_a_task_is_settled_once(world: Promises) -> None:
    world.works()
    world.books()
    world.after(0)
    world.is_tried(DialResult.INVALID)
    assert world.state() is S.GIVEN_UP
    assert [one.id for one in world.board.ledger.tasks] == ["b1"]
    settled = TaskSettled(callback=CallbackId("b1"), reason="visited", actor="cli:anna")
    world.tell(settled)
    assert world.board.ledger.tasks == []
    assert world.callback().settled == "visited"
    assert world.refuses(settled)


# -- texts ---------------------------------------------------------------------------------


def owed(world: Promises, name: str = "b1") -> list[str]:
    return [text.kind for text in world.callback(name).texts if not text.outcome]


def test_a_booking_owes_a_text_which_is_sent_once() -> None:
    world = Promises(callbacks=CallbackPolicy(texts=True))
    world.books()
    assert owed(world) == ["booked"]
    sent = TextSent(callback=CallbackId("b1"), kind=TextKind.BOOKED, outcome="sent")
    world.tell(sent)
    assert owed(world) == []
    assert world.refuses(sent)
    world.tell(moves(world))
    assert owed(world) == ["booked"]  # another time
    world.tell(cancels(actor="patient"))
    assert owed(world) == ["booked", "cancelled"]


def test_texts_of_attempts_are_owed_once_each() -> None:
    world = Promises(callbacks=CallbackPolicy(texts=True, again_after=MINUTE))
    world.works()
    world.books()
    world.after(0)
    for _ in range(3):
        world.is_tried(DialResult.NO_ANSWER)
        world.after(MINUTE)
    assert world.state() is S.GIVEN_UP
    assert owed(world) == ["booked", "tried", "unreached"]


def test_a_site_without_texts_owes_none(world: Promises) -> None:
    world.books()
    world.tell(cancels(actor="patient"))
    assert world.callback().texts == ()


def test_the_event_is_read_as_it_is_booked() -> None:
    world = Promises({"n1": "sv", "n2": "sv +child"})
    event = CallbackBooked(
        callback=CallbackId("b9"), language=SV, earliest=world.now, latest=world.now + HOUR,
        reason="fever", caller="h", sealed="s", actor="phone:n1", competences=("child",),
        note="sealed-note", nurse=NurseId("n2"), contact=ContactId("c1"), entry_point="1177",
    )  # fmt: skip
    world.tell(event)
    found = world.callback("b9")
    for name in ("reason", "competences", "note", "nurse", "contact", "entry_point", "actor"):
        assert getattr(found, name) == getattr(event, name)


def test_a_time_in_the_past_is_no_way_around_a_full_one() -> None:
    world = Promises(callbacks=full(3))  # of which one is left, thirteen minutes before the end
    world.books("b1")
    world.books("b2", after=-2 * HOUR, within=3 * HOUR)
    assert world.known("b1")
    assert not world.known("b2")
    world.books("b3", after=5 * HOUR)
    assert world.refuses(moves(world, -2 * HOUR, "b3", latest=world.now + HOUR))


def test_a_half_hour_is_not_promised_again_shortly_before_it() -> None:
    world = Promises(callbacks=full(3))
    world.after(HOUR // 2 - world.now % (HOUR // 2) - 2 * MINUTE)
    for number in range(4):
        world.books(f"a{number}")  # in the two minutes that are left
        world.books(f"b{number}", after=5 * MINUTE)
    assert [one.id for one in world.board.ledger] == ["b0", "b1", "b2"]


def test_those_who_wait_from_before_are_served_before_more_is_promised() -> None:
    world = Promises(callbacks=full(3))
    for number in range(3):
        world.books(f"a{number}", after=HOUR)
    # Nobody is at work. Of the three, two at most can be done in what is left of the half-hour.
    world.after(HOUR + HOUR // 2)
    slot = HOUR // 2 - world.now % (HOUR // 2)
    for number in range(4):
        world.books(f"b{number}", after=slot)
    assert [world.known(f"b{number}") for number in range(4)] == [True, True, False, False]
