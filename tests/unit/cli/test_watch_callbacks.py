"""What `callcenter watch` shows of callbacks, and that they are no callers."""

from collections import deque

import pytest
from rich.console import Console

from callbacks.callback import CallbackId, DialResult
from callbacks.policy import CallbackPolicy
from callcenter.acd.callback_events import (
    CallbackBooked,
    DialEnded,
    PatientAnswered,
    PatientDialled,
    TextSent,
)
from callcenter.acd.ids import ContactId
from callcenter.cli.watch import describe, line_table, picture
from callcenter.cli.watch_callbacks import callback_table
from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower
from language_routing.languages import Language
from tests.unit.acd.world import AR, SV, World
from tests.unit.router.stored import Stored

MINUTE = 60_000


def booking(world: World, name: str, due: int = 0, language: Language = SV) -> CallbackBooked:
    return CallbackBooked(
        callback=CallbackId(name), language=language, earliest=world.now + due,
        latest=world.now + due + 60 * MINUTE, reason="chest_pain", caller=f"hash-{name}",
        sealed=f"sealed-{name}", note="sealed-note", actor="cli:test",
    )  # fmt: skip


@pytest.fixture
def world() -> World:
    return World({"n1": "sv"}, callbacks=CallbackPolicy())


def rows(world: World) -> list[dict[str, str]]:
    found = callback_table(world.board, world.now)
    assert found is not None
    heads = [str(column.header) for column in found.columns]
    cells = zip(*([str(cell) for cell in c.cells] for c in found.columns), strict=True)
    return [dict(zip(heads, row, strict=True)) for row in cells]


def test_nothing_is_shown_where_nothing_is_promised(world: World) -> None:
    assert callback_table(world.board, world.now) is None


def test_each_callback_is_counted_where_it_stands(world: World) -> None:
    world.tell(booking(world, "a"))
    world.tell(booking(world, "b", 10 * MINUTE))
    world.tell(booking(world, "c", 20 * MINUTE, AR))
    world.after(0)
    arabic, swedish = rows(world)
    assert (swedish["callbacks"], swedish["later"], swedish["line"]) == ("sv", "1", "1")
    assert (arabic["callbacks"], arabic["later"], arabic["line"]) == ("ar", "1", "")
    assert swedish["next"] == "01:26:40"  # ten minutes after the world's start
    world.is_ready("n1")
    assert rows(world)[1]["ring"] == "1"
    world.connects("a-1.0", "n1")
    assert rows(world)[1]["look"] == "1"
    world.tell(PatientDialled(contact=ContactId("a-1.0")))
    assert rows(world)[1]["dial"] == "1"
    world.tell(PatientAnswered(contact=ContactId("a-1.0")))
    assert rows(world)[1]["talk"] == "1"


def test_a_late_one_and_a_patient_who_was_not_reached_stand_out(world: World) -> None:
    world.tell(booking(world, "a"))
    world.after(61 * MINUTE)
    assert rows(world)[0]["late"] == "1"
    world.is_ready("n1")
    world.connects("a-1.0", "n1")
    world.tell(PatientDialled(contact=ContactId("a-1.0")))
    world.tell(DialEnded(contact=ContactId("a-1.0"), result=DialResult.INVALID))
    world.hangs_up("a-1.0")
    found = callback_table(world.board, world.now)
    assert found is not None
    assert "a patient was not reached" in str(found.caption)


def test_a_patient_who_is_not_on_the_phone_is_no_caller(world: World) -> None:
    world.tell(booking(world, "a"))
    world.queues("c1")
    world.after(0)
    swedish = [next(iter(column.cells)) for column in line_table(world.board, world.now).columns]
    assert swedish[:4] == ["sv", "1", "0", "0"]
    world.is_ready("n1")  # the caller was here first, the callback has the nearer deadline
    assert world.contact("c1").state == "offered" or world.contact("a-1.0").state == "offered"


def test_an_event_names_the_callback_and_no_ailment(world: World) -> None:
    assert describe(booking(world, "a1")) == "CallbackBooked sv a1"
    sent = TextSent(callback=CallbackId("a1"), kind="tried", outcome="sent", reference="SM1")
    assert describe(sent) == "TextSent a1 tried sent"


def test_the_picture_fits_a_terminal_of_eighty_columns(world: World) -> None:
    stored = Stored()
    follower = Follower(stored, "test", Journal(stored, "test", "watch"))
    follower.shard = world.shard
    for name in "abc":
        world.tell(booking(world, name))
    world.after(0)
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(picture(follower, deque()))
    text = console.export_text()
    assert "callbacks" in text
    assert "…" not in text
