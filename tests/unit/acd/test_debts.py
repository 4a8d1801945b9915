"""Whom we owe a call, and when that is settled."""

from callcenter.acd.events import CallArrived, CallCutOff, OwedClosed, Phase
from callcenter.acd.ids import ContactId
from tests.unit.acd.world import NODE, SV, World, seen


def arrives(world: World, contact: str, caller: str | None) -> None:
    world.tell(
        CallArrived(
            contact=ContactId(contact), node=NODE, channel=f"PJSIP/trunk-{contact}",
            entry_point="1177", priority_class="public", caller=caller,
        )
    )  # fmt: skip


def cut_off(world: World, contact: str) -> None:
    world.tell(CallCutOff(contact=ContactId(contact)))


def owed(world: World) -> list[str]:
    return [debt.contact for debt in world.board.owed]


def test_who_rings_again_has_the_deadline_of_the_first_call_and_is_owed_none() -> None:
    world = World()
    arrives(world, "c1", "hash")
    deadline, arrived = world.contact("c1").deadline, world.now
    world.now += 30_000
    cut_off(world, "c1")
    assert owed(world) == ["c1"]
    arrives(world, "c2", "hash")
    again = world.contact("c2")
    assert (again.deadline, again.original, again.arrived) == (deadline, arrived, world.now)
    assert owed(world) == []


def test_one_call_settles_the_oldest_debt_of_its_number_alone() -> None:
    """A switchboard may stand behind one number."""
    world = World()
    for contact in ("c1", "c2"):
        arrives(world, contact, "hash")
        world.now += 1_000
    for contact in ("c2", "c1"):
        cut_off(world, contact)
    arrives(world, "c3", "hash")
    assert owed(world) == ["c2"]
    arrives(world, "c4", "another")
    assert owed(world) == ["c2"]


def test_a_debt_without_a_number_is_kept_until_somebody_closes_it() -> None:
    world = World()
    arrives(world, "c1", None)
    cut_off(world, "c1")
    arrives(world, "c2", None)
    assert owed(world) == ["c1"]
    close = OwedClosed(contact=ContactId("c1"), reason="settled", actor="anna")
    world.tell(close)
    assert owed(world) == []
    assert world.refuses(close)


def test_who_is_cut_off_twice_is_owed_one_call_since_the_first_arrival() -> None:
    world = World()
    arrives(world, "c1", "hash")
    arrived = world.now
    world.now += 1_000
    cut_off(world, "c1")
    arrives(world, "c2", "hash")
    cut_off(world, "c2")
    assert [(debt.contact, debt.arrived) for debt in world.board.owed] == [("c2", arrived)]
    assert world.tally(None).cut_off == 2


def test_debts_survive_a_snapshot_and_are_still_found_by_their_caller() -> None:
    world = World()
    arrives(world, "c1", "hash")
    cut_off(world, "c1")
    assert world.shard.restore(world.shard.position, world.shard.save())
    arrives(world, "c2", "hash")
    assert owed(world) == []


def test_who_rings_again_while_we_come_back_has_her_place_too() -> None:
    """Her new call is learned from the snapshot that tells of the lost one."""
    world = World()
    arrives(world, "c1", "hash")
    arrived = world.now
    world.now += 30_000
    world.see(seen("c2", Phase.LINE, waited=1_000, language=SV, caller="hash"), switch="b")
    assert owed(world) == []
    again = world.contact("c2")
    assert (again.original, again.arrived) == (arrived, world.now - 1_000)


def test_a_call_much_later_neither_settles_a_debt_nor_has_its_place() -> None:
    world = World()
    arrives(world, "c1", "hash")
    cut_off(world, "c1")
    world.now += 2 * 3_600_000 + 1
    arrives(world, "c2", "hash")
    assert owed(world) == ["c1"]
    assert world.contact("c2").original == world.now
