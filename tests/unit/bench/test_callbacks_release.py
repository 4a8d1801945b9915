"""Release: which INVITE at a nurse's phone belongs to which callback, and how late it was."""

from callcenter.acd.ids import ContactId, NurseId
from ops.bench.callbacks.release import (
    Rang,
    Seen,
    answered_again,
    callback_of,
    rank,
    released,
    seen,
    unanswered,
)


def invite(at: float, nurse: str = "n001") -> Seen:
    return Seen(at=at, what="nurse", who=nurse)


def rang(at: int, contact: str, nurse: str = "n001") -> Rang:
    return Rang(at=at, contact=ContactId(contact), nurse=NurseId(nurse))


def patient(at: float, number: str, what: str = "answers") -> Seen:
    return Seen(at=at, what=what, who=number)


def test_sipps_lines_are_read_by_their_last_time_stamp_and_others_passed_over() -> None:
    log = "2026-11-26\t10:49:14.123456\t1795690154.123456 nurse n001\nnoise\n"
    log += "2026-11-26\t10:49:14.2\t1795690154.200000 answers +46700000001\n"
    assert seen(log) == [
        Seen(at=1795690154123.456, what="nurse", who="n001"),
        Seen(at=1795690154200.0, what="answers", who="+46700000001"),
    ]


def test_a_nurses_invites_belong_to_her_ringings_in_their_order() -> None:
    found, strange = released(
        [invite(2_020), invite(1_010), invite(1_015, "n002")],
        [rang(2_025, "b2-1.0"), rang(1_020, "b1-1.0"), rang(1_020, "b3-1.0", "n002")],
        {"b1": 1_000, "b2": 1_990, "b3": 1_000},
    )
    assert {name: one.lag for name, one in found.items()} == {"b1": 10, "b2": 30, "b3": 15}
    assert strange == 0


def test_the_first_invite_counts_where_a_second_nurse_was_rung() -> None:
    found, _ = released(
        [invite(1_010), invite(21_000, "n002")],
        [rang(1_020, "b1-1.0"), rang(21_010, "b1-2.0", "n002")],
        {"b1": 1_000},
    )
    assert found["b1"].lag == 10


def test_an_invite_that_nobody_rang_for_is_strange_and_a_ringing_without_one_is_skipped() -> None:
    found, strange = released(
        [invite(1_010), invite(60_000)],
        [rang(1_020, "b1-1.0"), rang(30_000, "b2-1.0")],
        {"b1": 1_000, "b2": 29_900},
    )
    assert list(found) == ["b1"]
    assert strange == 1
    found, strange = released(
        [invite(60_000)], [rang(30_000, "b1-1.0"), rang(60_010, "b2-1.0")], {"b1": 1, "b2": 59_990}
    )
    assert (list(found), found["b2"].lag, strange) == (["b2"], 10, 0)


def test_a_contact_names_its_callback() -> None:
    assert callback_of("b12-3.0") == "b12"
    assert callback_of("k-node1-1700.5-1.0") == "k-node1-1700.5"


def test_a_patient_who_answers_again_after_she_was_connected_is_doubled() -> None:
    twice = [patient(100, "+461"), patient(900, "461")]
    assert answered_again(twice, {"461": [150]}) == (1, 0)
    assert answered_again(twice, {"461": [70]}) == (1, 0)  # the journal was a moment ahead
    assert answered_again(twice[:1], {"461": [150]}) == (0, 0)


def test_a_patient_who_hung_up_before_she_was_connected_was_rung_again_unheard() -> None:
    twice = [patient(100, "461"), patient(900, "461")]
    assert answered_again(twice, {"461": [950]}) == (0, 1)
    assert answered_again(twice, {}) == (0, 1)


def test_a_patient_whom_no_call_reached_is_missing() -> None:
    patients = [patient(1, "+461"), patient(3, "+462", "rings")]
    assert unanswered(patients, ["+461", "+462", "+463"]) == 2


def test_ranks_stay_in_milliseconds() -> None:
    assert rank([3.04, 1.0, 2.0], 0.99) == 3.0
    assert rank([], 0.99) is None
