"""The site's rules: how soon a class should be answered."""

from msgspec.structs import replace

from language_routing.hours import Calendar, Zone
from language_routing.lines import Routing
from tests.unit.acd.world import policy


def test_a_class_has_its_own_target_and_an_unknown_one_the_longest() -> None:
    rules = policy({})
    assert (rules.target("staff", 0), rules.target("public", 0)) == (60_000, 180_000)
    assert rules.target("unheard-of", 0) == 180_000


def test_without_targets_everybody_is_due_at_once() -> None:
    assert replace(policy({}), targets={}).target("public", 0) == 0


def test_the_backstop_is_longer_than_any_ringing() -> None:
    rules = policy({})
    assert rules.backstop > rules.ring


def test_a_class_has_another_target_by_night_where_one_is_given() -> None:
    summer = Calendar(zone=Zone(offset=60, changes=((1_000_000_000_000, 120),)))
    routing = Routing(calendar=summer, night=(22 * 60, 7 * 60))
    rules = replace(policy({}), routing=routing, night_targets={"public": 240_000})
    evening = 1_000_000_000_000 - 1_000_000_000_000 % 86_400_000 + 86_400_000 + 20 * 3_600_000
    assert rules.target("public", evening) == 240_000  # 22:00 by summer time
    assert rules.target("public", evening - 1) == 180_000
    assert rules.target("staff", evening) == 60_000  # nothing is said of it
    assert rules.target("public", 20 * 3_600_000) == 180_000  # in 1970, 21:00
    assert rules.target("public", 6 * 3_600_000) == 180_000  # 07:00: day
    assert rules.target("public", 6 * 3_600_000 - 1) == 240_000
