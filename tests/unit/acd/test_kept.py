"""A caller keeps her place: out of the line at once, owed a call, or back where she stood."""

import json
from typing import Any

import pytest

from callcenter.acd.contact import ContactState, Dismissal
from callcenter.acd.debts import DebtKind, Owed
from callcenter.acd.decisions import Dismiss
from callcenter.acd.events import (
    CallCutOff,
    CallFellBack,
    CallStays,
    Connected,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    NeedSaid,
    OwedClosed,
    Phase,
    PlaceKept,
)
from callcenter.acd.ids import ContactId, EntryId, NurseId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from tests.unit.acd.world import AR, NODE, SV, World, seen

SETTLED, ASKS_AFTER = 10_000, 30_000


def keeps(contact: str, **number: str) -> PlaceKept:
    return PlaceKept(contact=ContactId(contact), **number)


def stays(contact: str) -> CallStays:
    return CallStays(contact=ContactId(contact))


def owed(world: World) -> list[Owed]:
    return list(world.board.owed)


@pytest.fixture
def world() -> World:
    """Three Swedish callers in line, a second apart; one nurse, who does not work yet."""
    world = World({"n1": "sv"})
    for name in ("c1", "c2", "c3"):
        world.queues(name)
        world.now += 1_000
    return world


def test_she_leaves_the_line_at_once_and_no_command_tells_her(world: World) -> None:
    world.tell(keeps("c2"))
    assert world.line() == ["c1", "c3"]
    assert world.board.waiting == 2
    assert not [d for d in world.decisions if isinstance(d, Dismiss)]
    assert world.contact("c2").state is ContactState.WAITING
    assert world.contact("c2").dismissed is Dismissal.KEPT


def test_no_nurse_is_offered_her_however_many_are_free(world: World) -> None:
    for name in ("c1", "c2", "c3"):
        world.tell(keeps(name))
    world.signs_in("n1")
    world.is_ready("n1")
    world.after(60_000)
    assert world.offers() == []
    assert world.nurse("n1").offer is None


def test_she_is_ahead_of_nobody(world: World) -> None:
    world.signs_in("n1")
    world.is_ready("n1")
    assert world.contact("c1").state is ContactState.OFFERED
    world.queues("c4")
    with_her = world.contact("c4").estimate
    world.tell(keeps("c2"))
    world.queues("c5")
    without = world.contact("c5").estimate
    assert with_her is not None
    assert without is not None
    assert without.ahead == with_her.ahead == 2  # one more has come, and one has left


def test_what_is_owed_is_what_she_asked_for_from_her_first_minute_on(world: World) -> None:
    world.arrives("c4", waited=5_000)
    arrived = world.now - 5_000
    world.tell(NeedSaid(contact=ContactId("c4"), wanted=Language("swl")))
    world.queues("c4")
    world.tell(ContactClassed(
        contact=ContactId("c4"), priority_class="staff", actor="caller", reason="own_key"
    ))  # fmt: skip
    world.after(7_000)
    world.tell(keeps("c4"))
    assert owed(world) == []  # she is still here
    world.after(9_000)
    world.hangs_up("c4")
    [debt] = owed(world)
    assert debt == Owed(
        contact=ContactId("c4"), kind=DebtKind.KEPT_PLACE, arrived=arrived, language=SV,
        priority_class="staff", wanted=Language("swl"), interpreter=True, caller="hash-c4",
        sealed="sealed-c4", since=world.now, state="waiting", state_since=arrived + 5_000,
        entry_point="1177",
    )  # fmt: skip
    assert (world.tally(SV, "staff").kept, world.tally(SV, "staff").abandoned) == (1, 0)


def test_the_number_that_she_typed_is_the_one_that_is_rung(world: World) -> None:
    world.tell(keeps("c1", caller="hash-typed", sealed="sealed-typed"))
    world.hangs_up("c1")
    assert [(d.caller, d.sealed) for d in owed(world)] == [("hash-typed", "sealed-typed")]


def test_a_typed_number_is_forgotten_when_she_stays(world: World) -> None:
    world.tell(keeps("c1", caller="hash-typed", sealed="sealed-typed"))
    world.tell(stays("c1"))
    world.tell(keeps("c1"))
    world.hangs_up("c1")
    assert [(d.caller, d.sealed) for d in owed(world)] == [("hash-c1", "sealed-c1")]


def test_without_any_number_nothing_can_be_kept_and_with_a_typed_one_it_can() -> None:
    world = World()
    world.arrives("c1", caller=None, sealed=None)
    world.queues("c1")
    assert world.refuses(keeps("c1"))
    world.tell(keeps("c1", caller="hash-typed", sealed="sealed-typed"))
    assert world.contact("c1").dismissed is Dismissal.KEPT


def test_one_number_that_was_typed_is_rung_back_five_times_and_no_more(world: World) -> None:
    for n in range(6):
        world.queues(f"k{n}")
        world.tell(keeps(f"k{n}", caller="victim", sealed="sealed"))
        if n < 5:
            world.hangs_up(f"k{n}")
    assert [debt.contact for debt in owed(world)] == [f"k{n}" for n in range(5)]
    assert world.contact("k5").dismissed is None
    assert "k5" in world.line()


def test_only_who_waits_can_keep_a_place(world: World) -> None:
    world.arrives("menu")
    world.arrives("fallen")
    world.falls_back("fallen")
    for name in ("menu", "fallen"):
        assert world.refuses(keeps(name))
    world.signs_in("n1")
    world.is_ready("n1")
    assert world.contact("c1").state is ContactState.OFFERED
    assert world.refuses(keeps("c1"))
    world.connects("c1", "n1")
    assert world.refuses(keeps("c1"))
    world.tell(keeps("c2"))
    assert world.refuses(keeps("c2"))
    world.tell(ContactWithdrawn(contact=ContactId("c3"), actor="anna", reason="wrong_line"))
    assert world.refuses(keeps("c3"))
    assert world.refuses(stays("c3"))
    world.hangs_up("c2")
    assert world.refuses(keeps("c2"))
    assert world.refuses(stays("c2"))


def test_a_supervisor_can_do_nothing_to_her_any_more(world: World) -> None:
    world.tell(keeps("c1"))
    c1 = ContactId("c1")
    for event in (
        ContactMoved(contact=c1, language=AR, actor="anna", reason="r"),
        ContactClassed(contact=c1, priority_class="staff", actor="anna", reason="r"),
        ContactWithdrawn(contact=c1, actor="anna", reason="r"),
    ):
        assert world.refuses(event)


def test_she_stays_after_all_where_she_stood(world: World) -> None:
    before = world.contact("c2")
    world.tell(keeps("c2"))
    world.now += 3_000
    world.tell(stays("c2"))
    assert world.line() == ["c1", "c2", "c3"]
    assert world.contact("c2") == before
    assert world.refuses(stays("c2"))
    world.hangs_up("c2")
    assert owed(world) == []
    assert (world.tally().abandoned, world.tally().kept) == (1, 0)


def test_a_nurse_who_is_free_is_offered_her_as_soon_as_she_stays(world: World) -> None:
    for name in ("c1", "c2", "c3"):
        world.tell(keeps(name))
    world.signs_in("n1")
    world.is_ready("n1")
    world.tell(stays("c2"))
    assert world.offers() == [("c2", "n1")]


def test_a_bridge_that_is_seen_is_a_fact_and_nothing_is_owed(world: World) -> None:
    world.tell(keeps("c1", caller="hash-typed", sealed="sealed-typed"))
    world.signs_in("n1")
    world.connects("c1", "n1")
    found = world.contact("c1")
    assert (found.dismissed, found.kept, found.typed_sealed) == (None, None, None)
    world.hangs_up("c1")
    assert owed(world) == []
    assert world.tally().answered == 1


@pytest.mark.parametrize("how", ["cut off", "restart"])
def test_an_asterisk_that_goes_down_cuts_nobody_off_who_has_kept_her_place(
    world: World, how: str
) -> None:
    world.tell(keeps("c2"))
    if how == "restart":
        world.see(switch="b")
    else:
        world.tell(CallCutOff(contact=ContactId("c2")))
    [debt] = [debt for debt in owed(world) if debt.contact == "c2"]
    assert debt.kind is DebtKind.KEPT_PLACE
    assert world.tally().kept == 1
    assert world.tally().cut_off == (2 if how == "restart" else 0)


def test_who_rings_again_within_two_hours_has_her_place_and_is_owed_nothing(world: World) -> None:
    first = world.contact("c2")
    world.tell(keeps("c2"))
    world.hangs_up("c2")
    world.after(7_200_000)
    world.arrives("again", caller="hash-c2")
    assert world.contact("again").original == first.arrived
    assert world.contact("again").deadline == first.deadline
    world.queues("again")
    assert owed(world) == []


def test_who_rings_again_and_hangs_up_in_the_menu_is_owed_the_call_still(world: World) -> None:
    world.tell(keeps("c2"))
    world.hangs_up("c2")
    world.arrives("again", caller="hash-c2")
    world.hangs_up("again")
    assert [debt.contact for debt in owed(world)] == ["c2"]


def test_one_call_takes_up_one_kept_place_of_a_number_that_two_share() -> None:
    world = World()
    for name in ("c1", "c2"):
        world.arrives(name, caller="shared")
        world.queues(name)
        world.tell(keeps(name))
        world.now += 1_000
    for name in ("c1", "c2"):
        world.hangs_up(name)
    world.arrives("again", caller="shared")
    world.tell(CallFellBack(contact=ContactId("again")))
    assert [debt.contact for debt in owed(world)] == ["c2"]
    world.queues("again")
    assert [debt.contact for debt in owed(world)] == ["c2"]


def test_who_is_bridged_to_a_nurse_unseen_is_rung_back_no_more(world: World) -> None:
    world.tell(keeps("c2"))
    world.hangs_up("c2")
    world.arrives("again", caller="hash-c2")
    world.signs_in("n1")
    world.tell(Connected(contact=ContactId("again"), nurse=NurseId("n1")))
    assert owed(world) == []


def test_who_rings_again_later_is_owed_the_call_still(world: World) -> None:
    world.tell(keeps("c2"))
    world.hangs_up("c2")
    world.after(7_200_001)
    world.arrives("again", caller="hash-c2")
    assert [debt.contact for debt in owed(world)] == ["c2"]
    world.tell(OwedClosed(contact=ContactId("c2"), reason="called_back", actor="anna"))
    assert owed(world) == []


# -- the truth of a node ------------------------------------------------------------


def test_a_truth_within_seconds_leaves_her_with_the_ivr(world: World) -> None:
    world.tell(keeps("c2"))
    world.now += SETTLED - 1
    world.see(*(seen(name, Phase.LINE) for name in ("c1", "c2", "c3")))
    assert world.line() == ["c1", "c3"]
    assert world.contact("c2").dismissed is Dismissal.KEPT


def test_a_truth_that_shows_her_in_line_later_says_that_her_staying_was_not_heard(
    world: World,
) -> None:
    world.tell(keeps("c2"))
    world.now += SETTLED
    world.see(*(seen(name, Phase.LINE) for name in ("c1", "c2", "c3")))
    assert world.line() == ["c1", "c2", "c3"]


def test_who_has_heard_it_and_does_not_hang_up_is_left_alone(world: World) -> None:
    world.tell(keeps("c2"))
    world.now += SETTLED
    world.see(seen("c1", Phase.LINE), seen("c2", Phase.AFTER), seen("c3", Phase.LINE))
    found = world.contact("c2")
    assert (found.dismissed, found.backstop, found.doubt) == (Dismissal.KEPT, None, False)
    world.see(seen("c1", Phase.LINE), seen("c3", Phase.LINE))
    assert [debt.kind for debt in owed(world)] == [DebtKind.KEPT_PLACE]


def test_who_has_not_hung_up_after_half_a_minute_is_looked_for_until_she_is_found(
    world: World,
) -> None:
    """The word that she stays was lost with the connection: nobody must wait unseen."""
    world.tell(keeps("c2"))
    world.after(ASKS_AFTER - 1)
    assert not world.wanted()
    world.after(1)
    assert world.wanted()
    world.after(ASKS_AFTER)
    assert world.wanted()
    world.see(*(seen(name, Phase.LINE) for name in ("c1", "c2", "c3")))
    assert world.line() == ["c1", "c2", "c3"]
    assert world.contact("c2").backstop is None


def test_a_phone_that_rings_for_her_undoes_it(world: World) -> None:
    world.signs_in("n1")
    world.tell(keeps("c1"))
    offer = seen("c1", Phase.OFFER, offer="1-1-0", nurse="n1")
    world.see(offer, seen("c2", Phase.LINE), seen("c3", Phase.LINE))
    found = world.contact("c1")
    assert (found.state, found.dismissed) == (ContactState.OFFERED, None)


def test_who_falls_back_was_told_nothing(world: World) -> None:
    world.tell(keeps("c2"))
    world.falls_back("c2")
    found = world.contact("c2")
    assert (found.state, found.dismissed) == (ContactState.FALLBACK, None)
    world.hangs_up("c2")
    assert owed(world) == []


def test_who_is_unheard_of_is_asked_about() -> None:
    for event in (keeps("c9"), stays("c9")):
        world = World()
        world.tell(event)
        assert world.wanted()


# -- the surge, snapshots -------------------------------------------------------------


def test_the_longest_wait_is_not_hers_until_she_stays() -> None:
    step = SurgeStep(level=SurgeLevel.HIGH, longest=60_000)
    world = World({"n1": "sv"}, surge=SurgeRules(steps=(step,), rises_after=0))
    world.queues("c1")
    world.tell(keeps("c1"))
    world.after(120_000)
    assert world.board.earliest is None
    assert world.board.surge.level is SurgeLevel.NORMAL
    world.tell(stays("c1"))
    assert world.board.earliest == world.contact("c1").arrived
    world.after(2_000)
    assert world.board.surge.level is SurgeLevel.HIGH


def test_a_snapshot_brings_her_back_out_of_the_line_and_with_her_timer(world: World) -> None:
    world.tell(keeps("c2", caller="hash-typed", sealed="sealed-typed"))
    again = Shard()
    assert again.restore(world.shard.position, world.shard.save())
    assert list(again.board.line) == ["c1", "c3"]
    assert again.next_deadline() == world.shard.next_deadline() == world.now + ASKS_AFTER
    assert again.save() == world.shard.save()


def test_a_debt_of_an_older_version_is_one_of_somebody_cut_off(world: World) -> None:
    world.tell(CallCutOff(contact=ContactId("c1")))
    state: dict[str, Any] = json.loads(world.shard.save())
    for debt in state["acd"]["owed"]:
        for name in ("kind", "wanted", "interpreter"):
            del debt[name]
    state["version"] = 3
    again = Shard()
    assert again.restore(EntryId("9-1"), json.dumps(state).encode())
    assert [debt.kind for debt in again.board.owed] == [DebtKind.CUT_OFF]
    assert NODE in again.board.nodes
