"""Callers who hang up in the middle of a prompt, each in another one, at the same time.

Every prompt of the public flow, of the first visit in line, of the dialogue that keeps a place,
and of the survey. Where in the speech a caller is, the caller hears; afterwards every one of
them has come to one end, and nothing of them is left.
"""

import itertools
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from callcenter.acd.contact import Outcome
from callcenter.acd.events import AnyEvent, CallArrived, CallHungUp, SurveyScored
from callcenter.acd.nurse import NurseState
from callcenter.people_time import STOCKHOLM
from callcenter.speech.sounds import Sounds
from language_routing.words import WEEKDAYS
from tests.e2e.center import PATIENCE_S, Center, until
from tests.e2e.ivr_people import Person, Traces, all_at_once
from tests.e2e.sites import demo, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

TYPED = "0701740999"
MESSAGE = "MESSAGE"  # in place of a sound's name: the supervisor's message in force
_NUMBERS = itertools.count(3000)
TRIES = 3  # of a caller who was too late, on a slow machine

PUBLIC, CHILD, STAFF, EMERGENCY = "1177", "+46846500410", "+46846500411", "+46846500412"
FINNISH, RELAY = "+46846500415", "+46846500418"
ASKED = "1 sv/keep-offer 1 "
TYPES = f"{ASKED}sv/keep-confirm 2 sv/keep-type "

# Where callers hang up, by what becomes of them and by the number that they have dialled.
WAYS = {
    (Outcome.LEFT_IVR, PUBLIC): (
        "sv/welcome",
        "sv/emergency",
        "en/emergency",
        "sv/menu-choice",
        "fi/menu-choice",
        "en/menu-choice",
        "ar/menu-choice",
        "so/menu-choice",
        "en/other-language",
        "sv/sign-or-text",
        "sv/sign-or-text pause",
        "9 sv/wrong-key",
        "9 en/wrong-key",
    ),
    (Outcome.LEFT_IVR, STAFF): ("sv/welcome-staff",),
    (Outcome.LEFT_IVR, EMERGENCY): ("sv/greeting-emergency", "sv/switchboard"),
    (Outcome.LEFT_IVR, FINNISH): ("fi/welcome", "fi/emergency"),
    (Outcome.LEFT_IVR, RELAY): ("sv/welcome-relay",),
    (Outcome.ABANDONED, PUBLIC): (
        "6 en/interpreter-follows",
        "6 en/in-line",
        "7 sv/relay-text",
        "7 sv/relay-text sv/digit*",
        "7 sv/relay-sign",
        "7 sv/in-line",
        # Nobody speaks Swedish: the wait is unknown.
        "1 sv/in-line",
        "1 sv/in-line sv/emergency",
        "1 sv/red-flag",
        "1 sv/red-flag pause",
        "1 sv/red-flag 9 sv/wrong-key",
        "1 sv/red-flag 1 sv/red-flag-112",
        "1 sv/wait-unknown",
        "1 sv/recording",
        "1 sv/keep-offer",
        "1 sv/keep-offer sv/repeat-hint",
        # A nurse who speaks English talks to somebody else: it is known.
        "3 en/place*",
        "3 en/wait-*",
        "3 en/recording",
        "3 en/repeat-hint",
        # Closed lines.
        "4 ar/closed-interpreter",
        "5 so/closed-language",
        "5 so/closed-language so/opens-weekday*",
        "5 so/closed-language so/opens-hour*",
        # To keep the place.
        f"{ASKED}sv/keep-number",
        f"{ASKED}sv/keep-number sv/digit*",
        f"{ASKED}sv/keep-confirm",
        f"{ASKED}sv/keep-confirm pause",
        f"{ASKED}sv/keep-confirm 9 sv/wrong-key",
        f"{ASKED}sv/keep-confirm 3 sv/still-in-line",
        f"{ASKED}sv/keep-confirm 2 sv/keep-type",
        f"{TYPES}070",
        f"{TYPES}12# sv/keep-bad-number",
        f"{TYPES}{TYPED}# sv/keep-number",
        f"{TYPES}{TYPED}# sv/keep-number sv/digit*",
        f"{TYPES}{TYPED}# sv/keep-confirm",
    ),
    (Outcome.ABANDONED, CHILD): (f"1 {MESSAGE}",),
    (Outcome.KEPT, PUBLIC): (
        f"{ASKED}sv/keep-confirm 1 sv/keep-kept",
        f"{TYPES}{TYPED}# sv/keep-confirm 1 sv/keep-kept",
    ),
    (Outcome.DISMISSED, PUBLIC): ("2 fi/closed-callback",),
}
# Those who hide their number.
HIDDEN = {
    (Outcome.ABANDONED, PUBLIC): (f"{ASKED}sv/keep-type",),
    (Outcome.KEPT, PUBLIC): (f"{ASKED}sv/keep-type {TYPED}# sv/keep-confirm 1 sv/keep-kept",),
}
# A nurse has served them.
SURVEY = {
    (Outcome.ANSWERED, PUBLIC): (
        "1 sv/survey-ask",
        "1 sv/survey-ask pause",
        "1 sv/survey-ask 9 sv/wrong-key",
        "1 sv/survey-ask 1 sv/survey-recommend",
        "1 sv/survey-ask 1 sv/survey-recommend 4 sv/survey-helped",
        "1 sv/survey-ask 1 sv/survey-recommend 4 sv/survey-helped 5 sv/survey-thanks",
    )
}
ALL_WAYS = [way for ways in (WAYS, HIDDEN, SURVEY) for some in ways.values() for way in some]


@dataclass(kw_only=True)
class Leaver:
    """One caller, who hangs up in the last of the prompts on the way.

    Attributes:
        way: Keys to press, and prompts to wait for before the next key (`Person.hears`); or
            a `pause`: the prompt is heard to its end.
        outcome: What becomes of the contact.
        calls: The number of each call; there is another one if the prompt was missed.
        in_time: Whether the last call ended where it should.
    """

    way: str
    outcome: Outcome
    dialled: str
    hidden: bool = False
    calls: list[str] = field(default_factory=list)
    in_time: bool = False

    def leaves(self, center: Center, message: str) -> None:
        """Call, and hang up in the prompt; again, if it was over by then."""
        while not self.in_time and len(self.calls) < TRIES:
            self.calls.append("anonymous" if self.hidden else f"+4670174{next(_NUMBERS)}")
            with Person(center, self.calls[-1]) as person:
                person.calls(self.dialled)
                for part in self.way.replace(MESSAGE, message).split():
                    if part == "pause":
                        person.hears_out()
                    elif "/" in part:
                        person.hears(part)
                    else:
                        person.presses(part)
                person.hang_up()
                # A number goes on behind each of its digits; a pause or a key is no prompt.
                is_prompt = "/" in part and "/digit" not in part
                self.in_time = not is_prompt or person.cut_short()


def leavers(ways: Mapping[tuple[Outcome, str], Iterable[str]], *, hidden: bool) -> list[Leaver]:
    return [
        Leaver(way=way, outcome=outcome, dialled=dialled, hidden=hidden)
        for (outcome, dialled), some in ways.items()
        for way in some
    ]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What came of all of them.

    Attributes:
        counted: How many contacts the service has counted under each outcome.
        events: What was journalled.
        owed: The kind of each call that is owed.
    """

    leavers: dict[str, Leaver]
    counted: Counter[Outcome]
    events: list[AnyEvent]
    owed: Counter[str]
    traces: Traces


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """Arabic, Somali and Finnish are closed today; everybody served is asked how it was."""
    another_day = WEEKDAYS[(datetime.fromtimestamp(time.time(), STOCKHOLM).weekday() + 3) % 7]
    rules = {"ar": "interpreter", "so": "language", "fi": "callback"}
    lines = {
        tag: {
            "hours": [{"days": another_day, "from": "10:00", "to": "11:00"}],
            "holidays": True,
            "closed": {rule: "sv"},
        }
        for tag, rule in rules.items()
    }
    site = demo(lines=lines, survey={"percent": 100}, short_abandon_seconds=0)
    folder = tmp_path_factory.mktemp("hangups")
    with Center(folder / "home", write(folder / "site.yaml", site)) as center:
        yield center


def counted(center: Center) -> Counter[Outcome]:
    """Contacts by how they ended; of the answered ones, those of counted conversations."""
    names = {
        Outcome.LEFT_IVR: "left_ivr",
        Outcome.ABANDONED: "abandoned",
        Outcome.DISMISSED: "withdrawn",
        Outcome.KEPT: "kept",
        Outcome.ANSWERED: "answered",
        Outcome.CUT_OFF: "cut_off",
        Outcome.TRANSFERRED: "transferred",
    }
    return Counter({outcome: center.tally(name) for outcome, name in names.items()})


def message_in_force(center: Center) -> str:
    """The path of a message's sound."""
    text = "Vårdcentralen i Solna är stängd i dag. Kom gärna tillbaka i morgon."
    center.callcenter("message", "set", text, "--language", "sv", "--entry", "child",
                      "--until", "2h")  # fmt: skip
    (message,) = center.board.messages.values()
    path = Sounds(center.settings).message(message.sound)
    assert path is not None
    return str(path.with_name("sv"))


@pytest.fixture(scope="module")
def left(center: Center) -> Left:
    """Everybody has called and hung up; those who were served came last."""
    message = message_in_force(center)
    busy = center.on_duty("n007")
    center.call("en", number="+46701740699")
    busy.wait_for_call(PATIENCE_S)
    busy.answer()
    center.until_state("n007", NurseState.TALKING)

    traces, begin, before = Traces(center), center.position(), counted(center)
    unserved = [*leavers(WAYS, hidden=False), *leavers(HIDDEN, hidden=True)]
    all_at_once(lambda one=one: one.leaves(center, message) for one in unserved)
    until(lambda: len(center.contacts()) == 1, PATIENCE_S, lambda: f"left: {center.contacts()}")

    served = leavers(SURVEY, hidden=False)
    for nurse in ("n001", "n002", "n012"):
        center.on_duty(nurse).auto_answer(0.2, talk=2.0)
    all_at_once(lambda one=one: one.leaves(center, message) for one in served)
    until(lambda: len(center.contacts()) == 1, PATIENCE_S, lambda: f"left: {center.contacts()}")

    everybody = [*unserved, *served]
    calls = sum(len(one.calls) for one in everybody)

    def ended() -> Counter[Outcome]:
        now = counted(center)
        now.subtract(before)
        return now

    until(lambda: ended().total() >= calls, PATIENCE_S, lambda: f"counted: {ended()}")
    found = Left(
        leavers={one.way: one for one in everybody},
        counted=ended(),
        events=list(center.all_events(begin)),
        owed=Counter(str(debt.kind) for debt in center.board.owed),
        traces=traces,
    )
    center.hang_up_all()
    return found


@pytest.mark.parametrize("way", ALL_WAYS)
def test_a_caller_hung_up_in_the_middle_of_the_prompt(left: Left, way: str) -> None:
    assert left.leavers[way].in_time, f"the prompt was over in {TRIES} calls"


def test_every_contact_has_ended_once_and_was_counted_under_one_outcome(left: Left) -> None:
    expected = Counter[Outcome]()
    for one in left.leavers.values():
        expected[one.outcome] += len(one.calls)
    assert +left.counted == expected
    arrived = [event.contact for event in left.events if isinstance(event, CallArrived)]
    ended = [event.contact for event in left.events if isinstance(event, CallHungUp)]
    assert len(arrived) == len(set(arrived)) == expected.total()
    assert sorted(ended) == sorted(arrived)


def test_a_call_is_owed_to_those_alone_who_were_told_so(left: Left) -> None:
    calls = Counter[Outcome]()
    for one in left.leavers.values():
        calls[one.outcome] += len(one.calls)
    assert left.owed == {
        "kept_place": calls[Outcome.KEPT],
        "closed": calls[Outcome.DISMISSED],
    }


def test_what_was_answered_of_the_survey_before_the_hang_up_counts(left: Left) -> None:
    expected = Counter[tuple[str, int]]()
    for way in itertools.chain.from_iterable(SURVEY.values()):
        for asked, key in itertools.pairwise(way.split()):
            question = asked.removeprefix("sv/")
            if question in ("survey-recommend", "survey-helped"):
                expected[question, int(key)] += len(left.leavers[way].calls)
    scored = [event for event in left.events if isinstance(event, SurveyScored)]
    assert Counter((event.question, event.score) for event in scored) == expected


def test_nothing_of_them_is_left_and_nothing_went_wrong(left: Left) -> None:
    traces = left.traces
    traces.nobody_is_left()
    traces.nothing_went_wrong()
    callers = [one for one in left.leavers.values() if not one.hidden]
    traces.tell_no_number([TYPED, *(number for one in callers for number in one.calls)])
    traces.tell_no_key()
