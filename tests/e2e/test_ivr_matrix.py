"""Every way into the line: entry point, spelling and key to the contact in the fold.

The site is the demo's, with the entry points and numbers of stockholm.yaml beside its own. All
callers are real SIP calls, many at the same time. Their key comes with the first word of the
first prompt; those who press none, or a wrong one, or say nothing at all, hear the menu out.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from callcenter.acd.contact import Contact
from callcenter.settings import ROOT
from callcenter.site import load_site
from language_routing.skills import NOTHING, Requirement
from tests.e2e.center import KEYS, PATIENCE_S, Center, until
from tests.e2e.ivr_people import Names, Person, Traces, all_at_once, speech_seconds
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

AT_ONCE = 24
MOST_SPEECH_S = 25.0  # before the line
NEXT = "sthlm_"  # stockholm.yaml's entry points beside those of the same name
LANGUAGE_OF = {key: language for language, key in KEYS.items()}
LANGUAGES = "".join(LANGUAGE_OF)
# What may be heard before the line, and the first words in it.
BEFORE = (
    "welcome", "greeting-emergency", "greeting-emergency-south", "emergency", "menu-choice",
    "other-language", "sign-or-text", "switchboard", "wrong-key", "in-line",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What an entry point is, as the two sites' authors meant it.

    Attributes:
        dialled: Short codes and SIP names as they are; numbers of Sweden without 46 or 0.
        keys: Those of its menu; empty: it has none.
    """

    name: str
    dialled: tuple[str, ...]
    keys: str = ""
    language: str = "sv"
    priority_class: str = "public"
    requirement: Requirement = NOTHING

    @property
    def spelt(self) -> list[str]:
        """Everything that may be dialled for it."""
        return [
            spelling
            for each in self.dialled
            for spelling in (
                (f"+46{each}", f"0{each}", f"46{each}", f"0046{each}")
                if each.isdecimal() and len(each) > 4
                else (each,)
            )
        ]


EXPERIENCED = Requirement(years=5)
ENTRIES = (
    Entry(name="public", dialled=("1177", "771117700"), keys=LANGUAGES + "67"),
    Entry(
        name="child", dialled=("846500410",), keys=LANGUAGES + "67",
        requirement=Requirement(competences=("child",)),
    ),
    Entry(name="staff", dialled=("846500411",), priority_class="staff"),
    Entry(name="safety_alarm", dialled=("846500414",), priority_class="staff"),
    *(
        Entry(
            name=name, dialled=(number,), keys=LANGUAGES, priority_class="emergency",
            requirement=EXPERIENCED,
        )
        for name, number in (
            ("emergency", "846500412"),
            ("emergency_south", "846500413"),
            (f"{NEXT}emergency_north", "846500431"),
            (f"{NEXT}emergency_south", "846500432"),
        )
    ),
    Entry(name="finnish", dialled=("846500415",), language="fi"),
    Entry(name="arabic", dialled=("846500416",), language="ar"),
    Entry(name="somali", dialled=("846500417",), language="so"),
    Entry(name="relay_text", dialled=("846500418", "texttelefoni")),
    Entry(name="relay_video", dialled=("846500419", "bildtelefoni")),
    Entry(name=f"{NEXT}public", dialled=("846500400",), keys=LANGUAGES + "67"),
    *(
        Entry(
            name=f"{NEXT}{name}", dialled=(number,), priority_class="staff",
            requirement=Requirement(years=3),
        )
        for name, number in (("staff", "846500420"), ("safety_alarm", "846500421"))
    ),
    Entry(name=f"{NEXT}finnish", dialled=("846500441",), language="fi"),
    Entry(name=f"{NEXT}arabic", dialled=("846500442",), language="ar"),
    Entry(name=f"{NEXT}somali", dialled=("846500443",), language="so"),
    Entry(name=f"{NEXT}relay_text", dialled=("846500451",)),
    Entry(name=f"{NEXT}relay_video", dialled=("846500452",)),
)  # fmt: skip
ENTRY = {entry.name: entry for entry in ENTRIES}


@dataclass(frozen=True, kw_only=True)
class Way:
    """A number and a key. Where there is no menu, a key only ends the greeting."""

    entry: str
    dialled: str
    key: str

    def __str__(self) -> str:
        return f"{self.entry} by {self.dialled} and {self.key or 'no key'}"


def ways() -> Iterator[Way]:
    """Every spelling and every key at least once."""
    for entry in ENTRIES:
        spelt, keys = entry.spelt, list(entry.keys) or ["", "5"]
        for place in range(max(len(spelt), len(keys))):
            yield Way(
                entry=entry.name, dialled=spelt[place % len(spelt)], key=keys[place % len(keys)]
            )


WAYS = tuple(ways())


def both_sites() -> dict[str, Any]:
    """A greeting of the added ones would have to be rendered, into prompts that all tests share."""
    site = demo()
    other = yaml.safe_load((ROOT / "deploy" / "site" / "stockholm.yaml").read_text())
    numbers = {n: e for n, e in other["numbers"].items() if n not in site["numbers"]}
    return {
        **site,
        "entry_points": {
            **site["entry_points"],
            **{
                NEXT + name: {key: value for key, value in entry.items() if key != "greeting"}
                for name, entry in other["entry_points"].items()
            },
        },
        "numbers": {**site["numbers"], **{n: NEXT + entry for n, entry in numbers.items()}},
    }


def numbers_from(first: int) -> Callable[[int], str]:
    return lambda place: f"+4670174{first + place:04}"


FAST, SLOW = numbers_from(1000), numbers_from(2000)


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("matrix")
    with Center(folder / "home", write(folder / "site.yaml", both_sites())) as center:
        yield center


def stand_in_line(center: Center, numbers: list[str], seconds: float) -> list[Contact]:
    """Wait until they all do."""
    names = Names(center)

    def found() -> list[Contact]:
        contacts = [names.contact(number) for number in numbers]
        return [contact for contact in contacts if contact is not None and contact.queued]

    until(
        lambda: len(found()) == len(numbers),
        seconds,
        lambda: f"{len(found())} of {len(numbers)} stand in line",
    )
    return found()


# -- every number, every key ----------------------------------------------------------


def everybody_chooses(center: Center) -> dict[Way, Contact]:
    found: dict[Way, Contact] = {}
    for first in range(0, len(WAYS), AT_ONCE):
        some = WAYS[first : first + AT_ONCE]
        numbers = [FAST(first + place) for place in range(len(some))]
        with ExitStack() as calls:
            people = [calls.enter_context(Person(center, number)) for number in numbers]

            def arrive(person: Person, way: Way) -> None:
                person.calls(way.dialled)
                person.presses(way.key)

            all_at_once([
                lambda person=person, way=way: arrive(person, way)
                for person, way in zip(people, some, strict=True)
            ])  # fmt: skip
            contacts = stand_in_line(center, numbers, 2 * PATIENCE_S)
            found |= dict(zip(some, contacts, strict=True))
            all_at_once([person.hang_up for person in people])
    return found


@pytest.fixture(scope="module")
def came(everybody: "Everybody") -> dict[Way, Contact]:
    return everybody.came


def test_no_number_address_or_entry_point_of_the_two_sites_is_left_out(tmp_path: Path) -> None:
    site = load_site(write(tmp_path / "site.yaml", both_sites()))
    dialled = {way.dialled for way in WAYS}
    assert dialled == {*site.numbers, *site.addresses}
    assert {way.entry for way in WAYS} == set(site.entry_points)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_number_and_key_lead_to_the_expected_contact(
    center: Center, came: dict[Way, Contact], way: Way
) -> None:
    entry, contact = ENTRY[way.entry], came[way]
    if entry.keys:
        wanted = {"6": "und", "7": "swl"}.get(way.key)
        language = LANGUAGE_OF.get(way.key, "sv")
    else:
        wanted, language = None, entry.language
    assert contact.entry_point == entry.name
    assert contact.priority_class == entry.priority_class
    assert contact.language == language
    assert (contact.wanted, contact.interpreter) == (wanted, wanted is not None)
    policy = center.board.policy
    assert policy is not None
    assert policy.requirements.get(entry.name, NOTHING) == entry.requirement


# -- people who hesitate --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Hesitant:
    """One who does not simply press a key.

    Attributes:
        does: What, from the first word on.
        menus: How often the beginning of the menu is heard.
        errors: How often "that key cannot be chosen" is heard.
    """

    does: Callable[[Person], None]
    dialled: str = "1177"
    entry: str = "public"
    language: str = "sv"
    menus: int = 1
    errors: int = 0


def nothing(_: Person) -> None:
    pass


def ahead(keys: str) -> Callable[[Person], None]:
    return lambda person: person.presses(keys)


def one_by_one(keys: str) -> Callable[[Person], None]:
    """Each wrong one when the error of the one before is heard."""

    def does(person: Person) -> None:
        person.presses(keys[0])
        for key in keys[1:]:
            person.hears("sv/wrong-key")
            person.presses(key)

    return does


def asks_again(person: Person) -> None:
    person.hears("en/menu-choice")
    person.presses("*")
    person.hears("sv/welcome")
    person.hears("so/menu-choice")
    person.presses(KEYS["so"])


HESITANT = {
    "no key": Hesitant(does=nothing),
    "no key, no sound": Hesitant(does=Person.falls_silent),
    "no key, children's line": Hesitant(does=nothing, dialled="0846500410", entry="child"),
    "no key, emergency": Hesitant(does=nothing, dialled="0846500412", entry="emergency"),
    "no key, emergency south": Hesitant(
        does=nothing, dialled="0846500413", entry="emergency_south"
    ),
    "no key, no sound, emergency of the other site": Hesitant(
        does=Person.falls_silent, dialled="0846500431", entry=f"{NEXT}emergency_north"
    ),
    "wrong three times": Hesitant(does=one_by_one("980"), menus=0, errors=2),
    "wrong three times, emergency": Hesitant(
        does=one_by_one("678"), dialled="0846500412", entry="emergency", menus=0, errors=2
    ),
    "wrong three times at once": Hesitant(does=ahead("980"), menus=0),
    "wrong twice, then Arabic": Hesitant(
        does=one_by_one("98" + KEYS["ar"]), language="ar", menus=0, errors=2
    ),
    "wrong twice and Finnish at once": Hesitant(
        does=ahead("08" + KEYS["fi"]), language="fi", menus=0
    ),
    "again and Somali at once": Hesitant(does=ahead("*" + KEYS["so"]), language="so", menus=0),
    "wrong once, then nothing": Hesitant(does=one_by_one("9"), errors=1),
    "again, again and again": Hesitant(does=ahead("*" * 8), menus=0),
    "hash": Hesitant(does=ahead("#"), errors=1),
    "asks again": Hesitant(does=asks_again, language="so", menus=2),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Hesitated:
    """What came of one: the contact in line, and what was heard until then."""

    contact: Contact
    heard: list[set[str]]


@contextmanager
def everybody_hesitates(center: Center) -> Iterator[Callable[[], dict[str, Hesitated]]]:
    """They call now; what came of them is known when the result is asked for."""
    numbers = [SLOW(place) for place in range(len(HESITANT))]

    def act(person: Person, how: Hesitant) -> None:
        person.calls(how.dialled)
        how.does(person)
        person.hears(f"{how.language}/in-line", 3 * PATIENCE_S)

    with ExitStack() as calls, ThreadPoolExecutor(1) as aside:
        people = [calls.enter_context(Person(center, number)) for number in numbers]
        done = aside.submit(all_at_once, [
            lambda person=person, how=how: act(person, how)
            for person, how in zip(people, HESITANT.values(), strict=True)
        ])  # fmt: skip

        def found() -> dict[str, Hesitated]:
            done.result()
            contacts = stand_in_line(center, numbers, PATIENCE_S)
            all_at_once([person.hang_up for person in people])
            heard = [person.everything_heard(*KEYS, only=BEFORE) for person in people]
            return {
                name: Hesitated(contact=contact, heard=sounds)
                for name, contact, sounds in zip(HESITANT, contacts, heard, strict=True)
            }

        yield found


@pytest.fixture(scope="module")
def hesitated(everybody: "Everybody") -> dict[str, Hesitated]:
    return everybody.hesitated


hesitates = pytest.mark.parametrize("name", HESITANT)


@hesitates
def test_who_hesitates_comes_into_the_expected_line(
    hesitated: dict[str, Hesitated], name: str
) -> None:
    how, contact = HESITANT[name], hesitated[name].contact
    entry = ENTRY[how.entry]
    assert (contact.entry_point, contact.language) == (entry.name, how.language)
    assert contact.priority_class == entry.priority_class
    assert (contact.wanted, contact.interpreter) == (None, False)


@hesitates
def test_who_hesitates_hears_the_menu_and_the_errors_as_often_as_need_be(
    hesitated: dict[str, Hesitated], name: str
) -> None:
    how, heard = HESITANT[name], hesitated[name].heard
    said = [sum(sound in names for names in heard) for sound in ("sv/menu-choice", "sv/wrong-key")]
    assert said == [how.menus, how.errors], heard


@pytest.mark.parametrize("name", [name for name in HESITANT if name.startswith("no key")])
def test_who_presses_no_key_is_spoken_to_for_at_most_25_seconds_before_the_line(
    center: Center, hesitated: dict[str, Hesitated], name: str
) -> None:
    heard = hesitated[name].heard
    in_line = next(place for place, names in enumerate(heard) if "sv/in-line" in names)
    before = [min(names) for names in heard[:in_line]]
    assert "sv/menu-choice" in before
    assert speech_seconds(center, before) <= MOST_SPEECH_S, before


# -- everybody, at the same time --------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """All have been in line, and have hung up again."""

    came: dict[Way, Contact]
    hesitated: dict[str, Hesitated]
    traces: Traces


@pytest.fixture(scope="module")
def everybody(center: Center) -> Everybody:
    traces = Traces(center)
    with everybody_hesitates(center) as hesitated:
        came = everybody_chooses(center)
        return Everybody(came=came, hesitated=hesitated(), traces=traces)


def test_nobody_has_left_a_number_or_a_key_and_nothing_went_wrong(everybody: Everybody) -> None:
    traces = everybody.traces
    traces.nobody_is_left()
    traces.nothing_went_wrong()
    traces.tell_no_number([FAST(place) for place in range(len(WAYS))])
    traces.tell_no_number([SLOW(place) for place in range(len(HESITANT))])
    traces.tell_no_key()
