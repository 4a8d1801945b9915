"""The lean journal is honest: what it leaves out changes nothing, and the fold refuses nothing."""

from collections import deque

import pytest
from msgspec.structs import replace

from callcenter.acd import figures
from callcenter.acd.decisions import AnyDecision, Dismiss, Mirror, Surge
from callcenter.acd.events import (
    AnyEvent,
    CommandDone,
    CommandStarted,
    Disconnected,
    NurseRang,
    OfferEnded,
    OfferResult,
)
from callcenter.acd.ids import ContactId, Millis, NurseId, OfferId
from callcenter.acd.tally import Staffed
from callcenter.simulate.engine import Engine, Part
from callcenter.simulate.model import Caller, Distribution, Foretelling, Move
from callcenter.simulate.ours import Ours
from callcenter.simulate.outcome import End, Outcome
from tests.unit.simulate.busy_days import BusyDays, rich_policy
from tests.unit.simulate.noted import call, change, lived, on_duty
from tests.unit.simulate.pools import SV, policy


class Echoing(Ours):
    """Tells the fold all that a gateway journals, also the echoes of commands that worked."""

    def __init__(self, looked_at: int = 64) -> None:
        super().__init__(looked_at)
        self._echoes: deque[AnyEvent] = deque()
        self._offers: dict[int, OfferId] = {}
        self.told = 0

    def _tell(self, event: AnyEvent, now: Millis) -> None:
        known = len(self.rung)
        super()._tell(event, now)
        for number, nurse in self.rung[known:]:
            contact = ContactId(f"c{number}")
            offer = self.shard.board.contacts[contact].offer
            assert offer is not None
            self._offers[number] = offer
            self._echoes += [
                CommandStarted(command=offer),
                NurseRang(offer=offer, contact=contact, nurse=nurse),
                CommandDone(command=offer),
            ]
        while self._echoes:
            self.told += 1
            known = len(self.rung)
            super()._tell(self._echoes.popleft(), now)
            assert len(self.rung) == known, "an echo has led to an offer"

    def _carry_out(self, decision: AnyDecision) -> None:
        super()._carry_out(decision)
        if isinstance(decision, Mirror | Surge | Dismiss):
            self._echoes += [
                CommandStarted(command=decision.command),
                CommandDone(command=decision.command),
            ]

    def parts(self, caller: Caller, nurse: NurseId, now: Millis) -> None:
        contact = ContactId(f"c{caller.number}")
        self._tell(Disconnected(contact=contact, nurse=nurse), now)
        offer = self._offers[caller.number]
        answered = OfferResult.ANSWERED
        self._tell(OfferEnded(offer=offer, contact=contact, nurse=nurse, result=answered), now)
        super().parts(caller, nurse, now)


def simulated(course: BusyDays, ours: Ours) -> Outcome:
    return Engine(course, ours, Part(0, course.days, 0)).run()


def columns(outcome: Outcome) -> list[list[int]]:
    calls = outcome.calls
    return [list(c) for c in (calls.at, calls.wait, calls.language, calls.end, calls.within)]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("hold", [0, 30_000])
def test_a_journal_with_all_the_echoes_gives_the_same_calls_and_nurses_time(
    seed: int, hold: int
) -> None:
    course = BusyDays(rich_policy(follow_hold=hold), seed=seed)
    lean, full = Ours(), Echoing()
    one, other = simulated(course, lean), simulated(course, full)
    assert columns(one) == columns(other)
    assert one.busy == other.busy
    assert one.on_duty == other.on_duty
    assert one.staff_busy == other.staff_busy
    assert (one.offers, one.missed, one.redials) == (other.offers, other.missed, other.redials)
    assert one.estimates == other.estimates
    assert lean.shard.late == full.shard.late == 0
    assert full.told > 3 * one.offers


def test_the_day_of_these_tests_has_everything_in_it() -> None:
    outcome = simulated(BusyDays(rich_policy()), Ours(looked_at=2))
    assert set(outcome.calls.end) == {
        End.ANSWERED, End.ABANDONED, End.REFUSED, End.CALLED_BACK,
    }  # fmt: skip
    assert min(outcome.missed, outcome.redials) > 20
    asked = [found.asked for found in outcome.estimates.values()]
    assert min(asked) > 0
    assert len(outcome.calls) > 600


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_folds_own_figures_are_those_of_the_engine(seed: int) -> None:
    course, ours = BusyDays(rich_policy(), seed=seed), Ours()
    outcome = simulated(course, ours)
    sums = figures.added_up(ours.shard.board.tallies)
    calls = list(zip(outcome.calls.end, outcome.calls.wait, outcome.calls.within, strict=True))
    found = {end: [wait for how, wait, _ in calls if how == end] for end in End}
    within = {end: sum(w for how, _, w in calls if how == end) for end in End}
    assert not found[End.WAITING]
    assert sums.answered == len(found[End.ANSWERED])
    assert sums.wait_sum == sum(found[End.ANSWERED])
    assert sums.answered_within == within[End.ANSWERED]
    assert sums.abandoned == len(found[End.ABANDONED])
    assert sums.abandoned_within == within[End.ABANDONED]
    assert sums.withdrawn == len(found[End.CALLED_BACK])
    assert sums.refused == len(found[End.REFUSED])
    assert sums.offered == outcome.offers
    assert sums.missed == outcome.missed
    assert sums.inversions == sum(outcome.inversions.values()) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_folds_own_staffing_is_the_engines_nurse_time(seed: int) -> None:
    course, ours = BusyDays(rich_policy(), seed=seed), Ours()
    outcome = simulated(course, ours)
    board = ours.shard.board
    rows = figures.staffed_until(board.figures, board.nurses.values(), ours.shard.now)
    total = figures.worked(row for row in rows if row.language is None)
    assert figures.busy_time(total) == sum(outcome.busy)
    assert figures.busy_time(total) + total.ready == sum(outcome.on_duty)
    by_half_hour = {row.since: row for row in rows if row.language is None}
    nothing = Staffed(language=None)
    for half, busy in enumerate(outcome.busy):
        row = by_half_hour.get(outcome.begins + half * 1_800_000, nothing)
        assert busy == figures.busy_time(row)


def test_nobody_is_kept_waiting_by_a_nurse_who_could_serve() -> None:
    outcome = simulated(BusyDays(rich_policy(), seed=4), Ours())
    assert set(outcome.idle_while_eligible.values()) == {0}


def test_whoever_is_held_for_the_last_nurse_is_seen_by_the_observer() -> None:
    """Nurses are free for such a caller meanwhile: by our own rule, and it is counted."""
    site = policy({"n1": (SV,), "n2": (SV,)}, wrap_up=30_000,
                  follow_me=3_600_000, follow_hold=30_000)  # fmt: skip
    callers = [call(1, 10, talk=60), call(2, 90, talk=10)]
    outcome, ours = lived(site, [callers[0], replace(callers[1], person=1)], on_duty("n1", "n2"))
    assert ours.by[2] == ours.by[1]
    assert outcome.idle_while_eligible == {"sv": 10_000, "ar": 0}


def test_it_is_what_the_engine_expects() -> None:
    ours: Distribution = Ours()
    assert isinstance(ours, Foretelling)


def test_nobody_grows_older_than_the_memory_of_a_day() -> None:
    """What the shell around the fold keeps of a caller is gone when the call is."""
    ours = Ours(looked_at=1)
    simulated(BusyDays(rich_policy(), days=2), ours)
    assert not ours._said
    assert not ours._looks
    assert not ours._wrapping
    assert not ours.shard.board.contacts


def test_a_break_that_is_wanted_while_the_phone_rings_begins_after_the_call() -> None:
    callers = [call(1, 10, talk=60, pick_up=8), call(2, 20, talk=60)]
    moves = [*on_duty("n1"), change(12, "n1", Move.PAUSE), change(200, "n1", Move.READY)]
    outcome, ours = lived(policy({"n1": (SV,)}), callers, moves)
    assert list(outcome.calls.wait) == [8_000, 180_000]
    assert ours.noted("answers") == [(18, "1 n1"), (200, "2 n1")]
