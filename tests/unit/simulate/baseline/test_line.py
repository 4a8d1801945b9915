"""One queue: positions, turns, and when somebody looks next."""

from callcenter.acd.ids import NurseId
from callcenter.simulate.baseline.door import Door, Step
from callcenter.simulate.baseline.line import RECHECK, Entry, Looked, Member, Queue

ANYBODY, SECOND_ONLY = Door("one", 0, 9), Door("one", 1, 1)
RETRY = 5_000


def entry(queue: Queue, number: int, priority: int = 0, door: Door = ANYBODY) -> Entry:
    return Entry(number, queue, number, priority, door, since=0)


def member(number: int) -> Member:
    found = Member(NurseId(f"n{number}"), number)
    found.there = True
    return found


def test_it_is_the_turn_of_as_many_as_members_are_available() -> None:
    queue = Queue(RETRY)
    standing = [entry(queue, number) for number in range(4)]
    for someone in standing:
        queue.stands(someone, RECHECK, Looked(0))
    assert [queue.is_turn(someone) for someone in standing] == [False] * 4
    queue.gets(member(0), 0, Looked(10))
    queue.gets(member(1), 0, Looked(10))
    assert [queue.is_turn(someone) for someone in standing] == [True, True, False, False]
    queue.leaves(standing[0], Looked(20))
    assert queue.is_turn(standing[2])


def test_higher_priorities_stand_ahead_and_equal_ones_as_they_came() -> None:
    queue = Queue(RETRY)
    low, high, next_high = entry(queue, 1), entry(queue, 2, 5), entry(queue, 3, 5)
    for someone in (low, high, next_high):
        queue.stands(someone, RECHECK, Looked(0))
    queue.gets(member(0), 0, Looked(0))
    turns = []
    for _ in range(3):
        first = next(e for e in (low, high, next_high) if e not in turns and queue.is_turn(e))
        turns.append(first)
        queue.leaves(first, Looked(0))
    assert turns == [high, next_high, low]


def test_looks_that_led_to_nothing_are_a_second_apart_before_ones_turn_and_retry_after() -> None:
    queue = Queue(RETRY)
    someone = entry(queue, 1, door=SECOND_ONLY)
    queue.stands(someone, 1_300, Looked(300))
    queue.gets(member(0), 0, Looked(7_299))  # its turn, from the look at 7,300 on; reaches nobody
    assert queue.first(Looked(7_299)) is None
    queue.gets(member(1), 1, Looked(12_299))
    assert queue.first(Looked(12_299)) is someone
    assert someone.rings_at == 12_300


def test_looks_up_to_an_instant_are_over_and_those_after_it_are_to_come() -> None:
    for done, looks_at in ((2_000, 3_000), (1_999, 2_000), (999, 1_000)):
        someone = entry(Queue(RETRY), 7)
        someone.looks_at = 1_000
        someone.counts_forward(Looked(done))
        assert someone.looks_at == looks_at


def test_at_the_instant_of_a_ringing_only_looks_of_those_who_came_before_are_over() -> None:
    for entered, looks_at in ((6, 2_000), (7, 2_000), (8, 1_000)):
        someone = entry(Queue(RETRY), entered)
        someone.looks_at = 1_000
        someone.counts_forward(Looked(1_000, 7))
        assert someone.looks_at == looks_at


def test_a_look_rings_somebody_only_once_the_queue_rule_lets_it() -> None:
    queue = Queue(RETRY)
    someone = entry(queue, 1, door=Door("one", 0, 0, (Step(4, 1), Step(9, 2))))
    queue.gets(member(0), 2, Looked(0))
    queue.stands(someone, 300, Looked(0))  # looks at 300, 5,300, 10,300
    assert queue.first(Looked(0)) is someone
    assert someone.rings_at == 10_300
    assert queue.best(someone, 8) is None
    queue.gets(member(1), 1, Looked(400))
    assert queue.first(Looked(400)) is someone
    assert someone.rings_at == 5_300
    assert queue.best(someone, 5) is not None


def test_the_first_to_ring_is_not_the_first_to_look() -> None:
    queue = Queue(RETRY)
    door = Door("one", 0, 0, (Step(4, 1),))
    early, late = entry(queue, 1, door=door), entry(queue, 2, 5, door)
    for number in (0, 1):
        queue.gets(member(number), 1, Looked(0))
    queue.stands(early, 3_000, Looked(0))  # looks at 3,000 in vain, then at 8,000
    queue.stands(late, 5_000, Looked(0))
    assert queue.first(Looked(0)) is late
    queue.leaves(late, Looked(5_000))
    assert queue.first(Looked(5_000)) is early
    assert early.rings_at == 8_000


def test_the_sleep_between_looks_changes_though_a_later_look_would_have_rung() -> None:
    queue = Queue(RETRY)
    someone = entry(queue, 1, door=Door("one", 0, 0, (Step(9, 1),)))
    there = member(0)
    queue.gets(there, 1, Looked(0))
    queue.stands(someone, 300, Looked(0))
    assert queue.first(Looked(0)) is someone
    queue.loses(there, Looked(1_000))  # not its turn, from the look at 5,300 on
    queue.gets(there, 1, Looked(8_999))
    assert queue.first(Looked(8_999)) is someone
    assert someone.rings_at == 9_300


def test_of_those_who_look_at_the_same_instant_the_first_to_come_is_first() -> None:
    queue = Queue(RETRY)
    for number in (2, 1):
        queue.stands(entry(queue, number, priority=number), 1_000, Looked(0))
    queue.gets(member(0), 0, Looked(10))
    queue.gets(member(1), 0, Looked(10))
    first = queue.first(Looked(10))
    assert first is not None
    assert first.number == 1


def test_a_member_out_of_the_callers_range_is_not_rung_even_if_nobody_else_is_there() -> None:
    queue = Queue(RETRY)
    queue.gets(member(0), 0, Looked(0))
    queue.gets(member(1), 2, Looked(0))
    assert queue.best(entry(queue, 1, door=SECOND_ONLY), 0) is None


def test_a_penalty_outweighs_any_idleness() -> None:
    queue = Queue(RETRY)
    recent, idle, new = member(0), member(1), member(2)
    recent.last_call, idle.last_call = 999_999, 500_000
    queue.gets(recent, 0, Looked(0))
    queue.gets(idle, 1, Looked(0))
    queue.gets(new, 1, Looked(0))
    someone = entry(queue, 1)
    assert queue.best(someone, 1_000_000) is recent
    queue.loses(recent, Looked(0))
    assert queue.best(someone, 1_000_000) is new
    queue.loses(new, Looked(0))
    assert queue.best(someone, 1_000_000) is idle


def test_a_member_who_was_not_available_can_be_lost_again() -> None:
    queue = Queue(RETRY)
    someone = member(0)
    queue.loses(someone, Looked(0))
    queue.gets(someone, 0, Looked(0))
    queue.loses(someone, Looked(0))
    queue.loses(someone, Looked(0))
    assert queue.best(entry(queue, 1), 0) is None
