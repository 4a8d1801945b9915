"""The nurse's table, move by move, and what a move keeps and forgets."""

import re
from itertools import product

import pytest
from msgspec.structs import replace

from callcenter.acd import nurse as module
from callcenter.acd.contact import IllegalMove
from callcenter.acd.ids import ContactId, NurseId, OfferId
from callcenter.acd.nurse import NURSE_MOVES, SIGN_OUT_NEXT, Nurse, NurseMove, NurseState
from language_routing.languages import Language

# Written a second time and by hand: a line for each state, each move with where it leads.
TABLE = {
    "signed_out": "sign_in:not_ready ready:ready pause:not_ready adopt:ringing answer:talking",
    "not_ready": "ready:ready pause:not_ready sign_out:signed_out adopt:ringing answer:talking",
    "ready": (
        "pause:not_ready sign_out:signed_out offer:ringing adopt:ringing answer:talking"
    ),
    "ringing": "miss:not_ready withdraw:ready answer:talking",
    "talking": "end:wrap_up",
    "wrap_up": (
        "ready:ready pause:not_ready sign_out:signed_out wrapped:ready "
        "adopt:ringing answer:talking"
    ),
}  # fmt: skip
LEGAL = {
    (NurseState(state), NurseMove(move)): NurseState(to)
    for state, moves in TABLE.items()
    for move, to in (pair.split(":") for pair in moves.split())
}
ALL = list(product(NurseState, NurseMove))


def nurse(state: NurseState, **fields: object) -> Nurse:
    known = Nurse(id=NurseId("n1"), languages=(Language("sv"),), state=state, since=10)
    return replace(known, **fields)


@pytest.mark.parametrize(("state", "move"), [pair for pair in ALL if pair in LEGAL])
def test_a_legal_move_leads_where_the_table_says(state: NurseState, move: NurseMove) -> None:
    before = nurse(state)
    after = before.move(move, 99)
    assert (after.state, after.since) == (LEGAL[state, move], 99)
    assert before == nurse(state)
    assert before.can(move)


@pytest.mark.parametrize(("state", "move"), [pair for pair in ALL if pair not in LEGAL])
def test_a_move_that_is_not_in_the_table_is_illegal(state: NurseState, move: NurseMove) -> None:
    with pytest.raises(IllegalMove, match=f"n1: {move} while {state}"):
        nurse(state).move(move, 99)
    assert not nurse(state).can(move)


def test_the_table_has_no_other_move() -> None:
    assert NURSE_MOVES == LEGAL


def test_the_picture_agrees_with_the_table() -> None:
    picture = (module.__doc__ or "").split("\n\n")[1]
    straight = re.findall(r"(?=\b([A-Z_]{4,}) -+([a-z ]+?)-+> ([A-Z_]{4,}))", picture)
    leftward = re.findall(r"([A-Z_]{4,}) <-+ ([a-z ]+?) -+ ([A-Z_]{4,})", picture)
    straight += [(right, label, left) for left, label, right in leftward]
    assert len(straight) == 5
    for state, label, to in straight:
        move = NurseMove(label.strip().replace(" ", "_"))
        assert NURSE_MOVES[NurseState[state], move] is NurseState[to]
    assert set(re.findall(r"\b[A-Z_]{4,}\b", picture)) - {"RONA"} == {s.name for s in NurseState}
    bent = {"pause", "withdraw", "miss", "end"}
    drawn = {label.strip().replace(" ", "_") for _, label, _ in straight} | bent
    assert {word for word in re.findall(r"[a-z]+", picture) if word in bent} == bent
    # What the picture leaves out is what the text below it tells.
    assert {m.value for m in NurseMove} - drawn == {"sign_out", "adopt"}


# -- what a move forgets and keeps ------------------------------------------------


def test_a_move_forgets_what_the_old_state_held() -> None:
    talking = nurse(NurseState.TALKING, contact=ContactId("c1"), offer=OfferId("1-1-0"))
    wrapping = talking.move(NurseMove.END, 20)
    assert (wrapping.contact, wrapping.offer) == (None, None)
    resting = nurse(NurseState.WRAP_UP, wrap_up_ends=50).move(NurseMove.PAUSE, 20)
    assert resting.wrap_up_ends is None
    ready = nurse(NurseState.NOT_READY, reason="rona").move(NurseMove.READY, 20)
    assert ready.reason is None


def test_a_move_keeps_the_misses_the_phone_and_what_comes_next() -> None:
    before = nurse(
        NurseState.RINGING, misses=1, reachable=True, busy=True, next="lunch", mirrored="paused"
    )
    after = before.move(NurseMove.WITHDRAW, 20)
    assert (after.misses, after.reachable, after.busy) == (1, True, True)
    assert (after.next, after.mirrored) == ("lunch", "paused")


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (NurseState.SIGNED_OUT, NurseMove.READY),
        (NurseState.NOT_READY, NurseMove.READY),
        (NurseState.WRAP_UP, NurseMove.READY),
        (NurseState.WRAP_UP, NurseMove.WRAPPED),
    ],
)
def test_who_becomes_ready_is_idle_since_then(state: NurseState, move: NurseMove) -> None:
    assert nurse(state, idle_since=7).move(move, 20).idle_since == 20


def test_a_withdrawn_ringing_keeps_her_turn() -> None:
    ringing = nurse(NurseState.READY, idle_since=7).move(NurseMove.OFFER, 20)
    assert ringing.move(NurseMove.WITHDRAW, 30).idle_since == 7


# -- what comes next --------------------------------------------------------------


@pytest.mark.parametrize("move", [NurseMove.ADOPT, NurseMove.ANSWER])
@pytest.mark.parametrize(
    ("state", "reason", "afterwards"),
    [
        (NurseState.SIGNED_OUT, None, SIGN_OUT_NEXT),
        (NurseState.NOT_READY, "lunch", "lunch"),
        (NurseState.NOT_READY, None, "not_ready"),
        (NurseState.READY, None, None),
        (NurseState.WRAP_UP, None, None),
    ],
)
def test_a_call_that_finds_her_unoffered_leads_her_back_afterwards(
    move: NurseMove, state: NurseState, reason: str | None, afterwards: str | None
) -> None:
    assert nurse(state, reason=reason).move(move, 20).next == afterwards


def test_a_wish_from_the_last_call_survives_a_call_in_wrap_up() -> None:
    wrapping = nurse(NurseState.WRAP_UP, next="lunch")
    assert wrapping.move(NurseMove.ANSWER, 20).next == "lunch"


def test_answering_keeps_the_wish_she_had_while_ringing() -> None:
    ringing = nurse(NurseState.RINGING, next=SIGN_OUT_NEXT, reason="x")
    assert ringing.move(NurseMove.ANSWER, 20).next == SIGN_OUT_NEXT


# -- what others see --------------------------------------------------------------


@pytest.mark.parametrize("state", NurseState)
@pytest.mark.parametrize("reachable", [True, False])
@pytest.mark.parametrize("busy", [True, False])
def test_only_a_ready_nurse_with_a_free_phone_is_available(
    state: NurseState, reachable: bool, busy: bool
) -> None:
    wanted = state is NurseState.READY and reachable and not busy
    assert nurse(state, reachable=reachable, busy=busy).available is wanted


@pytest.mark.parametrize(
    ("state", "following", "told"),
    [
        (NurseState.SIGNED_OUT, None, "out"),
        (NurseState.NOT_READY, None, "paused"),
        (NurseState.READY, None, "ready"),
        (NurseState.RINGING, None, "ready"),
        (NurseState.RINGING, "lunch", "paused"),
        (NurseState.RINGING, SIGN_OUT_NEXT, "out"),
        (NurseState.TALKING, None, "ready"),
        (NurseState.TALKING, "lunch", "paused"),
        (NurseState.TALKING, SIGN_OUT_NEXT, "out"),
        (NurseState.WRAP_UP, None, "ready"),
        (NurseState.WRAP_UP, "lunch", "paused"),
        (NurseState.WRAP_UP, SIGN_OUT_NEXT, "out"),
    ],
)
def test_the_fallback_queue_is_told_what_she_wants(
    state: NurseState, following: str | None, told: str
) -> None:
    assert nurse(state, next=following).to_mirror == told
