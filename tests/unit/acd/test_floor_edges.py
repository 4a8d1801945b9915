"""Who is kept back, and how many wait, through all the ways of getting out of it."""

import pytest

from callcenter.acd.events import CommandFailed, Phase
from callcenter.acd.floor import DOUBT, GATEWAY, HELD
from tests.unit.acd.world import World, seen


def kept(world: World) -> dict[str, list[str]]:
    return {why: list(pool) for why, pool in world.board.kept.items()}


def away() -> World:
    world = World({"n1": "sv"})
    for contact in ("c1", "c2"):
        world.queues(contact)
    world.loses_the_switch()
    return world


def test_who_waits_behind_an_absent_gateway_is_counted_as_waiting() -> None:
    world = away()
    assert kept(world) == {DOUBT: [], GATEWAY: ["c1", "c2"], HELD: []}
    assert (world.board.waiting, world.line()) == (2, [])


def test_when_the_gateway_is_back_everybody_is_in_line_once() -> None:
    world = away()
    world.see(*(seen(contact, Phase.LINE, language="sv") for contact in ("c1", "c2")))
    assert kept(world) == {DOUBT: [], GATEWAY: [], HELD: []}
    assert (world.board.waiting, world.line()) == (2, ["c1", "c2"])
    world.hangs_up("c1")
    assert world.board.waiting == 1


@pytest.mark.parametrize("gone", ["c1", "c2"])
def test_who_hangs_up_while_kept_back_does_not_wait_any_more(gone: str) -> None:
    world = away()
    world.hangs_up(gone)
    assert kept(world)[GATEWAY] == [contact for contact in ("c1", "c2") if contact != gone]
    assert world.board.waiting == 1


def test_whoever_is_in_doubt_and_loses_the_gateway_is_kept_back_for_one_reason() -> None:
    world = World({"n1": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.tell(CommandFailed(command=world.offer_of("c1"), reason="no_switch"))
    before = kept(world)
    assert sorted(before[DOUBT] + before[GATEWAY]) == ["c1"]
    world.loses_the_switch()
    after = kept(world)
    assert sorted(after[DOUBT] + after[GATEWAY]) == ["c1"]
    assert world.board.waiting == 1


def test_free_nurses_of_all_profiles_count_while_a_caller_is_kept_back() -> None:
    world = World({"n1": "sv", "n2": "sv ar", "n3": "so"})
    for nurse in ("n1", "n2", "n3"):
        world.is_ready(nurse)
    world.loses_the_switch()
    for contact in ("c1", "c2", "c3"):
        world.queues(contact)
    world.after(1_000)
    assert sum(idle.nurse_ms for idle in world.board.figures.idling()) == 2 * 1_000


def test_two_profiles_that_get_free_at_once_are_both_looked_at() -> None:
    world = World({"n1": "sv", "n2": "ar"})
    world.loses_the_switch()
    for nurse in ("n1", "n2"):
        world.is_ready(nurse)
    for contact, language in (("c1", "sv"), ("c2", "ar")):
        world.queues(contact, language)
    world.see(seen("c1", Phase.LINE, language="sv"), seen("c2", Phase.LINE, language="ar"))
    assert world.offers() == [("c1", "n1"), ("c2", "n2")]
