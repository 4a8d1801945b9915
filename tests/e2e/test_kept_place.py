"""The kept place: a caller puts the phone down, and nobody loses her.

Callers keep their places, or do not, all at the same time; the tests look at what came of it.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from callcenter.acd.contact import ContactState, Dismissal
from callcenter.acd.debts import DebtKind, Owed
from callcenter.acd.events import CallStays, PlaceKept
from callcenter.acd.ids import EntryId, Millis
from callcenter.acd.nurse import NurseState
from callcenter.seal import Seal
from callcenter.softphone.phone import CallState
from tests.e2e.center import Center, until
from tests.e2e.conftest import write_site
from tests.e2e.listener import Listener, Said, stamped

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

KNOWN, NEXT, OTHER = "+46701740601", "+46701740602", "+46701740603"
BAD, STAYS = "+46701740604", "+46701740605"
TYPED = {"other": "0701740609", "anonymous": "+358401234567"}
KEEPS = {"known": KNOWN, "other": "+46701740609", "anonymous": "+358401234567"}


@dataclass
class Story:
    """What came of it.

    Attributes:
        kept: When they were told that the place is kept.
        journalled: When the journal had that, and how.
        dismissed: As the fold had them while they heard it.
        served: Whom a nurse got who became ready then.
    """

    center: Center
    people: dict[str, Listener]
    kept: dict[str, Said] = field(default_factory=dict)
    journalled: dict[str, tuple[Millis, PlaceKept]] = field(default_factory=dict)
    dismissed: dict[str, Dismissal | None] = field(default_factory=dict)
    served: str | None = None

    def owed(self, name: str) -> Owed:
        found = [d for d in self.center.board.owed if d.contact == self.people[name].contact.id]
        assert len(found) == 1
        return found[0]


def known(anna: Listener) -> Said:
    anna.presses("1")
    anna.until_said("keep-number")
    anna.presses("1")
    return anna.until_said("keep-kept")


def other(anna: Listener) -> Said:
    anna.presses("1")
    anna.until_said("keep-number")
    anna.presses("2")
    anna.until_said("keep-type")
    anna.presses(f"{TYPED['other']}#")
    anna.until_said("keep-number", times=2)
    anna.presses("1")
    return anna.until_said("keep-kept")


def anonymous(anna: Listener) -> Said:
    anna.presses("1")
    anna.until_said("keep-type")
    anna.presses(f"00{TYPED['anonymous'][1:]}#")
    anna.until_said("keep-number")
    anna.presses("1")
    return anna.until_said("keep-kept")


def bad(anna: Listener) -> Said:
    anna.presses("1")
    anna.until_said("keep-number")
    anna.presses("2")
    anna.until_said("keep-type")
    for times, digits in enumerate(("112", "1177"), 1):
        anna.presses(f"{digits}#")
        anna.until_said("keep-bad-number", times=times)
    anna.presses("070174#")
    return anna.until_said("still-in-line")


def stays(anna: Listener) -> Said:
    anna.presses("1")
    anna.until_said("keep-number")
    anna.presses("3")
    return anna.until_said("still-in-line")


@pytest.fixture(scope="module")
def _own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("kept")
    with Center(folder / "home", write_site(folder)) as center:
        yield center


@pytest.fixture(scope="module")
def story(_own: Center) -> Story:
    """All of them call, and do it at the same time."""
    center, before = _own, _own.position()
    people = {
        "known": Listener(center, KNOWN),
        "next": Listener(center, NEXT),
        "other": Listener(center, OTHER, language="fi"),
        "anonymous": Listener(center, "anonymous", language="so"),
        "bad": Listener(center, BAD),
        "stays": Listener(center, STAYS),
    }
    told = Story(center, people)
    acts = {"known": known, "other": other, "anonymous": anonymous, "bad": bad, "stays": stays}
    with ThreadPoolExecutor(len(acts)) as pool:
        running = {name: pool.submit(act, people[name]) for name, act in acts.items()}
        for name in KEEPS:
            told.kept[name] = running[name].result()
            told.dismissed[name] = people[name].now.dismissed
        nurse = center.on_duty("n001")
        nurse.wait_for_call(30)
        nurse.answer()
        told.served = center.until_state("n001", NurseState.TALKING).contact
        for name in ("bad", "stays"):
            running[name].result()
    names = {person.contact.id: name for name, person in people.items()}
    for at, event in stamped(center, before):
        if isinstance(event, PlaceKept):
            told.journalled[names[event.contact]] = (at, event)
    for name in KEEPS:
        people[name].call.wait(CallState.ENDED, 60)
    until(
        lambda: not any(people[name].is_here for name in KEEPS),
        30,
        "a call that has ended is believed in",
    )
    return told


@pytest.mark.parametrize("name", KEEPS)
def test_the_journal_has_it_before_the_caller_hears_so(story: Story, name: str) -> None:
    at, _ = story.journalled[name]
    assert story.kept[name].at * 1000 > at
    assert story.dismissed[name] is Dismissal.KEPT


@pytest.mark.parametrize("name", KEEPS)
def test_the_record_holds_number_language_and_the_original_arrival(story: Story, name: str) -> None:
    center, contact = story.center, story.people[name].contact
    _, event = story.journalled[name]
    seal, debt = Seal(center.settings.data / "keys"), story.owed(name)
    sealed = event.sealed or contact.sealed
    assert sealed is not None
    assert sealed == debt.sealed
    assert seal.open(sealed) == KEEPS[name]
    assert debt.caller == seal.recognise(KEEPS[name])
    assert (event.sealed is None) == (name == "known")
    assert (debt.kind, debt.arrived) == (DebtKind.KEPT_PLACE, contact.arrived)
    assert debt.language == {"known": "sv", "other": "fi", "anonymous": "so"}[name]


def test_no_number_stands_in_clear_in_the_journal_or_a_log(story: Story) -> None:
    events = "".join(str(event) for event in story.center.all_events(EntryId("0-0")))
    logs = story.center.settings.run / "log"
    written = "".join(path.read_text(errors="replace") for path in logs.iterdir() if path.is_file())
    for number in (TYPED["other"][1:], TYPED["anonymous"][1:], KNOWN[1:]):
        assert number not in events
        assert number not in written


def test_it_is_listed_for_those_who_ring_back(story: Story) -> None:
    rows: list[dict[str, Any]] = json.loads(story.center.callcenter("owed", "--json", "--numbers"))
    found = {row["contact"]: row for row in rows}
    for name, number in KEEPS.items():
        row = found[story.people[name].contact.id]
        assert (row["kind"], row["number"]) == ("kept_place", number)


@pytest.mark.parametrize("name", KEEPS)
def test_the_caller_hears_all_of_it_and_is_hung_up(story: Story, name: str) -> None:
    anna = story.people[name]
    assert anna.call.ended_by == "them"
    *_, last = anna.everything()
    assert (last.sound.partition("/")[2], last.whole) == ("keep-kept", True)


def test_a_nurse_who_becomes_ready_gets_the_next_in_line(story: Story) -> None:
    assert story.served == story.people["next"].contact.id


@pytest.mark.parametrize("name", ["bad", "stays"])
def test_who_types_no_number_of_use_or_chooses_so_stays_in_line(story: Story, name: str) -> None:
    anna = story.people[name]
    assert name not in story.journalled
    assert anna.call.state is CallState.UP
    assert anna.now.arrived == anna.contact.arrived
    assert anna.now.state is ContactState.WAITING
    assert not anna.hears("keep-kept", "keep-refused")


def test_it_outlives_a_kill_of_redis_and_who_rings_again_stands_where_she_stood(
    story: Story,
) -> None:
    center = story.center
    center.hang_up_all()
    before = center.position()
    anna, later = Listener(center, "+46701740621"), Listener(center, "+46701740622")
    known(anna)
    center.kill("redis")
    until(lambda: center.alive_again("redis"), 60, "the service is not back")
    anna.call.wait(CallState.ENDED, 60)
    until(lambda: not anna.is_here, 30, "a call that has ended is believed in")
    debts = [debt for debt in center.board.owed if debt.contact == anna.contact.id]
    assert [(debt.kind, debt.arrived) for debt in debts] == [
        (DebtKind.KEPT_PLACE, anna.contact.arrived)
    ]
    assert not [e for e in center.events(before) if isinstance(e, CallStays)]

    again = Listener(center, "+46701740621")
    assert again.now.original == anna.contact.arrived
    assert again.now.key < later.now.key
    center.on_duty("n001").wait_for_call(30)
    assert center.nurse("n001").contact == again.contact.id
