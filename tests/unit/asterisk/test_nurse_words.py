"""What a nurse dials, as an event; refused when it is no code of hers."""

import dataclasses

import pytest

from callcenter.acd.callback_events import CallbackSettled
from callcenter.acd.events import (
    NursePaused,
    NurseReady,
    NurseSignedIn,
    NurseSignedOut,
    WrapUpExtended,
)
from callcenter.acd.ids import NurseId
from callcenter.asterisk.nurse_words import NurseWords, words_of
from callcenter.settings import ROOT
from callcenter.site import load_site
from language_routing.languages import Language

HANAN = NurseId("n008")
SITE = load_site(ROOT / "deploy" / "site" / "demo.yaml")
WORDS = words_of(SITE)


def test_keys_behind_the_sign_in_are_languages_of_hers_each_taken_once() -> None:
    assert WORDS.event("sign_in", HANAN, keys="414") == NurseSignedIn(
        nurse=HANAN, actor="phone:n008", languages=(Language("ar"), Language("sv"))
    )
    assert WORDS.event("sign_in", HANAN) == NurseSignedIn(nurse=HANAN, actor="phone:n008")


@pytest.mark.parametrize("keys", ["2", "42", "9", "4*1", "41 ", "4" * 11, "ar"])
def test_keys_that_are_none_or_not_hers_are_refused(keys: str) -> None:
    assert WORDS.event("sign_in", HANAN, keys=keys) is None


def test_a_pause_has_the_length_that_the_site_plans_for_its_reason_or_none() -> None:
    lunch = WORDS.event("pause", HANAN, reason="lunch")
    assert lunch == NursePaused(
        nurse=HANAN, reason="lunch", actor="phone:n008", planned=30 * 60_000
    )
    training = WORDS.event("pause", HANAN, reason="training")
    assert isinstance(training, NursePaused)
    assert training.planned is None
    assert WORDS.event("pause", HANAN, reason="+46 70") is None


def test_the_other_codes_are_what_they_say_and_unknown_ones_are_nothing() -> None:
    actor = "phone:n008"
    assert WORDS.event("ready", HANAN) == NurseReady(nurse=HANAN, actor=actor)
    assert WORDS.event("sign_out", HANAN) == NurseSignedOut(nurse=HANAN, actor=actor)
    assert WORDS.event("dance", HANAN) is None


@pytest.mark.parametrize(("wrap_up", "more"), [(30, 60), (240, 120)])
def test_a_wrap_up_is_extended_by_half_its_length_and_at_least_a_minute(
    wrap_up: int, more: int
) -> None:
    words = words_of(dataclasses.replace(SITE, wrap_up=wrap_up * 1000))
    assert words.event("extend", HANAN) == WrapUpExtended(
        nurse=HANAN, by=more * 1000, actor="phone:n008"
    )


def test_a_gateway_that_knows_no_site_signs_in_without_keys_and_refuses_keys() -> None:
    assert NurseWords().event("sign_in", HANAN) is not None
    assert NurseWords().event("sign_in", HANAN, keys="4") is None


def test_a_nurse_says_that_the_callback_of_whom_she_talked_to_is_done() -> None:
    assert NurseWords().event("settle", NurseId("n017")) == CallbackSettled(
        callback=None, nurse=NurseId("n017"), reason="said_so", actor="phone:n017"
    )
