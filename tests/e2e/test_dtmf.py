"""Keys, by RFC 4733 and by SIP INFO, at exact moments: during speech, and ahead of a question."""

import time
from collections.abc import Callable, Iterator

import pytest

from callcenter.acd.contact import Contact
from callcenter.acd.events import CallQueued
from ops.bench.ears import RATE, Ears
from ops.bench.ivr.caller import Caller
from tests.e2e.center import KEYS, PATIENCE_S, Center, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

NUMBER = "+46701740633"
# Of a busy machine; how soon a key is answered is measured by `make bench ONLY=ivr`.
SOON_S = 1.5
# So much of a prompt is no other's beginning.
SURE_S = 2.0

Press = Callable[[Caller, str], None]


def by_rfc_4733(caller: Caller, key: str) -> None:
    assert caller.press(key).sent.wait(PATIENCE_S)


def by_info(caller: Caller, key: str) -> None:
    assert caller.press_by_info(key)


both_ways = pytest.mark.parametrize("press", [by_rfc_4733, by_info])


@pytest.fixture
def caller(center: Center) -> Iterator[Caller]:
    """Has dialled the public number, and hears the first packet of the first prompt."""
    with Caller(center.server, NUMBER) as caller:
        caller.dial("1177")
        caller.wait_for_sound()
        yield caller


def in_line(center: Center) -> Contact:
    until(lambda: any(c.queued for c in center.contacts()), PATIENCE_S, "not in line")
    return next(contact for contact in center.contacts() if contact.queued)


def heard_with_moments(center: Center, caller: Caller, *languages: str) -> list[tuple[str, float]]:
    """Every prompt that was heard so far, to its end or for long, and the moment it began."""
    recording = caller.recording()
    ears = Ears.of(center.settings.prompts, languages)
    heard = [h for h in ears.hear(recording.samples) if h.whole or h.length >= SURE_S * RATE]
    return [(h.sound, recording.at(h.start)) for h in heard]


@both_ways
@pytest.mark.parametrize("language", KEYS)
def test_the_language_key_leads_into_the_line_of_that_language(
    center: Center, caller: Caller, language: str, press: Press
) -> None:
    time.sleep(2.5)  # into the emergency notice
    press(caller, KEYS[language])
    assert in_line(center).language == language


@both_ways
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_the_language_key_counts_from_the_first_word_of_the_first_prompt_on(
    center: Center, caller: Caller, language: str, press: Press
) -> None:
    pressed = time.time()
    press(caller, KEYS[language])
    assert in_line(center).language == language
    until(lambda: heard_with_moments(center, caller, "sv", language), PATIENCE_S, "all is silent")
    sound, began = heard_with_moments(center, caller, "sv", language)[0]
    assert sound == f"{language}/in-line"
    assert began - pressed < SOON_S


@both_ways
@pytest.mark.parametrize("ahead", ["*", "9"])
def test_of_two_keys_in_a_row_in_the_first_second_none_is_lost(
    center: Center, caller: Caller, ahead: str, press: Press
) -> None:
    """The second one comes before the answer to the first could be understood."""
    press(caller, ahead)
    press(caller, KEYS["fi"])
    assert in_line(center).language == "fi"
    until(lambda: heard_with_moments(center, caller, "sv", "fi"), PATIENCE_S, "all is silent")
    assert [s for s, _ in heard_with_moments(center, caller, "sv", "fi")] == ["fi/in-line"]


def test_three_keys_as_fast_as_a_telephone_sends_them_are_three_keys(
    center: Center, caller: Caller
) -> None:
    """Two wrong ones and a right one; a third wrong one would have ended the question."""
    presses = [caller.press(key) for key in ("9", "8", KEYS["so"])]
    assert presses[-1].sent.wait(PATIENCE_S)
    assert presses[-1].ended - presses[0].began < 1.0
    assert in_line(center).language == "so"


@both_ways
def test_a_key_stops_the_speech_in_the_first_second(
    center: Center, caller: Caller, press: Press
) -> None:
    time.sleep(0.5)  # into the first word
    press(caller, "9")
    pressed = time.time()
    ears = Ears.of(center.settings.prompts, ["sv"])

    def answered() -> bool:
        return any(h.whole for h in ears.hear(caller.recording().samples)[1:2])

    until(answered, PATIENCE_S, "nothing is said to a wrong key")
    recording = caller.recording()
    first, then = ears.hear(recording.samples)[:2]
    assert "sv/welcome" in (first.sound, *first.or_else)
    assert not first.whole
    assert first.length < (0.5 + SOON_S) * RATE
    assert (then.sound, then.whole) == ("sv/wrong-key", True)
    assert recording.at(then.start) - pressed < SOON_S


def test_a_key_that_is_held_for_long_is_one_key(center: Center, caller: Caller) -> None:
    """Its end is told three times, too."""
    before = center.position()
    press = caller.press("3", held_s=1.5)
    assert press.sent.wait(PATIENCE_S)
    assert press.ended - press.began >= 1.4
    assert in_line(center).language == "en"
    queued = [event for event in center.events(before) if isinstance(event, CallQueued)]
    assert len(queued) <= 1


@both_ways
def test_star_in_line_says_the_minimum_again(center: Center, caller: Caller, press: Press) -> None:
    """Once the first visit is over, and music plays."""
    press(caller, KEYS["en"])
    in_line(center)

    def over() -> bool:
        heard = heard_with_moments(center, caller, "en")
        return bool(heard) and heard[-1][0] == "en/repeat-hint"

    until(over, 90, "the first visit does not end")
    channels = "core show channels concise"
    until(lambda: "!WaitExten!" in center.asterisk(channels), PATIENCE_S, "no music")
    pressed = time.time()
    press(caller, "*")

    def later() -> list[tuple[str, float]]:
        return [(s, at) for s, at in heard_with_moments(center, caller, "en") if at >= pressed]

    until(later, PATIENCE_S, "nothing is said again")
    assert later()[0][0] == "en/emergency"
    assert later()[0][1] - pressed < SOON_S
