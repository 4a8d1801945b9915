"""As recorded: what really came of the days of a recording, beside what is simulated."""

from typing import Final

from callcenter.acd.ids import Millis
from callcenter.acd.tally import HALF_HOUR
from callcenter.simulate.outcome import End, Estimates, Outcome
from callcenter.simulate.recordings.extract import Counts
from callcenter.simulate.recordings.recording import Recording
from language_routing.languages import Language

AS_RECORDED: Final = "as recorded"


def as_recorded(recording: Recording) -> Outcome:
    """The answers, waits and nurses' time that the journal shows, counted as a simulation's.

    A call is counted in the language that was asked for. One that was lost, or whose end is
    not in the recording, counts as still waiting. Idle-while-eligible time is what the
    service itself counted: of callers whom it had kept back.
    """
    found, policy = recording.found, recording.policy
    begins, ends = recording.midnight(0), recording.midnight(recording.days)
    outcome = Outcome(AS_RECORDED, policy.languages, begins)
    outcome.seconds = (ends - begins) // 1000
    for call, caller in zip(found.calls, recording.all_callers, strict=True):
        if not begins <= call.at < ends:
            continue
        outcome.calls.add(
            (call.at - begins) // 1000,
            call.wait,
            policy.languages.index(caller.language),
            call.end,
            within=call.wait <= policy.target(call.priority_class, call.at),
        )
        outcome.offers += call.offers
        outcome.missed += call.missed
        outcome.redials += call.tries > 0
        if call.end is End.ANSWERED:
            outcome.ringing += call.pick_up or 0
    _staff(outcome, recording, begins, ends)
    _counts(outcome, recording, begins, ends)
    return outcome


def _staff(outcome: Outcome, recording: Recording, begins: Millis, ends: Millis) -> None:
    group = {nurse: name for name, all_ in recording.groups.items() for nurse in all_}
    for (nurse, start), spent in recording.found.staffed.items():
        if not begins <= start < ends:
            continue
        name, half_hour = group.get(nurse, ""), (start - begins) // HALF_HOUR
        for what, sums, value in (
            (outcome.busy, outcome.staff_busy, spent.busy),
            (outcome.on_duty, outcome.staff_on_duty, spent.on_duty),
        ):
            if half_hour >= len(what):
                what.extend([0] * (half_hour + 1 - len(what)))
            what[half_hour] += value
            sums[name] = sums.get(name, 0) + value


def _counts(outcome: Outcome, recording: Recording, begins: Millis, ends: Millis) -> None:
    before, until = _upto(recording, begins), _upto(recording, ends)
    for tag in outcome.languages:
        old, new = before.get(tag, Counts()), until.get(tag, Counts())
        outcome.inversions[tag] = new.inversions - old.inversions
        outcome.idle_while_eligible[tag] = new.idle - old.idle
        outcome.estimates[tag] = Estimates(
            within=new.within - old.within, early=new.early - old.early, late=new.late - old.late
        )


def _upto(recording: Recording, at: Millis) -> dict[Language, Counts]:
    """All that was counted before an instant at which a day begins or all ends."""
    found: dict[Language, Counts] = {}
    for upto, counts in recording.found.counts:
        if upto <= at:
            found = counts
    return found
