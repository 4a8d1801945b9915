"""The same day under `AppQueue` and under threads that look every second, one by one."""

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from callcenter.acd.ids import Millis, NurseId
from callcenter.simulate.baseline.app_queue import AppQueue
from callcenter.simulate.baseline.layout import Layout, plan
from callcenter.simulate.model import Caller, Change, Move
from language_routing.rings import Ring
from language_routing.skills import Level
from tests.unit.simulate.baseline.threads import (
    AR,
    SO,
    START,
    SV,
    Day,
    Ringing,
    Threads,
    live,
    policy,
)

SPOKEN = st.sampled_from(["sv", "sv", "sv ar", "ar", "sv so:working", "sv ar so", "so"])
# Few milliseconds are drawn, so that much happens at the same one.
INSTANT = st.builds(
    lambda second, part: START + second * 1000 + part,
    st.integers(0, 60),
    st.sampled_from([0, 0, 1, 250, 500, 999]),
)
SPAN = st.sampled_from([0, 1, 400, 1_000, 2_750, 4_000, 9_001, 20_000, 60_000])

AFTER = st.sampled_from([0, 0, 1_000, 1_250, 4_000, 9_000])
LATER = st.builds(Ring, after=AFTER, level=st.sampled_from([Level.FLUENT, Level.WORKING, None]))
RINGS = st.lists(LATER, min_size=1, max_size=2).map(lambda r: (Ring(level=Level.FLUENT), *r))
LATER_RINGS = st.builds(
    lambda working, anybody: (
        Ring(level=Level.FLUENT),
        Ring(after=working),
        Ring(after=anybody, level=None),
    ),
    st.sampled_from([1_000, 2_500, 9_000]),
    st.sampled_from([1_000, 6_000, 12_500]),
)


@st.composite
def days(draw: st.DrawFn, *, patient: bool = False) -> Day:
    """With rings for some languages; if callers are `patient` for the scarce ones, later rings."""
    nurses = [draw(SPOKEN) for _ in range(draw(st.sampled_from([3, 1, 2, 5])))]
    tags = {AR, SO} if patient else draw(st.sets(st.sampled_from([SV, AR, SO])))
    rings = {tag: draw(LATER_RINGS if patient else RINGS) for tag in sorted(tags)}
    site = policy(nurses, draw(st.sampled_from([0, 1_000, 3_000, 10_000])), rings)
    callers = tuple(
        Caller(
            number=number,
            at=draw(INSTANT),
            language=draw(st.sampled_from([SV, SV, AR, SO])),
            person=number,
            patience=draw(
                st.sampled_from([300_000] if patient else [0, 3_000, 10_000, 31_250, 300_000])
            ),
            talk=draw(SPAN),
            pick_up=draw(st.sampled_from([0, 0, 1_000, 4_000])),
            miss=draw(st.sampled_from([0, 0, 0, 1, 2])),  # so many ringings are missed
            priority_class=draw(st.sampled_from(["public", "public", "care"])),
        )
        for number in range(draw(st.sampled_from([1, 2, 4, 6, 8, 11, 14])))
    )
    begin = tuple(
        Change(at=START, nurse=spec.id, move=Move.READY)
        for spec in site.nurses
        if draw(st.sampled_from([True, True, False]))
    )
    moves = st.builds(
        Change,
        at=INSTANT,
        nurse=st.sampled_from([spec.id for spec in site.nurses]),
        move=st.sampled_from([Move.READY, Move.READY, Move.PAUSE, Move.OFF]),
    )
    return Day(site, callers, begin + tuple(draw(st.lists(moves, max_size=8))))


def at_once() -> Day:
    """Two queues share a nurse, and callers of both look at the very instant she is freed.

    She is given to the first. The second's turn is over before it looks, so it looks a second
    later, when a nurse of its own has come.
    """
    talks = {0: 3_000, 1: 60_000, 2: 60_000}
    callers = tuple(
        Caller(
            number=number,
            at=START,
            language=AR if number == 2 else SV,
            person=number,
            patience=300_000,
            talk=talk,
        )
        for number, talk in talks.items()
    )
    changes = (
        Change(at=START, nurse=NurseId("n0"), move=Move.READY),
        Change(at=START + 4_500, nurse=NurseId("n1"), move=Move.READY),
    )
    return Day(policy(["sv ar", "ar"], 1_000), callers, changes)


def in_vain_at_once() -> Day:
    """Two callers look at the very instant, the first in vain, and the second rings the nurse.

    The first has its turn no more, but sleeps for `retry` as one who tried; so a nurse who
    comes meanwhile is not found before.
    """
    rings = (Ring(level=Level.FLUENT), Ring(after=31_000, level=None))
    callers = tuple(
        Caller(number=number, at=START, language=tag, person=number, patience=300_000, talk=60_000)
        for number, tag in enumerate((AR, SV))
    )
    changes = (
        Change(at=START + 4_500, nurse=NurseId("n0"), move=Move.READY),
        Change(at=START + 6_500, nurse=NurseId("n1"), move=Move.READY),
    )
    return Day(policy(["sv", "ar"], 1_000, {AR: rings}), callers, changes)


@settings(max_examples=400, deadline=None)
@given(days(), st.sampled_from(list(Layout)), st.sampled_from([5_000, 1_500, 1_000]))
@example(at_once(), Layout.QUEUES, 5_000)
@example(in_vain_at_once(), Layout.CAREFUL, 5_000)
def test_the_same_phones_ring_at_the_same_instants_as_if_every_caller_looked_every_second(
    day: Day, layout: Layout, retry: Millis
) -> None:
    try:
        threads = Threads(day.policy, layout, retry)
    except ValueError:
        event("no range of penalties")
        return
    lazy = AppQueue(layout, retry=retry)
    lazy.opens(day.policy, START)
    rang = live(day, lazy)
    assert rang == live(day, threads)
    event(f"ringings: {min(len(rang) // 4 * 4, 16)}")


@settings(max_examples=200, deadline=None)
@given(days(patient=True), st.sampled_from([5_000, 1_500, 1_000]))
def test_nurses_of_later_rings_are_rung_at_the_same_instants_too(day: Day, retry: Millis) -> None:
    lazy = AppQueue(Layout.CAREFUL, retry=retry)
    lazy.opens(day.policy, START)
    rang = live(day, lazy)
    assert rang == live(day, Threads(day.policy, Layout.CAREFUL, retry))
    event(f"a later ring: {any(_is_later(day, ringing) for ringing in rang)}")


def _is_later(day: Day, ringing: Ringing) -> bool:
    """Whether only a later ring of the line admits the nurse who is rung."""
    site = plan(day.policy, Layout.CAREFUL)
    language = next(c.language for c in day.callers if c.number == ringing.number)
    seats = {seat.queue: seat.penalty for seat in site.seats[ringing.nurse]}
    return seats[language] > site.doors[language].highest


@settings(max_examples=100, deadline=None)
@given(days(), st.sampled_from(list(Layout)))
def test_a_nurse_is_free_exactly_when_a_thread_would_find_her_available(
    day: Day, layout: Layout
) -> None:
    try:
        threads = Threads(day.policy, layout, 5_000)
    except ValueError:
        return
    lazy = AppQueue(layout)
    lazy.opens(day.policy, START)
    for change in sorted(day.changes, key=lambda change: change.at):
        for acd in (lazy, threads):
            acd.changes(change.nurse, change.move, change.at)
        for spec in day.policy.nurses:
            agent = threads._agents[spec.id]
            available = agent.member and threads._is_member_available(agent, change.at)
            assert lazy.is_free(spec.id) == available
            assert lazy.is_on_duty(spec.id) == (agent.member and not agent.paused)


def test_few_looks_are_made_where_threads_make_thousands() -> None:
    site = policy(["sv"], 0)
    callers = tuple(
        Caller(
            number=number,
            at=START + 10 * number,
            language=SV,
            person=number,
            patience=300_000,
            talk=20_000,
        )
        for number in range(60)
    )
    day = Day(site, callers, (Change(at=START, nurse=NurseId("n0"), move=Move.READY),))
    threads, lazy = Threads(site, Layout.PENALTIES, 5_000), AppQueue()
    lazy.opens(site, START)
    rang = live(day, lazy)
    assert rang == live(day, threads)
    assert threads.looks > 10_000
    assert lazy.events < 60 + 4 * len(rang)
