"""The contact's table, move by move, and its place in line."""

import re
from itertools import product

import pytest
from msgspec.structs import replace

from callcenter.acd import contact as module
from callcenter.acd.contact import CONTACT_MOVES, Contact, ContactMove, ContactState, IllegalMove
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId

# Written a second time and by hand: a line for each state, each move with where it leads.
TABLE = {
    "ivr": "queue:waiting connect:talking fall_back:fallback transfer:transferred",
    "waiting": "offer:offered connect:talking fall_back:fallback call:calling",
    "offered": "return:waiting connect:talking fall_back:fallback",
    "talking": "part:after",
    "fallback": "queue:waiting connect:talking",
    "after": "connect:talking return:waiting fall_back:fallback",
    "transferred": "queue:waiting connect:talking fall_back:fallback",
    "calling": "queue:waiting return:waiting connect:talking fall_back:fallback",
}
LEGAL = {
    (ContactState(state), ContactMove(move)): ContactState(to)
    for state, moves in TABLE.items()
    for move, to in (pair.split(":") for pair in moves.split())
}
ALL = list(product(ContactState, ContactMove))


def contact(state: ContactState, **fields: object) -> Contact:
    known = Contact(
        id=ContactId("c1"), node=NodeId("node1"), channel="PJSIP/trunk-1", entry_point="1177",
        priority_class="public", arrived=10, deadline=20, order=3, state=state, since=10,
    )  # fmt: skip
    return replace(known, **fields)


@pytest.mark.parametrize(("state", "move"), [pair for pair in ALL if pair in LEGAL])
def test_a_legal_move_leads_where_the_table_says(state: ContactState, move: ContactMove) -> None:
    before = contact(state)
    after = before.move(move, 99)
    assert (after.state, after.since) == (LEGAL[state, move], 99)
    assert before == contact(state)


@pytest.mark.parametrize(("state", "move"), [pair for pair in ALL if pair not in LEGAL])
def test_a_move_that_is_not_in_the_table_is_illegal(state: ContactState, move: ContactMove) -> None:
    with pytest.raises(IllegalMove, match=f"contact: {move} while {state}"):
        contact(state).move(move, 99)


def test_the_table_has_no_other_move() -> None:
    assert CONTACT_MOVES == LEGAL


def test_the_picture_agrees_with_the_table() -> None:
    text = module.__doc__ or ""
    picture = text.split("\n\n")[1]
    straight = re.findall(r"(?=\b([A-Z]{3,}) --([a-z]+)--> ([A-Z]{3,}))", picture)
    assert len(straight) == 4
    for state, label, to in straight:
        assert CONTACT_MOVES[ContactState[state], ContactMove(label)] is ContactState[to]
    assert "return" in picture
    assert CONTACT_MOVES[ContactState.OFFERED, ContactMove.RETURN] is ContactState.WAITING
    assert "`connect` is also taken from every other state" in text
    for state in ContactState:
        assert (state is ContactState.TALKING) != ((state, ContactMove.CONNECT) in CONTACT_MOVES)


def test_a_ringing_belongs_to_offered_alone() -> None:
    ringing = contact(
        ContactState.OFFERED, offer=OfferId("1-1-0"), nurse=NurseId("n1"),
        withdrawing=True, doubt=True, backstop=50,
    )  # fmt: skip
    for move in (ContactMove.RETURN, ContactMove.CONNECT, ContactMove.FALL_BACK):
        after = ringing.move(move, 30)
        assert (after.offer, after.withdrawing, after.doubt) == (None, False, False)
        assert after.backstop is None


def test_a_nurse_belongs_to_ringing_and_talking_alone() -> None:
    ringing = contact(ContactState.OFFERED, nurse=NurseId("n1"))
    assert ringing.move(ContactMove.RETURN, 30).nurse is None
    assert ringing.move(ContactMove.FALL_BACK, 30).nurse is None
    talking = ringing.move(ContactMove.CONNECT, 30)
    assert talking.nurse == "n1"
    assert talking.move(ContactMove.PART, 40).nurse is None


def test_a_move_keeps_the_place_in_line() -> None:
    waiting = contact(ContactState.OFFERED, queued=15).move(ContactMove.RETURN, 30)
    assert (waiting.key, waiting.queued, waiting.arrived) == ((20, 3), 15, 10)


def test_the_line_is_ordered_by_deadline_and_then_by_arrival() -> None:
    early = contact(ContactState.WAITING, deadline=19, order=9)
    first, second = contact(ContactState.WAITING), contact(ContactState.WAITING, order=4)
    assert sorted([second, first, early], key=lambda c: c.key) == [early, first, second]
