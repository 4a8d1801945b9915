"""What a stated wait depends on."""

from callcenter.acd.calibration import Spread
from callcenter.acd.expected import Estimate
from tests.unit.acd.world import AR, SO, SV, World


def busy(*waiting: str) -> World:
    """Two nurses of Swedish and Arabic in conversation, and these in the Swedish line."""
    world = World({"n1": "sv ar", "n2": "sv ar"})
    for number, nurse in enumerate(("n1", "n2")):
        world.is_ready(nurse)
        world.queues(f"talks{number}")
        world.connects(f"talks{number}", nurse)
    for contact in waiting:
        world.queues(contact)
    return world


def said(world: World, contact: str) -> Estimate:
    found = world.contact(contact).estimate
    assert found is not None
    return found


def test_a_wait_is_a_range_whose_ends_differ_and_lie_ahead() -> None:
    world = busy("c1", "c2", "c3")
    for contact in ("c1", "c2", "c3"):
        estimate = said(world, contact)
        assert estimate.stated == world.now < estimate.low_at < estimate.high_at


def test_both_lines_that_ask_for_the_same_nurses_are_ahead() -> None:
    world = busy("c1", "c2")
    for contact in ("a1", "a2", "a3"):
        world.queues(contact, AR)
    world.queues("c3")
    assert (said(world, "c3").ahead, said(world, "a3").ahead) == (5, 4)


def test_a_language_with_long_conversations_has_the_longer_wait() -> None:
    world = busy()
    for language, handle in ((SV, 60_000), (AR, 1_800_000)):
        for _ in range(50):
            world.board.handle_times.add(language, handle)
    swedish, arabic = busy_with(world, SV), busy_with(world, AR)
    assert swedish.high_at < arabic.high_at


def test_a_language_whose_answers_vary_more_has_the_wider_range() -> None:
    world = busy()
    world.board.calibration.by_language[AR] = Spread(low=-4_000, high=6_000)
    swedish, arabic = busy_with(world, SV), busy_with(world, AR)
    assert arabic.high_at - arabic.low_at > swedish.high_at - swedish.low_at


def busy_with(world: World, language: str) -> Estimate:
    """What one caller in `language` is told, who hangs up at once."""
    world.queues("probe-" + language, language)
    found = said(world, "probe-" + language)
    world.hangs_up("probe-" + language)
    return found


def test_all_other_lines_that_compete_count_and_not_the_last_one_alone() -> None:
    found = []
    for others in ((SO,), (AR, SO)):
        world = World({"n1": "sv ar so"})
        world.is_ready("n1")
        world.queues("talks")
        world.connects("talks", "n1")
        for language in others:
            for number in range(3):
                world.queues(f"{language}{number}", language)
        world.queues("c1")
        found.append(said(world, "c1").high_at)
    assert found[1] > found[0]
