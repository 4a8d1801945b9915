"""The fold: leader and follower agree, and what cannot be folded is skipped alike."""

import json

import pytest

from callcenter.acd import shifts
from callcenter.acd.board import Board
from callcenter.acd.contact import ContactState
from callcenter.acd.decisions import AnyDecision, LookUp, Mirror, Offer, Quarantined, Withdraw
from callcenter.acd.distributor import HANDLERS
from callcenter.acd.events import (
    AnyEvent,
    CallArrived,
    CallHungUp,
    CallQueued,
    ChannelsSeen,
    Connected,
    GatewayAlive,
    NurseReady,
    SeenPhone,
    SiteLoaded,
    Tick,
)
from callcenter.acd.ids import ContactId, EntryId, Millis, NodeId, NurseId, OfferId
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.shard.shard import STATE_VERSION, Outcome, Shard
from tests.unit.acd.world import NODE, SV, arrival, policy

N1 = NurseId("n1")
JOURNAL: list[AnyEvent] = [
    SiteLoaded(policy=policy({"n1": "sv", "n2": "sv"}, wrap_up=10_000)),
    ChannelsSeen(
        node=NODE, switch="a", contacts=(),
        phones=(SeenPhone(nurse=N1, reachable=True, busy=False),),
    ),
    arrival("c1"),
    CallQueued(contact=ContactId("c1"), language=SV),
    NurseReady(nurse=N1, actor="test"),
    CallHungUp(contact=ContactId("unknown")),
    arrival("c2"),
    CallQueued(contact=ContactId("c2"), language=SV),
    CallHungUp(contact=ContactId("c1")),
]  # fmt: skip


def entry(number: int) -> EntryId:
    return EntryId(f"{1_000_000 + number * 500}-{number}")


def led() -> tuple[Shard, list[Outcome]]:
    shard = Shard()
    return shard, [shard.lead(entry(n), event) for n, event in enumerate(JOURNAL)]


def test_a_new_shard_stands_before_the_first_entry() -> None:
    shard = Shard()
    assert (shard.position, shard.now, shard.late, shard.next_deadline()) == ("0-0", 0, 0, None)


def test_position_and_time_are_those_of_the_last_entry() -> None:
    shard, outcomes = led()
    assert (shard.position, shard.now) == (entry(8), 1_004_000)
    assert [outcome.entry for outcome in outcomes] == [entry(n) for n in range(9)]


def test_a_follower_at_every_entry_has_the_leaders_state() -> None:
    leader, follower = Shard(), Shard()
    for number, event in enumerate(JOURNAL):
        outcome = leader.lead(entry(number), event)
        follower.follow(entry(number), event, outcome.decisions)
        assert follower.save() == leader.save()
        assert follower.position == leader.position
    assert leader.board.contacts[ContactId("c2")].state is ContactState.OFFERED
    assert leader.late == follower.late == 1


def test_a_follower_applies_what_was_recorded_and_decides_nothing_itself() -> None:
    """Yesterday's matching gave c1 to n2; today's would have given it to n1."""
    _, outcomes = led()
    follower = Shard()
    for number, event in enumerate(JOURNAL[:4]):
        follower.follow(entry(number), event, outcomes[number].decisions)
    follower.follow(entry(4), JOURNAL[4], ())
    assert follower.board.contacts[ContactId("c1")].state is ContactState.WAITING
    assert follower.board.nurses[N1].state is NurseState.READY
    recorded = Offer(offer=f"{entry(5)}-0", contact=ContactId("c1"), nurse=N1)
    follower.follow(entry(5), JOURNAL[5], (recorded,))
    assert follower.board.nurses[N1].offer == f"{entry(5)}-0"


def test_commands_are_numbered_like_the_decisions_they_carry_out() -> None:
    _, outcomes = led()
    for outcome in outcomes:
        ids = [command.id for command in outcome.commands]
        assert ids == [f"{outcome.entry}-{n}" for n in range(len(outcome.decisions))]
    assert sum(len(outcome.commands) for outcome in outcomes) >= 3


def test_a_late_event_is_counted_and_moves_the_position() -> None:
    shard, _ = led()
    late = shard.late
    shard.lead(entry(9), CallHungUp(contact=ContactId("unknown")))
    assert (shard.late, shard.position) == (late + 1, entry(9))


def test_a_quarantined_entry_is_skipped_by_leader_and_follower_alike() -> None:
    leader, follower = Shard(), Shard()
    for number, event in enumerate(JOURNAL):
        outcome = (
            leader.quarantine(entry(number), "ZeroDivisionError")
            if number == 6
            else leader.lead(entry(number), event)
        )
        follower.follow(entry(number), event, outcome.decisions)
        assert follower.save() == leader.save()
    assert ContactId("c2") not in follower.board.contacts
    assert follower.position == leader.position == entry(8)


def test_an_entry_nobody_can_read_is_followed_by_its_quarantine() -> None:
    leader, follower = led()[0], led()[0]
    outcome = leader.quarantine(entry(9), "UnreadableEvent")
    assert outcome == Outcome(
        entry=entry(9), decisions=(Quarantined(error="UnreadableEvent"),), commands=()
    )
    follower.follow(entry(9), None, outcome.decisions)
    assert follower.position == leader.position == entry(9)
    assert follower.save() == leader.save()


def test_timers_go_off_at_a_quarantined_entry_too() -> None:
    leader, follower = led()[0], led()[0]
    deadline = leader.next_deadline()
    assert deadline is not None
    later = EntryId(f"{deadline}-0")
    outcome = leader.quarantine(later, "X")
    follower.follow(later, None, outcome.decisions)
    assert leader.next_deadline() == follower.next_deadline() != deadline
    assert follower.save() == leader.save()


def test_a_bug_in_the_fold_comes_out_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(board: Board, event: CallArrived, now: Millis) -> None:
        raise ZeroDivisionError

    shard, _ = led()
    monkeypatch.setitem(HANDLERS, CallArrived, buggy)
    with pytest.raises(ZeroDivisionError):
        shard.lead(entry(9), arrival("c3"))


C1, GONE = ContactId("c1"), ContactId("gone")


@pytest.mark.parametrize(
    "decision",
    [
        Offer(offer=OfferId("1-1-0"), contact=GONE, nurse=N1),
        Offer(offer=OfferId("1-1-0"), contact=C1, nurse=N1),
        Withdraw(offer=OfferId("1-1-0"), contact=GONE, command="1-1-0"),
        Mirror(nurse=NurseId("gone"), member=True, paused=False, command="1-1-0"),
        LookUp(node=NodeId("gone")),
    ],
)
def test_a_decision_that_does_not_fit_is_counted_and_the_others_are_applied(
    decision: AnyDecision,
) -> None:
    """n1 talks to c2 by now."""
    fitting = Mirror(nurse=N1, member=False, paused=False, command="1-1-1")
    shard, sound = led()[0], led()[0]
    for each, decisions in ((shard, (decision, fitting)), (sound, (fitting,))):
        each.follow(entry(9), arrival("c3"), decisions)
    assert (shard.unfit, sound.unfit) == (1, 0)
    assert shard.save() == sound.save()
    assert shard.position == entry(9)
    assert shard.board.nurses[N1].mirrored == "out"


@pytest.mark.parametrize("first", range(len(JOURNAL)))
def test_a_fold_that_begins_in_the_middle_follows_whatever_was_decided(first: int) -> None:
    leader, outcomes = led()
    follower = Shard.empty_at(entry(first))
    assert (follower.position, follower.now) == (entry(first), 1_000_000 + first * 500)
    for number, event in list(enumerate(JOURNAL))[first + 1 :]:
        follower.follow(entry(number), event, outcomes[number].decisions)
    assert follower.position == leader.position
    assert (follower.unfit > 0) is (first < 8)


def test_what_did_not_fit_is_no_part_of_the_state() -> None:
    shard = led()[0]
    before = shard.save()
    shard.unfit += 1
    assert shard.save() == before


def wrapping_up() -> list[AnyEvent]:
    """Both nurses wrap up; n1's ends first."""
    both = tuple(SeenPhone(nurse=NurseId(n), reachable=True, busy=False) for n in ("n1", "n2"))
    found: list[AnyEvent] = [
        JOURNAL[0],
        ChannelsSeen(node=NODE, switch="a", contacts=(), phones=both),
    ]
    for contact, nurse in (("c1", "n1"), ("c2", "n2")):
        found += [
            NurseReady(nurse=NurseId(nurse), actor="test"),
            arrival(contact),
            Connected(contact=ContactId(contact), nurse=NurseId(nurse)),
            CallHungUp(contact=ContactId(contact)),
        ]
    return found


def buggy_wrap_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of n1's wrap-up breaks the fold, n2's does not."""
    sound = shifts.wrapped

    def wrapped(board: Board, nurse: Nurse, now: Millis) -> None:
        if nurse.id == N1:
            raise ZeroDivisionError
        sound(board, nurse, now)

    monkeypatch.setattr(shifts, "wrapped", wrapped)


def met() -> tuple[Shard, Shard, EntryId]:
    """Leader and follower before an entry at which both wrap-ups are over."""
    leader, follower = Shard(), Shard()
    for number, event in enumerate(wrapping_up()):
        outcome = leader.lead(entry(number), event)
        follower.follow(entry(number), event, outcome.decisions)
    assert leader.board.nurses[N1].state is NurseState.WRAP_UP
    return leader, follower, EntryId(f"{leader.now + 60_000}-0")


def test_a_timer_that_breaks_the_fold_is_dropped_and_the_others_go_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leader, follower, later = met()
    saved, position = leader.save(), leader.position
    buggy_wrap_up(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        leader.lead(later, arrival("c3"))
    leader = Shard()
    assert leader.restore(position, saved)
    outcome = leader.quarantine(later, "ZeroDivisionError")
    follower.follow(later, arrival("c3"), outcome.decisions)
    assert (leader.unfit, follower.unfit) == (1, 1)
    assert follower.save() == leader.save()
    assert leader.board.nurses[NurseId("n2")].state is NurseState.READY
    assert ContactId("c3") not in leader.board.contacts
    # And the fold goes on: the next entry meets no timer that breaks it.
    after = EntryId(f"{leader.now + 1}-0")
    outcome = leader.lead(after, arrival("c4"))
    follower.follow(after, arrival("c4"), outcome.decisions)
    assert ContactId("c4") in leader.board.contacts
    assert follower.save() == leader.save()


def test_a_timer_that_was_dropped_is_not_there_again_after_a_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who restores a snapshot must be able to fold what the leader folded on."""
    leader, _, later = met()
    buggy_wrap_up(monkeypatch)
    leader.quarantine(later, "ZeroDivisionError")
    heir = Shard()
    assert heir.restore(leader.position, leader.save())
    after = EntryId(f"{leader.now + 1}-0")
    outcome = leader.lead(after, arrival("c4"))
    heir.follow(after, arrival("c4"), outcome.decisions)
    assert heir.save() == leader.save()


@pytest.mark.parametrize("readable", [True, False])
def test_after_an_entry_was_skipped_every_node_is_asked_by_everybody_alike(readable: bool) -> None:
    leader, follower = led()[0], led()[0]
    skipped: list[AnyEvent] = [
        ChannelsSeen(node=NodeId("node2"), switch="b", contacts=(), phones=()),
        GatewayAlive(node=NODE),
    ]
    for number, event in enumerate(skipped, 9):
        outcome = leader.lead(entry(number), event)
        follower.follow(entry(number), event, outcome.decisions)
    outcome = leader.quarantine(entry(11), "X")
    follower.follow(entry(11), arrival("c3") if readable else None, outcome.decisions)
    for shard in (leader, follower):
        assert [node.look_up for node in shard.board.nodes.values()] == [True, True]
    assert leader.lead(entry(12), Tick(deadline=0)).decisions == (
        LookUp(node=NODE),
        LookUp(node=NodeId("node2")),
    )


def test_a_snapshot_is_restored_at_its_position_with_its_count_of_late_events() -> None:
    shard, _ = led()
    again = Shard()
    assert again.restore(shard.position, shard.save())
    assert (again.position, again.late) == (shard.position, shard.late) == (entry(8), 1)
    assert again.save() == shard.save()
    assert again.lead(entry(9), Tick(deadline=0)) == shard.lead(entry(9), Tick(deadline=0))


@pytest.mark.parametrize("change", ["version", "shape", "cut", "empty", "not json"])
def test_a_snapshot_of_another_version_or_a_damaged_one_is_refused(change: str) -> None:
    shard, _ = led()
    saved = shard.save()
    state = json.loads(saved)
    assert state["version"] == STATE_VERSION
    broken = {
        "version": json.dumps(state | {"version": STATE_VERSION + 1}).encode(),
        "shape": json.dumps(state | {"acd": []}).encode(),
        "cut": saved[:-10],
        "empty": b"",
        "not json": b"\xff\x00",
    }[change]
    again = led()[0]
    before = again.save()
    assert not again.restore(EntryId("5-5"), broken)
    assert (again.save(), again.position) == (before, entry(8))
