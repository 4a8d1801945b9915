"""What is said to and of a nurse on the command line."""

import pytest

from callcenter.acd.events import NursePaused, NurseSignedIn, WrapUpExtended
from callcenter.acd.ids import NurseId
from callcenter.cli import actor
from callcenter.cli.nurse import can_extend, pause, subset
from callcenter.cli.nurse_rows import languages, overdue, state
from callcenter.settings import ROOT
from callcenter.site import load_site
from tests.unit.acd.world import AR, World, spec

SITE = load_site(ROOT / "deploy" / "site" / "demo.yaml")
N1 = NurseId("n1")
MINUTE = 60_000


def test_the_actor_is_whom_the_operating_system_says_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = actor.actor()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    assert actor.actor() == before
    assert before.startswith("cli:")
    assert "somebody" not in before


@pytest.mark.parametrize("why", ["", "Anna", "0701740605", "two words", "a" * 32, "n1\n"])
def test_a_reason_is_one_plain_word(why: str) -> None:
    with pytest.raises(ValueError, match="--why: one word"):
        actor.word(why)
    assert actor.word("wrong_key") == "wrong_key"


def test_todays_languages_are_some_of_hers() -> None:
    nurse = NurseId("n008")
    assert subset(SITE, nurse, ["ar", "sv,ar"]) == ("ar", "sv")
    assert subset(SITE, nurse, []) == ()
    with pytest.raises(ValueError, match="n008 has sv, ar"):
        subset(SITE, nurse, ["ar", "so"])


def test_a_pause_takes_the_minutes_that_are_given_else_those_of_the_site() -> None:
    assert pause(SITE, "lunch", None) == ("lunch", 30 * MINUTE)
    assert pause(SITE, "lunch", 45) == ("lunch", 45 * MINUTE)
    assert pause(SITE, "training", None) == ("training", None)
    assert pause(SITE, "", None)[0] == "break"
    with pytest.raises(ValueError, match="one of break, lunch, training"):
        pause(SITE, "rona", None)


def test_only_a_wrap_up_that_may_be_longer_is_extended() -> None:
    world = World({"n1": "sv"}, wrap_up=30_000, wrap_up_most=40_000)
    world.signs_in("n1")
    with pytest.raises(ValueError, match="n1 is not in wrap-up: not_ready"):
        can_extend(world.board, N1)
    world.is_ready("n1")
    world.queues("c1")
    world.is_served("c1", "n1")
    assert can_extend(world.board, N1) == world.now + 30_000
    world.tell(WrapUpExtended(nurse=N1, by=MINUTE, actor="test"))
    with pytest.raises(ValueError, match="as long as this site allows"):
        can_extend(world.board, N1)
    with pytest.raises(ValueError, match="not known yet"):
        can_extend(world.board, NurseId("n9"))


def test_a_pause_shows_its_end_and_then_by_how_much_it_is_overdue() -> None:
    world = World({"n1": "sv"})
    world.tell(NursePaused(nurse=N1, reason="lunch", planned=30 * MINUTE, actor="test"))
    assert state(world.nurse("n1"), world.now).startswith("not_ready (lunch) until ")
    world.after(34 * MINUTE)
    assert overdue(world.nurse("n1"), world.now) == 4 * MINUTE
    assert state(world.nurse("n1"), world.now) == "not_ready (lunch) overdue by 4:00"


def test_what_follows_a_conversation_is_shown() -> None:
    world = World({"n1": "sv"})
    world.signs_in("n1")
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.pauses("n1", "lunch")
    assert state(world.nurse("n1"), world.now) == "talking, then lunch"


def test_levels_and_what_she_does_not_take_today_are_shown() -> None:
    world = World({"n1": "sv ar:working"})
    nurse = spec("n1", "sv ar:working")
    assert languages(nurse, world.nurse("n1")) == "sv ar:working"
    world.tell(NurseSignedIn(nurse=N1, languages=(AR,), actor="test"))
    assert languages(nurse, world.nurse("n1")) == "(sv) ar:working"
