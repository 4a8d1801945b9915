"""To the millisecond: when a ring is open."""

from language_routing.rings import Ring, open_ring


def test_a_stretched_ring_opens_at_a_whole_millisecond() -> None:
    rings = (Ring(), Ring(after=33))
    assert [open_ring(rings, waited, 150) for waited in (48, 49)] == [0, 1]


def test_the_innermost_ring_is_open_whatever_the_clock_says() -> None:
    assert open_ring((Ring(), Ring(after=10)), -1) == 0
