"""What really came of a recording is counted as a simulation counts."""

from datetime import timedelta

from msgspec.structs import replace

from callcenter.acd.events import CallCutOff
from callcenter.acd.ids import ContactId
from callcenter.simulate.outcome import End, Estimates
from callcenter.simulate.recordings.as_recorded import as_recorded
from callcenter.simulate.recordings.extract import Counts, extract
from callcenter.simulate.recordings.recording import Recording
from tests.unit.acd.world import AR, SO, SV
from tests.unit.simulate.recordings.recorded import (
    Days,
    Journalled,
    answers,
    at,
    callers,
    shifts,
    simulate,
)


def test_a_day_is_counted_as_its_simulation_counted_it() -> None:
    simulated, shard = simulate(Days(callers(400, patient=False), shifts()))
    counted = as_recorded(Recording(extract(shard.journal)))
    assert counted.system == "as recorded"
    assert counted.begins == simulated.begins
    assert answers(counted) == answers(simulated)
    within = [sum(outcome.calls.within) for outcome in (counted, simulated)]
    assert within[0] == within[1] > 100
    assert (counted.offers, counted.missed) == (simulated.offers, simulated.missed)
    assert counted.ringing == simulated.ringing > 0
    assert counted.inversions == simulated.inversions
    assert [(e.within, e.early, e.late) for e in counted.estimates.values()] == [
        (e.within, e.early, e.late) for e in simulated.estimates.values()
    ]


def test_a_recording_that_ends_in_the_middle_of_a_day_counts_no_more_than_it_has() -> None:
    _, shard = simulate(Days(callers(100, patient=False), shifts()))
    recording = Recording(extract(shard.journal))
    counted, again = as_recorded(recording), simulate(recording)[0]
    assert at(16) < recording.found.ends < at(17)
    assert counted.seconds == again.seconds == (recording.found.ends + 1 - at(0)) // 1000


def test_the_nurses_time_is_that_of_the_simulation() -> None:
    simulated, shard = simulate(Days(callers(400, patient=False), shifts()))
    counted = as_recorded(Recording(extract(shard.journal)))
    used = len(counted.on_duty)
    assert list(counted.on_duty) == list(simulated.on_duty)[:used]
    assert sum(simulated.on_duty[used:]) == 0
    assert sum(counted.busy) == sum(simulated.busy) > 0
    assert sum(counted.staff_busy.values()) == sum(counted.busy)
    assert sum(counted.staff_on_duty.values()) == sum(counted.on_duty)
    assert set(counted.staff_on_duty) == {"sv", "sv ar", "ar", "sv so"}


def test_a_day_alone_has_the_counts_of_that_day() -> None:
    days = [c for day in range(2) for c in callers(150, patient=False, seed=day, day=day)]
    _, shard = simulate(Days(days, [*shifts(), *shifts(day=1)], days=2))
    found = extract(shard.journal)
    whole, first = Recording(found), Recording(found).first
    alone = [Recording(found, first=day, last=day) for day in (first, whole.last)]
    both, parts = as_recorded(whole), [as_recorded(one) for one in alone]
    assert [len(part.calls) for part in parts] == [150, 150]
    assert sum(part.offers for part in parts) == both.offers
    assert sum(sum(part.busy) for part in parts) == sum(both.busy)
    for tag in (SV, AR, SO):
        sums = [part.estimates[tag].answers for part in parts]
        assert sum(sums) == both.estimates[tag].answers
    assert parts[0].estimates[AR].answers > 0
    assert parts[1].estimates[AR].answers > 0


def test_of_what_the_service_counted_a_day_has_what_came_to_it_on_that_day() -> None:
    days = [c for day in range(2) for c in callers(5, patient=True, day=day)]
    found = extract(simulate(Days(days, [*shifts(), *shifts(day=1)], days=2))[1].journal)
    monday = {AR: Counts(inversions=1, idle=2, within=3, early=4, late=5)}
    total = {AR: Counts(inversions=11, idle=22, within=33, early=44, late=55)}
    counted = replace(found, counts=((at(0, day=1), monday), (found.ends, total)))
    first = Recording(found).first
    alone = as_recorded(Recording(counted, first=first + timedelta(days=1)))
    assert (alone.inversions[AR], alone.idle_while_eligible[AR]) == (10, 20)
    assert alone.estimates[AR] == Estimates(within=30, early=40, late=50)
    before = as_recorded(Recording(counted, first=first, last=first))
    assert (before.inversions[AR], before.idle_while_eligible[AR]) == (1, 2)
    assert before.estimates[AR] == Estimates(within=3, early=4, late=5)
    assert before.inversions[SV] == 0


def test_an_answer_at_the_target_is_within_it() -> None:
    for wait, within in ((180_000, 1), (180_001, 0)):
        world = Journalled()
        world.queues("c1")
        world.now += wait
        world.is_served("c1", "n1")
        assert list(as_recorded(Recording(world.extract())).calls.within) == [within]


def test_a_call_that_was_lost_counts_as_waiting_and_one_sent_away_as_rung_back() -> None:
    world = Journalled()
    world.queues("c1")
    world.queues("c2", AR)
    world.now += 5_000
    world.tell(CallCutOff(contact=ContactId("c1")))
    world.now += 5_000
    world.hangs_up("c2")
    outcome = as_recorded(Recording(world.extract()))
    assert [(wait, tag, end) for _, wait, tag, end in answers(outcome)] == [
        (5_000, SV, End.WAITING), (10_000, AR, End.ABANDONED),
    ]  # fmt: skip


def test_a_call_of_somebody_who_had_given_up_before_is_a_redial() -> None:
    world = Journalled()
    for contact in ("c1", "c2"):
        world.arrives(contact, caller="hash")
        world.queues(contact)
        world.after(1_000)
        world.hangs_up(contact)
    assert as_recorded(Recording(world.extract())).redials == 1


def test_time_in_which_a_nurse_was_free_for_somebody_kept_back_is_counted() -> None:
    world = Journalled()
    world.is_ready("n1")
    world.loses_the_switch()
    world.queues("c1")
    world.after(7_000)
    outcome = as_recorded(Recording(world.extract()))
    assert outcome.idle_while_eligible == {SV: 7_000, AR: 0, SO: 0}


def test_a_ringing_that_nobody_answered_is_counted() -> None:
    world = Journalled({"n1": "sv", "n2": "sv"})
    world.is_ready("n1")
    world.queues("c1")
    world.now += 20_000
    world.rings_out("c1")
    world.is_ready("n2")
    world.is_served("c1", "n2")
    outcome = as_recorded(Recording(world.extract()))
    assert (outcome.offers, outcome.missed) == (2, 1)
