"""The board: what is derived keeps in step with the records, and a snapshot is the board."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from callcenter.acd.board import Board
from callcenter.acd.contact import Contact, ContactState, IllegalMove, Outcome
from callcenter.acd.events import CallHungUp, CommandUnknown, OfferResult, Phase
from callcenter.acd.ids import ContactId, NodeId, NurseId, OfferId
from callcenter.acd.node import Node
from callcenter.acd.nurse import Nurse, NurseState
from callcenter.acd.saved import Saved
from tests.unit.acd.world import AR, NODE, SV, World, arrival, policy, seen

TEN_MINUTES = 600_000


def waiting(name: str = "c1", **fields: object) -> Contact:
    known = Contact(
        id=ContactId(name), node=NODE, channel="PJSIP/x", entry_point="1177",
        priority_class="public", arrived=10, deadline=20, order=1,
        state=ContactState.WAITING, since=10, language=SV, queued=10,
    )  # fmt: skip
    return replace(known, **fields)


def nurse(**fields: object) -> Nurse:
    known = Nurse(
        id=NurseId("n1"), languages=(SV,), state=NurseState.READY, since=10, reachable=True,
        mirrored="ready",
    )  # fmt: skip
    return replace(known, **fields)


@pytest.fixture
def board() -> Board:
    board = Board()
    board.policy = policy({"n1": "sv"})
    board.put_node(Node(id=NODE, present=True, last_alive=10))
    return board


def test_what_is_not_there_is_an_illegal_move(board: Board) -> None:
    with pytest.raises(IllegalMove, match="contact: unknown or ended"):
        board.contact(ContactId("c1"))
    with pytest.raises(IllegalMove, match="nurse: not of this site"):
        board.nurse(NurseId("n1"))


@pytest.mark.parametrize(
    "fields",
    [
        {"state": ContactState.IVR},
        {"state": ContactState.OFFERED},
        {"doubt": True},
        {"language": None},
        {"node": NodeId("unheard-of")},
    ],
)
def test_only_who_waits_without_doubt_at_a_present_node_stands_in_line(
    board: Board, fields: dict[str, Any]
) -> None:
    board.put_contact(waiting())
    assert list(board.line) == ["c1"]
    board.put_contact(waiting(**fields))
    assert list(board.line) == []
    board.put_contact(waiting())
    assert list(board.line) == ["c1"]


def test_the_line_follows_the_presence_of_its_node(board: Board) -> None:
    board.put_contact(waiting())
    board.put_node(Node(id=NODE, present=False))
    assert list(board.line) == []
    board.put_node(Node(id=NODE, present=True))
    assert list(board.line) == ["c1"]


def test_who_came_before_her_node_was_known_stands_in_line_when_it_is(board: Board) -> None:
    board.put_contact(waiting(node=NodeId("node2")))
    assert list(board.line) == []
    board.put_node(Node(id=NodeId("node2"), present=True))
    assert list(board.line) == ["c1"]


def test_an_offer_is_found_by_its_id_while_it_lasts(board: Board) -> None:
    first, second = OfferId("1-1-0"), OfferId("2-1-0")
    board.put_contact(waiting(state=ContactState.OFFERED, offer=first))
    assert board.offers == {first: "c1"}
    board.put_contact(waiting(state=ContactState.OFFERED, offer=second))
    assert board.offers == {second: "c1"}
    board.put_contact(waiting())
    assert board.offers == {}


def test_an_offer_of_a_contact_that_ends_is_forgotten(board: Board) -> None:
    contact = waiting(state=ContactState.OFFERED, offer=OfferId("1-1-0"))
    board.put_contact(contact)
    board.drop_contact(contact, Outcome.ABANDONED, 50)
    assert (board.offers, board.contacts, list(board.line)) == ({}, {}, [])


def test_the_idle_are_ordered_by_how_long_they_have_been_so(board: Board) -> None:
    board.put_nurse(nurse(idle_since=30))
    board.put_nurse(nurse(id=NurseId("n2"), idle_since=20))
    assert list(board.idle) == ["n2", "n1"]
    board.put_nurse(nurse(id=NurseId("n2"), busy=True))
    assert list(board.idle) == ["n1"]


def test_a_nurse_without_the_site_is_forgotten_once_she_is_out_everywhere(board: Board) -> None:
    board.put_nurse(nurse(mirrored="ready"))
    gone = replace(nurse(mirrored="ready"), languages=(), state=NurseState.SIGNED_OUT)
    board.put_nurse(gone)
    board.drop_the_gone()
    assert list(board.mirror_due) == ["n1"]  # the fallback queue must hear of it first
    board.put_nurse(replace(gone, mirrored="out"))
    board.drop_the_gone()
    assert (list(board.idle), list(board.mirror_due), board.nurses) == ([], [], {})
    board.drop_the_gone()


def test_a_nurse_is_due_to_be_mirrored_while_the_fallback_queue_knows_another_state(
    board: Board,
) -> None:
    board.put_nurse(nurse(mirrored="paused"))
    assert list(board.mirror_due) == ["n1"]
    board.put_nurse(nurse(mirrored="ready"))
    assert not board.mirror_due


@pytest.mark.parametrize(
    ("wish", "due"),
    [
        ({"next": "lunch"}, True),
        ({"reachable": False}, True),
        ({}, False),
        ({"next": "lunch", "offer": OfferId("9-9-9")}, False),
        ({"next": "lunch", "state": NurseState.TALKING}, False),
    ],
)
def test_a_ringing_is_to_be_withdrawn_when_she_stops_or_her_phone_is_gone(
    board: Board, wish: dict[str, object], due: bool
) -> None:
    offer = OfferId("1-1-0")
    ringing = nurse(state=NurseState.RINGING, contact=ContactId("c1"), offer=offer)
    contact = waiting(state=ContactState.OFFERED, offer=offer, nurse=NurseId("n1"))
    board.put_nurse(ringing)
    board.put_contact(contact)
    assert not board.withdraw_due
    board.put_nurse(replace(ringing, **wish))
    assert bool(board.withdraw_due) is due
    board.put_contact(replace(contact, withdrawing=True))
    assert not board.withdraw_due


def test_a_ringing_of_a_contact_that_ends_is_not_to_be_withdrawn_any_more(board: Board) -> None:
    offer = OfferId("1-1-0")
    contact = waiting(state=ContactState.OFFERED, offer=offer, nurse=NurseId("n1"))
    board.put_contact(contact)
    board.put_nurse(nurse(state=NurseState.RINGING, contact=contact.id, offer=offer, next="lunch"))
    assert list(board.withdraw_due) == ["c1"]
    board.drop_contact(contact, Outcome.ABANDONED, 50)
    assert not board.withdraw_due


# -- the ended --------------------------------------------------------------------


def test_an_ended_contact_is_remembered_for_ten_minutes() -> None:
    world = World()
    world.arrives("c1")
    world.hangs_up("c1")
    world.now += TEN_MINUTES
    world.arrives("c2")
    world.hangs_up("c2")
    assert list(world.board.ended) == ["c1", "c2"]
    assert world.refuses(arrival("c1"))
    world.now += 1
    world.arrives("c3")
    world.hangs_up("c3")
    assert list(world.board.ended) == ["c2", "c3"]


def test_the_ended_do_not_pile_up() -> None:
    world = World()
    for number in range(3_000):
        world.now += 1_000
        world.arrives(f"c{number}")
        world.hangs_up(f"c{number}")
    assert len(world.board.ended) == 601


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (Outcome.LEFT_IVR, (1, 0, 0)),
        (Outcome.ABANDONED, (0, 1, 0)),
        (Outcome.CUT_OFF, (0, 0, 1)),
        (Outcome.ANSWERED, (0, 0, 0)),
    ],
)
def test_every_outcome_has_its_own_count(
    board: Board, outcome: Outcome, counted: tuple[int, int, int]
) -> None:
    contact = waiting(sealed="sealed", caller="hash")
    board.put_contact(contact)
    board.drop_contact(contact, outcome, 50)
    tally = board.tally(contact)
    assert (tally.left_ivr, tally.abandoned, tally.cut_off) == counted
    assert [owed.sealed for owed in board.owed] == ["sealed"] * counted[2]


def test_languages_and_classes_are_counted_apart(board: Board) -> None:
    for fields in ({}, {"language": AR}, {"priority_class": "staff"}):
        board.tally(waiting(**fields)).queued += 1
    assert [(t.language, t.priority_class, t.queued) for t in board.tallies] == [
        (SV, "public", 1),
        (AR, "public", 1),
        (SV, "staff", 1),
    ]


# -- snapshots --------------------------------------------------------------------


def busy_world() -> World:
    """Somebody in every state, a doubt, a withdrawal, an owed call, a mirror to come."""
    world = World({f"n{n}": "sv ar" for n in range(1, 6)}, wrap_up=10_000, rona_after=2)
    world.queues("lost")
    world.see(switch="b")
    for n in (1, 2, 3):
        world.is_ready(f"n{n}")
        world.now += 10
    for contact in ("rings", "doubted", "talks"):
        world.queues(contact)
    world.connects("talks", "n3")
    world.pauses("n1")
    world.tell(CommandUnknown(command=world.offer_of("doubted")))
    for contact in ("first", "second", "third"):
        world.queues(contact, AR)
        world.now += 10
    world.arrives("menu")
    world.queues("fallen")
    world.falls_back("fallen")
    world.queues("gone")
    world.connects("gone", "n4")
    world.hangs_up("gone")
    world.loses_the_switch()
    world.signs_in("n5")
    return world


def restored(board: Board) -> Board:
    again = Board()
    again.restore(msgspec.json.decode(msgspec.json.encode(board.save()), type=Saved))
    return again


def test_a_snapshot_holds_everything_from_which_the_board_is_made_again() -> None:
    world = busy_world()
    again = restored(world.board)
    assert msgspec.json.encode(again.save()) == msgspec.json.encode(world.board.save())
    for name in (
        "offers", "mirror_due", "withdraw_due", "withdrawing", "mirroring", "ended", "sequence",
        "policy",
    ):  # fmt: skip
        assert getattr(again, name) == getattr(world.board, name), name
    assert list(again.line) == list(world.board.line)
    assert list(again.idle) == list(world.board.idle)
    assert again.timers.next() == world.board.timers.next() is not None


def test_a_board_made_again_goes_on_as_the_first_one_would_have() -> None:
    worlds = [busy_world(), busy_world()]
    shard = worlds[1].shard
    assert shard.restore(shard.position, shard.save())
    for world in worlds:
        world.see(
            *(seen(c, Phase.LINE) for c in ("first", "second", "third", "doubted")),
            seen("rings", Phase.OFFER, offer=world.contact("rings").offer, nurse=NurseId("n1")),
            seen("talks", Phase.TALKING, nurse=NurseId("n3")),
            switch="b",
        )
    assert worlds[0].decisions == worlds[1].decisions != ()
    for world in worlds:
        world.after(20_000)
        world.rings_out("doubted", OfferResult.BUSY)
        world.tell(CallHungUp(contact=ContactId("talks")))
    assert worlds[0].shard.save() == worlds[1].shard.save()


def test_restoring_forgets_what_was_there_before() -> None:
    world, empty = busy_world(), World({})
    again = world.board
    again.restore(empty.board.save())
    assert (again.contacts, again.nurses, list(again.line), list(again.idle)) == ({}, {}, [], [])
    assert (again.offers, again.mirror_due, again.withdraw_due, again.ended) == ({}, {}, {}, {})
    assert (list(again.owed), again.tallies, again.sequence) == ([], [], 0)
