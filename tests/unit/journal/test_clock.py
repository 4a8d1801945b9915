"""The journal's time between two stamps, by a monotonic clock of the test's own."""

from callcenter.journal.clock import JournalClock


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def clock() -> tuple[JournalClock, Monotonic]:
    monotonic = Monotonic()
    return JournalClock(monotonic), monotonic


def test_before_any_stamp_was_seen_it_is_zero() -> None:
    assert clock()[0].now() == 0


def test_it_goes_on_from_the_last_stamp_with_the_monotonic_clock() -> None:
    journal, monotonic = clock()
    journal.saw(5_000_000)
    assert journal.now() == 5_000_000
    monotonic.seconds += 1.5
    assert journal.now() == 5_001_500


def test_a_stamp_that_is_seen_late_does_not_set_it_back() -> None:
    journal, monotonic = clock()
    journal.saw(5_000_000)
    monotonic.seconds += 2.0
    journal.saw(5_001_500)  # read half a second after it was stamped
    assert journal.now() == 5_002_000


def test_a_stamp_from_further_on_sets_it_forward() -> None:
    journal, monotonic = clock()
    journal.saw(5_000_000)
    monotonic.seconds += 2.0
    journal.saw(5_002_300)
    assert journal.now() == 5_002_300


def test_clocks_that_have_drifted_by_more_than_a_second_are_set_anew() -> None:
    journal, monotonic = clock()
    journal.saw(5_000_000)
    monotonic.seconds += 60.0
    journal.saw(5_059_000)  # exactly a second: seen late
    assert journal.now() == 5_060_000
    journal.saw(5_058_999)
    assert journal.now() == 5_058_999
