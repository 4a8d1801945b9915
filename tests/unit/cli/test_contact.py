"""What a supervisor may do to a contact, and how it is shown."""

import pytest

from callbacks.callback import CallbackId
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackBooked
from callcenter.acd.events import (
    CallTransferred,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    MessageSet,
    PlaceKept,
    SurgeSet,
    WaitTold,
)
from callcenter.acd.ids import ContactId
from callcenter.acd.policy import SurgeLevel
from callcenter.cli.contact import check_class, check_move, check_withdraw
from callcenter.cli.contact_rows import (
    expectation,
    ordered,
    places,
    record,
    ring,
    sentence,
    state,
    table,
    told,
)
from callcenter.cli.watch import describe, line_table
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from tests.unit.acd.world import AR, SV, World

MINUTE = 60_000


@pytest.fixture
def world() -> World:
    """Two Swedish callers in line, and one in the menu; nobody works."""
    world = World({"n1": "sv"})
    for name in ("c1", "c2"):
        world.queues(name)
        world.after(1_000)
    world.arrives("c3")
    return world


def test_what_makes_sense_is_let_through(world: World) -> None:
    assert check_move(world.board, "c1", "ar").id == "c1"
    assert check_class(world.board, "c1", "staff").id == "c1"
    assert check_class(world.board, "c3", "staff").id == "c3"  # in the menu already
    assert check_withdraw(world.board, "c1").id == "c1"


def test_who_is_unknown_or_not_in_line_is_refused_in_words(world: World) -> None:
    for check in (
        lambda c: check_move(world.board, c, "ar"),
        lambda c: check_withdraw(world.board, c),
    ):
        with pytest.raises(ValueError, match="no such contact now"):
            check("nobody")
        with pytest.raises(ValueError, match="not in line: ivr"):
            check("c3")
    world.signs_in("n1")
    world.is_ready("n1")
    world.connects("c1", "n1")
    with pytest.raises(ValueError, match="no longer in line: talking"):
        check_class(world.board, "c1", "staff")


def test_what_the_site_does_not_have_or_is_so_already_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="this site has sv, ar, so"):
        check_move(world.board, "c1", "fi")
    with pytest.raises(ValueError, match="in the line of sv already"):
        check_move(world.board, "c1", "sv")
    with pytest.raises(ValueError, match="has the classes public, staff"):
        check_class(world.board, "c1", "royal")
    with pytest.raises(ValueError, match="of class public already"):
        check_class(world.board, "c1", "public")
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="cli:x", reason="test"))
    with pytest.raises(ValueError, match="out of the line already"):
        check_withdraw(world.board, "c1")


def test_the_place_is_that_in_the_line_of_its_language(world: World) -> None:
    assert places(world.board) == {"c1": 1, "c2": 2}
    world.tell(ContactMoved(contact=ContactId("c2"), language=AR, actor="cli:x", reason="test"))
    assert places(world.board) == {"c1": 1, "c2": 1}
    assert "place 1 in the line of ar (sv)" in sentence(world.board, world.contact("c2"), world.now)


def test_a_more_urgent_class_comes_first_and_says_when_it_is_due(world: World) -> None:
    world.tell(
        ContactClassed(
            contact=ContactId("c2"), priority_class="staff", actor="cli:x", reason="test"
        )
    )
    assert [contact.id for contact in ordered(world.board)] == ["c2", "c1", "c3"]
    assert "staff, place 1" in sentence(world.board, world.contact("c2"), world.now)
    assert "due in 0:59" in sentence(world.board, world.contact("c2"), world.now)
    world.after(2 * MINUTE)
    assert "overdue by 1:01" in sentence(world.board, world.contact("c2"), world.now)


def test_no_wait_is_made_up_while_nobody_can_serve(world: World) -> None:
    contact = world.contact("c1")
    assert expectation(world.board, contact, world.now) == "unknown"
    assert "nobody who is on duty can serve it" in sentence(world.board, contact, world.now)
    assert record(world.board, contact, world.now)["expected_seconds"] is None
    world.signs_in("n1")
    world.is_ready("n1")
    waiting = world.contact("c2")
    low, high = record(world.board, waiting, world.now)["expected_seconds"]
    assert 0 <= low < high
    assert " to " in expectation(world.board, waiting, world.now)


def test_a_ring_is_shown_with_those_that_the_line_has() -> None:
    rings = (Ring(), Ring(after=MINUTE, level=None))
    world = World({"n1": "ar"}, routing=Routing(lines=(Line(language=SV, rings=rings),)))
    world.queues("c1")
    assert ring(world.board, world.contact("c1")) == "1/2"
    world.after(MINUTE)
    assert ring(world.board, world.contact("c1")) == "2/2 interpreter"
    cells = [list(column.cells) for column in line_table(world.board, world.now).columns]
    assert [cell[0] for cell in cells][4:6] == ["0/1", "public 1"]


def test_an_event_is_described_without_who_asked_for_it() -> None:
    event = SurgeSet(level=SurgeLevel.HIGH, actor="cli:root", reason="flood")
    assert describe(event) == "SurgeSet high flood"


def test_what_a_caller_has_heard_is_shown_as_what_is_left_of_it(world: World) -> None:
    heard = WaitTold(
        contact=ContactId("c2"), place=2, low=2 * MINUTE, high=5 * MINUTE, ahead=1, nurses=1
    )
    world.tell(heard)
    world.after(3 * MINUTE)
    found = world.contact("c2")
    assert told(found, world.now) == (0, 2 * MINUTE)
    assert record(world.board, found, world.now)["told_seconds"] == [0.0, 120.0]
    assert record(world.board, world.contact("c1"), world.now)["told_seconds"] is None
    columns = {str(c.header): list(c.cells) for c in table(world.board, world.now).columns}
    assert columns["told"] == ["", "0:00 to 2:00", ""]


def test_a_kept_place_has_no_place_in_line_and_no_wait(world: World) -> None:
    world.tell(WaitTold(contact=ContactId("c1"), place=1, low=0, high=1, ahead=0, nurses=1))
    world.tell(PlaceKept(contact=ContactId("c1")))
    found = world.contact("c1")
    assert state(found) == "place kept"
    assert places(world.board) == {"c2": 1}
    assert told(found, world.now) is None
    shown = record(world.board, found, world.now)
    assert (shown["dismissed"], shown["expected_seconds"]) == ("kept", None)
    with pytest.raises(ValueError, match="out of the line already"):
        check_withdraw(world.board, "c1")
    lines = line_table(world.board, world.now)
    assert lines.caption == "in the menu: 1, keep their place: 1"
    assert next(iter(lines.columns[1].cells)) == "1"


def test_a_transferred_caller_is_counted_apart(world: World) -> None:
    world.tell(CallTransferred(contact=ContactId("c3"), target="switchboard"))
    assert line_table(world.board, world.now).caption == "transferred: 1"
    assert ordered(world.board)[-1].id == "c3"


def test_the_last_events_name_no_number_and_no_message() -> None:
    kept = PlaceKept(contact=ContactId("c1"), caller="hash-1", sealed="sealed-1")
    assert describe(kept) == "PlaceKept c1"
    message = MessageSet(
        id="m1", entry_point="public", language=None, until=9, sound="m1/sv",
        text="Ring 0701740605", actor="anna",
    )  # fmt: skip
    assert describe(message) == "MessageSet public"


def test_a_callback_in_line_is_shown_as_one_and_keeps_its_promise() -> None:
    world = World({"n1": "sv"}, callbacks=CallbackPolicy())
    world.tell(
        CallbackBooked(
            callback=CallbackId("a"), language=SV, earliest=world.now, latest=world.now + MINUTE,
            reason="advice", caller="h", sealed="s", actor="test",
        )
    )  # fmt: skip
    world.after(0)
    assert state(world.contact("a-1.0")) == "callback waiting"
    found = record(world.board, world.contact("a-1.0"), world.now, 1)
    assert (found["callback"], found["on_the_phone"]) == ("a", False)
    for check in (
        lambda: check_class(world.board, "a-1.0", "staff"),
        lambda: check_withdraw(world.board, "a-1.0"),
    ):
        with pytest.raises(ValueError, match="this is the callback a: `callcenter callback move`"):
            check()
    assert check_move(world.board, "a-1.0", "ar").callback == "a"
    world.is_ready("n1")
    assert state(world.contact("a-1.0")) == "callback ringing n1"
    world.connects("a-1.0", "n1")
    assert state(world.contact("a-1.0")) == "callback preview n1"
    assert table(world.board, world.now).row_count == 1
