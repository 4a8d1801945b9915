"""Callers who need an interpreter: said in the menu, and true in whichever line they stand."""

import pytest

from callcenter.acd.commands import DismissCaller, RingNurse
from callcenter.acd.contact import ContactState, Dismissal
from callcenter.acd.events import CommandFailed, ContactMoved, NeedSaid, Phase, SiteLoaded
from callcenter.acd.ids import ContactId
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import Ring
from tests.unit.acd.world import AR, SO, SV, World, policy, seen

SWL, UND = Language("swl"), Language("und")
# 1970-01-01 was a Thursday, and the world begins at 00:16:40.
CLOSED = Hours(spans=(Span(weekday=3, opens=8 * 60, closes=17 * 60),))
EIGHT = 8 * 3_600_000


def needs(contact: str, wanted: Language = SWL) -> NeedSaid:
    return NeedSaid(contact=ContactId(contact), wanted=wanted)


def queued(world: World, language: Language = SV, wanted: Language = SWL) -> None:
    """c1 says what she needs, and stands in line."""
    world.arrives("c1")
    world.tell(needs("c1", wanted))
    world.queues("c1", language)


def rung(world: World) -> RingNurse:
    [command] = [c for c in world.commands if isinstance(c, RingNurse)]
    return command


def test_she_stands_in_the_line_that_she_chose_with_her_place_and_an_interpreter() -> None:
    world = World()
    queued(world)
    found = world.contact("c1")
    assert (found.state, found.language, found.wanted) == (ContactState.WAITING, SV, SWL)
    assert found.interpreter
    assert world.line() == ["c1"]


def test_whoever_serves_her_is_told_that_an_interpreter_is_needed_also_a_fluent_nurse() -> None:
    world = World({"n1": "sv"})
    queued(world)
    world.is_ready("n1")
    assert (rung(world).nurse, rung(world).interpreter, rung(world).language) == ("n1", True, SV)


def test_any_nurse_will_do_at_once_whatever_the_rings_of_the_line() -> None:
    line = Line(language=SV, rings=(Ring(), Ring(after=600_000, level=None)))
    world = World({"n1": "ar"}, routing=Routing(lines=(line,)))
    queued(world)
    world.is_ready("n1")
    assert (rung(world).nurse, rung(world).interpreter) == ("n1", True)


def test_the_last_word_counts() -> None:
    world = World()
    world.arrives("c1")
    world.tell(needs("c1", UND))
    world.tell(needs("c1", SWL))
    assert world.contact("c1").wanted == SWL


def test_it_is_said_in_the_menu_only() -> None:
    world = World({"n1": "sv"})
    world.queues("c1")
    assert world.refuses(needs("c1"))
    world.signs_in("n1")
    world.connects("c1", "n1")
    assert world.refuses(needs("c1"))
    world.hangs_up("c1")
    assert world.refuses(needs("c1"))
    world.arrives("c2")
    world.falls_back("c2")
    assert world.refuses(needs("c2"))


def test_who_is_unheard_of_is_asked_about() -> None:
    world = World()
    world.tell(needs("c9"))
    assert world.wanted()


def closed(instead: Instead) -> World:
    line = Line(language=SO, hours=CLOSED, closed=Closed(instead=instead, language=SV))
    return World({"n1": "sv", "n2": "so"}, routing=Routing(lines=(line,)))


@pytest.mark.parametrize(
    ("instead", "language"), [(Instead.LANGUAGE, SV), (Instead.INTERPRETER, SO)]
)
def test_a_closed_line_leads_elsewhere_and_the_need_goes_along(
    instead: Instead, language: Language
) -> None:
    world = closed(instead)
    queued(world, SO)
    found = world.contact("c1")
    assert (found.language, found.wanted, found.interpreter) == (language, SWL, True)
    world.is_ready("n1")
    assert rung(world).interpreter


def test_a_closed_line_that_rings_back_owes_her_a_call_with_an_interpreter() -> None:
    world = closed(Instead.CALLBACK)
    queued(world, SO)
    assert world.contact("c1").dismissed is Dismissal.CLOSED
    assert isinstance(world.commands[0], DismissCaller)
    world.hangs_up("c1")
    [debt] = world.board.owed
    assert (debt.kind, debt.language, debt.wanted, debt.interpreter) == ("closed", SO, SWL, True)
    assert debt.callback_at == EIGHT


def test_who_cannot_be_told_that_it_is_closed_is_served_with_her_interpreter() -> None:
    world = closed(Instead.CALLBACK)
    queued(world, SO)
    world.is_ready("n1")
    while (command := world.contact("c1").dismiss) is not None:
        world.tell(CommandFailed(command=command, reason="refused"))
    assert world.contact("c1").nurse == "n1"
    assert world.contact("c1").in_need


def test_a_supervisor_who_moves_her_does_not_take_the_interpreter_away() -> None:
    world = World()
    queued(world)
    world.tell(ContactMoved(contact=ContactId("c1"), language=AR, actor="anna", reason="r"))
    found = world.contact("c1")
    assert (found.language, found.wanted, found.interpreter) == (AR, SWL, True)


def test_in_the_line_of_the_language_that_she_wants_she_needs_none() -> None:
    world = World()
    queued(world, SV, AR)
    world.tell(ContactMoved(contact=ContactId("c1"), language=AR, actor="anna", reason="r"))
    found = world.contact("c1")
    assert (found.language, found.wanted, found.interpreter) == (AR, None, False)


def test_a_site_that_drops_her_line_does_not_drop_her_interpreter() -> None:
    world = World()
    queued(world, AR)
    world.queues("c2", AR)
    smaller = policy({"n1": "sv"})
    world.tell(SiteLoaded(policy=type(smaller)(
        languages=(SV,), default_language=SV, targets=smaller.targets, nurses=smaller.nurses
    )))  # fmt: skip
    assert (world.contact("c1").language, world.contact("c1").interpreter) == (SV, True)
    assert (world.contact("c2").language, world.contact("c2").interpreter) == (SV, False)


@pytest.mark.parametrize("phase", [Phase.IVR, Phase.LINE, Phase.FALLBACK])
def test_a_lost_memory_is_made_again_with_her_need(phase: Phase) -> None:
    world = World()
    world.see(seen("c1", phase, language=SV, wanted=SWL))
    found = world.contact("c1")
    assert (found.wanted, found.interpreter) == (SWL, True)


def test_a_need_that_was_not_heard_shows_in_the_truth_while_she_is_in_the_menu() -> None:
    world = World()
    world.arrives("c1")
    world.queues("c2")
    world.see(
        seen("c1", Phase.LINE, language=SV, wanted=SWL),
        seen("c2", Phase.LINE, language=SV, wanted=SWL),
    )
    assert world.contact("c1").in_need
    assert not world.contact("c2").in_need  # her place was decided without it
