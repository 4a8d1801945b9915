"""The site's rules: how soon a class should be answered."""

from msgspec.structs import replace

from tests.unit.acd.world import policy


def test_a_class_has_its_own_target_and_an_unknown_one_the_longest() -> None:
    rules = policy({})
    assert (rules.target("staff"), rules.target("public")) == (60_000, 180_000)
    assert rules.target("unheard-of") == 180_000


def test_without_targets_everybody_is_due_at_once() -> None:
    assert replace(policy({}), targets={}).target("public") == 0


def test_the_backstop_is_longer_than_any_ringing() -> None:
    rules = policy({})
    assert rules.backstop > rules.ring
