"""Timers against a naive search, and that a stale one never goes off."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.acd.timers import Timers

Name = tuple[str, str]


class Clock:
    """What is due when, as records say it; and the timers over it."""

    def __init__(self) -> None:
        self.due: dict[Name, int] = {}
        self.timers: Timers[Name] = Timers(self.due.get)

    def set(self, when: int, name: Name) -> None:
        self.due[name] = when
        self.timers.set(when, name)

    def fire(self, now: int) -> list[Name]:
        fired = []
        while (found := self.timers.next()) is not None and found[0] <= now:
            self.timers.pop()
            del self.due[found[1]]
            fired.append(found[1])
        return fired


def test_without_timers_nothing_is_due() -> None:
    assert Clock().timers.next() is None


def test_the_earliest_goes_off_first() -> None:
    clock = Clock()
    clock.set(30, ("wrap_up", "n1"))
    clock.set(10, ("wrap_up", "n2"))
    clock.set(20, ("backstop", "c1"))
    assert clock.timers.next() == (10, ("wrap_up", "n2"))
    assert clock.fire(20) == [("wrap_up", "n2"), ("backstop", "c1")]
    assert clock.timers.next() == (30, ("wrap_up", "n1"))


def test_equal_times_go_off_in_the_order_of_their_names() -> None:
    clock = Clock()
    for name in (("wrap_up", "n2"), ("wrap_up", "n1"), ("backstop", "c9")):
        clock.set(10, name)
    assert clock.fire(10) == [("backstop", "c9"), ("wrap_up", "n1"), ("wrap_up", "n2")]


def test_a_timer_that_was_cleared_never_goes_off() -> None:
    clock = Clock()
    clock.set(10, ("wrap_up", "n1"))
    del clock.due["wrap_up", "n1"]
    assert clock.timers.next() is None
    assert clock.fire(1000) == []


def test_a_timer_that_was_put_off_goes_off_once_and_at_the_new_time() -> None:
    clock = Clock()
    clock.set(10, ("node", "x"))
    clock.set(20, ("node", "x"))
    assert clock.fire(19) == []
    assert clock.fire(20) == [("node", "x")]
    assert clock.fire(1000) == []


def test_a_timer_that_was_brought_forward_goes_off_once() -> None:
    clock = Clock()
    clock.set(20, ("node", "x"))
    clock.set(10, ("node", "x"))
    assert clock.fire(10) == [("node", "x")]
    assert clock.fire(1000) == []


def test_a_timer_that_was_set_twice_goes_off_once() -> None:
    clock = Clock()
    clock.set(10, ("node", "x"))
    clock.set(10, ("node", "x"))
    assert clock.fire(10) == [("node", "x")]


def test_timers_that_are_always_put_off_do_not_pile_up() -> None:
    clock = Clock()
    for now in range(0, 200_000, 2):  # a gateway's sign of life, and its loss in ten seconds
        clock.set(now + 10, ("node", "x"))
        clock.timers.next()
    assert len(clock.timers._heap) <= 10


names = st.tuples(st.just("t"), st.sampled_from(["a", "b", "c"]))


@given(st.lists(st.tuples(names, st.one_of(st.none(), st.integers(0, 20)))))
def test_it_does_what_a_search_through_all_would_do(
    steps: list[tuple[Name, int | None]],
) -> None:
    clock = Clock()
    for name, when in steps:
        if when is None:
            clock.due.pop(name, None)
        else:
            clock.set(when, name)
        earliest = min(((when, name) for name, when in clock.due.items()), default=None)
        assert clock.timers.next() == earliest
