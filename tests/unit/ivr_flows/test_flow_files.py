"""The flows that we ship, as callers walk them."""

from itertools import product
from pathlib import Path

import pytest

from ivr_flows.dialogue import Flow
from ivr_flows.facts import Facts, Wait
from ivr_flows.flow import begin, step
from ivr_flows.inputs import Digit, Done, Input, Kept, NoDigit, Seen, Typed
from ivr_flows.languages import PUBLIC_LANGUAGES
from ivr_flows.load import FLOWS, load_flow
from ivr_flows.setting import Setting
from ivr_flows.verbs import (
    ANY_KEY,
    Enqueue,
    Gather,
    Hangup,
    KeepPlace,
    Later,
    Look,
    NeedInterpreter,
    Play,
    RecordConsent,
    Say,
    SayNumber,
    Score,
    SetClass,
    SetLanguage,
    Told,
    Transfer,
    Verb,
    Whose,
)
from language_routing.hours import Hours, Span
from language_routing.languages import Language
from language_routing.lines import Closed, Instead, Line, Routing, place
from tests.unit.ivr_flows.small_flows import CATALOG

CLOSED = Routing(
    lines=tuple(
        Line(
            language=Language(tag),
            hours=Hours(spans=()),
            closed=Closed(instead=instead, language=Language("sv")),
        )
        for tag, instead in (("so", Instead.LANGUAGE), ("ar", Instead.INTERPRETER))
    )
)
SITE = Setting(
    relay=True,
    transfers=("switchboard",),
    classes=("public", "red_flag"),
    routing=CLOSED,
    named={"$surge-high": "surge-high", "$surge-crisis": "surge-crisis"},
)
LANGUAGES = [choice.language for choice in PUBLIC_LANGUAGES]
LANGUAGE_OF = {choice.key: choice.language for choice in PUBLIC_LANGUAGES}
ANSWERS: list[Input] = [NoDigit(), *(Digit(key) for key in ANY_KEY.replace("*", "") + "A")]
WAIT = Wait(place=3, low_ms=660_000, high_ms=840_000)
KNOWN = Facts(caller="known", priority_class="public", wait=WAIT)


def shipped(name: str, setting: Setting = SITE) -> Flow:
    return load_flow(FLOWS / f"{name}.yaml", setting, CATALOG)


def heard(
    flow: Flow, answers: list[Input], facts: Facts = KNOWN, language: str | None = None
) -> list[Verb]:
    """Every verb of a walk with these answers; each `Look` is answered with the same facts."""
    state, verbs = step(flow, begin(flow, facts, language), Done(), 0)
    found, left = list(verbs), list(answers)
    while not state.over:
        if isinstance(verbs[-1], Look):
            given: Input = Seen(facts=facts)
        elif left:
            given = left.pop(0)
        else:
            break
        state, verbs = step(flow, state, given, 0)
        found += verbs
    assert not left, "more answers than questions"
    return found


def said(verbs: list[Verb]) -> list[str]:
    return [verb.prompt for verb in verbs if isinstance(verb, Say)]


def only(verbs: list[Verb], kind: type[Verb]) -> list[Verb]:
    return [verb for verb in verbs if isinstance(verb, kind)]


# Before the line


@pytest.mark.parametrize("name", ["public", "emergency"])
def test_every_way_of_pressing_keys_at_the_menu_comes_to_a_line(name: str) -> None:
    flow = shipped(name)
    for answers in product(ANSWERS, repeat=3):
        state, verbs = step(flow, begin(flow, KNOWN), Done(), 0)
        for answer in answers:
            if not state.over:
                state, more = step(flow, state, answer, 0)
                verbs += more

        assert state.over
        assert not only(verbs, Hangup)
        assert len(only(verbs, Enqueue)) + len(only(verbs, Transfer)) == 1


@pytest.mark.parametrize("name", ["public", "emergency"])
@pytest.mark.parametrize("key", LANGUAGE_OF)
def test_a_key_of_the_menu_leads_to_the_line_of_its_language(name: str, key: str) -> None:
    verbs = heard(shipped(name), [Digit(key)])

    assert verbs[-2:] == [
        SetLanguage(language=LANGUAGE_OF[key]),
        Enqueue(language=LANGUAGE_OF[key]),
    ]


@pytest.mark.parametrize("name", ["public", "emergency"])
@pytest.mark.parametrize("answers", [[NoDigit()], [Digit("#")] * 3])
def test_silence_or_three_wrong_keys_lead_to_the_default_line(
    name: str, answers: list[Input]
) -> None:
    assert heard(shipped(name), answers)[-1] == Enqueue(language="sv")


def test_the_emergency_notice_comes_first_and_the_menu_speaks_each_language() -> None:
    verbs = heard(shipped("public"), [])

    assert [(verb.prompt, verb.language) for verb in verbs if isinstance(verb, Say)] == [
        ("welcome", "sv"),
        ("emergency", "sv"),
        ("emergency", "en"),
        *(("menu-choice", language) for language in LANGUAGES),
        ("other-language", "en"),
        ("sign-or-text", "sv"),
    ]
    assert verbs[-1] == Gather(digits="1234567*", timeout_ms=6000)


@pytest.mark.parametrize("name", ["public", "direct", "emergency", "staff", "relay"])
def test_before_the_line_any_key_cuts_any_speech_short(name: str) -> None:
    verbs = heard(shipped(name), [])
    before = verbs[: verbs.index(next(iter(only(verbs, Enqueue)), verbs[-1]))]

    assert all(verb.interruptible for verb in before if isinstance(verb, Say))


def test_a_star_at_the_menu_repeats_the_emergency_notice_too() -> None:
    flow = shipped("public")

    once, twice = heard(flow, []), heard(flow, [Digit("*")])

    assert twice == once * 2


def test_another_language_is_served_in_the_default_line_with_an_interpreter() -> None:
    verbs = heard(shipped("public"), [Digit("6")])

    assert verbs[-4:] == [
        SetLanguage(language="en"),
        NeedInterpreter(wanted="und"),
        Enqueue(language="sv"),
        Say(prompt="interpreter-follows", language="en"),
    ]


def test_sign_language_is_in_line_with_an_interpreter_and_then_hears_the_relay_number() -> None:
    verbs = heard(shipped("public"), [Digit("7")])

    assert verbs[-6:] == [
        SetLanguage(language="sv"),
        NeedInterpreter(wanted="swl"),
        Enqueue(language="sv"),
        Say(prompt="relay-text", language="sv"),
        SayNumber(whose=Whose.RELAY, language="sv"),
        Say(prompt="relay-sign", language="sv"),
    ]


def test_a_site_without_a_relay_number_speaks_of_none() -> None:
    verbs = heard(shipped("public", Setting()), [Digit("7")])

    assert verbs[-1] == Say(prompt="relay-sign", language="sv")
    assert "relay-text" not in said(verbs)


def test_nine_is_the_switchboard_where_the_entry_point_has_one() -> None:
    assert heard(shipped("emergency"), [Digit("9")])[-1] == Transfer(target="switchboard")

    without = heard(shipped("emergency", Setting()), [])
    assert "switchboard" not in said(without)
    assert isinstance(without[-1], Gather)
    assert "9" not in without[-1].digits


@pytest.mark.parametrize(
    ("name", "language", "prompts"),
    [
        ("direct", "so", ["welcome", "emergency"]),
        ("staff", "sv", ["welcome-staff"]),
        ("relay", "sv", ["welcome-relay", "emergency"]),
    ],
)
def test_a_line_without_a_menu_asks_nothing(name: str, language: str, prompts: list[str]) -> None:
    verbs = heard(shipped(name, Setting(language="so" if name == "direct" else None)), [])

    assert said(verbs) == prompts
    assert verbs[-1] == Enqueue(language=language)


@pytest.mark.parametrize("name", ["public", "direct", "emergency", "staff", "relay"])
def test_an_entry_points_own_greeting_comes_first(name: str) -> None:
    catalog = CATALOG.with_texts({"sv": {"greeting-north": "Norra sjukhuset."}})
    setting = Setting(named={"$greeting": "greeting-north"})

    flow = load_flow(FLOWS / f"{name}.yaml", setting, catalog)

    assert said(heard(flow, []))[0] == "greeting-north"


# In line


def waiting(
    answers: list[Input], facts: Facts = KNOWN, language: str = "fi", name: str = "waiting"
) -> list[Verb]:
    return heard(shipped(name), answers, facts, language)


def test_the_first_visit_tells_all_that_a_caller_should_know() -> None:
    verbs = waiting([NoDigit(), NoDigit()])

    assert said(verbs) == [
        "in-line",
        "emergency",
        "red-flag",
        "place",
        "wait-range",
        "recording",
        "repeat-hint",
    ]
    assert {verb.language for verb in verbs if isinstance(verb, Say)} == {"fi"}
    assert verbs[0] == Later(seconds=60)
    assert Told() in verbs


def test_the_emergency_notice_in_the_callers_language_is_heard_out() -> None:
    first = next(verb for verb in waiting([]) if isinstance(verb, Say))

    assert not first.interruptible


def test_an_offered_place_is_offered_at_the_first_visit() -> None:
    offered = Facts(caller="known", wait=WAIT, offered=True)

    assert said(waiting([NoDigit(), NoDigit()], offered))[-2:] == ["keep-offer", "repeat-hint"]


def test_a_red_flag_moves_the_caller_forward_and_tells_of_112() -> None:
    verbs = waiting([Digit("1"), NoDigit()])

    assert SetClass(priority_class="red_flag") in verbs
    assert "red-flag-112" in said(verbs)


def test_who_has_a_red_flag_already_is_not_asked_for_one() -> None:
    assert "red-flag" not in said(waiting([], Facts(priority_class="red_flag")))


@pytest.mark.parametrize("visit", [0, 3, 5])
def test_who_has_a_red_flag_is_led_to_no_place_for_later(visit: int) -> None:
    urgent = Facts(priority_class="red_flag", visit=visit, wait=WAIT, told=WAIT, offered=True)

    assert "keep-offer" not in said(waiting([], urgent))
    by_key = [
        said(waiting([], Facts(priority_class="red_flag", visit=1, key=key))) for key in ("1", "*")
    ]
    assert by_key[0] == by_key[1]


def test_between_the_red_flag_and_the_offer_no_key_gives_a_place_up() -> None:
    verbs = waiting([NoDigit(), NoDigit()], Facts(wait=WAIT, offered=True))
    asked = [at for at, verb in enumerate(verbs) if isinstance(verb, Gather)]
    between = verbs[asked[0] + 1 : asked[1]]
    speech = [verb for verb in between if isinstance(verb, Say | Play)]

    assert [each.interruptible for each in speech] == [False] * 3 + [True] * 2
    assert [each.prompt for each in speech if isinstance(each, Say)][3:] == [
        "keep-offer",
        "repeat-hint",
    ]


def test_a_site_without_the_class_asks_for_no_red_flag() -> None:
    flow = shipped("waiting", Setting(classes=("public",)))

    assert "red-flag" not in said(heard(flow, [NoDigit()]))


@pytest.mark.parametrize(
    ("language", "prompt"), [("so", "closed-language"), ("ar", "closed-interpreter")]
)
def test_a_closed_line_is_explained_in_the_callers_language(language: str, prompt: str) -> None:
    verbs = waiting([NoDigit(), NoDigit()], KNOWN, language)

    assert Say(prompt=prompt, language=language) in verbs


def test_nobody_in_line_hears_that_she_is_rung_back() -> None:
    """Her line has closed since she came; the ACD itself tells whomever it takes out of it."""
    monday = Hours(spans=(Span(weekday=0, opens=480, closes=720),))
    closed = Closed(instead=Instead.CALLBACK, language=Language("sv"))
    line = Line(language=Language("fi"), hours=monday, closed=closed)
    routing = Routing(lines=(line,))
    assert place(routing, Language("fi"), 0, reachable=True).callback_at is not None
    flow = shipped("waiting", Setting(classes=("public",), routing=routing))

    verbs = heard(flow, [NoDigit()], KNOWN, "fi")

    assert said(verbs)[:4] == ["in-line", "emergency", "place", "wait-range"]


def test_a_supervisors_message_is_played_at_the_first_visit() -> None:
    facts = Facts(messages={"fi": "m-1/fi", "sv": "m-1/sv"})

    assert only(waiting([NoDigit(), NoDigit()], facts), Play) == [Play(sound="m-1/fi")]


def test_a_later_visit_tells_news_and_the_next_comes_sooner() -> None:
    verbs = waiting([NoDigit()], Facts(visit=2, wait=WAIT))

    assert verbs[0] == Later(seconds=60)
    assert said(verbs) == ["place", "wait-range", "repeat-hint"]


@pytest.mark.parametrize(
    ("visit", "prompt"), [(3, "self-care"), (4, "reminder-112"), (5, "keep-offer")]
)
def test_without_news_visits_are_rarer_and_say_something_by_turns(visit: int, prompt: str) -> None:
    facts = Facts(visit=visit, wait=WAIT, told=WAIT, offered=True)

    verbs = waiting([NoDigit()], facts)

    assert verbs[0] == Later(seconds=120)
    assert said(verbs) == [prompt, "repeat-hint"]


def test_where_nothing_is_offered_no_offer_is_made() -> None:
    facts = Facts(visit=5, wait=WAIT, told=WAIT)

    assert said(waiting([NoDigit()], facts)) == ["still-in-line", "repeat-hint"]


@pytest.mark.parametrize("surge", ["high", "crisis"])
@pytest.mark.parametrize(("visit", "told"), [(1, True), (2, False), (6, False), (7, True)])
def test_a_surge_is_spoken_of_now_and_then(surge: str, visit: int, told: bool) -> None:
    facts = Facts(surge=surge, visit=visit, wait=WAIT, told=WAIT)

    assert (f"surge-{surge}" in said(waiting([NoDigit()], facts))) is told


@pytest.mark.parametrize("name", ["waiting", "waiting_staff"])
def test_a_star_tells_the_wait_again_and_ends(name: str) -> None:
    verbs = waiting([NoDigit()], Facts(visit=2, key="*", wait=WAIT, told=WAIT), name=name)

    assert said(verbs)[-3:] == ["place", "wait-range", "repeat-hint"]


def test_a_star_repeats_the_emergency_notice() -> None:
    assert said(waiting([NoDigit()], Facts(visit=2, key="*")))[0] == "emergency"


PRESSED = Facts(caller="known", visit=2, key="1", wait=WAIT, told=WAIT)
UNKNOWN = Facts(caller="anonymous", visit=2, key="1", wait=WAIT, told=WAIT)


@pytest.mark.parametrize("name", ["waiting", "waiting_staff"])
def test_a_known_number_is_spoken_and_kept_when_it_is_right(name: str) -> None:
    verbs = waiting([Digit("1"), Kept(kept=True)], PRESSED, name=name)

    assert verbs == [
        Later(seconds=60),
        Say(prompt="keep-number", language="fi", interruptible=True),
        SayNumber(whose=Whose.CALLER, language="fi", interruptible=True),
        Say(prompt="keep-confirm", language="fi", interruptible=True),
        Gather(digits="123*", timeout_ms=6000),
        KeepPlace(whose=Whose.CALLER),
        Say(prompt="keep-kept", language="fi"),
        Hangup(),
    ]


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        (PRESSED, [Digit("2"), Typed(usable=True), Digit("1")]),
        (UNKNOWN, [Typed(usable=True), Digit("1")]),
        (UNKNOWN, [Typed(usable=False), Typed(usable=True), Digit("2"), Typed(usable=True)]),
    ],
)
def test_another_number_is_typed_and_spoken_back(facts: Facts, answers: list[Input]) -> None:
    confirmed = answers if answers[-1] == Digit("1") else [*answers, Digit("1")]

    verbs = waiting([*confirmed, Kept(kept=True)], facts)

    assert SayNumber(whose=Whose.TYPED, language="fi", interruptible=True) in verbs
    assert only(verbs, KeepPlace) == [KeepPlace(whose=Whose.TYPED)]
    assert verbs[-1] == Hangup()


def test_a_place_that_could_not_be_kept_stays_in_line() -> None:
    verbs = waiting([Digit("1"), Kept(kept=False)], PRESSED)

    assert verbs[-1] == Say(prompt="keep-refused", language="fi")


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        (PRESSED, [Digit("3")]),
        (PRESSED, [NoDigit(), NoDigit()]),
        (PRESSED, [Digit("9")] * 3),
        (UNKNOWN, [NoDigit(), NoDigit()]),
        (UNKNOWN, [Typed(usable=False)] * 3),
        (UNKNOWN, [Typed(usable=True), Digit("3")]),
        (UNKNOWN, [*[Typed(usable=True), Digit("2")] * 3]),
    ],
)
def test_who_does_not_confirm_is_told_that_the_place_is_the_same(
    facts: Facts, answers: list[Input]
) -> None:
    verbs = waiting(answers, facts)

    assert verbs[-1] == Say(prompt="still-in-line", language="fi")
    assert not only(verbs, KeepPlace)
    assert not only(verbs, Hangup)


def test_one_during_what_a_visit_says_keeps_the_place() -> None:
    assert "keep-number" in said(waiting([NoDigit(), Digit("1")]))


def test_care_staff_hear_place_and_wait_only() -> None:
    verbs = waiting([NoDigit()], name="waiting_staff")

    assert said(verbs) == ["place", "wait-range", "repeat-hint"]


def test_care_staff_hear_nothing_when_nothing_has_changed() -> None:
    facts = Facts(visit=1, wait=WAIT, told=WAIT)

    assert waiting([], facts, name="waiting_staff") == [Later(seconds=120)]


# After the call


def test_a_sampled_caller_who_agrees_gives_two_scores_in_her_language() -> None:
    verbs = heard(shipped("after"), [Digit("1"), Digit("5"), Digit("2")], Facts(sampled=True), "so")

    assert only(verbs, RecordConsent) == [RecordConsent(about="survey", given=True)]
    assert only(verbs, Score) == [
        Score(question="survey-recommend", score=5),
        Score(question="survey-helped", score=2),
    ]
    assert said(verbs) == ["survey-ask", "survey-recommend", "survey-helped", "survey-thanks"]
    assert {verb.language for verb in verbs if isinstance(verb, Say)} == {"so"}
    assert verbs[-1] == Hangup()


@pytest.mark.parametrize("answers", [[NoDigit()], [Digit("2"), Digit("2")]])
def test_who_does_not_agree_is_asked_nothing(answers: list[Input]) -> None:
    verbs = heard(shipped("after"), answers, Facts(sampled=True))

    assert not only(verbs, RecordConsent)
    assert "survey-recommend" not in said(verbs)


def test_who_is_not_sampled_hears_nothing() -> None:
    assert heard(shipped("after"), [], Facts()) == [Hangup()]


@pytest.mark.parametrize("path", sorted(FLOWS.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("relay", [False, True])
@pytest.mark.parametrize("transfers", [(), ("switchboard",)])
@pytest.mark.parametrize("classes", [None, ("public",), ("public", "red_flag")])
def test_each_flow_can_be_used_by_each_kind_of_site(
    path: Path, relay: bool, transfers: tuple[str, ...], classes: tuple[str, ...] | None
) -> None:
    setting = Setting(relay=relay, transfers=transfers, classes=classes)

    assert load_flow(path, setting, CATALOG).name == path.stem
