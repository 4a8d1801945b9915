"""Yesterday once more: as it was, and with other nurses or rules."""

import pickle
import random
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.acd.decisions import Offer
from callcenter.acd.events import NurseSignedIn, SiteLoaded
from callcenter.acd.ids import Millis, NurseId
from callcenter.simulate.local_clock import clock_of
from callcenter.simulate.model import Change, Course, Move, Ringing
from callcenter.simulate.outcome import End, Outcome
from callcenter.simulate.recordings.as_recorded import as_recorded
from callcenter.simulate.recordings.extra_nurses import ExtraNurses, extra_nurses
from callcenter.simulate.recordings.extract import extract
from callcenter.simulate.recordings.journal_file import read_file
from callcenter.simulate.recordings.recording import Recording
from callcenter.simulate.summary import Figures, summarise
from language_routing.languages import Language
from language_routing.skills import Level, Requirement
from tests.unit.acd.world import AR, SO, START, SV, policy
from tests.unit.simulate.recordings.recorded import (
    HOUR,
    MONDAY,
    NURSES,
    Days,
    Journalled,
    Written,
    answers,
    at,
    callers,
    change,
    shifts,
    simulate,
    write,
)

RECORDED = Path(__file__).parents[3] / "data" / "journals" / "0.3.0.jsonl"


def recorded(course: Days) -> Recording:
    return Recording(extract(simulate(course)[1].journal))


def by_language(recording: Recording, outcome: Outcome) -> dict[Language, Figures]:
    return summarise(outcome, recording.title, clock_of(recording)).by_language


@pytest.fixture(scope="module")
def busy_day() -> Recording:
    """A day with a line in it, most of all for Arabic; many give up."""
    return recorded(Days(callers(500, patient=False), shifts()))


def moves(recording: Recording, nurse: str, day: int = 0) -> list[tuple[Millis, Move]]:
    return [(c.at, c.move) for c in recording.changes(day) if c.nurse == nurse]


def extra(words: str) -> ExtraNurses:
    return extra_nurses(words)


# -- the same day again -----------------------------------------------------------


def test_a_day_on_which_everybody_was_answered_is_replayed_to_the_millisecond(
    tmp_path: Path,
) -> None:
    course = Days(callers(200, patient=True), shifts())
    first, shard = simulate(course)
    recording = Recording(extract(read_file(write(shard, tmp_path / "day.jsonl"))))
    again, replayed = simulate(recording)
    assert {end for _, _, _, end in answers(first)} == {End.ANSWERED}
    assert max(wait for _, wait, _, _ in answers(first)) > 60_000
    assert answers(again) == answers(first)
    assert offered(replayed) == offered(shard)


def offered(shard: Written) -> list[tuple[str, str]]:
    """Each decision to ring: when, and whom."""
    return [
        (entry.partition("-")[0], decision.nurse)
        for entry, _, decisions in shard.journal
        for decision in decisions
        if isinstance(decision, Offer)
    ]


def test_a_day_on_which_many_gave_up_is_replayed_to_the_millisecond_too(
    busy_day: Recording,
) -> None:
    ends = [end for _, _, _, end in answers(as_recorded(busy_day))]
    assert min(ends.count(End.ANSWERED), ends.count(End.ABANDONED)) > 50
    assert answers(simulate(busy_day)[0]) == answers(as_recorded(busy_day))


@pytest.mark.parametrize("seed", [2, 3])
def test_what_is_drawn_decides_nothing_while_nothing_is_changed(
    busy_day: Recording, seed: int
) -> None:
    other = Recording(busy_day.found, seed=seed)
    assert other.callers(0) != busy_day.callers(0)
    assert answers(simulate(other)[0]) == answers(as_recorded(busy_day))


def test_missed_ringings_are_not_repeated_and_hardly_change_the_day() -> None:
    chance = random.Random(3)
    course = Days([replace(c, miss=chance.random()) for c in callers(500, patient=False)], shifts())
    course.ringing = Ringing(missed=0.1)
    recording = recorded(course)
    was, again = as_recorded(recording), simulate(recording)[0]
    assert was.missed > 10
    assert again.missed == 0
    for tag in (SV, AR, SO):
        then, now = by_language(recording, was)[tag], by_language(recording, again)[tag]
        assert _mean(now) == pytest.approx(_mean(then), rel=0.12, abs=4)
        assert _share(now.answered) == pytest.approx(_share(then.answered), abs=0.06)


# -- what if ----------------------------------------------------------------------


def test_three_more_arabic_nurses_shorten_the_arabic_line_and_lengthen_nobodys(
    busy_day: Recording,
) -> None:
    before = by_language(busy_day, simulate(busy_day)[0])
    more = busy_day.add_nurses(extra("3 ar:native 08:00-16:00"))
    after = by_language(more, simulate(more)[0])
    assert _mean(after[AR]) < 0.4 * _mean(before[AR])
    assert _share(after[AR].abandoned) < 0.4 * _share(before[AR].abandoned)
    for other in (SV, SO):
        assert after[other].calls == before[other].calls
        assert _mean(after[other]) < 1.05 * _mean(before[other])


def _mean(figures: Figures) -> float:
    assert figures.mean_wait_s is not None
    return figures.mean_wait_s


def _share(share: float | None) -> float:
    assert share is not None
    return share


def test_without_the_nurse_who_spoke_it_nobody_is_served_in_that_language(
    busy_day: Recording,
) -> None:
    without = busy_day.without(NurseId("n6"))
    assert moves(without, "n6") == []
    outcome = by_language(without, simulate(without)[0])
    assert outcome[SO].answered == 0
    assert without.title.endswith("without n6")


def test_other_rules_are_tried_on_the_same_callers(busy_day: Recording) -> None:
    quick = replace(busy_day.policy, wrap_up=0)
    other = busy_day.changed_rules(quick)
    assert other.callers(0) == busy_day.callers(0)
    assert other.policy.wrap_up == 0
    before, after = simulate(busy_day)[0], simulate(other)[0]
    assert _mean(by_language(other, after)[AR]) < _mean(by_language(busy_day, before)[AR])


def test_the_rules_of_another_site_have_the_nurses_it_lists(busy_day: Recording) -> None:
    other = busy_day.changed_rules(policy({"n1": "sv", "n9": "so"}))
    assert {c.nurse for c in other.changes(0)} == {"n1"}
    assert other.groups == {"sv": ("n1",), "so": ("n9",)}
    assert "Not among the nurses of these rules: n2, n3, n4, n5, n6." in other.notes


def test_changes_add_up(busy_day: Recording) -> None:
    changed = (
        busy_day.without(NurseId("n1"))
        .add_nurses(extra("1 sv"))
        .changed_rules(policy(NURSES, wrap_up=0))
        .add_nurses(extra("1 so 09:00-10:00"))
        .without(NurseId("n2"))
    )
    there = {c.nurse for c in changed.changes(0)}
    assert there == {"n3", "n4", "n5", "n6", "extra001", "extra002"}
    assert changed.policy.wrap_up == 0
    assert changed.title == (
        "recorded 2026-11-23, with 1 sv:fluent 00:00-24:00 more, "
        "with 1 so:fluent 09:00-10:00 more, without n1, n2, by other rules"
    )
    assert busy_day.title == "recorded 2026-11-23"


def test_an_extra_nurse_can_stay_away_again_and_has_an_id_of_her_own(busy_day: Recording) -> None:
    taken = busy_day.changed_rules(policy({**NURSES, "extra001": "sv"}))
    more = taken.add_nurses(extra("2 sv"))
    assert [spec.id for spec in more.policy.nurses[-3:]] == ["extra001", "extra002", "extra003"]
    fewer = more.without(NurseId("extra002"))
    assert {c.nurse for c in fewer.changes(0)} == {*NURSES, "extra003"}


def test_an_extra_nurse_can_do_what_was_said_of_her(busy_day: Recording) -> None:
    asked = {"1177": Requirement(competences=("child",))}
    site = busy_day.changed_rules(replace(busy_day.policy, requirements=asked))
    spec = site.add_nurses(extra("2 ar:native sv:working +child 7y")).policy.nurses[-1]
    assert spec.id == "extra002"
    assert spec.skills.languages == ((AR, Level.NATIVE), (SV, Level.WORKING))
    assert (spec.competences, spec.years) == (("child",), 7)


def test_extra_nurses_speak_and_know_what_somebody_asks_for(busy_day: Recording) -> None:
    with pytest.raises(ValueError, match="extra nurses: fi: no caller of this site can choose it"):
        busy_day.add_nurses(extra("1 fi"))
    with pytest.raises(ValueError, match=r"extra nurses: \+child: nobody of this site asks"):
        busy_day.add_nurses(extra("1 sv +child"))


def test_a_nurse_who_is_none_of_the_recording_cannot_stay_away(busy_day: Recording) -> None:
    with pytest.raises(ValueError, match="n99 is no nurse of this recording"):
        busy_day.without(NurseId("n99"))
    with pytest.raises(ValueError, match=r"^\?\[31mn{35} is no nurse of this recording$"):
        busy_day.without(NurseId("\x1b[31m" + "n" * 99))


# -- extra shifts -----------------------------------------------------------------


@pytest.fixture(scope="module")
def three_days() -> Recording:
    """From 08 of Monday to a little after 16 of Wednesday, a call a minute or so."""
    course = Days(
        [c for day in range(3) for c in callers(30, patient=True, day=day)],
        [c for day in range(3) for c in shifts(day=day)],
        days=3,
    )
    _, shard = simulate(course)
    began = at(8)
    site = shard.journal[:2]
    return Recording(extract([*site, *(e for e in shard.journal if _time(e[0]) >= began)]))


def _time(entry: str) -> int:
    return int(entry.partition("-")[0])


def test_extra_nurses_work_their_hours_every_local_day(three_days: Recording) -> None:
    more = three_days.add_nurses(extra("1 sv 09:30-15:00"))
    for day in range(3):
        assert moves(more, "extra001", day) == [
            (at(9, 30, day=day), Move.READY), (at(15, day=day), Move.OFF),
        ]  # fmt: skip


def test_a_shift_over_midnight_goes_on_on_the_next_day(three_days: Recording) -> None:
    more = three_days.add_nurses(extra("1 sv 22:00-06:00"))
    assert moves(more, "extra001", 0) == [
        (at(0), Move.READY), (at(6), Move.OFF), (at(22), Move.READY),
    ]  # fmt: skip
    assert moves(more, "extra001", 1) == [(at(6, day=1), Move.OFF), (at(22, day=1), Move.READY)]
    assert moves(more, "extra001", 2) == [(at(6, day=2), Move.OFF)]


def test_whoever_works_around_the_clock_comes_once_and_goes_at_the_end(
    three_days: Recording,
) -> None:
    more = three_days.add_nurses(extra("1 sv"))
    assert moves(more, "extra001", 0) == [(at(0), Move.READY)]
    assert moves(more, "extra001", 1) == []
    assert moves(more, "extra001", 2) == [(more.found.ends, Move.OFF)]


def test_extra_nurses_are_not_there_before_the_recording_begins() -> None:
    world = Journalled()
    world.queues("c1")
    world.after(HOUR)
    more = Recording(world.extract()).add_nurses(extra("1 sv"))
    assert moves(more, "extra001") == [(START, Move.READY), (world.now, Move.OFF)]


def test_a_shift_on_the_day_of_a_clock_change_keeps_to_the_clock() -> None:
    sunday = 1_792_879_200_000  # 2026-10-25 00:00 in Stockholm, a day of 25 hours
    hour = 3_600_000
    world = Journalled()
    world.now = sunday + hour
    world.queues("c1")
    world.now = sunday + 25 * hour
    world.hangs_up("c1")
    recording = Recording(world.extract()).add_nurses(extra("1 sv 08:00-16:00"))
    assert recording.midnight(1) - recording.midnight(0) == 25 * hour
    assert moves(recording, "extra001") == [
        (sunday + 9 * hour, Move.READY), (sunday + 17 * hour, Move.OFF),
    ]  # fmt: skip


# -- days -------------------------------------------------------------------------


def test_the_days_are_those_of_the_calls(three_days: Recording) -> None:
    assert (three_days.days, three_days.warm_up, three_days.parts) == (3, 0, 1)
    assert [three_days.midnight(day) for day in range(3)] == [at(0, day=day) for day in range(3)]
    assert three_days.midnight(3) == three_days.found.ends + 1
    assert [len(three_days.callers(day)) for day in range(3)] == [30, 30, 30]
    assert three_days.title == "recorded 2026-11-23 to 2026-11-25"


def test_one_day_can_be_counted_alone(three_days: Recording) -> None:
    tuesday = date(2026, 11, 24)
    alone = Recording(three_days.found, first=tuesday, last=tuesday)
    assert (alone.days, alone.midnight(0)) == (1, at(0, day=1))
    assert alone.callers(0) == [
        replace(c, patience=d.patience)
        for c, d in zip(three_days.callers(1), alone.callers(0), strict=True)
    ]
    assert alone.changes(0) == three_days.changes(1)
    whole = answers(as_recorded(three_days))
    shift = 24 * 3600
    assert answers(as_recorded(alone)) == [
        (when - shift, wait, tag, end) for when, wait, tag, end in whole
        if shift <= when < 2 * shift
    ]  # fmt: skip
    assert answers(simulate(alone)[0]) == answers(as_recorded(alone))


def test_whoever_was_there_before_the_first_day_comes_at_its_midnight() -> None:
    night = [
        change(Move.READY, "n1", at(20)), change(Move.READY, "n2", at(21)),
        change(Move.OFF, "n2", at(22)), change(Move.READY, "n3", at(22)),
        change(Move.PAUSE, "n3", at(23)),
    ]  # fmt: skip
    course = Days(
        [*callers(3, patient=True), *callers(3, patient=True, day=1)],
        [*shifts(), *night, *shifts(day=1)],
        days=2,
    )
    tuesday = date(2026, 11, 24)
    alone = Recording(extract(simulate(course)[1].journal), first=tuesday)
    assert alone.changes(0)[:2] == [
        Change(at=at(0, day=1), nurse=NurseId("n1"), move=Move.READY),
        Change(at=at(0, day=1), nurse=NurseId("n3"), move=Move.PAUSE),
    ]


def test_the_night_before_a_part_is_nobodys_and_its_nurses_are_there_at_midnight() -> None:
    early = replace(callers(1, patient=True, day=1)[0], at=at(0, 0, 1, day=1), language=SV)
    course = Days(
        [*callers(3, patient=True), early, *callers(3, patient=True, seed=2, day=1)],
        [change(Move.READY, "n1", at(20)), *shifts(["n2", "n3", "n4", "n5", "n6"], day=1)],
        days=2,
    )
    found = extract(simulate(course)[1].journal)
    alone = Recording(found, first=date(2026, 11, 24))
    assert alone.changes(-1) == []
    assert alone.midnight(-1) == at(0)
    assert answers(simulate(alone)[0])[0] == (1, early.pick_up, SV, End.ANSWERED)


def test_whoever_is_in_line_when_the_recording_ends_is_so_in_its_simulation() -> None:
    world = Journalled({"n1": "sv"})
    world.now = at(10)
    for number in range(30):  # so that something of patience is known
        world.queues(f"c{number}")
        world.after(20_000)
        world.hangs_up(f"c{number}")
    world.queues("late")
    world.after(7_000)
    recording = Recording(world.extract())
    was, again = answers(as_recorded(recording)), answers(simulate(recording)[0])
    assert was[-1] == (36_600, 7_000, SV, End.WAITING)
    assert again == [*was[:-1], (36_600, 7_001, SV, End.WAITING)]


def test_as_many_give_up_in_the_simulation_of_a_services_journal_as_really_did() -> None:
    recording = Recording(extract(read_file(RECORDED)))
    was, again = as_recorded(recording), simulate(recording)[0]
    ends = [(list(each.calls.end).count(End.ABANDONED), len(each.calls)) for each in (was, again)]
    assert ends == [(1, 5), (1, 5)]
    assert list(was.calls.end).count(End.CALLED_BACK) == 1
    assert any("a supervisor took out of the line" in note for note in recording.notes)


def test_whom_a_surge_never_refuses_is_a_guess_unless_it_is_said(busy_day: Recording) -> None:
    assert busy_day.never_refused == ("staff",)
    other = busy_day.changed_rules(busy_day.policy, never_refused=("public",))
    assert other.never_refused == ("public",)
    assert other.without(NurseId("n1")).never_refused == ("public",)
    alike = replace(busy_day.policy, targets={"public": 60_000, "staff": 60_000})
    assert other.changed_rules(alike).never_refused == ()


def test_more_days_than_a_course_can_have_are_refused(busy_day: Recording) -> None:
    with pytest.raises(ValueError, match="these are more than 3700 days"):
        Recording(busy_day.found, last=date.max)
    with pytest.raises(ValueError, match="these are more than 3700 days"):
        Recording(busy_day.found, first=date.min)
    with pytest.raises(ValueError, match="no call stood in line in these days"):
        Recording(busy_day.found, first=date.max, last=date.max)


def test_when_the_recording_ends_everybody_leaves() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.queues("c1")
    world.connects("c1", "n1")
    world.after(60_000)
    recording = Recording(world.extract())
    assert recording.changes(0)[-1] == Change(at=world.now, nurse=NurseId("n1"), move=Move.OFF)


def test_a_recording_without_a_call_is_refused() -> None:
    world = Journalled()
    world.arrives("c1")
    world.hangs_up("c1")
    with pytest.raises(ValueError, match="no call stood in line in this recording"):
        Recording(world.extract())


def test_days_without_a_call_are_refused(three_days: Recording) -> None:
    with pytest.raises(ValueError, match="no call stood in line in these days"):
        Recording(three_days.found, first=date(2026, 12, 1), last=date(2026, 12, 2))


# -- rules ------------------------------------------------------------------------


def test_the_rules_in_force_at_the_first_call_hold_for_all_of_it() -> None:
    world = Journalled({"n1": "sv"})
    second = policy({"n1": "sv", "n2": "sv"}, wrap_up=10_000)
    third = policy({"n2": "sv", "n3": "ar"}, wrap_up=20_000)
    world.tell(SiteLoaded(policy=second))
    world.queues("c1")
    world.now += 1
    world.tell(SiteLoaded(policy=third))
    recording = Recording(world.extract())
    assert recording.policy.wrap_up == 10_000
    assert [spec.id for spec in recording.policy.nurses] == ["n1", "n2", "n3"]
    assert any("rules changed during the recording" in note for note in recording.notes)


def test_a_nurse_who_took_calls_in_one_of_her_languages_speaks_only_that() -> None:
    world = Journalled({"n1": "sv:working ar:native", "n2": "sv ar"})
    for nurse, languages in (("n1", (AR,)), ("n2", (AR,)), ("n2", (SV,))):
        world.tell(NurseSignedIn(nurse=NurseId(nurse), actor="test", languages=languages))
        world.is_ready(nurse)
        world.pauses(nurse)
    world.queues("c1")
    recording = Recording(world.extract())
    first, second = recording.policy.nurses
    assert (first.languages, first.levels) == ((AR,), {AR: Level.NATIVE})
    assert second.languages == (SV, AR)
    assert recording.groups == {"ar": ("n1",), "sv ar": ("n2",)}
    assert any(note.endswith("with all of theirs: n2.") for note in recording.notes)


def test_nurses_are_grouped_by_what_they_speak(busy_day: Recording) -> None:
    assert busy_day.groups == {
        "sv": ("n1", "n2", "n3"), "sv ar": ("n4",), "ar": ("n5",), "sv so": ("n6",),
    }  # fmt: skip


def test_a_recording_is_a_course_that_can_go_to_another_process(busy_day: Recording) -> None:
    course: Course = busy_day
    again = pickle.loads(pickle.dumps(course))
    assert again.callers(0) == course.callers(0)
    assert again.first == MONDAY
