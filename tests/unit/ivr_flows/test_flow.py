"""The public flow as callers walk it: every way of pressing keys comes to the line."""

from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows.flow import Flow, IllegalInput, State, begin, step
from ivr_flows.inputs import Digit, Done, Input, NoDigit
from ivr_flows.languages import PUBLIC_LANGUAGES
from ivr_flows.load import PUBLIC, load_flow
from ivr_flows.verbs import ANY_KEY, Enqueue, Gather, Hangup, Say, SetLanguage, Verb

FLOW = load_flow(PUBLIC)
LANGUAGE_OF = {choice.key: choice.language for choice in PUBLIC_LANGUAGES}
SILENCE = NoDigit()
ANSWERS: list[Input] = [SILENCE, *(Digit(key) for key in ANY_KEY + "ABCD")]


def walk(flow: Flow, answers: list[Input], now_ms: int = 0) -> tuple[State, list[Verb], int]:
    """Press `answers`; the last state, every verb, and how many answers were asked for."""
    state, verbs = step(flow, begin(flow), Done(), now_ms)
    asked = 0
    while not state.over and asked < len(answers):
        state, more = step(flow, state, answers[asked], now_ms)
        asked += 1
        verbs += more
    return state, verbs, asked


def language_by_the_rules(answers: list[Input]) -> str:
    """The first valid key, unless two silences or two wrong keys came before it."""
    wrong = silent = 0
    for answer in answers:
        if isinstance(answer, Digit) and answer.key in LANGUAGE_OF:
            return LANGUAGE_OF[answer.key]
        wrong += isinstance(answer, Digit)
        silent += isinstance(answer, NoDigit)
        if 2 in (wrong, silent):
            return "sv"
    raise AssertionError("the rules ask for more answers")


def test_every_way_of_pressing_keys_comes_to_the_line_within_three_questions() -> None:
    for answers in product(ANSWERS, repeat=3):
        state, verbs, asked = walk(FLOW, list(answers))

        expected = language_by_the_rules(list(answers))
        assert state.over
        assert asked <= 3
        assert [verb for verb in verbs if isinstance(verb, Enqueue)] == [Enqueue(language=expected)]
        assert not any(isinstance(verb, Hangup) for verb in verbs)


@given(st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=8), st.integers(0, 2**40))
def test_the_caller_is_told_in_the_chosen_language_while_already_in_line(
    answers: list[Input], now_ms: int
) -> None:
    _, verbs, _ = walk(FLOW, answers, now_ms)

    place = next(at for at, verb in enumerate(verbs) if isinstance(verb, Enqueue))
    language = verbs[place].language  # type: ignore[union-attr]
    assert verbs[place - 1] == SetLanguage(language=language)
    assert verbs[place + 1 :] == [
        Say(prompt="in-line", language=language),
        Say(prompt="emergency", language=language),
    ]


@given(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3))
def test_a_flow_stops_only_at_a_question_or_at_its_end(answers: list[Input]) -> None:
    state, verbs = step(FLOW, begin(FLOW), Done(), 0)
    for answer in answers:
        assert isinstance(verbs[-1], Gather) != state.over
        assert not any(isinstance(verb, Gather) for verb in verbs[:-1])
        if state.over:
            break
        state, verbs = step(FLOW, state, answer, 0)


def test_before_the_line_every_prompt_can_be_cut_short_by_any_key() -> None:
    _, verbs, _ = walk(FLOW, [SILENCE, Digit("9")])

    assert all(verb.interruptible == ANY_KEY for verb in verbs if isinstance(verb, Say))


def test_the_emergency_notice_comes_before_the_menu() -> None:
    _, verbs, _ = walk(FLOW, [])

    said = [(verb.prompt, verb.language) for verb in verbs if isinstance(verb, Say)]
    assert said == [
        ("welcome", "sv"),
        ("emergency", "sv"),
        ("emergency", "en"),
        *(("menu-choice", choice.language) for choice in PUBLIC_LANGUAGES),
    ]
    assert verbs[-1] == Gather(digits="12345", timeout_ms=4000)


def test_a_wrong_key_is_told_and_the_menu_repeated() -> None:
    state, _ = step(FLOW, begin(FLOW), Done(), 0)
    _, verbs = step(FLOW, state, Digit("9"), 0)

    said = [verb.prompt for verb in verbs if isinstance(verb, Say)]
    assert said == ["wrong-key"] * 2 + ["menu-choice"] * 5


def test_nothing_is_asked_again_after_the_time_limit() -> None:
    state, _ = step(FLOW, begin(FLOW), Done(), 1000)

    assert not step(FLOW, state, SILENCE, 1000 + FLOW.limit_ms - 1)[0].over
    assert step(FLOW, state, SILENCE, 1000 + FLOW.limit_ms)[0].over
    assert step(FLOW, state, Digit("9"), 1000 + FLOW.limit_ms)[0].over


def test_a_right_key_counts_also_after_the_time_limit() -> None:
    state, _ = step(FLOW, begin(FLOW), Done(), 0)
    _, verbs = step(FLOW, state, Digit("5"), FLOW.limit_ms * 2)

    assert Enqueue(language="so") in verbs


def test_an_input_that_nothing_waits_for_is_refused() -> None:
    start = begin(FLOW)
    with pytest.raises(IllegalInput, match="begins with Done"):
        step(FLOW, start, Digit("1"), 0)
    asking, _ = step(FLOW, start, Done(), 0)
    with pytest.raises(IllegalInput, match="waits for a key"):
        step(FLOW, asking, Done(), 0)
    over, _ = step(FLOW, asking, Digit("1"), 0)
    with pytest.raises(IllegalInput, match="is over"):
        step(FLOW, over, NoDigit(), 0)


@given(st.lists(st.sampled_from(ANSWERS), max_size=3))
def test_a_state_survives_being_kept_as_json(answers: list[Input]) -> None:
    state, verbs, _ = walk(FLOW, answers)

    assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state
    assert msgspec.json.decode(msgspec.json.encode(verbs), type=list[Verb]) == verbs
