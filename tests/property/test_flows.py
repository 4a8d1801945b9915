"""Flows as anybody may walk them: random keys, pauses and facts never leave a caller stuck.

Whatever is pressed, typed or left unpressed, in any language, at any hour and any surge, each
flow that we ship comes to an end within a bounded number of answers: in line, transferred,
back in line with or without a kept place, or hung up after it.
"""

from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr_flows.dialogue import Flow, State
from ivr_flows.domains import DOMAINS
from ivr_flows.facts import Facts, Wait
from ivr_flows.flow import begin, step
from ivr_flows.inputs import Digit, Done, Input, Kept, NoDigit, Seen, Typed
from ivr_flows.languages import PUBLIC_LANGUAGES
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.prompts import load_catalog
from ivr_flows.setting import Setting
from ivr_flows.steps import GatherStep, NumberStep, Question
from ivr_flows.turn import MOST_ASKED, MOST_REPEATS
from ivr_flows.verbs import (
    ANY_KEY,
    Enqueue,
    Gather,
    GatherNumber,
    Hangup,
    KeepPlace,
    Look,
    Play,
    Say,
    SayNumber,
    Transfer,
    Verb,
)
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing

CATALOG = load_catalog().with_texts({"sv": {"greeting-north": "Norra sjukhuset."}})
NAMES = sorted(path.stem for path in FLOWS.glob("*.yaml"))
DAY_MS = 86_400_000
SPEECH = (Say, Play, SayNumber)
ASKS = (Gather, GatherNumber, Look, KeepPlace)

waits = st.builds(
    lambda place, low, more, soon, cause: Wait(
        place=place, low_ms=low, high_ms=low + more, soon=soon, cause=cause
    ),
    st.integers(1, 2000),
    st.integers(0, DAY_MS),
    st.integers(0, DAY_MS),
    st.booleans(),
    st.sampled_from([None, "overtaken", "fewer_nurses", "overrun"]),
)
all_facts = st.builds(
    Facts,
    caller=st.sampled_from(["known", "anonymous"]),
    surge=st.sampled_from(["normal", "high", "crisis"]),
    priority_class=st.sampled_from(["public", "staff", "red_flag", ""]),
    messages=st.dictionaries(st.sampled_from(CATALOG.languages), st.just("m-1-0/x"), max_size=5),
    visit=st.integers(0, 100),
    key=st.sampled_from(["", "1", "*", "7"]),
    wait=st.none() | waits,
    told=st.none() | waits,
    offered=st.booleans(),
    sampled=st.booleans(),
)
hours = st.lists(
    st.builds(
        lambda day, opens, length: Span(
            weekday=day, opens=opens * 30, closes=min(opens * 30 + length * 30, 1440)
        ),
        st.integers(0, 6),
        st.integers(0, 47),
        st.integers(1, 48),
    ),
    max_size=4,
    unique_by=lambda span: span.weekday,
).map(lambda spans: Hours(spans=tuple(sorted(spans, key=lambda span: span.weekday))))
lines = st.builds(
    lambda tag, open_, instead: Line(
        language=Language(tag),
        hours=open_,
        closed=Closed(instead=instead, language=Language("sv")),
    ),
    st.sampled_from(CATALOG.languages),
    hours,
    st.sampled_from(Instead),
)
routings = st.lists(lines, max_size=5, unique_by=lambda line: line.language).map(
    lambda found: Routing(lines=tuple(found))
)
site_settings = st.builds(
    Setting,
    choices=st.integers(1, 5).map(lambda count: PUBLIC_LANGUAGES[:count]),
    language=st.none() | st.sampled_from(CATALOG.languages),
    classes=st.sampled_from([None, ("public", "staff"), ("public", "red_flag")]),
    routing=routings,
    transfers=st.sampled_from([(), ("switchboard",)]),
    named=st.sampled_from(
        [
            {},
            {
                "$greeting": "greeting-north",
                "$surge-high": "surge-high",
                "$surge-crisis": "surge-crisis",
            },
        ]
    ),
    relay=st.booleans(),
)
keys = st.sampled_from(ANY_KEY + "ABCD")


@dataclass
class Walk:
    """One caller in one flow; every step is checked as it is made."""

    flow: Flow
    state: State
    now_ms: int
    verbs: list[Verb] = field(default_factory=list)  # of the last step
    all: list[Verb] = field(default_factory=list)
    answers: list[Input] = field(default_factory=list)

    def give(self, answer: Input) -> None:
        kept = msgspec.json.decode(msgspec.json.encode(self.state), type=State)
        assert kept == self.state
        self.state, self.verbs = step(self.flow, kept, answer, self.now_ms)
        self.answers.append(answer)
        self.all += self.verbs
        assert len(self.answers) <= most_answers(self.flow)
        check_verbs(self.flow, self.state, self.verbs)


def most_answers(flow: Flow) -> int:
    """More than this nobody can be asked, whatever they press."""
    found = 1
    for each in flow.steps.values():
        if isinstance(each, Question):
            tries = each.wrong_times + each.silent_times + MOST_REPEATS
            found += MOST_ASKED * (tries + 2)  # and a look, or a place to keep, after each
    return found + 2


def check_verbs(flow: Flow, state: State, verbs: list[Verb]) -> None:
    """What any runner relies on."""
    asking = [verb for verb in verbs if isinstance(verb, ASKS)]
    assert asking == ([] if state.over else verbs[-1:])
    for verb in verbs:
        if isinstance(verb, Hangup | Transfer):
            assert verb is verbs[-1]
        if isinstance(verb, Say):
            assert CATALOG.has(verb.language, verb.prompt)
            assert verb.arguments in DOMAINS[CATALOG.parameters(verb.prompt)]
    assert state.language in flow.languages
    assert not state.over or state.heard == ()


def answers_to(verb: Verb) -> st.SearchStrategy[Input]:
    match verb:
        case Gather():
            return st.one_of(st.just(NoDigit()), keys.map(Digit), keys.map(Digit))
        case GatherNumber():
            typed = st.builds(Typed, usable=st.booleans(), repeat=st.just(False))
            return st.one_of(st.just(NoDigit()), typed, st.just(Typed(usable=False, repeat=True)))
        case Look():
            return all_facts.map(lambda facts: Seen(facts=facts))
        case KeepPlace():
            return st.builds(Kept, kept=st.booleans())
        case _:
            raise AssertionError(f"{verb} asks for nothing")


def start(data: st.DataObject, name: str) -> Walk:
    flow = load_flow(FLOWS / f"{name}.yaml", data.draw(site_settings), CATALOG)
    language = data.draw(st.none() | st.sampled_from(CATALOG.languages))
    state = begin(flow, data.draw(all_facts), language)
    return Walk(flow, state, data.draw(st.integers(1_700_000_000_000, 1_900_000_000_000)))


def check_end(walk: Walk) -> None:
    """Where a caller can be when a flow is over."""
    lines = [verb for verb in walk.all if isinstance(verb, Enqueue)]
    transfers = [verb for verb in walk.all if isinstance(verb, Transfer)]
    hung_up = any(isinstance(verb, Hangup) for verb in walk.all)
    match walk.flow.phase:
        case "entry":
            assert len(lines) + len(transfers) == 1  # in line or transferred, never neither
            assert not hung_up
        case "line":
            assert not lines
            assert not transfers
            assert hung_up == (Kept(kept=True) in walk.answers)
        case _:
            assert not lines
            assert not transfers


patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", NAMES)
@patient
@given(data=st.data())
def test_whatever_a_caller_does_the_flow_comes_to_an_end(name: str, data: st.DataObject) -> None:
    walk = start(data, name)
    walk.give(Done())
    while not walk.state.over:
        walk.now_ms += data.draw(st.integers(0, 20_000))
        walk.give(data.draw(answers_to(walk.verbs[-1])))
    check_end(walk)


@pytest.mark.parametrize("name", NAMES)
@patient
@given(data=st.data(), silent=st.booleans())
def test_a_silent_caller_and_one_who_only_presses_stars_come_to_an_end(
    name: str, data: st.DataObject, silent: bool
) -> None:
    walk = start(data, name)
    walk.give(Done())
    while not walk.state.over:
        match walk.verbs[-1]:
            case Gather():
                walk.give(NoDigit() if silent else Digit("*"))
            case GatherNumber():
                walk.give(NoDigit() if silent else Typed(usable=False, repeat=True))
            case other:
                walk.give(data.draw(answers_to(other)))
    check_end(walk)


@pytest.mark.parametrize("name", NAMES)
@patient
@given(data=st.data())
def test_a_star_repeats_what_was_said_with_the_question(name: str, data: st.DataObject) -> None:
    walk = start(data, name)
    walk.give(Done())
    # What was said since the caller answered last, without what came after a wrong answer.
    since = [verb for verb in walk.verbs if isinstance(verb, SPEECH)]
    while not walk.state.over:
        asked = walk.flow.steps[walk.state.at]
        in_time = walk.now_ms - (walk.state.began_ms or 0) < walk.flow.limit_ms
        if isinstance(asked, Question) and in_time and walk.state.repeats < MOST_REPEATS:
            is_number = isinstance(asked, NumberStep)
            if not (isinstance(asked, GatherStep) and "*" in asked.keys):
                star: Input = Typed(usable=False, repeat=True) if is_number else Digit("*")
                before = walk.state
                after, verbs = step(walk.flow, before, star, walk.now_ms)
                assert verbs[:-1] == since
                assert verbs[-1] == walk.verbs[-1]
                assert (after.at, after.wrong, after.silent) == (
                    before.at,
                    before.wrong,
                    before.silent,
                )
        asked_at, asked_times = walk.state.at, dict(walk.state.asked)
        answer = data.draw(answers_to(walk.verbs[-1]))
        walk.now_ms += data.draw(st.integers(0, 5000))
        walk.give(answer)
        speech = [verb for verb in walk.verbs if isinstance(verb, SPEECH)]
        if (walk.state.at, walk.state.asked) == (asked_at, asked_times):
            continue  # the same question once more
        since = [*since, *speech] if isinstance(answer, Seen | Kept) else speech


@patient
@given(data=st.data(), keys_pressed=st.lists(keys, min_size=1, max_size=6))
def test_no_key_is_kept_in_the_state(data: st.DataObject, keys_pressed: list[str]) -> None:
    """Two callers who press other wrong keys cannot be told apart by what is kept of them."""
    walk = start(data, "public")
    walk.give(Done())
    other = walk.state
    for key in keys_pressed:
        asked = walk.flow.steps[walk.state.at] if not walk.state.over else None
        if not isinstance(asked, GatherStep) or key in asked.keys or key == "*":
            continue
        walk.give(Digit(key))
        other, _ = step(walk.flow, other, Digit("#"), walk.now_ms)
        assert walk.state == other
