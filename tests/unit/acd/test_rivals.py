"""Who competes with whom: worked out from the nurses in rotation alone."""

from callcenter.acd.reach import Need, Reach
from callcenter.acd.rivals import Rivals
from language_routing.languages import Language
from language_routing.lines import Line, Routing
from language_routing.rings import Ring
from language_routing.skills import Level, Skills

SV, AR, SO = Language("sv"), Language("ar"), Language("so")
RINGS = (Ring(level=Level.FLUENT), Ring(after=120_000), Ring(after=240_000, level=None))
ROUTING = Routing(lines=(Line(language=AR, rings=RINGS), Line(language=SO, rings=RINGS)))


def site(**nurses: int) -> Reach:
    """So many nurses who speak the languages of the name; an upper-case one at working level."""
    reach = Reach(ROUTING)
    for spoken, count in nurses.items():
        languages = tuple(
            (Language(tag.lower()), Level.WORKING if tag.isupper() else Level.FLUENT)
            for tag in spoken.split("_")
        )
        reach.rotate(reach.profile(Skills(languages=languages)), count)
    return reach


def test_each_ring_has_the_nurses_it_admits() -> None:
    reach = site(sv=10, ar=2, sv_AR=3)
    plan = Rivals(reach).plan(reach.need(Need(language=AR)))
    assert [ring.nurses for ring in plan.rings] == [2, 5, 15]


def test_from_an_open_ring_on_only_wider_ones_follow() -> None:
    reach = site(sv=10, ar=2, sv_AR=3)
    plan = Rivals(reach).plan(reach.need(Need(language=AR, ring=1)))
    assert [ring.nurses for ring in plan.rings] == [5, 15]


def test_those_of_the_same_language_and_ring_are_as_we_are() -> None:
    reach = site(ar=2, sv=3)
    need = reach.need(Need(language=AR))
    older = reach.need(Need(language=AR, ring=2))
    plan = Rivals(reach).plan(need)
    counts = [0] * plan.kinds
    counts[plan.kind[need]] = 4
    assert plan.rings[0].ahead(counts) == (4, 0)
    counts[plan.kind[older]] = 9
    same, others = plan.rings[0].ahead(counts)
    # They have five nurses and we two; in the last ring they and we have the same five.
    assert same == 4
    assert 0 < others < 9_000
    assert plan.rings[-1].ahead(counts) == (13, 0)


def test_another_language_competes_in_the_rings_in_which_its_nurses_are_ours() -> None:
    reach = site(sv=4, ar=2)
    swedish = reach.need(Need(language=SV))
    plan = Rivals(reach).plan(reach.need(Need(language=AR)))
    found = [
        [(rival.nurses, rival.shared) for rival in ring.rivals if rival.kind == plan.kind[swedish]]
        for ring in plan.rings
    ]
    assert found == [[], [], [(4, 4)]]


def test_callers_with_an_interpreter_compete_for_everybody() -> None:
    reach = site(sv=4, ar=2)
    interpreter = reach.need(Need(language=SO, interpreter=True))
    plan = Rivals(reach).plan(reach.need(Need(language=SV)))
    (rival,) = plan.rings[0].rivals
    assert rival.kind == plan.kind[interpreter]
    assert (rival.nurses, rival.shared) == (6, 4)


def test_whoever_has_no_nurse_yet_competes_once_the_ring_opens() -> None:
    reach = site(sv=4)
    need = reach.need(Need(language=AR))
    other = reach.need(Need(language=SO))
    plan = Rivals(reach).plan(need)
    assert [ring.nurses for ring in plan.rings] == [0, 0, 4]
    counts = [0] * plan.kinds
    counts[plan.kind[need]], counts[plan.kind[other]] = 3, 5
    assert plan.rings[-1].ahead(counts) == (3, 5_000)


def test_our_own_language_with_an_interpreter_is_another_kind() -> None:
    reach = site(sv=4, ar=2)
    need = reach.need(Need(language=AR))
    interpreter = reach.need(Need(language=AR, ring=1, interpreter=True))
    plan = Rivals(reach).plan(need)
    assert plan.rings[0].same == (plan.kind[need],)
    (found,) = (r for r in plan.rings[0].rivals if r.kind == plan.kind[interpreter])
    assert (found.nurses, found.shared) == (6, 2)


def test_a_need_that_turned_up_later_is_counted_too() -> None:
    reach = site(sv_ar=3)
    rivals = Rivals(reach)
    need = reach.need(Need(language=SV))
    assert set(rivals.plan(need).kind) == {need}
    for ring in range(3):
        other = reach.need(Need(language=AR, ring=ring))
        assert other in rivals.plan(need).kind
        rivals.plan(other)
        assert need in rivals.plan(other).kind


def test_a_plan_lasts_until_somebody_enters_or_leaves_rotation() -> None:
    reach = site(sv=3)
    rivals = Rivals(reach)
    need = reach.need(Need(language=AR))
    rivals.plan(need)
    plan = rivals.plan(need)  # now all its rings have turned up
    assert rivals.plan(need) is plan
    reach.rotate(0, 1)
    rivals.forget()
    assert rivals.plan(need).rings[-1].nurses == 4
