"""What a review of callbacks found in the fold, each mended."""

import pytest

from callbacks.callback import CallbackId, CallbackState, Done
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import CallbackOverlooked
from callcenter.acd.commands import CallNurse
from callcenter.acd.contact import ContactState
from callcenter.acd.events import (
    CallCutOff,
    CallReturned,
    CommandFailed,
    ContactWithdrawn,
    Phase,
    PlaceKept,
    ReturnReason,
    SwitchLost,
)
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.owing import callback_id, contact_id
from callcenter.asterisk import executor
from callcenter.asterisk.channels import contact_id as read_contact_id
from callcenter.asterisk.switchboard import Switchboard
from language_routing.lines import Closed, Instead, Line, Routing
from tests.unit.acd.promises import HOUR, MINUTE, Promises
from tests.unit.acd.test_ringback import BY_DAY, busy, until_rung, utc
from tests.unit.acd.test_ringback_calls import there
from tests.unit.acd.world import AR, NODE, SV, seen

S = CallbackState


def test_who_pressed_1_while_the_gateway_was_dead_stands_in_line() -> None:
    world = busy(callbacks=CallbackPolicy(lead=5 * MINUTE))
    name = world.keeps("c1")
    command = until_rung(world, name)
    assert command is not None
    world.after(20_000)
    truth = there(command.contact, Phase.LINE, nurse=None, there="reached")
    others = seen("other", Phase.TALKING, nurse=NurseId("n1"))
    world.see(truth, others)
    assert world.contact(command.contact).state is ContactState.WAITING


def test_a_call_that_the_gateway_has_not_begun_yet_is_not_an_attempt() -> None:
    """The gateway was dead when the nurse was chosen; it is back, and begins the call now."""
    world = Promises()
    world.works("n1")
    world.books()
    world.after(0)
    (command,) = [one for one in world.commands if isinstance(one, CallNurse)]
    world.now += 3_000
    world.see()  # the gateway's first words
    still = executor.plan(
        command, Switchboard(["n1"]), world.now + 100, lambda _sealed: "+46701234567"
    )
    assert isinstance(still, executor.Refused) or world.state() is S.RINGING


def test_whom_a_supervisor_withdrew_is_rung_though_she_rang_and_left_the_menu() -> None:
    world = Promises()
    world.queues("c1")
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="web:s", reason="x"))
    world.hangs_up("c1")
    assert world.state("k-c1") is not S.DONE
    world.arrives("c2", caller="hash-c1")  # anybody behind that number, who hears the menu
    world.hangs_up("c2")
    assert world.callback("k-c1").open


def test_who_lost_her_nurse_and_then_asterisk_is_rung_again() -> None:
    world = Promises()
    world.works("n1")
    world.books()
    world.after(0)
    world.is_reached()
    world.after(MINUTE)
    world.pauses("n1")
    call = world.call()
    world.tell(
        CallReturned(
            contact=call, offer=OfferId("1-1-1"), nurse=NurseId("n1"), reason=ReturnReason.LINE_LOST
        )
    )
    assert world.state() is S.HOLDING
    world.tell(CallCutOff(contact=call))
    again = world.board.ledger.get("b1-again1")
    assert world.callback().open or again is not None


def test_who_was_never_heard_because_the_nurse_hung_up_at_once_was_not_talked_to() -> None:
    world = Promises()
    world.works("n1")
    world.books()
    world.after(0)
    world.is_reached()
    world.pauses("n1")
    call = world.call()
    world.tell(
        CallReturned(
            contact=call,
            offer=OfferId("1-1-1"),
            nurse=NurseId("n1"),
            reason=ReturnReason.SHORT_TALK,
        )
    )
    world.after(10 * MINUTE)
    world.hangs_up(call)
    assert world.callback().done is not Done.TALKED


def test_a_callback_of_a_long_node_name_is_known_again_after_it_was_cut_off() -> None:
    node = "a" * 18
    first = callback_id(ContactId(f"{node}-1732620387.1234"))
    assert read_contact_id(contact_id(first, 1)) is not None
    again = f"{first}-again1"
    assert read_contact_id(contact_id(again, 1)) is not None


RINGS_BACK = Routing(
    lines=(
        Line(
            language=AR,
            hours=BY_DAY.lines[0].hours,
            closed=Closed(instead=Instead.CALLBACK, language=SV),
        ),
    ),
    calendar=BY_DAY.calendar,
)
NIGHT = utc("2026-10-20T22:00")  # midnight; the line is open from 06:00 to 18:00


def test_an_absent_patient_is_not_rung_from_a_line_that_has_closed_meanwhile() -> None:
    world = Promises({"n1": "ar"}, routing=BY_DAY, gateway_lost=10**12)
    world.now = utc("2026-10-20T17:50")
    world.see()
    name = "k-c1"
    world.queues("c1", AR)
    world.tell(PlaceKept(contact=ContactId("c1")))
    world.hangs_up("c1")
    world.after(1)
    assert world.state(name) is S.WAITING
    world.now = utc("2026-10-21T01:00")  # two at night: a nurse of another line signs in
    world.works("n1")
    assert world.state(name) is not S.RINGING


def test_a_call_on_a_node_that_is_gone_holds_no_promise_back_for_ever() -> None:
    world = Promises()
    world.see_node("node2")
    world.works("n1")
    world.pauses("n1")
    world.books(caller="hash-c1", after=MINUTE)
    world.arrives("c1", node="node2")
    world.queues("c1")
    assert world.callback().held_by == "c1"
    world.tell(SwitchLost(node=NodeId("node2")))
    world.after(3 * HOUR)
    assert world.state() is not S.DUE or not world.refuses(
        CallbackOverlooked(callback=CallbackId("b1"))
    )


def test_a_doubt_that_outlived_both_nodes_is_looked_into_when_one_is_back() -> None:
    world = Promises()
    world.see_node("node2")
    world.works("n1")
    world.books()
    world.after(0)
    (command,) = [one for one in world.commands if isinstance(one, CallNurse)]
    world.tell(SwitchLost(node=NodeId("node2")))
    world.tell(CommandFailed(command=command.id, reason="no_switch"))
    assert world.contact(world.call()).doubt
    world.tell(SwitchLost(node=NODE))
    world.after(10 * MINUTE)
    world.see_node("node2")
    world.after(10 * MINUTE)
    assert world.wanted() or not world.contact(world.call()).doubt
    assert not world.contact(world.call()).doubt or world.board.nodes[NodeId("node2")].look_up


@pytest.mark.parametrize("number", ["+88216123456789", "+46900123456", "+461177", "+46939123456"])
def test_a_number_that_a_caller_has_made_up_is_not_dialled(number: str) -> None:
    world = Promises()
    world.works("n1")
    world.books()
    world.after(0)
    (command,) = [one for one in world.commands if isinstance(one, CallNurse)]
    plan = executor.plan(command, Switchboard(["n1"]), world.now, lambda _sealed: number)
    assert isinstance(plan, executor.Refused)


def test_who_rang_in_and_was_talked_to_is_not_rung_for_the_place_that_she_kept() -> None:
    world = Promises()
    name = world.keeps("c1")
    world.after(2 * HOUR + MINUTE)  # nobody has had time for her
    world.signs_in("n1")
    world.arrives("c2", caller="hash-c1")
    world.queues("c2")
    world.connects("c2", "n1")
    world.after(5 * MINUTE)
    world.hangs_up("c2")
    world.is_ready("n1")
    world.after(4 * MINUTE)
    assert not world.callback(name).open
