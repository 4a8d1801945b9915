"""How commands end: what is tried again, what is asked, and what a second report means."""

from callcenter.acd.commands import TellSurge
from callcenter.acd.contact import ContactState
from callcenter.acd.events import (
    CommandFailed,
    CommandUnknown,
    ContactWithdrawn,
    GatewayAlive,
    SurgeSet,
)
from callcenter.acd.ids import ContactId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.acd.world import NODE, SV, World

RINGS = (Ring(level=Level.FLUENT), Ring(after=60_000, level=Level.WORKING))


def failed(command: str | None) -> CommandFailed:
    assert command is not None
    return CommandFailed(command=command, reason="no_switch")


def offered(**rules: object) -> World:
    world = World({"n1": "sv"}, **rules)
    world.is_ready("n1")
    world.queues("c1")
    return world


def test_an_offer_that_failed_is_asked_about_again_after_the_backstop() -> None:
    for unknown in (False, True):
        world = offered()
        world.after(20_000)
        command = world.offer_of("c1")
        world.tell(CommandUnknown(command=command) if unknown else failed(command))
        contact = world.contact("c1")
        assert contact.doubt
        assert contact.backstop == world.now + world.policy.backstop


def test_a_contact_whose_offer_failed_waits_since_then_with_the_rings_of_its_whole_wait() -> None:
    world = offered(routing=Routing(lines=(Line(language=SV, rings=RINGS),)))
    world.now += 60_000
    world.tell(failed(world.offer_of("c1")))
    contact = world.contact("c1")
    assert (contact.state, contact.since, contact.ring) == (ContactState.WAITING, world.now, 1)


def test_a_withdrawal_that_failed_twice_by_one_report_failed_once() -> None:
    world = offered()
    world.pauses("n1")
    command = world.contact("c1").withdraw
    for _ in range(4):
        world.tell(failed(world.contact("c1").withdraw))
    assert world.contact("c1").withdraw != command
    last = world.contact("c1").withdraw
    world.tell(failed(last))  # the fifth: given up
    assert world.contact("c1").withdraw is None
    assert list(world.board.nodes) == [NODE]
    assert world.board.nodes[NODE].look_up
    assert world.refuses(failed(last))


def test_a_mirroring_that_failed_is_reported_once() -> None:
    world = World()
    world.is_ready("n1")
    command = world.nurse("n1").mirroring
    world.tell(failed(command))
    assert world.nurse("n1").mirroring is None
    assert world.refuses(failed(command))


def test_a_word_about_the_surge_that_failed_is_reported_once() -> None:
    step = SurgeStep(level=SurgeLevel.HIGH, waiting=1_000)
    world = World(surge=SurgeRules(steps=(step,)))
    world.tell(SurgeSet(level=SurgeLevel.HIGH, actor="s", reason="flu"))
    (command,) = [c.id for c in world.commands if isinstance(c, TellSurge)]
    world.tell(failed(command))
    assert world.board.nodes[NODE].telling is None
    assert world.refuses(failed(command))
    world.tell(GatewayAlive(node=NODE))
    assert [type(c) for c in world.commands] == [TellSurge]


def test_a_dismissal_that_failed_has_the_callers_own_node_asked() -> None:
    world = World()
    world.queues("c1")
    world.after(10_000)
    world.tell(ContactWithdrawn(contact=ContactId("c1"), actor="s", reason="prank"))
    world.tell(failed(world.contact("c1").dismiss))
    assert world.wanted()
    assert list(world.board.nodes) == [NODE]
