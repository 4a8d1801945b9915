"""What a supervisor does to a contact: moved, another class, withdrawn."""

import pytest

from callcenter.acd.commands import DismissCaller
from callcenter.acd.contact import Dismissal
from callcenter.acd.decisions import Dismiss
from callcenter.acd.events import (
    AnyEvent,
    CommandDone,
    CommandFailed,
    ContactClassed,
    ContactMoved,
    ContactWithdrawn,
    OfferResult,
    Phase,
)
from callcenter.acd.ids import ContactId
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from tests.unit.acd.world import AR, SO, SV, World, seen


def moved(contact: str, language: str) -> ContactMoved:
    return ContactMoved(
        contact=ContactId(contact), language=Language(language), actor="s", reason="asked"
    )


def classed(contact: str, to: str) -> ContactClassed:
    return ContactClassed(contact=ContactId(contact), priority_class=to, actor="s", reason="pain")


def withdrawn(contact: str) -> ContactWithdrawn:
    return ContactWithdrawn(contact=ContactId(contact), actor="s", reason="prank")


def test_a_moved_contact_is_offered_to_a_nurse_of_the_other_line() -> None:
    world = World({"n1": "ar"})
    world.is_ready("n1")
    world.queues("c1", SV)
    key = world.contact("c1").key
    world.tell(moved("c1", "ar"))
    assert world.offers() == [("c1", "n1")]
    contact = world.contact("c1")
    assert (contact.key, contact.language, contact.wanted) == (key, AR, SV)
    assert (world.tally(SV).moved, world.tally(AR).queued) == (1, 1)


def test_moved_back_it_is_as_it_was() -> None:
    world = World({"n1": "ar"})
    world.queues("c1", SV)
    world.tell(moved("c1", "ar"))
    world.tell(moved("c1", "sv"))
    assert (world.contact("c1").language, world.contact("c1").wanted) == (SV, None)


def test_a_nurse_who_rings_and_cannot_serve_the_other_line_is_spared() -> None:
    world = World({"n1": "sv", "n2": "ar"})
    world.is_ready("n1")
    world.is_ready("n2")
    world.queues("c1", SV)
    world.tell(moved("c1", "ar"))
    assert [w.contact for w in world.withdrawals()] == ["c1"]
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert world.offers() == [("c1", "n2")]
    assert world.nurse("n1").misses == 0


def test_a_nurse_who_can_serve_the_other_line_too_goes_on_ringing() -> None:
    world = World({"n1": "sv ar"})
    world.is_ready("n1")
    world.queues("c1", SV)
    world.tell(moved("c1", "ar"))
    assert world.withdrawals() == []


def test_another_class_counts_the_deadline_anew_from_the_arrival() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.now += 1_000
    world.queues("c2")
    assert world.line() == ["c1", "c2"]
    world.tell(classed("c2", "staff"))
    assert world.line() == ["c2", "c1"]
    assert world.contact("c2").deadline == world.contact("c2").arrived + 60_000
    assert world.tally(SV, "staff").queued == 1
    assert world.tally(SV, "public").moved == 1


def test_a_key_in_the_menu_can_change_the_class_before_the_caller_is_in_line() -> None:
    world = World({"n1": "sv"})
    world.arrives("c1")
    world.tell(classed("c1", "staff"))
    world.queues("c1")
    assert world.tally(SV, "staff").queued == 1
    assert world.tally(SV, "public").queued == 0


@pytest.mark.parametrize(
    "event",
    [
        moved("c1", "fi"),  # not of this site
        moved("c1", "sv"),  # there already
        moved("c9", "ar"),  # unknown
        moved("talks", "ar"),
        moved("menu", "ar"),
        classed("c1", "unheard_of"),
        classed("c1", "public"),
        classed("talks", "staff"),
        withdrawn("talks"),
        withdrawn("menu"),
        withdrawn("c9"),
    ],
    ids=lambda event: f"{type(event).__name__} {event.contact}",
)
def test_what_cannot_be_done_changes_nothing(event: AnyEvent) -> None:
    world = World({"n1": "sv"})
    world.queues("talks")
    world.is_ready("n1")
    world.connects("talks", "n1")
    world.queues("c1")
    world.arrives("menu")
    assert world.refuses(event)


def test_a_withdrawn_caller_is_told_so_out_of_the_line_and_owed_a_call() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.tell(withdrawn("c1"))
    assert world.line() == []
    assert isinstance(world.decided()[0], Dismiss)
    command = world.commands[0]
    assert isinstance(command, DismissCaller)
    assert (command.contact, command.prompt, command.language) == ("c1", "dismissed", SV)
    world.is_ready("n1")
    assert world.offers() == []
    world.tell(CommandDone(command=world.contact("c1").dismiss or ""))
    world.hangs_up("c1")
    assert [debt.contact for debt in world.board.owed] == ["c1"]
    assert (world.tally().withdrawn, world.tally().abandoned) == (1, 0)


def test_a_withdrawn_caller_can_neither_be_withdrawn_again_nor_moved() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.tell(withdrawn("c1"))
    assert world.refuses(withdrawn("c1"))
    assert world.refuses(moved("c1", "ar"))
    assert world.refuses(classed("c1", "staff"))


def test_a_ringing_is_taken_back_before_the_caller_is_dismissed() -> None:
    world = World({"n1": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.tell(withdrawn("c1"))
    assert len(world.withdrawals()) == 1
    world.rings_out("c1", OfferResult.WITHDRAWN)
    assert [type(d) for d in world.decided()] == [Dismiss]
    assert world.nurse("n1").available


def test_a_nurse_who_answers_first_has_her_after_all() -> None:
    world = World({"n1": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.tell(withdrawn("c1"))
    world.connects("c1", "n1")
    assert world.contact("c1").dismissed is None
    world.hangs_up("c1")
    assert len(world.board.owed) == 0
    assert world.tally().answered == 1


def test_a_dismissal_that_cannot_be_told_is_given_up_and_the_caller_is_served() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.tell(withdrawn("c1"))
    tried = 0
    while (command := world.contact("c1").dismiss) is not None:
        tried += 1
        world.tell(CommandFailed(command=command, reason="refused"))
    assert tried == 5
    assert world.line() == ["c1"]
    world.is_ready("n1")
    assert world.offers() == [("c1", "n1")]
    world.is_served("c1", "n1")
    assert len(world.board.owed) == 0


def test_whoever_cannot_be_told_that_her_line_is_closed_gets_an_interpreter() -> None:
    world = closed(Instead.CALLBACK)
    world.is_ready("n1")
    world.queues("c1", SO)
    while (command := world.contact("c1").dismiss) is not None:
        world.tell(CommandFailed(command=command, reason="refused"))
    assert world.contact("c1").offer is not None
    assert (world.contact("c1").nurse, world.contact("c1").callback_at) == ("n1", None)


def test_the_node_s_truth_has_it_tried_again_while_the_caller_is_still_in_line() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.tell(withdrawn("c1"))
    world.see(seen("c1", Phase.LINE, language=SV))
    assert world.decided() == ()  # told just now
    world.now += 2_000
    world.see(seen("c1", Phase.LINE, language=SV))
    assert any(isinstance(d, Dismiss) for d in world.decided())
    world.see(seen("c1", Phase.AFTER, language=SV))  # hears it just now
    assert world.tally().answered == 0
    assert world.contact("c1").dismissed is Dismissal.WITHDRAWN


def test_who_is_withdrawn_while_the_gateway_is_away_is_told_when_it_is_back() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    world.loses_the_switch()
    world.tell(withdrawn("c1"))
    assert world.decided() == ()
    world.see(seen("c1", Phase.LINE, language=SV))
    assert any(isinstance(d, Dismiss) for d in world.decided())


# -- closed lines ---------------------------------------------------------------------------

# 1970-01-01 was a Thursday, and the world begins at 00:16:40.
CLOSED = Hours(spans=(Span(weekday=3, opens=8 * 60, closes=17 * 60),))
EIGHT = 8 * 3_600_000


def closed(instead: Instead) -> World:
    line = Line(language=SO, hours=CLOSED, closed=Closed(instead=instead, language=SV))
    return World({"n1": "sv", "n2": "so"}, routing=Routing(lines=(line,)))


def test_a_closed_line_leads_to_another_language() -> None:
    world = closed(Instead.LANGUAGE)
    world.is_ready("n1")
    world.queues("c1", SO)
    assert world.offers() == [("c1", "n1")]
    assert (world.contact("c1").language, world.contact("c1").wanted) == (SV, SO)
    assert not world.contact("c1").interpreter


def test_a_closed_line_leads_to_any_nurse_with_an_interpreter_at_once() -> None:
    world = closed(Instead.INTERPRETER)
    world.is_ready("n1")
    world.queues("c1", SO)
    assert world.offers() == [("c1", "n1")]
    assert world.commands[0].interpreter is True  # type: ignore[union-attr]
    assert world.contact("c1").language == SO


def test_whoever_speaks_the_language_is_better_and_needs_no_interpreter() -> None:
    world = closed(Instead.INTERPRETER)
    world.is_ready("n1")
    world.now += 1_000
    world.is_ready("n2")
    world.queues("c1", SO)
    assert world.offers() == [("c1", "n2")]
    assert world.commands[0].interpreter is False  # type: ignore[union-attr]


def test_a_closed_line_promises_to_ring_back_when_it_opens() -> None:
    world = closed(Instead.CALLBACK)
    world.is_ready("n2")
    world.queues("c1", SO)
    assert world.offers() == []
    command = world.commands[0]
    assert isinstance(command, DismissCaller)
    assert (command.prompt, command.language) == ("closed-callback", SO)
    world.hangs_up("c1")
    (debt,) = world.board.owed
    assert debt.callback_at == EIGHT


def test_who_cannot_be_rung_back_is_served_in_the_other_language() -> None:
    world = closed(Instead.CALLBACK)
    world.arrives("c1", sealed=None)
    world.queues("c1", SO)
    assert world.contact("c1").language == SV
    assert world.line() == ["c1"]


def test_an_open_line_is_as_ever() -> None:
    world = closed(Instead.CALLBACK)
    world.now = EIGHT
    world.is_ready("n2")
    world.queues("c1", SO)
    assert world.offers() == [("c1", "n2")]
