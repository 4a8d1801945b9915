"""What a booking is measured by, out of the fold."""

import pytest

from callbacks.policy import CallbackPolicy
from callcenter.acd.board import Board
from callcenter.callback_desk.known import known, on_phone, rules
from callcenter.callback_desk.records import Refused
from tests.unit.acd.world import AR, SO, SV, World


def test_a_site_that_rings_nobody_or_has_not_begun_says_so() -> None:
    with pytest.raises(Refused, match="this site rings nobody"):
        rules(World().board)
    with pytest.raises(Refused, match="the journal is empty"):
        rules(Board())


def test_the_rules_are_those_of_the_journal() -> None:
    world = World(
        {"n1": "sv +child", "n2": "ar +child +adult"}, callbacks=CallbackPolicy(most_open=2)
    )
    found = known(world.board)
    assert found.policy.most_open == 2
    assert set(found.competences) == {"child", "adult"}
    assert set(found.nurses) == {"n1", "n2"}
    assert tuple(found.languages) == (SV, AR, SO)
    assert found.ledger is world.board.ledger
    assert found.on_phone == ()


def test_whoever_is_in_line_or_talks_is_on_the_phone() -> None:
    world = World(callbacks=CallbackPolicy())
    world.arrives("c1")
    assert on_phone(world.board, "hash-c1") == ()  # hears the menu
    world.queues("c1")
    assert on_phone(world.board, "hash-c1") == ("c1",)
    assert known(world.board, "hash-c1").on_phone == ("c1",)
    world.is_ready("n1")
    world.connects("c1", "n1")
    assert on_phone(world.board, "hash-c1") == ("c1",)
    world.parts("c1", "n1")
    assert on_phone(world.board, "hash-c1") == ()
    assert on_phone(world.board, "nobody") == ()
