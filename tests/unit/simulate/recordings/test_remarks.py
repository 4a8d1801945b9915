"""A reader is told what a replayed recording cannot know."""

from typing import Any

from msgspec.structs import replace

from callcenter.acd.events import (
    CallCutOff,
    CallRefused,
    ContactWithdrawn,
    PlaceKept,
    SiteLoaded,
)
from callcenter.acd.ids import ContactId, EntryId
from callcenter.acd.policy import SurgeLevel, SurgeRules, SurgeStep
from callcenter.simulate.recordings.extract import extract
from callcenter.simulate.recordings.recording import Recording
from tests.unit.acd.world import NODE
from tests.unit.simulate.recordings.recorded import HOUR, Journalled, at


def one_call(**rules: Any) -> Journalled:
    world = Journalled(**rules)
    world.entries.clear()
    world.now = at(0)
    world.tell(SiteLoaded(policy=world.policy))
    world.see()
    world.is_ready("n1")
    world.queues("c1")
    world.is_served("c1", "n1")
    return world


def notes(world: Journalled) -> list[str]:
    return Recording(world.extract()).notes


def the_day_ends(world: Journalled) -> Journalled:
    world.after(at(0, day=1) - world.now)
    return world


def test_of_a_whole_day_there_is_nothing_to_say() -> None:
    assert notes(the_day_ends(one_call())) == []


def test_a_part_of_a_day_is_said_with_its_times() -> None:
    world = one_call()
    world.after(10 * HOUR)
    assert notes(world) == [
        "The recording goes from 2026-11-23 00:00:00 to 2026-11-23 10:01:00: nobody is there "
        "before, and whoever is in line at its end counts as still waiting."
    ]


def test_calls_that_nobody_saw_end_are_counted() -> None:
    world = one_call()
    world.queues("c2")
    world.tell(CallCutOff(contact=ContactId("c2")))
    assert any("(lost, or still in line" in n and n.count("end): 1.") for n in notes(world))


def test_callers_whom_a_supervisor_took_out_of_the_line_are_counted() -> None:
    world = one_call()
    world.queues("c2")
    world.tell(ContactWithdrawn(contact=ContactId("c2"), actor="test", reason="test"))
    world.hangs_up("c2")
    assert (
        "Callers whom a supervisor took out of the line, to be rung back: 1. Nobody does that "
        "here: they stay, and their patience is drawn."
    ) in notes(the_day_ends(world))


def test_callers_who_kept_their_place_are_counted_apart() -> None:
    world = one_call()
    world.queues("c2")
    world.tell(PlaceKept(contact=ContactId("c2")))
    world.hangs_up("c2")
    found = notes(the_day_ends(world))
    assert (
        "Callers who kept their place and left the line, to be rung back: 1. Nobody does that "
        "here: they stay, and their patience is drawn."
    ) in found
    assert not any(note.startswith("Callers whom a supervisor") for note in found)


def test_whom_no_surge_refuses_is_said_where_one_can() -> None:
    steps = (SurgeStep(level=SurgeLevel.CRISIS, waiting=9, refuse_waiting=9),)
    world = the_day_ends(one_call(surge=SurgeRules(steps=steps)))
    (note,) = notes(world)
    assert note.endswith("the classes with a shorter target than others: staff.")
    assert Recording(world.extract(), never_refused=("staff",)).notes == []


def test_callers_who_were_refused_are_counted() -> None:
    world = one_call()
    refused = CallRefused(node=NODE, entry_point="1177", priority_class="public", reason="surge")
    world.tell(refused)
    world.tell(refused)
    assert any(
        note.startswith("Callers turned away before the answer: 2.") for note in notes(world)
    )


def test_callers_who_had_given_up_before_are_counted() -> None:
    world = one_call()
    for contact in ("c2", "c3"):
        world.arrives(contact, caller="hash")
        world.queues(contact)
        world.hangs_up(contact)
    assert any(n.startswith("Calls of people who had given up before: 1.") for n in notes(world))


def test_ringings_that_nobody_answered_are_counted() -> None:
    world = one_call(wrap_up=0)
    world.queues("c2")
    world.rings_out("c2")
    assert any(n.startswith("Ringings that nobody answered: 1.") for n in notes(world))


def test_entries_that_nobody_could_read_are_counted() -> None:
    world = one_call()
    world.entries.append((EntryId(f"{world.now}-9999"), None, ()))
    assert "Entries that nobody could read: 1." in notes(world)


def test_wrap_ups_unlike_the_rules_are_said() -> None:
    world = one_call(wrap_up=30_000)
    world.now += 10_000
    world.is_ready("n1")
    sentence = "Wrap-ups lasted 10 s on average; simulated ones last 30 s, by the rules."
    assert sentence in notes(the_day_ends(world))
    as_ruled = the_day_ends(one_call(wrap_up=30_000))
    assert notes(as_ruled) == []
    other = replace(as_ruled.policy, wrap_up=0)
    assert (
        "Wrap-ups lasted 30 s on average; simulated ones last 0 s, by the rules."
        in Recording(as_ruled.extract(), policy=other).notes
    )


def test_nurses_who_were_there_before_it_began_are_counted() -> None:
    world = Journalled()
    world.is_ready("n1")
    middle = len(world.entries)
    world.queues("c1")
    found = extract(world.entries[middle:], world.policy)
    assert any(n.endswith("from its beginning: 1.") for n in Recording(found).notes)
