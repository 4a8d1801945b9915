"""What moving and classing a contact must also bring about, or leave alone."""

from callcenter.acd.events import ContactClassed, ContactMoved
from callcenter.acd.ids import ContactId, EntryId
from callcenter.shard.shard import Shard
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.acd.world import AR, SO, SV, World, arrival


def moved(contact: str, language: Language) -> ContactMoved:
    return ContactMoved(contact=ContactId(contact), language=language, actor="s", reason="asked")


def classed(contact: str, to: str) -> ContactClassed:
    return ContactClassed(contact=ContactId(contact), priority_class=to, actor="s", reason="pain")


def two_rings(after: int) -> tuple[Ring, ...]:
    return (Ring(level=Level.FLUENT), Ring(after=after, level=Level.WORKING))


def test_the_rings_of_the_new_line_are_opened_by_the_wait_so_far() -> None:
    lines = (Line(language=SO, rings=two_rings(10_000)), Line(language=SV, rings=two_rings(90_000)))
    world = World({"n1": "sv:working"}, routing=Routing(lines=lines))
    world.is_ready("n1")
    world.queues("c1", SO)
    queued = world.now
    world.after(20_000)
    assert world.contact("c1").ring == 1
    world.tell(moved("c1", SV))
    assert world.offers() == []
    assert (world.contact("c1").ring, world.contact("c1").ring_ends) == (0, queued + 90_000)
    world.after(70_000)
    assert world.offers() == [("c1", "n1")]


def test_a_contact_that_leaves_a_closed_line_needs_no_interpreter_any_more() -> None:
    hours = Hours(spans=(Span(weekday=3, opens=8 * 60, closes=17 * 60),))
    closed = Closed(instead=Instead.INTERPRETER, language=SV)
    routing = Routing(lines=(Line(language=SO, hours=hours, closed=closed),))
    world = World({"n1": "ar"}, routing=routing)
    world.queues("c1", SO)
    assert world.contact("c1").interpreter is True
    world.tell(moved("c1", SV))
    assert world.contact("c1").interpreter is False
    world.is_ready("n1")
    assert world.offers() == []  # who speaks no Swedish is not enough


def test_the_wait_that_is_expected_is_that_of_the_new_line() -> None:
    world = World({"n1": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.queues("c2", SO)
    assert world.contact("c2").estimate is None  # nobody speaks Somali
    world.now += 1_000
    world.tell(moved("c2", SV))
    estimate = world.contact("c2").estimate
    assert estimate is not None
    assert estimate.stated == world.now
    world.tell(moved("c2", SO))
    assert world.contact("c2").estimate is None


def test_what_was_said_to_a_caller_whose_nurse_is_ringing_stays() -> None:
    world = World({"n1": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    said = world.contact("c1").estimate
    world.now += 5_000
    world.tell(classed("c1", "staff"))
    assert world.contact("c1").estimate == said


def test_the_target_of_another_class_is_that_of_the_hour_of_arrival() -> None:
    # The world begins at 00:16 of its zone.
    night = Routing(night=(22 * 60, 2 * 60))
    world = World({}, routing=night, night_targets={"staff": 600_000})
    world.queues("c1")
    world.now += 2 * 3_600_000  # the night is over
    world.tell(classed("c1", "staff"))
    assert world.contact("c1").deadline == world.contact("c1").arrived + 600_000


def test_each_contact_that_is_moved_is_counted() -> None:
    world = World({})
    for contact in ("c1", "c2"):
        world.queues(contact, SV)
        world.tell(moved(contact, AR))
    assert (world.tally(SV).moved, world.tally(AR).queued) == (2, 2)


def test_before_a_site_is_loaded_there_is_no_other_line_and_no_other_class() -> None:
    shard = Shard()
    for number, event in enumerate((arrival("c1"), classed("c1", "staff"))):
        shard.lead(EntryId(f"1000-{number}"), event)
    assert shard.late == 1
