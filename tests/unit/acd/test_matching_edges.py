"""What a change of one sign in the matching would break, and the plainer tests do not see."""

from callcenter.acd import matching
from callcenter.acd.commands import ReturnToLine, TellSurge
from callcenter.acd.decisions import Offer
from callcenter.acd.events import SurgeSet
from callcenter.acd.ids import ContactId, NurseId, OfferId
from callcenter.acd.nurse import NurseMove
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from tests.unit.acd.world import NODE, World


def test_in_a_crisis_each_caller_more_or_less_decides_whether_newcomers_are_refused() -> None:
    step = SurgeStep(level=SurgeLevel.CRISIS, waiting=1_000, refuse_waiting=2)
    world = World({}, surge=SurgeRules(steps=(step,)))
    world.tell(SurgeSet(level=SurgeLevel.CRISIS, actor="test", reason="flu"))
    told = []
    for act in (world.queues, world.queues, world.hangs_up):
        act("c2" if "c1" in world.board.contacts else "c1")
        told.append([c.refusing for c in world.commands if isinstance(c, TellSurge)])
    assert told == [[], [True], [False]]


def test_every_offer_is_counted() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    for contact, nurse in (("c1", "n1"), ("c2", "n2")):
        world.queues(contact)
        world.is_ready(nurse)
    assert world.tally().offered == 2
    assert world.tally().inversions == 0


def test_every_offer_that_passes_somebody_is_counted() -> None:
    world = World({"n1": "sv", "n2": "sv"})
    for contact in ("c1", "c2", "c3"):
        world.queues(contact)
    for contact, nurse in (("c3", "n1"), ("c2", "n2")):
        free = world.nurse(nurse).move(NurseMove.READY, world.now)
        world.board.put_nurse(free)
        offer = Offer(
            offer=OfferId(f"o-{contact}"), contact=ContactId(contact), nurse=NurseId(nurse)
        )
        matching.apply(world.board, offer, world.now)
    assert world.tally().inversions == 2


def test_who_takes_a_caller_back_is_told_which_where_and_until_when() -> None:
    world = World({"n1": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    offer = world.offer_of("c1")
    world.pauses("n1")
    (command,) = [c for c in world.commands if isinstance(c, ReturnToLine)]
    assert (command.node, command.contact, command.offer) == (NODE, "c1", offer)
    assert command.channel == world.contact("c1").channel
    assert command.valid_until == world.now + world.policy.command_valid
