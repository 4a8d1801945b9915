"""What callers were really played: the sound that arrived, compared with the prompts.

One caller in each language and one at each kind of entry point, all at the same time. For each
language a nurse talks to somebody else, so that there is a wait to tell. Nothing here rests on
what our software says that it has played; `WaitTold` in the journal has to say the same.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from callcenter.acd.contact import Contact, ContactState
from callcenter.acd.events import WaitTold
from callcenter.acd.nurse import NurseState
from callcenter.softphone.phone import CallState
from ivr_flows.facts import Wait
from ivr_flows.prompts import sound_id
from ivr_flows.telling import said
from ops.bench.ears import RATE, Ears, read
from tests.e2e.center import KEYS, Center, until
from tests.e2e.conftest import write_site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

BUSY = {"sv": "n002", "fi": "n006", "en": "n007", "ar": "n009", "so": "n011"}
MENU = tuple(f"{language}/menu-choice" for language in KEYS)
PUBLIC = ("sv/welcome", "sv/emergency", "en/emergency", *MENU)
WORDS_OF_WAITING = ("place", "wait-")


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way into a line.

    Attributes:
        number: What is dialled; for a relay service also a name.
        before: What is heard before the line, in this order.
        key: Pressed when all of that has been heard; empty: none.
        asks: In line the caller is asked whether it is urgent.
    """

    number: str
    before: tuple[str, ...]
    entry_point: str
    language: str = "sv"
    key: str = ""
    asks: bool = True


def menu_way(language: str) -> Way:
    """The public number, and the language's key as soon as it was named."""
    named = PUBLIC.index(f"{language}/menu-choice") + 1
    return Way(
        number="1177", before=PUBLIC[:named], entry_point="public", language=language,
        key=KEYS[language],
    )  # fmt: skip


WAYS = {
    **{language: menu_way(language) for language in KEYS},
    "child, no key": Way(
        number="+46846500410", entry_point="child",
        before=(*PUBLIC, "en/other-language", "sv/sign-or-text"),
    ),
    "emergency department, no key": Way(
        number="+46846500412", entry_point="emergency",
        before=("sv/greeting-emergency", "sv/emergency", *MENU, "sv/switchboard"),
    ),
    "care staff": Way(
        number="+46846500411", entry_point="staff", before=("sv/welcome-staff",), asks=False
    ),
    "Finnish line": Way(
        number="+46846500415", entry_point="finnish", language="fi",
        before=("fi/welcome", "fi/emergency"),
    ),
    "text relay": Way(
        number="+46846500418", entry_point="relay_text",
        before=("sv/welcome-relay", "sv/emergency"),
    ),
    "video relay, by address": Way(
        number="bildtelefoni", entry_point="relay_video",
        before=("sv/welcome-relay", "sv/emergency"),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of one way.

    Attributes:
        heard: The prompts that were heard to their end, in their order; of each all names
            under which the very same words are known.
        told: What the journal says that the caller was told of the wait.
    """

    contact: Contact
    heard: list[set[str]]
    told: list[WaitTold]


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Came]]:
    """Everybody has called, and has hung up again."""
    folder = tmp_path_factory.mktemp("heard")
    with Center(folder / "home", write_site(folder)) as center:
        for place, (language, nurse) in enumerate(BUSY.items()):
            phone = center.on_duty(nurse)
            center.call(language, number=f"+4670174061{place}")
            phone.wait_for_call(30)
            phone.answer()
            center.until_state(nurse, NurseState.TALKING)
        yield everybody_calls(center)


def everybody_calls(center: Center) -> dict[str, Came]:
    before, prompts = center.position(), center.settings.prompts
    phones = {name: center.caller(f"+467017406{place:02}") for place, name in enumerate(WAYS, 20)}
    calls = {name: phones[name].dial(way.number) for name, way in WAYS.items()}
    keys = []
    for name, way in WAYS.items():
        calls[name].wait(CallState.UP, 30)
        if way.key:
            keys.append((calls[name].times[CallState.UP] + length(prompts, way.before), name))
    for moment, name in sorted(keys):
        time.sleep(max(0.0, moment - time.monotonic()))
        phones[name].send_dtmf(WAYS[name].key)

    def in_line() -> dict[str, Contact]:
        waiting = [c for c in center.contacts() if c.state is ContactState.WAITING]
        return {
            name: contact
            for name, way in WAYS.items()
            for contact in waiting
            if (contact.entry_point, contact.language) == (way.entry_point, way.language)
        }

    until(lambda: len(in_line()) == len(WAYS), 60, lambda: f"in line are {sorted(in_line())}")
    contacts = in_line()
    time.sleep(longest_visit(prompts))  # what is said to the last of them
    events = [event for event in center.events(before) if isinstance(event, WaitTold)]
    found = {}
    for name, way in WAYS.items():
        phones[name].hang_up()
        recording = calls[name].recording
        assert recording is not None
        found[name] = Came(
            contact=contacts[name],
            heard=[
                {heard.sound, *heard.or_else}
                for heard in ears_for(prompts, way.language).hear(read(recording))
                if heard.whole
            ],
            told=[event for event in events if event.contact == contacts[name].id],
        )
    return found


@cache
def ears_for(prompts: Path, language: str) -> Ears:
    """They know all prompts of one language, and of the others what is heard before a line."""
    sounds = {f"{language}/{path.stem}" for path in (prompts / language).glob("*.wav")}
    sounds |= {sound for way in WAYS.values() for sound in way.before}
    return Ears({sound: read(prompts / f"{sound}.wav") for sound in sorted(sounds)})


def length(prompts: Path, sounds: tuple[str, ...]) -> float:
    """How long they take to be played, in seconds."""
    return sum(len(read(prompts / f"{sound}.wav")) for sound in sounds) / RATE


def longest_visit(prompts: Path) -> float:
    said_then = ("in-line", "emergency", "red-flag", "place.1", "wait-unknown", "recording",
                 "keep-offer", "repeat-hint")  # fmt: skip
    longest = max(
        length(prompts, tuple(f"{language}/{prompt}" for prompt in said_then)) for language in KEYS
    )
    return longest + 15  # the pauses for a key, and a busy machine


def words_of(told: WaitTold) -> list[str]:
    words = said(Wait(place=told.place, low_ms=told.low, high_ms=told.high))
    place = [] if words.place is None else [sound_id("place", (words.place,))]
    return [*place, sound_id(words.wait, words.arguments)]


def is_of_waiting(names: set[str]) -> bool:
    return any(name.partition("/")[2].startswith(WORDS_OF_WAITING) for name in names)


def matches(heard: list[set[str]], sounds: list[str]) -> bool:
    return len(heard) == len(sounds) and all(
        sound in names for names, sound in zip(heard, sounds, strict=True)
    )


@pytest.mark.parametrize("name", WAYS)
def test_before_the_line_the_caller_heard_what_belongs_there_and_all_of_it(
    came: dict[str, Came], name: str
) -> None:
    way = WAYS[name]
    assert matches(came[name].heard[: len(way.before)], list(way.before)), came[name].heard


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.asks])
def test_in_line_the_caller_heard_the_emergency_notice_and_the_question_in_the_own_language(
    came: dict[str, Came], name: str
) -> None:
    way = WAYS[name]
    first = [f"{way.language}/{prompt}" for prompt in ("in-line", "emergency", "red-flag")]
    start = len(way.before)
    assert matches(came[name].heard[start : start + 3], first), came[name].heard


@pytest.mark.parametrize("name", WAYS)
def test_place_and_wait_were_spoken_as_the_journal_says_that_they_were_told(
    came: dict[str, Came], name: str
) -> None:
    """No event means that it was not known, and that was said then."""
    way, told = WAYS[name], came[name].told
    spoken = [sound for event in told for sound in words_of(event)] or ["wait-unknown"]
    heard = [names for names in came[name].heard if is_of_waiting(names)]
    assert matches(heard, [f"{way.language}/{sound}" for sound in spoken]), (told, heard)


@pytest.mark.parametrize("name", WAYS)
def test_after_the_language_was_chosen_nothing_was_heard_in_another_one(
    came: dict[str, Came], name: str
) -> None:
    way = WAYS[name]
    in_line = came[name].heard[len(way.before) :]
    assert len(in_line) >= 2
    others = [names for names in in_line if not any(n.startswith(way.language) for n in names)]
    assert not others
