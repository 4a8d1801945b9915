"""Callers whose language no signed-in nurse speaks: who they are, and that it is said once."""

from typing import Any

from msgspec.structs import replace
from structlog.testing import capture_logs

from callbacks.callback import CallbackId
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackBooked
from callcenter.acd.events import ContactWithdrawn, NursePaused, NurseSignedIn, NurseSignedOut
from callcenter.acd.ids import ContactId, NurseId
from callcenter.router.staffing import Staffing, signed_in, without_nurse
from callcenter.shard.shard import Shard
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement
from tests.unit.acd.world import AR, SV, World

ALONE = "callers wait and no nurse who can serve them is signed in"
CALLBACKS_ALONE = "callbacks wait and no nurse who can serve them is signed in"
OVER = "nobody waits without a nurse any more"


def said(staffing: Staffing, world: World) -> list[tuple[Any, ...]]:
    with capture_logs() as lines:
        staffing.look(world.shard.board)
    return [(line["event"], line["language"], line.get("count")) for line in lines]


def test_a_caller_counts_while_nobody_of_the_language_is_signed_in() -> None:
    world = World({"n1": "sv", "n2": "ar"})
    world.is_ready("n1")
    world.tell(NursePaused(nurse=NurseId("n1"), reason="lunch", actor="test"))
    world.queues("c1", SV)
    world.queues("c2", AR)
    world.queues("c3", AR)
    world.arrives("c4")  # hears the menu: waits for nobody yet
    assert without_nurse(world.shard.board) == {AR: 2}
    nurses = signed_in(world.shard.board)
    assert (nurses[SV], nurses[AR]) == (1, 0)


def test_it_is_said_once_when_it_begins_and_once_when_it_ends() -> None:
    world, staffing = World({"n1": "sv", "n2": "ar"}), Staffing()
    assert said(staffing, world) == []
    world.queues("c1", AR)
    world.queues("c2", AR)
    assert said(staffing, world) == [(ALONE, "ar", 2)]
    world.queues("c3", AR)
    assert said(staffing, world) == []
    world.is_ready("n2")
    assert said(staffing, world) == [(OVER, "ar", None)]
    assert said(staffing, world) == []
    world.tell(NurseSignedOut(nurse=NurseId("n2"), actor="test"))
    world.hangs_up("c1")
    world.hangs_up("c2")
    world.hangs_up("c3")
    assert said(staffing, world) == []


def test_a_new_leader_says_it_again() -> None:
    world, staffing = World({"n1": "sv"}), Staffing()
    world.queues("c1", SV)
    assert said(staffing, world) == [(ALONE, "sv", 1)]
    staffing.forget()
    assert said(staffing, world) == [(ALONE, "sv", 1)]


def test_before_any_site_nobody_waits() -> None:
    assert without_nurse(Shard().board) == {}
    assert signed_in(Shard().board) == {}


def test_a_line_that_ends_with_an_interpreter_needs_any_nurse_who_is_signed_in() -> None:
    rings = (Ring(level=Level.FLUENT), Ring(after=240_000, level=None))
    world = World({"n1": "sv"}, routing=Routing(lines=(Line(language=AR, rings=rings),)))
    world.queues("c1", AR)
    assert without_nurse(world.shard.board) == {AR: 1}
    world.signs_in("n1")
    assert without_nurse(world.shard.board) == {}


def test_a_level_or_a_competence_that_nobody_signed_in_has_leaves_callers_without_a_nurse() -> None:
    native = Line(language=SV, rings=(Ring(level=Level.NATIVE),))
    asked = {"1177": Requirement(competences=("child",))}
    for rules in ({"routing": Routing(lines=(native,))}, {"requirements": asked}):
        world = World({"n1": "sv"}, **rules)
        world.is_ready("n1")
        world.queues("c1", SV)
        world.queues("c2", AR)
        assert without_nurse(world.shard.board) == {SV: 1, AR: 1}


def test_a_nurse_counts_for_the_languages_that_she_takes_calls_in_today() -> None:
    world = World({"n1": "sv ar"})
    world.tell(NurseSignedIn(nurse=NurseId("n1"), actor="test", languages=(SV,)))
    nurses = signed_in(world.shard.board)
    assert (nurses[SV], nurses[AR]) == (1, 0)
    world.queues("c1", AR)
    assert without_nurse(world.shard.board) == {AR: 1}


def test_a_caller_who_is_served_with_an_interpreter_needs_any_nurse_who_is_signed_in() -> None:
    world = World({"n1": "sv"})
    world.queues("c1", AR)
    world.signs_in("n1")
    assert without_nurse(world.shard.board) == {AR: 1}
    world.board.put_contact(replace(world.contact("c1"), interpreter=True))
    assert without_nurse(world.shard.board) == {}


def test_a_caller_who_is_told_that_we_ring_back_waits_for_no_nurse() -> None:
    world = World({"n1": "sv"})
    world.queues("c1", SV)
    assert without_nurse(world.shard.board) == {SV: 1}
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="test", reason="duplicate"))
    assert without_nurse(world.shard.board) == {}


def test_a_callback_that_asks_for_training_waits_though_the_language_is_spoken() -> None:
    world = World({"n1": "sv", "n2": "sv +child"}, callbacks=CallbackPolicy())
    world.is_ready("n1")
    world.pauses("n1")
    world.tell(
        CallbackBooked(
            callback=CallbackId("a"), language=SV, earliest=world.now, latest=world.now + 60_000,
            reason="advice", caller="h", sealed="s", actor="test", competences=("child",),
        )
    )  # fmt: skip
    world.after(0)
    assert without_nurse(world.shard.board) == {SV: 1}
    world.is_ready("n2")
    assert without_nurse(world.shard.board) == {}


def test_callbacks_are_said_by_themselves_and_callers_again_when_they_come() -> None:
    world, staffing = World({"n1": "sv"}, callbacks=CallbackPolicy()), Staffing()
    world.tell(
        CallbackBooked(
            callback=CallbackId("a"), language=SV, earliest=world.now, latest=world.now + 60_000,
            reason="advice", caller="h", sealed="s", actor="test",
        )
    )  # fmt: skip
    world.after(0)
    assert said(staffing, world) == [(CALLBACKS_ALONE, "sv", 1)]
    world.queues("c1", SV)
    assert without_nurse(world.shard.board) == {SV: 2}
    assert said(staffing, world) == [(ALONE, "sv", 1)]
    world.hangs_up("c1")
    assert said(staffing, world) == []
    world.is_ready("n1")
    assert said(staffing, world) == [(OVER, "sv", None)]
