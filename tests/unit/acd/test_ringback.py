"""Callbacks come into line at their time, and the patient may be rung first."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from callbacks.callback import CallbackState, Done
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackOverlooked, PatientAnswered
from callcenter.acd.commands import CallNurse, CallPatient, RingNurse
from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import RingPatient
from callcenter.acd.events import ContactWithdrawn, PlaceKept, SwitchLost, Tick
from callcenter.acd.ids import ContactId, NodeId, NurseId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.shard.shard import Shard
from language_routing.hours import Calendar, Hours, Span, Zone
from language_routing.lines import Line, Routing
from tests.unit.acd.promises import HOUR, MINUTE, Promises
from tests.unit.acd.world import AR, NODE, SO, SV

S = CallbackState


# -- its time --------------------------------------------------------------------------


def test_it_stands_in_line_exactly_from_its_time_on() -> None:
    world = Promises()
    world.books(after=HOUR)
    world.after(HOUR - 1)
    assert (world.state(), world.line()) == (S.SCHEDULED, [])
    world.after(1)
    assert (world.state(), world.line()) == (S.WAITING, ["b1-1.0"])
    contact = world.contact("b1-1.0")
    assert contact.absent
    assert (contact.arrived, contact.deadline) == (world.now, world.callback().deadline)
    assert contact.node == NODE


def test_a_free_nurse_is_rung_at_once_and_is_told_what_for() -> None:
    world = Promises()
    world.works()
    world.books(after=HOUR, note="sealed-note", entry_point="1177")
    world.after(HOUR)
    [command] = [c for c in world.commands if isinstance(c, CallNurse)]
    callback = world.callback()
    assert (command.callback, command.contact, command.nurse) == ("b1", "b1-1.0", "n1")
    assert (command.sealed, command.language, command.attempt) == ("sealed-b1", SV, 1)
    assert (command.arrived, command.latest) == (callback.earliest, callback.latest)
    assert (command.preview, command.ring) == (20_000, 30_000)
    assert not [c for c in world.commands if isinstance(c, RingNurse)]
    assert callback.state is S.RINGING


def test_it_stands_by_its_deadline_between_the_callers() -> None:
    world = Promises()
    world.books(within=13 * MINUTE + 30_000)  # its deadline is three and a half minutes from now
    world.queues("before")
    world.after(MINUTE)
    world.queues("behind")
    assert world.line() == ["before", "b1-1.0", "behind"]
    world.works()
    served = []
    for _ in range(3):
        [(contact, _nurse)] = world.offers()
        served.append(contact)
        world.connects(contact, "n1")
        if contact == "b1-1.0":
            world.dials()
            world.reaches()
        world.hangs_up(contact)
    assert served == ["before", "b1-1.0", "behind"]


def test_after_three_hours_of_silence_all_stand_at_once_the_earliest_deadline_first() -> None:
    world = Promises()
    for name, after, within in (("b1", 60, 110), ("b2", 30, 120), ("b3", 90, 30)):
        world.books(name, after=after * MINUTE, within=within * MINUTE)
    world.after(3 * HOUR + 10 * MINUTE)
    assert world.line() == ["b3-1.0", "b2-1.0", "b1-1.0"]
    world.works()
    world.is_reached("b3")
    world.is_over("b3")
    assert (world.counted("b3").late, world.counted("b3").kept) == (1, 0)
    assert world.rung() == [("b2", NurseId("n1"))]


def test_only_a_nurse_with_the_competence_and_the_language_is_rung() -> None:
    world = Promises({"n1": "sv", "n2": "sv +child", "n3": "ar +child"})
    world.works("n1", "n2", "n3")
    world.pauses("n2")
    world.books(competences=("child",))
    world.after(0)
    assert world.state() is S.WAITING
    world.is_ready("n2")
    assert world.rung() == [("b1", NurseId("n2"))]


def test_one_with_an_interpreter_goes_to_any_nurse() -> None:
    world = Promises({"n1": "sv"})
    world.works()
    world.books(language=AR, wanted=SO, interpreter=True)
    world.after(0)
    [command] = [c for c in world.commands if isinstance(c, CallNurse)]
    assert (command.nurse, command.interpreter, command.language) == ("n1", True, AR)


# -- the wished nurse --------------------------------------------------------------------


def test_who_wishes_a_nurse_waits_for_her_until_five_minutes_before_the_deadline() -> None:
    world = Promises({"n1": "sv", "n2": "sv"})
    world.works("n1", "n2")
    world.queues("c1")
    world.connects("c1", "n1")
    world.books(nurse=NurseId("n1"))
    world.after(0)
    assert world.state() is S.WAITING
    deadline = world.callback().deadline
    world.after(deadline - 5 * MINUTE - 1 - world.now)
    assert world.state() is S.WAITING
    world.after(1)
    assert world.rung() == [("b1", NurseId("n2"))]


def test_the_wished_nurse_is_rung_as_soon_as_she_is_free() -> None:
    world = Promises({"n1": "sv", "n2": "sv"})
    world.works("n1", "n2")
    world.queues("c1")
    world.connects("c1", "n1")
    world.books(nurse=NurseId("n1"))
    world.after(0)
    world.hangs_up("c1")
    assert world.rung() == [("b1", NurseId("n1"))]


@pytest.mark.parametrize("wished", ["n1", "stranger"])
def test_nobody_waits_for_a_nurse_who_is_not_there(wished: str) -> None:
    world = Promises({"n1": "sv", "n2": "sv"})
    world.works("n2")
    world.books(nurse=NurseId(wished))
    world.after(0)
    assert world.rung() == [("b1", NurseId("n2"))]


# -- hours -------------------------------------------------------------------------------


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


STOCKHOLM = Zone(
    offset=120, changes=((utc("2026-10-25T01:00"), 60), (utc("2027-03-28T01:00"), 120))
)  # fmt: skip
FROM_EIGHT_TO_EIGHT = Hours(spans=tuple(Span(weekday=d, opens=480, closes=1200) for d in range(7)))
BY_DAY = Routing(
    lines=(Line(language=AR, hours=FROM_EIGHT_TO_EIGHT),), calendar=Calendar(zone=STOCKHOLM)
)


@pytest.mark.parametrize(
    ("due", "opens"),
    [
        ("2026-10-24T19:00", "2026-10-25T07:00"),  # summer time ends in that night
        ("2026-10-25T00:30", "2026-10-25T07:00"),  # half past two, for the first time
        ("2026-10-25T01:30", "2026-10-25T07:00"),  # and again
        ("2027-03-27T19:30", "2027-03-28T06:00"),  # it begins in that night
        ("2027-03-28T00:59", "2027-03-28T06:00"),
    ],
)
def test_a_closed_line_holds_it_until_it_opens(due: str, opens: str) -> None:
    world = Promises({"n1": "ar"}, routing=BY_DAY, gateway_lost=10**12)
    world.now = utc(due) - HOUR
    world.see()
    world.works()
    world.books(language=AR, after=HOUR, within=HOUR)
    world.after(HOUR)
    callback = world.callback()
    assert (callback.state, callback.held, callback.due_at) == (S.DUE, "closed", utc(opens))
    world.after(utc(opens) - world.now - 1)
    assert world.state() is S.DUE
    world.after(1)
    assert world.state() is S.RINGING


def test_an_interpreter_has_no_hours_and_neither_has_another_line() -> None:
    world = Promises({"n1": "ar", "n2": "sv"}, routing=BY_DAY, gateway_lost=10**12)
    world.now = utc("2026-10-25T01:30")
    world.see()
    world.books("b1", language=AR, wanted=SO, interpreter=True)
    world.books("b2")
    world.after(0)
    assert (world.state("b1"), world.state("b2")) == (S.WAITING, S.WAITING)


# -- the site ----------------------------------------------------------------------------


def test_a_site_that_rings_nobody_any_more_keeps_them_until_it_does_again() -> None:
    world = Promises()
    world.books("b1")
    world.books("b2", after=HOUR)
    world.after(0)
    rules = world.policy.callbacks
    world.site(callbacks=None)
    assert (world.state("b1"), world.callback("b1").held, world.line()) == (S.DUE, "off", [])
    world.works()
    world.after(HOUR)
    assert world.callback("b2").held == "off"
    assert world.rung() == []
    overlooked = CallbackOverlooked(callback=world.callback("b1").id)
    assert world.refuses(overlooked)
    world.site(callbacks=rules)
    world.after(0)
    assert (world.state("b1"), world.state("b2")) == (S.RINGING, S.WAITING)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_what_is_under_way_when_the_site_rings_nobody_any_more_ends_as_it_ends(
    steps: int,
) -> None:
    world = Promises()
    world.works()
    world.books()
    world.after(0)
    world.site(callbacks=None)
    for step in (world.answers, world.dials)[:steps]:
        step()
    if steps:
        world.is_over()
    else:
        world.is_missed()
        world.is_ready("n1")
    world.after(MINUTE)
    assert (world.state(), world.callback().held) == (S.DUE, "off")


def test_of_a_language_that_is_gone_it_stands_in_the_default_line_and_is_counted_as_before() -> (
    None
):
    world = Promises({"n1": "sv"})
    world.books(language=AR, after=HOUR)
    world.books("b2", language=SO, wanted=AR, interpreter=True, after=HOUR)
    world.site(languages=(SV,))
    world.after(HOUR)
    assert (world.contact("b1-1.0").language, world.contact("b1-1.0").interpreter) == (SV, False)
    assert (world.contact("b2-1.0").language, world.contact("b2-1.0").interpreter) == (SV, True)
    assert (world.callback().language, world.counted().language) == (AR, AR)


def test_a_debt_from_before_the_site_rang_anybody_is_paid_if_it_is_not_old() -> None:
    world = Promises(callbacks=None)
    world.keeps("old")
    world.after(2 * HOUR)
    world.keeps("c1")
    world.after(1)
    assert len(world.board.ledger) == 0
    world.site(callbacks=CallbackPolicy())
    assert [one.id for one in world.board.ledger] == ["k-c1"]
    assert len(world.board.owed) == 2


def test_without_a_number_nobody_is_rung() -> None:
    world = Promises()
    world.arrives("c1", caller=None, sealed=None)
    world.queues("c1")
    world.see(switch="b")
    assert len(world.board.owed) == 1
    assert len(world.board.ledger) == 0


# -- kept places --------------------------------------------------------------------------


def test_a_kept_place_stands_where_she_stood_and_is_rung_back() -> None:
    world = Promises()
    world.queues("before")
    world.after(10)
    world.queues("c1")
    deadline = world.contact("c1").deadline
    world.after(10)
    world.queues("behind")
    world.tell(PlaceKept(contact=ContactId("c1")))
    world.hangs_up("c1")
    world.after(0)
    assert world.line() == ["before", "k-c1-1.0", "behind"]
    callback = world.callback("k-c1")
    assert (callback.deadline, callback.kind, callback.latest) == (deadline, "kept_place", None)
    assert callback.priority_class == "public"
    assert ContactId("c1") in world.board.owed


def test_the_debt_is_paid_when_she_was_talked_to() -> None:
    world = Promises()
    world.works()
    name = world.keeps_busy("c1")
    world.after(1)
    world.is_reached(name)
    world.after(MINUTE)
    world.is_over(name)
    assert (world.state(name), world.callback(name).done) == (S.DONE, Done.TALKED)
    assert not world.board.owed
    assert world.counted(name).done_without_promise == 1


def test_whoever_was_withdrawn_is_rung_and_so_is_whoever_was_cut_off() -> None:
    world = Promises()
    world.queues("c1")
    world.queues("c2")
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="t", reason="r"))
    world.hangs_up("c1")
    world.see(switch="b")
    kinds = {one.id: str(one.kind) for one in world.board.ledger}
    assert kinds == {"k-c1": "withdrawn", "k-c2": "cut_off"}


def test_contact_ids_that_differ_only_at_their_end_make_two_callbacks() -> None:
    world = Promises()
    node = "a-long-name-of-a-node"
    for number in ("17", "18"):
        world.keeps(f"{node}-1764000000.{number}")
    assert len(world.board.ledger) == 2
    assert all(len(one.id) <= 34 for one in world.board.ledger)


# -- the patient first ---------------------------------------------------------------------


def busy(**rules: object) -> Promises:
    """One nurse, who talks since now; conversations last a minute, so she is soon free."""
    world = Promises(handle_time=MINUTE, **rules)
    world.works()
    world.queues("other")
    world.connects("other", "n1")
    return world


def until_rung(world: Promises, name: str, most: int = 20 * MINUTE) -> CallPatient | None:
    end = world.now + most
    while (due := world.shard.next_deadline()) is not None and due <= end:
        world.now = due
        world.tell(Tick(deadline=due))
        for command in world.commands:
            if isinstance(command, CallPatient):
                assert command.callback == name
                return command
    return None


def test_a_patient_is_rung_when_a_nurse_will_soon_be_free_and_then_stands_in_line() -> None:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    name = world.keeps("c1")
    command = until_rung(world, name)
    assert command is not None
    call = command.contact
    assert world.state(name) is S.DIALLING
    assert [d.contact for d in world.decisions if isinstance(d, RingPatient)] == [call]
    assert command.sealed == "sealed-c1"
    world.hangs_up("other")
    assert world.offers() == []  # she is not there yet
    world.dials(name)
    assert world.counted(name).dials == 1
    world.tell(PatientAnswered(contact=call))
    world.after(1_000)
    world.queues(call)
    assert world.offers() == [(call, "n1")]
    assert [type(c) for c in world.commands] == [RingNurse]
    counted = world.counted(name)
    assert (counted.predicted, counted.hold_sum) == (1, 1_000)
    world.connects(call, "n1")
    assert world.state(name) is S.TALKING
    world.is_over(name)
    assert world.callback(name).done is Done.TALKED


def test_the_error_of_the_prediction_is_counted_once() -> None:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    name = world.keeps("c1")
    command = until_rung(world, name)
    assert command is not None
    expected = world.contact(command.contact).expected
    assert expected is not None
    world.dials(name)
    world.queues(command.contact)
    world.now = expected + 7_000
    world.hangs_up("other")
    world.rings_out(command.contact)
    world.is_ready("n1")
    counted = world.counted(name)
    assert (counted.predicted, counted.error_sum, counted.early_sum) == (1, 7_000, 0)


def test_she_is_not_rung_while_no_nurse_will_be_free_soon() -> None:
    world = Promises()
    name = world.keeps("c1")
    assert until_rung(world, name) is None  # nobody has signed in
    world.works()
    assert world.state(name) is S.RINGING


@pytest.mark.parametrize(
    "rules",
    [{"patient_first": False}, {"nurse_first": ("public",)}],
    ids=["never", "not this class"],
)
def test_where_certainty_matters_the_nurse_is_rung_first(rules: dict[str, object]) -> None:
    world = busy(callbacks=replace(CallbackPolicy(lead=5 * MINUTE), **rules))
    name = world.keeps("c1")
    assert until_rung(world, name) is None


def test_a_medical_one_never_rings_the_patient_first() -> None:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    world.books()
    assert until_rung(world, "b1") is None


# -- surge, nodes ---------------------------------------------------------------------------


def test_who_is_not_on_the_phone_is_no_waiting_caller() -> None:
    rules = SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, waiting=1, longest=MINUTE),))
    world = Promises(surge=rules)
    world.books()
    world.after(0)
    world.after(10 * MINUTE)
    assert (world.board.waiting, world.board.earliest) == (0, None)
    assert world.board.surge.level is SurgeLevel.NORMAL
    world.queues("c1")
    assert (world.board.waiting, world.board.earliest) == (1, world.now)


def test_nobody_on_the_phone_moves_to_a_node_that_is_there() -> None:
    world = Promises()
    world.books()
    world.after(0)
    world.tell(SwitchLost(node=NODE))
    world.works()
    assert world.rung() == []
    other = NodeId("node2")
    world.see_node(other)
    [command] = [c for c in world.commands if isinstance(c, CallNurse)]
    assert command.node == other


def test_leading_and_following_a_day_give_the_same() -> None:
    world = Promises()
    follower = Shard()
    world.books()
    assert follower.restore(world.shard.position, world.shard.save())
    world.works()
    again = Shard()
    assert again.restore(world.shard.position, world.shard.save())
    assert again.save() == world.shard.save()
    assert world.contact_state("b1") is ContactState.OFFERED


def test_it_is_called_by_the_first_of_the_nodes_that_are_there() -> None:
    world = Promises()
    world.see_node("node3")
    world.see_node("node2")
    world.books()
    world.after(0)
    world.tell(SwitchLost(node=NODE))
    assert world.contact("b1-1.0").node == "node2"
    world.see()
    assert world.contact("b1-1.0").node == "node2"


def test_however_many_have_left_the_longest_wait_is_of_somebody_on_the_phone() -> None:
    world = Promises(surge=SurgeRules(steps=(SurgeStep(level=SurgeLevel.HIGH, waiting=99),)))
    world.books()
    world.after(0)
    world.now += 1
    world.queues("stays")
    came = world.now
    world.now += 1
    for number in range(80):
        world.queues(f"c{number}")
        world.hangs_up(f"c{number}")
    assert world.board.earliest == came


def test_where_nobody_was_there_it_is_looked_again() -> None:
    world = Promises(handle_time=MINUTE, callbacks=CallbackPolicy(lead=5 * MINUTE))
    world.queues("other")
    world.after(1)
    name = world.keeps("c1")
    world.after(1)
    world.works()
    world.connects("other", "n1")
    assert until_rung(world, name) is not None


def test_a_wrap_up_that_begins_says_when_its_nurse_is_free_and_the_patient_is_rung_for_her() -> (
    None
):
    policy = CallbackPolicy(lead=30_000)
    world = Promises(handle_time=20 * MINUTE, callbacks=policy, wrap_up=25_000)
    world.works()
    world.queues("other")
    world.connects("other", "n1")
    name = world.keeps("c1")
    world.after(1)
    assert world.state(name) is S.WAITING
    assert world.contact(world.call(name)).look_at is not None  # the estimate is far off
    world.after(5_000)
    world.hangs_up("other")
    [rung] = [d for d in world.decisions if isinstance(d, RingPatient)]
    assert rung.expected == world.now + 25_000
    assert world.state(name) is S.DIALLING


def test_a_wrap_up_that_is_over_before_she_could_be_ready_leaves_her_to_nurse_first() -> None:
    policy = CallbackPolicy(lead=30_000)
    world = Promises(handle_time=20 * MINUTE, callbacks=policy, wrap_up=9_000)
    world.works()
    world.queues("other")
    world.connects("other", "n1")
    name = world.keeps("c1")
    world.after(5_000)
    world.hangs_up("other")
    assert world.state(name) is S.WAITING
    world.after(9_001)
    assert world.rung() == [(name, "n1")]


def test_the_second_in_line_is_not_rung_for_the_only_nurse_who_wraps_up() -> None:
    policy = CallbackPolicy(lead=30_000)
    world = Promises(handle_time=20 * MINUTE, callbacks=policy, wrap_up=25_000)
    world.works()
    world.queues("other")
    world.connects("other", "n1")
    first, second = world.keeps("c1"), world.keeps("c2")
    world.after(5_000)
    world.hangs_up("other")
    assert (world.state(first), world.state(second)) == (S.DIALLING, S.WAITING)
