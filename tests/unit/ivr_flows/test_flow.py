"""Each kind of step, on a flow of a few lines: what it makes of an input."""

from pathlib import Path

import msgspec
import pytest

from ivr_flows.facts import Facts, Wait
from ivr_flows.flow import IllegalInput, State, begin, step
from ivr_flows.inputs import Digit, Done, Input, Kept, NoDigit, Seen, Typed
from ivr_flows.setting import Setting
from ivr_flows.turn import MOST_ASKED, MOST_REPEATS
from ivr_flows.verbs import (
    Enqueue,
    Gather,
    GatherNumber,
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
from tests.unit.ivr_flows.small_flows import CATALOG, after, entry, flow_of, in_line, walk

WELCOME = Say(prompt="welcome", language="sv")
WAIT = Wait(place=3, low_ms=660_000, high_ms=840_000)

MENU = """\
  a: {say: [{prompt: welcome, in: default}], keys: any, next: menu}
  menu:
    gather: [{prompt: menu-choice, in: each}]
    keys: {languages: line, 9: gone}
    timeout_ms: 4000
    wrong: {times: 2, say: [{prompt: wrong-key, in: caller}]}
    silence: {times: 2}
    otherwise: line
  gone: {hangup: {}}"""


def said(verbs: list[Verb]) -> list[str]:
    return [verb.prompt for verb in verbs if isinstance(verb, Say)]


def test_say_speaks_and_goes_on(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry("  a: {say: [{prompt: welcome, in: fi}], next: line}"))

    state, verbs = walk(flow)

    assert verbs == [Say(prompt="welcome", language="fi"), Enqueue(language="sv")]
    assert state.over
    assert state.heard == ()


def test_speech_that_any_key_ends_is_marked_so(tmp_path: Path) -> None:
    flow = flow_of(
        tmp_path, entry("  a: {say: [{prompt: welcome, in: sv}], keys: any, next: line}")
    )

    assert walk(flow)[1][0] == Say(prompt="welcome", language="sv", interruptible=True)


@pytest.mark.parametrize("whose", ["caller", "relay"])
def test_a_number_is_spoken_by_whose_it_is(tmp_path: Path, whose: str) -> None:
    flow = flow_of(tmp_path, entry(f"  a: {{say: [{{number: {whose}, in: caller}}], next: line}}"))

    _, verbs = walk(flow, language="so")

    assert verbs[0] == SayNumber(whose=Whose(whose), language="so")


def test_a_message_in_force_is_played_and_another_left_unsaid(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry("  a: {play: {message: caller}, next: line}"))
    facts = Facts(messages={"ar": "m-1/ar"})

    assert walk(flow, facts=facts, language="ar")[1][0] == Play(sound="m-1/ar")
    assert walk(flow, facts=facts)[1] == [Enqueue(language="sv")]


def test_a_prompt_takes_its_values_from_the_facts_or_is_left_unsaid(tmp_path: Path) -> None:
    items = "{prompt: place, in: caller}, {prompt: wait-range, in: caller}"
    flow = flow_of(tmp_path, in_line(f"  a: {{say: [{items}], next: end}}"))

    assert walk(flow, facts=Facts(wait=WAIT))[1] == [
        Say(prompt="place", language="sv", arguments=(3,)),
        Say(prompt="wait-range", language="sv", arguments=(10, 15)),
    ]
    assert walk(flow)[1] == []


GREETING = "  a: {say: [{prompt: $greeting, or: welcome, in: caller}], next: line}"


def test_a_greeting_of_the_site_is_said_where_there_is_one(tmp_path: Path) -> None:
    catalog = CATALOG.with_texts({"sv": {"greeting-north": "Norra sjukhuset."}})
    setting = Setting(named={"$greeting": "greeting-north"})
    flow = flow_of(tmp_path, entry(GREETING), setting, catalog)

    assert said(walk(flow)[1]) == ["greeting-north"]
    assert said(walk(flow, language="fi")[1]) == ["welcome"]


def test_without_a_greeting_its_stand_in_is_said_or_nothing(tmp_path: Path) -> None:
    assert said(walk(flow_of(tmp_path, entry(GREETING)))[1]) == ["welcome"]

    alone = GREETING.replace("or: welcome, ", "")
    assert said(walk(flow_of(tmp_path, entry(alone)))[1]) == []


def test_the_same_is_not_said_twice_in_a_row(tmp_path: Path) -> None:
    items = "{prompt: emergency, in: default}, {prompt: emergency, in: en}"
    text = entry(f"  a: {{say: [{items}], next: line}}")

    assert len(said(walk(flow_of(tmp_path, text))[1])) == 2
    assert len(said(walk(flow_of(tmp_path, text, Setting(language="en")))[1])) == 1


def test_a_gather_asks_and_waits_for_a_key(tmp_path: Path) -> None:
    state, verbs = walk(flow_of(tmp_path, entry(MENU)))

    assert verbs[-1] == Gather(digits="123459*", timeout_ms=4000)
    assert all(verb.interruptible for verb in verbs if isinstance(verb, Say))
    assert not state.over


def test_a_key_of_the_language_menu_chooses_the_language(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))

    state, verbs = walk(flow, Digit("5"))

    assert verbs == [SetLanguage(language="so"), Enqueue(language="so")]
    assert state.language == "so"


def test_another_key_leads_where_it_is_said_to(tmp_path: Path) -> None:
    assert walk(flow_of(tmp_path, entry(MENU)), Digit("9"))[1] == [Hangup()]


def test_a_wrong_key_is_told_and_the_question_repeated_until_it_ends(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))

    _, verbs = walk(flow, Digit("#"))
    assert said(verbs) == ["wrong-key"] + ["menu-choice"] * 5
    assert all(verb.interruptible for verb in verbs if isinstance(verb, Say))
    assert walk(flow, Digit("#"), Digit("A"))[1] == [Enqueue(language="sv")]


def test_after_a_silence_the_question_is_repeated_until_it_ends(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))

    _, verbs = walk(flow, NoDigit())
    assert said(verbs) == ["menu-choice"] * 5
    assert all(verb.interruptible for verb in verbs if isinstance(verb, Say))
    assert walk(flow, NoDigit(), NoDigit())[1] == [Enqueue(language="sv")]


def test_a_reminder_can_stand_for_the_question_after_a_silence(tmp_path: Path) -> None:
    reminded = MENU.replace("{times: 2}", "{times: 2, say: [{prompt: still-in-line, in: sv}]}")

    assert said(walk(flow_of(tmp_path, entry(reminded)), NoDigit())[1]) == ["still-in-line"]


def test_a_star_repeats_all_that_was_said_with_the_question(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))
    _, first = walk(flow)

    state, verbs = walk(flow, Digit("*"))

    assert verbs == first
    assert (state.wrong, state.silent) == (0, 0)
    assert walk(flow, Digit("#"), Digit("*"))[1] == first


def test_a_star_repeats_nothing_from_before_the_last_answer(tmp_path: Path) -> None:
    steps = AGAIN.replace("1: a", "1: b") + "\n" + AGAIN.replace("  a:", "  b:", 1)
    flow = flow_of(tmp_path, entry(steps.replace("1: a", "1: line")))

    assert said(walk(flow, Digit("1"))[1]) == ["welcome"]
    assert said(walk(flow, Digit("1"), Digit("*"))[1]) == ["welcome"]


def test_stars_are_bounded(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))
    stars = [Digit("*")] * MOST_REPEATS

    assert not walk(flow, *stars)[0].over
    assert walk(flow, *stars, Digit("*"))[1] == [Enqueue(language="sv")]


def test_a_star_means_what_the_flow_says_where_it_says_so(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU.replace("9: gone", '"*": gone')))

    assert walk(flow)[1][-1] == Gather(digits="12345*", timeout_ms=4000)
    assert walk(flow, Digit("*"))[1] == [Hangup()]


def test_nothing_is_asked_again_after_the_time_limit(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))
    state, _ = step(flow, begin(flow, Facts()), Done(), 1000)

    for answer in (NoDigit(), Digit("#"), Digit("*")):
        assert not step(flow, state, answer, 1000 + flow.limit_ms - 1)[0].over
        assert step(flow, state, answer, 1000 + flow.limit_ms)[0].over


def test_a_right_key_counts_also_after_the_time_limit(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))
    state, _ = step(flow, begin(flow, Facts()), Done(), 0)

    assert Enqueue(language="so") in step(flow, state, Digit("5"), flow.limit_ms * 2)[1]


AGAIN = """\
  a:
    gather: [{prompt: welcome, in: caller}]
    keys: {1: a, 2: line}
    timeout_ms: 4000
    wrong: {times: 1}
    silence: {times: 1}
    otherwise: line"""


def test_keys_lead_to_the_same_question_a_bounded_number_of_times(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(AGAIN))
    again = [Digit("1")] * (MOST_ASKED - 1)

    assert not walk(flow, *again)[0].over
    assert walk(flow, *again, Digit("1"))[1] == [Enqueue(language="sv")]


def test_keys_lead_to_no_question_again_after_the_time_limit(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(AGAIN))
    state, _ = step(flow, begin(flow, Facts()), Done(), 0)

    assert not step(flow, state, Digit("1"), flow.limit_ms - 1)[0].over
    assert step(flow, state, Digit("1"), flow.limit_ms)[0].over


NUMBER = """\
  a:
    number: [{prompt: keep-type, in: caller}]
    timeout_ms: 5000
    good: keep
    bad: {times: 2, say: [{prompt: keep-bad-number, in: caller}]}
    silence: {times: 2}
    otherwise: end
  keep: {keep: typed, kept: bye, refused: end}
  bye: {hangup: {}}"""


def test_a_number_is_typed_until_it_is_good(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, in_line(NUMBER))
    asked = GatherNumber(timeout_ms=5000)

    assert said(walk(flow)[1]) == ["keep-type"]
    assert walk(flow)[1][-1] == asked
    _, verbs = walk(flow, Typed(usable=False))
    assert said(verbs) == ["keep-bad-number", "keep-type"]
    assert verbs[-1] == asked
    assert walk(flow, Typed(usable=False), Typed(usable=True))[1] == [KeepPlace(whose=Whose.TYPED)]
    assert walk(flow, Typed(usable=False), Typed(usable=False))[0].over
    assert said(walk(flow, NoDigit())[1]) == ["keep-type"]
    assert walk(flow, NoDigit(), NoDigit())[0].over


def test_a_star_typed_alone_repeats_the_question(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, in_line(NUMBER))

    state, verbs = walk(flow, Typed(usable=False, repeat=True))

    assert verbs == walk(flow)[1]
    assert state.wrong == 0


@pytest.mark.parametrize(("kept", "verbs"), [(True, [Hangup()]), (False, [])])
def test_what_follows_a_kept_place_waits_for_the_answer(
    tmp_path: Path, kept: bool, verbs: list[Verb]
) -> None:
    flow = flow_of(tmp_path, in_line(NUMBER))

    state, found = walk(flow, Typed(usable=True), Kept(kept=kept))

    assert found == verbs
    assert state.over


def test_language_is_set_without_asking(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry("  a: {language: en, next: line}"))

    assert walk(flow)[1] == [SetLanguage(language="en"), Enqueue(language="en")]


def test_a_caller_can_be_spoken_to_in_another_language_than_the_lines(tmp_path: Path) -> None:
    text = entry("  a: {language: en, next: line}").replace("enqueue: caller", "enqueue: default")

    assert walk(flow_of(tmp_path, text))[1] == [SetLanguage(language="en"), Enqueue(language="sv")]


def test_a_branch_goes_by_the_facts(tmp_path: Path) -> None:
    steps = """\
  a: {branch: surge, when: {high: b}, otherwise: line}
  b: {say: [{prompt: surge-high, in: caller}], next: line}"""
    flow = flow_of(tmp_path, entry(steps))

    assert said(walk(flow, facts=Facts(surge="high"))[1]) == ["surge-high"]
    assert said(walk(flow)[1]) == []


def test_a_branch_is_never_stuck_on_what_it_does_not_know(tmp_path: Path) -> None:
    flow = flow_of(
        tmp_path, entry("  a: {branch: surge, when: {normal: line, high: line, crisis: line}}")
    )

    assert walk(flow, facts=Facts(surge="a level of a later version"))[0].over


def test_a_class_is_set_and_known_from_then_on(tmp_path: Path) -> None:
    steps = """\
  a: {set: {class: red_flag}, next: b}
  b: {branch: class, when: {red_flag: c}, otherwise: end}
  c: {say: [{prompt: red-flag-112, in: caller}], next: end}"""

    state, verbs = walk(flow_of(tmp_path, in_line(steps)))

    assert verbs[0] == SetClass(priority_class="red_flag")
    assert said(verbs) == ["red-flag-112"]
    assert state.facts.priority_class == "red_flag"


def test_an_interpreter_is_asked_for_before_the_line(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry("  a: {set: {interpreter: swl}, next: line}"))

    assert walk(flow)[1] == [NeedInterpreter(wanted="swl"), Enqueue(language="sv")]


LOOK = """\
  a: {later: 90, next: b}
  b: {look: wait, next: c}
  c: {tell: wait, next: d}
  d: {branch: told, when: {yes: e, no: end}}
  e: {say: [{prompt: recording, in: caller}], next: end}"""


def test_a_look_takes_the_facts_as_they_are_then_and_a_tell_says_them(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, in_line(LOOK))

    assert walk(flow)[1] == [Later(seconds=90), Look()]
    state, verbs = walk(flow, Seen(facts=Facts(wait=WAIT)))
    assert verbs == [
        Say(prompt="place", language="sv", arguments=(3,)),
        Say(prompt="wait-range", language="sv", arguments=(10, 15)),
        Told(),
        Say(prompt="recording", language="sv"),
    ]
    assert state.facts.told == WAIT


SURVEY = """\
  a: {consent: survey, given: yes, next: b}
  b:
    survey: survey-helped
    scale: 5
    timeout_ms: 5000
    wrong: {times: 2, say: [{prompt: wrong-key, in: caller}]}
    silence: {times: 2}
    next: c
  c: {hangup: {}}"""


def test_a_survey_takes_a_score_with_consent(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, after(SURVEY))

    _, verbs = walk(flow, language="fi")
    assert verbs == [
        RecordConsent(about="survey", given=True),
        Say(prompt="survey-helped", language="fi", interruptible=True),
        Gather(digits="12345*", timeout_ms=5000),
    ]
    assert walk(flow, Digit("4"))[1] == [Score(question="survey-helped", score=4), Hangup()]
    assert said(walk(flow, Digit("6"))[1]) == ["wrong-key", "survey-helped"]
    assert said(walk(flow, Digit("*"))[1]) == ["survey-helped"]
    assert walk(flow, Digit("6"), Digit("0"))[1] == [Hangup()]
    assert walk(flow, NoDigit(), NoDigit())[1] == [Hangup()]


def test_a_refused_consent_is_noted_as_such(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, after("  a: {consent: recording, given: no, next: end}"))

    assert walk(flow)[1] == [RecordConsent(about="recording", given=False)]


def test_a_transfer_ends_the_flow(tmp_path: Path) -> None:
    setting = Setting(transfers=("switchboard",))
    text = entry(AGAIN.replace("1: a", "1: b") + "\n  b: {transfer: switchboard}")

    state, verbs = walk(flow_of(tmp_path, text, setting), Digit("1"))

    assert verbs == [Transfer(target="switchboard")]
    assert state.over


@pytest.mark.parametrize("language", [None, "sv", "so", "ar"])
def test_a_flow_begins_in_the_language_that_is_known(tmp_path: Path, language: str | None) -> None:
    flow = flow_of(tmp_path, entry("  a: {say: [{prompt: welcome, in: caller}], next: line}"))

    assert begin(flow, Facts(), language).language == (language or "sv")


def test_a_language_that_we_do_not_speak_is_not_taken(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry("  a: {say: [{prompt: welcome, in: caller}], next: line}"))

    assert begin(flow, Facts(), "../sv").language == "sv"


@pytest.mark.parametrize(
    ("text", "answers", "wrong"),
    [
        (entry(MENU), [], Done()),
        (entry(MENU), [], Typed(usable=True)),
        (entry(MENU), [], Kept(kept=True)),
        (in_line(NUMBER), [], Digit("1")),
        (in_line(NUMBER), [Typed(usable=True)], Done()),
        (in_line(NUMBER), [Typed(usable=True)], NoDigit()),
        (in_line(LOOK), [], Done()),
        (in_line(LOOK), [], NoDigit()),
        (after(SURVEY), [], Seen(facts=Facts())),
        (entry(MENU), [Digit("9")], Done()),
    ],
)
def test_an_input_that_nothing_waits_for_is_refused(
    tmp_path: Path, text: str, answers: list[Input], wrong: Input
) -> None:
    flow = flow_of(tmp_path, text)
    state, _ = walk(flow, *answers)

    with pytest.raises(IllegalInput, match=r"flow (waits at|is over)"):
        step(flow, state, wrong, 0)


def test_a_flow_begins_with_done(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, entry(MENU))

    with pytest.raises(IllegalInput, match="begins with Done"):
        step(flow, begin(flow, Facts()), Digit("1"), 0)


def test_a_state_and_its_verbs_survive_being_kept_as_json(tmp_path: Path) -> None:
    state, verbs = walk(flow_of(tmp_path, in_line(NUMBER)), facts=Facts(wait=WAIT, told=WAIT))

    assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state
    assert msgspec.json.decode(msgspec.json.encode(verbs), type=list[Verb]) == verbs
