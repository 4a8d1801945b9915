"""Callers whose language no signed-in nurse speaks: who they are, and that it is said once."""

from typing import Any

from structlog.testing import capture_logs

from callcenter.acd.events import NursePaused, NurseSignedOut
from callcenter.acd.ids import NurseId
from callcenter.router.staffing import Staffing, signed_in, without_nurse
from callcenter.shard.shard import Shard
from tests.unit.acd.world import AR, SV, World

ALONE = "callers wait and no nurse of their language is signed in"
OVER = "nobody waits without a nurse of the language any more"


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
