"""Supervisors' messages: one for each entry point and language, until its time is over."""

from collections.abc import Mapping

from msgspec.structs import replace

from callcenter.acd.events import MessageEnded, MessageSet
from callcenter.acd.messages import in_force
from callcenter.shard.shard import Shard
from language_routing.languages import Language
from tests.unit.acd.world import AR, SO, SV, World

HOUR = 3_600_000
SITE = (SV, AR, SO)


def said(world: World, name: str, entry_point: str | None, language: str | None) -> MessageSet:
    return MessageSet(
        id=name, entry_point=entry_point, language=language, until=world.now + HOUR,
        sound=f"{name}/sound", text="Influensan", actor="anna",
    )  # fmt: skip


def heard(world: World, entry_point: str = "public") -> Mapping[Language, str]:
    return in_force(world.board.messages.values(), entry_point, SITE, world.now)


def test_a_message_is_heard_where_and_in_what_it_was_set() -> None:
    world = World()
    world.tell(said(world, "m1", "public", AR))
    assert heard(world) == {AR: "m1/sound"}
    assert heard(world, "staff") == {}
    [message] = world.board.messages.values()
    assert (message.since, message.until, message.actor) == (world.now, world.now + HOUR, "anna")
    assert message.text == "Influensan"


def test_what_is_nearer_to_the_caller_goes_before_what_is_for_all() -> None:
    world = World()
    world.tell(said(world, "all", None, None))
    assert heard(world) == dict.fromkeys(SITE, "all/sound")
    world.tell(said(world, "arabic", None, AR))
    assert heard(world) == {SV: "all/sound", AR: "arabic/sound", SO: "all/sound"}
    world.tell(said(world, "public", "public", None))
    assert heard(world) == dict.fromkeys(SITE, "public/sound")
    world.tell(said(world, "somali", "public", SO))
    assert heard(world) == {SV: "public/sound", AR: "public/sound", SO: "somali/sound"}
    assert heard(world, "staff") == {SV: "all/sound", AR: "arabic/sound", SO: "all/sound"}


def test_a_later_one_takes_the_place_of_an_earlier_one() -> None:
    world = World()
    world.tell(said(world, "m1", "public", SV))
    world.tell(said(world, "m2", "public", SV))
    assert list(world.board.messages) == ["m2"]
    assert world.refuses(MessageEnded(id="m1", actor="anna"))


def test_the_same_one_can_be_set_anew_elsewhere_and_for_longer() -> None:
    world = World()
    world.tell(said(world, "m1", "public", SV))
    world.tell(replace(said(world, "m1", "staff", SV), until=world.now + 2 * HOUR))
    assert heard(world) == {}
    world.after(HOUR)
    assert heard(world, "staff") == {SV: "m1/sound"}


def test_it_ends_by_itself_when_its_time_is_over_though_nothing_else_happens() -> None:
    world = World()
    world.tell(said(world, "m1", "public", SV))
    assert world.shard.next_deadline() == world.now + HOUR
    world.after(HOUR - 1)
    assert heard(world) == {SV: "m1/sound"}
    world.after(1)
    assert world.board.messages == {}
    assert world.refuses(MessageEnded(id="m1", actor="anna"))


def test_it_is_not_heard_after_its_time_though_the_journal_stands_still() -> None:
    world = World()
    world.tell(said(world, "m1", None, None))
    world.now += HOUR
    assert len(world.board.messages) == 1
    assert heard(world) == {}


def test_a_supervisor_ends_it_and_its_timer_with_it() -> None:
    world = World()
    world.tell(said(world, "m1", "public", SV))
    world.tell(MessageEnded(id="m1", actor="anna"))
    assert heard(world) == {}
    assert world.shard.next_deadline() != world.now + HOUR
    world.after(HOUR)
    assert world.board.messages == {}


def test_one_whose_time_is_over_is_not_switched_on() -> None:
    world = World()
    assert world.refuses(replace(said(world, "m1", None, None), until=world.now))


def test_a_snapshot_keeps_it_and_when_it_ends() -> None:
    world = World()
    world.tell(said(world, "m1", "public", SV))
    again = Shard()
    assert again.restore(world.shard.position, world.shard.save())
    assert again.board.messages == world.board.messages
    assert again.next_deadline() == world.now + HOUR


def test_another_site_leaves_it_switched_on() -> None:
    world = World()
    world.tell(said(world, "m1", "public", SV))
    world.board.derive_again()
    assert world.shard.next_deadline() == world.now + HOUR
    assert heard(world) == {SV: "m1/sound"}
