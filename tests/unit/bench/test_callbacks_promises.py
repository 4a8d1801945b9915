"""Promises of the bench's day: the same for every run, and none that nobody may make."""

from itertools import pairwise

from ops.bench.callbacks.promises import HOUR, MINUTE, PROMISE, SHARES, Answer, promises, ringing


def test_a_day_is_the_same_at_every_asking_and_another_with_another_seed() -> None:
    assert promises(300, 0, 1) == promises(300, 0, 1)
    assert promises(300, 0, 1) != promises(300, 0, 2)


def test_a_window_lies_within_two_hours_and_the_lines_hours_and_lasts_for_half_an_hour() -> None:
    day = promises(2_000, 0, 7)
    assert len(day) == 2_000
    assert {one.language for one in day} == set(SHARES)
    for one in day:
        _, opens, closes = SHARES[one.language]
        assert opens * MINUTE <= one.at <= one.earliest
        assert one.earliest + 30 * MINUTE <= one.latest <= one.at + PROMISE
        assert one.latest <= closes * MINUTE
        assert one.at <= one.then <= one.earliest + 10 * MINUTE
        assert one.moved[0] < one.moved[1]
    assert [one.number for one in day] == list(range(2_000))
    assert all(a.at <= b.at for a, b in pairwise(day))


def test_a_wrong_number_is_wrong_whenever_it_is_rung() -> None:
    always = [{ringing(3, f"b{n}", t).answer for t in (1, 2, 3)} for n in range(2_000)]
    wrong = [found for found in always if found & {Answer.WRONG, Answer.INVALID}]
    assert wrong
    assert all(len(found) == 1 for found in wrong)


def test_a_patient_may_answer_another_time() -> None:
    assert ringing(3, "b1", 1) == ringing(3, "b1", 1)
    answers = [tuple(ringing(3, f"b{n}", t).answer for t in (1, 2)) for n in range(200)]
    assert (Answer.NOBODY, Answer.PERSON) in answers


def test_an_hour_is_sixty_minutes() -> None:
    assert HOUR == 60 * MINUTE
