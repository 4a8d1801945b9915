"""What `callcenter watch` says of an entry of the journal."""

from collections import deque

from callcenter.acd.events import AnyEvent, CallQueued, NeedSaid, SurveyScored
from callcenter.acd.ids import ContactId, EntryId
from callcenter.cli.watch import note
from callcenter.journal.codec import encode
from callcenter.journal.entry import Entry
from language_routing.languages import Language

CONTACT = ContactId("node1-1764000000.1")


def lines(*events: AnyEvent) -> list[str]:
    shown: deque[str] = deque()
    for number, event in enumerate(events):
        note(Entry(id=EntryId(f"1764000000000-{number}"), data=encode(event)), shown)
    return [line.partition("  ")[2] for line in shown]


def test_an_event_is_one_line() -> None:
    assert lines(
        CallQueued(contact=CONTACT, language=Language("so")),
        NeedSaid(contact=CONTACT, wanted=Language("swl")),
    ) == ["CallQueued node1-1764000000.1 so", "NeedSaid node1-1764000000.1 swl"]


def test_a_score_is_not_shown_behind_the_contact_that_has_just_given_it() -> None:
    scored = SurveyScored(
        entry_point="public", language=Language("so"), question="survey-helped", score=2
    )
    assert lines(CallQueued(contact=CONTACT, language=Language("so")), scored) == [
        "CallQueued node1-1764000000.1 so"
    ]
