"""Kinds of contacts and of nurses, and who of them fits whom."""

from callcenter.acd.reach import Need, Reach
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Requirement, Skills
from tests.unit.acd.world import AR, SO, SV

RINGS = (
    Ring(level=Level.FLUENT),
    Ring(after=120_000, level=Level.WORKING),
    Ring(after=240_000, level=None, competences=False),
)
ROUTING = Routing(lines=(Line(language=SO, rings=RINGS),))


def skills(*spoken: tuple[str, Level], competences: tuple[str, ...] = (), years: int = 0) -> Skills:
    return Skills(languages=spoken, competences=competences, years=years)


def test_a_ring_that_opens_later_adds_nurses_and_a_nurse_keeps_her_innermost_ring() -> None:
    reach = Reach(ROUTING)
    fluent = reach.profile(skills((SO, Level.FLUENT)))
    working = reach.profile(skills((SO, Level.WORKING)))
    other = reach.profile(skills((SV, Level.NATIVE)))
    found = [
        [reach.ring(reach.need(Need(language=SO, ring=ring)), p) for p in (fluent, working, other)]
        for ring in range(3)
    ]
    assert found == [[0, None, None], [0, 1, None], [0, 1, 2]]
    assert reach.with_interpreter(reach.need(Need(language=SO, ring=2)), 2)
    assert not reach.with_interpreter(reach.need(Need(language=SO, ring=2)), 1)


def test_kinds_that_turn_up_later_are_matched_with_those_before() -> None:
    reach = Reach(ROUTING)
    need = reach.need(Need(language=AR))
    assert reach.servers[need] == 0
    late = reach.profile(skills((AR, Level.WORKING)))
    assert reach.servers[need] == 1 << late
    assert reach.tiers(need) == (1 << late,)
    assert reach.need(Need(language=AR)) == need
    assert reach.profile(skills((AR, Level.WORKING))) == late


def test_competences_and_years_are_asked_for_where_the_ring_does() -> None:
    reach = Reach(ROUTING)
    asked = Requirement(competences=("child",), years=5)
    expert = reach.profile(skills((SO, Level.FLUENT), competences=("adult", "child"), years=5))
    young = reach.profile(skills((SO, Level.FLUENT), competences=("child",), years=4))
    adult = reach.profile(skills((SV, Level.FLUENT), years=9))
    inner = reach.need(Need(language=SO, requirement=asked))
    outer = reach.need(Need(language=SO, ring=2, requirement=asked))
    assert [reach.ring(inner, p) for p in (expert, young, adult)] == [0, None, None]
    assert [reach.ring(outer, p) for p in (expert, young, adult)] == [0, None, 2]


def test_a_closed_line_with_an_interpreter_takes_anybody_and_best_who_speaks_the_language() -> None:
    reach = Reach(ROUTING)
    anybody = reach.profile(skills((SV, Level.WORKING)))
    speaker = reach.profile(skills((SO, Level.WORKING)))
    need = reach.need(Need(language=SO, ring=1, interpreter=True))
    assert (reach.ring(need, speaker), reach.ring(need, anybody)) == (0, 1)
    assert [reach.with_interpreter(need, ring) for ring in (0, 1)] == [False, True]
    assert reach.tiers(need) == (1 << speaker, 1 << anybody)


def test_a_better_ring_comes_before_a_language_that_is_scarce() -> None:
    reach = Reach(ROUTING)
    reach.value({SV: 10, AR: 90, SO: 50})
    plain = 1 << reach.profile(skills((SV, Level.FLUENT)))
    arabic = 1 << reach.profile(skills((SV, Level.FLUENT), (AR, Level.FLUENT)))
    somali = 1 << reach.profile(skills((SV, Level.FLUENT), (SO, Level.FLUENT)))
    for_swedish = reach.need(Need(language=SV))
    assert reach.tiers(for_swedish) == (plain, somali, arabic)
    reach.value({SV: 10, AR: 20, SO: 50})
    assert reach.tiers(for_swedish) == (plain, arabic, somali)
    for_somali = reach.need(Need(language=SO, ring=2))
    assert reach.tiers(for_somali)[0] == somali  # fluent, although she is worth the most


def test_nurses_in_rotation_who_serve_both_kinds_are_counted() -> None:
    reach = Reach(ROUTING)
    both = reach.profile(skills((SV, Level.FLUENT), (AR, Level.FLUENT)))
    one = reach.profile(skills((SV, Level.FLUENT)))
    swedish, arabic = reach.need(Need(language=SV)), reach.need(Need(language=AR))
    reach.rotate(both, 2)
    reach.rotate(one, 3)
    assert (reach.shared(swedish, swedish), reach.shared(swedish, arabic)) == (5, 2)
    reach.rotate(both, -1)
    assert (reach.shared(arabic, swedish), reach.shared(arabic, arabic)) == (1, 1)


def test_before_any_weighing_all_languages_are_worth_the_same() -> None:
    reach = Reach(ROUTING)
    one = 1 << reach.profile(skills((SV, Level.FLUENT)))
    both = 1 << reach.profile(skills((SV, Level.FLUENT), (AR, Level.FLUENT)))
    assert reach.tiers(reach.need(Need(language=SV))) == (one | both,)


def test_the_callers_own_language_is_none_of_her_others() -> None:
    reach = Reach(ROUTING)
    reach.value({SV: 10, SO: 50})
    untrained = 1 << reach.profile(skills((SO, Level.FLUENT)))
    trained = 1 << reach.profile(skills((SV, Level.FLUENT), competences=("child",)))
    asked = Requirement(competences=("child",))  # which the last ring no longer asks for
    assert reach.tiers(reach.need(Need(language=SO, ring=2, requirement=asked))) == (
        untrained,
        trained,
    )


def test_a_nurse_of_many_languages_is_kept_back_for_all_of_them_together() -> None:
    reach = Reach(ROUTING)
    reach.value({SV: 10, AR: 20, SO: 5})
    three = 1 << reach.profile(skills((SV, Level.FLUENT), (AR, Level.FLUENT), (SO, Level.FLUENT)))
    two = 1 << reach.profile(skills((SV, Level.FLUENT), (AR, Level.FLUENT)))
    assert reach.tiers(reach.need(Need(language=SV))) == (two, three)
