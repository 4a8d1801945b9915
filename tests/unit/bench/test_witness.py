"""The witness of the race: what it counts as a hand-over, and as a free nurse."""

import pytest

from callcenter.acd.ids import NurseId
from callcenter.asterisk.ami.messages import Event
from ops.bench.race.witness import Witness, rank

NURSE = "PJSIP/n001-00000007"


def race(*told: tuple[float, str, dict[str, str]], free: bool = True) -> Witness:
    witness = Witness("7001", {NurseId("n001"): 0.0 if free else None})
    for at, name, headers in told:
        witness.tell(Event(name, {"Timestamp": f"{at:.6f}", **headers}))
    return witness


def arrives(at: float, caller: str, exten: str = "7001") -> tuple[float, str, dict[str, str]]:
    return at, "Newchannel", {"Uniqueid": caller, "Channel": "PJSIP/trunk-1", "Exten": exten}


def dials(at: float, caller: str) -> tuple[float, str, dict[str, str]]:
    return at, "DialBegin", {"Uniqueid": caller, "DestChannel": NURSE}


def leaves(at: float) -> tuple[float, str, dict[str, str]]:
    return at, "BridgeLeave", {"Uniqueid": "leg", "Channel": NURSE}


def test_a_hand_over_lasts_from_the_nurses_leaving_to_her_phones_next_ring() -> None:
    seen = race(dials(0, "none"), arrives(1, "a"), dials(1.1, "a"), arrives(2, "b"),
                leaves(3), (3.001, "Hangup", {"Uniqueid": "leg", "Channel": NURSE}),
                dials(3.012, "b"))  # fmt: skip
    assert seen.handovers == [pytest.approx(0.012)]
    assert not any(count > 1 for count in seen.dialled.values())


def test_without_a_line_there_is_no_hand_over() -> None:
    seen = race(arrives(1, "a"), dials(1.1, "a"), leaves(3), arrives(4, "b"), dials(4.01, "b"))
    assert seen.handovers == []
    assert seen.idle == [pytest.approx(0.1), pytest.approx(0.01)]


def test_a_caller_who_has_just_come_makes_no_line_yet() -> None:
    seen = race(arrives(1, "a"), dials(1.1, "a"), arrives(2.9, "b"), leaves(3), dials(3.2, "b"))
    assert seen.handovers == []


def test_a_caller_before_whom_others_stand_does_not_find_a_nurse_free() -> None:
    seen = race(arrives(1, "a"), arrives(1.05, "b"), dials(1.1, "a"), leaves(3), dials(3.01, "b"))
    assert seen.idle == [pytest.approx(0.1)]


def test_callers_of_another_number_are_no_part_of_the_race() -> None:
    seen = race(arrives(1, "a", exten="1177"), dials(1.1, "a"))
    assert seen.arrived == 0
    assert seen.idle == []


def test_a_caller_who_hangs_up_in_line_leaves_it() -> None:
    seen = race(arrives(1, "a"), dials(1.1, "a"), arrives(2, "b"),
                (2.5, "Hangup", {"Uniqueid": "b", "Channel": "PJSIP/trunk-2"}),
                leaves(3), arrives(5, "c"), dials(5.01, "c"))  # fmt: skip
    assert seen.handovers == []


def test_ranks_are_in_milliseconds() -> None:
    values = [n / 1000 for n in range(1, 101)]
    assert rank(values, 0.5) == 51
    assert rank(values, 0.99) == 100
    assert rank([], 0.5) is None
