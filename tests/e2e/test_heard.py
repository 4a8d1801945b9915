"""What callers were really played: the sound that arrived, compared with the prompts.

One caller in each language and one at each kind of entry point, all at the same time. For each
language a nurse talks to somebody else, so that there is a wait to tell. Nothing here rests on
what our software says that it has played; `WaitTold` in the journal has to say the same.

What is judged is the RTP that arrived. Who has lost packets on the way, or was too slow to press
a key in time, calls again.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from callcenter.acd.contact import Contact
from callcenter.acd.events import WaitTold
from callcenter.acd.nurse import NurseState
from ivr_flows.facts import Wait
from ivr_flows.prompts import sound_id
from ivr_flows.telling import said
from ops.bench.ears import RATE, Ears, read
from ops.bench.ivr.timeline import Timeline
from tests.e2e.center import KEYS, PATIENCE_S, Center, until
from tests.e2e.conftest import write_site
from tests.e2e.ivr_people import Names, Person
from tests.e2e.listener import holding

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

TRIES = 3  # of a caller who has lost packets, or was too slow
# A key that comes this much later than it should may let the next language through, all of it.
LATE_S = 1.0
LONGEST_S = 150.0
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

    heard: list[set[str]]
    told: list[WaitTold]


@dataclass(kw_only=True)
class Calling:
    """One call.

    Attributes:
        late_s: How much later the key was pressed than it should have been.
        contact: As the caller stood in line.
        visited: What reached the caller until the end of the first visit.
    """

    person: Person
    late_s: float = 0.0
    contact: Contact | None = None
    visited: Timeline | None = None

    @property
    def went_wrong(self) -> bool:
        """By no fault of what is tested."""
        assert self.visited is not None
        return self.visited.lost > 0 or self.late_s > LATE_S


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Came]]:
    """Everybody has called, and has hung up again."""
    folder = tmp_path_factory.mktemp("heard")
    with ExitStack() as calls:
        center = calls.enter_context(Center(folder / "home", write_site(folder)))
        for place, (language, nurse) in enumerate(BUSY.items()):
            phone = center.on_duty(nurse)
            person = calls.enter_context(Person(center, f"+4670174061{place}"))
            person.calls("1177")
            person.presses(KEYS[language])
            phone.wait_for_call(30)
            phone.answer()
            center.until_state(nurse, NurseState.TALKING)
        yield everybody_calls(center)


def everybody_calls(center: Center) -> dict[str, Came]:
    before, prompts = center.position(), center.settings.prompts
    found: dict[str, Calling] = {}
    for again in range(TRIES):
        left = [name for name in WAYS if name not in found or found[name].went_wrong]
        if left:
            found |= these_call(center, left, first=20 + 20 * again)
    told = [event for event in center.all_events(before) if isinstance(event, WaitTold)]
    return {
        name: Came(
            heard=[
                {heard.sound, *heard.or_else}
                for heard in ears_for(prompts, WAYS[name].language).hear(calling.visited.samples)
                if heard.whole
            ],
            told=[event for event in told if event.contact == calling.contact.id],
        )
        for name, calling in found.items()
        if calling.contact is not None and calling.visited is not None
    }


def these_call(center: Center, ways: list[str], first: int) -> dict[str, Calling]:
    """They call at the same time, and each hangs up when the first visit is over."""
    names = Names(center)
    with ExitStack() as calls, ThreadPoolExecutor(len(WAYS)) as aside:
        callings = {
            name: Calling(person=calls.enter_context(Person(center, f"+467017406{first + place}")))
            for place, name in enumerate(ways)
        }
        doing = [
            aside.submit(arrive, calling, WAYS[name], center.settings.prompts)
            for name, calling in callings.items()
        ]

        def left() -> list[str]:
            """Who is not through yet."""
            for done in doing:
                if done.done():
                    done.result()
            music = holding(center)
            for calling in callings.values():
                if calling.contact is None:
                    contact = names.contact(calling.person.number)
                    calling.contact = contact if contact and contact.queued else None
                elif calling.visited is None and calling.contact.channel in music:
                    calling.person.hang_up()
                    calling.visited = calling.person.timeline()
            return [name for name, calling in callings.items() if calling.visited is None]

        until(lambda: not left(), LONGEST_S, lambda: f"not visited: {left()}")
        for done in doing:
            done.result()
    gone = {calling.contact.id for calling in callings.values() if calling.contact is not None}
    until(
        lambda: gone.isdisjoint(contact.id for contact in center.contacts()),
        60,
        "a call that has ended is believed in",
    )
    for name, calling in callings.items():
        assert calling.contact is not None
        way, contact = WAYS[name], calling.contact
        assert (contact.entry_point, contact.language) == (way.entry_point, way.language)
        assert calling.visited is not None
        print(f"{name}: {calling.visited.lost} packets lost, {calling.late_s:.2f} s late")
    return callings


def arrive(calling: Calling, way: Way, prompts: Path) -> None:
    """Dial; the key is pressed when the last prompt is over, or should be."""
    person = calling.person
    person.calls(way.number)
    if not way.key:
        return
    *_, last = way.before
    ears = Ears({last: read(prompts / f"{last}.wav")})
    latest = person.wait_for_sound() + 1.5 * length(prompts, way.before)
    while time.time() < latest:
        timeline = person.timeline()
        if found := ears.hear(timeline.samples):
            over = timeline.at(found[0].start) + length(prompts, (last,))
            if found[0].whole and over <= time.time():
                break
            latest = over + 1  # the sender may be late
        time.sleep(0.05)  # people's own rhythm
    press = person.press(way.key)
    assert press.sent.wait(PATIENCE_S), "a key was not sent"
    if found:
        calling.late_s = press.began - timeline.at(found[0].end - 1)


@cache
def ears_for(prompts: Path, language: str) -> Ears:
    """They know all prompts of one language, and of the others what is heard before a line."""
    sounds = {f"{language}/{path.stem}" for path in (prompts / language).glob("*.wav")}
    sounds |= {sound for way in WAYS.values() for sound in way.before}
    return Ears({sound: read(prompts / f"{sound}.wav") for sound in sorted(sounds)})


def length(prompts: Path, sounds: tuple[str, ...]) -> float:
    """How long they take to be played, in seconds."""
    return sum(len(read(prompts / f"{sound}.wav")) for sound in sounds) / RATE


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
