"""Surge by degrees: what raises a level, what holds it, what lets it fall."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.acd import surge
from callcenter.acd.events import SurgeSet
from callcenter.acd.policy import Policy, SurgeLevel, SurgeRules, SurgeStep
from callcenter.acd.surge import SurgeState, assess, deadline, decided, due, set_by_hand
from language_routing.languages import Language

NORMAL, HIGH, CRISIS = SurgeLevel.NORMAL, SurgeLevel.HIGH, SurgeLevel.CRISIS
RULES = SurgeRules(
    steps=(
        SurgeStep(
            level=HIGH, waiting=50, longest=600_000, rings_percent=150, wrap_up=10_000,
            message="surge-high", callback_after=300_000,
        ),
        SurgeStep(
            level=CRISIS, waiting=200, rings_percent=200, wrap_up=0, refuse_waiting=300,
        ),
    ),
    callback_after=900_000,
    rises_after=30_000,
    falls_after=300_000,
)  # fmt: skip


def by_rule(state: SurgeState, waiting: int, now: int, longest: int = 0) -> SurgeState:
    """Look, and decide what is due, as the fold does."""
    state = assess(state, RULES, waiting, longest, now)
    decision = due(state, RULES, waiting, "1-0-0")
    return state if decision is None else decided(state, decision)


def by_hand(state: SurgeState, level: SurgeLevel | None) -> SurgeState:
    return set_by_hand(state, SurgeSet(level=level, actor="cli:eva", reason="snow"))


def in_crisis(now: int = 0) -> SurgeState:
    return by_rule(by_rule(SurgeState(), 200, now - 30_000), 200, now)


def test_a_rule_that_has_not_held_long_enough_raises_nothing() -> None:
    state = by_rule(SurgeState(), 50, 0)
    assert by_rule(state, 50, 29_999).level is NORMAL
    assert by_rule(state, 50, 30_000).level is HIGH


def test_a_rule_that_is_interrupted_begins_anew() -> None:
    state = by_rule(SurgeState(), 50, 0)
    state = by_rule(state, 49, 29_000)
    state = by_rule(state, 50, 29_001)
    assert by_rule(state, 50, 59_000).level is NORMAL
    assert by_rule(state, 50, 59_001).level is HIGH


def test_a_long_wait_raises_as_many_callers_do() -> None:
    state = by_rule(SurgeState(), 1, 0, longest=600_000)
    assert by_rule(state, 1, 30_000, longest=630_000).level is HIGH


def test_the_highest_level_whose_rule_holds_is_taken_at_once() -> None:
    state = by_rule(SurgeState(), 200, 0)
    assert by_rule(state, 200, 30_000).level is CRISIS


def test_time_in_which_only_the_lower_rule_held_does_not_count_for_the_higher() -> None:
    state = by_rule(SurgeState(), 50, 0)
    state = by_rule(state, 200, 20_000)
    state = by_rule(state, 200, 30_000)
    assert state.level is HIGH
    assert by_rule(state, 200, 49_999).level is HIGH
    assert by_rule(state, 200, 50_000).level is CRISIS


def test_it_falls_one_step_at_a_time() -> None:
    state = by_rule(in_crisis(), 0, 1)
    assert by_rule(state, 0, 300_000).level is CRISIS
    state = by_rule(state, 0, 300_001)
    assert state.level is HIGH
    assert by_rule(state, 0, 600_000).level is HIGH
    assert by_rule(state, 0, 600_001).level is NORMAL


def test_it_stays_at_a_level_whose_rule_holds_again() -> None:
    state = by_rule(in_crisis(), 0, 1)
    state = by_rule(state, 200, 299_000)
    assert by_rule(state, 0, 300_001).level is CRISIS


def test_a_level_without_a_step_is_passed_over_in_both_directions() -> None:
    rules = replace(RULES, steps=RULES.steps[1:])
    state = assess(SurgeState(), rules, 200, 0, 0)
    state = assess(state, rules, 200, 0, 30_000)
    assert state.ruled is CRISIS
    state = assess(state, rules, 0, 0, 30_001)
    assert assess(state, rules, 0, 0, 330_001).ruled is NORMAL


def test_rules_that_are_taken_away_let_the_level_fall() -> None:
    state = assess(in_crisis(), SurgeRules(), 200, 0, 1)
    assert assess(state, SurgeRules(), 200, 0, 300_001).ruled is NORMAL


def test_a_fall_to_a_level_whose_rule_holds_ends_there() -> None:
    state = by_rule(in_crisis(), 50, 1)
    state = by_rule(state, 50, 300_001)
    assert (state.level, state.below_since) == (HIGH, None)
    assert deadline(state, RULES) is None


def test_time_before_the_rules_were_taken_away_does_not_count_when_they_are_back() -> None:
    state = assess(SurgeState(), RULES, 50, 0, 0)
    state = assess(state, SurgeRules(), 50, 0, 10_000)
    state = assess(state, RULES, 50, 0, 30_000)
    assert state.ruled is NORMAL


def test_a_look_that_finds_nothing_new_makes_nothing_new() -> None:
    for state, waiting in ((SurgeState(), 0), (in_crisis(), 200), (by_rule(in_crisis(), 0, 1), 0)):
        assert assess(state, RULES, waiting, 0, 2) is state


def test_a_supervisors_level_holds_at_once_whatever_the_rules_say_until_it_is_given_back() -> None:
    state = by_rule(by_hand(SurgeState(), CRISIS), 0, 0)
    assert state.level is CRISIS
    state = by_rule(state, 0, 10_000_000)
    assert state.level is CRISIS
    assert by_rule(by_hand(state, None), 0, 10_000_001).level is NORMAL


def test_a_level_that_is_given_back_becomes_what_the_rules_say_by_then() -> None:
    state = by_rule(by_hand(SurgeState(), NORMAL), 200, 0)
    state = by_rule(state, 200, 40_000)
    assert state.level is NORMAL
    assert by_rule(by_hand(state, None), 200, 40_001).level is CRISIS


def test_only_a_crisis_refuses_and_only_from_its_number_on() -> None:
    state = by_rule(SurgeState(), 300, 0)
    assert not by_rule(state, 300, 29_999).refusing
    state = by_rule(state, 299, 30_000)
    assert (state.level, state.refusing) == (CRISIS, False)
    state = by_rule(state, 300, 30_001)
    assert state.refusing
    assert state.told == "crisis!"


def test_refusing_ends_below_nine_tenths_of_where_it_began() -> None:
    state = by_rule(in_crisis(), 300, 1)
    state = by_rule(state, 270, 2)
    assert state.refusing
    state = by_rule(state, 269, 3)
    assert not state.refusing
    assert not by_rule(state, 299, 4).refusing


def test_a_supervisors_normal_ends_refusing_at_once() -> None:
    state = by_rule(in_crisis(), 300, 1)
    assert not by_rule(by_hand(state, NORMAL), 300, 2).refusing


def test_a_crisis_without_a_number_never_refuses() -> None:
    rules = replace(RULES, steps=(replace(RULES.steps[1], refuse_waiting=0),))
    state = by_hand(SurgeState(), CRISIS)
    decision = due(state, rules, 1_000_000, "c")
    assert decision is not None
    assert not decision.refusing


def test_nothing_is_due_while_all_is_as_it_was_told() -> None:
    assert due(SurgeState(), RULES, 0, "c") is None
    again = due(in_crisis(), RULES, 200, "c", untold=True)
    assert again is not None
    assert (again.level, again.refusing, again.command) == (CRISIS, False, "c")


def test_the_deadline_is_when_a_look_finds_something_new() -> None:
    assert deadline(SurgeState(), RULES) is None
    assert deadline(SurgeState(), RULES, 1_000) == 601_000
    rising = assess(SurgeState(), RULES, 50, 0, 5)
    assert deadline(rising, RULES) == 30_005
    falling = assess(in_crisis(), RULES, 0, 0, 7)
    assert deadline(falling, RULES) == 300_007
    assert deadline(assess(in_crisis(), RULES, 200, 0, 7), RULES) is None


def test_the_effects_are_those_of_the_level_or_of_the_next_one_below() -> None:
    policy = Policy(
        languages=(Language("sv"),), default_language=Language("sv"), targets={}, nurses=(),
        wrap_up=15_000, surge=RULES,
    )  # fmt: skip
    found = [
        (
            surge.rings_percent(RULES, level), surge.wrap_up(policy, level),
            surge.callback_after(RULES, level), surge.message(RULES, level),
        )
        for level in SurgeLevel
    ]  # fmt: skip
    assert found == [
        (100, 15_000, 900_000, ""),
        (150, 10_000, 300_000, "surge-high"),
        (200, 0, 900_000, ""),
    ]
    only_high = replace(RULES, steps=RULES.steps[:1])
    assert surge.rings_percent(only_high, CRISIS) == 150


def test_a_surge_never_makes_wrap_up_longer() -> None:
    policy = Policy(
        languages=(Language("sv"),), default_language=Language("sv"), targets={}, nurses=(),
        wrap_up=5_000, surge=RULES,
    )  # fmt: skip
    assert surge.wrap_up(policy, HIGH) == 5_000


# -- for every course of demand -------------------------------------------------------------

LOOKS = st.lists(
    st.tuples(st.integers(1, 120_000), st.integers(0, 400), st.integers(0, 900_000)),
    min_size=1,
    max_size=60,
)


@given(LOOKS)
def test_no_level_falls_within_the_time_for_falling_of_any_change(
    looks: list[tuple[int, int, int]],
) -> None:
    state, now, changed = SurgeState(), 0, None
    for apart, waiting, longest in looks:
        now += apart
        before = state.level
        state = by_rule(state, waiting, now, longest)
        if surge.RANK[state.level] < surge.RANK[before]:
            assert changed is not None
            assert now - changed >= RULES.falls_after
            assert surge.RANK[before] - surge.RANK[state.level] == 1
        if state.level is not before:
            changed = now


@given(LOOKS, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 400_000)), max_size=60))
def test_more_demand_never_means_a_lower_level(
    looks: list[tuple[int, int, int]], more: list[tuple[int, int]]
) -> None:
    less_asked = more_asked = SurgeState()
    now = 0
    for number, (apart, waiting, longest) in enumerate(looks):
        now += apart
        extra = more[number] if number < len(more) else (0, 0)
        less_asked = by_rule(less_asked, waiting, now, longest)
        more_asked = by_rule(more_asked, waiting + extra[0], now, longest + extra[1])
        assert surge.RANK[more_asked.level] >= surge.RANK[less_asked.level]


@given(LOOKS)
def test_a_look_between_two_others_that_sees_the_same_changes_no_outcome(
    looks: list[tuple[int, int, int]],
) -> None:
    """How often one looks is no rule: a follower and a leader may differ in that."""
    once = often = SurgeState()
    now, waiting, longest = 0, 0, 0
    for apart, asked, longer in looks:
        for between in range(now, now + apart, max(1, apart // 4)):
            # The timers see to it that a level changes when it is due, not at the next event.
            while (when := deadline(often, RULES)) is not None and when <= between:
                often = by_rule(often, waiting, when, longest)
            often = by_rule(often, waiting, between, longest)
        while (when := deadline(often, RULES)) is not None and when <= now + apart:
            often = by_rule(often, waiting, when, longest)
        while (when := deadline(once, RULES)) is not None and when <= now + apart:
            once = by_rule(once, waiting, when, longest)
        now += apart
        waiting, longest = asked, longer
        once, often = (by_rule(state, waiting, now, longest) for state in (once, often))
    assert once == often


@given(LOOKS)
def test_a_look_at_the_deadline_always_finds_something(looks: list[tuple[int, int, int]]) -> None:
    """Or the fold would ask for a tick again and again."""
    state, now = SurgeState(), 0
    for apart, waiting, longest in looks:
        now += apart
        state = by_rule(state, waiting, now, longest)
        when = deadline(state, RULES)
        if when is not None:
            assert when > now
            assert by_rule(state, waiting, when, longest) != state
