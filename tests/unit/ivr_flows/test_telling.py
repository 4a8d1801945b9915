"""How a wait is put into words: never less true than what is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows.domains import DOMAINS, LADDER
from ivr_flows.facts import Facts, Wait
from ivr_flows.telling import Said, is_news, said, telling, values
from ivr_flows.verbs import Say
from tests.unit.ivr_flows.small_flows import CATALOG

MINUTE = 60_000


def wait(
    low: float, high: float, place: int = 3, *, soon: bool = False, cause: str | None = None
) -> Wait:
    """A wait in minutes."""
    return Wait(
        place=place,
        low_ms=round(low * MINUTE),
        high_ms=round(high * MINUTE),
        soon=soon,
        cause=cause,
    )


waits = st.builds(
    lambda place, low, more, soon, cause: Wait(
        place=place, low_ms=low, high_ms=low + more, soon=soon, cause=cause
    ),
    st.integers(1, 200),
    st.integers(0, 300 * MINUTE),
    st.integers(0, 300 * MINUTE),
    st.booleans(),
    st.sampled_from([None, "overtaken", "fewer_nurses", "overrun"]),
)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (11, 14, ("wait-range", (10, 15))),
        (10, 15, ("wait-range", (10, 15))),
        (9.9, 15.1, ("wait-range", (8, 20))),
        (5, 5, ("wait-range", (5, 8))),
        (180, 180, ("wait-up-to", (180,))),
        (0.9, 3, ("wait-up-to", (3,))),
        (0, 0, ("wait-up-to", (1,))),
        (2, 8, ("wait-range", (2, 8))),
        (2, 9, ("wait-up-to", (10,))),
        (100, 180, ("wait-range", (90, 180))),
        (100, 180.1, ("wait-beyond", ())),
        (200, 300, ("wait-beyond", ())),
    ],
)
def test_a_range_is_told_on_the_rungs_of_the_ladder(
    low: float, high: float, words: tuple[str, tuple[int, ...]]
) -> None:
    assert said(wait(low, high)) == Said(3, *words)


@given(waits)
def test_what_is_said_holds_what_is_known(known: Wait) -> None:
    words = said(known)

    match words.wait, words.arguments:
        case "wait-range", (low, high):
            assert low * MINUTE <= known.low_ms
            assert known.high_ms <= high * MINUTE
        case "wait-up-to", (high,):
            assert known.high_ms <= high * MINUTE
        case "wait-beyond", ():
            assert known.high_ms > LADDER[-1] * MINUTE
        case other:
            assert known.soon
            assert other == ("wait-soon", ())


@given(waits, st.none() | waits, st.sampled_from(CATALOG.languages))
def test_all_that_can_be_said_is_a_sound_of_the_catalog(
    known: Wait, told: Wait | None, language: str
) -> None:
    for verb in telling(Facts(wait=known, told=told), language):
        assert CATALOG.has(language, verb.prompt)
        assert verb.arguments in DOMAINS[CATALOG.parameters(verb.prompt)]


def test_place_and_wait_are_said_in_the_callers_language() -> None:
    assert telling(Facts(wait=wait(11, 14)), "so") == [
        Say(prompt="place", language="so", arguments=(3,)),
        Say(prompt="wait-range", language="so", arguments=(10, 15)),
    ]


def test_speech_that_can_be_cut_short_is_so_in_every_part() -> None:
    speech = telling(
        Facts(wait=wait(11, 14, cause="overrun"), told=wait(5, 8)), "sv", interruptible=True
    )

    assert [verb.interruptible for verb in speech] == [True, True, True]


def test_the_first_place_is_told_and_none_before_it() -> None:
    first, none = wait(11, 14, place=1), wait(11, 14, place=0)

    assert telling(Facts(wait=first), "sv")[0].arguments == (1,)
    assert [verb.prompt for verb in telling(Facts(wait=none), "sv")] == ["wait-range"]


def test_far_back_the_place_is_more_than_thirty() -> None:
    assert telling(Facts(wait=wait(11, 14, place=30)), "sv")[0].arguments == (30,)
    assert telling(Facts(wait=wait(11, 14, place=31)), "sv")[0] == Say(
        prompt="place-many", language="sv"
    )


def test_a_wait_that_is_nearly_over_is_told_alone() -> None:
    soon = wait(0, 1, soon=True, cause="overrun")

    assert telling(Facts(wait=soon), "fi") == [Say(prompt="wait-soon", language="fi")]


def test_a_wait_that_is_not_known_is_called_so() -> None:
    assert telling(Facts(wait=None), "ar") == [Say(prompt="wait-unknown", language="ar")]


@pytest.mark.parametrize(
    ("cause", "prompt"),
    [
        ("overtaken", "wait-grown-overtaken"),
        ("fewer_nurses", "wait-grown-fewer-nurses"),
        ("overrun", "wait-grown-overrun"),
    ],
)
def test_why_a_wait_has_grown_is_said_first(cause: str, prompt: str) -> None:
    first = telling(Facts(wait=wait(20, 30, cause=cause), told=wait(10, 15)), "en")[0]

    assert first == Say(prompt=prompt, language="en")


def test_a_place_that_has_grown_is_left_unsaid() -> None:
    facts = Facts(wait=wait(11, 14, place=4), told=wait(11, 14, place=3))

    assert [verb.prompt for verb in telling(facts, "sv")] == ["wait-range"]


@pytest.mark.parametrize(
    ("told", "now", "news"),
    [
        (None, wait(11, 14), True),
        (wait(11, 14), wait(11, 14), False),
        (wait(11, 14), wait(10.5, 13), False),  # sounds the same
        (wait(11, 14), wait(7, 14), True),
        (wait(11, 14), wait(11, 16), True),
        (wait(11, 14, place=3), wait(11, 14, place=2), True),
        (wait(11, 14, place=3), wait(11, 14, place=4), False),  # it would be left unsaid
        (wait(11, 14, place=3), wait(21, 29, place=4), True),
        (wait(11, 14, place=50), wait(11, 14, place=40), False),  # "more than thirty" still
        (wait(11, 14), wait(0, 1, soon=True), True),
        (wait(11, 14), None, False),
    ],
)
def test_news_is_what_would_sound_other_than_what_was_told(
    told: Wait | None, now: Wait | None, news: bool
) -> None:
    assert is_news(Facts(wait=now, told=told, visit=1)) is news


def test_that_the_wait_is_unknown_is_news_once() -> None:
    assert is_news(Facts(visit=0))
    assert not is_news(Facts(visit=1))


@given(waits, st.integers(1, 9))
def test_what_has_just_been_told_is_no_news(known: Wait, visit: int) -> None:
    assert not is_news(Facts(wait=known, told=known, visit=visit))


def test_prompts_of_a_flow_can_speak_of_place_and_wait() -> None:
    assert values(Facts(wait=wait(11, 14))) == {"place": 3, "low": 10, "high": 15}
    assert values(Facts(wait=wait(0, 14, place=30))) == {"place": 30, "high": 15}
    assert values(Facts(wait=wait(0, 14, place=31))) == {"high": 15}
    assert values(Facts()) == {}
